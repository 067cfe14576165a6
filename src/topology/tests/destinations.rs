//! `destinations`: names, prefixes, lifecycle and stream settings.

use super::super::{Allow, Firehose, Transport};
use super::{VALID, check_advice, check_edit, edited, valid};

#[test]
fn defaults() {
    let topology = valid(&edited("    bucket: { name: central-bucket }\n", ""));
    let central = topology.destinations.values().next().unwrap();
    assert_eq!(central.bucket.name, "logs-central-999999999999-ap-northeast-1");
    assert_eq!((central.bucket.prefix.as_str(), central.bucket.versioning), ("logs/", None));
    assert_eq!(central.bucket.error_prefix, "errors/!{firehose:error-output-type}/");
    let Transport::Firehose(Firehose { stream, role }) = &central.transport;
    assert_eq!((stream.name.as_str(), stream.buffer_seconds), ("logs-central", 300));
    assert_eq!((stream.file_extension.as_str(), stream.error_log), (".json.gz", true));
    assert_eq!(central.destination_name, "logs-central");
    assert_eq!((role.as_str(), central.cwl_role.as_str()), ("logs-central-firehose", "logs-central-cwl"));
    assert_eq!(central.region.as_str(), "ap-northeast-1");
}

#[test]
fn names() {
    check_edit("central-bucket", "Central", &["12:21 `Central` cannot be a bucket name"]);
    check_edit("buffer_mb: 5", "name: 'a b'", &["13:21 `a b` cannot be a Firehose stream name"]);
    let key = |line: &str, expected: &str| {
        check_edit("    stream:", &format!("    {line}\n    stream:"), &[expected]);
    };
    key("destination_name: a*", "13:23 `a*` cannot be a destination name");
    key("firehose_role: a/b", "13:20 `a/b` cannot be a role name");
    key("cwl_role: ''", "13:15 `` cannot be a role name");
    let yaml = VALID.replace("central:", "Central:").replace("destination: central", "destination: Central");
    super::check(&yaml, &["10:3 `Central` is not valid for `destinations`"]);
}

#[test]
fn buckets_of_account_regional_namespaces() {
    let own = "archive-999999999999-ap-northeast-1-an";
    let bucket = |keys: &str| edited("name: central-bucket", keys);
    valid(&bucket(&format!("name: {own}, namespace: account_regional")));
    valid(&bucket(&format!("name: {own}, create: false")));
    valid(&bucket("namespace: global"));
    let derived = valid(&bucket("namespace: account_regional"));
    let derived = derived.destinations.into_values().next().unwrap().bucket;
    assert_eq!(derived.name, "logs-central-999999999999-ap-northeast-1-an");
    assert!(derived.account_regional);
    let refused = |keys: &str, problem: &str, why: &str, help: &str| {
        let invalid = super::parse("t.yaml", &bucket(keys)).unwrap_err();
        let [only] = invalid.problems() else { panic!("{:?}", invalid.problems()) };
        assert_eq!(only.message(), problem);
        assert!(only.why().contains(why) && only.help().contains(help), "{} {}", only.why(), only.help());
    };
    refused(
        "name: logs-an",
        "`logs-an` ends in `-an`",
        "S3 reserves the suffix `-an`",
        "write `namespace: account_regional`",
    );
    refused(
        "name: logs, namespace: account_regional",
        "`logs` cannot be a bucket name in the account-regional namespace",
        "`-999999999999-ap-northeast-1-an`",
        "write `logs-999999999999-ap-northeast-1-an`",
    );
    refused(
        "name: b-111111111111-ap-northeast-1-an, namespace: account_regional",
        "`b-111111111111-ap-northeast-1-an` cannot be a bucket name in the account-regional namespace",
        "account, region and `-an`",
        "leave `name` out",
    );
    check_edit(
        "name: central-bucket",
        "name: x-an, create: false, namespace: global",
        &["12:42 `namespace` cannot be combined with `create: false`"],
    );
}

#[test]
fn derived_names_are_never_cut() {
    let yaml = edited("    bucket: { name: central-bucket }\n", "")
        .replace("name: logs", "name: a-quite-long-topology-name");
    let name = "a-quite-long-topology-name-central-999999999999-ap-northeast-1";
    assert!(name.len() <= 63);
    valid(&yaml);
    let yaml = yaml.replace("central", "centralized");
    super::check(
        &yaml,
        &[
            "10:3 the derived bucket name `a-quite-long-topology-name-centralized-999999999999-ap-northeast-1` is not valid",
        ],
    );
    let invalid = super::parse("t.yaml", &yaml).unwrap_err();
    let help = invalid.problems()[0].help();
    assert_eq!(help, "set a name, for instance `bucket: { name: centralized-999999999999-ap-northeast-1 }`");
}

#[test]
fn regions_share_a_partition() {
    let key = |line: &str, expected: &str| {
        check_edit("    stream:", &format!("    {line}\n    stream:"), &[expected]);
    };
    key("region: cn-north-1", "13:13 `cn-north-1` is in the partition `aws-cn`");
    key("region: nowhere", "13:13 `nowhere` is not valid for `region`");
    check_edit(
        "    filter",
        "    regions: [us-gov-west-1]\n    filter",
        &["19:15 `us-gov-west-1` is in the partition `aws-us-gov`"],
    );
}

#[test]
fn buffers_and_extension() {
    let stream = |keys: &str, expected: &str| check_edit("buffer_mb: 5", keys, &[expected]);
    stream("buffer_mb: 0", "13:26 `buffer_mb` is 0");
    stream("buffer_mb: 129", "13:26 `buffer_mb` is 129");
    stream("buffer_seconds: 901", "13:31 `buffer_seconds` is 901");
    stream("buffer_seconds: -1", "13:31 `buffer_seconds` is -1");
    stream("buffer_seconds: 1.5", "13:31 `buffer_seconds` must be a whole number");
    stream("file_extension: gz", "13:31 `gz` cannot be a file extension");
    valid(&edited(
        "buffer_mb: 5",
        "buffer_mb: 128, buffer_seconds: 0, file_extension: .gz, error_log: false",
    ));
}

#[test]
fn a_prefix_with_an_expression_gets_its_hour_from_us() {
    let check = |prefix: &str, expect: &str| {
        let edited = edited("name: central-bucket", &format!("prefix: '{prefix}'"));
        let topology = valid(&edited);
        assert_eq!(topology.destinations.values().next().unwrap().object_prefix(), expect);
    };
    check("logs/", "logs/");
    check("", "");
    check("l/!{timestamp:yyyy}/!{firehose:random-string}/", "l/!{timestamp:yyyy}/!{firehose:random-string}/");
    check("l/!{firehose:random-string}/", "l/!{firehose:random-string}/!{timestamp:yyyy/MM/dd/HH}/");
    check("l/!{firehose:random-string}", "l/!{firehose:random-string}/!{timestamp:yyyy/MM/dd/HH}/");
}

#[test]
fn prefixes() {
    let bucket = |keys: &str, expected: &[&str]| check_edit("name: central-bucket", keys, expected);
    bucket("prefix: 'a/!{timestamp:yyyy}/'", &[]);
    bucket("prefix: ''", &[]);
    bucket(
        "prefix: '!{firehose:error-output-type}'",
        &["12:23 `prefix` cannot be `!{firehose:error-output-type}`"],
    );
    bucket("prefix: '!{timestamp:yyyy}/', error_prefix: ''", &["12:59 `error_prefix` is empty"]);
    bucket("error_prefix: '!{timestamp:yyyy}'", &["12:29 `error_prefix` cannot be `!{timestamp:yyyy}`"]);
    check_advice(
        "name: central-bucket",
        "error_prefix: '!{timestamp:yyyy}'",
        "the type of error",
        "error-output-type",
    );
}

#[test]
fn lifecycle() {
    let bucket = |keys: &str, expected: &[&str]| check_edit("name: central-bucket", keys, expected);
    bucket("expire_days: 0", &["12:28 `expire_days` is 0"]);
    bucket("transitions: [{ days: 90, storage_class: GLACER }]", &["12:56 unknown storage class `GLACER`"]);
    bucket(
        "transitions: [{ days: 90, storage_class: STANDARD }]",
        &["12:56 unknown storage class `STANDARD`"],
    );
    bucket("transitions: [{ days: 9, storage_class: STANDARD_IA }]", &["12:37 `days` is 9"]);
    bucket("transitions: [{ days: 9 }]", &["12:29 `transitions` has no `storage_class`"]);
    bucket(
        "transitions: [{ days: 9, storage_class: GLACIER, min_object_size: 0 }]",
        &["12:81 `min_object_size` is 0"],
    );
    bucket(
        "transitions: [{ days: 9, storage_class: GLACIER, min_object_size: 1 }, { days: 99, storage_class: DEEP_ARCHIVE, min_object_size: 2 }]",
        &["12:94 `min_object_size` is 1 in one transition and 2 in another"],
    );
    bucket(
        "transitions: [{ days: 9, storage_class: GLACIER }, { days: 30, storage_class: STANDARD_IA }]",
        &["12:74 GLACIER after 9 days and STANDARD_IA after 30 days"],
    );
    bucket(
        "transitions: [{ days: 90, storage_class: GLACIER }, { days: 30, storage_class: STANDARD_IA }]",
        &["12:75 GLACIER after 90 days and STANDARD_IA after 30 days"],
    );
    bucket(
        "transitions: [{ days: 90, storage_class: GLACIER }, { days: 30, storage_class: DEEP_ARCHIVE }]",
        &["12:75 GLACIER after 90 days and DEEP_ARCHIVE after 30 days"],
    );
    bucket(
        "expire_days: 90, transitions: [{ days: 90, storage_class: GLACIER }]",
        &["12:28 objects are deleted after 90 days and moved after 90"],
    );
    let topology = valid(&edited(
        "name: central-bucket",
        "expire_days: 91, transitions: [{ days: 30, storage_class: STANDARD_IA }, { days: 90, storage_class: GLACIER }]",
    ));
    let bucket = &topology.destinations.values().next().unwrap().bucket;
    let days: Vec<u32> = bucket.transitions.iter().map(|transition| transition.days).collect();
    assert_eq!((days.as_slice(), bucket.expire_days), ([30, 90].as_slice(), Some(91)));
}

#[test]
fn destinations_that_admit_an_organization() {
    let yaml =
        |organization: &str| edited("    stream:", "    allow: organization\n    stream:") + organization;
    super::check(&yaml(""), &["13:12 `allow: organization` needs the id of the organisation"]);
    super::check(
        &yaml("organization: { account: app }\n"),
        &["13:12 `allow: organization` needs the id of the organisation"],
    );
    super::check(&yaml("organization: { id: x }\n"), &["21:21 `x` is not valid for `id`"]);
    let central =
        valid(&yaml("organization: { id: o-exampleorgid }\n")).destinations.into_values().next().unwrap();
    assert_eq!(central.allow, Allow::Organization("o-exampleorgid".parse().unwrap()));
    assert_eq!(central.sender_role, "logs-central-sender");
    check_edit("    stream:", "    allow: all\n    stream:", &["13:12 `allow` cannot be `all`"]);
    let taken = yaml("organization: { id: o-exampleorgid }\n")
        .replace("account: archive", "account: app\n    cwl_role: logs-central-sender");
    super::check(&taken, &["14:12 two roles are called `logs-central-sender`"]);
}
