//! What lets log lines through and should not be there: doctor calls each thing by its hop and says who takes it away, and
//! verify sends its test events all the same.

use aws_sdk_firehose::types::{DeliveryStreamEncryptionConfigurationInput, KeyType};
use aws_sdk_s3::types::{
    BucketLifecycleConfiguration, ExpirationStatus, LifecycleExpiration, LifecycleRule, LifecycleRuleFilter,
    PublicAccessBlockConfiguration,
};
use aws_types::SdkConfig;
use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::support::breaks::{BUCKET, CWL_ROLE, DESTINATION, FIREHOSE_ROLE, GROUP, STREAM};
use crate::walkthrough::applied;

/// Puts one thing into an account and expects doctor to find this hop unexpected, and no other, for this reason. What apply
/// repairs is repaired by it.
#[track_caller]
fn check(
    account: &str,
    change: impl AsyncFnOnce(SdkConfig) + Send + 'static,
    hop: &str,
    words: &str,
    fix: &str,
) -> Bench {
    let bench = applied();
    bench.aws(account, TOKYO, change);
    bench.pass(60);
    let found = bench.sandbox("doctor", &["--output", "json"]).expect(Exit::Broken).json();
    let route = &found["routes"][0];
    assert_eq!(
        (&found["health"], &route["health"]),
        (&json!("unexpected"), &json!("unexpected")),
        "{found:#}"
    );
    let hops = route["hops"].as_array().unwrap();
    let wrong: Vec<&Value> = hops.iter().filter(|hop| hop["verdict"] != "correct").collect();
    let [only] = wrong.as_slice() else { panic!("{wrong:#?}") };
    assert_eq!((&only["hop"], &only["verdict"]), (&json!(hop), &json!("unexpected")));
    let finding = route["finding"].as_str().unwrap();
    assert!(finding.contains(words), "{finding}");
    assert_eq!(route["fix"]["code"], fix, "{route:#}");
    let said = bench.sandbox("doctor", &[]).expect(Exit::Broken).out;
    assert!(said.contains("delivers, with what should not be there") && said.contains(words), "{said}");
    // Lines arrive all the same.
    bench.sandbox("verify", &[]).expect(Exit::Done);
    if fix == "apply" {
        bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
        bench.pass(60);
        bench.sandbox("doctor", &[]).expect(Exit::Done);
    }
    bench
}

#[test]
fn a_lifecycle_rule_of_others_that_eats_the_archive() {
    let rule = async |config: SdkConfig| {
        let filter = LifecycleRuleFilter::builder().prefix("").build();
        let expiration = LifecycleExpiration::builder().days(1).build();
        let rule = LifecycleRule::builder().id("scratch").filter(filter).expiration(expiration);
        let rule = rule.status(ExpirationStatus::Enabled).build().unwrap();
        let rules = BucketLifecycleConfiguration::builder().rules(rule).build().unwrap();
        let call = aws::s3(&config).put_bucket_lifecycle_configuration().bucket(BUCKET);
        call.lifecycle_configuration(rules).send().await.unwrap();
    };
    check(ARCHIVE, rule, "bucket", "`scratch`, which is not logpipe's and stays, deletes", "foreign");
}

#[test]
fn a_bucket_that_was_opened_to_the_public() {
    let open = async |config: SdkConfig| {
        let none = PublicAccessBlockConfiguration::builder().block_public_acls(true).build();
        let call = aws::s3(&config).put_public_access_block().bucket(BUCKET);
        call.public_access_block_configuration(none).send().await.unwrap();
    };
    check(ARCHIVE, open, "bucket", "public_access_block is not as the topology has it", "apply");
}

#[test]
fn a_second_filter_that_sends_everything_twice() {
    let twice = async |config: SdkConfig| {
        let there = aws::filters(&config, GROUP).await;
        let call = aws::logs(&config).put_subscription_filter().log_group_name(GROUP).filter_name("again");
        let call = call.filter_pattern("").destination_arn(there[0].destination_arn().unwrap());
        call.send().await.unwrap();
    };
    let bench = check(
        SOURCE,
        twice,
        "subscription_filter",
        "`aws logs delete-subscription-filter --log-group-name /delivery/test --filter-name again` removes it",
        "foreign",
    );
    bench.aws(SOURCE, TOKYO, async |config| {
        let call = aws::logs(&config).delete_subscription_filter().log_group_name(GROUP);
        call.filter_name("again").send().await.unwrap();
    });
    bench.sandbox("doctor", &[]).expect(Exit::Done);
}

#[test]
fn a_policy_of_others_that_widens_a_role() {
    let widen = async |config: SdkConfig| {
        let policy = json!({
            "Version": "2012-10-17",
            "Statement": { "Effect": "Allow", "Action": "s3:*", "Resource": "*" },
        });
        let call = aws::iam(&config).put_role_policy().role_name(CWL_ROLE).policy_name("handy");
        call.policy_document(policy.to_string()).send().await.unwrap();
    };
    check(ARCHIVE, widen, "cwl_role_permission", "unless that is meant, `logpipe apply --tighten", "foreign");
}

#[test]
fn a_trust_that_lets_somebody_else_in() {
    let trust = async |config: SdkConfig| {
        let mut trust = aws::trust(&config, FIREHOSE_ROLE).await;
        trust["Statement"].as_array_mut().unwrap().push(json!({
            "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::222222222222:root" }, "Action": "sts:AssumeRole",
        }));
        aws::put_trust(&config, FIREHOSE_ROLE, &trust).await;
    };
    check(ARCHIVE, trust, "firehose_role_trust", "allows `sts:AssumeRole` to", "apply");
}

#[test]
fn a_destination_that_admits_everybody() {
    let open = async |config: SdkConfig| {
        let policy = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow", "Principal": "*", "Action": "logs:PutSubscriptionFilter",
                "Resource": format!("arn:aws:logs:ap-northeast-1:999999999999:destination:{DESTINATION}"),
            }],
        });
        let call = aws::logs(&config).put_destination_policy().destination_name(DESTINATION);
        call.access_policy(policy.to_string()).send().await.unwrap();
    };
    check(ARCHIVE, open, "destination_policy", "policy is not as the topology has it", "apply");
}

/// Somebody has the stream encrypt what it holds, with this key.
async fn encrypting(config: SdkConfig, key: &str) {
    let input = DeliveryStreamEncryptionConfigurationInput::builder().key_type(KeyType::CustomerManagedCmk);
    let input = input.key_arn(key).build().unwrap();
    let call = aws::firehose(&config).start_delivery_stream_encryption().delivery_stream_name(STREAM);
    call.delivery_stream_encryption_configuration_input(input).send().await.unwrap();
}

#[test]
fn an_encryption_of_the_stream_that_failed() {
    let foreign = async |config| encrypting(config, "arn:aws:kms:ap-northeast-1:222222222222:key/1").await;
    check(ARCHIVE, foreign, "stream", "ENABLING_FAILED (KMS_ACCESS_DENIED: ", "foreign");
}

#[test]
fn a_key_of_the_stream_that_only_its_events_can_prove() {
    let bench = applied();
    let own = async |config| encrypting(config, "arn:aws:kms:ap-northeast-1:999999999999:key/1").await;
    bench.aws(ARCHIVE, TOKYO, own);
    let found = bench.sandbox("doctor", &["--output", "json"]).expect(Exit::Done).json();
    assert_eq!(found["health"], "unknown");
    let hops = found["routes"][0]["hops"].as_array().unwrap();
    let stream = hops.iter().find(|hop| hop["hop"] == "stream").unwrap();
    assert_eq!(stream["verdict"], "unknown");
    assert_eq!(stream["depends_on"], json!(["the key arn:aws:kms:ap-northeast-1:999999999999:key/1"]));
    bench.sandbox("verify", &[]).expect(Exit::Done);
}
