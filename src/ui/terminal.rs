//! The terminal behind stderr: its size at any moment.

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
    /// So many columns.
    Fixed(usize),
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
        match self {
            Self::Fixed(columns) => Size { columns, ..unknown },
            Self::OfStderr => match terminal_size_of(io::stderr()) {
                Some((Columns(columns), Height(rows))) if columns > 0 && rows > 0 => {
                    Size { columns: columns.into(), rows: rows.into() }
                }
                _ => unknown,
            },
        }
    }
}
