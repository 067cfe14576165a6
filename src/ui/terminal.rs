//! The terminal behind stderr as the progress display needs it: its size, and frames written in one go.

use std::fmt;
use std::io::{self, Write};
use std::sync::Mutex;

use indicatif::TermLike;
use terminal_size::{Height, Width as Columns, terminal_size_of};

use super::console::{Sink, locked};

/// How wide lines may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// As wide as the terminal behind stderr is at the moment.
    OfStderr,
    /// So many columns.
    Fixed(usize),
}

impl Width {
    /// Assumed where nothing is known.
    pub const UNKNOWN: usize = 100;

    /// Columns at this moment.
    pub fn columns(self) -> usize {
        match self {
            Self::Fixed(columns) => columns,
            Self::OfStderr => {
                terminal_size_of(io::stderr()).map_or(Self::UNKNOWN, |(Columns(columns), _)| columns.into())
            }
        }
    }

    fn rows(self) -> u16 {
        match self {
            Self::Fixed(_) => 24,
            Self::OfStderr => terminal_size_of(io::stderr()).map_or(24, |(_, Height(rows))| rows),
        }
    }
}

/// What indicatif draws on. A frame is collected and written at once, so nobody sees half of one.
pub(super) struct Screen {
    sink: Sink,
    width: Width,
    frame: Mutex<String>,
}

impl Screen {
    pub(super) fn new(sink: Sink, width: Width) -> Self {
        Self { sink, width, frame: Mutex::default() }
    }

    fn push(&self, text: &str) -> io::Result<()> {
        locked(&self.frame).push_str(text);
        Ok(())
    }

    /// An ANSI cursor movement; zero would be read as one.
    fn go(&self, count: usize, direction: char) -> io::Result<()> {
        if count == 0 { Ok(()) } else { self.push(&format!("\u{1b}[{count}{direction}")) }
    }
}

impl fmt::Debug for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Screen").field("width", &self.width).finish_non_exhaustive()
    }
}

impl TermLike for Screen {
    fn width(&self) -> u16 {
        u16::try_from(self.width.columns()).unwrap_or(u16::MAX)
    }

    fn height(&self) -> u16 {
        self.width.rows()
    }

    fn move_cursor_up(&self, count: usize) -> io::Result<()> {
        self.go(count, 'A')
    }

    fn move_cursor_down(&self, count: usize) -> io::Result<()> {
        self.go(count, 'B')
    }

    fn move_cursor_right(&self, count: usize) -> io::Result<()> {
        self.go(count, 'C')
    }

    fn move_cursor_left(&self, count: usize) -> io::Result<()> {
        self.go(count, 'D')
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.push(text)?;
        self.push("\n")
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.push(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.push("\r\u{1b}[2K")
    }

    fn flush(&self) -> io::Result<()> {
        let frame = std::mem::take(&mut *locked(&self.frame));
        let mut sink = locked(&self.sink);
        sink.write_all(frame.as_bytes())?;
        sink.flush()
    }
}
