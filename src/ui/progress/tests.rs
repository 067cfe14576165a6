use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::address::Address;
use crate::event::{Ahead, Event, StepEnd, Verb};
use crate::ui::Captured;
use crate::ui::terminal::console::{Console, Verbosity};
use crate::wait_for::{LastSeen, WaitFor};

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

fn ahead(address: Address, verb: Verb, ends: u64) -> Ahead {
    Ahead { address, verb, starts: Duration::ZERO, ends: Duration::from_secs(ends) }
}

fn waiting(address: &Address, seconds: u64) -> Event {
    Event::StepWaiting {
        address: address.clone(),
        what: WaitFor::StreamActive,
        last: LastSeen::status("CREATING"),
        waited: Duration::from_secs(seconds),
        limit: Duration::from_secs(1200),
    }
}

/// A run in which one step waits, one fails, one is skipped, and the user stops.
fn run() -> Vec<Event> {
    let stream = address("archive/ap-northeast-1/firehose_stream.central");
    let role = address("archive/global/iam_role.cwl");
    let filter = address("app/ap-northeast-1/subscription_filter./app/x:central-logs");
    let ended = |address: &Address, verb, end, millis| Event::StepEnded {
        address: address.clone(),
        verb,
        end,
        took: Duration::from_millis(millis),
    };
    vec![
        Event::Connecting { total: 1 },
        Event::Connected { account: "archive".parse().unwrap(), id: "999999999999".parse().unwrap() },
        Event::Reading { total: 2 },
        Event::Read { address: stream.clone() },
        Event::Read { address: filter.clone() },
        Event::Applying {
            steps: [(&stream, Verb::Create), (&role, Verb::Update), (&filter, Verb::Create)]
                .map(|(address, verb)| ahead(address.clone(), verb, 0))
                .to_vec(),
            needs: Arc::new(BTreeMap::from([(filter.clone(), BTreeSet::from([stream.clone()]))])),
        },
        Event::StepStarted { address: stream.clone(), verb: Verb::Create },
        Event::StepStarted { address: role.clone(), verb: Verb::Update },
        waiting(&stream, 5),
        waiting(&stream, 31),
        waiting(&stream, 40),
        waiting(&stream, 61),
        ended(&stream, Verb::Create, StepEnd::Done, 65_000),
        ended(&role, Verb::Update, StepEnd::Failed("AWS refused it".to_owned()), 1_240),
        ended(&filter, Verb::Create, StepEnd::Skipped(role), 0),
        Event::Stopping { times: 1, running: 1 },
        Event::Stopping { times: 2, running: 1 },
    ]
}

fn probes() -> Vec<Event> {
    let route = "app-logs app/ap-northeast-1 /app/x".to_owned();
    vec![
        Event::ProbeSent {
            route: route.clone(),
            usual: Duration::from_secs(240),
            limit: Duration::from_secs(900),
        },
        Event::ProbeWaiting {
            route: route.clone(),
            what: WaitFor::TestEvent,
            waited: Duration::from_secs(30),
        },
        Event::ProbeEnded { route: route.clone(), delivered: true, took: Duration::from_secs(64) },
        Event::ProbeEnded { route, delivered: false, took: Duration::from_secs(900) },
    ]
}

/// Sends the events; a wait is heard after its time has passed.
async fn told(form: ProgressForm, verbosity: Verbosity, events: Vec<Event>) -> Captured {
    let (console, captured) = Console::captured(verbosity, form == ProgressForm::Live, 100);
    let sink = form.events(&console);
    let mut now = Duration::ZERO;
    for event in events {
        if let Event::StepWaiting { waited, .. } | Event::ProbeWaiting { waited, .. } = &event {
            tokio::time::advance(waited.saturating_sub(now)).await;
            now = *waited;
        }
        sink.send(event);
    }
    captured
}

#[tokio::test(start_paused = true)]
async fn plain_progress_is_a_line_an_event_and_for_long_waits_one_in_half_a_minute() {
    let captured = told(ProgressForm::Plain, Verbosity::Normal, run()).await;
    assert_eq!(captured.out(), "");
    insta::assert_snapshot!(captured.err(), @r"
    [0:00] Connecting to 1 account
    [0:00] Read 2 resources in 2 accounts
    [0:31]   … archive/ap-northeast-1/firehose_stream.central  waiting for the stream to become ACTIVE (CREATING) 0:31, usually 1–2 min
    [1:01]   … archive/ap-northeast-1/firehose_stream.central  waiting for the stream to become ACTIVE (CREATING) 1:01, usually 1–2 min
    [1:01]   + archive/ap-northeast-1/firehose_stream.central  created in 1:05
    [1:01]   ✗ archive/global/iam_role.cwl  failed after 1.2 s
    [1:01] Stopping: nothing new is started. Waiting for 1 running step; Ctrl-C again stops waiting.
    [1:01] No longer waiting for 1 running step. Ctrl-C again exits at once.
    ");
    insta::assert_snapshot!(told(ProgressForm::Plain, Verbosity::Normal, probes()).await.err(), @r"
    [0:30]   … app-logs app/ap-northeast-1 /app/x  on its way 0:30, usually within 4:00
    [0:30]   ✓ app-logs app/ap-northeast-1 /app/x  delivered after 1:04
    [0:30]   ✗ app-logs app/ap-northeast-1 /app/x  not delivered after 15:00
    ");
}

#[tokio::test(start_paused = true)]
async fn of_many_steps_their_numbers_are_told_and_what_failed() {
    let steps: Vec<Ahead> = (0..1_200)
        .map(|number| {
            ahead(address(&format!("app/eu-west-1/log_group./{number}")), Verb::Create, number / 10)
        })
        .collect();
    let all = steps.clone().into_iter().enumerate().map(|(number, step)| Event::StepEnded {
        address: step.address,
        verb: step.verb,
        end: if number == 7 { StepEnd::Failed("AWS refused it".to_owned()) } else { StepEnd::Done },
        took: Duration::from_millis(100),
    });
    let (console, captured) = Console::captured(Verbosity::Normal, false, 100);
    let sink = ProgressForm::Plain.events(&console);
    sink.send(Event::Applying { steps, needs: Arc::default() });
    for (number, event) in all.enumerate() {
        if number % 100 == 0 {
            tokio::time::advance(Duration::from_secs(11)).await;
        }
        sink.send(event);
    }
    insta::assert_snapshot!(captured.err(), @r"
    [0:11]   1 of 1,200 done, about 1:59 left
    [0:11]   ✗ app/eu-west-1/log_group./7  failed after 0.1 s
    [0:22]   101 of 1,200 done, 1 failed, about 1:49 left
    [0:33]   201 of 1,200 done, 1 failed, about 1:39 left
    [0:44]   301 of 1,200 done, 1 failed, about 1:29 left
    [0:55]   401 of 1,200 done, 1 failed, about 1:19 left
    [1:06]   501 of 1,200 done, 1 failed, about 1:09 left
    [1:17]   601 of 1,200 done, 1 failed, about 0:59 left
    [1:28]   701 of 1,200 done, 1 failed, about 0:49 left
    [1:39]   801 of 1,200 done, 1 failed, about 0:39 left
    [1:50]   901 of 1,200 done, 1 failed, about 0:29 left
    [2:01]   1,001 of 1,200 done, 1 failed, about 0:19 left
    [2:12]   1,101 of 1,200 done, 1 failed, about 0:09 left
    ");
}

#[tokio::test(start_paused = true)]
async fn plain_progress_says_starts_when_verbose_and_never_moves_the_cursor() {
    let said = told(ProgressForm::Plain, Verbosity::Verbose, run()).await.err();
    assert!(said.contains("[0:00]   ~ archive/global/iam_role.cwl  started\n"), "{said}");
    assert!(!said.contains(['\r', '\u{1b}']), "{said:?}");
}

#[tokio::test(start_paused = true)]
async fn json_progress_is_an_object_for_each_start_and_end() {
    let captured = told(ProgressForm::Json, Verbosity::Normal, run()).await;
    assert_eq!(captured.err(), "");
    insta::assert_snapshot!(captured.out(), @r#"
    {"format":1,"type":"step","address":"archive/ap-northeast-1/firehose_stream.central","action":"create","status":"started","ms":null,"error":null}
    {"format":1,"type":"step","address":"archive/global/iam_role.cwl","action":"update","status":"started","ms":null,"error":null}
    {"format":1,"type":"step","address":"archive/ap-northeast-1/firehose_stream.central","action":"create","status":"done","ms":65000,"error":null}
    {"format":1,"type":"step","address":"archive/global/iam_role.cwl","action":"update","status":"failed","ms":1240,"error":"AWS refused it"}
    {"format":1,"type":"step","address":"app/ap-northeast-1/subscription_filter./app/x:central-logs","action":"create","status":"skipped","ms":0,"error":null,"because_of":"archive/global/iam_role.cwl"}
    "#);
}

#[tokio::test(start_paused = true)]
async fn live_progress_leaves_the_same_lines_behind() {
    let live = told(ProgressForm::Live, Verbosity::Normal, run()).await.err();
    let mut rest = live.as_str();
    for line in [
        "  + archive/ap-northeast-1/firehose_stream.central  created in 1:05\n",
        "  ✗ archive/global/iam_role.cwl  failed after 1.2 s\n",
    ] {
        let (_, after) = rest.split_once(line).expect("every line is there, in order");
        rest = after;
    }
    assert!(live.starts_with("\u{1b}[?2026h\r⠋ Connecting to 1 account…"), "{live}");
    // After the user has given up nothing is drawn any more.
    assert!(live.trim_end().ends_with("Ctrl-C again exits at once."), "{live}");
}

#[test]
fn the_form_suits_the_output() {
    let check = |json, live, verbosity, expect| {
        assert_eq!(ProgressForm::choose(json, live, verbosity), expect);
    };
    check(true, true, Verbosity::Quiet, ProgressForm::Json);
    check(false, true, Verbosity::Quiet, ProgressForm::None);
    check(false, true, Verbosity::Normal, ProgressForm::Live);
    check(false, false, Verbosity::Verbose, ProgressForm::Plain);
}
