//! A test event is found in objects of every form, under every partitioning.

use logpipe::exit::Exit;
use serde_json::Value;

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, TOKYO};
use crate::walkthrough::TOPOLOGY;

/// Applies the topology with these options of the stream, and expects a test event to be found in an object with such a
/// key.
#[track_caller]
fn delivers(options: &str, key: &[&str]) -> Value {
    let stream = format!("stream: {{ name: delivery-test-stream, {options}, buffer_seconds: 60");
    let topology = TOPOLOGY.replace("stream: { name: delivery-test-stream, buffer_seconds: 60", &stream);
    assert_ne!(topology, TOPOLOGY);
    let bench = Bench::new(&topology);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let verified = bench.sandbox("verify", &["--output", "json"]).expect(Exit::Done).json();
    let object = verified["routes"][0]["object"].as_str().unwrap();
    let mut rest = object;
    for part in key {
        let at = rest.find(part).unwrap_or_else(|| panic!("{part} is not in {object}"));
        rest = &rest[at + part.len()..];
    }
    let line = verified["routes"][0]["line"].as_str().unwrap();
    assert!(line.starts_with("{\"message\":\"logpipe test event\""), "{line}");
    verified
}

#[test]
fn decompressed_objects() {
    delivers("format: decompressed", &["/delivery-test-stream-1-", ".json"]);
    delivers("format: decompressed, compression: gzip", &[".json.gz"]);
}

#[test]
fn messages() {
    delivers("format: messages", &["/delivery-test-stream-1-", ".log"]);
    delivers("format: messages, compression: gzip", &[".log.gz"]);
}

#[test]
fn parted_objects() {
    let parted = |keys: &str| format!("format: decompressed, buffer_mb: 64, partition_by: [{keys}]");
    delivers(&parted("owner, logGroup"), &["owner=111111111111/logGroup=/delivery/test/20"]);
    delivers(&parted("logStream"), &["logStream=logpipe-verify/", "/20", "/delivery-test-stream-1-"]);
}

#[test]
fn encrypted_objects() {
    let key = "arn:aws:kms:ap-northeast-1:999999999999:key/0b5c2ee1-0000-4000-8000-000000000000";
    let bucket = format!("bucket: {{ name: delivery-test, kms_key_arn: {key:?} }}");
    let bench = Bench::new(&TOPOLOGY.replace("bucket: { name: delivery-test }", &bucket));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let permission = |exit| {
        let verified = bench.sandbox("verify", &["--output", "json"]).expect(exit).json();
        let hops = verified["routes"][0]["hops"].as_array().unwrap().clone();
        hops.into_iter().find(|hop| hop["hop"] == "firehose_role_permission").unwrap()
    };
    let detail = permission(Exit::Done)["detail"].to_string();
    assert!(detail.contains(&format!("its own policies let it encrypt with {key}")), "{detail}");

    bench.aws(ARCHIVE, TOKYO, async |config| {
        let mut policy = aws::inline_policies(&config, "FirehosRoleToS3").await.remove(0).1;
        let statements = policy["Statement"].as_array_mut().unwrap();
        statements.retain(|statement| !statement["Action"].to_string().contains("kms:"));
        aws::put_inline(&config, "FirehosRoleToS3", &policy).await;
    });
    bench.pass(60);
    let hop = permission(Exit::Broken);
    let detail = hop["detail"].as_str().unwrap();
    assert_eq!(hop["verdict"], "incorrect");
    assert!(detail.starts_with(&format!("kms:GenerateDataKey on {key} for arn:aws:s3:::")), "{detail}");
}
