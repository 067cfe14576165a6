//! Conflicts between two parts of a topology.

use super::{check, check_edit, edited, valid};

fn second_destination(keys: &str) -> String {
    edited("sources:", &format!("  other:\n    account: archive\n    {keys}\nsources:"))
}

fn second_source(keys: &str) -> String {
    let source = format!("  more:\n    accounts: [app]\n    destination: central\n    {keys}\n");
    super::VALID.to_owned() + &source
}

#[test]
fn names_are_taken_once() {
    check(
        &second_destination("bucket: { name: central-bucket }"),
        &["16:21 two buckets are called `central-bucket`"],
    );
    check(
        &second_destination("stream: { name: logs-central }"),
        &["16:21 two streams are called `logs-central`"],
    );
    check(
        &second_destination("cwl_role: LOGS-central-cwl"),
        &["16:15 two roles are called `LOGS-central-cwl`"],
    );
    check_edit(
        "    stream:",
        "    cwl_role: r\n    firehose_role: r\n    stream:",
        &["14:20 two roles are called `r`"],
    );
    valid(&second_destination("stream: { name: logs-central }\n    region: us-east-1"));
    valid(&second_destination("account_of_its_own: x").replace("archive\n    account_of_its_own: x", "app"));
}

#[test]
fn destination_names_are_taken_once_a_region() {
    let both = second_destination("destination_name: logs-central");
    valid(&both);
    let source = "  more:\n    accounts: [app]\n    destination: other\n    log_groups: [/b]\n";
    check(&(both.clone() + source), &["16:23 two CloudWatch Logs destinations are called `logs-central`"]);
    valid(&(both + source + "    regions: [us-east-1]\n"));
}

#[test]
fn a_log_group_has_one_filter_of_a_name() {
    check(
        &second_source("log_groups: [/other, /app/web]"),
        &["23:26 two sources put a filter `logs` on `/app/web`"],
    );
    valid(&second_source("log_groups: ['/app/*']"));
    valid(&second_source("log_groups: [/app/web]\n    filter: { name: other }"));
    valid(&second_source("log_groups: [/app/web]\n    regions: [us-east-1]"));
    let third = "  third:\n    accounts: ['111111111111']\n    destination: central\n    log_groups: [/app/web]\n    filter: { name: third }\n";
    let yaml = second_source("log_groups: [/app/web]\n    filter: { name: other }") + third;
    check(&yaml, &["28:18 3 sources put filters on `/app/web`: web, more, third"]);
    valid(&yaml.replace("version: 1", "version: 1\nlimits: { filters_per_log_group: 3 }"));
}

#[test]
fn a_log_group_takes_five_patterns_with_regular_expressions() {
    let mut yaml = super::VALID.replace("version: 1", "version: 1\nlimits: { filters_per_log_group: 10 }");
    for number in 1..=6 {
        yaml.push_str(&format!(
            "  s{number}: {{ accounts: [app], destination: central, log_groups: [/app/web], filter: {{ name: f{number}, pattern: '%[45]..%' }} }}\n"
        ));
    }
    check(&yaml, &["26:61 6 sources put filters with regular expressions on `/app/web`"]);
    valid(&yaml.replacen("%[45]..%", "ERROR", 1));
}

#[test]
fn conflicts_point_at_both_places() {
    let yaml = second_source("log_groups: [/app/web]");
    let invalid = super::parse("t.yaml", &yaml).unwrap_err();
    let labels: Vec<&str> = miette::Diagnostic::labels(&invalid.problems()[0])
        .unwrap()
        .map(|label| &yaml[label.offset()..label.offset() + label.len()])
        .collect();
    assert_eq!(labels, ["/app/web", "\"/app/web\""]);
}

#[test]
fn firehose_errors_are_not_delivered() {
    let own = "\"/aws/kinesisfirehose/logs-central\"";
    let yaml = edited("\"/app/web\"", own);
    // The log group of this name in another account is another one.
    valid(&yaml);
    check(
        &yaml.replace("[app]", "[archive]"),
        &["18:18 `/aws/kinesisfirehose/logs-central` is the error log of the stream `logs-central`"],
    );
    valid(&yaml.replace("[app]", "[archive]").replace("buffer_mb: 5", "error_log: false"));
}
