//! Calls go no faster than AWS takes them, and the limit of one account holds up no other.

use std::sync::atomic::{AtomicBool, Ordering};

use logpipe::exit::Exit;

use crate::support::Bench;
use crate::support::aws::{self, TOKYO};
use crate::support::engine::{Job, Treatment};
use crate::support::topologies::{destination, source, topology as topology_of};

/// One destination, and sources that take every log group of this many accounts.
fn topology(accounts: usize) -> String {
    let names: Vec<String> = (1..=accounts).map(|number| format!("source-{number}")).collect();
    let entries: Vec<String> =
        names.iter().enumerate().map(|(index, name)| format!("{name}: \"{}\"", id(index))).collect();
    format!(
        r#"
version: 1
name: pace
region: ap-northeast-1
access: {{ role_name: LogpipeDeployer }}
accounts: {{ {}, archive: "999999999999" }}
destinations: {{ central: {{ account: archive }} }}
sources:
  everything:
    accounts: [{}]
    destination: central
    log_groups: ["/app/*"]
"#,
        entries.join(", "),
        names.join(", ")
    )
}

fn id(index: usize) -> String {
    format!("{:012}", 100_000_000_001 + index)
}

/// A bench whose accounts have this many log groups each.
fn bench(accounts: usize, groups: usize) -> Bench {
    let bench = Bench::new(&topology(accounts));
    for index in 0..accounts {
        bench.aws(&id(index), TOKYO, async move |config| {
            for number in 0..groups {
                let name = format!("/app/{number:04}");
                aws::logs(&config).create_log_group().log_group_name(name).send().await.unwrap();
            }
        });
    }
    bench
}

/// When an operation reached the sandbox, in milliseconds, in order.
fn times(bench: &Bench, operation: &str) -> Vec<u64> {
    let calls = bench.cloud().calls();
    calls.into_iter().filter(|call| call.operation == operation).map(|call| call.at_ms).collect()
}

/// From the first to the last.
fn span(times: &[u64]) -> u64 {
    times.last().unwrap() - times.first().unwrap()
}

#[test]
fn one_account_gets_no_more_than_five_filters_a_second() {
    let bench = bench(1, 100);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    for operation in ["DescribeSubscriptionFilters", "PutSubscriptionFilter"] {
        let times = times(&bench, operation);
        assert_eq!(times.len(), 100);
        for window in times.windows(6) {
            assert!(window[5] - window[0] >= 1_000, "{operation}: six within a second: {window:?}");
        }
        assert!(span(&times) <= 21_000, "{operation} takes {} ms", span(&times));
    }
}

#[test]
fn ten_accounts_take_the_time_of_one() {
    let one = bench(1, 10);
    one.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let ten = bench(10, 10);
    ten.sandbox("apply", &["--yes"]).expect(Exit::Done);
    for operation in ["DescribeSubscriptionFilters", "PutSubscriptionFilter"] {
        let (one, ten) = (times(&one, operation), times(&ten, operation));
        assert_eq!((one.len(), ten.len()), (10, 100));
        // The slots for steps are fewer than the steps of a first second, so a call's time or two come on top.
        assert!(span(&ten) <= span(&one) + 300, "{operation}: {} against {} ms", span(&ten), span(&one));
    }
}

#[test]
fn a_cloud_with_the_rates_of_aws_throttles_nothing() {
    let bench = bench(1, 200);
    let cloud = bench.cloud();
    cloud.set_throttling(true);
    cloud.store().unwrap();
    let before = bench.now();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let calls = bench.calls_since(before);
    assert!(calls.len() > 400, "{} calls", calls.len());
    let throttled: Vec<_> =
        calls.into_iter().filter(|call| call.error.as_deref() == Some("ThrottlingException")).collect();
    assert_eq!(throttled, []);
}

#[test]
fn a_throttling_answer_holds_back_everybody_at_that_gate() {
    let bench = bench(1, 12);
    let refused = AtomicBool::new(false);
    let ended = bench.engine(Job::Apply, move |_, operation| {
        let first = operation == "PutSubscriptionFilter" && !refused.swap(true, Ordering::Relaxed);
        if first {
            Treatment::Refused("ThrottlingException: Rate exceeded", 400)
        } else {
            Treatment::Answered
        }
    });
    assert_eq!(ended.report.unwrap().failures, []);
    // The refused one never reaches the sandbox; what went before the filters does.
    let policy = times(&bench, "PutDestinationPolicy")[0];
    let times = times(&bench, "PutSubscriptionFilter");
    assert_eq!(times.len(), 12);
    assert!(times[0] - policy >= 2_000, "{policy} {times:?}");
}

/// A stream takes a minute to become ACTIVE, and whoever waits for it makes no calls meanwhile.
#[test]
fn what_is_waited_for_keeps_nothing_else_from_starting() {
    let keys: Vec<String> = (1..=12).map(|number| format!("d{number:02}")).collect();
    let destinations: String = keys.iter().map(|key| destination(key, "")).collect();
    let sources: String = keys.iter().map(|key| source(key, "app", key, "")).collect();
    let bench = Bench::new(&topology_of(&destinations, &sources));
    bench.sandbox("apply", &["--yes", "--parallelism", "2"]).expect(Exit::Done);
    // They are made right after their streams are ACTIVE.
    let made = times(&bench, "PutDestination");
    assert!(made.len() >= 12, "{made:?}");
    assert!(span(&made) < 60_000, "one after the other: {made:?}");
}

#[test]
fn a_call_takes_as_long_as_the_environment_says() {
    let took = |latency: &str| {
        let bench = bench(1, 1);
        let ran = bench.run_in(
            &[("LOGPIPE_SANDBOX_LATENCY", latency)],
            &["logpipe", "plan", "--sandbox", "topology.yaml"],
        );
        let calls = bench.cloud().calls();
        let times = calls.iter().filter(|call| call.operation.starts_with("Describe")).map(|call| call.at_ms);
        (ran, times.min())
    };
    let (fast, slow) = (took("50ms"), took("2s"));
    assert_eq!((fast.0.exit, slow.0.exit), (Exit::Done, Exit::Done));
    assert!(fast.1 < slow.1);
    let refused = took("soon").0.expect(Exit::Usage);
    assert!(
        refused.err.contains("LOGPIPE_SANDBOX_LATENCY must be a time such as 60ms, not `soon`"),
        "{}",
        refused.err
    );
}
