//! What `verify` and `plan` say of a bucket that is only used: what is certain is named before anything is sent, and what
//! nobody here can know is left to the test event.

use aws_sdk_s3::types::{
    ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration,
    ServerSideEncryptionRule,
};
use aws_types::SdkConfig;
use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::aws::{self, ARCHIVE, TOKYO};
use crate::support::{Bench, Ran};
use crate::walkthrough::TOPOLOGY;

const BUCKET: &str = "company-logs";
const KEY: &str = "arn:aws:kms:ap-northeast-1:999999999999:key/0b5c2ee1-0000-4000-8000-000000000000";

/// The walk-through into a bucket that is there already, with more keys of the bucket and of the topology.
fn topology(bucket: &str, more: &str) -> String {
    let used = format!("bucket: {{ name: {BUCKET}, create: false{bucket} }}");
    let text = TOPOLOGY.replace("bucket: { name: delivery-test }", &used);
    assert_ne!(text, TOPOLOGY);
    format!("{text}{more}")
}

/// That topology beside a bucket that somebody else made and `change` has changed.
fn beside(topology: &str, change: impl AsyncFnOnce(SdkConfig) + Send + 'static) -> Bench {
    let bench = Bench::new(topology);
    let cloud = bench.cloud();
    cloud.prepare_bucket(&ARCHIVE.parse().unwrap(), &TOKYO.parse().unwrap(), BUCKET);
    cloud.store().unwrap();
    bench.aws(ARCHIVE, TOKYO, change);
    bench
}

/// A statement that keeps somebody from writing objects, with more elements.
fn deny(sid: &str, more: Value) -> Value {
    let mut statement = json!({
        "Sid": sid, "Effect": "Deny", "Action": "s3:PutObject", "Resource": format!("arn:aws:s3:::{BUCKET}/*"),
    });
    statement.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    statement
}

async fn put_policy(config: &SdkConfig, statements: Value) {
    let policy = json!({ "Version": "2012-10-17", "Statement": statements });
    aws::put_bucket_policy(config, BUCKET, &policy).await;
}

fn unless(operator: &str, key: &str, value: &str) -> Value {
    json!({ "Principal": "*", "Condition": { operator: { key: value } } })
}

fn organization(id: &str) -> Value {
    unless("StringNotEquals", "aws:PrincipalOrgID", id)
}

/// Applies, lets time pass, and verifies.
fn verified(bench: &Bench, exit: Exit) -> Value {
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.pass(60);
    bench.sandbox("verify", &["--output", "json", "--timeout", "3m"]).expect(exit).json()
}

fn hop<'v>(verified: &'v Value, name: &str) -> &'v Value {
    let hops = verified["routes"][0]["hops"].as_array().unwrap();
    hops.iter().find(|hop| hop["hop"] == name).unwrap()
}

fn notes(ran: &Ran) -> String {
    ran.json()["notes"].to_string()
}

/// Expects the plan to name what the bucket's policy denies, and verify to stop there without an event.
#[track_caller]
fn denied(statement: Value, sid: &str) {
    let bench = beside(&topology("", ""), async move |config| put_policy(&config, json!([statement])).await);
    let planned = notes(&bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done));
    assert!(planned.contains(&format!("{sid} of its policy denies s3:PutObject")), "{planned}");
    let verified = verified(&bench, Exit::Broken);
    let bucket = hop(&verified, "bucket");
    assert_eq!(
        (&verified["verdict"], &bucket["verdict"]),
        (&json!("broken"), &json!("incorrect")),
        "{bucket}"
    );
    assert_eq!(bucket["detail"], format!("{sid} of its policy denies the write"));
    assert!(bench.cloud().calls().iter().all(|call| call.operation != "PutLogEvents"), "an event was sent");
}

#[test]
fn a_policy_that_denies_everybody_is_named() {
    denied(deny("Frozen", json!({ "Principal": "*" })), "Frozen");
}

#[test]
fn a_policy_that_spares_the_root_user_alone_is_named() {
    denied(deny("OnlyRoot", json!({ "NotPrincipal": { "AWS": ARCHIVE } })), "OnlyRoot");
}

#[test]
fn a_policy_that_asks_for_encryption_in_the_headers_is_named_unless_the_stream_says_so() {
    let asked = deny("Encrypted", unless("StringNotEquals", "s3:x-amz-server-side-encryption", "aws:kms"));
    denied(asked.clone(), "Encrypted");
    let bench = beside(&topology(&format!(", kms_key_arn: {KEY:?}"), ""), async move |config| {
        put_policy(&config, json!([asked])).await;
    });
    verified(&bench, Exit::Done);
}

#[test]
fn a_bucket_without_a_policy_and_one_that_is_open_are_as_they_must_be() {
    let bench = beside(&topology("", ""), async |_| {});
    assert_eq!(notes(&bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done)), "[]");
    assert_eq!(hop(&verified(&bench, Exit::Done), "bucket")["verdict"], "correct");
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let tls = deny("Tls", unless("Bool", "aws:SecureTransport", "false"));
        put_policy(&config, json!([tls])).await;
    });
    assert_eq!(hop(&verified(&bench, Exit::Done), "bucket")["verdict"], "correct");
}

#[test]
fn a_perimeter_of_an_organisation_that_nobody_declares_is_left_to_the_event() {
    let bench = beside(&topology("", ""), async |config| {
        put_policy(&config, json!([deny("Perimeter", organization("o-exampleorgid"))])).await;
    });
    let planned = notes(&bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done));
    assert!(planned.contains("depends on aws:PrincipalOrgID") && planned.contains("Perimeter"), "{planned}");
    let delivered = verified(&bench, Exit::Done);
    let bucket = hop(&delivered, "bucket");
    assert_eq!(delivered["verdict"], "delivered");
    assert_eq!(
        (&bucket["verdict"], &bucket["depends_on"]),
        (&json!("unknown"), &json!(["aws:PrincipalOrgID"])),
        "{bucket}"
    );
    let detail = bucket["detail"].as_str().unwrap();
    assert!(
        detail.starts_with("cannot be judged: it depends on aws:PrincipalOrgID (Perimeter may deny it"),
        "{detail}"
    );
    let shown = bench.sandbox("verify", &[]).expect(Exit::Done).out;
    assert!(!shown.contains("cannot be judged"), "the event has settled it: {shown}");

    bench.aws(ARCHIVE, TOKYO, async |config| {
        put_policy(&config, json!([deny("Perimeter", organization("o-another"))])).await;
    });
    let refused = verified(&bench, Exit::Broken);
    let finding = refused["routes"][0]["finding"].as_str().unwrap();
    assert_eq!(refused["verdict"], "timeout");
    assert!(
        finding.contains(
            "bucket could not be judged (it depends on aws:PrincipalOrgID), yet the test event did not"
        ),
        "{finding}"
    );
}

#[test]
fn a_perimeter_of_the_declared_organisation_is_judged() {
    let of = |id: &'static str| {
        let declared = "organization: { id: o-exampleorgid }\n";
        beside(&topology("", declared), async move |config| {
            put_policy(&config, json!([deny("Perimeter", organization(id))])).await;
        })
    };
    assert_eq!(hop(&verified(&of("o-exampleorgid"), Exit::Done), "bucket")["verdict"], "correct");
    let refused = verified(&of("o-another"), Exit::Broken);
    assert_eq!(refused["verdict"], "broken");
    assert_eq!(hop(&refused, "bucket")["detail"], "Perimeter of its policy denies the write");
}

#[test]
fn whom_a_policy_spares_by_the_name_of_a_session_only_the_event_tells() {
    let spared = |session: &str| {
        let names = json!([
            ARCHIVE,
            "arn:aws:iam::999999999999:role/FirehosRoleToS3",
            format!("arn:aws:sts::999999999999:assumed-role/FirehosRoleToS3/{session}"),
        ]);
        let bench = beside(&topology("", ""), async |_| {});
        bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
        bench.pass(60);
        bench.aws(ARCHIVE, TOKYO, async move |config| {
            put_policy(&config, json!([deny("Sessions", json!({ "NotPrincipal": { "AWS": names } }))])).await;
        });
        bench
    };
    let delivered = verified(&spared("delivery-test-stream"), Exit::Done);
    let depends_on = &hop(&delivered, "bucket")["depends_on"];
    assert_eq!(depends_on, &json!(["the session name of FirehosRoleToS3"]));
    assert_eq!(verified(&spared("another"), Exit::Broken)["verdict"], "timeout");
}

/// Encrypts what is written to the bucket with the key.
async fn encrypt(config: &SdkConfig) {
    let default = ServerSideEncryptionByDefault::builder().sse_algorithm(ServerSideEncryption::AwsKms);
    let default = default.kms_master_key_id(KEY).build().unwrap();
    let rule = ServerSideEncryptionRule::builder().apply_server_side_encryption_by_default(default).build();
    let rules = ServerSideEncryptionConfiguration::builder().rules(rule).build().unwrap();
    let call = aws::s3(config).put_bucket_encryption().bucket(BUCKET);
    call.server_side_encryption_configuration(rules).send().await.unwrap();
}

#[test]
fn a_key_that_the_role_may_not_use_is_named_before_apply() {
    let bench = beside(&topology("", ""), async |config| encrypt(&config).await);
    let planned = notes(&bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done));
    assert!(planned.contains(&format!("will lack kms:GenerateDataKey on {KEY}")), "{planned}");
    assert!(
        planned.contains(&format!("add `kms_key_arn: {KEY}` to the bucket of destinations.delivery")),
        "{planned}"
    );
    let refused = verified(&bench, Exit::Broken);
    let role = hop(&refused, "firehose_role_permission");
    assert_eq!((&refused["verdict"], &role["verdict"]), (&json!("broken"), &json!("incorrect")), "{role}");
    assert!(role["detail"].as_str().unwrap().starts_with(&format!("kms:GenerateDataKey on {KEY}")), "{role}");

    bench.write(&topology(&format!(", kms_key_arn: {KEY:?}"), ""));
    assert_eq!(notes(&bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done)), "[]");
    let delivered = verified(&bench, Exit::Done);
    assert_eq!(hop(&delivered, "firehose_role_permission")["verdict"], "correct");
    let bucket = hop(&delivered, "bucket");
    assert_eq!(bucket["depends_on"], json!([format!("the policy of the key {KEY}")]), "{bucket}");

    let cloud = bench.cloud();
    let without_the_role = json!({ "Version": "2012-10-17", "Statement": [
        {
            "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::999999999999:root" }, "Action": "kms:*",
            "Resource": "*",
        },
        {
            "Effect": "Deny", "Principal": { "AWS": "arn:aws:iam::999999999999:role/FirehosRoleToS3" },
            "Action": "kms:GenerateDataKey", "Resource": "*",
        },
    ]});
    cloud.set_key_policy(KEY, &without_the_role.to_string());
    cloud.store().unwrap();
    let refused = verified(&bench, Exit::Broken);
    assert_eq!(refused["verdict"], "timeout");
    let finding = refused["routes"][0]["finding"].as_str().unwrap();
    assert!(
        finding.contains("the policy of the key") && finding.contains("S3.KMS.AccessDenied"),
        "{finding}"
    );
}

#[test]
fn a_bucket_that_may_not_be_looked_into_is_neither_right_nor_wrong() {
    let bench = beside(&topology("", ""), async |_| {});
    let cloud = bench.cloud();
    for action in ["s3:GetBucketPolicy", "s3:GetEncryptionConfiguration"] {
        cloud.withhold(&ARCHIVE.parse().unwrap(), "Buckets", action);
    }
    cloud.store().unwrap();
    let planned = notes(&bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done));
    assert!(planned.contains("because the policy could not be read"), "{planned}");
    let bucket = hop(&verified(&bench, Exit::Done), "bucket").clone();
    assert_eq!(
        (&bucket["verdict"], &bucket["depends_on"]),
        (&json!("unknown"), &json!(["its policy"])),
        "{bucket}"
    );
    assert!(bucket["detail"].as_str().unwrap().contains("s3:GetBucketPolicy"), "{bucket}");
}

#[test]
fn equal_sids_and_odd_ones_are_read_as_s3_takes_them() {
    let statements = json!([
        deny("Same", unless("Bool", "aws:SecureTransport", "false")),
        deny("Same", unless("StringEquals", "aws:PrincipalAccount", ARCHIVE)),
        deny("statement 2", unless("Bool", "aws:SecureTransport", "false")),
    ]);
    let policy = json!({ "Version": "2012-10-17", "Statement": statements });
    let bench = beside(&topology("", ""), async |config| put_policy(&config, statements).await);
    let refused = verified(&bench, Exit::Broken);
    assert_eq!(hop(&refused, "bucket")["detail"], "statement 2 (Same) of its policy denies the write");
    let live = bench.sandbox("explain", &["--live"]).expect(Exit::Done).out;
    assert!(live.contains(&format!("s3_bucket.{BUCKET}, bucket policy (3 statements)")), "{live}");
    std::fs::write(bench.path("p.json"), policy.to_string()).unwrap();
    let explained = bench.run(&["logpipe", "explain", "--policy", "p.json"]).expect(Exit::Done).out;
    assert_eq!(explained.matches("Same").count(), 2, "{explained}");
}

/// A role that somebody gave further policies may do what logpipe's own does not allow, or not what it does.
#[test]
fn a_role_with_policies_of_others_is_left_to_the_event() {
    let bench = Bench::new(TOPOLOGY);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let iam = aws::iam(&config);
        let policy = "arn:aws:iam::aws:policy/AdministratorAccess";
        iam.attach_role_policy().role_name("FirehosRoleToS3").policy_arn(policy).send().await.unwrap();
        aws::put_inline(
            &config,
            "FirehosRoleToS3",
            &json!({ "Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
            }]}),
        )
        .await;
    });
    bench.pass(60);
    let verified = bench.sandbox("verify", &["--output", "json"]).expect(Exit::Done).json();
    let role = hop(&verified, "firehose_role_permission");
    assert_eq!(role["verdict"], "unknown", "{role}");
    assert!(role["depends_on"][0].as_str().unwrap().contains("AdministratorAccess"), "{role}");
}
