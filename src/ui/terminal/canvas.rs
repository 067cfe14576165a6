//! The terminal as indicatif sees it: it draws on a frame in memory, which then replaces the last one as a whole.
//!
//! indicatif (0.18.6) by itself does not survive what happens to a terminal while it draws there, in four ways:
//! - It counts the rows of a frame when it draws it, and a terminal that is resized since wraps them again: rows of old
//!   frames stay (<https://github.com/console-rs/indicatif/issues/182>). They are counted here when a frame is
//!   replaced.
//! - It fills lines with blanks and has the terminal wrap them instead of ending them, so that all lines are one that any
//!   resizing wraps or joins. Here every line ends.
//! - It leaves the cursor behind the last line, where an echoed `^C` pushes the frame up by a row that nobody counts. Here
//!   the cursor rests at the start of the line below the frame, where the next frame wipes whatever is echoed.
//! - It draws all bars for every bar that changes, and what lies between two of them is no frame. Here a frame is shown when
//!   it is whole, with the text that belongs above it, in one write.
//!
//! What it is told of the cursor is therefore left out; no error of a terminal reaches it, which panics on some.

use std::io;
use std::sync::{Arc, Mutex};

use indicatif::TermLike;

use super::size::{Size, Width};
use super::stream::locked;
use crate::ui::text;

/// Terminals that know synchronised output show nothing between these two; others ignore them.
const BEGIN: &str = "\u{1b}[?2026h";
const END: &str = "\u{1b}[?2026l";

/// Wipes to the end of the line, and to the end of the screen.
const WIPE_LINE: &str = "\u{1b}[K";
const WIPE_BELOW: &str = "\u{1b}[J";

/// The frame in memory, and what is known of the one that is shown. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Canvas {
    pub(crate) width: Width,
    frame: Arc<Mutex<Frame>>,
}

#[derive(Debug, Default)]
struct Frame {
    /// What indicatif has written since it was last done: each line, and the blanks behind it.
    written: Vec<String>,
    /// The lines of the frame that is to be shown.
    lines: Vec<String>,
    /// What the terminal was when they were begun.
    size: Size,
    /// Columns of every line on the screen.
    shown: Vec<usize>,
    /// The size it was drawn for.
    drawn_for: Option<Size>,
}

impl Canvas {
    pub(crate) fn new(width: Width) -> Self {
        Self { width, frame: Arc::default() }
    }

    /// Begins a frame, for a terminal of this size.
    pub(crate) fn begin(&self) -> Size {
        let size = self.width.size();
        locked(&self.frame).size = size;
        size
    }

    /// What puts the present frame in the place of the last one, with text above it.
    pub(crate) fn replace(&self, above: &str) -> String {
        let mut frame = locked(&self.frame);
        let size = frame.size;
        let mut bytes = format!("{BEGIN}{}", frame.up(size));
        // Text above may be shorter than what was there. And a row that a resize has wrapped stays marked as wrapped,
        // to be joined with the next one by another resize, until all of it is wiped.
        let resized = frame.drawn_for.replace(size).is_some_and(|before| before != size);
        if resized || !above.is_empty() {
            bytes.push_str(WIPE_BELOW);
        }
        bytes.push_str(above);
        for line in &frame.lines {
            bytes.push_str(line);
            bytes.push_str(WIPE_LINE);
            bytes.push('\n');
        }
        bytes.push_str(WIPE_BELOW);
        bytes.push_str(END);
        frame.shown = frame.lines.iter().map(|line| text::width(line)).collect();
        bytes
    }

    /// What takes the frame off the screen; nothing where there is none.
    pub(crate) fn wipe(&self) -> Option<String> {
        let mut frame = locked(&self.frame);
        let up = frame.up(self.width.size());
        let shown = std::mem::take(&mut frame.shown);
        (!shown.is_empty()).then(|| format!("{up}{WIPE_BELOW}"))
    }
}

impl Frame {
    /// Moves to the first row of what is shown.
    fn up(&self, size: Size) -> String {
        let rows: usize = self.shown.iter().map(|columns| columns.div_ceil(size.columns.max(1)).max(1)).sum();
        if rows == 0 { "\r".to_owned() } else { format!("\r\u{1b}[{rows}A") }
    }
}

impl TermLike for Canvas {
    /// No less than a wide character takes: indicatif panics where one is wider than the terminal.
    fn width(&self) -> u16 {
        u16::try_from(locked(&self.frame).size.columns).unwrap_or(u16::MAX).max(2)
    }

    /// The cursor rests in the last row.
    fn height(&self) -> u16 {
        u16::try_from(locked(&self.frame).size.rows.saturating_sub(1)).unwrap_or(u16::MAX)
    }

    fn move_cursor_up(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_down(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_right(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_left(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        Ok(())
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.write_str(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        locked(&self.frame).written.push(text.to_owned());
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        let mut frame = locked(&self.frame);
        // The blanks behind each line stay out.
        frame.lines = std::mem::take(&mut frame.written).into_iter().step_by(2).collect();
        Ok(())
    }
}
