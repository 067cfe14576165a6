//! Counts the calls that are really sent, knows which of them had to wait for one another, and reads AWS's time from
//! the answers.
//!
//! Every attempt is recorded with the scope it was made in (one resource's read, one step). Calls of different
//! scopes are independent unless the graph says otherwise, so the critical path of a run is computed from the
//! graph over the depth of each scope, not from when calls happened to run.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};

use crate::address::Address;
use crate::aws::date::date_of;
use crate::aws::pace::throttled;
use crate::aws::server_time::ServerTime;
use crate::clock::Clock;

/// What a call was made for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Getting into an account.
    Access(String),
    /// Finding accounts through an organisation.
    Members(String),
    /// Finding log groups by glob.
    Discover(String),
    /// Reading one resource.
    Read(Address),
    /// Carrying out one step.
    Step(Address),
    /// Polling for something to become true; not on anybody's path but the wait's.
    Wait(Address),
    /// Reading and writing the record, one call after the other.
    Record,
    /// Anything else, verify for one.
    Other,
}

tokio::task_local! {
    static SCOPE: Scope;
    static UNANSWERED: Cell<bool>;
}

/// Runs `future` with its calls counted under `scope`.
pub(crate) async fn within<F: Future>(scope: Scope, future: F) -> F::Output {
    SCOPE.scope(scope, future).await
}

/// The scope of the running task.
pub(crate) fn current() -> Scope {
    SCOPE.try_with(Clone::clone).unwrap_or(Scope::Other)
}

/// Runs one call, and tells whether any of its attempts came back without AWS's word on it. The SDK repeats those by
/// itself, so an error of the last attempt may be about what the first one did.
pub(crate) async fn doubted<F: Future>(call: F) -> (F::Output, bool) {
    UNANSWERED
        .scope(Cell::new(false), async {
            let output = call.await;
            (output, UNANSWERED.with(Cell::get))
        })
        .await
}

/// One call, as sent.
#[derive(Debug)]
struct Sent {
    /// What it was made for.
    scope: Scope,
    /// Since the command started.
    from: Duration,
    /// Since the command started; equal to `from` while no answer has come.
    until: Duration,
}

/// Counts calls. Cheap to clone; all clones count together.
#[derive(Debug, Clone)]
pub struct Meter {
    clock: Clock,
    sent: Arc<Mutex<Vec<Sent>>>,
    throttled: Arc<AtomicUsize>,
    server_time: ServerTime,
}

#[derive(Debug)]
struct Index(usize);

impl Storable for Index {
    type Storer = StoreReplace<Self>;
}

impl Meter {
    /// A meter that has counted nothing.
    pub fn new(clock: Clock) -> Self {
        Self { clock, sent: Arc::default(), throttled: Arc::default(), server_time: ServerTime::new(clock) }
    }

    /// What time it is in AWS, as far as answers have told.
    pub fn server_time(&self) -> &ServerTime {
        &self.server_time
    }

    fn sent(&self) -> MutexGuard<'_, Vec<Sent>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many calls were sent so far, retries and polls included.
    pub fn total(&self) -> usize {
        self.sent().len()
    }

    /// How many of them were polls.
    pub fn waiting(&self) -> usize {
        self.sent().iter().filter(|call| matches!(call.scope, Scope::Wait(_))).count()
    }

    /// How many of them came faster than AWS takes them.
    pub fn throttled(&self) -> usize {
        self.throttled.load(Ordering::Relaxed)
    }

    /// For every scope, how many of its calls had to follow one another.
    pub fn depths(&self) -> BTreeMap<Scope, usize> {
        let sent = self.sent();
        let mut calls: Vec<&Sent> = sent.iter().collect();
        calls.sort_by_key(|call| (&call.scope, call.until));
        let by_scope = calls.chunk_by(|one, next| one.scope == next.scope);
        by_scope.map(|calls| (calls[0].scope.clone(), depth(calls))).collect()
    }
}

/// The longest chain of calls in which each starts after the one before has ended. The calls are in the order of their ends.
fn depth(calls: &[&Sent]) -> usize {
    let mut chain = 0;
    let mut free_from = None;
    for call in calls {
        if free_from.is_none_or(|end| call.from >= end) {
            chain += 1;
            free_from = Some(call.until);
        }
    }
    chain
}

impl Intercept for Meter {
    fn name(&self) -> &'static str {
        "Meter"
    }

    /// Nothing of this attempt has been sent yet.
    fn read_before_attempt(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        bag.interceptor_state().unset::<Index>();
        Ok(())
    }

    /// After an attempt's wait for its turn, so that who gives up waiting has made no call.
    fn read_before_transmit(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let now = self.clock.elapsed();
        let index = {
            let mut sent = self.sent();
            sent.push(Sent { scope: current(), from: now, until: now });
            sent.len() - 1
        };
        bag.interceptor_state().store_put(Index(index));
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let throttled = context.response().is_some_and(throttled);
        self.throttled.fetch_add(usize::from(throttled), Ordering::Relaxed);
        let said = context.response().map(|response| response.status());
        let broke_off = || context.output_or_error().is_some_and(|result| result.is_err());
        // No word, a failure on AWS's side, or a success that cannot be read to its end.
        let sent = bag.load::<Index>().is_some();
        if sent && said.is_none_or(|status| status.is_server_error() || (status.is_success() && broke_off()))
        {
            // Outside of a doubted call nobody asks.
            UNANSWERED.try_with(|unanswered| unanswered.set(true)).unwrap_or_default();
        }
        if let Some(Index(index)) = bag.load::<Index>() {
            let now = self.clock.elapsed();
            if let Some(call) = self.sent().get_mut(*index) {
                call.until = now;
                // What is between here and AWS refuses calls too, and has a clock of its own.
                let answer = context.response().filter(|response| response.status().is_success());
                if let Some(said) = answer.and_then(date_of) {
                    self.server_time.note(said, now - call.from);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(from: u64, until: u64) -> Sent {
        Sent { scope: Scope::Other, from: Duration::from_millis(from), until: Duration::from_millis(until) }
    }

    fn depth_of(calls: &[Sent]) -> usize {
        depth(&calls.iter().collect::<Vec<_>>())
    }

    #[test]
    fn only_calls_that_follow_one_another_add_depth() {
        assert_eq!(depth_of(&[]), 0);
        assert_eq!(depth_of(&[call(0, 50), call(0, 50), call(0, 50)]), 1);
        assert_eq!(depth_of(&[call(0, 50), call(50, 100), call(50, 100)]), 2);
        assert_eq!(depth_of(&[call(0, 50), call(50, 100), call(120, 170)]), 3);
    }
}
