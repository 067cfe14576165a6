//! Killed, cut off or stopped at every writing call: the next plain run converges, and nothing is lost track of.

use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::engine::{Job, Treatment};
use crate::walkthrough::{TOPOLOGY, applied};

/// Lets the fates in turn befall every `step`th writing call of a first apply, and expects the next apply to bring
/// everything in order.
fn calls_of_apply(step: usize, fates: &[Treatment]) {
    calls_of_applying(TOPOLOGY, step, fates);
}

fn calls_of_applying(topology: &str, step: usize, fates: &[Treatment]) {
    for (unlucky, treatment) in (0..).step_by(step).zip(fates.iter().copied().cycle()) {
        let bench = Bench::new(topology);
        let ended = bench.engine(
            Job::Apply,
            move |number, _| if number == unlucky { treatment } else { Treatment::Answered },
        );
        converges(&bench, unlucky);
        if ended.writes <= unlucky {
            assert!(unlucky > 15, "{unlucky} calls cannot have made everything");
            return;
        }
    }
}

#[track_caller]
fn converges(bench: &Bench, unlucky: usize) {
    // What is killed in the middle leaves a lease behind when its record is shared.
    let again = bench.sandbox("apply", &["--yes", "--lock-timeout", "3m"]);
    assert_eq!(again.exit, Exit::Done, "after call {unlucky}\n{}", again.said());
    // That nothing is left to do afterwards does not depend much on the call.
    if !unlucky.is_multiple_of(3) {
        return;
    }
    let plan = bench.sandbox("plan", &["--detailed-exitcode"]);
    assert_eq!(plan.exit, Exit::Done, "after call {unlucky}\n{}", plan.said());
}

#[test]
fn killed_at_any_call() {
    calls_of_apply(1, &[Treatment::KilledBefore, Treatment::KilledAfter]);
}

/// The same topology with a record that several machines share; its writes are among the calls.
fn shared() -> String {
    format!("{TOPOLOGY}record: s3://logpipe-records/delivery-test.json\n")
}

#[test]
fn killed_at_any_call_with_a_shared_record() {
    calls_of_applying(&shared(), 1, &[Treatment::KilledBefore, Treatment::KilledAfter]);
}

#[test]
fn cut_off_after_any_call_took_effect_with_a_shared_record() {
    calls_of_applying(&shared(), 2, &[Treatment::AnswerLost]);
}

#[test]
fn cut_off_after_any_call_took_effect() {
    calls_of_apply(1, &[Treatment::AnswerLost]);
}

#[test]
fn stopped_here_and_there() {
    calls_of_apply(2, &[Treatment::Stopped, Treatment::GivenUp]);
}

#[test]
fn a_destroy_killed_at_any_call() {
    for unlucky in 0.. {
        let bench = applied();
        let treatment = if unlucky % 2 == 0 { Treatment::KilledBefore } else { Treatment::KilledAfter };
        let ended =
            bench.engine(
                Job::Destroy,
                move |number, _| if number == unlucky { treatment } else { Treatment::Answered },
            );
        let again = bench.sandbox("destroy", &["--yes"]);
        assert_eq!(again.exit, Exit::Done, "after call {unlucky}\n{}", again.said());
        let there = bench.cloud().summary();
        for account in there["accounts"].as_object().unwrap().values() {
            assert!(
                account["roles"].as_array().unwrap().iter().all(|role| role == "LogpipeDeployer"),
                "{there:#}"
            );
            for part in [&account["logs"], &account["streams"]] {
                let regions = part.as_object().unwrap().values();
                let left: Vec<&Value> =
                    regions.flat_map(Value::as_object).flat_map(|it| it.values()).collect();
                assert!(left.iter().all(|value| **value == json!({})), "after call {unlucky}: {left:?}");
            }
        }
        assert_eq!(there["buckets"]["delivery-test"]["account"], "999999999999", "after call {unlucky}");
        if ended.writes <= unlucky {
            return;
        }
    }
}

#[test]
fn an_access_policy_is_ours_until_its_destination_is_gone() {
    let bench = applied();
    bench.engine(Job::Destroy, |_, operation| match operation {
        "DeleteDestination" => Treatment::KilledBefore,
        _ => Treatment::Answered,
    });
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
}

#[test]
fn a_stop_lets_running_calls_finish_and_starts_nothing_new() {
    let bench = Bench::new(TOPOLOGY);
    let stopped = |_, operation: &str| {
        if operation == "CreateDeliveryStream" { Treatment::Stopped } else { Treatment::Answered }
    };
    let report = bench.engine(Job::Apply, stopped).report.unwrap();
    let names = |addresses: &[logpipe::address::Address]| -> Vec<String> {
        let mut kinds: Vec<String> = addresses.iter().map(|address| address.kind.to_string()).collect();
        kinds.sort();
        kinds
    };
    assert!(report.interrupted && !report.complete());
    assert!(report.failures.is_empty() && report.unknown.is_empty(), "{report:?}");
    assert!(names(&report.done).contains(&"firehose_stream".to_owned()), "it was under way");
    assert_eq!(
        names(&report.not_started),
        ["logs_destination", "logs_destination_policy", "subscription_filter"]
    );
    converges(&bench, 0);
    bench.sandbox("verify", &[]).expect(Exit::Done);
}
