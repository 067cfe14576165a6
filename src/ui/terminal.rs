//! The terminal: its size at any moment, and a way to it where stderr goes elsewhere.

use std::fs::{File, OpenOptions};
use std::io;

use terminal_size::{Height, Width as Columns, terminal_size_of};

/// How much fits on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    /// Columns.
    pub(super) columns: usize,
    /// Rows.
    pub(super) rows: usize,
}

/// How wide lines may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// As wide as the terminal behind stderr is at the moment.
    OfStderr,
    /// As wide as the terminal of this process is at the moment, wherever stderr goes.
    OfTerminal,
    /// So many columns.
    Fixed(usize),
    /// Stderr is no terminal.
    Unknown,
}

/// The terminal that controls this process, for writing: nobody there has to see stderr.
pub(super) fn open() -> Option<File> {
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
    pub(super) fn size(self) -> Size {
        let unknown = Size { columns: Self::UNKNOWN, rows: Self::ROWS };
        let size = match self {
            Self::Fixed(columns) => return Size { columns, ..unknown },
            Self::Unknown => return unknown,
            Self::OfStderr => terminal_size_of(io::stderr()),
            Self::OfTerminal => open().and_then(terminal_size_of),
        };
        match size {
            Some((Columns(columns), Height(rows))) if columns > 0 && rows > 0 => {
                Size { columns: columns.into(), rows: rows.into() }
            }
            _ => unknown,
        }
    }
}
