//! The live display of a console: shown, painted anew, and taken away. What else is written stands above it.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use super::ascii;
use super::console::Console;
use super::live::{Draw, Live};
use super::stream::locked;
use crate::ui::text::truncate;

/// How long a frame of the live display stands; shorter only costs bandwidth over SSH.
const FRAME: Duration = Duration::from_millis(100);

/// A live display on the screen.
pub(crate) struct Shown {
    pub(super) live: Live,
    /// Its drawing thread ends when this is dropped.
    _drawing: mpsc::Sender<()>,
}

impl Console {
    /// Shows what `draw` makes at the bottom of stderr until [`Console::clear`]; everything else is written above it.
    pub(crate) fn show(&self, draw: Draw) {
        let (ascii, screen, painted) = (self.ascii, self.screen.clone(), self.inner.err.paint.is_on());
        let draw: Draw = Box::new(move |size, frame| {
            let lines = draw(size, frame).into_iter();
            let lines = lines.map(|line| if ascii { ascii::of_width(&line) } else { line });
            lines.map(|line| screen.frame_line(&line, painted)).collect()
        });
        let mut live = Live::new(self.inner.err.sink.clone(), self.inner.width, draw);
        self.forgive(live.redraw());
        let (drawing, ended) = mpsc::channel();
        *locked(&self.inner.live) = Some(Shown { live, _drawing: drawing });
        let inner = Arc::downgrade(&self.inner);
        // A thread and no task: a command may keep its runtime busy, and the simulated one's time stands still.
        std::thread::spawn(move || {
            while ended.recv_timeout(FRAME) == Err(RecvTimeoutError::Timeout) {
                let Some(inner) = inner.upgrade() else { return };
                if let Some(shown) = locked(&inner.live).as_mut() {
                    drop(shown.live.redraw());
                }
            }
        });
    }

    /// Shows these lines at the bottom of stderr, in the place of those that are there, until [`Console::clear`].
    pub fn repaint(&self, lines: Vec<String>) {
        self.clear();
        self.show(Box::new(move |size, _| {
            let fitting = lines.iter().take(size.rows.saturating_sub(1));
            fitting.map(|line| truncate(line, size.columns)).collect()
        }));
    }

    /// Whether a live display is on the screen.
    pub(crate) fn shows(&self) -> bool {
        locked(&self.inner.live).is_some()
    }

    /// Takes the live display away.
    pub fn clear(&self) {
        if let Some(mut shown) = locked(&self.inner.live).take() {
            self.forgive(shown.live.wipe());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::ui::terminal::console::Verbosity;

    #[test]
    fn everything_is_written_above_a_live_display() {
        let (console, captured) = Console::captured(Verbosity::Normal, true, 80);
        console.show(Box::new(|_, _| vec!["working".to_owned()]));
        console.say("said");
        console.data("data");
        console.log().write_all(b"logged\n").unwrap();
        console.clear();
        assert!(captured.err().contains("said\nworking"));
        assert!(captured.err().contains("logged\n"));
        assert_eq!(captured.out(), "data\n");
    }

    #[test]
    fn what_is_repainted_takes_the_place_of_what_was_there() {
        let (console, captured) = Console::captured(Verbosity::Normal, true, 20);
        console.repaint(vec!["one".to_owned()]);
        console.repaint(vec!["two that is longer than the terminal is wide".to_owned()]);
        assert!(console.shows());
        console.clear();
        assert!(!console.shows());
        let shown = captured.err();
        assert!(shown.contains("one") && shown.contains("two that"), "{shown}");
        assert!(!shown.contains("wide"), "{shown}");
    }
}
