//! Progress on a terminal: a live display of what is under way, with what has ended written above it.

use std::sync::{Arc, Mutex};

use tokio::time::Instant;

use super::tracker::Tracker;
use super::tree::{Moment, tree};
use super::wording::permanent_line;
use crate::event::{Event, Events};
use crate::ui::terminal::console::{Console, Verbosity};
use crate::ui::terminal::stream::locked;

/// A sink of events that keeps a live display on `console`.
pub(super) fn events(console: Console) -> Events {
    let display = Mutex::new(Display { console, seen: Arc::default() });
    Events::to(move |event| locked(&display).take(&event))
}

struct Display {
    console: Console,
    seen: Arc<Mutex<Seen>>,
}

/// What is under way as of the last event, and when that came: waits go on counting in between.
#[derive(Default)]
struct Seen {
    tracker: Tracker,
    /// When the last event came.
    at: Option<Instant>,
    /// When the steps began.
    began: Option<Instant>,
}

impl Seen {
    fn note(&mut self, event: &Event) -> bool {
        self.tracker.note(event);
        let now = Instant::now();
        self.at = Some(now);
        if matches!(event, Event::Applying { .. }) {
            self.began = Some(now);
        }
        self.tracker.busy()
    }

    fn moment(&self, frame: usize) -> Moment {
        let passed = |since: Option<Instant>| since.map(|since| since.elapsed()).unwrap_or_default();
        Moment { since: passed(self.at), running: passed(self.began), frame }
    }
}

impl Display {
    fn take(&mut self, event: &Event) {
        let paint = self.console.err_paint();
        let verbose = self.console.verbosity() == Verbosity::Verbose;
        let (busy, told) = {
            let mut seen = locked(&self.seen);
            (seen.note(event), verbose || seen.tracker.worth_a_line(event))
        };
        if !busy {
            self.console.clear();
        }
        if let Some(line) = permanent_line(event, paint).filter(|_| told) {
            self.console.say(&line);
        }
        // A question may have taken the display away.
        if busy && !self.console.shows() {
            let seen = Arc::clone(&self.seen);
            self.console.show(Box::new(move |size, frame| {
                let seen = locked(&seen);
                tree(&seen.tracker, seen.moment(frame), size, paint)
            }));
        }
    }
}

impl Drop for Display {
    /// An error may end a run in the middle of a display.
    fn drop(&mut self) {
        self.console.clear();
    }
}
