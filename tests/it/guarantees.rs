//! What a user can rely on, one test a guarantee; docs/reliability.md has them in words. Each is proved in breadth
//! elsewhere: killed at every call and under thousands of schedules in `simulation`, step by step in the module of its
//! subject.

use std::collections::BTreeSet;

use futures_util::FutureExt;
use logpipe::clock::Clock;
use logpipe::exit::Exit;
use logpipe::record::{Keeper, Place};
use serde_json::json;

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::support::delivery::{bucket_text, write_event};
use crate::support::engine::{Job, Treatment};
use crate::support::scanner::Scanner;
use crate::walkthrough::{TOPOLOGY, applied};

const RECORD: &str = ".logpipe/sandbox/records/delivery-test.json";

#[test]
fn guarantee_1_a_second_apply_changes_nothing_and_makes_no_writing_call() {
    let bench = applied();
    let before = bench.now();
    let ran = bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.written_since(before), [""; 0], "{}", ran.said());
    assert!(!bench.calls_since(before).is_empty(), "it has looked");
}

#[test]
fn guarantee_2_killed_at_any_moment_the_next_apply_converges_and_nothing_is_lost_track_of() {
    for (call, treatment) in
        [(2, Treatment::KilledBefore), (6, Treatment::KilledAfter), (11, Treatment::KilledAfter)]
    {
        let bench = Bench::new(TOPOLOGY);
        let ended = bench.engine(
            Job::Apply,
            move |number, _| if number == call { treatment } else { Treatment::Answered },
        );
        assert!(ended.report.is_none(), "killed");
        bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
        bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
        bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
        assert_eq!(bench.aws(ARCHIVE, TOKYO, async |config| aws::roles(&config).await), [""; 0]);
        assert_eq!(bench.aws(ARCHIVE, TOKYO, async |config| aws::stream_names(&config).await), [""; 0]);
    }
}

#[test]
fn guarantee_3_what_logpipe_did_not_create_is_neither_deleted_nor_overwritten_unasked() {
    let bench = Bench::new(TOPOLOGY);
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole",
    }]});
    let theirs = trust.clone();
    bench.aws(ARCHIVE, TOKYO, async move |config| {
        let call = aws::iam(&config).create_role().role_name("FirehosRoleToS3");
        call.assume_role_policy_document(theirs.to_string()).send().await.unwrap();
    });
    let before = bench.now();
    let ran = bench.sandbox("apply", &["--yes"]).expect(Exit::Failed);
    assert!(ran.err.contains("archive/global/iam_role.FirehosRoleToS3"), "{}", ran.err);
    assert_eq!(bench.written_since(before), [""; 0]);
    let trust_now = || bench.aws(ARCHIVE, TOKYO, async |config| aws::trust(&config, "FirehosRoleToS3").await);
    assert_eq!(trust_now(), trust);
    // Taken over when the user says so, and then still not logpipe's to delete.
    bench.sandbox("apply", &["--yes", "--adopt"]).expect(Exit::Done);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    let roles = bench.aws(ARCHIVE, TOKYO, async |config| aws::roles(&config).await);
    assert_eq!(roles, ["FirehosRoleToS3"]);
}

#[test]
fn guarantee_4_of_two_applies_that_share_a_record_the_second_fails_at_once_and_says_who_holds_it() {
    let bench = applied();
    let place = Place::file(bench.path(RECORD));
    let opened = Keeper::open(&place, "delivery-test", "somebody@test", Clock::real()).now_or_never();
    let held = opened.expect("a file is locked at once").unwrap();
    let ran = bench.sandbox("apply", &["--yes"]).expect(Exit::Failed);
    let holder = format!("somebody@test, process {}, since ", std::process::id());
    assert!(ran.err.contains("another run holds the record") && ran.err.contains(&holder), "{}", ran.err);
    // The lock goes with its holder, however that ends.
    drop(held);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
}

#[test]
fn guarantee_5_a_failed_step_fails_alone_and_what_needs_it_is_skipped_because_of_it() {
    let bench = Bench::new(TOPOLOGY);
    let report = bench.engine(Job::Apply, |_, operation| match operation {
        "CreateDeliveryStream" => Treatment::Refused("LimitExceededException", 400),
        _ => Treatment::Answered,
    });
    let report = report.report.unwrap();
    let [failure] = report.failures.as_slice() else { panic!("{report:?}") };
    assert_eq!(failure.address.kind.as_str(), "firehose_stream");
    assert!(report.skipped.iter().all(|skipped| skipped.because_of == failure.address), "{report:?}");
    let skipped: BTreeSet<&str> =
        report.skipped.iter().map(|skipped| skipped.address.kind.as_str()).collect();
    let expect = ["logs_destination", "logs_destination_policy", "subscription_filter"];
    assert_eq!(skipped, BTreeSet::from(expect));
    let done = report.done.iter().any(|address| address.to_string().ends_with("log_group./delivery/test"));
    assert!(done, "the other account's branch went on: {report:?}");
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
}

#[test]
fn guarantee_6_no_secret_is_written_to_a_plan_a_record_a_log_or_an_error() {
    let secret = "s3cr3t-external-id";
    let text = TOPOLOGY.replace(
        "access: { role_name: LogpipeDeployer }",
        &format!("access: {{ role_name: LogpipeDeployer, external_id: {secret} }}"),
    );
    let bench = Bench::new(&text);
    let mut said = bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done).said();
    said += &bench.sandbox("plan", &["--out", "saved.plan"]).expect(Exit::Done).said();
    // So is a run that fails.
    bench.write(&text.replace("buffer_seconds: 60", "buffer_seconds: 90"));
    said += &bench.sandbox("apply", &["--plan", "saved.plan"]).expect(Exit::Failed).said();
    let state = std::fs::read_to_string(bench.path(".logpipe/sandbox/state.json")).unwrap();
    let mut scanner = Scanner::of_sandbox(&state);
    assert!(scanner.knows() > 0, "sessions were issued");
    scanner.know("the external id", secret);
    scanner.expect_none("the output", &said);
    let files = scanner.expect_none_below(&bench.path(""), &["topology.yaml", "state.json"]);
    assert!(files >= 3, "record, journal and plan: {files}");
    for word in ["SecretAccessKey", "SessionToken", "ASIA"] {
        assert!(!said.contains(word), "{word} in {said}");
    }
}

#[test]
fn guarantee_7_no_change_loses_log_events() {
    let parted = TOPOLOGY.replace(
        "buffer_seconds: 60 }",
        "buffer_seconds: 60, format: decompressed, compression: gzip, partition_by: [owner], buffer_mb: 64 }",
    );
    let plain = parted.replace(", partition_by: [owner], buffer_mb: 64", "");
    let bench = Bench::new(&plain);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&parted);
    let write = |message| write_event(&bench, SOURCE, TOKYO, "/delivery/test", message);
    write("before the change");
    // Killed when the destination points at the successor, while the old stream still holds the event.
    bench.engine(Job::Apply, |_, operation| match operation {
        "PutDestination" => Treatment::KilledAfter,
        _ => Treatment::Answered,
    });
    write("in the middle of the change");
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    write("after the change");
    bench.pass(300);
    let text = bucket_text(&bench, "delivery-test");
    for when in ["before", "in the middle of", "after"] {
        assert!(text.contains(&format!("{when} the change")), "what was written {when} the change is lost");
    }
}

#[test]
fn guarantee_8_destroy_keeps_the_bucket_with_its_guards_and_a_later_apply_knows_it() {
    let bench = applied();
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let s3 = aws::s3(&config);
        let block = s3.get_public_access_block().bucket("delivery-test").send().await.unwrap();
        let block = block.public_access_block_configuration.unwrap();
        assert_eq!(block.block_public_policy, Some(true));
        assert!(s3.get_bucket_encryption().bucket("delivery-test").send().await.is_ok());
        let policy = aws::bucket_policy_text(&config, "delivery-test").await;
        assert!(policy.contains("LogpipeTlsOnly"), "{policy}");
    });
    // Without --adopt.
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
}
