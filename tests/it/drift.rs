//! Things changed behind logpipe's back: plan names exactly what differs, status says drifted, apply repairs it, and
//! what others have added stays byte for byte.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_s3::types::{
    BucketLifecycleConfiguration, ExpirationStatus, LifecycleExpiration, LifecycleRule, LifecycleRuleFilter,
};
use aws_types::SdkConfig;
use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::walkthrough::{TOPOLOGY, applied};

const BUCKET: &str = "delivery-test";
const STREAM: &str = "delivery-test-stream";
const STREAM_ADDRESS: &str = "archive/ap-northeast-1/firehose_stream.delivery-test-stream";
const ROLE: &str = "FirehosRoleToS3";
const READ_ONLY: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";

/// Somebody gives the stream another buffer and prefix.
async fn change_the_stream(config: SdkConfig) {
    use aws_sdk_firehose::types::{BufferingHints, ExtendedS3DestinationUpdate};
    let hints = BufferingHints::builder().size_in_mbs(5).interval_in_seconds(900).build();
    let update = ExtendedS3DestinationUpdate::builder().buffering_hints(hints).prefix("elsewhere/").build();
    let stream = aws::stream(&config, STREAM).await;
    let call = aws::firehose(&config).update_destination().delivery_stream_name(STREAM);
    let call = call.current_delivery_stream_version_id(stream.version_id());
    let call = call.destination_id(stream.destinations()[0].destination_id());
    call.extended_s3_destination_update(update).send().await.unwrap();
}

/// What a plan would change: the fields of every address that is not kept.
fn pending(bench: &Bench, exit: Exit) -> BTreeMap<String, Vec<String>> {
    let plan = bench.sandbox("plan", &["--detailed-exitcode", "--output", "json"]).expect(exit).json();
    let steps = plan["steps"].as_array().unwrap().iter();
    let changed = steps.filter(|step| step["action"] != "keep");
    changed.map(|step| (step["address"].as_str().unwrap().to_owned(), fields(step))).collect()
}

fn fields(step: &Value) -> Vec<String> {
    let changes = step["changes"].as_array().unwrap().iter();
    changes.map(|change| change["field"].as_str().unwrap().to_owned()).collect()
}

/// The standing of an address.
fn standing(bench: &Bench, address: &str) -> (String, Vec<String>) {
    let status = bench.sandbox("status", &["--output", "json"]).expect(Exit::Done).json();
    let resources = status["resources"].as_array().unwrap();
    let found = resources.iter().find(|resource| resource["address"] == address).unwrap();
    (found["status"].as_str().unwrap().to_owned(), fields(found))
}

/// Where the difference of every resource comes from that is not in order.
fn drifts(bench: &Bench) -> BTreeMap<String, String> {
    let status = bench.sandbox("status", &["--output", "json"]).expect(Exit::Done).json();
    let resources = status["resources"].as_array().unwrap().iter();
    let drifted = resources.filter_map(|resource| Some((resource, resource["drift"].as_str()?)));
    drifted
        .map(|(resource, drift)| (resource["address"].as_str().unwrap().to_owned(), drift.to_owned()))
        .collect()
}

/// Changes one thing in one account, and expects a plan of exactly these fields of this address, which apply brings
/// back in order.
#[track_caller]
fn check(
    account: &str,
    change: impl AsyncFnOnce(SdkConfig) + Send + 'static,
    address: &str,
    expect: &[&str],
) -> Bench {
    let bench = applied();
    bench.aws(account, TOKYO, change);
    let expect: Vec<String> = expect.iter().map(|field| (*field).to_owned()).collect();
    assert_eq!(pending(&bench, Exit::Pending), BTreeMap::from([(address.to_owned(), expect.clone())]));
    let (status, fields) = standing(&bench, address);
    assert_eq!(status, "drifted");
    assert!(expect.iter().all(|field| fields.contains(field)), "{fields:?}");
    assert_eq!(drifts(&bench), BTreeMap::from([(address.to_owned(), "changed_since_apply".to_owned())]));
    bench.sandbox("status", &["--detailed-exitcode"]).expect(Exit::Pending);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(pending(&bench, Exit::Done), BTreeMap::new());
    let (status, left) = standing(&bench, address);
    let theirs = left.iter().all(|field| field.starts_with("foreign."));
    assert!(theirs && status == if left.is_empty() { "in_sync" } else { "amended" }, "{status}: {left:?}");
    bench
}

#[test]
fn tags_of_ours_are_brought_back_and_those_of_others_stay() {
    let change = async |config: SdkConfig| {
        let tag = |key: &str, value: &str| {
            aws_sdk_iam::types::Tag::builder().key(key).value(value).build().unwrap()
        };
        let call = aws::iam(&config).tag_role().role_name(ROLE).tags(tag("Project", "other"));
        call.tags(tag("CostCenter", "1234")).send().await.unwrap();
    };
    let bench = check(ARCHIVE, change, "archive/global/iam_role.FirehosRoleToS3", &["tags.Project"]);
    let tags = bench.aws(ARCHIVE, TOKYO, async |config| aws::role_tags(&config, ROLE).await);
    let tags: BTreeMap<String, String> = tags.into_iter().collect();
    assert_eq!(tags["Project"], "poc");
    assert_eq!(tags["CostCenter"], "1234");
}

#[test]
fn a_bucket_keeps_the_tags_of_others_though_the_set_is_replaced_as_a_whole() {
    let change = async |config: SdkConfig| {
        use aws_sdk_s3::types::{Tag, Tagging};
        let tag = |key: &str, value: &str| Tag::builder().key(key).value(value).build().unwrap();
        let set = [tag("CostCenter", "1234"), tag("logpipe:topology", "delivery-test")];
        let tagging = Tagging::builder().set_tag_set(Some(set.to_vec())).build().unwrap();
        aws::s3(&config).put_bucket_tagging().bucket(BUCKET).tagging(tagging).send().await.unwrap();
    };
    let bench = check(ARCHIVE, change, "archive/ap-northeast-1/s3_bucket.delivery-test", &["tags.Project"]);
    let tags = bench.aws(ARCHIVE, TOKYO, async |config| aws::bucket_tags(&config, BUCKET).await);
    let keys: Vec<&str> = tags.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["CostCenter", "Project", "logpipe:topology"]);
}

#[test]
fn a_bucket_that_was_opened_is_closed_again() {
    let change = async |config: SdkConfig| {
        aws::s3(&config).delete_public_access_block().bucket(BUCKET).send().await.unwrap();
    };
    check(ARCHIVE, change, "archive/ap-northeast-1/s3_bucket.delivery-test", &["public_access_block"]);
}

#[test]
fn a_stream_gets_its_buffer_and_prefix_back() {
    check(ARCHIVE, change_the_stream, STREAM_ADDRESS, &["prefix", "buffer_seconds"]);
}

#[test]
fn a_log_group_of_ours_gets_its_retention_back() {
    let bench = Bench::new(&TOPOLOGY.replace("create: true", "create: true\n    retention_days: 30"));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let retention = async |config: SdkConfig| aws::log_groups(&config).await[0].retention_in_days();
    assert_eq!(bench.aws(SOURCE, TOKYO, retention), Some(30));
    bench.aws(SOURCE, TOKYO, async |config| {
        let call = aws::logs(&config).put_retention_policy().log_group_name("/delivery/test");
        call.retention_in_days(365).send().await.unwrap();
    });
    let address = "source/ap-northeast-1/log_group./delivery/test".to_owned();
    assert_eq!(
        pending(&bench, Exit::Pending),
        BTreeMap::from([(address, vec!["retention_days".to_owned()])])
    );
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.aws(SOURCE, TOKYO, retention), Some(30));
}

#[test]
fn a_statement_of_somebody_else_stays_byte_for_byte_while_ours_is_repaired() {
    // Spelled as nothing of logpipe's would be: lists of one, keys out of order, a version inside.
    let theirs = r#"{"Resource":["arn:aws:s3:::delivery-test"],"Effect":"Allow","Sid":"Auditors","Action":["s3:ListBucket"],"Principal":{"AWS":["arn:aws:iam::222222222222:root"]}}"#;
    let change = async move |config: SdkConfig| {
        let mut policy = aws::bucket_policy(&config, BUCKET).await;
        let statements = policy["Statement"].as_array_mut().unwrap();
        statements.retain(|statement| statement["Sid"] != "LogpipeTlsOnly");
        statements.insert(0, serde_json::from_str(theirs).unwrap());
        aws::put_bucket_policy(&config, BUCKET, &policy).await;
    };
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, change);
    let address = "archive/ap-northeast-1/s3_bucket_policy.delivery-test";
    assert_eq!(
        pending(&bench, Exit::Pending),
        BTreeMap::from([(address.to_owned(), vec!["statement.LogpipeTlsOnly".to_owned()])])
    );
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let text = bench.aws(ARCHIVE, TOKYO, async |config| aws::bucket_policy_text(&config, BUCKET).await);
    assert!(text.contains(theirs), "{text}");
    assert!(text.contains("LogpipeTlsOnly"), "{text}");
    assert_eq!(pending(&bench, Exit::Done), BTreeMap::new());
    let (status, fields) = standing(&bench, address);
    assert_eq!((status.as_str(), fields), ("amended", vec!["foreign.statements".to_owned()]));
}

#[test]
fn a_policy_somebody_attached_to_a_role_is_shown_and_left() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        aws::iam(&config).attach_role_policy().role_name(ROLE).policy_arn(READ_ONLY).send().await.unwrap();
    });
    assert_eq!(pending(&bench, Exit::Done), BTreeMap::new());
    let (status, fields) = standing(&bench, "archive/global/iam_role.FirehosRoleToS3");
    assert_eq!((status.as_str(), fields), ("amended", vec!["foreign.attached_policies".to_owned()]));
    let before = bench.now();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.written_since(before), [""; 0]);
}

#[test]
fn rules_and_tags_of_others_are_shown_and_left() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let s3 = aws::s3(&config);
        let filter = LifecycleRuleFilter::builder().prefix("tmp/").build();
        let expiration = LifecycleExpiration::builder().days(1).build();
        let rule = LifecycleRule::builder().id("scratch").filter(filter).expiration(expiration);
        let rule = rule.status(ExpirationStatus::Enabled).build().unwrap();
        let rules = BucketLifecycleConfiguration::builder().rules(rule).build().unwrap();
        let call = s3.put_bucket_lifecycle_configuration().bucket(BUCKET).lifecycle_configuration(rules);
        call.send().await.unwrap();
        let tag = aws_sdk_iam::types::Tag::builder().key("Owner").value("audit").build().unwrap();
        aws::iam(&config).tag_role().role_name(ROLE).tags(tag).send().await.unwrap();
    });
    assert_eq!(pending(&bench, Exit::Done), BTreeMap::new());
    let (status, fields) = standing(&bench, "archive/ap-northeast-1/s3_bucket.delivery-test");
    assert_eq!((status.as_str(), fields), ("amended", vec!["foreign.lifecycle".to_owned()]));
    let (status, fields) = standing(&bench, "archive/global/iam_role.FirehosRoleToS3");
    assert_eq!((status.as_str(), fields), ("amended", vec!["foreign.tags.Owner".to_owned()]));
    let plan = bench.sandbox("plan", &[]).expect(Exit::Done).said();
    assert!(
        plan.contains("s3_bucket.delivery-test: others have added lifecycle, which logpipe does not change"),
        "{plan}"
    );
    let before = bench.now();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.written_since(before), [""; 0]);
}

#[test]
fn a_tag_that_is_no_longer_declared_is_taken_away_and_those_of_others_stay() {
    let tagged = |tags: &str| TOPOLOGY.replace("tags: { Project: poc }", tags);
    let bench = Bench::new(&tagged("tags: { Project: poc, Team: blue }"));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let tag = aws_sdk_iam::types::Tag::builder().key("Owner").value("audit").build().unwrap();
        aws::iam(&config).tag_role().role_name(ROLE).tags(tag).send().await.unwrap();
    });
    bench.write(&tagged("tags: { Project: poc }"));
    let changes = pending(&bench, Exit::Pending);
    assert_eq!(changes.len(), 7, "everything that takes tags: {changes:?}");
    assert!(changes.values().all(|fields| *fields == ["tags.Team"]), "{changes:?}");
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(pending(&bench, Exit::Done), BTreeMap::new());
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let tags = aws::role_tags(&config, ROLE).await;
        let keys: Vec<&str> = tags.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["Owner", "Project", "logpipe:topology"]);
        let tags = aws::bucket_tags(&config, BUCKET).await;
        assert!(tags.iter().all(|(key, _)| key != "Team"), "{tags:?}");
    });
}

#[test]
fn documents_that_mean_the_same_are_no_drift() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        // Lists of one for plain strings, and the regional spelling of the principal.
        let trust = json!({ "Statement": {
            "Action": ["sts:AssumeRole"],
            "Principal": { "Service": ["logs.ap-northeast-1.amazonaws.com"] },
            "Condition": { "ArnLike": { "aws:SourceArn": [
                "arn:aws:logs:*:999999999999:*", "arn:aws:logs:*:111111111111:*",
            ]}},
            "Effect": "Allow",
        }, "Version": "2012-10-17" });
        aws::put_trust(&config, "CWLtoKinesisFirehoseRole", &trust).await;
    });
    assert_eq!(pending(&bench, Exit::Done), BTreeMap::new());
}

#[test]
fn what_the_topology_asks_anew_is_told_from_what_somebody_has_changed() {
    let bench = applied();
    bench.write(&TOPOLOGY.replace("poc", "production"));
    let drifts_now = drifts(&bench);
    let kinds: BTreeSet<&str> =
        drifts_now.keys().map(|address| address.rsplit('/').next().unwrap_or(address)).collect();
    assert!(drifts_now.len() > 4, "{kinds:?}");
    assert!(drifts_now.values().all(|drift| drift == "topology_changed"), "{drifts_now:?}");
    bench.aws(ARCHIVE, TOKYO, change_the_stream);
    assert_eq!(drifts(&bench)[STREAM_ADDRESS], "both_changed");
    bench.write(TOPOLOGY);
    assert_eq!(
        drifts(&bench),
        BTreeMap::from([(STREAM_ADDRESS.to_owned(), "changed_since_apply".to_owned())])
    );
}

#[test]
fn policies_that_have_to_admit_another_account_have_not_been_changed_by_anybody() {
    let topology = include_str!("../../topologies/quickstart.yaml");
    let bench = Bench::new(topology);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let added = topology.replacen("accounts:\n", "accounts:\n  other: \"222222222222\"\n", 1);
    let added = added.replacen("sources:\n", "sources:\n  other:\n    accounts: [other]\n    destination: central\n    create: true\n    log_groups: [/other]\n", 1);
    bench.write(&added);
    let changed = drifts(&bench);
    let kinds: Vec<&str> =
        changed.keys().map(|address| address.rsplit('/').next().unwrap_or(address)).collect();
    assert_eq!(kinds, ["logs_destination_policy.quickstart-central", "iam_role.quickstart-central-cwl"]);
    assert!(changed.values().all(|drift| drift == "topology_changed"), "{changed:?}");
}

#[test]
fn what_others_have_added_is_called_so_and_who_did_is_in_cloudtrail() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        aws::iam(&config).attach_role_policy().role_name(ROLE).policy_arn(READ_ONLY).send().await.unwrap();
    });
    bench.aws(ARCHIVE, TOKYO, change_the_stream);
    let added = "archive/global/iam_role.FirehosRoleToS3";
    let expect = [(added, "added_by_others"), (STREAM_ADDRESS, "changed_since_apply")];
    assert_eq!(drifts(&bench), expect.map(|(address, drift)| (address.to_owned(), drift.to_owned())).into());
    let text = bench.sandbox("status", &[]).expect(Exit::Done).said();
    assert!(
        text.contains("buffer_seconds: 900 → ") && text.contains("changed in AWS since the last apply (20"),
        "{text}"
    );
    assert!(text.contains("added by others, and stays"), "{text}");
    let page = |region: &str, filter: &str| {
        format!(
            "https://{region}.console.aws.amazon.com/cloudtrailv2/home?region={region}#/events?{filter}&StartTime=20"
        )
    };
    assert!(text.contains(&page("us-east-1", "ResourceName=FirehosRoleToS3")), "{text}");
    assert!(text.contains(&page(TOKYO, "EventSource=firehose%2Eamazonaws%2Ecom")), "{text}");
    // What logpipe knows of it is in the page of a report too.
    let page = bench.sandbox("status", &["--output", "markdown"]).expect(Exit::Done).said();
    assert!(page.contains("changed in AWS since the last apply"), "{page}");
}
