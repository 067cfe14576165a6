//! Every option of a pipeline, delivered: what objects hold, how they are called, who may read them.

use std::io::Read;

use aws_sdk_s3::types::{ServerSideEncryption, StorageClass, TransitionStorageClass};
use aws_types::SdkConfig;
use flate2::read::MultiGzDecoder;
use logpipe::address::AccountId;
use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::support::served::against;
use crate::support::{Bench, Ran};

const QUICKSTART: &str = include_str!("../../topologies/quickstart.yaml");
const BUCKET: &str = "quickstart-central-999999999999-ap-northeast-1";

/// The quickstart with other settings of its stream.
fn with_stream(settings: &str) -> String {
    let text =
        QUICKSTART.replace("      buffer_seconds: 60", &format!("      buffer_seconds: 60\n{settings}"));
    assert_ne!(text, QUICKSTART);
    text
}

/// Key and bytes of the one object under a prefix.
async fn object(config: &SdkConfig, bucket: &str, prefix: &str) -> (String, Vec<u8>) {
    let s3 = aws::s3(config);
    let listed = s3.list_objects_v2().bucket(bucket).prefix(prefix).send().await.unwrap();
    let [object] = listed.contents() else { panic!("{listed:?}") };
    let key = object.key().unwrap().to_owned();
    let got = s3.get_object().bucket(bucket).key(&key).send().await.unwrap();
    (key, got.body.collect().await.unwrap().to_vec())
}

fn unzipped(bytes: &[u8]) -> String {
    let mut text = String::new();
    MultiGzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

/// Applies, verifies and reads the delivered object.
fn delivered(topology: &str) -> (Ran, String, Vec<u8>) {
    let bench = Bench::new(topology);
    let ran = bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    let (key, bytes) = bench.aws(ARCHIVE, TOKYO, async |config| object(&config, BUCKET, "logs/").await);
    (ran, key, bytes)
}

/// The envelopes in a text: JSON values one behind the other.
fn envelopes(text: &str) -> Vec<Value> {
    serde_json::Deserializer::from_str(text).into_iter().map(Result::unwrap).collect()
}

#[test]
fn envelopes_are_gzip_members_as_cloudwatch_logs_sends_them() {
    let (_, key, bytes) = delivered(QUICKSTART);
    assert!(key.ends_with(".json.gz"), "{key}");
    let envelopes = envelopes(&unzipped(&bytes));
    let event = envelopes.iter().find(|envelope| envelope["messageType"] == "DATA_MESSAGE").unwrap();
    assert_eq!((&event["owner"], &event["logGroup"]), (&json!(SOURCE), &json!("/app/web")));
}

#[test]
fn decompressed_envelopes_are_plain_json() {
    let (_, key, bytes) = delivered(&with_stream("      format: decompressed"));
    assert!(key.ends_with(".json"), "{key}");
    let text = String::from_utf8(bytes).unwrap();
    assert!(envelopes(&text).iter().any(|envelope| envelope["logGroup"] == "/app/web"), "{text}");
}

#[test]
fn decompressed_envelopes_can_be_compressed_by_firehose() {
    let (_, key, bytes) = delivered(&with_stream("      format: decompressed\n      compression: gzip"));
    assert!(key.ends_with(".json.gz"), "{key}");
    assert!(envelopes(&unzipped(&bytes)).iter().any(|envelope| envelope["logGroup"] == "/app/web"));
}

#[test]
fn messages_are_a_line_each() {
    let (ran, key, bytes) = delivered(&with_stream("      format: messages"));
    assert!(key.ends_with(".log"), "{key}");
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.ends_with('\n') && !text.contains("logGroup"), "{text}");
    assert!(ran.out.contains(text.lines().next().unwrap()), "verify shows the line: {}\n{text}", ran.out);
}

#[test]
fn compressed_messages_have_both_endings() {
    let (_, key, bytes) = delivered(&with_stream("      format: messages\n      compression: gzip"));
    assert!(key.ends_with(".log.gz"), "{key}");
    assert!(unzipped(&bytes).contains("logpipe test event"));
}

#[test]
fn the_file_extension_is_the_users() {
    let (_, key, _) = delivered(&with_stream("      file_extension: .gz"));
    assert!(key.ends_with(".gz") && !key.ends_with(".json.gz"), "{key}");
}

#[test]
fn parted_objects_lie_in_a_folder_for_each_key() {
    let settings = "      format: decompressed\n      partition_by: [owner, logGroup]";
    let (_, key, bytes) = delivered(&with_stream(settings));
    assert!(key.starts_with("logs/owner=111111111111/logGroup=/app/web/20"), "{key}");
    assert!(
        envelopes(std::str::from_utf8(&bytes).unwrap()).iter().all(|envelope| envelope["owner"] == SOURCE)
    );
}

#[test]
fn the_form_of_objects_is_changed_in_place() {
    let bench = Bench::new(QUICKSTART);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    for settings in [
        "      format: messages\n      compression: gzip",
        "      format: decompressed",
        "      buffer_mb: 12\n      file_extension: .gz\n      error_log: false",
    ] {
        bench.write(&with_stream(settings));
        bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Pending);
        bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
        bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    }
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let stream = aws::stream(&config, "quickstart-central").await;
        assert_eq!(stream.version_id(), "4", "one update a change, and no other stream");
    });
}

const KEY: &str = "arn:aws:kms:ap-northeast-1:999999999999:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const KMS: &str = include_str!("../../topologies/kms.yaml");
const KMS_BUCKET: &str = "kms-central-999999999999-ap-northeast-1";

#[test]
fn objects_are_encrypted_with_the_key_and_the_role_may_do_no_more_with_it() {
    let bench = Bench::new(KMS);
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let (key, _) = object(&config, KMS_BUCKET, "logs/").await;
        let head = aws::s3(&config).head_object().bucket(KMS_BUCKET).key(key).send().await.unwrap();
        assert_eq!(head.server_side_encryption(), Some(&ServerSideEncryption::AwsKms));
        assert_eq!(head.ssekms_key_id(), Some(KEY));
        let policies = aws::inline_policies(&config, "kms-central-firehose").await;
        let statements = policies[0].1["Statement"].as_array().unwrap();
        let kms = statements.iter().find(|statement| statement["Sid"] == "EncryptObjects").unwrap();
        assert_eq!(
            *kms,
            json!({
                "Sid": "EncryptObjects",
                "Effect": "Allow",
                "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                "Resource": KEY,
                "Condition": {
                    "StringEquals": { "kms:ViaService": "s3.ap-northeast-1.amazonaws.com" },
                    "StringLike": { "kms:EncryptionContext:aws:s3:arn": [
                        format!("arn:aws:s3:::{KMS_BUCKET}"), format!("arn:aws:s3:::{KMS_BUCKET}/*"),
                    ]},
                },
            })
        );
    });
}

#[test]
fn a_role_that_may_not_use_the_key_is_named_and_repaired() {
    let bench = Bench::new(KMS);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let mut policy = aws::inline_policies(&config, "kms-central-firehose").await.remove(0).1;
        policy["Statement"].as_array_mut().unwrap().retain(|statement| statement["Sid"] != "EncryptObjects");
        aws::put_inline(&config, "kms-central-firehose", &policy).await;
    });
    bench.pass(60);
    let ran = bench.sandbox("verify", &[]).expect(Exit::Broken);
    assert!(ran.said().contains("kms:GenerateDataKey"), "{}", ran.said());
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
}

#[test]
fn versions_and_lifecycle_are_as_declared() {
    let bench = Bench::new(KMS);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let s3 = aws::s3(&config);
        let versioning = s3.get_bucket_versioning().bucket(KMS_BUCKET).send().await.unwrap();
        assert_eq!(versioning.status().unwrap().as_str(), "Enabled");
        let rules = s3.get_bucket_lifecycle_configuration().bucket(KMS_BUCKET).send().await.unwrap();
        let rule = &rules.rules()[0];
        assert_eq!(rule.expiration().unwrap().days(), Some(730));
        let moves: Vec<_> = rule
            .transitions()
            .iter()
            .map(|t| (t.days().unwrap(), t.storage_class().unwrap().clone()))
            .collect();
        assert_eq!(moves, [(30, TransitionStorageClass::StandardIa), (180, TransitionStorageClass::Glacier)]);
        assert_ne!(StorageClass::Glacier, StorageClass::Standard);
    });
    // Going back to keys of S3 is a change in place too.
    bench.write(&KMS.replace(&format!("      kms_key_arn: {KEY}\n"), ""));
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

const EXISTING: &str = include_str!("../../topologies/existing-bucket.yaml");
const COMPANY: &str = "company-logs-999999999999";

#[test]
fn a_bucket_that_exists_is_used_and_never_written_to() {
    let bench = Bench::new(EXISTING);
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    let calls = bench.cloud().calls();
    let settings = ["CreateBucket", "PutBucket", "PutPublicAccessBlock", "DeleteBucket"];
    let written: Vec<&str> = calls
        .iter()
        .map(|call| call.operation.as_str())
        .filter(|operation| settings.iter().any(|prefix| operation.starts_with(prefix)))
        .collect();
    assert_eq!(written, [""; 0], "the bucket was prepared without a call");
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    let refused =
        bench.sandbox("destroy", &["--yes", "--delete-data", "--confirm", COMPANY]).expect(Exit::Usage);
    assert!(refused.err.contains("logpipe made no bucket of that name"), "{}", refused.err);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    bench.aws(ARCHIVE, TOKYO, async |config| object(&config, COMPANY, "cloudwatch/").await);
}

/// Applies the topology in a simulated AWS where the bucket is as `change` leaves it.
fn with_bucket(account: &str, region: Option<&str>) -> Ran {
    let bench = Bench::new(EXISTING);
    let cloud = bench.cloud();
    let operator: AccountId = "000000000000".parse().unwrap();
    for account in [SOURCE, ARCHIVE] {
        cloud.prepare_account(&account.parse().unwrap(), "LogpipeDeployer", None, &operator);
    }
    if let Some(region) = region {
        cloud.prepare_bucket(&account.parse().unwrap(), &region.parse().unwrap(), COMPANY);
    }
    let variables = [("AWS_ACCESS_KEY_ID", "SANDBOX000000000000"), ("AWS_SECRET_ACCESS_KEY", "sandbox")];
    let ran = against(&bench, &cloud, &["apply", "topology.yaml", "--yes"], &variables);
    assert!(cloud.calls().iter().all(|call| !call.writes()), "{}", ran.said());
    ran
}

#[test]
fn a_bucket_that_is_said_to_exist_must_be_there_in_that_account_and_region() {
    let says = |ran: Ran, words: &str| {
        let said = ran.said().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(words), "{said}");
    };
    says(
        with_bucket(ARCHIVE, None).expect(Exit::Failed),
        "the bucket does not exist, although `create: false` says",
    );
    says(with_bucket(ARCHIVE, Some("eu-west-1")).expect(Exit::Failed), "the bucket is in eu-west-1");
    says(with_bucket(SOURCE, Some(TOKYO)).expect(Exit::Denied), "choose another");
}

#[test]
fn the_distribution_is_managed_when_it_is_declared() {
    let bench = Bench::new(QUICKSTART);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(
        &QUICKSTART.replace("    create: true", "    create: true\n    filter: { distribution: random }"),
    );
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Pending);
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    bench.aws(SOURCE, TOKYO, async |config| {
        let filters = aws::filters(&config, "/app/web").await;
        assert_eq!(filters[0].distribution().unwrap().as_str(), "Random");
    });
}
