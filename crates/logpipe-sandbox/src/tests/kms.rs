//! Encryption with keys of KMS: who needs what to write and to read.

use aws_sdk_firehose::primitives::Blob;
use aws_sdk_firehose::types::{EncryptionConfiguration, KmsEncryptionConfig, Record};
use aws_sdk_s3::Client as S3;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration,
    ServerSideEncryptionRule,
};

use super::bench::{ALPHA, BETA, OPERATOR, code, refusal};
use super::delivery::logged;
use super::pipeline::{BUCKET, FIREHOSE_POLICY, Pipeline};

const KEY: &str = "arn:aws:kms:ap-northeast-1:222222222222:key/own";
const FOREIGN: &str = "arn:aws:kms:ap-northeast-1:000000000001:key/shared";
const OBJECTS: &str = "arn:aws:s3:::central-logs/logs/*";

/// Encrypts what is written to the bucket from now on.
async fn encrypt(pipeline: &Pipeline, key: Option<&str>, bucket_key: bool) {
    put_encryption(pipeline, ServerSideEncryption::AwsKms, key, bucket_key).await.unwrap();
}

async fn put_encryption(
    pipeline: &Pipeline,
    algorithm: ServerSideEncryption,
    key: Option<&str>,
    bucket_key: bool,
) -> Result<(), aws_sdk_s3::Error> {
    let default = ServerSideEncryptionByDefault::builder().sse_algorithm(algorithm);
    let default = default.set_kms_master_key_id(key.map(str::to_owned)).build().unwrap();
    let rule = ServerSideEncryptionRule::builder().apply_server_side_encryption_by_default(default);
    let rule = rule.bucket_key_enabled(bucket_key).build();
    let rules = ServerSideEncryptionConfiguration::builder().rules(rule).build().unwrap();
    let put = pipeline.s3.put_bucket_encryption().bucket(BUCKET);
    put.server_side_encryption_configuration(rules).send().await?;
    Ok(())
}

/// Lets the stream's role do `action` with `key` through S3, for this encryption context.
async fn grant(pipeline: &Pipeline, action: &str, key: &str, context: &str) {
    let statement = format!(
        r#"{{"Effect":"Allow","Action":{action},"Resource":"{key}","Condition":{{"StringEquals":{{"kms:ViaService":"s3.ap-northeast-1.amazonaws.com"}},"StringLike":{{"kms:EncryptionContext:aws:s3:arn":"{context}"}}}}}}"#
    );
    let policy = FIREHOSE_POLICY.replace(r#""Statement":["#, &format!(r#""Statement":[{statement},"#));
    pipeline.put_role_policy("firehose", &policy).await;
    pipeline.bench.pass(10).await;
}

const BOTH: &str = r#"["kms:Decrypt","kms:GenerateDataKey"]"#;

/// Logs an event and waits for its delivery.
async fn deliver(pipeline: &Pipeline) {
    pipeline.log(&["hello"]).await;
    pipeline.bench.pass(120).await;
}

#[tokio::test(start_paused = true)]
async fn a_bucket_encrypts_with_its_key_by_default() {
    let pipeline = Pipeline::whole("").await;
    encrypt(&pipeline, Some(KEY), false).await;
    let found = pipeline.s3.get_bucket_encryption().bucket(BUCKET).send().await.unwrap();
    let rule = found.server_side_encryption_configuration.unwrap().rules.remove(0);
    assert_eq!(rule.bucket_key_enabled, Some(false));
    assert_eq!(rule.apply_server_side_encryption_by_default.unwrap().kms_master_key_id(), Some(KEY));
    deliver(&pipeline).await;
    assert_eq!(logged(&pipeline).await, ["S3.KMS.AccessDeniedException"]);
    grant(&pipeline, BOTH, KEY, OBJECTS).await;
    pipeline.bench.pass(300).await;
    assert_eq!(pipeline.delivered().await, ["hello"]);
    let keys = pipeline.keys().await;
    let head = pipeline.s3.head_object().bucket(BUCKET).key(&keys[0]).send().await.unwrap();
    assert_eq!(head.server_side_encryption(), Some(&ServerSideEncryption::AwsKms));
    assert_eq!((head.ssekms_key_id(), head.bucket_key_enabled()), (Some(KEY), None));
}

#[tokio::test(start_paused = true)]
async fn a_bucket_key_asks_for_the_bucket() {
    let pipeline = Pipeline::whole("").await;
    encrypt(&pipeline, Some(KEY), true).await;
    grant(&pipeline, BOTH, KEY, OBJECTS).await;
    deliver(&pipeline).await;
    assert_eq!(logged(&pipeline).await, ["S3.KMS.AccessDeniedException"], "the context is the bucket");
    grant(&pipeline, BOTH, KEY, "arn:aws:s3:::central-logs").await;
    pipeline.bench.pass(300).await;
    assert_eq!(pipeline.delivered().await, ["hello"]);
    let keys = pipeline.keys().await;
    let head = pipeline.s3.head_object().bucket(BUCKET).key(&keys[0]).send().await.unwrap();
    assert_eq!(head.bucket_key_enabled(), Some(true));
}

#[tokio::test(start_paused = true)]
async fn a_stream_may_bring_a_key_of_its_own() {
    let kms = KmsEncryptionConfig::builder().awskms_key_arn(KEY).build().unwrap();
    let encryption = || EncryptionConfiguration::builder().kms_encryption_config(kms.clone());
    let settings = Pipeline::extended().encryption_configuration(encryption().build());
    let pipeline = Pipeline::whole_with(settings).await;
    deliver(&pipeline).await;
    assert_eq!(logged(&pipeline).await, ["S3.KMS.AccessDeniedException"]);
    grant(&pipeline, BOTH, KEY, OBJECTS).await;
    pipeline.bench.pass(300).await;
    assert_eq!(pipeline.delivered().await, ["hello"]);
    let keys = pipeline.keys().await;
    let head = pipeline.s3.head_object().bucket(BUCKET).key(&keys[0]).send().await.unwrap();
    assert_eq!(head.ssekms_key_id(), Some(KEY), "the bucket alone would encrypt with keys of S3");
    let shown = pipeline.firehose.describe_delivery_stream().delivery_stream_name("central").send().await;
    let shown = shown.unwrap().delivery_stream_description.unwrap().destinations.remove(0);
    let shown = shown.extended_s3_destination_description.unwrap().encryption_configuration;
    assert_eq!(shown, Some(encryption().build()));
}

#[tokio::test(start_paused = true)]
async fn large_objects_need_decryption_too() {
    let pipeline = Pipeline::with_stream().await;
    encrypt(&pipeline, Some(KEY), false).await;
    grant(&pipeline, r#""kms:GenerateDataKey""#, KEY, OBJECTS).await;
    let record = || Record::builder().data(Blob::new(vec![b'x'; 1_000_000])).build().unwrap();
    let put = |count| {
        let call = pipeline.firehose.put_record_batch().delivery_stream_name("central");
        call.set_records(Some(vec![record(); count])).send()
    };
    put(1).await.unwrap();
    pipeline.bench.pass(120).await;
    assert_eq!(pipeline.keys().await.len(), 1, "one part needs the data key only");
    put(4).await.unwrap();
    put(2).await.unwrap();
    assert_eq!(pipeline.keys().await.len(), 1);
    assert_eq!(logged(&pipeline).await, ["S3.KMS.AccessDeniedException"]);
}

/// A key policy that lets this principal do what S3 does for it.
fn key_policy(principal: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":{BOTH},"Resource":"*"}}]}}"#
    )
}

#[tokio::test(start_paused = true)]
async fn a_key_of_another_account_must_agree() {
    let pipeline = Pipeline::whole("").await;
    encrypt(&pipeline, Some(FOREIGN), false).await;
    grant(&pipeline, BOTH, FOREIGN, OBJECTS).await;
    deliver(&pipeline).await;
    assert_eq!(logged(&pipeline).await, ["S3.KMS.AccessDeniedException"]);
    pipeline.bench.cloud.set_key_policy(FOREIGN, &key_policy(&format!("arn:aws:iam::{BETA}:root")));
    pipeline.bench.pass(300).await;
    assert_eq!(pipeline.delivered().await, ["hello"]);
    pipeline.bench.cloud.set_key_policy(FOREIGN, &key_policy(&format!("arn:aws:iam::{OPERATOR}:root")));
    let keys = pipeline.keys().await;
    let read = pipeline.s3.get_object().bucket(BUCKET).key(&keys[0]).send().await;
    assert_eq!(
        refusal(read),
        "AccessDenied: User: arn:aws:iam::222222222222:user/operator is not authorized to perform: kms:Decrypt on the \
         resource associated with this ciphertext because the resource does not exist in this Region, no \
         resource-based policies allow access, or a resource-based policy explicitly denies access"
    );
    pipeline.s3.head_object().bucket(BUCKET).key(&keys[0]).send().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_managed_key_stays_in_its_account() {
    let pipeline = Pipeline::with_stream().await;
    encrypt(&pipeline, None, false).await;
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{ALPHA}"}},"Action":"s3:*","Resource":"arn:aws:s3:::central-logs/*"}}]}}"#
    );
    pipeline.s3.put_bucket_policy().bucket(BUCKET).policy(policy).send().await.unwrap();
    let put =
        |client: &S3| client.put_object().bucket(BUCKET).key("a").body(ByteStream::from_static(b"x")).send();
    let other = S3::new(&pipeline.bench.operator(ALPHA));
    assert_eq!(code(put(&other).await), "AccessDenied");
    let written = put(&pipeline.s3).await.unwrap();
    assert_eq!(written.ssekms_key_id(), Some("arn:aws:kms:ap-northeast-1:222222222222:alias/aws/s3"));
    assert_eq!(code(other.get_object().bucket(BUCKET).key("a").send().await), "AccessDenied");
    let plain =
        other.put_object().bucket(BUCKET).key("b").server_side_encryption(ServerSideEncryption::Aes256);
    plain.send().await.unwrap();
    other.get_object().bucket(BUCKET).key("b").send().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn encryption_keeps_its_rules() {
    let pipeline = Pipeline::with_stream().await;
    let plain = put_encryption(&pipeline, ServerSideEncryption::Aes256, Some(KEY), false).await;
    assert_eq!(
        refusal(plain),
        "InvalidArgument: a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms"
    );
    encrypt(&pipeline, Some("arn:aws:kms:us-east-1:222222222222:key/far"), false).await;
    let put = pipeline.s3.put_object().bucket(BUCKET).key("a").body(ByteStream::from_static(b"x"));
    assert_eq!(code(put.send().await), "KMS.NotFoundException");
    let kms = KmsEncryptionConfig::builder().awskms_key_arn("own").build().unwrap();
    let encryption = EncryptionConfiguration::builder().kms_encryption_config(kms).build();
    let settings = Pipeline::extended().encryption_configuration(encryption);
    assert_eq!(code(pipeline.create_stream("other", settings).await), "ValidationException");
}
