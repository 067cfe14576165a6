//! A record that is lost: what it knew is told, and recovered by its tags with the user's word, but for what is others'.

use logpipe::exit::Exit;
use logpipe::record::Origin;
use serde_json::Value;

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::support::delivery::streams;
use crate::support::engine::Job;
use crate::support::kills;
use crate::support::topologies::{destination, source, topology};

fn text(stream: &str) -> String {
    topology(&destination("one", stream), &source("web", "app", "one", ""))
}

/// Applied, and then without a record.
fn lost() -> Bench {
    let bench = Bench::new(&text(""));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    lose(&bench);
    bench
}

fn lose(bench: &Bench) {
    std::fs::remove_dir_all(bench.path(".logpipe/sandbox/records")).unwrap();
}

fn roles(bench: &Bench) -> Vec<String> {
    bench.aws(ARCHIVE, TOKYO, async |config| aws::roles(&config).await)
}

/// Nothing is left but the bucket and what guards it.
#[track_caller]
fn gone(bench: &Bench) {
    assert_eq!(streams(bench), [""; 0]);
    assert_eq!(roles(bench), [""; 0]);
    let groups = bench.aws(SOURCE, TOKYO, async |config| aws::log_groups(&config).await);
    assert!(groups.is_empty(), "{groups:?}");
    let left: Vec<String> =
        bench.record("t").entries().keys().map(|address| address.kind.to_string()).collect();
    assert_eq!(left, ["s3_bucket", "s3_bucket_policy"]);
}

#[test]
fn status_says_what_there_is_to_recover() {
    let bench = lost();
    let status = bench.sandbox("status", &[]).expect(Exit::Done).out;
    let status = status.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = "note: the record owns nothing, but 7 resources carry this topology's tag, and 1 subscription points at its destinations: restore the record, or run `logpipe apply --adopt --sandbox` to recover them as logpipe's own";
    assert!(status.contains(words), "{status}");
    let notes = bench.sandbox("status", &["--output", "json"]).expect(Exit::Done).json()["notes"].clone();
    assert_eq!(notes.as_array().map(Vec::len), Some(1));
    let fresh = Bench::new(&text("")).sandbox("status", &["--output", "json"]).expect(Exit::Done).json();
    assert_eq!(fresh["notes"], serde_json::json!([]));
}

#[test]
fn what_bears_our_tag_is_our_own_again() {
    let bench = lost();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Failed);
    let plan = bench.sandbox("plan", &["--adopt", "--output", "json"]).expect(Exit::Done).json();
    assert_eq!((&plan["summary"]["adopt"], &plan["summary"]["keep"]), (&11.into(), &0.into()), "{plan:#}");
    let reason = |step: &Value| step["reason"].as_str().unwrap().to_owned();
    let reasons: Vec<String> = plan["steps"].as_array().unwrap().iter().map(reason).collect();
    assert!(
        reasons.iter().all(|reason| reason.contains("recovered as logpipe's own, which `destroy` and `--prune` remove")),
        "{reasons:#?}"
    );
    let before = bench.now();
    bench.sandbox("apply", &["--yes", "--adopt"]).expect(Exit::Done);
    let written = bench.written_since(before);
    assert!(written.iter().all(|call| call.contains(":Put")), "it is as declared: {written:?}");
    assert!(bench.record("t").entries().values().all(|entry| entry.origin == Origin::Recovered));
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    gone(&bench);
}

#[test]
fn what_is_recovered_is_replaced_and_pruned_as_before() {
    let bench = lost();
    bench.sandbox("apply", &["--yes", "--adopt"]).expect(Exit::Done);
    let parted = ", format: decompressed, compression: gzip, partition_by: [owner], buffer_mb: 64";
    bench.write(&text(parted));
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    assert_eq!(streams(&bench), ["t-one-2"]);
    let renamed = format!("{parted}, name: other");
    bench.write(&text(&renamed));
    bench.sandbox("apply", &["--yes", "--prune", "--verify"]).expect(Exit::Done);
    assert_eq!(streams(&bench), ["other"]);
}

#[test]
fn what_was_taken_over_from_others_stays_theirs() {
    let bench = Bench::new(&text(""));
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let call = aws::iam(&config).create_role().role_name("t-one-cwl");
        call.assume_role_policy_document("{\"Version\":\"2012-10-17\",\"Statement\":[]}")
            .send()
            .await
            .unwrap();
    });
    bench.sandbox("apply", &["--yes", "--adopt", "--verify"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    lose(&bench);
    bench.sandbox("apply", &["--yes", "--adopt"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert_eq!(roles(&bench), ["t-one-cwl"], "it was there before logpipe");
}

#[test]
fn killed_while_it_recovers_the_next_run_goes_on() {
    let prepared = lost();
    // So that there is something to write.
    prepared.write(
        &text(", buffer_mb: 10")
            .replace("region: ap-northeast-1\n", "region: ap-northeast-1\ntags: { Team: a }\n"),
    );
    kills::at_each_call(&prepared, Job::Adopt, 4, |bench, _| {
        bench.sandbox("apply", &["--yes", "--adopt"]).expect(Exit::Done);
        bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
        bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
        gone(bench);
    });
}
