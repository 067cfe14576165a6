//! What the live display looks like, in wide terminals and in narrow ones.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::tracker::Tracker;
use super::tree::{Moment, tree};
use crate::address::Address;
use crate::event::{Ahead, Event, StepEnd, Verb};
use crate::ui::terminal::size::Size;
use crate::ui::terminal::style::Paint;
use crate::ui::text;
use crate::wait_for::{LastSeen, WaitFor};

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

fn ahead(address: Address, verb: Verb, ends: u64) -> Ahead {
    Ahead { address, verb, starts: Duration::ZERO, ends: Duration::from_secs(ends) }
}

fn shown(events: &[Event], columns: usize, rows: usize) -> String {
    let mut tracker = Tracker::default();
    for event in events {
        tracker.note(event);
    }
    let lines = tree(&tracker, Moment::default(), Size { columns, rows }, Paint::new(false));
    assert!(lines.len() < rows, "{lines:?}");
    for line in &lines {
        assert!(text::width(line) < columns, "{line}");
    }
    lines.join("\n")
}

fn connected() -> [Event; 3] {
    let connected =
        |name: &str, id: &str| Event::Connected { account: name.parse().unwrap(), id: id.parse().unwrap() };
    [Event::Connecting { total: 2 }, connected("archive", "999999999999"), connected("app", "111111111111")]
}

fn applying() -> Vec<Event> {
    let stream = address("archive/ap-northeast-1/firehose_stream.central-logs-central");
    let destination = address("archive/ap-northeast-1/logs_destination.central-logs-central");
    let role = address("archive/global/iam_role.central-logs-central-cwl");
    let group = address("app/ap-northeast-1/log_group./app/x");
    let filters = ["/app/x:central-logs", "/app/y:central-logs"]
        .map(|name| address(&format!("app/ap-northeast-1/subscription_filter.{name}")));
    let needs = |needed: &Address| BTreeSet::from([needed.clone()]);
    let mut events = connected().to_vec();
    events.extend([
        Event::Applying {
            steps: [&stream, &destination, &role, &group, &filters[0], &filters[1]]
                .map(|address| ahead(address.clone(), Verb::Create, 0))
                .to_vec(),
            needs: Arc::new(BTreeMap::from([
                (destination.clone(), needs(&stream)),
                (filters[0].clone(), needs(&destination)),
                (filters[1].clone(), needs(&destination)),
            ])),
        },
        Event::StepStarted { address: role.clone(), verb: Verb::Create },
        Event::StepStarted { address: group, verb: Verb::Create },
        Event::StepEnded {
            address: role,
            verb: Verb::Create,
            end: StepEnd::Done,
            took: Duration::from_secs(1),
        },
        Event::StepStarted { address: stream.clone(), verb: Verb::Create },
        Event::StepWaiting {
            address: stream,
            what: WaitFor::StreamActive,
            last: LastSeen::status("CREATING"),
            waited: Duration::from_secs(12),
            limit: Duration::from_secs(1200),
        },
    ]);
    events
}

#[test]
fn what_runs_says_what_it_waits_for_and_what_waits_says_after_what() {
    insta::assert_snapshot!(shown(&applying(), 140, 24), @r"
    ⠋ Applying: 1 of 6 done  0:00, about 0:48 left
      app (111111111111)      0 of 3
          + log_group./app/x
          · 2 × subscription_filter  after archive/logs_destination.central-logs-central
      archive (999999999999)  1 of 3
          + firehose_stream.central-logs-central  waiting for the stream to become ACTIVE (CREATING) 0:12, usually 1–2 min
          · logs_destination.central-logs-central  after firehose_stream.central-logs-central
    ");
}

#[test]
fn narrow_terminals_shorten_the_words_before_the_names() {
    insta::assert_snapshot!(shown(&applying(), 80, 24), @r"
    ⠋ Applying: 1 of 6 done  0:00, about 0:48 left
      app (111111111111)      0 of 3
          + log_group./app/x
          · 2 × subscription_filter  after archive/logs_dest…n.central-logs-central
      archive (999999999999)  1 of 3
          + firehose_stream.central-logs-central  CREATING 0:12, usually 1–2 min
          · logs_destination.…ral-logs-central  after firehose_st…tral-logs-central
    ");
    insta::assert_snapshot!(shown(&applying(), 44, 24), @r"
    ⠋ Applying: 1 of 6 done  0:00, about 0:48 …
      app (111111111111)      0 of 3
          + log_group./app/x
          · 2 × subs…n_filter  after ar…-centr…
      archive (999999999999)  1 of 3
          + firehose_s…s-central  CREATING 0:12
          · logs_des…-central  after fi…-centr…
    ");
}

#[test]
fn low_terminals_leave_out_what_waits() {
    insta::assert_snapshot!(shown(&applying(), 80, 10), @r"
    ⠋ Applying: 1 of 6 done  0:00, about 0:48 left
      app (111111111111)      0 of 3
          + log_group./app/x
      archive (999999999999)  1 of 3
          + firehose_stream.central-logs-central  CREATING 0:12, usually 1–2 min
    ");
}

#[test]
fn before_the_steps_and_after_them_there_is_a_line_too() {
    assert_eq!(shown(&connected()[..1], 80, 24), "⠋ Connecting to 2 accounts…");
    assert_eq!(shown(&connected()[..2], 80, 24), "⠋ Connecting: 1 of 2 accounts");
    assert_eq!(shown(&connected(), 80, 24), "⠋ Looking up resources in 2 accounts…");
    let read = Event::Read { address: address("app/global/iam_role.x") };
    assert_eq!(shown(&[Event::Reading { total: 14 }, read], 80, 24), "⠋ Reading: 1 of 14 resources");
    let route = "app-logs app/ap-northeast-1 /app/x".to_owned();
    let (usual, limit) = (Duration::from_secs(240), Duration::from_secs(900));
    let sent = Event::ProbeSent { route: route.clone(), usual, limit };
    let waiting = Event::ProbeWaiting { route, what: WaitFor::TestEvent, waited: Duration::from_secs(61) };
    insta::assert_snapshot!(shown(&[sent, waiting], 100, 24), @r"
    ⠋ Waiting for 1 test event to arrive in the bucket
        app-logs app/ap-northeast-1 /app/x  1:01, usually within 4:00
    ");
}

#[test]
fn of_many_accounts_those_are_shown_in_which_something_runs() {
    let steps: Vec<Ahead> = (0..20)
        .flat_map(|number| ["a", "b"].map(|role| address(&format!("app-{number}/global/iam_role.{role}"))))
        .map(|address| ahead(address, Verb::Delete, 0))
        .collect();
    let running = Event::StepStarted { address: steps[33].address.clone(), verb: Verb::Delete };
    let events = [Event::Applying { steps, needs: Arc::default() }, running];
    insta::assert_snapshot!(shown(&events, 80, 20), @r"
    ⠋ Destroying: 0 of 40 done  0:00
      app-16  0 of 2
          - iam_role.b
      … and 19 idle accounts
    ");
}

/// A thousand accounts while the stream is being made, with one log group done in each third of them.
fn crowd() -> Vec<Event> {
    let stream = address("archive/ap-northeast-1/firehose_stream.central-logs-central");
    let mut steps = vec![ahead(stream.clone(), Verb::Create, 60)];
    for number in 0..1_000 {
        let place = format!("app-{number:04}/ap-northeast-1");
        steps.push(ahead(address(&format!("{place}/log_group./app/x")), Verb::Create, 1));
        let filter = address(&format!("{place}/subscription_filter./app/x:central-logs"));
        steps.push(ahead(filter, Verb::Create, 70));
    }
    let groups = steps.iter().map(|step| step.address.clone());
    let groups = groups.filter(|address| address.kind.as_str() == "log_group").step_by(3);
    let ended = groups.map(|address| Event::StepEnded {
        address,
        verb: Verb::Create,
        end: StepEnd::Done,
        took: Duration::from_millis(100),
    });
    let ended: Vec<Event> = ended.collect();
    let mut events = vec![Event::Applying { steps, needs: Arc::default() }];
    events.push(Event::StepStarted { address: stream.clone(), verb: Verb::Create });
    events.push(Event::StepWaiting {
        address: stream,
        what: WaitFor::StreamActive,
        last: LastSeen::status("CREATING"),
        waited: Duration::from_secs(12),
        limit: Duration::from_secs(1200),
    });
    events.extend(ended);
    events
}

#[test]
fn of_a_crowd_of_accounts_numbers_are_shown_and_how_long_it_takes() {
    insta::assert_snapshot!(shown(&crowd(), 120, 24), @r"
    ⠋ Applying: 334 of 2,001 done  0:00, about 1:10 left
      log_group            334 of 1,000
      firehose_stream      0 of 1
      subscription_filter  0 of 1,000
          + archive/firehose_stream.central-logs-central  waiting for the stream to become ACTIVE 0:12, usually 1–2 min
      0 of 1,001 accounts done
    ");
    insta::assert_snapshot!(shown(&crowd(), 60, 7), @r"
    ⠋ Applying: 334 of 2,001 done  0:00, about 1:10 left
          … and 4 more
      0 of 1,001 accounts done
    ");
}
