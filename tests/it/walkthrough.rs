//! The pipeline of AWS's own walk-through, document by document, read back with plain SDK clients.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use aws_sdk_s3::types::{ObjectOwnership, ServerSideEncryption};
use aws_types::SdkConfig;
use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};

pub(crate) const TOPOLOGY: &str = include_str!("cases/walkthrough.yaml");

/// A folder in which the topology was applied. That is done once; the tests get copies.
pub(crate) fn applied() -> Bench {
    static APPLIED: OnceLock<Bench> = OnceLock::new();
    let original = APPLIED.get_or_init(|| {
        let bench = Bench::new(TOPOLOGY);
        bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
        bench
    });
    original.copy()
}

fn tags() -> Vec<(String, String)> {
    [("Project", "poc"), ("logpipe:topology", "delivery-test")]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .to_vec()
}

/// Compares two documents with lists in any order: the meaning of a policy does not depend on it.
#[track_caller]
fn same(found: &Value, expect: &Value) {
    assert_eq!(sorted(found), sorted(expect), "\nfound {found:#}");
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => {
            let items: BTreeSet<String> = items.iter().map(|item| sorted(item).to_string()).collect();
            json!(items)
        }
        Value::Object(object) => object.iter().map(|(key, value)| (key.clone(), sorted(value))).collect(),
        other => other.clone(),
    }
}

#[test]
fn the_bucket_is_private_encrypted_tagged_and_its_policy_is_the_walk_throughs() {
    applied().aws(ARCHIVE, TOKYO, async |config| {
        let bucket = "delivery-test";
        let both = ["arn:aws:s3:::delivery-test", "arn:aws:s3:::delivery-test/*"];
        let expect = json!({ "Version": "2012-10-17", "Statement": [
            {
                "Sid": "LogpipeFirehoseDelivery",
                "Effect": "Allow",
                "Principal": { "Service": "firehose.amazonaws.com" },
                "Action": "s3:PutObject",
                "Resource": both,
                "Condition": { "StringEquals": { "s3:x-amz-acl": "bucket-owner-full-control" } },
            },
            {
                "Sid": "LogpipeTlsOnly",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": both,
                "Condition": { "Bool": { "aws:SecureTransport": "false" } },
            },
        ]});
        same(&aws::bucket_policy(&config, bucket).await, &expect);
        assert_eq!(aws::bucket_tags(&config, bucket).await, tags());
        guarded(&config, bucket).await;
    });
}

/// Nothing public, the owner owns every object, and everything is encrypted.
async fn guarded(config: &SdkConfig, bucket: &str) {
    let s3 = aws::s3(config);
    let block = s3.get_public_access_block().bucket(bucket).send().await.unwrap();
    let block = block.public_access_block_configuration().unwrap();
    let flags = [
        block.block_public_acls(),
        block.ignore_public_acls(),
        block.block_public_policy(),
        block.restrict_public_buckets(),
    ];
    assert_eq!(flags, [Some(true); 4]);
    let ownership = s3.get_bucket_ownership_controls().bucket(bucket).send().await.unwrap();
    let rule = &ownership.ownership_controls().unwrap().rules()[0];
    assert_eq!(rule.object_ownership(), &ObjectOwnership::BucketOwnerEnforced);
    let encryption = s3.get_bucket_encryption().bucket(bucket).send().await.unwrap();
    let rule = &encryption.server_side_encryption_configuration().unwrap().rules()[0];
    let default = rule.apply_server_side_encryption_by_default().unwrap();
    assert_eq!(default.sse_algorithm(), &ServerSideEncryption::Aes256);
}

#[test]
fn firehose_writes_as_a_role_that_only_it_and_only_for_this_account_can_assume() {
    applied().aws(ARCHIVE, TOKYO, async |config| {
        let role = "FirehosRoleToS3";
        let expect = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "firehose.amazonaws.com" },
            "Action": "sts:AssumeRole",
            "Condition": { "StringEquals": { "sts:ExternalId": "999999999999" } },
        }]});
        same(&aws::trust(&config, role).await, &expect);
        let policies = aws::inline_policies(&config, role).await;
        let [(name, policy)] = policies.as_slice() else { panic!("{policies:?}") };
        assert_eq!(name, "logpipe");
        let expect = json!({ "Version": "2012-10-17", "Statement": [
            {
                "Sid": "WriteObjects",
                "Effect": "Allow",
                "Action": [
                    "s3:PutObject", "s3:PutObjectAcl", "s3:ListBucket", "s3:GetObject", "s3:GetBucketLocation",
                    "s3:ListBucketMultipartUploads", "s3:AbortMultipartUpload",
                ],
                "Resource": ["arn:aws:s3:::delivery-test", "arn:aws:s3:::delivery-test/*"],
            },
            {
                "Sid": "LogErrors",
                "Effect": "Allow",
                "Action": "logs:PutLogEvents",
                "Resource": "arn:aws:logs:ap-northeast-1:999999999999:log-group:/aws/kinesisfirehose/delivery-test-stream:log-stream:DestinationDelivery",
            },
        ]});
        same(policy, &expect);
        assert_eq!(aws::role_tags(&config, role).await, tags());
        no_attached_policies(&config, role).await;
    });
}

#[test]
fn cloudwatch_logs_puts_records_as_a_role_bound_to_sender_and_recipient() {
    applied().aws(ARCHIVE, TOKYO, async |config| {
        let role = "CWLtoKinesisFirehoseRole";
        let expect = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "logs.amazonaws.com" },
            "Action": "sts:AssumeRole",
            "Condition": { "ArnLike": { "aws:SourceArn": [
                "arn:aws:logs:*:111111111111:*",
                "arn:aws:logs:*:999999999999:*",
            ]}},
        }]});
        same(&aws::trust(&config, role).await, &expect);
        let policies = aws::inline_policies(&config, role).await;
        let [(name, policy)] = policies.as_slice() else { panic!("{policies:?}") };
        assert_eq!(name, "logpipe");
        let expect = json!({ "Version": "2012-10-17", "Statement": [{
            "Sid": "PutRecords",
            "Effect": "Allow",
            "Action": ["firehose:PutRecord", "firehose:PutRecordBatch"],
            "Resource": "arn:aws:firehose:ap-northeast-1:999999999999:deliverystream/delivery-test-stream",
        }]});
        same(policy, &expect);
        assert_eq!(aws::role_tags(&config, role).await, tags());
        no_attached_policies(&config, role).await;
    });
}

async fn no_attached_policies(config: &SdkConfig, role: &str) {
    let attached = aws::iam(config).list_attached_role_policies().role_name(role).send().await.unwrap();
    assert!(attached.attached_policies().is_empty(), "{attached:?}");
}

#[test]
fn the_stream_is_active_and_writes_to_the_bucket_as_its_role() {
    applied().aws(ARCHIVE, TOKYO, async |config| {
        let stream = aws::stream(&config, "delivery-test-stream").await;
        assert_eq!(stream.delivery_stream_status().as_str(), "ACTIVE");
        let s3 = stream.destinations()[0].extended_s3_destination_description().unwrap();
        assert_eq!(s3.bucket_arn(), "arn:aws:s3:::delivery-test");
        assert_eq!(s3.role_arn(), "arn:aws:iam::999999999999:role/FirehosRoleToS3");
        assert_eq!(s3.prefix(), Some("logs/"));
        assert_eq!(s3.error_output_prefix(), Some("errors/!{firehose:error-output-type}/"));
        // What CloudWatch Logs sends is gzip already.
        assert_eq!(s3.compression_format().as_str(), "UNCOMPRESSED");
        let hints = s3.buffering_hints().unwrap();
        assert_eq!((hints.size_in_mbs(), hints.interval_in_seconds()), (Some(5), Some(60)));
        let call = aws::firehose(&config).list_tags_for_delivery_stream();
        let answer = call.delivery_stream_name("delivery-test-stream").send().await.unwrap();
        let found: Vec<_> =
            answer.tags.into_iter().map(|tag| (tag.key, tag.value.unwrap_or_default())).collect();
        assert_eq!(found, tags());
    });
}

#[test]
fn the_destination_admits_the_source_account_and_nobody_else() {
    applied().aws(ARCHIVE, TOKYO, async |config| {
        let arn = "arn:aws:logs:ap-northeast-1:999999999999:destination:delivery-test-destination";
        let destinations = aws::destinations(&config).await;
        let [destination] = destinations.as_slice() else { panic!("{destinations:?}") };
        assert_eq!(destination.arn(), Some(arn));
        assert_eq!(
            destination.target_arn(),
            Some("arn:aws:firehose:ap-northeast-1:999999999999:deliverystream/delivery-test-stream")
        );
        assert_eq!(destination.role_arn(), Some("arn:aws:iam::999999999999:role/CWLtoKinesisFirehoseRole"));
        let policy: Value = serde_json::from_str(destination.access_policy().unwrap()).unwrap();
        let expect = json!({ "Version": "2012-10-17", "Statement": [{
            "Sid": "Senders",
            "Effect": "Allow",
            "Principal": { "AWS": ["111111111111"] },
            "Action": "logs:PutSubscriptionFilter",
            "Resource": arn,
        }]});
        same(&policy, &expect);
        assert_eq!(aws::logs_tags(&config, arn).await, tags());
    });
}

#[test]
fn the_filter_sends_everything_to_the_destination() {
    applied().aws(SOURCE, TOKYO, async |config| {
        let filters = aws::filters(&config, "/delivery/test").await;
        let [filter] = filters.as_slice() else { panic!("{filters:?}") };
        assert_eq!(filter.filter_name(), Some("delivery-test-filter"));
        assert_eq!(filter.filter_pattern().unwrap_or_default(), "");
        assert_eq!(
            filter.destination_arn(),
            Some("arn:aws:logs:ap-northeast-1:999999999999:destination:delivery-test-destination")
        );
        assert_eq!(filter.role_arn(), None);
        let arn = "arn:aws:logs:ap-northeast-1:111111111111:log-group:/delivery/test";
        assert_eq!(aws::logs_tags(&config, arn).await, tags());
    });
}

#[test]
fn a_line_arrives_and_nothing_is_left_to_do() {
    let bench = applied();
    let verified = bench.sandbox("verify", &["--output", "json"]).expect(Exit::Done).json();
    assert_eq!(verified["verdict"], "delivered");
    let object = verified["routes"][0]["object"].as_str().unwrap();
    assert!(object.starts_with("s3://delivery-test/logs/"), "{object}");
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("status", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn destroy_leaves_the_bucket_with_what_guards_it_and_nothing_else() {
    let bench = applied();
    let policy = |bench: &Bench| {
        bench.aws(ARCHIVE, TOKYO, async |config| aws::bucket_policy_text(&config, "delivery-test").await)
    };
    let before = policy(&bench);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert_eq!(policy(&bench), before);
    bench.aws(ARCHIVE, TOKYO, async |config| guarded(&config, "delivery-test").await);
    for account in [ARCHIVE, SOURCE] {
        bench.aws(account, TOKYO, async |config| {
            assert_eq!(aws::roles(&config).await, [""; 0]);
            assert_eq!(aws::stream_names(&config).await, [""; 0]);
            assert!(aws::destinations(&config).await.is_empty());
            assert!(aws::log_groups(&config).await.is_empty());
        });
    }
    let again = bench.sandbox("apply", &["--yes", "--verify", "--output", "json"]).expect(Exit::Done);
    assert_eq!(again.json()["verdict"], "delivered");
}
