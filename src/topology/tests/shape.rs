//! YAML itself, keys and types.

use std::time::Duration;

use super::super::model::RecordPlace;
use super::{VALID, check, check_advice, check_edit, edited, valid};

#[test]
fn the_valid_one_is_valid() {
    let topology = valid(VALID);
    assert_eq!(topology.record, RecordPlace::File(".logpipe/logs.json".into()));
    assert_eq!(topology.tags["Project"], "poc");
    valid(super::FULL);
    valid(&format!("\u{feff}---\n{VALID}...\n"));
    valid(&VALID.replace('\n', "\r\n"));
}

#[test]
fn files_that_hold_no_topology() {
    check("", &["1:1 the topology is empty"]);
    check("# nothing\n\n", &["1:1 the topology is empty"]);
    check("---\n", &["2:1 `topology` must be a map"]);
    check("- a\n", &["1:1 `topology` must be a map"]);
    check("hello", &["1:1 `topology` must be a map"]);
    check(&format!("{VALID}---\n{VALID}"), &["20:1 a second document starts here"]);
}

#[test]
fn broken_yaml() {
    check("version: *nobody\n", &["1:10 not valid YAML: while parsing node, found unknown anchor"]);
    check("name: !secret x\n", &["1:7 the tag `!secret` is not supported"]);
    check("name: &a [*a]\n", &["1:11 an alias inside the value that it repeats"]);
    check("? [a]\n: b\n", &["1:3 a list or a map cannot be a key"]);
    assert_eq!(super::problems("name: [a\nb: }").len(), 1);
}

#[test]
fn tabs_are_pointed_at_where_they_are() {
    check_edit("    account: archive", "\taccount: archive", &["11:1 a tab in the indentation"]);
    check_edit("    account: archive", "  \taccount: archive", &["11:3 a tab in the indentation"]);
    // The parser points at the value before, lines above.
    check_edit(
        "region: ap-northeast-1\n",
        "region: ap-northeast-1\n\n\t# x\n\ta: b\n",
        &["5:1 a tab in the indentation"],
    );
    check_edit("    destination: central", "\tdestination: central", &["17:1 a tab in the indentation"]);
    check_edit("  app: {", "\tapp: {", &["8:1 a tab in the indentation"]);
    check_edit("[app]", "\n\t- app", &["17:1 a tab in the indentation"]);
    check(&edited("  app: {", "\tapp: {").replace('\n', "\r\n"), &["8:1 a tab in the indentation"]);
    check_edit("name: logs", "name:\tlogs", &["2:6 a tab between key and value"]);
    check_edit("name: logs", "name: logs\t# the name", &[]);
}

#[test]
fn files_made_to_exhaust() {
    check(&"- ".repeat(200_000), &["1:65 nested too deeply"]);
    check(&format!("{}{}", "[".repeat(100), "]".repeat(100)), &["1:33 nested too deeply"]);
    assert_eq!(super::problems(&"[".repeat(200_000)).len(), 1);
    let mut bomb = "a: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let below = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    check(&bomb, &["4:45 the aliases expand to too many values"]);
    let long = "x".repeat(1_000_000);
    assert_eq!(super::problems(&edited("archive\n", &format!("{long}\n"))).len(), 1);
    assert!(super::problems(&edited("region: ap", &format!("{long}: ap")))[0].len() < 1000);
}

#[test]
fn aliases_repeat_values() {
    let topology = valid(&edited("[app]", "&all [app]\n    regions: &r [us-east-1]").replace(
        "    filter",
        "  other:\n    accounts: *all\n    regions: *r\n    destination: central\n    log_groups: [/b]\n    filter",
    ));
    assert_eq!(
        topology.sources.values().filter(|source| source.regions[0].as_str() == "us-east-1").count(),
        2
    );
    check_edit(
        "  app: { id",
        "  app: { <<: *x, id",
        &["8:14 not valid YAML: while parsing node, found unknown anchor"],
    );
    check_edit("  app: { id", "  app: { <<: {}, id", &["8:10 merge keys (`<<`) are not supported"]);
}

#[test]
fn unknown_and_duplicate_keys() {
    check_edit("    bucket:", "    bukcet:", &["12:5 unknown key `bukcet`"]);
    check_advice(
        "    bucket:",
        "    bukcet:",
        "`central` has no such key",
        "did you mean `bucket`? (`central` has the keys account, region",
    );
    check_advice("    bucket:", "    nonsense:", "", "remove it");
    check_edit("name: logs", "name: logs\nname: more", &["3:1 duplicate key `name`"]);
    check_edit("    stream:", "    account: app\n    stream:", &["13:5 duplicate key `account`"]);
    check_edit("{ Project: poc }", "{ a: b, a: c }", &["4:15 duplicate key `a`"]);
}

#[test]
fn what_is_no_number_is_told_which_would_fit() {
    let seconds = |value: &str, why: &str, help: &str| {
        check_advice("buffer_mb: 5", &format!("buffer_seconds: {value}"), why, help);
    };
    let range = "write a whole number from 0 to 900";
    seconds("sixty", "this is the string `sixty`", range);
    seconds("60.5", "this is the number `60.5`", range);
    seconds("~", "this is empty", range);
    seconds("\"60\"", "this is the string `60`", "write the number without quotes");
    seconds("\"sixty\"", "this is the string `sixty`", range);
    seconds("901", "0 to 900 seconds", range);
    let days = |value: &str| {
        let (why, help) = ("after one day", "write a whole number from 1 to 4294967295");
        check_advice("name: central-bucket", &format!("expire_days: {value}"), why, help);
    };
    days("99999999999999999999");
    days("0");
    check_advice("version: 1", "version: one", "this is the string `one`", "write a whole number");
}

#[test]
fn wrong_types() {
    check_edit("version: 1", "version: \"1\"", &["1:10 `version` must be a whole number"]);
    check_edit(
        "version: 1",
        "version: 2",
        &["1:10 this logpipe reads version 1 of the format, not version 2"],
    );
    check_edit(
        "version: 1",
        "version: 0",
        &["1:10 this logpipe reads version 1 of the format, not version 0"],
    );
    check_edit("name: logs", "name: 12", &["2:7 `name` must be a string"]);
    check_advice("name: logs", "name: 12", "the number `12`", "quote it: `\"12\"`");
    check_edit("name: logs", "name:", &["2:1 `name` must be a string"]);
    check_edit("{ Project: poc }", "[a]", &["4:7 `tags` must be a map"]);
    check_edit("{ buffer_mb: 5 }", "{ error_log: yes }", &["13:26 `error_log` must be true or false"]);
    check_edit("[app]", "app", &["16:15 `accounts` must be a list"]);
    check_edit("{ name: central-bucket }", "", &["12:5 `bucket` must be a map"]);
}

#[test]
fn missing_keys() {
    check(
        "version: 1\n",
        &[
            "1:1 `topology` has no `destinations`",
            "1:1 `topology` has no `name`",
            "1:1 `topology` has no `region`",
            "1:1 `topology` has no `sources`",
        ],
    );
    check_edit("    account: archive\n", "", &["10:3 `central` has no `account`"]);
    check_edit("    log_groups: [\"/app/web\", \"/lambda/*\"]\n", "", &["15:3 `web` has no `log_groups`"]);
}

#[test]
fn agents_and_readers_need_no_pipeline() {
    let (start, _) = VALID.split_once("destinations:").unwrap();
    let agent = "agents: { web: { accounts: [app] } }\n";
    let reader = "readers: { ops: { account: app, trusted: { account: archive } } }\n";
    let topology = valid(&format!("{start}{agent}"));
    assert!(topology.destinations.is_empty() && topology.sources.is_empty());
    valid(&format!("{start}{reader}{agent}"));
    check(start, &["1:1 `topology` has no `destinations`", "1:1 `topology` has no `sources`"]);
    check(&format!("{start}agents: {{}}\n"), &["9:1 `agents` is empty"]);
    check(&format!("{start}readers: {{}}\n"), &["9:1 `readers` is empty"]);
    let destinations = "destinations: { central: { account: archive } }\n";
    check(&format!("{start}{agent}{destinations}"), &["1:1 `topology` has no `sources`"]);
}

#[test]
fn a_record_is_a_file_or_an_object() {
    let check = |record: &str, expected: &[&str]| {
        check_edit("version: 1", &format!("version: 1\nrecord: {record}"), expected);
    };
    check("here/", &["2:9 `here/` is not a file name"]);
    check("gs://a/b", &["2:9 the record cannot be at `gs://`"]);
    check("s3://a/b", &["2:9 the bucket `a` of the record is not valid"]);
    check("s3://Records/b", &["2:9 the bucket `Records` of the record is not valid"]);
    check("s3://records", &["2:9 the key `` of the record is not valid"]);
    check("s3://records/logs/", &["2:9 the key `logs/` of the record is not valid"]);
    check("s3://central-bucket/logs.json", &["2:9 the record is in the bucket that `central` makes"]);
    check("s3://records/logs.json\nrecord_lease_seconds: 600", &[]);
    check("s3://records/logs.json\nrecord_lease_seconds: 9", &["3:23 `record_lease_seconds` is 9"]);
    check(
        "logs.json\nrecord_lease_seconds: 600",
        &["3:23 `record_lease_seconds` does not apply to a record in a file"],
    );
    let topology = valid(&edited(
        "{ role_name: Deployer }",
        "{ role_name: Deployer, profile: ops }\nrecord: s3://records/logpipe/logs.json",
    ));
    let expect = RecordPlace::Object {
        bucket: "records".to_owned(),
        key: "logpipe/logs.json".to_owned(),
        profile: Some("ops".to_owned()),
        lease: Duration::from_secs(120),
    };
    assert_eq!(topology.record, expect);
    assert_eq!(topology.usual_record.to_str(), Some(".logpipe/logs.json"));
}

#[test]
fn what_equals_the_default_may_be_written() {
    valid(&edited("buffer_mb: 5", "format: envelope, compression: none, partition_by: []"));
    valid(&edited("name: central-bucket", "create: true"));
    valid(&edited("    stream:", "    allow: accounts\n    stream:"));
    valid(&edited("pattern: \"\"", "distribution: by_log_stream"));
    check_edit("buffer_mb: 5", "format: evelope", &["13:23 `format` cannot be `evelope`"]);
    check_advice("buffer_mb: 5", "format: evelope", "decompressed", "did you mean `envelope`?");
}

#[test]
fn what_should_be_a_list_is_shown_as_one() {
    check_advice("[app]", "app", "the string `app`", "write a list: `accounts: [app]`");
    check_advice("[app]", "111111111111", "the number", "write a list: `accounts: [\"111111111111\"]`");
    check_advice(
        "buffer_mb: 5",
        "partition_by: owner",
        "the string",
        "write a list: `partition_by: [owner]`",
    );
    check_advice(
        "[\"/app/web\", \"/lambda/*\"]",
        "/lambda/*",
        "the string",
        "write a list: `log_groups: [\"/lambda/*\"]`",
    );
}

#[test]
fn root_values() {
    check_edit("name: logs", "name: Logs", &["2:7 `Logs` is not valid for `name`"]);
    check_edit("region: ap-northeast-1", "region: tokyo", &["3:9 `tokyo` is not valid for `region`"]);
    let limits = |limits: &str, expected: &[&str]| {
        check_edit("version: 1", &format!("version: 1\nlimits: {limits}"), expected);
    };
    limits("{ filters_per_log_group: 5 }", &[]);
    limits("{ filters_per_log_group: 0 }", &["2:34 `filters_per_log_group` is 0"]);
    limits("{ filters_per_log_group: 101 }", &["2:34 `filters_per_log_group` is 101"]);
    limits("{ filters: 2 }", &["2:11 unknown key `filters`"]);
    limits("{ role_trust_characters: 8192 }", &[]);
    limits("{ role_trust_characters: 2047 }", &["2:34 `role_trust_characters` is 2047"]);
    limits("{ role_trust_characters: 8193 }", &["2:34 `role_trust_characters` is 8193"]);
}

#[test]
fn a_boundary_is_a_policy_of_every_account_by_its_name() {
    let check = |value: &str, expected: &[&str]| {
        check_edit("version: 1", &format!("version: 1\npermissions_boundary: {value}"), expected);
    };
    check("PowerUserAccess", &[]);
    check(
        "arn:aws:iam::111111111111:policy/team/B",
        &["2:23 `arn:aws:iam::111111111111:policy/team/B` is an ARN"],
    );
    check("'a b'", &["2:23 `a b` cannot be a policy name"]);
    check("[a]", &["2:23 `permissions_boundary` must be a string"]);
}

#[test]
fn tags() {
    check_edit("{ Project: poc }", "{ 'aws:x': a }", &["4:9 `aws:x` cannot be a tag key"]);
    check_edit("{ Project: poc }", "{ 'logpipe:x': a }", &["4:9 `logpipe:x` cannot be a tag key"]);
    check_edit("{ Project: poc }", "{ a: b;c }", &["4:12 the tag `a` cannot have this value"]);
    check_edit("{ Project: poc }", "{ team: a, Team: b }", &["4:18 the tag `team` is given twice"]);
    check_edit("{ Project: poc }", "{ a: 5 }", &["4:12 `a` must be a string"]);
    let many: Vec<String> = (0..49).map(|number| format!("t{number}: x")).collect();
    check_edit("{ Project: poc }", &format!("{{ {} }}", many.join(", ")), &["4:1 49 tags"]);
}

#[test]
fn everything_is_reported_in_one_run() {
    let yaml = edited("name: logs", "name: Logs")
        .replace("account: archive", "account: archiv")
        .replace("buffer_mb: 5", "buffer_mb: 500, bufer_seconds: 3")
        .replace("destination: central", "destination: centra")
        .replace("\"/app/web\"", "\"/app web\"");
    check(
        &yaml,
        &[
            "2:7 `Logs` is not valid for `name`",
            "11:14 unknown account `archiv`",
            "13:26 `buffer_mb` is 500",
            "13:31 unknown key `bufer_seconds`",
            "17:18 unknown destination `centra`",
            "18:18 `/app web` is not a log group name or glob",
        ],
    );
}
