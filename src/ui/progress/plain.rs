//! Progress for logs and dumb terminals: a line for what ended, and for long waits one now and then.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use super::tracker::Tracker;
use crate::address::Address;
use crate::event::{Event, Events, StepEnd, Verb};
use crate::ui::console::{Console, locked};
use crate::ui::plan::sign;
use crate::ui::style::Paint;
use crate::ui::text;

/// Long enough not to fill a log, short enough that nobody thinks it hangs.
const BETWEEN_WAITS: Duration = Duration::from_secs(30);

/// A sink of events that says lines on `console`.
pub(super) fn events(console: Console) -> Events {
    let lines = Mutex::new(Lines::default());
    let paint = console.err_paint();
    Events::to(move |event| {
        if let Some(line) = locked(&lines).line(&event, paint) {
            console.say(&line);
        }
    })
}

/// What has been said already.
#[derive(Default)]
struct Lines {
    tracker: Tracker,
    step_waits: BTreeMap<Address, Duration>,
    probe_waits: BTreeMap<String, Duration>,
}

impl Lines {
    fn line(&mut self, event: &Event, paint: Paint) -> Option<String> {
        self.tracker.note(event);
        match event {
            Event::Read { .. } => self.tracker.all_read(event).map(read_line),
            Event::StepStarted { address, .. } => {
                self.step_waits.remove(address);
                None
            }
            Event::StepWaiting { address, what, status, waited, limit } => {
                due(&mut self.step_waits, address, *waited).then(|| {
                    let wait = waiting(what, status, *waited, *limit);
                    format!("  … {address} {wait}")
                })
            }
            Event::ProbeSent { route, .. } => {
                self.probe_waits.remove(route);
                None
            }
            Event::ProbeWaiting { route, what, waited } => due(&mut self.probe_waits, route, *waited)
                .then(|| format!("  … {route} waiting for {what}, {}", text::stopwatch(*waited))),
            _ => permanent_line(event, paint),
        }
    }
}

/// Whether enough time has passed since this wait was last mentioned. Waits start over from zero.
fn due<Id: Ord + Clone>(said: &mut BTreeMap<Id, Duration>, id: &Id, waited: Duration) -> bool {
    let last = said.entry(id.clone()).or_default();
    if waited < *last {
        *last = Duration::ZERO;
    }
    let due = waited - *last >= BETWEEN_WAITS;
    if due {
        *last = waited;
    }
    due
}

fn read_line((resources, accounts): (usize, usize)) -> String {
    format!("Read {} in {}.", text::count(resources, "resource"), text::count(accounts, "account"))
}

/// The line that stays of an event, in the live display as in the plain one.
///
/// Errors are left to the report, which would only say them again.
pub(super) fn permanent_line(event: &Event, paint: Paint) -> Option<String> {
    match event {
        Event::StepEnded { address, verb, end, took } => step_line(address, *verb, end, *took, paint),
        Event::ProbeEnded { route, delivered, took } => {
            let took = text::duration(*took);
            Some(match delivered {
                true => format!("  {} {route} delivered after {took}", paint.added("✓")),
                false => format!("  {} {route} not delivered after {took}", paint.failing("✗")),
            })
        }
        Event::Stopping { times, running } => stopping_line(*times, *running),
        _ => None,
    }
}

fn step_line(address: &Address, verb: Verb, end: &StepEnd, took: Duration, paint: Paint) -> Option<String> {
    let took = text::duration(took);
    match end {
        StepEnd::Done => {
            let sign = paint.verb(verb, sign(verb));
            Some(format!("  {sign} {address} {} in {took}", participle(verb)))
        }
        StepEnd::Failed(_) => {
            Some(format!("  {} {address} {} after {took}", paint.failing("✗"), paint.failing("failed")))
        }
        StepEnd::Skipped(_) => None,
    }
}

fn stopping_line(times: u32, running: usize) -> Option<String> {
    let steps = text::count(running, "running step");
    match (times, running) {
        (0, _) => None,
        (_, 0) => Some("Stopping: nothing new is started.".to_owned()),
        (1, _) => Some(format!(
            "Stopping: nothing new is started. Waiting for {steps}; Ctrl-C again stops waiting."
        )),
        _ => Some(format!("No longer waiting for {steps}. Ctrl-C again exits at once.")),
    }
}

/// `waiting for the stream to become ACTIVE (CREATING) 0:12 of 20:00`.
pub(super) fn waiting(what: &str, status: &str, waited: Duration, limit: Duration) -> String {
    let status = if status.is_empty() { String::new() } else { format!(" ({})", text::clean(status)) };
    format!("waiting for {what}{status} {} of {}", text::stopwatch(waited), text::stopwatch(limit))
}

fn participle(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "created",
        Verb::Update => "updated",
        Verb::Replace => "replaced",
        Verb::Delete => "deleted",
        Verb::Adopt => "taken over",
        Verb::Keep => "unchanged",
        Verb::Refuse => "refused",
    }
}
