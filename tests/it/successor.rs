//! A stream that cannot be changed in place: a successor takes over, nothing is lost, and it can be interrupted
//! anywhere.

use std::collections::BTreeSet;

use aws_sdk_firehose::types::ExtendedS3DestinationConfiguration;
use logpipe::exit::Exit;

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::support::delivery::{self, bucket_text, streams};
use crate::support::engine::{Job, Treatment};
use crate::support::kills;

const PARTED: &str = include_str!("../../topologies/partitioned.yaml");
const BUCKET: &str = "partitioned-central-999999999999-ap-northeast-1";

/// The same pipeline before anybody thought of parting its objects.
fn plain() -> String {
    let lines = ["      partition_by: [owner, logGroup]\n", "      buffer_mb: 64\n"];
    lines.iter().fold(PARTED.to_owned(), |text, line| text.replace(line, ""))
}

/// Applied, and then asked for parted objects.
fn asked_for_parted() -> Bench {
    let bench = Bench::new(&plain());
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(PARTED);
    bench
}

/// Writes an event into one of the log groups.
fn write_event(bench: &Bench, message: &str) {
    delivery::write_event(bench, SOURCE, TOKYO, "/app/web", message);
}

#[test]
fn the_plan_names_every_part_of_the_change() {
    let bench = asked_for_parted();
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    let steps: BTreeSet<(String, String)> = plan["steps"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|step| step["action"] != "keep")
        .map(|step| {
            (step["action"].as_str().unwrap().to_owned(), step["address"].as_str().unwrap().to_owned())
        })
        .collect();
    let expect = [
        ("create", "archive/ap-northeast-1/firehose_stream.partitioned-central-2"),
        ("delete", "archive/ap-northeast-1/firehose_stream.partitioned-central"),
        ("update", "archive/ap-northeast-1/logs_destination.partitioned-central"),
        ("update", "archive/global/iam_role.partitioned-central-cwl"),
    ];
    let expect = expect.map(|(action, address)| (action.to_owned(), address.to_owned()));
    assert_eq!(steps, BTreeSet::from(expect), "{plan:#}");
    let text = bench.sandbox("plan", &[]).expect(Exit::Done).out;
    assert!(text.contains("it takes over from partitioned-central"), "{text}");
    assert!(text.contains("deleted once it is drained"), "{text}");
}

#[test]
fn a_successor_takes_over_without_losing_an_event() {
    let bench = asked_for_parted();
    // In the old stream's buffer when the change begins.
    write_event(&bench, "written just before");
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    assert_eq!(streams(&bench), ["partitioned-central-2"]);
    write_event(&bench, "written after");
    bench.pass(300);
    let text = bucket_text(&bench, BUCKET);
    assert!(text.contains("written just before") && text.contains("written after"), "{text}");
    let before = bench.now();
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("status", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.written_since(before), [""; 0], "the second apply changes nothing");
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let policies = aws::inline_policies(&config, "partitioned-central-cwl").await;
        let resource = &policies[0].1["Statement"][0]["Resource"];
        assert_eq!(
            *resource, "arn:aws:firehose:ap-northeast-1:999999999999:deliverystream/partitioned-central-2",
            "with the old stream goes the right to put records on it"
        );
    });
}

#[test]
fn the_old_stream_is_deleted_only_when_it_is_drained() {
    let bench = asked_for_parted();
    let before = bench.now();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let calls = bench.calls_since(before);
    let at = |operation: &str| calls.iter().find(|call| call.operation == operation).unwrap().at_ms;
    let drained = at("DeleteDeliveryStream") - at("PutDestination");
    assert!(drained >= (180 + 60) * 1000, "3 min and the buffer's 60 s, not {drained} ms");
}

#[test]
fn it_goes_back_and_forth() {
    let bench = asked_for_parted();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&plain());
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    assert_eq!(streams(&bench), ["partitioned-central-3"]);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert_eq!(streams(&bench), [""; 0]);
}

#[test]
fn killed_at_any_call_the_next_apply_finishes_it_and_loses_nothing() {
    let prepared = asked_for_parted();
    write_event(&prepared, "written just before");
    kills::at_each_call(&prepared, Job::Apply, 4, |bench, unlucky| {
        let again = bench.sandbox("apply", &["--yes"]);
        assert_eq!(again.exit, Exit::Done, "after call {unlucky}\n{}", again.said());
        assert_eq!(streams(bench), ["partitioned-central-2"], "after call {unlucky}");
        bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
        let record = bench.record("partitioned");
        let owned = record.entries().keys().filter(|address| address.name.starts_with("partitioned-central"));
        assert!(
            owned.clone().count() > 3
                && owned.clone().all(|address| address.name != "partitioned-central"
                    || address.kind.as_str() != "firehose_stream")
        );
        assert!(bucket_text(bench, BUCKET).contains("written just before"), "after call {unlucky}");
    });
}

/// A destination under its earlier name stays until somebody says `--prune`, and what cannot be moved away from it still
/// sends there.
#[test]
fn the_old_stream_stays_for_a_destination_under_its_earlier_name() {
    let bench = asked_for_parted();
    bench.write(&PARTED.replace("  central:\n", "  central:\n    destination_name: renamed\n"));
    let refused = Treatment::Refused("InvalidParameterException", 400);
    bench.engine(Job::Apply, move |_, operation| {
        if operation == "PutSubscriptionFilter" { refused } else { Treatment::Answered }
    });
    write_event(&bench, "through the filter that was not moved");
    bench.pass(600);
    assert!(bucket_text(&bench, BUCKET).contains("through the filter that was not moved"));

    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(streams(&bench), ["partitioned-central", "partitioned-central-2"]);
    let text = bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done).out;
    assert!(text.contains("partitioned-central stays"), "{text}");

    write_event(&bench, "written just before");
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
    assert_eq!(streams(&bench), ["partitioned-central-2"]);
    bench.pass(600);
    assert!(bucket_text(&bench, BUCKET).contains("written just before"));
}

#[test]
fn a_stream_that_was_only_taken_over_is_not_replaced() {
    let bench = Bench::new(&plain());
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    std::fs::remove_file(bench.path(".logpipe/sandbox/records/partitioned.json")).unwrap();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let call = aws::firehose(&config).untag_delivery_stream().delivery_stream_name("partitioned-central");
        call.tag_keys("logpipe:topology").send().await.unwrap();
    });
    bench.sandbox("apply", &["--yes", "--adopt"]).expect(Exit::Done);
    bench.write(PARTED);
    let ran = bench.sandbox("apply", &["--yes"]).expect(Exit::Failed);
    assert!(ran.err.contains("set `stream.name` to another name"), "{}", ran.err);
    // As it says.
    bench.write(&PARTED.replace("    stream:\n", "    stream:\n      name: parted\n"));
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    assert_eq!(streams(&bench), ["parted", "partitioned-central"]);
}

#[test]
fn a_name_that_somebody_else_has_taken_is_skipped() {
    let bench = asked_for_parted();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let firehose = aws::firehose(&config);
        let old = aws::stream(&config, "partitioned-central").await;
        let s3 = old.destinations()[0].extended_s3_destination_description().unwrap();
        let s3 =
            ExtendedS3DestinationConfiguration::builder().bucket_arn(s3.bucket_arn()).role_arn(s3.role_arn());
        let call = firehose.create_delivery_stream().delivery_stream_name("partitioned-central-2");
        call.extended_s3_destination_configuration(s3.build().unwrap()).send().await.unwrap();
    });
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    assert_eq!(streams(&bench), ["partitioned-central-2", "partitioned-central-3"]);
}
