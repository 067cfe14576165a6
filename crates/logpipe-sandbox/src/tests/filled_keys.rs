//! Condition keys that AWS fills by itself are there for services as for callers.

use aws_sdk_firehose::types::{EncryptionConfiguration, KmsEncryptionConfig};
use serde_json::{Value, json};

use super::bench::BETA;
use super::delivery::logged;
use super::pipeline::{BUCKET, FIREHOSE_ROLE, Pipeline};

/// Puts a policy on the bucket that denies writes under these conditions.
async fn deny(pipeline: &Pipeline, conditions: Value) {
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::central-logs/*",
        "Condition": conditions,
    }]});
    pipeline.s3.put_bucket_policy().bucket(BUCKET).policy(policy.to_string()).send().await.unwrap();
}

/// What comes of an event while the bucket denies writes so.
async fn delivered(pipeline: &Pipeline, conditions: Value) -> bool {
    deny(pipeline, conditions.clone()).await;
    pipeline.bench.pass(60).await;
    pipeline.log(&["hello"]).await;
    pipeline.bench.pass(120).await;
    let refused = logged(pipeline).await;
    assert!(refused.iter().all(|code| code == "S3.AccessDenied"), "{conditions}: {refused:?}");
    refused.is_empty()
}

#[tokio::test(start_paused = true)]
async fn a_perimeter_lets_in_what_is_inside() {
    let pipeline = Pipeline::whole("").await;
    for inside in [
        json!({ "StringNotEquals": { "aws:PrincipalOrgID": "o-exampleorgid" } }),
        json!({ "ForAllValues:StringNotLike": { "aws:PrincipalOrgPaths": "o-exampleorgid/r-ab12/*" } }),
        json!({ "StringNotEquals": { "aws:ResourceOrgID": "${aws:PrincipalOrgID}" } }),
        json!({ "StringNotEquals": { "aws:PrincipalAccount": BETA, "aws:ResourceAccount": BETA } }),
        json!({ "StringNotEquals": { "aws:RequestedRegion": "ap-northeast-1" } }),
        json!({ "ArnNotEquals": { "aws:PrincipalArn": FIREHOSE_ROLE } }),
        json!({ "Bool": { "aws:SecureTransport": "false" } }),
        json!({ "Bool": { "aws:ViaAWSService": "true" } }),
        json!({ "NumericLessThan": { "s3:TlsVersion": "1.2" } }),
        json!({ "Null": { "aws:userid": "true" } }),
        json!({ "DateLessThan": { "aws:CurrentTime": "2020-01-01T00:00:00Z" } }),
        json!({ "StringNotEquals": { "s3:signatureversion": "AWS4-HMAC-SHA256" } }),
    ] {
        assert!(delivered(&pipeline, inside.clone()).await, "{inside}");
    }
    let outside = json!({ "StringNotEquals": { "aws:PrincipalOrgID": "o-another" } });
    assert!(!delivered(&pipeline, outside).await);
}

#[tokio::test(start_paused = true)]
async fn encryption_stands_in_the_headers_where_the_stream_says_which() {
    let asked = json!({ "StringNotEquals": { "s3:x-amz-server-side-encryption": "aws:kms" } });
    let pipeline = Pipeline::whole("").await;
    assert!(!delivered(&pipeline, asked.clone()).await, "the bucket alone encrypts");
    let key = "arn:aws:kms:ap-northeast-1:222222222222:key/own";
    let kms = KmsEncryptionConfig::builder().awskms_key_arn(key).build().unwrap();
    let encryption = EncryptionConfiguration::builder().kms_encryption_config(kms).build();
    let pipeline = Pipeline::whole_with(Pipeline::extended().encryption_configuration(encryption)).await;
    deny(&pipeline, asked).await;
    pipeline.bench.pass(60).await;
    pipeline.log(&["hello"]).await;
    pipeline.bench.pass(120).await;
    let refused = logged(&pipeline).await;
    let by_key = |code: &String| code == "S3.KMS.AccessDeniedException";
    assert!(
        !refused.is_empty() && refused.iter().all(by_key),
        "the bucket's policy lets it pass: {refused:?}"
    );
}
