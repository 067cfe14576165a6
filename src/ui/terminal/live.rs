//! A live display at the bottom of a terminal: a block of lines, each of them a bar of one `MultiProgress`.

use std::io::{self, Write};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::canvas::Canvas;
use super::screen::Screened;
use super::size::{Size, Width};
use super::stream::{Sink, locked};

/// Makes the lines of a frame for a terminal of this size; the number counts frames.
pub(crate) type Draw = Box<dyn Fn(Size, usize) -> Vec<String> + Send>;

/// The block that is on the screen.
pub(crate) struct Live {
    sink: Sink,
    canvas: Canvas,
    progress: MultiProgress,
    /// One for each line, from the top.
    bars: Vec<ProgressBar>,
    style: ProgressStyle,
    draw: Draw,
    frames: usize,
}

impl Live {
    pub(crate) fn new(sink: Sink, width: Width, draw: Draw) -> Self {
        let canvas = Canvas::new(width);
        let target = ProgressDrawTarget::term_like(Box::new(canvas.clone()));
        let progress = MultiProgress::with_draw_target(target);
        Self { sink, canvas, progress, bars: Vec::new(), style: style(), draw, frames: 0 }
    }

    /// Puts the present frame in the place of the last one.
    pub(crate) fn redraw(&mut self) -> io::Result<()> {
        self.replace("")
    }

    /// Writes text above the block.
    pub(crate) fn above(&mut self, text: &Screened) -> io::Result<()> {
        self.replace(text.as_str())
    }

    /// Takes the block off the screen.
    pub(crate) fn wipe(&mut self) -> io::Result<()> {
        self.canvas.wipe().map_or(Ok(()), |bytes| self.put(&bytes))
    }

    fn replace(&mut self, above: &str) -> io::Result<()> {
        let lines = (self.draw)(self.canvas.begin(), self.frames);
        self.frames = self.frames.wrapping_add(1);
        self.set(lines);
        self.put(&self.canvas.replace(above))
    }

    /// Gives every line a bar. Most of them say what they said in the last frame.
    fn set(&mut self, lines: Vec<String>) {
        for bar in self.bars.drain(lines.len().min(self.bars.len())..) {
            self.progress.remove(&bar);
        }
        let known = self.bars.len();
        for (at, line) in lines.into_iter().enumerate() {
            if at >= known {
                self.bars.push(self.progress.add(ProgressBar::hidden().with_style(self.style.clone())));
            }
            if at >= known || self.bars[at].message() != line {
                self.bars[at].set_message(line);
            }
        }
        // A bar that has gone is still in the last frame that another one drew.
        self.progress.suspend(|| ());
    }

    fn put(&self, text: &str) -> io::Result<()> {
        let mut sink = locked(&self.sink);
        sink.write_all(text.as_bytes())?;
        sink.flush()
    }
}

/// A line as it is, an empty one too: that is what the line break is for.
fn style() -> ProgressStyle {
    ProgressStyle::with_template("{msg}\n").unwrap_or_else(|_| ProgressStyle::default_spinner())
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::ui::terminal::captured::Buffer;
    use crate::ui::terminal::screen::Screen;

    fn live(columns: usize, draw: fn(usize) -> &'static [&'static str]) -> (Live, Buffer) {
        let buffer = Buffer::default();
        let sink: Sink = Arc::new(Mutex::new(Box::new(buffer.clone())));
        let draw = Box::new(move |_, frame| draw(frame).iter().map(|line| (*line).to_owned()).collect());
        (Live::new(sink, Width::Fixed(columns), draw), buffer)
    }

    #[test]
    fn a_frame_replaces_the_last_one_and_text_goes_above() {
        let (mut live, buffer) = live(20, |_| &["one", "two"]);
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
    fn a_frame_has_the_lines_that_there_are_and_no_others() {
        let frames = |frame| [&["one", "two", ""][..], &["one"], &["one", "two"], &[]][frame];
        let (mut live, buffer) = live(20, frames);
        for (up, lines) in
            [("", "one|two||"), ("\u{1b}[3A", "one|"), ("\u{1b}[1A", "one|two|"), ("\u{1b}[2A", "")]
        {
            live.redraw().unwrap();
            let lines = lines.replace('|', "\u{1b}[K\n");
            let frame = format!("\u{1b}[?2026h\r{up}{lines}\u{1b}[J\u{1b}[?2026l");
            assert!(buffer.text().ends_with(&frame), "{:?}", buffer.text());
        }
    }

    #[test]
    fn lines_that_a_narrower_terminal_has_wrapped_are_wiped_too() {
        let (mut live, buffer) = live(20, |_| &["0123456789abcdefghi", "\u{1b}[1mshort\u{1b}[0m", ""]);
        live.redraw().unwrap();
        live.canvas.width = Width::Fixed(10);
        live.redraw().unwrap();
        assert!(buffer.text().contains("\r\u{1b}[4A\u{1b}[J0123456789"), "{:?}", buffer.text());
    }

    #[test]
    fn nothing_breaks_where_a_character_is_wider_than_the_terminal() {
        let (mut live, buffer) = live(1, |_| &["日本"]);
        live.redraw().unwrap();
        assert!(buffer.text().contains("日本"), "{:?}", buffer.text());
    }
}
