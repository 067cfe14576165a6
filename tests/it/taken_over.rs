//! Adopting sets what is declared and nothing else, what is made again afterwards is logpipe's own, and what cannot be
//! taken over is refused by name before anything is written.

use aws_sdk_s3::types::{
    BucketLifecycleConfiguration, BucketLocationConstraint, CreateBucketConfiguration, ExpirationStatus,
    LifecycleExpiration, LifecycleRule, LifecycleRuleFilter, ObjectOwnership, OwnershipControls,
    OwnershipControlsRule, ServerSideEncryption, ServerSideEncryptionByDefault,
    ServerSideEncryptionConfiguration, ServerSideEncryptionRule, TransitionDefaultMinimumObjectSize,
};
use aws_types::SdkConfig;
use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::walkthrough::{TOPOLOGY, applied};

const BUCKET: &str = "delivery-test";
const ROLE: &str = "FirehosRoleToS3";
const KEY: &str = "arn:aws:kms:ap-northeast-1:999999999999:key/1234abcd-12ab-34cd-56ef-1234567890ab";

async fn create_bucket(config: &SdkConfig) {
    let place = CreateBucketConfiguration::builder()
        .location_constraint(BucketLocationConstraint::ApNortheast1)
        .build();
    let call = aws::s3(config).create_bucket().bucket(BUCKET).create_bucket_configuration(place);
    call.send().await.unwrap();
}

/// A bucket with settings that logpipe would not choose.
async fn settled_bucket(config: SdkConfig) {
    create_bucket(&config).await;
    let s3 = aws::s3(&config);
    s3.delete_public_access_block().bucket(BUCKET).send().await.unwrap();
    let rule =
        OwnershipControlsRule::builder().object_ownership(ObjectOwnership::ObjectWriter).build().unwrap();
    let controls = OwnershipControls::builder().rules(rule).build().unwrap();
    let call = s3.put_bucket_ownership_controls().bucket(BUCKET).ownership_controls(controls);
    call.send().await.unwrap();
    let default = ServerSideEncryptionByDefault::builder()
        .sse_algorithm(ServerSideEncryption::AwsKms)
        .kms_master_key_id(KEY)
        .build()
        .unwrap();
    let rule = ServerSideEncryptionRule::builder().apply_server_side_encryption_by_default(default).build();
    let encryption = ServerSideEncryptionConfiguration::builder().rules(rule).build().unwrap();
    let call = s3.put_bucket_encryption().bucket(BUCKET).server_side_encryption_configuration(encryption);
    call.send().await.unwrap();
}

async fn settings(config: SdkConfig) -> (String, String, bool) {
    let s3 = aws::s3(&config);
    let encryption = s3.get_bucket_encryption().bucket(BUCKET).send().await.unwrap();
    let rule = &encryption.server_side_encryption_configuration().unwrap().rules()[0];
    let algorithm = rule.apply_server_side_encryption_by_default().unwrap().sse_algorithm().to_string();
    let ownership = s3.get_bucket_ownership_controls().bucket(BUCKET).send().await.unwrap();
    let ownership = ownership.ownership_controls().unwrap().rules()[0].object_ownership().to_string();
    let blocked = s3.get_public_access_block().bucket(BUCKET).send().await.is_ok();
    (algorithm, ownership, blocked)
}

/// The fields that a plan changes of one address.
fn fields(plan: &Value, address: &str) -> Vec<String> {
    let steps = plan["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["address"] == address).unwrap();
    let changes = step["changes"].as_array().unwrap().iter();
    changes.map(|change| change["field"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_bucket_keeps_the_settings_that_nobody_declares() {
    let bench = Bench::new(TOPOLOGY);
    bench.aws(ARCHIVE, TOKYO, settled_bucket);
    let plan = bench.sandbox("plan", &["--adopt", "--output", "json"]).expect(Exit::Done).json();
    let changed = fields(&plan, "archive/ap-northeast-1/s3_bucket.delivery-test");
    assert!(changed.iter().all(|field| field.starts_with("tags.")), "{changed:?}");
    let notes = plan["notes"].to_string();
    for told in [
        "its object ownership is ObjectWriter, so ACLs grant access besides policies",
        "its public access is not fully blocked",
        &format!("it encrypts with {KEY}, which logpipe does not change"),
    ] {
        assert!(notes.contains(told), "{notes}");
    }
    bench.sandbox("apply", &["--adopt", "--yes"]).expect(Exit::Done);
    let kept = ("aws:kms".to_owned(), "ObjectWriter".to_owned(), false);
    assert_eq!(bench.aws(ARCHIVE, TOKYO, settings), kept);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);

    // What is declared is set.
    bench.write(&TOPOLOGY.replace(
        "bucket: { name: delivery-test }",
        &format!("bucket: {{ name: delivery-test, kms_key_arn: \"{KEY}\", expire_days: 365 }}"),
    ));
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    let changed = fields(&plan, "archive/ap-northeast-1/s3_bucket.delivery-test");
    assert_eq!(changed, ["encryption.bucket_key", "lifecycle"]);
}

/// Everything that the walk-through makes, deleted with another tool.
async fn gone_from_the_archive(config: SdkConfig) {
    let logs = aws::logs(&config);
    logs.delete_destination().destination_name("delivery-test-destination").send().await.unwrap();
    let firehose = aws::firehose(&config);
    firehose.delete_delivery_stream().delivery_stream_name("delivery-test-stream").send().await.unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(120)).await;
    let iam = aws::iam(&config);
    for role in [ROLE, "CWLtoKinesisFirehoseRole"] {
        iam.delete_role_policy().role_name(role).policy_name("logpipe").send().await.unwrap();
        iam.delete_role().role_name(role).send().await.unwrap();
    }
    let errors = "/aws/kinesisfirehose/delivery-test-stream";
    logs.delete_log_group().log_group_name(errors).send().await.unwrap();
    aws::delete_bucket(&config, BUCKET).await;
}

#[test]
fn what_is_made_anew_after_it_was_adopted_is_logpipes_own() {
    let bench = applied();
    // Another topology takes all of it over, and somebody deletes it then.
    bench.write(&TOPOLOGY.replace("name: delivery-test\nregion", "name: second\nregion"));
    bench.sandbox("apply", &["--adopt", "--yes"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.aws(SOURCE, TOKYO, async |config| {
        aws::logs(&config).delete_log_group().log_group_name("/delivery/test").send().await.unwrap();
    });
    bench.aws(ARCHIVE, TOKYO, gone_from_the_archive);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    let changed: Vec<&Value> =
        plan["steps"].as_array().unwrap().iter().filter(|step| step["action"] != "keep").collect();
    assert!(changed.is_empty(), "{changed:#?}");
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let tags = aws::role_tags(&config, ROLE).await;
        assert!(tags.iter().all(|(key, _)| key != "logpipe:adopted"), "{tags:?}");
    });
}

#[test]
fn a_statement_whose_sid_merely_begins_like_ours_stays() {
    let theirs = json!({
        "Sid": "LogpipeAthenaRead", "Effect": "Allow", "Action": "s3:GetObject",
        "Principal": { "AWS": "arn:aws:iam::222222222222:root" }, "Resource": "arn:aws:s3:::delivery-test/*",
    });
    let bench = applied();
    let statement = theirs.clone();
    bench.aws(ARCHIVE, TOKYO, async move |config| {
        let mut policy = aws::bucket_policy(&config, BUCKET).await;
        let statements = policy["Statement"].as_array_mut().unwrap();
        statements.retain(|statement| statement["Sid"] != "LogpipeTlsOnly");
        statements.push(statement);
        aws::put_bucket_policy(&config, BUCKET, &policy).await;
    });
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let policy = bench.aws(ARCHIVE, TOKYO, async |config| aws::bucket_policy(&config, BUCKET).await);
    let sids: Vec<&str> = policy["Statement"]
        .as_array()
        .unwrap()
        .iter()
        .map(|statement| statement["Sid"].as_str().unwrap())
        .collect();
    assert_eq!(sids, ["LogpipeAthenaRead", "LogpipeFirehoseDelivery", "LogpipeTlsOnly"]);
}

#[test]
fn a_role_of_the_planned_name_under_another_path_is_refused_by_name() {
    let bench = Bench::new(TOPOLOGY);
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let trust = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": { "Service": "firehose.amazonaws.com" }, "Action": "sts:AssumeRole",
        }]});
        let call = aws::iam(&config).create_role().role_name(ROLE).path("/team/");
        call.assume_role_policy_document(trust.to_string()).send().await.unwrap();
    });
    let before = bench.now();
    for flags in [&["--yes"][..], &["--yes", "--adopt"]] {
        // The deployer's rights are for the planned ARN, and IAM says no more than that.
        let said = bench.sandbox("apply", flags).expect(Exit::Denied).said();
        assert!(
            said.contains("if one of that name already exists under another path or in another case"),
            "{said}"
        );
    }
    assert_eq!(bench.written_since(before), [""; 0]);
}

#[test]
fn a_principal_that_was_deleted_is_named_before_anything_is_written() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let iam = aws::iam(&config);
        let trust = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole",
        }]});
        let call = iam.create_role().role_name("auditor").assume_role_policy_document(trust.to_string());
        call.send().await.unwrap();
        tokio::time::sleep(std::time::Duration::from_secs(120)).await;
        let mut policy = aws::bucket_policy(&config, BUCKET).await;
        let statements = policy["Statement"].as_array_mut().unwrap();
        statements.push(json!({
            "Sid": "Auditors", "Effect": "Allow", "Action": "s3:GetObject",
            "Principal": { "AWS": "arn:aws:iam::999999999999:role/auditor" }, "Resource": "arn:aws:s3:::delivery-test/*",
        }));
        statements.retain(|statement| statement["Sid"] != "LogpipeTlsOnly");
        aws::put_bucket_policy(&config, BUCKET, &policy).await;
        iam.delete_role().role_name("auditor").send().await.unwrap();
        tokio::time::sleep(std::time::Duration::from_secs(120)).await;
    });
    let before = bench.now();
    let said = bench.sandbox("apply", &["--yes"]).expect(Exit::Failed).said();
    assert!(said.contains("the foreign statement `Auditors` names `AROA"), "{said}");
    assert!(said.contains("remove it from the bucket's policy"), "{said}");
    assert_eq!(bench.written_since(before), [""; 0]);
}

#[test]
fn from_which_size_on_objects_move_is_sent_back_with_the_rules() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let filter = LifecycleRuleFilter::builder().prefix("tmp/").build();
        let expiration = LifecycleExpiration::builder().days(1).build();
        let rule = LifecycleRule::builder().id("scratch").filter(filter).expiration(expiration);
        let rule = rule.status(ExpirationStatus::Enabled).build().unwrap();
        let rules = BucketLifecycleConfiguration::builder().rules(rule).build().unwrap();
        let call = aws::s3(&config).put_bucket_lifecycle_configuration().bucket(BUCKET);
        let call = call
            .transition_default_minimum_object_size(TransitionDefaultMinimumObjectSize::VariesByStorageClass);
        call.lifecycle_configuration(rules).send().await.unwrap();
    });
    let transitions = "{ days: 90, storage_class: GLACIER }, { days: 180, storage_class: DEEP_ARCHIVE, min_object_size: 1 }";
    let bucket = format!("bucket: {{ name: delivery-test, expire_days: 365, transitions: [{transitions}] }}");
    bench.write(&TOPOLOGY.replace("bucket: { name: delivery-test }", &bucket));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let call = aws::s3(&config).get_bucket_lifecycle_configuration().bucket(BUCKET);
        let answer = call.send().await.unwrap();
        let smallest = answer.transition_default_minimum_object_size().cloned();
        assert_eq!(smallest, Some(TransitionDefaultMinimumObjectSize::VariesByStorageClass));
        let ids: Vec<&str> = answer.rules().iter().filter_map(LifecycleRule::id).collect();
        assert_eq!(ids, ["scratch", "logpipe-retention", "logpipe-transitions"]);
        let filter = answer.rules()[2].filter().unwrap();
        assert_eq!(filter.object_size_greater_than(), Some(0));
    });
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}
