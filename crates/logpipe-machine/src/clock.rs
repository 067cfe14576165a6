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
    /// The same by the clock that counts sleep.
    started_with_sleep: Duration,
}

impl Clock {
    /// The machine's clock.
    pub fn real() -> Self {
        Self { base: None, started: Instant::now(), started_with_sleep: machine_with_sleep() }
    }

    /// A clock that starts at `base` and moves with tokio's time, paused or not.
    pub fn starting_at(base: SystemTime) -> Self {
        Self { base: Some(base), started: Instant::now(), started_with_sleep: Duration::ZERO }
    }

    /// Whether its time is simulated, so that what happens in it takes the same course each time.
    pub fn is_simulated(&self) -> bool {
        self.base.is_some()
    }

    /// Now, as wall-clock time, which whoever sets the machine's clock may move in either direction.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn now(&self) -> SystemTime {
        self.base.map_or_else(SystemTime::now, |base| base + self.started.elapsed())
    }

    /// Now, as a UTC date and time.
    pub fn now_utc(&self) -> time::OffsetDateTime {
        self.now().into()
    }

    /// Time since the clock was made. Where the machine slept meanwhile, that may not be in it.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Time since the clock was made, however long the process was stopped or the machine slept. No setting of the
    /// machine's clock moves it.
    pub fn elapsed_with_sleep(&self) -> Duration {
        let elapsed = self.elapsed();
        if self.base.is_some() {
            return elapsed;
        }
        // Never less, also where tokio's time is paused.
        elapsed.max(machine_with_sleep().saturating_sub(self.started_with_sleep))
    }
}

/// What the machine's clock that counts sleep says: `CLOCK_BOOTTIME` (clock_gettime(2), Linux) or `CLOCK_MONOTONIC`
/// (clock_gettime(3), macOS). Zero where there is none: on Windows the usual clock counts sleep (QueryPerformanceCounter).
fn machine_with_sleep() -> Duration {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let clock = Some(rustix::time::ClockId::Boottime);
    #[cfg(target_vendor = "apple")]
    let clock = Some(rustix::time::ClockId::Monotonic);
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    return clock
        .and_then(|clock| Duration::try_from(rustix::time::clock_gettime(clock)).ok())
        .unwrap_or_default();
    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    return Duration::ZERO;
}

impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        Clock::now(self)
    }
}
