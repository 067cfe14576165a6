use std::time::Duration;

use super::*;
use crate::address::Address;
use crate::event::{Event, StepEnd, Verb};
use crate::ui::Captured;
use crate::ui::console::{Console, Verbosity};

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

fn waiting(address: &Address, seconds: u64) -> Event {
    Event::StepWaiting {
        address: address.clone(),
        what: "the stream to become ACTIVE",
        status: "CREATING".to_owned(),
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
        Event::Connected { account: "archive".parse().unwrap(), id: "999999999999".parse().unwrap() },
        Event::Reading { total: 2 },
        Event::Read { address: stream.clone() },
        Event::Read { address: filter.clone() },
        Event::Applying {
            steps: vec![
                (stream.clone(), Verb::Create),
                (role.clone(), Verb::Update),
                (filter.clone(), Verb::Create),
            ],
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
        Event::ProbeSent { route: route.clone(), limit: Duration::from_secs(900) },
        Event::ProbeWaiting {
            route: route.clone(),
            what: "the object in the bucket",
            waited: Duration::from_secs(30),
        },
        Event::ProbeEnded { route: route.clone(), delivered: true, took: Duration::from_secs(64) },
        Event::ProbeEnded { route, delivered: false, took: Duration::from_secs(900) },
    ]
}

fn told(form: ProgressForm, events: Vec<Event>) -> Captured {
    let (console, captured) = Console::captured(Verbosity::Normal, form == ProgressForm::Live, 100);
    let sink = form.events(&console);
    for event in events {
        sink.send(event);
    }
    captured
}

#[test]
fn plain_progress_is_a_line_for_what_ended_and_for_long_waits() {
    let captured = told(ProgressForm::Plain, run());
    assert_eq!(captured.out(), "");
    insta::assert_snapshot!(captured.err(), @r"
    Read 2 resources in 2 accounts.
      … archive/ap-northeast-1/firehose_stream.central waiting for the stream to become ACTIVE (CREATING) 0:31 of 20:00
      … archive/ap-northeast-1/firehose_stream.central waiting for the stream to become ACTIVE (CREATING) 1:01 of 20:00
      + archive/ap-northeast-1/firehose_stream.central created in 1:05
      ✗ archive/global/iam_role.cwl failed after 1.2 s
    Stopping: nothing new is started. Waiting for 1 running step; Ctrl-C again stops waiting.
    No longer waiting for 1 running step. Ctrl-C again exits at once.
    ");
    insta::assert_snapshot!(told(ProgressForm::Plain, probes()).err(), @r"
    … app-logs app/ap-northeast-1 /app/x waiting for the object in the bucket, 0:30
    ✓ app-logs app/ap-northeast-1 /app/x delivered after 1:04
    ✗ app-logs app/ap-northeast-1 /app/x not delivered after 15:00
    ");
}

#[test]
fn json_progress_is_an_object_for_each_start_and_end() {
    let captured = told(ProgressForm::Json, run());
    assert_eq!(captured.err(), "");
    insta::assert_snapshot!(captured.out(), @r#"
    {"format":1,"type":"step","address":"archive/ap-northeast-1/firehose_stream.central","action":"create","status":"started","ms":null,"error":null}
    {"format":1,"type":"step","address":"archive/global/iam_role.cwl","action":"update","status":"started","ms":null,"error":null}
    {"format":1,"type":"step","address":"archive/ap-northeast-1/firehose_stream.central","action":"create","status":"done","ms":65000,"error":null}
    {"format":1,"type":"step","address":"archive/global/iam_role.cwl","action":"update","status":"failed","ms":1240,"error":"AWS refused it"}
    {"format":1,"type":"step","address":"app/ap-northeast-1/subscription_filter./app/x:central-logs","action":"create","status":"skipped","ms":0,"error":null,"because_of":"archive/global/iam_role.cwl"}
    "#);
}

#[test]
fn live_progress_leaves_the_same_lines_behind() {
    let live = told(ProgressForm::Live, run()).err();
    let mut rest = live.as_str();
    for line in [
        "  + archive/ap-northeast-1/firehose_stream.central created in 1:05\n",
        "  ✗ archive/global/iam_role.cwl failed after 1.2 s\n",
    ] {
        let (_, after) = rest.split_once(line).expect("every line is there, in order");
        rest = after;
    }
    assert!(live.contains("Reading 1/2 resources"), "{live}");
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
