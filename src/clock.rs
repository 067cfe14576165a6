//! The one source of time: real, or simulated under paused tokio time.
//!
//! The only module that may read the machine's clock. Everything else is given a [`Clock`].

use std::time::{Duration, SystemTime};

use aws_smithy_async::time::TimeSource;
use tokio::time::Instant;

/// A clock that moves with tokio's: real in a normal runtime, simulated in a paused one.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    base: SystemTime,
    started: Instant,
}

impl Clock {
    /// A clock that starts at the machine's present time.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn real() -> Self {
        Self { base: SystemTime::now(), started: Instant::now() }
    }

    /// A clock that starts at `base` and moves with tokio's time, paused or not.
    pub fn starting_at(base: SystemTime) -> Self {
        Self { base, started: Instant::now() }
    }

    /// Now, as wall-clock time.
    pub fn now(&self) -> SystemTime {
        self.base + self.started.elapsed()
    }

    /// Now, as a UTC date and time.
    pub fn now_utc(&self) -> time::OffsetDateTime {
        self.now().into()
    }

    /// Time since the clock was made.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        Clock::now(self)
    }
}
