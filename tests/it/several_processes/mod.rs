//! Several processes that apply one topology at the same time, each to a part of the accounts: what they make together is
//! what one makes.

mod changes;
mod everywhere;
mod organization;
mod streams;

use std::time::Duration;

use futures_util::future::join_all;
use logpipe::address::Address;
use logpipe::engine::Applied;
use logpipe::exit::Exit;
use logpipe::plan::Allowed;
use logpipe::record::{Entry, Record, State};
use logpipe::share::Share;
use logpipe::stop::{Stop, Stopper};
use logpipe::topology::{Topology, parse};
use serde_json::Value;

use crate::simulation::holdings::{Holdings, holdings};
use crate::support::Bench;
use crate::support::aws::{ARCHIVE, TOKYO};
use crate::support::clients::{BUCKET, KEY, Site, in_a_cloud};
use crate::support::delivery::delivered;
use crate::support::topologies::{self, destination, sender_id, senders};

/// The shards of three processes, of which the second has the account with the destination.
const SHARDS: [&str; 3] = ["1/3", "2/3", "3/3"];
const ARCHIVES: &str = "2/3";

/// When others may have what a killed run held.
const FREE: Duration = Duration::from_secs(121);

/// More senders than one role has room for, leaked because a cloud outlives its test.
fn many() -> &'static str {
    senders(0..70, "").leak()
}

fn few() -> &'static str {
    senders(0..9, "").leak()
}

/// How many processes carry a topology out, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// One for everything.
    ByOne,
    /// One after the other, the one with the destination first.
    InTurns(u32),
    AtOnce(u32),
}

impl How {
    /// What has to make what one makes.
    const SHARED: [Self; 4] = [Self::InTurns(2), Self::InTurns(3), Self::AtOnce(2), Self::AtOnce(3)];

    /// The shards, the one with the destination first.
    fn shares(self) -> Vec<Share> {
        let (Self::InTurns(of) | Self::AtOnce(of)) = self else { return Vec::new() };
        let mut shares: Vec<Share> =
            (1..=of).map(|number| format!("{number}/{of}").parse().unwrap()).collect();
        shares.sort_by_key(|share| !share.has(&ARCHIVE.parse().unwrap()));
        shares
    }

    /// Carries it out, and expects that nothing is left.
    async fn apply(self, site: &Site, topology: &Topology, allowed: &Allowed) {
        let run = async |share: Option<Share>| {
            let allowed = Allowed { share, ..allowed.clone() };
            let applied = site.machine().apply_allowed(topology, allowed, Stop::never()).await;
            complete(&applied.unwrap_or_else(|error| panic!("{self:?}, {share:?}: {error:?}")));
        };
        match self {
            Self::ByOne => run(None).await,
            Self::InTurns(_) => {
                for share in self.shares() {
                    run(Some(share)).await;
                }
            }
            Self::AtOnce(_) => {
                join_all(self.shares().into_iter().map(|share| run(Some(share)))).await;
            }
        }
        let applied = site.machine().apply_allowed(topology, allowed.clone(), Stop::never()).await.unwrap();
        complete(&applied);
        assert_eq!(applied.report.done, [], "{self:?}");
    }
}

/// A line is written in each of these accounts and log groups, and each arrives once.
async fn delivers(site: &Site, places: &[(String, String)]) {
    for (number, (account, group)) in places.iter().enumerate() {
        let (account, region) = (account.parse().unwrap(), TOKYO.parse().unwrap());
        let message = format!("line {number}.");
        let ways = site.cloud.write_event(site.clock.now(), &account, &region, group, &message);
        assert!(ways.is_some(), "{account} has no log group {group}");
    }
    tokio::time::sleep(Duration::from_secs(600)).await;
    site.cloud.advance_to(site.clock.now());
    let text = delivered(&site.cloud);
    for (number, place) in places.iter().enumerate() {
        assert_eq!(text.matches(&format!("line {number}.")).count(), 1, "{place:?}");
    }
}

/// What there is, and what the record says of it.
#[derive(Debug, PartialEq)]
struct Made {
    there: Holdings,
    record: Vec<(Address, Entry)>,
}

impl Made {
    /// What a killed run was about to make, and is there, is not noted again by the one that keeps it: neither that it is
    /// there, nor how.
    fn settled(self) -> Self {
        let entries = self.record.into_iter();
        let settled = |entry| Entry { state: State::Present, applied: None, ..entry };
        let record = entries.map(|(address, entry)| (address, settled(entry)));
        Self { record: record.collect(), there: self.there }
    }
}

/// Takes stock of a site, without what differs between any two runs: times, ids, versions, and what S3 still shows.
async fn made(site: &Site) -> Made {
    let record = Record::load(&site.machine().place(&site.topology), "t").await.unwrap();
    let entries = record.entries().clone().into_iter();
    Made {
        there: holdings(&site.cloud).into_iter().map(|(key, it)| (key, timeless(it))).collect(),
        record: entries.map(|(address, entry)| (address, Entry { changed_at: 0, ..entry })).collect(),
    }
}

fn timeless(it: Value) -> Value {
    match it {
        Value::Number(_) => Value::Null,
        Value::Array(items) => items.into_iter().map(timeless).collect(),
        Value::Object(members) => {
            let varies =
                |name: &str| ["id", "token", "version", "settling"].iter().any(|word| name.ends_with(word));
            let members = members.into_iter().filter(|(name, _)| !varies(name));
            members.map(|(name, member)| (name, timeless(member))).collect()
        }
        other => other,
    }
}

/// What one process makes.
fn by_one(topology: &'static str) -> Made {
    in_a_cloud(topology, async |site| {
        complete(&site.machine().apply(&site.topology, "ops@build").await);
        made(&site).await
    })
}

/// It has done everything, and nothing in an account of another.
#[track_caller]
fn complete(applied: &Applied) {
    assert!(applied.lost.is_none() && applied.report.complete(), "{applied:#?}");
    let of_others = applied.plan.steps.iter().filter(|step| {
        let done = applied.report.done.contains(&step.address);
        done && applied.plan.share.is_some_and(|share| !share.has(&step.account))
    });
    assert_eq!(of_others.count(), 0, "{:?}: {:?}", applied.plan.share, applied.report.done);
}

/// All of it is there, and one process that knows of no others has nothing to do.
async fn is_at_rest(site: &Site) {
    let applied = site.machine().apply(&site.topology, "ops@build").await;
    complete(&applied);
    assert_eq!(applied.report.done, []);
}

#[test]
fn one_after_the_other_they_make_what_one_makes() {
    let expect = by_one(many());
    let made = in_a_cloud(many(), async |site| {
        for share in [ARCHIVES, "1/3", "3/3"] {
            let applied = site.machine().apply_shard(&site.topology, share, Stop::never()).await;
            complete(&applied);
            assert_eq!(applied.plan.share.unwrap().to_string(), share);
            assert!(applied.report.done.len() > 20, "{share}: {:?}", applied.report.done);
            // What another has made already is waited for no more.
            assert_eq!(applied.plan.summary().awaited, 0, "{share}");
        }
        is_at_rest(&site).await;
        made(&site).await
    });
    assert_eq!(made, expect);
}

#[test]
fn at_the_same_time_they_make_what_one_makes() {
    let expect = by_one(many());
    let made = in_a_cloud(many(), async |site| {
        let machines = SHARDS.map(|share| (site.machine(), share));
        let applying =
            machines.iter().map(|(machine, share)| machine.apply_shard(&site.topology, share, Stop::never()));
        let applied = join_all(applying).await;
        applied.iter().for_each(complete);
        assert!(applied[0].plan.summary().awaited > 5, "{:?}", applied[0].plan.summary());
        is_at_rest(&site).await;
        made(&site).await
    });
    assert_eq!(made, expect);
}

#[test]
fn one_that_was_killed_is_continued_and_the_others_wait() {
    let expect = by_one(few()).settled();
    for seconds in [1, 3, 6, 20, 50, 80, 110] {
        let killed = ["1/3", ARCHIVES][seconds % 2];
        let made = in_a_cloud(few(), async move |site| {
            let machines = SHARDS.map(|share| (site.machine(), share));
            let applying = machines.iter().map(async |(machine, share)| {
                if *share == killed {
                    tokio::select! {
                        biased;
                        () = tokio::time::sleep(Duration::from_secs(seconds as u64)) => {
                            tokio::time::sleep(FREE).await;
                        }
                        _ = machine.apply_shard(&site.topology, share, Stop::never()) => {}
                    }
                }
                machine.apply_shard(&site.topology, share, Stop::never()).await
            });
            join_all(applying).await.iter().for_each(complete);
            is_at_rest(&site).await;
            made(&site).await
        });
        assert_eq!(made.settled(), expect, "{killed} killed after {seconds} s");
    }
}

#[test]
fn one_whose_needs_nobody_meets_says_who_has_to_run() {
    in_a_cloud(few(), async |site| {
        let applied = site.machine().apply_shard(&site.topology, "1/3", Stop::never()).await;
        let failures = &applied.report.failures;
        assert!(!failures.is_empty() && !applied.report.skipped.is_empty(), "{applied:#?}");
        for failure in failures {
            let (error, hint) = (&failure.error, failure.hint.as_deref().unwrap_or_default());
            assert!(error.contains("waited 1800 s for another shard"), "{error}");
            assert!(hint.contains("shard 2/3 has account `archive`: run it first"), "{hint}");
        }
        // What needs nothing of others is made all the same.
        assert!(applied.report.done.iter().all(|address| address.to_string().contains("log_group.")));
        for share in [ARCHIVES, "1/3", "3/3"] {
            complete(&site.machine().apply_shard(&site.topology, share, Stop::never()).await);
        }
        is_at_rest(&site).await;
    });
}

#[test]
fn whoever_only_waits_stops_at_once() {
    in_a_cloud(few(), async |site| {
        let (stopper, stop) = Stopper::new();
        let machine = site.machine();
        let stopping = async {
            tokio::time::sleep(Duration::from_secs(90)).await;
            stopper.ask();
        };
        let applying = machine.apply_shard(&site.topology, "1/3", stop);
        let (applied, ()) = tokio::join!(applying, stopping);
        assert!(applied.report.interrupted && applied.report.failures.is_empty(), "{applied:#?}");
        assert!(!applied.report.not_started.is_empty() && applied.report.unknown.is_empty(), "{applied:#?}");
        assert!(site.clock.elapsed() < Duration::from_secs(100));
    });
}

/// A topology with two destinations, to one of which all send.
fn sending_to(destination_key: &str) -> Topology {
    let ids: Vec<String> = (0..9).map(|number| format!("\"{}\"", sender_id(number))).collect();
    let sources = format!(
        "  web: {{ accounts: [{}], destination: {destination_key}, log_groups: [/app/web], create: true }}\n",
        ids.join(", ")
    );
    let destinations = format!("{}{}", destination("one", ""), destination("two", ""));
    let text = format!("{}record: s3://{BUCKET}/{KEY}\n", topologies::topology(&destinations, &sources));
    parse("topology.yaml", &text).unwrap()
}

#[test]
fn rights_go_when_the_senders_of_all_processes_have_let_go() {
    let expect = in_a_cloud(few(), async |site| {
        for key in ["one", "two"] {
            complete(&site.machine().apply(&sending_to(key), "ops@build").await);
        }
        made(&site).await
    });
    let made = in_a_cloud(few(), async |site| {
        for key in ["one", "two"] {
            let topology = sending_to(key);
            let machines = SHARDS.map(|share| (site.machine(), share));
            let applying =
                machines.iter().map(|(machine, share)| machine.apply_shard(&topology, share, Stop::never()));
            join_all(applying).await.iter().for_each(complete);
        }
        let applied = site.machine().apply(&sending_to("two"), "ops@build").await;
        assert_eq!(applied.report.done, []);
        made(&site).await
    });
    assert_eq!(made, expect);
}

/// The same with other senders.
fn with(numbers: impl IntoIterator<Item = u32>) -> Topology {
    let text = format!("{}record: s3://{BUCKET}/{KEY}\n", senders(numbers, ""));
    parse("topology.yaml", &text).unwrap()
}

#[test]
fn their_number_may_change_and_accounts_may_join_and_leave() {
    in_a_cloud(senders(0..20, "").leak(), async |site| {
        let joined = [with(0..12), with(3..20)];
        let mut before = Vec::new();
        for (topology, of) in joined.iter().zip([2, 5]) {
            let machines: Vec<_> =
                (1..=of).map(|number| (site.machine(), format!("{number}/{of}"))).collect();
            let applying =
                machines.iter().map(|(machine, share)| machine.apply_shard(topology, share, Stop::never()));
            let applied = join_all(applying).await;
            applied.iter().for_each(complete);
            let mut done: Vec<Address> =
                applied.into_iter().flat_map(|applied| applied.report.done).collect();
            let all = done.len();
            done.sort();
            done.dedup();
            assert_eq!(done.len(), all, "no step is made twice");
            before.push(all);
            let applied = site.machine().apply(topology, "ops@build").await;
            assert_eq!(applied.report.done, []);
        }
        // A log group and a filter of each who joined, and the documents that name them.
        assert!(before[1] <= 2 * 8 + 4, "{before:?}");
    });
}

fn topology() -> String {
    format!("{}record: s3://logpipe-records/t.json\n", senders(0..6, ""))
}

#[test]
fn whatever_is_not_divided_goes_on_with_a_record_that_is() {
    let bench = Bench::new(&topology());
    for share in [ARCHIVES, "1/3", "3/3"] {
        let flags = ["--yes", "--shard", share, "--output", "json"];
        let lines = bench.sandbox("apply", &flags).expect(Exit::Done).json_lines();
        let of_shard = lines.iter().filter(|line| line["shard"] == share).count();
        assert_eq!(of_shard, 2, "the plan and the report say which shard: {lines:#?}");
    }
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("status", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("verify", &[]).expect(Exit::Done);
    bench.write(&format!("{}record: s3://logpipe-records/t.json\n", senders(0..5, "")));
    bench.sandbox("apply", &["--yes", "--shard", "1/2"]).expect(Exit::Done);
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    assert!(plan["summary"]["create"].as_u64() > Some(10), "{plan:#}");
}

#[test]
fn a_process_without_accounts_has_nothing_to_do() {
    let bench = Bench::new(&topology());
    let empty = (1..=32).map(|number| format!("{number}/32")).find(|share| {
        let share: logpipe::share::Share = share.parse().unwrap();
        let mut accounts = (0..6).map(sender_id).chain(["999999999999".to_owned()]);
        !accounts.any(|account| share.has(&account.parse().unwrap()))
    });
    let ran = bench.sandbox("apply", &["--yes", "--shard", &empty.unwrap()]).expect(Exit::Done);
    assert!(ran.said().contains("has 0 of 7 accounts"), "{}", ran.said());
    assert!(bench.cloud().calls().iter().all(|call| call.operation != "AssumeRole"));
}

#[test]
fn what_takes_one_process_is_refused_with_the_reason() {
    let bench = Bench::new(&topology());
    for (command, flags, expect) in [
        ("apply", &["--prune"][..], "only when nothing in any account sends to it"),
        ("apply", &["--adopt"], "decides what is taken over"),
        ("apply", &["--verify"], "cannot be used with"),
        ("apply", &["--target", "account=archive"], "cannot be used with"),
        ("destroy", &[], "only when nothing in any account sends to it"),
    ] {
        let flags = [&["--yes", "--shard", "1/3"], flags].concat();
        let ran = bench.sandbox(command, &flags).expect(Exit::Usage);
        assert!(ran.said().contains(expect), "{}", ran.said());
    }
    for share in ["0/3", "4/3", "1/33", "1"] {
        bench.sandbox("apply", &["--yes", "--shard", share]).expect(Exit::Usage);
    }
    bench.write(&senders(0..6, ""));
    let ran = bench.sandbox("apply", &["--yes", "--shard", "1/3"]).expect(Exit::Failed);
    assert!(ran.err.contains("record: s3://bucket/key"), "{}", ran.err);
}
