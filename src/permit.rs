//! Permission to make writing calls, and when it ends.
//!
//! Owns only the interface: `record/` grants permission while it keeps other runs away, and `aws/` asks for it before
//! every attempt of a writing call.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};

use crate::clock::Clock;

/// Leave to make writing calls.
#[derive(Debug, Clone)]
pub struct Permit(Option<Arc<Term>>);

/// Permission that ends.
#[derive(Debug)]
struct Term {
    clock: Clock,
    standing: watch::Sender<Standing>,
    asked: Notify,
}

#[derive(Debug, Clone)]
enum Standing {
    /// Until then, by the clock's elapsed time with sleep.
    Until(Duration),
    /// For good; why.
    Over(String),
}

/// There is no leave, so that the call was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it was not sent: {0}")]
pub struct Lapsed(String);

impl Lapsed {
    /// For a reason of its own.
    pub(crate) fn because(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

impl Permit {
    /// Permission that does not end, for when nobody else can write while this process lives, or when the writes
    /// disturb nobody.
    pub fn unlimited() -> Self {
        Self(None)
    }

    /// Whether it may come to an end.
    pub fn ends(&self) -> bool {
        self.0.is_some()
    }

    /// Whether a call may be sent now.
    ///
    /// # Errors
    /// When the time is over, or the leave is.
    pub fn check(&self) -> Result<(), Lapsed> {
        let Some(term) = &self.0 else { return Ok(()) };
        match &*term.standing.borrow() {
            Standing::Until(until) if term.clock.elapsed_with_sleep() < *until => Ok(()),
            Standing::Until(_) => Err(Lapsed("its permission has expired".to_owned())),
            Standing::Over(why) => Err(Lapsed(why.clone())),
        }
    }

    /// Waits until a call may be sent. Where the time is over, whoever gives leave finds out first whether it still can.
    ///
    /// # Errors
    /// When the leave is over.
    pub async fn granted(&self) -> Result<(), Lapsed> {
        let Some(term) = &self.0 else { return Ok(()) };
        let mut standing = term.standing.subscribe();
        loop {
            match &*standing.borrow_and_update() {
                Standing::Until(until) if term.clock.elapsed_with_sleep() < *until => return Ok(()),
                Standing::Until(_) => term.asked.notify_one(),
                Standing::Over(why) => return Err(Lapsed(why.clone())),
            }
            if standing.changed().await.is_err() {
                return Err(Lapsed("permission is no longer granted".to_owned()));
            }
        }
    }
}

/// Who gives leave, and takes it back when dropped.
#[derive(Debug)]
pub(crate) struct Issuer(Arc<Term>);

impl Issuer {
    /// Gives leave until then, by the clock's elapsed time with sleep.
    pub(crate) fn new(clock: Clock, until: Duration) -> Self {
        let (standing, _) = watch::channel(Standing::Until(until));
        Self(Arc::new(Term { clock, standing, asked: Notify::new() }))
    }

    /// The leave that is given.
    pub(crate) fn permit(&self) -> Permit {
        Permit(Some(Arc::clone(&self.0)))
    }

    /// Gives it until later.
    pub(crate) fn extend(&self, until: Duration) {
        self.0.standing.send_replace(Standing::Until(until));
    }

    /// Takes it back for good.
    pub(crate) fn withdraw(&self, why: impl Into<String>) {
        self.0.standing.send_replace(Standing::Over(why.into()));
    }

    /// Waits until somebody has found the time to be over.
    pub(crate) async fn asked(&self) {
        self.0.asked.notified().await;
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.0.standing.send_if_modified(|standing| {
            let given = matches!(standing, Standing::Until(_));
            if given {
                *standing = Standing::Over("the run has ended".to_owned());
            }
            given
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn it_ends_with_its_time_and_whoever_asks_waits_for_an_answer() {
        let clock = Clock::real();
        let issuer = Issuer::new(clock, MINUTE);
        let permit = issuer.permit();
        assert_eq!((permit.check(), permit.granted().await), (Ok(()), Ok(())));
        tokio::time::advance(MINUTE).await;
        assert!(permit.check().is_err());
        let answer = async {
            issuer.asked().await;
            issuer.extend(clock.elapsed_with_sleep() + MINUTE);
        };
        assert_eq!(tokio::join!(permit.granted(), answer).0, Ok(()));
        assert_eq!(permit.check(), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_over_for_good_when_it_is_withdrawn_or_nobody_gives_it() {
        let issuer = Issuer::new(Clock::real(), MINUTE);
        let permit = issuer.permit();
        issuer.withdraw("another run took over");
        assert_eq!(permit.check().unwrap_err().to_string(), "it was not sent: another run took over");
        drop(issuer);
        assert_eq!(permit.granted().await, Err(Lapsed("another run took over".to_owned())));
        let permit = Issuer::new(Clock::real(), MINUTE).permit();
        assert_eq!(permit.granted().await, Err(Lapsed("the run has ended".to_owned())));
        assert_eq!(Permit::unlimited().granted().await, Ok(()));
    }
}
