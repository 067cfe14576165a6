//! The time by AWS's clocks, which date everything that verify searches for: log events, objects, their names.
//!
//! Every answer has a `Date`. The machine's own clock may be wrong, and a simulated AWS may be hours ahead of it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use crate::clock::Clock;

/// A `Date` has whole seconds, so what it says was right for this long.
const RESOLUTION: Duration = Duration::from_secs(1);

/// AWS's time. Cheap to clone; all clones learn together.
#[derive(Debug, Clone)]
pub struct ServerTime {
    clock: Clock,
    ahead: Arc<Mutex<time::Duration>>,
}

impl ServerTime {
    /// The machine's own time, until an answer says otherwise.
    pub(in crate::aws) fn new(clock: Clock) -> Self {
        Self { clock, ahead: Arc::default() }
    }

    /// Now, as AWS would say.
    pub fn now(&self) -> SystemTime {
        self.clock.now() + *self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what an answer said that has just come and took so long. As long as the clocks may agree they do; otherwise
    /// they are as little apart as they can be.
    pub(in crate::aws) fn note(&self, said: SystemTime, took: Duration) {
        let now = self.clock.now();
        let (least, most) = (ahead(said, now), ahead(said + RESOLUTION, now - took));
        let ahead = time::Duration::ZERO.max(least).min(most);
        *self.ahead.lock().unwrap_or_else(PoisonError::into_inner) = ahead;
    }
}

/// How far a time is ahead of another; negative where it is behind.
fn ahead(time: SystemTime, of: SystemTime) -> time::Duration {
    time::OffsetDateTime::from(time) - time::OffsetDateTime::from(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By how many milliseconds the server is taken to be ahead after an answer that took two seconds.
    async fn check(said_ahead_ms: i64, expect_ms: i64) {
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let clock = Clock::starting_at(start);
        let server = ServerTime::new(clock);
        server.note(start + time::Duration::milliseconds(said_ahead_ms), Duration::from_secs(2));
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(
            ahead(server.now(), clock.now()).whole_milliseconds(),
            i128::from(expect_ms),
            "{said_ahead_ms}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn clocks_that_may_agree_do_and_others_are_as_near_as_can_be() {
        check(0, 0).await;
        // Said when it was asked, two seconds ago, by a second that had nearly passed.
        check(-2_999, 0).await;
        check(-3_500, -500).await;
        check(1, 1).await;
        check(3_600_000, 3_600_000).await;
        check(-3_600_000, -3_597_000).await;
    }
}
