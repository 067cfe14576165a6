//! Services that write to S3 under a role.

use aws_sdk_iam::Client as Iam;
use aws_sdk_s3::Client as S3;
use bytes::Bytes;

use super::bench::{ALPHA, BETA, Bench, TOKYO};
use super::buckets::create;
use crate::access::assume_as_service;
use crate::services::s3::{PutRefused, Upload};

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"firehose.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"111111111111"}}}]}"#;

fn write_policy(bucket: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":["s3:PutObject","s3:PutObjectAcl"],"Resource":"arn:aws:s3:::{bucket}/*"}}]}}"#
    )
}

/// A role of ALPHA that may write to `bucket`, long enough ago to be known everywhere.
async fn writer(bench: &Bench, bucket: &str) {
    let iam = Iam::new(&bench.operator(ALPHA));
    iam.create_role().role_name("writer").assume_role_policy_document(TRUST).send().await.unwrap();
    let put = iam.put_role_policy().role_name("writer").policy_name("write");
    put.policy_document(write_policy(bucket)).send().await.unwrap();
    bench.pass(10).await;
    iam.list_roles().send().await.unwrap();
}

fn write(bench: &Bench, bucket: &str) -> Result<(), PutRefused> {
    let role = "arn:aws:iam::111111111111:role/writer";
    let keys = [("sts:ExternalId", ALPHA)];
    let mut world = bench.cloud.changed();
    let session = assume_as_service(&world, role, "firehose.amazonaws.com", "stream", &keys).unwrap();
    let body = Bytes::from_static(b"log");
    world.put_object_as(&session, Upload { bucket, key: "2026/01/01/object", body, kms_key: None })
}

#[tokio::test(start_paused = true)]
async fn the_role_alone_is_enough_in_its_own_account() {
    let bench = Bench::new();
    create(&S3::new(&bench.operator(ALPHA)), "central-logs", Some(TOKYO)).await.unwrap();
    create(&S3::new(&bench.operator(ALPHA)), "other-logs", Some(TOKYO)).await.unwrap();
    writer(&bench, "central-logs").await;
    assert_eq!(write(&bench, "central-logs"), Ok(()));
    assert_eq!(write(&bench, "other-logs"), Err(PutRefused::AccessDenied));
    assert_eq!(write(&bench, "missing-logs"), Err(PutRefused::NoSuchBucket));
}

#[tokio::test(start_paused = true)]
async fn across_accounts_the_bucket_must_agree() {
    let bench = Bench::new();
    let owner = S3::new(&bench.operator(BETA));
    create(&owner, "central-logs", Some(TOKYO)).await.unwrap();
    writer(&bench, "central-logs").await;
    assert_eq!(write(&bench, "central-logs"), Err(PutRefused::AccessDenied));
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:role/writer"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::central-logs/*"}]}"#;
    owner.put_bucket_policy().bucket("central-logs").policy(policy).send().await.unwrap();
    assert_eq!(write(&bench, "central-logs"), Err(PutRefused::AccessDenied), "it writes with an ACL");
    let policy = policy.replace(r#""s3:PutObject""#, r#"["s3:PutObject","s3:PutObjectAcl"]"#);
    owner.put_bucket_policy().bucket("central-logs").policy(policy).send().await.unwrap();
    assert_eq!(write(&bench, "central-logs"), Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_trust_condition_must_hold() {
    let bench = Bench::new();
    writer(&bench, "central-logs").await;
    let world = bench.cloud.world();
    let role = "arn:aws:iam::111111111111:role/writer";
    let assumable = |service: &str, id: &str| {
        assume_as_service(&world, role, service, "stream", &[("sts:ExternalId", id)]).is_some()
    };
    assert!(assumable("firehose.amazonaws.com", ALPHA));
    assert!(!assumable("firehose.amazonaws.com", BETA));
    assert!(!assumable("logs.amazonaws.com", ALPHA));
}
