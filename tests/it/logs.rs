//! `logpipe logs`: events of several accounts in one order, new ones followed, and what cannot be read told.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_cloudwatchlogs::types::InputLogEvent;
use aws_types::SdkConfig;
use logpipe::aws::{Accounts, Base};
use logpipe::event::Events;
use logpipe::exit::Exit;
use logpipe::reading::{LogEvent, Outcome, Place, Reading, Streams};
use logpipe::sandbox::SandboxHttp;
use logpipe::stop::Stopper;

use crate::support::aws::{self, TOKYO};
use crate::support::clients::{Site, in_a_cloud};
use crate::support::{Bench, Ran, sdk};

const APP: &str = "111111111111";
const SHOP: &str = "222222222222";

const TOPOLOGY: &str = r#"
version: 1
name: t
region: ap-northeast-1
access: { role_name: LogpipeDeployer }
accounts: { archive: "999999999999", app: "111111111111", shop: "222222222222" }
destinations:
  central: { account: archive }
sources:
  web: { accounts: [app, shop], destination: central, log_groups: ["/web/*"] }
  jobs: { accounts: [app], destination: central, log_groups: [/jobs] }
"#;

async fn create(config: &SdkConfig, group: &str, stream: &str) {
    let logs = aws::logs(config);
    // Another stream may be in the group already.
    drop(logs.create_log_group().log_group_name(group).send().await);
    logs.create_log_stream().log_group_name(group).log_stream_name(stream).send().await.unwrap();
}

async fn put(config: &SdkConfig, (group, stream): (&str, &str), at: i64, message: &str) {
    let event = InputLogEvent::builder().message(message).timestamp(at).build().unwrap();
    let call = aws::logs(config).put_log_events().log_group_name(group).log_stream_name(stream);
    call.log_events(event).send().await.unwrap();
}

fn millis(time: SystemTime) -> i64 {
    i64::try_from(time.duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// Events this many seconds ago, by account: group, stream, age, message.
fn written(bench: &Bench, account: &str, events: &'static [(&'static str, &'static str, i64, &'static str)]) {
    let now = millis(bench.now());
    bench.aws(account, TOKYO, async move |config| {
        let streams: BTreeSet<(&str, &str)> = events.iter().map(|event| (event.0, event.1)).collect();
        for (group, stream) in streams {
            create(&config, group, stream).await;
        }
        for (group, stream, age, message) in events {
            put(&config, (group, stream), now - age * 1000, message).await;
        }
    });
}

/// Three log groups of two accounts.
fn bench() -> Bench {
    let bench = Bench::new(TOPOLOGY);
    written(
        &bench,
        APP,
        &[
            ("/web/a", "i-1", 50, "ERROR one"),
            ("/web/a", "i-2", 20, "four"),
            ("/jobs", "nightly", 40, "two\n\tof two lines"),
            ("/web/a", "i-1", 3600, "long ago"),
        ],
    );
    written(&bench, SHOP, &[("/web/b", "i-3", 30, "ERROR three")]);
    bench
}

/// The messages of a run with JSON, in their order.
fn messages(ran: &Ran) -> Vec<String> {
    let lines = ran.json_lines();
    let events = lines.iter().filter(|line| line["type"] == "event");
    events.map(|line| line["message"].as_str().unwrap().to_owned()).collect()
}

fn read(bench: &Bench, flags: &[&str]) -> Vec<String> {
    messages(&bench.sandbox("logs", &[&["--output", "json"], flags].concat()).expect(Exit::Done))
}

#[test]
fn events_of_all_accounts_come_in_the_order_of_time() {
    let ran = bench().sandbox("logs", &[]).expect(Exit::Done);
    let lines: Vec<&str> =
        ran.out.lines().map(|line| line.split_once("Z ").map_or(line, |(_, rest)| rest)).collect();
    assert_eq!(
        lines,
        [
            "app /web/a i-1 ERROR one",
            "app /jobs nightly two",
            "        of two lines",
            "shop /web/b i-3 ERROR three",
            "app /web/a i-2 four",
        ]
    );
}

#[test]
fn flags_choose_what_is_read() {
    let bench = bench();
    let check = |flags: &[&str], expect: &[&str]| assert_eq!(read(&bench, flags), expect, "{flags:?}");
    check(&["--source", "jobs"], &["two\n\tof two lines"]);
    check(&["--account", "shop"], &["ERROR three"]);
    check(&["--log-group", "/web/*", "--account", "app"], &["ERROR one", "four"]);
    check(&["--stream", "i-2"], &["four"]);
    check(&["--stream", "i-*"], &["ERROR one", "ERROR three", "four"]);
    check(&["--filter", "ERROR"], &["ERROR one", "ERROR three"]);
    check(&["--limit", "2"], &["ERROR one", "two\n\tof two lines"]);
    check(&["--since", "25s"], &["four"]);
    check(&["--since", "2h", "--until", "10m"], &["long ago"]);
}

#[test]
fn what_cannot_be_meant_is_said_before_anything_is_asked() {
    let bench = bench();
    let check = |flags: &[&str], expect: &str| {
        let ran = bench.sandbox("logs", flags).expect(Exit::Usage);
        assert!(ran.err.contains(expect), "{flags:?}: {}", ran.err);
    };
    check(&["--filter", "{ $.a = "], "is not a filter pattern");
    check(&["--source", "wep"], "did you mean `web`?");
    check(&["--account", "stop"], "did you mean `shop`?");
    check(&["--as", "ops"], "it has none at all");
    check(&["--log-group", "/wep/*"], "no log group of the topology matches: it has /jobs, /web/a, /web/b");
    check(&["--follow"], "--follow has nothing to wait for with --sandbox");
    check(&["--since", "1m", "--until", "2m"], "--until is before --since");
}

/// Lists in small and in empty pages.
#[test]
fn empty_pages_say_nothing_of_what_follows() {
    for seed in 1..6 {
        let bench = bench();
        let cloud = bench.cloud();
        cloud.set_seed(seed);
        cloud.store().unwrap();
        assert_eq!(read(&bench, &[]), ["ERROR one", "two\n\tof two lines", "ERROR three", "four"], "{seed}");
    }
}

fn withhold(bench: &Bench, account: &str) {
    let cloud = bench.cloud();
    cloud.withhold(&account.parse().unwrap(), "LogEvents", "logs:FilterLogEvents");
    cloud.store().unwrap();
}

#[test]
fn the_others_go_on_without_a_group_that_is_denied_or_missing() {
    let bench = bench();
    withhold(&bench, SHOP);
    bench.aws(APP, TOKYO, async |config| {
        aws::logs(&config).delete_log_group().log_group_name("/jobs").send().await.unwrap();
    });
    let ran = bench.sandbox("logs", &["--output", "json"]).expect(Exit::Done);
    assert_eq!(messages(&ran), ["ERROR one", "four"]);
    assert!(ran.err.contains("2 of 3 log groups could not be read:"), "{}", ran.err);
    assert!(ran.err.contains("app/ap-northeast-1 /jobs: logs:FilterLogEvents"), "{}", ran.err);
    assert!(ran.err.contains("shop/ap-northeast-1 /web/b: logs:FilterLogEvents"), "{}", ran.err);
    let report = ran.json();
    assert_eq!((&report["events"], &report["log_groups"]), (&2.into(), &3.into()));
    assert_eq!(report["unread"][1]["log_group"], "/web/b");
}

#[test]
fn nothing_that_could_be_read_is_a_failure() {
    let bench = bench();
    withhold(&bench, SHOP);
    bench.sandbox("logs", &["--account", "shop"]).expect(Exit::Denied);
    let ran = bench.sandbox("logs", &["--stream", "nobody"]).expect(Exit::Failed);
    assert!(ran.err.contains("log stream does not exist"), "{}", ran.err);
}

fn place(account: &str, group: &str) -> Place {
    Place { account: account.parse().unwrap(), region: TOKYO.parse().unwrap(), group: group.to_owned() }
}

async fn accounts(site: &Site) -> Accounts {
    let http = SandboxHttp::new(site.cloud.clone(), site.clock, Duration::from_millis(50));
    let base = Base::simulated(site.clock, http, "000000000000".parse().unwrap());
    let all = site.topology.accounts_in_use();
    Accounts::connect(all.into_values(), &site.topology.region, &base, &Events::none()).await.unwrap()
}

fn reading<'a>(site: &Site, accounts: &'a Accounts, places: &'a BTreeSet<Place>) -> Reading<'a> {
    Reading {
        accounts,
        clock: site.clock,
        places,
        streams: Streams::All,
        since: site.clock.now() - Duration::from_secs(3600),
        until: None,
        pattern: None,
        follow: false,
        limit: None,
    }
}

/// What is shown while somebody writes, until the user stops it.
async fn followed(
    site: &Site,
    places: &BTreeSet<Place>,
    writes: impl Future<Output = ()>,
) -> (Vec<String>, Outcome) {
    let accounts = accounts(site).await;
    let reading = Reading { follow: true, ..reading(site, &accounts, places) };
    let (stopper, stop) = Stopper::new();
    let mut shown = Vec::new();
    let show = |_: &Place, event: &LogEvent| {
        shown.push(event.message.clone());
        ControlFlow::Continue(())
    };
    let (outcome, ()) = tokio::join!(reading.read(show, stop), async {
        writes.await;
        tokio::time::sleep(Duration::from_secs(10)).await;
        stopper.ask();
    });
    (shown, outcome)
}

#[test]
fn following_shows_what_comes_once_and_what_comes_late() {
    let (shown, outcome) = in_a_cloud(TOPOLOGY, async |site: Site| {
        let config = sdk(&site.cloud, site.clock, APP, TOKYO);
        let other = sdk(&site.cloud, site.clock, SHOP, TOKYO);
        create(&config, "/web/a", "i-1").await;
        create(&other, "/web/b", "i-2").await;
        let start = millis(site.clock.now());
        put(&config, ("/web/a", "i-1"), start, "there before").await;
        let places = [place("app", "/web/a"), place("shop", "/web/b")].into();
        let writes = async {
            for minute in 1..=30 {
                tokio::time::sleep(Duration::from_secs(60)).await;
                let now = millis(site.clock.now());
                // Both in one poll: the later one is written first.
                put(&config, ("/web/a", "i-1"), now, &format!("{minute} b")).await;
                put(&other, ("/web/b", "i-2"), now - 1, &format!("{minute} a")).await;
                // A minute and a half late.
                put(&config, ("/web/a", "i-1"), now - 90_000, &format!("{minute} late")).await;
            }
        };
        followed(&site, &places, writes).await
    });
    let late = |message: &&String| message.ends_with("late");
    let expected: Vec<String> = (1..=30).map(|minute| format!("{minute} late")).collect();
    assert_eq!(shown.iter().filter(late).cloned().collect::<Vec<_>>(), expected);
    let mut expected = vec!["there before".to_owned()];
    expected.extend((1..=30).flat_map(|minute| [format!("{minute} a"), format!("{minute} b")]));
    assert_eq!(shown.iter().filter(|message| !late(message)).cloned().collect::<Vec<_>>(), expected);
    assert!(outcome.stopped && outcome.unread.is_empty() && outcome.events == shown.len());
}

#[test]
fn memory_is_bounded_whatever_there_is_to_read() {
    const GROUPS: usize = 40;
    const EVENTS: usize = 2_000;
    let outcome = in_a_cloud(TOPOLOGY, async |site: Site| {
        let config = sdk(&site.cloud, site.clock, APP, TOKYO);
        let start = millis(site.clock.now()) - 1_000_000;
        let names: Vec<String> = (0..GROUPS).map(|number| format!("/web/{number}")).collect();
        for name in &names {
            create(&config, name, "s").await;
            let event = |number: usize| {
                let at = start + i64::try_from(number).unwrap();
                InputLogEvent::builder().message("m").timestamp(at).build().unwrap()
            };
            let call = aws::logs(&config).put_log_events().log_group_name(name).log_stream_name("s");
            call.set_log_events(Some((0..EVENTS).map(event).collect())).send().await.unwrap();
        }
        let accounts = accounts(&site).await;
        let places = names.iter().map(|name| place("app", name)).collect();
        let mut last = 0;
        let show = |_: &Place, event: &LogEvent| {
            assert!(event.at >= last);
            last = event.at;
            ControlFlow::Continue(())
        };
        let (_stopper, stop) = Stopper::new();
        reading(&site, &accounts, &places).read(show, stop).await
    });
    assert_eq!(outcome.events, GROUPS * EVENTS);
    assert!(outcome.most_held <= 20_000, "{}", outcome.most_held);
}
