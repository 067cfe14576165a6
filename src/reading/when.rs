//! A point in time in a request to read.

use std::time::{Duration, SystemTime};

/// A point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// This long ago.
    Ago(Duration),
    /// A date and time.
    At(SystemTime),
}

impl When {
    /// The time that is meant, seen from now.
    pub fn before(self, now: SystemTime) -> SystemTime {
        match self {
            Self::Ago(time) => {
                now.checked_sub(time).map_or(SystemTime::UNIX_EPOCH, |then| then.max(SystemTime::UNIX_EPOCH))
            }
            Self::At(time) => time,
        }
    }
}
