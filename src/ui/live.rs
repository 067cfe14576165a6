//! A block of lines at the bottom of a terminal, drawn again and again in place.
//!
//! The cursor always rests at the start of the line below the block, so that whatever else is echoed there (`^C`)
//! is wiped by the next frame. How many rows the last frame takes is worked out when it is replaced and not when it
//! was drawn: a terminal that was resized since has wrapped its lines anew.

use std::io::{self, Write};

use super::screen::Screened;
use super::stream::{Sink, locked};
use super::terminal::{Size, Width};
use super::text;

/// Makes the lines of a frame for a terminal of this size; the number counts frames.
pub(super) type Draw = Box<dyn Fn(Size, usize) -> Vec<String> + Send>;

/// Terminals that know synchronised output show nothing between these two; others ignore them.
const BEGIN: &str = "\u{1b}[?2026h";
const END: &str = "\u{1b}[?2026l";

/// Wipes to the end of the line, and to the end of the screen.
const WIPE_LINE: &str = "\u{1b}[K";
const WIPE_BELOW: &str = "\u{1b}[J";

/// The block that is on the screen.
pub(super) struct Live {
    sink: Sink,
    width: Width,
    draw: Draw,
    frames: usize,
    /// Columns of every line on the screen.
    shown: Vec<usize>,
    /// The size it was drawn for.
    drawn_for: Option<Size>,
}

impl Live {
    pub(super) fn new(sink: Sink, width: Width, draw: Draw) -> Self {
        Self { sink, width, draw, frames: 0, shown: Vec::new(), drawn_for: None }
    }

    /// Puts the present frame in the place of the last one.
    pub(super) fn redraw(&mut self) -> io::Result<()> {
        self.replace("")
    }

    /// Writes text above the block.
    pub(super) fn above(&mut self, text: &Screened) -> io::Result<()> {
        self.replace(text.as_str())
    }

    /// Takes the block off the screen.
    pub(super) fn wipe(&mut self) -> io::Result<()> {
        if self.shown.is_empty() {
            return Ok(());
        }
        let up = self.up(self.width.size());
        self.shown.clear();
        self.put(&format!("{up}{WIPE_BELOW}"))
    }

    fn replace(&mut self, above: &str) -> io::Result<()> {
        let size = self.width.size();
        let lines = (self.draw)(size, self.frames);
        self.frames = self.frames.wrapping_add(1);
        let mut frame = format!("{BEGIN}{}", self.up(size));
        // Text above may be shorter than what was there. And a row that a resize has wrapped stays marked as wrapped,
        // to be joined with the next one by another resize, until all of it is wiped.
        let resized = self.drawn_for.replace(size).is_some_and(|before| before != size);
        if resized || !above.is_empty() {
            frame.push_str(WIPE_BELOW);
        }
        frame.push_str(above);
        for line in &lines {
            frame.push_str(line);
            frame.push_str(WIPE_LINE);
            frame.push('\n');
        }
        frame.push_str(WIPE_BELOW);
        frame.push_str(END);
        self.shown = lines.iter().map(|line| text::width(&text::without_styles(line))).collect();
        self.put(&frame)
    }

    /// Moves to the first row of what is shown.
    fn up(&self, size: Size) -> String {
        let rows: usize = self.shown.iter().map(|columns| columns.div_ceil(size.columns.max(1)).max(1)).sum();
        if rows == 0 { "\r".to_owned() } else { format!("\r\u{1b}[{rows}A") }
    }

    fn put(&self, text: &str) -> io::Result<()> {
        let mut sink = locked(&self.sink);
        sink.write_all(text.as_bytes())?;
        sink.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::ui::captured::Buffer;
    use crate::ui::screen::Screen;

    fn live(columns: usize, lines: &'static [&'static str]) -> (Live, Buffer) {
        let buffer = Buffer::default();
        let sink: Sink = Arc::new(Mutex::new(Box::new(buffer.clone())));
        let draw = Box::new(|_, _| lines.iter().map(|line| (*line).to_owned()).collect());
        (Live::new(sink, Width::Fixed(columns), draw), buffer)
    }

    #[test]
    fn a_frame_replaces_the_last_one_and_text_goes_above() {
        let (mut live, buffer) = live(20, &["one", "two"]);
        live.redraw().unwrap();
        assert_eq!(buffer.text(), "\u{1b}[?2026h\rone\u{1b}[K\ntwo\u{1b}[K\n\u{1b}[J\u{1b}[?2026l");
        live.above(&Screen::default().lines("said\n", false)).unwrap();
        assert!(buffer.text().contains("\r\u{1b}[2A\u{1b}[Jsaid\none"), "{:?}", buffer.text());
        live.wipe().unwrap();
        assert!(buffer.text().ends_with("\r\u{1b}[2A\u{1b}[J"), "{:?}", buffer.text());
        let before = buffer.text();
        live.wipe().unwrap();
        assert_eq!(buffer.text(), before, "nothing is left to wipe");
    }

    #[test]
    fn lines_that_a_narrower_terminal_has_wrapped_are_wiped_too() {
        let (mut live, buffer) = live(20, &["0123456789abcdefghi", "\u{1b}[1mshort\u{1b}[0m", ""]);
        live.redraw().unwrap();
        live.width = Width::Fixed(10);
        live.redraw().unwrap();
        assert!(buffer.text().contains("\r\u{1b}[4A\u{1b}[J0123456789"), "{:?}", buffer.text());
    }
}
