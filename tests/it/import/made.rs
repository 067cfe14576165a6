//! What differently made pipelines are as topologies.

use logpipe::exit::Exit;
use serde_json::{Value, json};

use super::hand::{self, allow, destination_arn, role_arn, stream_arn, trust_of};
use super::{changes, codes, empty, explained, import, imported, takes_over};
use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::support::topologies::{PIPELINE, named};

const SHOP: [&str; 2] = ["--account", "shop=222222222222"];

fn lose_the_record(bench: &Bench) {
    std::fs::remove_dir_all(bench.path(".logpipe/sandbox/records")).unwrap();
}

#[test]
fn a_pipeline_of_logpipes_own_is_the_topology_it_was_made_from() {
    let bench = Bench::new(&named("t", PIPELINE));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    lose_the_record(&bench);
    let said = imported(&bench, &SHOP);
    assert_eq!(
        (&said["topology"], &said["inexpressible"], &said["overwide"]),
        (&json!("t"), &json!([]), &json!([]))
    );
    assert_eq!(said["differences"], json!([]), "{said:#}");
    let text = said["text"].as_str().unwrap();
    let rest = text.split_once("version: 1\n").unwrap().1;
    let expect = "\
name: t
region: ap-northeast-1
access:
  role_name: LogpipeDeployer
accounts:
  archive: \"999999999999\"
  app: \"111111111111\"
  shop: \"222222222222\"
destinations:
  central:
    account: archive
    stream:
      format: decompressed
      buffer_seconds: 60
sources:
  app:
    accounts:
      - app
    destination: central
    log_groups:
      - \"/app/web\"
    create: true
  shop:
    accounts:
      - shop
    destination: central
    scope: account
";
    assert_eq!(rest, expect);
    assert_eq!(changes(&bench), [""; 0]);
    takes_over(&bench);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
}

#[test]
fn the_walk_through_by_hand_is_taken_over_and_what_it_allows_too_much_is_told() {
    let bench = empty();
    hand::walk_through(&bench);
    let said = imported(&bench, &[]);
    let text = said["text"].as_str().unwrap();
    for line in [
        "name: delivery-test-destination\n",
        "      name: delivery-test\n",
        "      name: delivery-test-stream\n",
        "    destination_name: delivery-test-destination\n",
        "    firehose_role: FirehosRoleToS3\n",
        "    cwl_role: CWLtoKinesisFirehoseRole\n",
        "      - \"/delivery/test\"\n",
        "      name: delivery-test-filter\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    assert!(!text.contains("create: true"), "{text}");
    let overwide: Vec<(&str, &Value)> = said["overwide"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["policy"].as_str().unwrap(), &one["actions"]))
        .collect();
    let policy = "Permissions-Policy-For-CWL";
    assert_eq!(overwide, [(policy, &json!(["firehose:*"])), (policy, &json!(["iam:PassRole"]))]);
    let first = &said["overwide"][0];
    assert_eq!(
        first["replaced_by"]["Statement"][0]["Action"],
        json!(["firehose:PutRecord", "firehose:PutRecordBatch"])
    );
    assert!(first["remove"].as_str().unwrap().contains("--adopt --tighten"), "{first:#}");
    assert_eq!(codes(&said["inexpressible"]), ["file_extension"]);
    explained(&bench, &said);
    takes_over(&bench);
    let policies = bench
        .aws(ARCHIVE, TOKYO, async |config| aws::inline_policies(&config, "CWLtoKinesisFirehoseRole").await);
    let names: Vec<&str> = policies.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, [policy, "logpipe"], "theirs stays");
}

/// Names with random ends, managed policies, and the same tags on everything that has tags.
fn terraform(bench: &Bench) {
    const TAGS: &[(&str, &str)] = &[("ManagedBy", "terraform"), ("Environment", "prod")];
    let bucket = "acme-logs-20240607081122334400000001";
    hand::bucket(bench, bucket);
    bench.aws(ARCHIVE, TOKYO, async move |config| {
        let tag = |(key, value): &(&str, &str)| {
            aws_sdk_s3::types::Tag::builder().key(*key).value(*value).build().unwrap()
        };
        let tags = aws_sdk_s3::types::Tagging::builder().set_tag_set(Some(TAGS.iter().map(tag).collect()));
        aws::s3(&config)
            .put_bucket_tagging()
            .bucket(bucket)
            .tagging(tags.build().unwrap())
            .send()
            .await
            .unwrap();
    });
    let (writer, sender) = ("firehose-2024060708112233440000000a", "cwl-2024060708112233440000000b");
    let trust = trust_of("firehose.amazonaws.com", &Value::Null);
    let document = hand::walk_through_writer(bucket);
    hand::role_with_attachment(bench, (writer, "firehose-s3-0c"), trust, document, TAGS);
    let trust = trust_of("logs.amazonaws.com", &Value::Null);
    let document = allow(&json!(["firehose:PutRecord", "firehose:PutRecordBatch"]), &json!("*"));
    hand::role_with_attachment(bench, (sender, "cwl-firehose-0d"), trust, document, TAGS);
    let into = hand::into(bucket, writer).prefix("AWSLogs/").error_output_prefix("failed/");
    let into = into.file_extension(".gz");
    hand::stream(bench, "acme-logs-7f3a9c", into, TAGS);
    let policy = hand::admitting("acme-logs-7f3a9c", &[SOURCE]);
    hand::destination(bench, "acme-logs-7f3a9c", ("acme-logs-7f3a9c", sender), policy);
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let call = aws::logs(&config).tag_resource().resource_arn(destination_arn("acme-logs-7f3a9c"));
        let tags = TAGS.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        call.set_tags(Some(tags)).send().await.unwrap();
    });
    let to = destination_arn("acme-logs-7f3a9c");
    for group in ["/ecs/shop", "/ecs/web"] {
        hand::filter(bench, SOURCE, group, "to-acme-logs", &to, "{ $.level = \"error\" }");
    }
}

#[test]
fn what_terraform_made_keeps_its_names_its_tags_and_its_attached_policies() {
    let bench = empty();
    terraform(&bench);
    let said = imported(&bench, &["--name", "acme"]);
    let text = said["text"].as_str().unwrap();
    for part in [
        "name: acme\n",
        "tags:\n  \"Environment\": prod\n  \"ManagedBy\": terraform\n",
        "      prefix: \"AWSLogs/\"\n      error_prefix: \"failed/\"\n",
        "      file_extension: \".gz\"\n",
        "      error_log: false\n",
        "    firehose_role: firehose-2024060708112233440000000a\n",
        "      - \"/ecs/shop\"\n      - \"/ecs/web\"\n",
        "      name: to-acme-logs\n      pattern: \"{ $.level = \\\"error\\\" }\"\n",
    ] {
        assert!(text.contains(part), "{part}{text}");
    }
    let overwide = said["overwide"].as_array().unwrap();
    let kinds: Vec<&str> = overwide.iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["trust policy", "managed policy", "trust policy"]);
    assert_eq!(overwide[1]["resources"], json!(["*"]));
    assert!(overwide[1]["remove"].as_str().unwrap().contains("--adopt --tighten"), "{overwide:#?}");
    assert_eq!(said["inexpressible"], json!([]), "{said:#}");
    explained(&bench, &said);
    let changed = changes(&bench);
    let expect = [
        "create s3_bucket_policy.acme-logs-20240607081122334400000001",
        "iam_role policy",
        "iam_role trust",
        "iam_role policy",
        "iam_role trust",
        "logs_destination_policy policy",
    ];
    let mut rest = changed.clone();
    rest.retain(|change| !expect.contains(&change.as_str()));
    assert_eq!(rest, [""; 0], "{changed:#?}");
    takes_over(&bench);
    let attached = bench
        .aws(ARCHIVE, TOKYO, async |config| aws::attached(&config, "cwl-2024060708112233440000000b").await);
    assert_eq!(attached.len(), 1, "it stays");
}

/// As Landing Zone Accelerator has it, with Firehose in the place of Kinesis: the organisation may send, every account by one
/// policy, and objects are partitioned by account and log group.
fn landing_zone(bench: &Bench) {
    let bucket = "aws-accelerator-central-logs-999999999999-ap-northeast-1";
    hand::bucket(bench, bucket);
    let trust = trust_of("firehose.amazonaws.com", &Value::Null);
    hand::role(
        bench,
        "AWSAccelerator-FirehoseRole",
        "/",
        trust,
        ("FirehoseToS3", hand::walk_through_writer(bucket)),
    );
    let trust = trust_of(&format!("logs.{TOKYO}.amazonaws.com"), &Value::Null);
    let sender = "AWSAccelerator-LogReplicationRole";
    let put = allow(&json!("firehose:PutRecord"), &json!(stream_arn("AWSAccelerator-FirehoseStream")));
    hand::role(bench, sender, "/", trust, ("AllowFirehose", put));
    let processors = vec![hand::decompression(), hand::partition_keys("{owner:.owner,logGroup:.logGroup}")];
    let prefix = "CloudWatchLogs/owner=!{partitionKeyFromQuery:owner}/logGroup=!{partitionKeyFromQuery:logGroup}/!{timestamp:yyyy/MM/dd/HH}/";
    let into = hand::into(bucket, "AWSAccelerator-FirehoseRole").prefix(prefix);
    let into = into.error_output_prefix("CloudWatchLogs/errors/!{firehose:error-output-type}/");
    let hints = aws_sdk_firehose::types::BufferingHints::builder().size_in_mbs(64).interval_in_seconds(60);
    let into = into.buffering_hints(hints.build()).file_extension(".json");
    let into = into.processing_configuration(hand::processing(processors));
    let into = into.dynamic_partitioning_configuration(hand::partitioning());
    hand::stream(bench, "AWSAccelerator-FirehoseStream", into, &[]);
    let name = "AWSAcceleratorCloudWatchToS3";
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": "*",
        "Action": ["logs:PutSubscriptionFilter", "logs:PutAccountPolicy"],
        "Resource": destination_arn(name),
        "Condition": { "StringEquals": { "aws:PrincipalOrgID": "o-exampleorgid" } },
    }]});
    hand::destination(bench, name, ("AWSAccelerator-FirehoseStream", sender), policy);
    let own = "AWSAccelerator-SubscriptionRole";
    bench.aws(SOURCE, TOKYO, async move |config| {
        let iam = aws::iam(&config);
        let trust = trust_of("logs.amazonaws.com", &Value::Null).to_string();
        iam.create_role().role_name(own).assume_role_policy_document(trust).send().await.unwrap();
        let write = allow(&json!("logs:PutLogEvents"), &json!("*")).to_string();
        let call = iam.put_role_policy().role_name(own).policy_name("write").policy_document(write);
        call.send().await.unwrap();
        for group in ["/app/web", "/app/noise"] {
            aws::logs(&config).create_log_group().log_group_name(group).send().await.unwrap();
        }
    });
    bench.pass(300);
    let document = json!({
        "DestinationArn": destination_arn(name),
        "FilterPattern": "",
        "RoleArn": format!("arn:aws:iam::{SOURCE}:role/{own}"),
        "Distribution": "Random",
    });
    let criteria = "LogGroupName NOT IN [\"/app/noise\"]";
    hand::account_policy(bench, SOURCE, "ACCELERATOR_ACCOUNT_SUBSCRIPTION_POLICY", document, criteria);
}

#[test]
fn what_a_landing_zone_made_is_of_the_organisation_and_of_whole_accounts() {
    let bench = empty();
    landing_zone(&bench);
    let said = imported(&bench, &[]);
    let text = said["text"].as_str().unwrap();
    for part in [
        "name: awsacceleratorcloudwatchtos3\n",
        "organization:\n  id: o-exampleorgid\n",
        "    allow: organization\n",
        "      prefix: \"CloudWatchLogs/\"\n",
        "      partition_by:\n        - owner\n        - logGroup\n",
        "    scope: account\n    exclude:\n      - \"/app/noise\"\n",
        "      name: ACCELERATOR_ACCOUNT_SUBSCRIPTION_POLICY\n      distribution: random\n",
    ] {
        assert!(text.contains(part), "{part}{text}");
    }
    assert_eq!(codes(&said["inexpressible"]), ["subscription_role"], "{said:#}");
    explained(&bench, &said);
    takes_over(&bench);
}

/// Messages, gzipped, encrypted with a key, and kept for as long as two lifecycle rules say.
fn messages(bench: &Bench) {
    use aws_sdk_s3::types::{
        BucketLifecycleConfiguration, ExpirationStatus, LifecycleExpiration, LifecycleRule,
        LifecycleRuleFilter, Transition, TransitionStorageClass,
    };
    let bucket = "audit-messages";
    hand::bucket(bench, bucket);
    bench.aws(ARCHIVE, TOKYO, async move |config| {
        let rule = |id: &str| {
            let all = LifecycleRuleFilter::builder().prefix("").build();
            LifecycleRule::builder().id(id).filter(all).status(ExpirationStatus::Enabled)
        };
        let glacier = Transition::builder().days(90).storage_class(TransitionStorageClass::Glacier).build();
        let expire = LifecycleExpiration::builder().days(400).build();
        let partial = LifecycleRuleFilter::builder().prefix("tmp/").build();
        let tmp = LifecycleExpiration::builder().days(1).build();
        let rules = vec![
            rule("to-glacier").transitions(glacier).build().unwrap(),
            rule("expire").expiration(expire).build().unwrap(),
            rule("tmp").filter(partial).expiration(tmp).build().unwrap(),
        ];
        let rules = BucketLifecycleConfiguration::builder().set_rules(Some(rules)).build().unwrap();
        let call = aws::s3(&config).put_bucket_lifecycle_configuration().bucket(bucket);
        call.lifecycle_configuration(rules).send().await.unwrap();
    });
    let external = json!({ "StringEquals": { "sts:ExternalId": ARCHIVE } });
    let mut write = hand::walk_through_writer(bucket);
    write["Statement"].as_array_mut().unwrap().push(json!({
        "Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": KEY,
    }));
    hand::role(bench, "audit-writer", "/", trust_of("firehose.amazonaws.com", &external), ("write", write));
    let senders = json!({ "ArnLike": { "aws:SourceArn": [
        format!("arn:aws:logs:*:{SOURCE}:*"), format!("arn:aws:logs:*:{ARCHIVE}:*"),
    ]}});
    let put = allow(&json!(["firehose:PutRecord", "firehose:PutRecordBatch"]), &json!(stream_arn("audit")));
    hand::role(bench, "audit-sender", "/", trust_of("logs.amazonaws.com", &senders), ("put", put));
    let into = hand::into(bucket, "audit-writer")
        .prefix("audit/!{timestamp:yyyy-MM-dd}/")
        .error_output_prefix("audit-errors/!{firehose:error-output-type}/")
        .compression_format(aws_sdk_firehose::types::CompressionFormat::Gzip)
        .encryption_configuration(hand::kms(KEY))
        .file_extension(".log.gz");
    let processors = vec![hand::decompression(), hand::extraction(), hand::delimiter()];
    hand::stream(bench, "audit", into.processing_configuration(hand::processing(processors)), &[]);
    hand::destination(
        bench,
        "audit",
        ("audit", "audit-sender"),
        hand::admitting("audit", &[SOURCE, ARCHIVE]),
    );
    hand::filter(bench, SOURCE, "/audit", "audit", &destination_arn("audit"), "");
    hand::filter(bench, ARCHIVE, "/audit", "audit", &destination_arn("audit"), "");
}

const KEY: &str = "arn:aws:kms:ap-northeast-1:999999999999:key/0b5c2ee1-0000-4000-8000-000000000000";

#[test]
fn messages_with_a_key_and_a_retention_are_told_in_full() {
    let bench = empty();
    messages(&bench);
    let said = imported(&bench, &[]);
    let text = said["text"].as_str().unwrap();
    for part in [
        "name: audit\n",
        "      prefix: \"audit/!{timestamp:yyyy-MM-dd}/\"\n",
        &format!("      kms_key_arn: \"{KEY}\"\n"),
        "      expire_days: 400\n      transitions:\n        - { days: 90, storage_class: GLACIER }\n",
        "      format: messages\n      compression: gzip\n",
        "    accounts:\n      - app\n      - archive\n",
    ] {
        assert!(text.contains(part), "{part}{text}");
    }
    assert!(!text.contains("file_extension"), "it is the default: {text}");
    let mut found = codes(&said["inexpressible"]);
    found.sort_unstable();
    assert_eq!(found, ["kms_keys", "lifecycle_rule", "lifecycle_rule_beside", "lifecycle_rule_beside"]);
    assert_eq!(said["overwide"].as_array().unwrap().len(), 0, "{said:#}");
    explained(&bench, &said);
    let changed = changes(&bench);
    for part in ["s3_bucket encryption", "s3_bucket lifecycle"] {
        assert!(changed.iter().any(|change| change.starts_with(part)), "{changed:#?}");
    }
}

#[test]
fn what_no_topology_says_is_told_with_what_becomes_of_it() {
    let bench = empty();
    let bucket = "odd-logs";
    hand::bucket(&bench, bucket);
    let trust = trust_of("firehose.amazonaws.com", &Value::Null);
    hand::role(&bench, "odd-writer", "/service-role/", trust, ("write", hand::walk_through_writer(bucket)));
    let trust = trust_of("logs.amazonaws.com", &Value::Null);
    let put = allow(&json!("firehose:PutRecord"), &json!(stream_arn("odd")));
    hand::role(&bench, "odd-sender", "/", trust, ("put", put));
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let logs = aws::logs(&config);
        logs.create_log_group().log_group_name("/firehose/errors").send().await.unwrap();
        logs.create_log_stream()
            .log_group_name("/firehose/errors")
            .log_stream_name("odd")
            .send()
            .await
            .unwrap();
    });
    let into = hand::into(bucket, "service-role/odd-writer")
        .prefix("odd/!{firehose:random-string}/")
        .error_output_prefix("odd-errors/")
        .custom_time_zone("Asia/Tokyo")
        .cloud_watch_logging_options(hand::error_log("/firehose/errors", "odd"));
    hand::stream(&bench, "odd", into, &[("Team", "odd")]);
    let policy = hand::admitting("odd", &[SOURCE, "333333333333"]);
    hand::destination(&bench, "odd", ("odd", "odd-sender"), policy);
    hand::destination(&bench, "odd-old", ("odd", "odd-sender"), hand::admitting("odd-old", &[SOURCE]));
    hand::filter(&bench, SOURCE, "/odd/one", "odd", &destination_arn("odd"), "");
    hand::filter(&bench, SOURCE, "/odd/two", "odd", &destination_arn("odd"), "");
    hand::filter(&bench, SOURCE, "/odd/three", "odd", &destination_arn("odd-old"), "");
    bench.aws(SOURCE, TOKYO, async |config| {
        let call = aws::logs(&config).put_subscription_filter().log_group_name("/odd/one").filter_name("odd");
        let call = call.destination_arn(destination_arn("odd")).filter_pattern("");
        let call = call
            .field_selection_criteria("@aws.region = \"ap-northeast-1\"")
            .emit_system_fields("@aws.account");
        call.send().await.unwrap();
    });
    let said = import(&bench, &["--json"]).expect(Exit::Done).json();
    let fates: Vec<(&str, &str)> = said["inexpressible"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["code"].as_str().unwrap(), one["fate"].as_str().unwrap()))
        .collect();
    for expect in [
        ("sender_without_subscription", "ends"),
        ("file_extension", "ends"),
        ("time_zone", "ends"),
        ("error_log", "ends"),
        ("event_selection", "ends"),
        ("role_path", "refused"),
        ("further_destination", "stays"),
        ("additions", "stays"),
        ("tags", "stays"),
    ] {
        assert!(fates.contains(&expect), "{expect:?} {fates:#?}");
    }
    let text = said["text"].as_str().unwrap();
    let head = text.split_once("version: 1").unwrap().0;
    assert!(head.lines().all(|line| line.starts_with('#')), "{head}");
    assert!(head.contains("333333333333, which was not looked at"), "{head}");
    assert!(!text.contains("/odd/three"), "what sends to the other destination stays: {text}");
    let refused = said["differences"].as_array().unwrap().iter().find(|step| step["action"] == "refuse");
    assert!(refused.unwrap()["address"].as_str().unwrap().ends_with("iam_role.odd-writer"), "{said:#}");
    assert_eq!(role_arn("x"), "arn:aws:iam::999999999999:role/x");
}
