//! Several streams beside each other (`stream: { count: 3 }`): senders are spread over them, and when their number changes,
//! no event is lost and none comes twice.

use std::collections::BTreeMap;

use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE};
use crate::support::delivery::streams;
use crate::support::engine::Job;
use crate::support::kills;
use crate::support::senders::{applied, arrived_once, sends_to, write};
use crate::support::topologies::{destination, senders, source, topology};

const REGION: &str = "ap-northeast-1";

/// Senders of these numbers to so many streams.
fn beside(numbers: impl IntoIterator<Item = u32>, count: u32, more: &str) -> String {
    let count = format!("buffer_seconds: 60, count: {count}{more}");
    senders(numbers, "").replace("buffer_seconds: 60", &count)
}

/// How many of the accounts send to which stream.
fn spread(bench: &Bench, numbers: impl IntoIterator<Item = u32>) -> BTreeMap<String, usize> {
    let targets: BTreeMap<String, String> = bench.aws(ARCHIVE, REGION, async |config| {
        let name = |text: &str| text.rsplit_once('/').unwrap().1.to_owned();
        let destinations = aws::destinations(&config).await;
        let target = |it: &aws_sdk_cloudwatchlogs::types::Destination| {
            (it.destination_name().unwrap().to_owned(), name(it.target_arn().unwrap()))
        };
        destinations.iter().map(target).collect()
    });
    let mut spread = BTreeMap::new();
    for number in numbers {
        *spread.entry(targets[&sends_to(bench, number)].clone()).or_default() += 1;
    }
    spread
}

fn of<const N: usize>(counts: [(&str, usize); N]) -> BTreeMap<String, usize> {
    counts.map(|(name, count)| (name.to_owned(), count)).into()
}

#[test]
fn senders_deliver_through_all_of_them() {
    let bench = Bench::new(&beside(0..7, 3, ""));
    let planned = bench.sandbox("plan", &[]).expect(Exit::Done).out;
    let note = "destinations.main: 7 senders over 3 CloudWatch Logs destinations in front of 3 streams";
    assert!(planned.contains(note), "{planned}");
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(streams(&bench), ["t-main", "t-main-2", "t-main-3"]);
    assert_eq!(spread(&bench, 0..7), of([("t-main", 3), ("t-main-2", 2), ("t-main-3", 2)]));
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("status", &["--detailed-exitcode"]).expect(Exit::Done);
    let verified = bench.sandbox("verify", &["--output", "json"]).expect(Exit::Done).json();
    let objects: Vec<&str> = verified["routes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|route| route["object"].as_str().unwrap())
        .collect();
    for stream in ["/t-main-1-", "/t-main-2-1-", "/t-main-3-1-"] {
        assert!(objects.iter().any(|object| object.contains(stream)), "{stream} {objects:?}");
    }
    let outputs = bench.sandbox("outputs", &[]).expect(Exit::Done).out;
    for output in ["main.stream_name", "main.stream_arn.2", "main.stream_name.3", "main.cwl_role_arn.3"] {
        assert!(outputs.contains(output), "{outputs}");
    }
    // Each role may put records on the stream behind its shard alone, and one role of Firehose writes for all.
    for (role, stream) in
        [("t-main-cwl", "t-main"), ("t-main-cwl-2", "t-main-2"), ("t-main-cwl-3", "t-main-3")]
    {
        bench.aws(ARCHIVE, REGION, async move |config| {
            let policies = aws::inline_policies(&config, role).await;
            let expect = format!("arn:aws:firehose:{REGION}:{ARCHIVE}:deliverystream/{stream}");
            assert_eq!(policies[0].1["Statement"][0]["Resource"], json!(expect));
        });
    }
    let roles = bench.aws(ARCHIVE, REGION, async |config| aws::roles(&config).await);
    assert_eq!(roles.iter().filter(|role| role.contains("firehose")).count(), 1, "{roles:?}");
    let before = bench.now();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.written_since(before), [""; 0]);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert_eq!(streams(&bench), [""; 0]);
}

#[test]
fn from_one_to_three_and_back_each_event_arrives_once() {
    let bench = applied(&beside(0..9, 1, ""));
    assert_eq!(streams(&bench), ["t-main"]);
    write(&bench, 0..9, "one");
    bench.write(&beside(0..9, 3, ""));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(spread(&bench, 0..9), of([("t-main", 3), ("t-main-2", 3), ("t-main-3", 3)]));
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    // In the buffers of streams that are given up next.
    write(&bench, 0..9, "three");
    bench.write(&beside(0..9, 1, ""));
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    let deleted = |step: &&Value| step["action"] == "delete";
    let deleted: Vec<&Value> =
        plan["steps"].as_array().unwrap().iter().filter(deleted).map(|step| &step["address"]).collect();
    let stream = |number: u32| json!(format!("archive/{REGION}/firehose_stream.t-main-{number}"));
    assert_eq!(deleted, [&stream(2), &stream(3)], "{plan:#}");
    let before = bench.now();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let calls = bench.calls_since(before);
    let at = |operation: &str| {
        calls.iter().filter(|call| call.operation == operation).map(|call| call.at_ms).collect::<Vec<_>>()
    };
    let moved = *at("PutDestination").last().unwrap();
    let drained: Vec<u64> = at("DeleteDeliveryStream").into_iter().map(|deleted| deleted - moved).collect();
    assert!(
        drained.len() == 2 && drained.iter().all(|drained| *drained >= (180 + 60) * 1_000),
        "{drained:?}"
    );
    assert_eq!(streams(&bench), ["t-main"]);
    // Accounts stay in their shards, which all send to the one stream now.
    assert_eq!(sends_to(&bench, 8), "t-main-3");
    assert_eq!(spread(&bench, 0..9), of([("t-main", 9)]));
    write(&bench, 0..9, "one again");
    arrived_once(&bench, 9, &["one", "three", "one again"]);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("verify", &[]).expect(Exit::Done);
}

#[test]
fn who_joins_moves_nobody_where_no_stream_has_far_more_than_its_share() {
    let bench = applied(&beside(0..4, 2, ""));
    let there: Vec<String> = (0..4).map(|number| sends_to(&bench, number)).collect();
    bench.write(&beside((0..4).chain([10, 11, 12]), 2, ""));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!((0..4).map(|number| sends_to(&bench, number)).collect::<Vec<_>>(), there);
    assert_eq!(spread(&bench, (0..4).chain([10, 11, 12])), of([("t-main", 4), ("t-main-2", 3)]));
}

/// AWS keeps an access policy as long as its destination, so that both go.
#[test]
fn a_region_whose_last_sender_moves_to_another_shard_is_left_in_order() {
    let sources =
        source("web", "app", "main", "") + &source("shop", "shop", "main", ", regions: [eu-west-1]");
    let of = |count: u32| topology(&destination("main", &format!(", count: {count}")), &sources);
    let bench = applied(&of(1));
    bench.write(&of(2));
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
    let there = async |config: aws_types::SdkConfig| aws::destinations(&config).await;
    let there = bench.aws(ARCHIVE, "eu-west-1", there);
    let names: Vec<&str> = there.iter().filter_map(|it| it.destination_name()).collect();
    assert_eq!(names, ["t-main-2"]);
    let plan = bench.sandbox("plan", &["--detailed-exitcode", "--prune", "--output", "json"]);
    assert_eq!(plan.expect(Exit::Done).json()["orphans"], json!([]));
    bench.sandbox("verify", &[]).expect(Exit::Done);
}

/// Every stream gets a successor, each of which takes over from the one in its place.
#[test]
fn all_of_them_are_replaced_without_a_loss() {
    let format = ", format: decompressed, compression: gzip";
    let bench = applied(&beside(0..4, 2, format));
    write(&bench, 0..4, "before");
    bench.write(&beside(0..4, 2, &format!("{format}, partition_by: [owner]")));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(streams(&bench), ["t-main-3", "t-main-4"]);
    assert_eq!(spread(&bench, 0..4), of([("t-main-3", 2), ("t-main-4", 2)]));
    write(&bench, 0..4, "after");
    arrived_once(&bench, 4, &["before", "after"]);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("verify", &[]).expect(Exit::Done);
}

#[test]
fn a_name_that_another_destination_declares_is_left_to_it() {
    let more = "  other: { account: archive, bucket: { name: t-other }, stream: { name: t-main-2, buffer_seconds: 60 } }\nsources:";
    let topology = beside(0..4, 2, "").replacen("sources:", more, 1);
    let bench = applied(&format!(
        "{topology}  more: {{ accounts: [app], destination: other, log_groups: [/app/more], create: true }}\n"
    ));
    assert_eq!(streams(&bench), ["t-main", "t-main-2", "t-main-3"]);
    assert_eq!(spread(&bench, 0..4), of([("t-main", 2), ("t-main-3", 2)]));
    bench.sandbox("verify", &[]).expect(Exit::Done);
}

/// From one topology to the other, killed at every third writing call: what is written then arrives once, whatever was
/// done, and the streams are those that are wanted in the end.
fn killed_on_the_way(from: &str, to: &str, expect: &[&str]) {
    let original = applied(from);
    original.write(to);
    kills::at_calls((0..).step_by(3), &original, Job::Apply, 3, |bench, unlucky| {
        write(bench, 0..4, "in between");
        bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
        assert_eq!(streams(bench), expect, "after call {unlucky}");
        write(bench, 0..4, "at the end");
        arrived_once(bench, 4, &["in between", "at the end"]);
        bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    });
}

#[test]
fn killed_on_the_way_to_three_and_back() {
    let (one, three) = (beside(0..4, 1, ""), beside(0..4, 3, ""));
    killed_on_the_way(&one, &three, &["t-main", "t-main-2", "t-main-3"]);
    killed_on_the_way(&three, &one, &["t-main"]);
}

#[test]
fn the_cost_says_where_more_streams_are_needed() {
    let bench = Bench::new(&beside(0..4, 1, ""));
    let cost = |flags: &[&str]| bench.run(&[&["logpipe", "cost"], flags].concat()).expect(Exit::Done);
    let near = &cost(&["--gb-per-month", "20000", "--output", "json"]).json()["near_limits"][0];
    assert_eq!((&near["destination"], &near["enough_streams"]), (&json!("main"), &json!(4)));
    let said = cost(&["--gb-per-month", "20000"]).out;
    assert!(said.contains("Near a limit:") && said.contains("`stream: { count: 4 }` is enough"), "{said}");
    assert!(!cost(&["--gb-per-month", "100"]).out.contains("Near a limit:"));
}
