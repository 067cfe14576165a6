//! The one wait loop: ask, and while the answer is "not yet", ask again until a deadline.
//!
//! Everything that takes time goes through here: a role that has not propagated, a stream that is not ACTIVE, a test
//! event that has not arrived. Nothing else in logpipe loops over a sleep.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use crate::aws::slot::without;
use crate::clock::Clock;
use crate::wait_for::{LastSeen, WaitFor};

/// What is waited for, and how patiently.
#[derive(Debug, Clone, Copy)]
pub struct Wait {
    /// What.
    pub what: WaitFor,
    /// When to give up.
    pub limit: Duration,
    /// Pause after the first "not yet".
    pub first: Duration,
    /// Longest pause.
    pub longest: Duration,
}

impl Wait {
    /// The pauses double from `first` up to `longest`, each a quarter more or less by who waits, so that many waits
    /// that began together do not ask together. The same wait pauses the same each time.
    fn pause(&self, attempt: u32, who: &impl Hash) -> Duration {
        let doubled = self.first.saturating_mul(2u32.saturating_pow(attempt.min(16))).min(self.longest);
        let mut hasher = DefaultHasher::new();
        (who, attempt).hash(&mut hasher);
        let percent = u32::try_from(hasher.finish() % 51).unwrap_or(0);
        doubled * (75 + percent) / 100
    }
}

/// One answer while waiting.
#[derive(Debug)]
pub enum Answer<T> {
    /// It is true.
    Ready(T),
    /// Not yet; what was seen.
    NotYet(LastSeen),
}

/// The wait ended without success.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("waited {} s for {what}; last seen: {last}", limit.as_secs())]
pub struct TimedOut {
    /// What was waited for.
    pub what: WaitFor,
    /// How long.
    pub limit: Duration,
    /// The last "not yet".
    pub last: LastSeen,
}

/// Asks until ready, an error, or the deadline. `who` spreads the pauses; `tell` hears every "not yet" with the time waited so far.
///
/// # Errors
/// The error of `ask`, or [`TimedOut`] made into one.
pub async fn until<T, E, F, Fut>(
    wait: Wait,
    clock: Clock,
    who: &impl Hash,
    mut tell: impl FnMut(&LastSeen, Duration),
    mut ask: F,
) -> Result<T, E>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<Answer<T>, E>>,
    E: From<TimedOut>,
{
    let started = clock.elapsed();
    let mut attempt = 0;
    loop {
        let last = match ask().await? {
            Answer::Ready(value) => return Ok(value),
            Answer::NotYet(last) => last,
        };
        let waited = clock.elapsed().saturating_sub(started);
        tell(&last, waited);
        let left = wait.limit.saturating_sub(waited);
        if left.is_zero() {
            return Err(TimedOut { what: wait.what, limit: wait.limit, last }.into());
        }
        // One last look at the deadline itself.
        without(tokio::time::sleep(wait.pause(attempt, who).min(left))).await;
        attempt += 1;
    }
}

/// Waits for the whole limit, because nothing signals the end.
pub async fn pass(wait: Wait, clock: Clock, who: &impl Hash, tell: impl FnMut(&LastSeen, Duration)) {
    let over = clock.elapsed() + wait.limit;
    let ended: Result<(), TimedOut> = until(wait, clock, who, tell, || async {
        let passed = clock.elapsed() >= over;
        Ok(if passed { Answer::Ready(()) } else { Answer::NotYet(LastSeen::status("waiting")) })
    })
    .await;
    // Time that has run out is time that has passed.
    drop(ended);
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIT: Wait = Wait {
        what: WaitFor::StreamActive,
        limit: Duration::from_secs(60),
        first: Duration::from_secs(1),
        longest: Duration::from_secs(10),
    };

    #[tokio::test(start_paused = true)]
    async fn it_asks_until_ready_and_tells_what_it_saw() {
        let mut asked = 0;
        let mut seen = Vec::new();
        let result: Result<u32, TimedOut> = until(
            WAIT,
            Clock::real(),
            &"who",
            |last, waited| seen.push((last.to_string(), waited)),
            || {
                asked += 1;
                let ready = asked == 4;
                async move {
                    Ok(if ready { Answer::Ready(7) } else { Answer::NotYet(LastSeen::status("CREATING")) })
                }
            },
        )
        .await;
        assert_eq!(result, Ok(7));
        let pauses: Vec<Duration> = seen.windows(2).map(|pair| pair[1].1 - pair[0].1).collect();
        assert!(seen.iter().all(|(last, _)| last == "CREATING") && seen.len() == 3);
        assert!((750..=1250).contains(&pauses[0].as_millis()), "{pauses:?}");
        assert!((1500..=2500).contains(&pauses[1].as_millis()), "{pauses:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn it_gives_up_at_the_deadline_with_the_last_status() {
        let clock = Clock::real();
        let result: Result<(), TimedOut> = until(
            WAIT,
            clock,
            &"who",
            |_, _| {},
            || async { Ok(Answer::NotYet(LastSeen::status("CREATING"))) },
        )
        .await;
        assert_eq!(
            result.unwrap_err().to_string(),
            "waited 60 s for the stream to become ACTIVE; last seen: CREATING"
        );
        assert_eq!(clock.elapsed().as_secs(), 60);
    }
}
