//! Streams near to what Firehose takes: a plan says so, from what CloudWatch has counted, where several streams or many
//! senders make it likely that it matters.

use std::fmt::Write;
use std::time::UNIX_EPOCH;

use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::ARCHIVE;
use crate::support::senders::{applied, write};
use crate::support::topologies::senders;

/// Bytes a second that a stream takes in these tests.
const QUOTA: u64 = 35;

/// Two senders, and so many streams.
fn beside(count: u32) -> String {
    senders(0..2, "").replace("buffer_seconds: 60", &format!("buffer_seconds: 60, count: {count}"))
}

/// Applied, and in one minute each of these accounts has logged most of what a stream takes in one.
fn busy(topology: &str, numbers: std::ops::Range<u32>) -> Bench {
    let bench = applied(topology);
    bench.pass(600);
    let cloud = bench.cloud();
    cloud.set_throughput_quota(QUOTA);
    cloud.store().unwrap();
    let second = bench.now().duration_since(UNIX_EPOCH).unwrap().as_secs() % 60;
    bench.pass(60 - second);
    write(&bench, numbers, &incompressible(3_000));
    bench.pass(600);
    bench
}

/// Hexadecimal digits of which gzip makes half as many bytes.
fn incompressible(digits: usize) -> String {
    let mut state = 1_u64;
    let mut text = String::new();
    while text.len() < digits {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        write!(text, "{:08x}", state >> 32).unwrap();
    }
    text
}

/// The notes of a plan about throughput, by code, and how often CloudWatch was asked.
fn planned(bench: &Bench) -> (Vec<(String, String)>, usize) {
    let before = bench.now();
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let notes = plan["noted"].as_array().unwrap().iter();
    let notes = notes.map(|note| (text(&note["code"]), text(&note["note"])));
    let asked = bench.calls_since(before).iter().filter(|call| call.operation == "GetMetricData").count();
    (notes.filter(|(code, _)| code.starts_with("throughput")).collect(), asked)
}

#[test]
fn a_stream_near_its_limit_is_told_with_the_count_that_is_enough() {
    let bench = busy(&beside(2), 0..2);
    let (notes, asked) = planned(&bench);
    let [(code, note)] = notes.as_slice() else { panic!("{notes:?}") };
    assert_eq!((code.as_str(), asked), ("throughput_near_limit", 1));
    assert!(note.starts_with("archive/ap-northeast-1/firehose_stream.t-main"), "{note}");
    for part in ["in its busiest minute of the last day, and Firehose takes 35 B/s", "`stream: { count: 4 }`"]
    {
        assert!(note.contains(part), "{part} is missing: {note}");
    }
    // One more is not enough, and apply says so too.
    let other = bench.copy();
    other.write(&beside(3));
    let said = other.sandbox("apply", &["--yes"]).expect(Exit::Done).said();
    assert!(said.contains("`stream: { count: 4 }`"), "{said}");
    // The streams that the plan makes are enough.
    bench.write(&beside(4));
    assert_eq!(planned(&bench), (Vec::new(), 1));
    // It was a day ago.
    bench.pass(86_400);
    bench.write(&beside(2));
    assert_eq!(planned(&bench), (Vec::new(), 1));
}

#[test]
fn where_one_account_logs_most_more_streams_are_not_said_to_help() {
    let bench = busy(&beside(2), 1..2);
    let (notes, _) = planned(&bench);
    let [(_, note)] = notes.as_slice() else { panic!("{notes:?}") };
    assert!(note.contains("or give the account that logs most a destination of its own"), "{note}");
}

#[test]
fn a_role_that_may_not_ask_is_told_of_once() {
    let bench = busy(&beside(2), 0..2);
    let cloud = bench.cloud();
    cloud.withhold(&ARCHIVE.parse().unwrap(), "OnlyOnEverything", "cloudwatch:GetMetricData");
    cloud.store().unwrap();
    let (notes, asked) = planned(&bench);
    let [(code, note)] = notes.as_slice() else { panic!("{notes:?}") };
    assert_eq!((code.as_str(), asked), ("throughput_unread", 1));
    assert!(note.contains("the role may not call cloudwatch:GetMetricData"), "{note}");
}

#[test]
fn one_stream_of_few_senders_is_not_asked_about() {
    let bench = busy(&senders(0..2, ""), 0..2);
    assert_eq!(planned(&bench), (Vec::new(), 0));
}

#[test]
fn the_right_is_listed_where_the_plan_asks() {
    let rights = |topology: &str| {
        let ran = Bench::new(topology).run(&["logpipe", "access", "--for", "plan", "--output", "json"]);
        let roles = ran.expect(Exit::Done).json()["roles"].as_array().unwrap().clone();
        let archive = roles.iter().find(|role| role["accounts"].to_string().contains("archive")).unwrap();
        archive["actions"].as_array().unwrap().contains(&json!("cloudwatch:GetMetricData"))
    };
    assert!(rights(&beside(2)), "several streams");
    assert!(rights(&senders(0..51, "")), "many senders");
    assert!(!rights(&senders(0..2, "")), "few senders");
}
