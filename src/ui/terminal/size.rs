//! The terminal: its size at any moment, and a way to it where stderr goes elsewhere.

use std::fs::{File, OpenOptions};

use ::console::Term;

/// How much fits on a terminal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Size {
    /// Columns.
    pub(crate) columns: usize,
    /// Rows.
    pub(crate) rows: usize,
}

/// How wide lines may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// As wide as the terminal behind stderr is at the moment.
    OfStderr,
    /// As wide as the terminal of this process is at the moment, wherever stderr goes.
    OfTerminal,
    /// This many columns.
    Fixed(usize),
    /// Stderr is not a terminal.
    Unknown,
}

/// The terminal that controls this process, for writing: nobody there has to see stderr.
pub(crate) fn open() -> Option<File> {
    let name = if cfg!(windows) { "CONOUT$" } else { "/dev/tty" };
    OpenOptions::new().write(true).open(name).ok()
}

impl Width {
    /// Assumed where nothing is known.
    pub const UNKNOWN: usize = 100;

    /// Rows assumed where nothing is known.
    const ROWS: usize = 24;

    /// Columns at this moment.
    pub fn columns(self) -> usize {
        self.size().columns
    }

    /// The size at this moment. A terminal that does not know its size, as under some CI runners, says zero.
    pub(crate) fn size(self) -> Size {
        let unknown = Size { columns: Self::UNKNOWN, rows: Self::ROWS };
        let terminal = match self {
            Self::Fixed(columns) => return Size { columns, ..unknown },
            Self::Unknown => return unknown,
            Self::OfStderr => Some(Term::stderr()),
            Self::OfTerminal => open().and_then(terminal),
        };
        match terminal.and_then(|terminal| terminal.size_checked()) {
            Some((rows, columns)) => Size { columns: columns.into(), rows: rows.into() },
            None => unknown,
        }
    }
}

/// The terminal behind an open file.
#[cfg(unix)]
fn terminal(file: File) -> Option<Term> {
    Some(Term::read_write_pair(file.try_clone().ok()?, file))
}

/// There it is asked through the streams of the process alone.
#[cfg(not(unix))]
fn terminal(_: File) -> Option<Term> {
    Some(Term::stdout())
}
