//! The one source of time: real, or simulated under paused tokio time.
//!
//! The only module that may read the machine's clock. Everything else is given a [`Clock`].

use std::time::{Duration, SystemTime};

use aws_smithy_async::time::TimeSource;
use tokio::time::Instant;

/// A clock: the machine's own, or one that moves with tokio's time and so is simulated where that is paused.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// Where simulated time starts.
    base: Option<SystemTime>,
    started: Instant,
}

impl Clock {
    /// The machine's clock.
    pub fn real() -> Self {
        Self { base: None, started: Instant::now() }
    }

    /// A clock that starts at `base` and moves with tokio's time, paused or not.
    pub fn starting_at(base: SystemTime) -> Self {
        Self { base: Some(base), started: Instant::now() }
    }

    /// Now, as wall-clock time. Of a machine that slept, it says so; [`Clock::elapsed`] does not.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn now(&self) -> SystemTime {
        self.base.map_or_else(SystemTime::now, |base| base + self.started.elapsed())
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
