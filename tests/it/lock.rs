//! Two runs that share a record in S3: one at a time, the dead are inherited from, and the undead do no harm.

use std::time::Duration;

use logpipe::record::{Origin, RecordError, State, Ties};
use logpipe::topology::Topology;

use crate::support::clients::{BUCKET, KEY, Machine, Site, in_a_cloud};
use crate::support::{aws, sdk};

const QUICKSTART: &str = include_str!("../../topologies/quickstart.yaml");

/// What the record says, as text.
async fn text(site: &Site) -> String {
    let config = sdk(&site.cloud, site.clock, "000000000000", "ap-northeast-1");
    let call = aws::s3(&config).get_object().bucket(BUCKET).key(KEY);
    let body = call.send().await.unwrap().body.collect().await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

/// How many calls of an operation S3 has answered.
fn count(site: &Site, operation: &str) -> usize {
    let calls = site.cloud.calls();
    let record = calls.iter().filter(|call| {
        call.operation == operation && call.account.as_ref().is_some_and(|id| id.as_str() == "000000000000")
    });
    record.count()
}

async fn after(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

/// Applies on a machine that nobody disturbs, and expects that nothing is left to do.
async fn converges(machine: &Machine, topology: &Topology) {
    let applied = machine.apply(topology, "ops@next").await;
    assert!(applied.lost.is_none() && applied.report.complete(), "{applied:?}");
    let applied = machine.apply(topology, "ops@next").await;
    assert_eq!(applied.report.done, [], "nothing is left to do");
}

#[test]
fn one_at_a_time_and_the_second_is_told_who_holds_it() {
    in_a_cloud(QUICKSTART, async |site| {
        let (first, second) = (site.machine(), site.machine());
        let keeper = first.keeper(&site.topology, "ops@build").await.unwrap();
        let error = second.keeper(&site.topology, "dev@laptop").await.unwrap_err();
        let text = error.to_string();
        assert!(text.contains("s3://logpipe-records/logpipe/quickstart.json: ops@build, process "), "{text}");
        assert!(matches!(error, RecordError::Locked { left: Some(left), .. } if left.as_secs() <= 120));
        // However long it takes, as long as it lives.
        after(3600).await;
        second.keeper(&site.topology, "dev@laptop").await.unwrap_err();
        keeper.close().await.unwrap();
        second.keeper(&site.topology, "dev@laptop").await.unwrap();
    });
}

#[test]
fn a_run_costs_few_calls_and_keeps_what_it_did() {
    in_a_cloud(QUICKSTART, async |site| {
        let machine = site.machine();
        let applied = machine.apply(&site.topology, "ops@build").await;
        assert!(applied.lost.is_none() && applied.report.done.len() == 11, "{applied:?}");
        assert_eq!(count(&site, "GetObject"), 1);
        let writes = count(&site, "PutObject");
        assert!((4..=12).contains(&writes), "{writes} writes for 11 steps");
        let text = text(&site).await;
        assert!(text.matches("\"present\"").count() == 11 && !text.contains("lease"), "{text}");
        assert!(!text.contains("SANDBOX") && !text.contains("external"), "{text}");
        converges(&machine, &site.topology).await;
    });
}

#[test]
fn the_dead_are_inherited_from_when_their_lease_has_run_out() {
    in_a_cloud(QUICKSTART, async |site| {
        let (dead, heir) = (site.machine(), site.machine());
        let mut keeper = dead.keeper(&site.topology, "ops@build").await.unwrap();
        let address = "archive/global/iam_role.quickstart-central-cwl".parse().unwrap();
        let account = "999999999999".parse().unwrap();
        let durable = keeper.intend(&address, &account, Origin::Created, Ties::default()).unwrap();
        durable.reached().await.unwrap();
        drop(keeper); // As if killed.
        after(110).await;
        heir.keeper(&site.topology, "dev@laptop").await.unwrap_err();
        after(15).await;
        let keeper = heir.keeper(&site.topology, "dev@laptop").await.unwrap();
        assert_eq!(keeper.record().get(&address).unwrap().state, State::Intended);
    });
}

/// A machine falls asleep in the middle of an apply, another one takes over, and what the first one had sent arrives.
async fn taken_over(site: &Site, sleeper: Machine) {
    let (heir, topology) = (site.machine(), &site.topology);
    let takes_over = async {
        after(300).await;
        converges(&heir, topology).await;
        site.cloud.calls().len()
    };
    let (applied, calls) = tokio::join!(sleeper.apply(topology, "ops@asleep"), takes_over);
    assert!(!applied.report.complete() && applied.lost.is_some(), "{applied:?}");
    after(3600).await;
    // It arrives late, is refused, and nothing follows it.
    let late: Vec<String> = site.cloud.calls()[calls..]
        .iter()
        .filter(|call| call.writes())
        .map(|call| format!("{} {}", call.operation, call.status))
        .collect();
    assert!(!late.is_empty(), "nothing was late");
    let refused = late.iter().all(|call| call.ends_with(" 412") || call.ends_with(" 400"));
    assert!(refused, "{late:?}");
    converges(&heir, topology).await;
}

#[test]
fn who_sleeps_before_an_intent_is_written_makes_no_call() {
    in_a_cloud(QUICKSTART, async |site| {
        let when = |call: &str, body: &str| call.starts_with("PUT ") && body.contains("firehose_stream");
        let sleeper = site.sleeper(when, Duration::from_secs(600));
        taken_over(&site, sleeper).await;
    });
}
