//! How long calls wait for their answers.

use std::time::Duration;

/// Bytes of an object that have to come in every second, over all of it. Half of what a modem brought.
const LEAST_A_SECOND: u64 = 4 * 1024;

/// How long a call waits for answers. What it waits for its turn, and between two attempts, does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    call: Duration,
}

impl Default for Patience {
    /// A minute. The slowest calls that logpipe makes are answered within seconds.
    fn default() -> Self {
        Self { call: Duration::from_secs(60) }
    }
}

impl Patience {
    /// All attempts of one call wait so long together.
    pub fn of_a_call(call: Duration) -> Self {
        Self { call }
    }

    /// How long all attempts of a call wait together.
    pub(super) fn call(self) -> Duration {
        self.call
    }

    /// How long one attempt waits for its answer to begin: half, so that one that is lost is followed by another.
    pub(super) fn attempt(self) -> Duration {
        self.call / 2
    }

    /// How long an object may take after this many bytes have arrived.
    pub(super) fn of_an_object(self, received: u64) -> Duration {
        self.call + Duration::from_secs(received / LEAST_A_SECOND)
    }
}
