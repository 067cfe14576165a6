//! Progress on a terminal: a live display of what is under way, with what has ended written above it.
//!
//! The display is text made from the tracker by pure functions; indicatif only draws it.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use tokio::time::Instant;

use super::plain::{permanent_line, waiting};
use super::tracker::{Count, Probe, Running, Tracker, Wait};
use crate::address::{AccountName, Address};
use crate::event::{Event, Events};
use crate::ui::console::{Console, locked};
use crate::ui::plan::sign;
use crate::ui::style::Paint;
use crate::ui::text;

/// Shows that the process lives while no event comes.
const TICK: Duration = Duration::from_millis(120);

/// More than fits beside what was written before helps nobody.
const MOST_LINES: usize = 12;

/// Columns left for a name beside what it waits for.
const SHORTEST_NAME: usize = 16;

/// Columns the spinner takes, with its space.
const SPINNER: usize = 2;

/// A sink of events that keeps a live display on `console`.
pub(super) fn events(console: Console) -> Events {
    let display = Mutex::new(Display { console, seen: Arc::default(), bar: None });
    Events::to(move |event| locked(&display).take(&event))
}

struct Display {
    console: Console,
    seen: Arc<Mutex<Seen>>,
    bar: Option<ProgressBar>,
}

/// What is under way as of the last event, and when that came: waits go on counting in between.
#[derive(Default)]
struct Seen {
    tracker: Tracker,
    at: Option<Instant>,
}

impl Seen {
    fn frame(&self, columns: usize, paint: Paint) -> String {
        let since = self.at.map(|at| at.elapsed()).unwrap_or_default();
        frame(&self.tracker, since, columns, paint).join("\n")
    }
}

impl Display {
    fn take(&mut self, event: &Event) {
        let paint = self.console.err_paint();
        let busy = {
            let mut seen = locked(&self.seen);
            seen.tracker.note(event);
            seen.at = Some(Instant::now());
            seen.tracker.busy()
        };
        if !busy {
            self.hide();
        }
        if let Some(line) = permanent_line(event, paint) {
            self.console.say(&line);
        }
        if busy {
            self.show(paint);
        }
    }

    fn show(&mut self, paint: Paint) {
        // A question may have taken the display away.
        if let Some(bar) = self.bar.as_ref().filter(|bar| !bar.is_finished()) {
            redraw(bar);
            return;
        }
        let bar = ProgressBar::hidden();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {frame}") {
            let (seen, console) = (Arc::clone(&self.seen), self.console.clone());
            bar.set_style(style.with_key("frame", move |_: &ProgressState, out: &mut dyn fmt::Write| {
                if out.write_str(&locked(&seen).frame(console.width(), paint)).is_err() {
                    // What cannot be drawn now is drawn at the next tick.
                }
            }));
        }
        self.console.show(&bar);
        redraw(&bar);
        bar.enable_steady_tick(TICK);
        self.bar = Some(bar);
    }

    fn hide(&mut self) {
        if self.bar.take().is_some() {
            self.console.clear();
        }
    }
}

impl Drop for Display {
    /// An error may end a run in the middle of a display.
    fn drop(&mut self) {
        self.hide();
    }
}

/// Draws as often as the limit allows; `tick` would do nothing beside the steady one.
fn redraw(bar: &ProgressBar) {
    bar.set_message("");
}

/// The lines of the display, none wider than `columns`.
fn frame(tracker: &Tracker, since: Duration, columns: usize, paint: Paint) -> Vec<String> {
    let mut lines = if !tracker.probes.is_empty() {
        probe_lines(tracker, since, columns)
    } else if !tracker.accounts.is_empty() {
        account_lines(tracker, since, columns, paint)
    } else {
        vec![reading_line(tracker)]
    };
    if lines.len() > MOST_LINES {
        let more = lines.len() - MOST_LINES + 1;
        lines.truncate(MOST_LINES - 1);
        lines.push(format!("    … and {more} more"));
    }
    lines
}

fn reading_line(tracker: &Tracker) -> String {
    match tracker.reading {
        Some(Count { done, total }) => format!("Reading {done}/{total} resources"),
        None => format!("Connected to {}", text::count(tracker.connected, "account")),
    }
}

/// A heading beside the spinner, then every account and under it what runs there.
fn account_lines(tracker: &Tracker, since: Duration, columns: usize, paint: Paint) -> Vec<String> {
    let done: usize = tracker.accounts.values().map(|count| count.done).sum();
    let total: usize = tracker.accounts.values().map(|count| count.total).sum();
    let doing = if tracker.stopping > 0 { "Stopping" } else { "Working" };
    let mut lines = vec![text::truncate(&format!("{doing} {done}/{total}"), columns.saturating_sub(SPINNER))];
    let widest = tracker.accounts.keys().map(|name| text::width(name.as_str())).max().unwrap_or(0);
    for (account, count) in &tracker.accounts {
        lines.push(account_line(account, *count, widest, columns));
        let running = tracker.running.iter().filter(|(address, _)| address.account == *account);
        lines.extend(running.map(|(address, running)| running_line(address, running, since, columns, paint)));
    }
    lines
}

fn account_line(account: &AccountName, count: Count, widest: usize, columns: usize) -> String {
    let line = format!("  {} {}/{}", text::pad(account.as_str(), widest), count.done, count.total);
    text::truncate(&line, columns)
}

/// Where room is short the status goes first, then the end of the name, and the end of the wait last.
fn running_line(
    address: &Address,
    running: &Running,
    since: Duration,
    columns: usize,
    paint: Paint,
) -> String {
    let sign = format!("    {:>3} ", sign(running.verb));
    let room = columns.saturating_sub(text::width(&sign));
    let wait = running.wait.as_ref().map_or_else(String::new, |wait| wait_text(wait, since, room));
    let for_name = room.saturating_sub(text::width(&wait)).max(SHORTEST_NAME).min(room);
    let name = text::truncate(&format!("{}.{}", address.kind, address.name), for_name);
    let wait = text::truncate(&wait, room.saturating_sub(text::width(&name)));
    format!("{}{name}{}", paint.verb(running.verb, &sign), paint.dim(&wait))
}

fn wait_text(wait: &Wait, since: Duration, room: usize) -> String {
    let with = |status: &str| format!("  {}", waiting(wait.what, status, wait.waited + since, wait.limit));
    let whole = with(&wait.status);
    if text::width(&whole) + SHORTEST_NAME <= room { whole } else { with("") }
}

fn probe_lines(tracker: &Tracker, since: Duration, columns: usize) -> Vec<String> {
    let head = format!("Waiting for {}", text::count(tracker.probes.len(), "test event"));
    let probes = tracker.probes.iter().map(|(route, probe)| probe_line(route, probe, since, columns));
    std::iter::once(text::truncate(&head, columns.saturating_sub(SPINNER))).chain(probes).collect()
}

fn probe_line(route: &str, probe: &Probe, since: Duration, columns: usize) -> String {
    let what = probe.what.map_or_else(String::new, |what| format!("waiting for {what} "));
    let (waited, limit) = (text::stopwatch(probe.waited + since), text::stopwatch(probe.limit));
    text::truncate(&format!("    {}  {what}{waited} of {limit}", text::clean(route)), columns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{StepEnd, Verb};

    fn address(text: &str) -> Address {
        text.parse().unwrap()
    }

    fn shown(events: &[Event], columns: usize) -> String {
        let mut tracker = Tracker::default();
        for event in events {
            tracker.note(event);
        }
        let lines = frame(&tracker, Duration::ZERO, columns, Paint::new(false));
        for line in &lines {
            assert!(text::width(line) <= columns, "{line}");
        }
        lines.join("\n")
    }

    fn applying() -> Vec<Event> {
        let stream = address("archive/ap-northeast-1/firehose_stream.central-logs-central");
        let role = address("archive/global/iam_role.central-logs-central-cwl");
        let group = address("app/ap-northeast-1/log_group./app/x");
        vec![
            Event::Applying {
                steps: vec![
                    (stream.clone(), Verb::Create),
                    (role.clone(), Verb::Update),
                    (group.clone(), Verb::Create),
                ],
            },
            Event::StepStarted { address: role.clone(), verb: Verb::Update },
            Event::StepStarted { address: group, verb: Verb::Create },
            Event::StepEnded {
                address: role,
                verb: Verb::Update,
                end: StepEnd::Done,
                took: Duration::from_secs(1),
            },
            Event::StepStarted { address: stream.clone(), verb: Verb::Create },
            Event::StepWaiting {
                address: stream,
                what: "the stream to become ACTIVE",
                status: "CREATING".to_owned(),
                waited: Duration::from_secs(12),
                limit: Duration::from_secs(1200),
            },
        ]
    }

    #[test]
    fn accounts_are_counted_and_running_steps_say_what_they_wait_for() {
        insta::assert_snapshot!(shown(&applying(), 120), @r"
        Working 1/3
          app     0/1
              + log_group./app/x
          archive 1/2
              + firehose_stream.central-logs-central  waiting for the stream to become ACTIVE (CREATING) 0:12 of 20:00
        ");
    }

    #[test]
    fn narrow_terminals_cut_the_name_before_the_wait() {
        insta::assert_snapshot!(shown(&applying(), 90), @r"
        Working 1/3
          app     0/1
              + log_group./app/x
          archive 1/2
              + firehose_stream…  waiting for the stream to become ACTIVE (CREATING) 0:12 of 20:00
        ");
        insta::assert_snapshot!(shown(&applying(), 40), @r"
        Working 1/3
          app     0/1
              + log_group./app/x
          archive 1/2
              + firehose_stream…  waiting for t…
        ");
    }

    #[test]
    fn reading_and_probing_have_a_line_of_their_own() {
        let read = address("app/global/iam_role.x");
        assert_eq!(
            shown(&[Event::Reading { total: 14 }, Event::Read { address: read }], 80),
            "Reading 1/14 resources"
        );
        let route = "app-logs app/ap-northeast-1 /app/x".to_owned();
        let sent = Event::ProbeSent { route: route.clone(), limit: Duration::from_secs(900) };
        let waiting =
            Event::ProbeWaiting { route, what: "the object in the bucket", waited: Duration::from_secs(61) };
        insta::assert_snapshot!(shown(&[sent, waiting], 100), @r"
        Waiting for 1 test event
            app-logs app/ap-northeast-1 /app/x  waiting for the object in the bucket 1:01 of 15:00
        ");
    }

    #[test]
    fn a_long_list_is_cut() {
        let steps: Vec<(Address, Verb)> = (0..40)
            .map(|number| (address(&format!("app/global/iam_role.role-{number}")), Verb::Create))
            .collect();
        let started =
            steps.iter().map(|(address, verb)| Event::StepStarted { address: address.clone(), verb: *verb });
        let events: Vec<Event> =
            std::iter::once(Event::Applying { steps: steps.clone() }).chain(started).collect();
        let text = shown(&events, 80);
        assert_eq!(text.lines().count(), MOST_LINES);
        assert!(text.ends_with("… and 31 more"), "{text}");
    }
}
