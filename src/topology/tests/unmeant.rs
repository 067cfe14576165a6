//! What is accepted and has no effect, or another one than it seems to have.

use super::{VALID, edited, parse, valid};

/// The codes of the warnings, with their places.
#[track_caller]
fn check(yaml: &str, expected: &[&str]) {
    let warnings = valid(yaml).warnings;
    let told = warnings.iter().map(|warning| {
        format!("{}:{} {}", warning.excerpt.line(), warning.excerpt.column(), warning.rule().name())
    });
    assert_eq!(told.collect::<Vec<_>>(), expected, "in\n{yaml}");
}

#[test]
fn what_is_without_effect_is_warned_of() {
    check(VALID, &[]);
    check(&edited("    filter:", "    retention_days: 30\n    filter:"), &["19:5 retention_without_create"]);
    check(&edited("    filter:", "    retention_days: 30\n    create: true\n    filter:"), &[]);
    let globs = edited("[\"/app/web\", \"/lambda/*\"]", "[\"/lambda/*\"]\n    create: true");
    check(&globs, &["19:5 create_without_names"]);
    check(&edited("  app: {", "  spare: \"222222222222\"\n  app: {"), &["8:3 unused_account"]);
    let spare = "  spare:\n    account: archive\n    bucket: { name: spare-bucket }\nsources:\n";
    check(&edited("sources:\n", spare), &["14:3 unused_destination"]);
    check(&format!("{VALID}limits: {{ trust_organization: true }}\n"), &["20:11 trust_without_organization"]);
    check(&format!("{VALID}limits: {{ trust_organization: false }}\n"), &[]);
    let members = edited("account: archive", "account: archive\n    allow: organization");
    let organization = "organization: { id: o-exampleorgid }\nlimits: { trust_organization: true }\n";
    check(&format!("{members}{organization}"), &[]);
}

#[test]
fn what_has_another_effect_is_warned_of() {
    let prefix = "{ name: central-bucket, prefix: logs }";
    check(&edited("{ name: central-bucket }", prefix), &["12:45 prefix_without_slash"]);
    let error = "{ name: central-bucket, prefix: \"\", error_prefix: failed }";
    check(&edited("{ name: central-bucket }", error), &["12:63 prefix_without_slash"]);
    check(
        &edited("filter: { pattern: \"\" }", "filter: { pattern: '\"${STAGE}\"' }"),
        &["19:24 variable_in_text"],
    );
}

/// The names of the warnings of the valid topology with these texts replaced, after each other.
#[track_caller]
fn check_edits(edits: &[(&str, &str)], expected: &[&str]) {
    let mut yaml = VALID.to_owned();
    for (from, to) in edits {
        assert_eq!(yaml.matches(from).count(), 1, "`{from}` in\n{yaml}");
        yaml = yaml.replace(from, to);
    }
    let names = valid(&yaml).warnings.iter().map(|warning| warning.rule().name()).collect::<Vec<_>>();
    assert_eq!(names, expected, "in\n{yaml}");
}

const FILTER: &str = "    filter: { pattern: \"\" }\n";

/// A second source of this kind, beside `web` with `/app/web` and `/lambda/*` under an empty pattern.
fn second(source: &str) -> String {
    format!("{FILTER}  second: {{ {source} }}\n")
}

#[test]
fn events_arrive_twice_only_where_both_filters_take_them() {
    let check = |source: &str, expected: &[&str]| {
        check_edits(&[(FILTER, &second(source))], expected);
    };
    let twice = &["delivered_twice"][..];
    let other = "accounts: [app], destination: central, filter: { name: other }";
    check(&format!("{other}, log_groups: [/app/web]"), twice);
    check(&format!("{other}, log_groups: [/lambda/one]"), twice);
    check(&format!("{other}, log_groups: [\"/app/*\"]"), twice);
    check("accounts: [app], destination: central, scope: account", twice);
    check("accounts: [app], destination: central, scope: account, exclude: [/app/web]", &[]);
    check(&format!("{other}, log_groups: [\"/app/*\"], exclude: [\"/app/w*\"]"), &[]);
    // What two globs have in common is not known.
    check(&format!("{other}, log_groups: [\"/lambda/o*\"]"), &[]);
    check(&format!("{other}, log_groups: [/app/web], regions: [ap-northeast-3]"), &["events_leave_region"]);
    check("accounts: [archive], destination: central, log_groups: [/app/web]", &[]);
    let patterns = |mine: &str, theirs: &str, expected: &[&str]| {
        let source = format!(
            "accounts: [app], destination: central, log_groups: [/app/web], filter: {{ name: other, pattern: {theirs} }}"
        );
        let first = format!("    filter: {{ pattern: {mine} }}\n");
        check_edits(&[(FILTER, &second(&source).replace(FILTER, &first))], expected);
    };
    patterns("ERROR", "WARN", &[]);
    patterns("ERROR", "ERROR", twice);
    patterns("ERROR", "\" \"", twice);
}

#[test]
fn exclusions_without_effect_begin_otherwise_than_every_glob() {
    let check = |exclude: &str, expected: &[&str]| {
        check_edits(&[(FILTER, &format!("    exclude: [{exclude}]\n{FILTER}"))], expected);
    };
    let without = &["exclude_without_effect"][..];
    check("\"/lambda/debug*\"", &[]);
    check("\"*debug\"", &[]);
    check("\"/lam*\"", &[]);
    check("/lambda/debug", &[]);
    check("\"/app/other*\"", without);
    check("/lambd", without);
    check_edits(
        &[("\"/app/web\", \"/lambda/*\"", "/app/web"), (FILTER, "    exclude: [\"/app/x*\"]\n")],
        without,
    );
}

#[test]
fn only_what_is_created_has_a_short_retention() {
    let check = |of: &str, expected: &[&str]| {
        check_edits(&[(FILTER, &format!("    retention_days: {of}\n{FILTER}"))], expected);
    };
    check("1\n    create: true", &["retention_shorter_than_retries"]);
    check("3\n    create: true", &[]);
    check("1", &["retention_without_create"]);
}

#[test]
fn regions_are_compared_with_that_of_the_bucket() {
    let region = ("account: archive", "account: archive\n    region: us-east-1");
    check_edits(&[region], &["events_leave_region"]);
    check_edits(&[region, (FILTER, &format!("    regions: [us-east-1]\n{FILTER}"))], &[]);
}

#[test]
fn objects_are_called_by_what_they_are() {
    let check = |stream: &str, expected: &[&str]| {
        check_edits(&[("{ buffer_mb: 5 }", &format!("{{ {stream} }}"))], expected);
    };
    let misleads = &["extension_misleads"][..];
    check("file_extension: .gz", &[]);
    check("file_extension: .json", misleads);
    check("format: decompressed, file_extension: .json.gz", misleads);
    check("format: decompressed, file_extension: .jsonl", &[]);
    check("format: messages, compression: gzip, file_extension: .log", misleads);
    check("format: messages, compression: gzip", &[]);
}

#[test]
fn failed_records_lie_beside_objects() {
    let check = |prefixes: &str, expected: &[&str]| {
        let bucket = format!("{{ name: central-bucket, {prefixes} }}");
        check_edits(&[("{ name: central-bucket }", &bucket)], expected);
    };
    let among = &["errors_among_objects"][..];
    check("prefix: errors/", among);
    check("error_prefix: logs/", among);
    check(
        "prefix: \"logs/!{timestamp:yyyy}/\", error_prefix: \"logs/!{firehose:error-output-type}/\"",
        among,
    );
    check("prefix: \"\", error_prefix: failed/", &[]);
    check("prefix: logs/a/, error_prefix: logs/b/", &[]);
    check("prefix: \"!{timestamp:yyyy}/\"", &[]);
}

#[test]
fn a_storage_class_is_left_after_what_is_billed() {
    let check = |lifecycle: &str, expected: &[&str]| {
        let bucket = format!("{{ name: central-bucket, {lifecycle} }}");
        check_edits(&[("{ name: central-bucket }", &bucket)], expected);
    };
    let early = &["moved_for_less_than_billed"][..];
    check("transitions: [{ days: 30, storage_class: GLACIER }]", &[]);
    check("transitions: [{ days: 30, storage_class: GLACIER }], expire_days: 119", early);
    check("transitions: [{ days: 30, storage_class: GLACIER }], expire_days: 120", &[]);
    check("transitions: [{ days: 0, storage_class: INTELLIGENT_TIERING }], expire_days: 2", &[]);
    let both =
        "transitions: [{ days: 30, storage_class: STANDARD_IA }, { days: 59, storage_class: DEEP_ARCHIVE }]";
    check(both, early);
    check(&both.replace("59", "60"), &[]);
    check(&format!("{}, expire_days: 200", both.replace("59", "60")), early);
}

#[test]
fn what_is_for_a_role_is_of_no_use_without_one() {
    let check = |access: &str, archive: &str, app: &str, expected: &[&str]| {
        check_edits(
            &[
                ("access: { role_name: Deployer }", &format!("access: {{ {access} }}")),
                ("archive: \"999999999999\"", &format!("archive: {{ id: \"999999999999\", {archive} }}")),
                ("{ id: \"111111111111\" }", &format!("{{ id: \"111111111111\", {app} }}")),
            ],
            expected,
        );
    };
    let without = &["access_without_role"][..];
    let (mine, yours) = ("profile: archive", "profile: app");
    check("profile: ops", mine, yours, &[]);
    check("profile: ops, external_id: abc123", mine, yours, without);
    check("profile: ops, session_name: me", mine, &format!("{yours}, via: []"), &["access_without_role"; 2]);
    check("profile: ops, external_id: abc123", mine, "role_name: Own", &[]);
    check("profile: ops", mine, &format!("{yours}, external_id: abc123"), without);
    check("profile: ops", mine, "assume_role: false, external_id: abc123", &[]);
    check("role_name: Deployer, external_id: abc123", mine, yours, &[]);
}

const AGENT: &str = "agents:\n  web:\n    accounts: [app]\n";

#[track_caller]
fn check_agent(keys: &str, expected: &[&str]) {
    check_edits(&[("sources:\n", &format!("{AGENT}{keys}sources:\n"))], expected);
}

#[test]
fn policies_that_allow_everything_say_so_without_a_condition() {
    let check = |statement: &str, expected: &[&str]| {
        let document = format!("{{ Version: \"2012-10-17\", Statement: {{ {statement} }} }}");
        check_agent(&format!("    extra_policies: [{{ name: x, document: {document} }}]\n"), expected);
    };
    let everything = &["policy_allows_everything"][..];
    check("Effect: Allow, Action: \"*\", Resource: \"*\"", everything);
    check("Effect: Allow, Action: [\"s3:*\", \"iam:*\"], Resource: [\"*\"]", everything);
    check("Effect: Deny, Action: \"*\", Resource: \"*\"", &[]);
    check("Effect: Allow, Action: \"s3:*\", Resource: \"*\"", &[]);
    check("Effect: Allow, Action: \"*\", Resource: \"arn:aws:s3:::data/*\"", &[]);
    let only = "Condition: { StringEquals: { \"aws:PrincipalTag/team\": x } }";
    check(&format!("Effect: Allow, Action: \"*\", Resource: \"*\", {only}"), &[]);
}

#[test]
fn variables_of_policies_need_their_version() {
    let check = |version: &str, resource: &str, expected: &[&str]| {
        let statement =
            format!("Statement: {{ Effect: Allow, Action: \"s3:GetObject\", Resource: {resource:?} }}");
        let document = format!("{{ {version}{statement} }}");
        check_agent(&format!("    extra_policies: [{{ name: x, document: {document} }}]\n"), expected);
    };
    let variable = "arn:aws:s3:::data/${aws:PrincipalTag/team}/*";
    check("", variable, &["policy_variable_without_version"]);
    check("Version: \"2008-10-17\", ", variable, &["policy_variable_without_version"]);
    check("Version: \"2012-10-17\", ", variable, &[]);
    check("", "arn:aws:s3:::data/*", &[]);
}

#[test]
fn an_agent_with_its_own_policy_alone_writes_where_that_lets_it() {
    let check = |role: &str, group: &str, expected: &[&str]| {
        let files = format!("    files: [{{ path: /var/log/messages, log_group: {group:?} }}]\n");
        check_agent(&format!("    policy: {{ log_groups: [\"/app/*\"] }}\n    {role}\n{files}"), expected);
    };
    let none = "role: { managed_policies: [] }";
    check(none, "/other", &["agent_cannot_write"]);
    check(none, "/app/web", &[]);
    check(none, "/{instance_id}", &[]);
    check("role: {}", "/other", &[]);
    check("attach_to: { role: theirs }", "/other", &[]);
}

#[test]
fn a_key_of_another_account_is_told() {
    let check = |account: &str, expected: &[&str]| {
        let key = format!("arn:aws:kms:ap-northeast-1:{account}:key/1234abcd-12ab-34cd-56ef-1234567890ab");
        let bucket = format!("{{ name: central-bucket, kms_key_arn: {key:?} }}");
        check_edits(&[("{ name: central-bucket }", &bucket)], expected);
    };
    check("111111111111", &["key_of_another_account"]);
    check("999999999999", &[]);
}

#[test]
fn an_organisation_that_no_source_covers_has_no_members() {
    let organization = |accounts: &str, keys: &str, expected: &[&str]| {
        let all = format!("organization: {{ id: o-exampleorgid{keys} }}\naccounts:\n  archive");
        check_edits(&[("accounts:\n  archive", &all), ("[app]", accounts)], expected);
    };
    organization("[app]", ", include: [\"111111111111\"]", &["organization_without_source"]);
    organization("[app]", "", &[]);
    organization("[app, organization]", ", account: app, include: [\"111111111111\"]", &[]);
}

/// A destination that cannot be read is no reason to call its account unused.
#[test]
fn nothing_is_told_of_a_topology_that_is_not_whole() {
    let invalid = parse("t.yaml", &edited("    account: archive", "    acount: archive")).unwrap_err();
    assert_eq!(invalid.warnings(), []);
}
