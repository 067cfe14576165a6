//! Without a person at a terminal: what a log shows, and what GitHub Actions is told.

use logpipe::exit::Exit;

use crate::support::process::logpipe;
use crate::support::{Bench, Ran};
use crate::walkthrough::TOPOLOGY;

/// Runs a command as a step of a workflow; returns the summary page too.
fn step(bench: &Bench, arguments: &[&str]) -> (Ran, String) {
    let summary = bench.path("summary.md");
    let environment =
        [("CI", "true"), ("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())];
    let ran = logpipe(&bench.path(""), &environment, arguments);
    (ran, std::fs::read_to_string(summary).unwrap_or_default())
}

#[test]
fn a_log_has_a_line_an_event_with_the_time_since_the_start() {
    let bench = Bench::new(TOPOLOGY);
    let ran = logpipe(&bench.path(""), &[("CI", "true")], &["apply", "--sandbox", "--yes", "--verify"]);
    let said = ran.expect(Exit::Done).err;
    assert!(!said.contains(['\r', '\u{1b}']), "{said:?}");
    for expected in ["[0:00] Connecting to 2 accounts\n", "created in ", " on its way 0:", "delivered after"]
    {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert!(
        !said.lines().any(|line| line.starts_with("::")),
        "no workflow commands outside of GitHub: {said}"
    );
}

#[test]
fn a_plan_is_a_group_and_a_run_has_a_summary() {
    let bench = Bench::new(TOPOLOGY);
    let (ran, summary) = step(&bench, &["apply", "--sandbox", "--yes", "--verify"]);
    let ran = ran.expect(Exit::Done);
    let (group, _) = ran.err.split_once("\n::endgroup::\n").expect("the group ends");
    assert!(group.starts_with("::group::Plan\n") || group.contains("\n::group::Plan\n"), "{group}");
    assert!(group.contains("Plan: 11 to create"), "{group}");
    assert!(!ran.err.contains("::error"), "{}", ran.err);
    for expected in [
        "### Plan of `delivery-test`: 11 to create",
        "| account | to create |",
        "### ✅ Apply complete: 11 done",
        "### ✅ Verify: 1 of 1 route delivered",
    ] {
        assert!(summary.contains(expected), "{expected}: {summary}");
    }
}

#[test]
fn the_problems_of_a_topology_are_annotations_at_their_places() {
    let bench = Bench::new(&TOPOLOGY.replace("region: ap-northeast-1", "regoin: ap-northeast-1"));
    for arguments in [&["validate"][..], &["validate", "--output", "json"], &["plan", "--sandbox"]] {
        let (ran, summary) = step(&bench, arguments);
        let said = ran.expect(Exit::Invalid).err;
        let annotation = "::error file=topology.yaml,line=";
        assert!(said.lines().any(|line| line.starts_with(annotation)), "{said}");
        assert!(said.contains("unknown key `regoin`%0A"), "{said}");
        assert!(summary.contains("unknown key `regoin`"), "{summary}");
    }
}

#[test]
fn a_route_that_is_not_delivered_is_an_annotation() {
    let bench = Bench::new(TOPOLOGY);
    let (ran, summary) = step(&bench, &["verify", "--sandbox"]);
    let said = ran.expect(Exit::Broken).err;
    assert!(
        said.lines().any(|line| line.starts_with("::error title=") && line.contains("is not delivered::")),
        "{said}"
    );
    assert!(summary.contains("### ❌ Verify: 0 of 1 route delivered"), "{summary}");
}

#[test]
fn any_other_failure_is_an_annotation_of_its_command() {
    let bench = Bench::new(TOPOLOGY);
    let (ran, summary) = step(&bench, &["apply", "--sandbox"]);
    let said = ran.expect(Exit::Failed).err;
    assert!(said.contains("::error title=logpipe apply::this needs an answer"), "{said}");
    assert!(summary.contains("### ❌ logpipe apply failed"), "{summary}");
}
