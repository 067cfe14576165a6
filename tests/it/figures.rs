//! How many calls it takes, and that independent ones do not wait for one another.

use std::collections::BTreeMap;
use std::time::Duration;

use logpipe::exit::Exit;
use logpipe::sandbox::{CallRecord, Timing};

use crate::support::Bench;
use crate::support::topologies::senders;

const QUICKSTART: &str = include_str!("../../topologies/quickstart.yaml");

/// What a call takes in the sandbox.
const LATENCY: Duration = Duration::from_millis(50);

#[test]
fn the_quickstart_takes_few_calls() {
    let bench = Bench::new(QUICKSTART);
    let applied = bench.sandbox("apply", &["--yes", "--output", "json"]).expect(Exit::Done).json();
    let made = bench.cloud().calls().len();
    assert!(made <= 40, "{made} calls");
    assert_eq!(applied["calls"]["total"], made, "what is reported is what was made");
    let before = bench.now();
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    let read = bench.calls_since(before).len();
    assert!(read <= 24, "{read} calls");
}

/// Calls by operation. The sandbox does not record what they were about, so two roles make two `GetRole`.
fn by_operation(calls: Vec<CallRecord>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for call in calls {
        *counts.entry(format!("{}:{}", call.service, call.operation)).or_default() += 1;
    }
    counts
}

#[test]
fn nothing_is_read_twice() {
    let bench = Bench::new(QUICKSTART);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let before = bench.now();
    bench.sandbox("plan", &[]).expect(Exit::Done);
    let expect = [
        ("firehose:DescribeDeliveryStream", 1),
        ("firehose:ListTagsForDeliveryStream", 1),
        ("iam:GetRole", 2),
        ("iam:GetRolePolicy", 2),
        ("iam:ListAttachedRolePolicies", 2),
        ("iam:ListRolePolicies", 2),
        ("logs:DescribeDestinations", 1),
        ("logs:DescribeLogStreams", 1),
        ("logs:DescribeSubscriptionFilters", 1),
        ("logs:ListTagsForResource", 3),
        ("s3:GetBucketEncryption", 1),
        ("s3:GetBucketLifecycleConfiguration", 1),
        ("s3:GetBucketOwnershipControls", 1),
        ("s3:GetBucketPolicy", 1),
        ("s3:GetBucketTagging", 1),
        ("s3:GetPublicAccessBlock", 1),
        ("sts:AssumeRole", 2),
    ];
    let expect: BTreeMap<String, usize> =
        expect.into_iter().map(|(operation, times)| (operation.to_owned(), times)).collect();
    assert_eq!(by_operation(bench.calls_since(before)), expect);
}

#[test]
fn a_doctor_takes_few_calls_more_than_a_plan() {
    let check = |topology: &str| {
        let bench = Bench::new(topology);
        bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
        let calls = |command: &str| {
            let before = bench.now();
            bench.sandbox(command, &[]).expect(Exit::Done);
            bench.calls_since(before).len()
        };
        let (planned, judged) = (calls("plan"), calls("doctor"));
        assert!(judged * 2 <= planned * 3, "{judged} calls of doctor, {planned} of plan");
    };
    check(QUICKSTART);
    check(&senders(0..60, ""));
}

#[test]
fn an_apply_takes_no_longer_than_its_longest_chain_of_calls() {
    let bench = Bench::new(QUICKSTART);
    let cloud = bench.cloud();
    // Everything at once, so that calls are all that takes time.
    let none = Timing {
        iam_propagation_ms: 0,
        stream_creating_ms: 0,
        stream_deleting_ms: 0,
        longest_session_ms: 3_600_000,
        logs_delivery_ms: 0,
        delivery_retry_ms: 0,
        profile_association_ms: 0,
    };
    cloud.set_timing(none);
    cloud.store().unwrap();
    let before = bench.now();
    let applied = bench.sandbox("apply", &["--yes", "--output", "json"]).expect(Exit::Done).json();
    let took = bench.now().duration_since(before).unwrap();
    let number = |name: &str| u32::try_from(applied["calls"][name].as_u64().unwrap()).unwrap();
    let limit = LATENCY * number("critical_path") * 115 / 100 + LATENCY * number("waiting");
    assert!(took <= limit, "{took:?} for {:#}", applied["calls"]);
    assert!(number("critical_path") <= 17, "{:#}", applied["calls"]);
}
