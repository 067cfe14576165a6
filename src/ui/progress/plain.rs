//! Progress for logs and dumb terminals: one line per event with the time since the start, and an occasional line while
//! the run is only waiting.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use super::tracker::Tracker;
use super::wording::{how_far, left, on_its_way, permanent_line, waiting};
use crate::event::{Event, Events};
use crate::ui::reports::plan::sign;
use crate::ui::terminal::console::{Console, Verbosity};
use crate::ui::terminal::stream::locked;
use crate::ui::terminal::style::Paint;
use crate::ui::text;

/// Long enough not to fill a log, short enough that nobody thinks it hangs.
const SILENCE: Duration = Duration::from_secs(30);

/// How often the numbers are told of more steps than get a line each.
const NUMBERS: Duration = Duration::from_secs(10);

/// A sink of events that says lines on `console`.
pub(super) fn events(console: Console) -> Events {
    let started = Instant::now();
    let verbose = console.verbosity() == Verbosity::Verbose;
    let tracker = Tracker::default();
    let lines = Mutex::new(Lines { tracker, verbose, said: Duration::ZERO, began: Duration::ZERO });
    let paint = console.err_paint();
    Events::to(move |event| {
        let now = started.elapsed();
        if let Some(line) = locked(&lines).line(&event, now, paint) {
            console.say(&format!("{} {line}", paint.dim(&format!("[{}]", text::stopwatch(now)))));
        }
    })
}

/// What has been said already.
struct Lines {
    tracker: Tracker,
    verbose: bool,
    /// When the last line was said.
    said: Duration,
    /// When the steps began.
    began: Duration,
}

impl Lines {
    fn line(&mut self, event: &Event, now: Duration, paint: Paint) -> Option<String> {
        self.tracker.note(event);
        let line = match event {
            Event::Applying { .. } => {
                self.began = now;
                None
            }
            Event::Connecting { total } => Some(format!("Connecting to {}", text::count(*total, "account"))),
            Event::Read { .. } => self.tracker.all_read(event).map(read_line),
            Event::StepStarted { address, verb } if self.verbose => {
                Some(format!("{} {address}  started", paint.verb(*verb, &format!("{:>3}", sign(*verb)))))
            }
            Event::StepWaiting { .. } | Event::ProbeWaiting { .. } => {
                (now.saturating_sub(self.said) >= SILENCE).then(|| self.waits(event)).flatten()
            }
            _ if self.verbose || self.tracker.worth_a_line(event) => permanent_line(event, paint),
            _ => (now.saturating_sub(self.said) >= NUMBERS).then(|| self.numbers(now)),
        };
        if line.is_some() {
            self.said = now;
        }
        line
    }

    /// How far the steps are, for all of them.
    fn numbers(&self, now: Duration) -> String {
        let passed = now.saturating_sub(self.began);
        format!("  {}{}", how_far(&self.tracker), left(&self.tracker, passed))
    }

    /// One line for everything that waits: of a hundred waits a log needs to know that they continue, not each of them.
    fn waits(&self, event: &Event) -> Option<String> {
        let (line, all) = match event {
            Event::StepWaiting { address, what, last, waited, limit } => {
                let all = self.tracker.running.values().filter(|running| running.wait.is_some()).count();
                (format!("  … {address}  {}", waiting(*what, &last.to_string(), *waited, *limit)), all)
            }
            Event::ProbeWaiting { route, .. } => {
                let probe = self.tracker.probes.get(route)?;
                let time = on_its_way(probe.waited, probe.usual, probe.limit);
                (format!("  … {}  on its way {time}", text::clean(route)), self.tracker.probes.len())
            }
            _ => return None,
        };
        Some(if all > 1 { format!("{line}; {} more waiting", all - 1) } else { line })
    }
}

fn read_line((resources, accounts): (usize, usize)) -> String {
    format!("Read {} in {}", text::count(resources, "resource"), text::count(accounts, "account"))
}
