//! A test event is found in objects of every form, under every partitioning.

use logpipe::exit::Exit;
use serde_json::Value;

use crate::support::Bench;
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
