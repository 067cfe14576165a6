//! Limits calls to the rates that AWS accepts, so that throttling is the exception.
//!
//! Calls of one account, region and operation pass one gate, in the order they came; other gates are not touched, so
//! one account's limit delays no other account. A gate lets a second's worth through at once and holds back only what
//! would exceed it. A throttling answer closes its gate for a moment, for everybody who waits there.
//!
//! The SDK asks its identity cache before it signs each attempt, retries included, and waits for the answer. That is
//! the one place that every attempt passes and that may wait, so [`Caller`] stands in front of the cache there. Hooks
//! of interceptors cannot wait, and an HTTP client would hold back requests that are signed already. A writing attempt
//! whose turn it is waits there for leave too (`fence.rs`).

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::identity::{
    IdentityFuture, ResolveCachedIdentity, SharedIdentityCache, SharedIdentityResolver,
};
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextMut, BeforeTransmitInterceptorContextMut,
    FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, Metadata};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};
use aws_types::region::Region;

use crate::aws::fence;
use crate::aws::limits::{self, Limit, Shared};
use crate::clock::Clock;

/// The second that rates are counted over, and a little more: what is sent evenly arrives less so.
const WINDOW: Duration = Duration::from_millis(1_050);

/// How long a gate stays closed after a throttling answer: what was counted against us is over then, and others who
/// call from the same account had a second for themselves.
const PAUSE: Duration = Duration::from_secs(2);

/// Words of throttling answers, in every spelling of the services.
const THROTTLED: [&str; 4] = ["Throttling", "TooManyRequests", "RequestLimitExceeded", "Rate exceeded"];

/// All gates of a run. Cheap to clone; all clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Pace {
    clock: Clock,
    gates: Arc<Mutex<BTreeMap<Key, Arc<Gate>>>>,
}

/// Whose calls are counted together: caller, service, and region and operation where they matter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    caller: String,
    service: String,
    region: Option<String>,
    operation: Option<String>,
}

#[derive(Debug)]
struct Gate {
    rate: usize,
    /// Whoever holds it is at the head of the queue.
    head: tokio::sync::Mutex<()>,
    /// The last calls that were let through, oldest first.
    passed: Mutex<VecDeque<Passed>>,
    closed_until: Mutex<Duration>,
}

/// A call that was let through.
#[derive(Debug, Clone, Copy)]
struct Passed {
    /// When it was sent, or was let through if it has not been sent yet.
    at: Duration,
    is_sent: bool,
}

impl Pace {
    /// No call has been made yet.
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, gates: Arc::default() }
    }

    /// The pace of one caller: an account, or another name for credentials whose account is not known yet.
    pub(crate) fn of(&self, name: impl Into<String>) -> Caller {
        Caller { name: name.into(), pace: self.clone() }
    }

    fn gate(&self, key: Key, limit: Limit) -> Arc<Gate> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(gates.entry(key).or_insert_with(|| Arc::new(Gate::new(limit.rate))))
    }
}

impl Gate {
    fn new(rate: usize) -> Self {
        Self {
            rate,
            head: tokio::sync::Mutex::default(),
            passed: Mutex::default(),
            closed_until: Mutex::default(),
        }
    }

    /// Waits for a turn. Whoever gives up waiting has taken none.
    async fn pass(&self, clock: Clock) {
        let _head = self.head.lock().await;
        loop {
            let wait = self.opens().saturating_sub(clock.elapsed());
            if wait.is_zero() {
                break;
            }
            // Asked again afterwards: the gate may have been closed meanwhile, or a call may have been sent late.
            tokio::time::sleep(wait).await;
        }
        let mut passed = self.passed();
        if passed.len() >= self.rate {
            passed.pop_front();
        }
        passed.push_back(Passed { at: clock.elapsed(), is_sent: false });
    }

    /// When the next call may go, since the command started.
    fn opens(&self) -> Duration {
        let closed = *self.closed_until.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = self.passed();
        let full = passed.front().filter(|_| passed.len() >= self.rate).map(|first| first.at + WINDOW);
        full.unwrap_or_default().max(closed)
    }

    /// A call that was let through is sent now. AWS counts it from now on, and so does the gate.
    fn sent(&self, now: Duration) {
        let mut passed = self.passed();
        if let Some(first) = passed.iter().position(|call| !call.is_sent) {
            passed.remove(first);
            passed.push_back(Passed { at: now, is_sent: true });
        }
    }

    fn passed(&self) -> MutexGuard<'_, VecDeque<Passed>> {
        self.passed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self, until: Duration) {
        let mut closed = self.closed_until.lock().unwrap_or_else(PoisonError::into_inner);
        *closed = until.max(*closed);
    }
}

/// The gate that every attempt of a call passes. It is found once a call.
#[derive(Debug, Clone)]
pub(in crate::aws) struct Turn(Arc<Gate>);

impl Storable for Turn {
    type Storer = StoreReplace<Self>;
}

impl Turn {
    /// An attempt is sent now: between its turn and that, it may have waited until fewer calls were on the wire.
    pub(in crate::aws) fn sent(&self, now: Duration) {
        self.0.sent(now);
    }
}

/// The pace of one caller's clients.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    name: String,
    pace: Pace,
}

impl Caller {
    /// The same for another caller of the run.
    pub(crate) fn other(&self, name: impl Into<String>) -> Self {
        self.pace.of(name)
    }

    /// An identity cache that answers when it is a call's turn.
    pub(crate) fn before(&self, cache: Option<SharedIdentityCache>) -> InTurn {
        let cache = cache.unwrap_or_else(|| aws_config::identity::IdentityCache::lazy().build());
        InTurn { clock: self.pace.clock, cache }
    }

    /// The gate that a call has to pass, if its operation has a limit.
    fn gate(&self, bag: &ConfigBag) -> Option<Arc<Gate>> {
        let metadata = bag.load::<Metadata>()?;
        let region = bag.load::<Region>().map(Region::as_ref).unwrap_or_default();
        let limit = limits::of(metadata.service(), metadata.name(), region)?;
        let key = Key {
            caller: self.name.clone(),
            service: metadata.service().to_owned(),
            region: (limit.shared != Shared::Account).then(|| region.to_owned()),
            operation: (limit.shared == Shared::Operation).then(|| metadata.name().to_owned()),
        };
        Some(self.pace.gate(key, limit))
    }
}

impl Intercept for Caller {
    fn name(&self) -> &'static str {
        "Pace"
    }

    /// Once a call, and the first time that it is known which.
    fn modify_before_serialization(
        &self,
        _context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(gate) = self.gate(bag) {
            bag.interceptor_state().store_put(Turn(gate));
        }
        Ok(())
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(turn) = bag.load::<Turn>() {
            context.request_mut().add_extension(turn.clone());
        }
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if context.response().is_some_and(throttled)
            && let Some(Turn(gate)) = bag.load::<Turn>()
        {
            gate.close(self.pace.clock.elapsed() + PAUSE);
        }
        Ok(())
    }
}

/// Whether AWS answered that the call came too fast.
pub(in crate::aws) fn throttled(response: &HttpResponse) -> bool {
    let status = response.status();
    let body = || String::from_utf8_lossy(response.body().bytes().unwrap_or_default());
    status.as_u16() == 429 || (!status.is_success() && THROTTLED.iter().any(|word| body().contains(word)))
}

/// An identity cache behind the gate of each call.
#[derive(Debug)]
pub(crate) struct InTurn {
    clock: Clock,
    cache: SharedIdentityCache,
}

impl ResolveCachedIdentity for InTurn {
    fn resolve_cached_identity<'a>(
        &'a self,
        resolver: SharedIdentityResolver,
        components: &'a RuntimeComponents,
        bag: &'a ConfigBag,
    ) -> IdentityFuture<'a> {
        IdentityFuture::new(async move {
            if let Some(Turn(gate)) = bag.load::<Turn>() {
                gate.pass(self.clock).await;
            }
            fence::granted(bag).await?;
            self.cache.resolve_cached_identity(resolver, components, bag).await
        })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;

    use super::*;

    /// When each of `calls` passes, in milliseconds.
    async fn passed(gate: &Gate, clock: Clock, calls: usize) -> Vec<u128> {
        join_all((0..calls).map(|_| async {
            gate.pass(clock).await;
            clock.elapsed().as_millis()
        }))
        .await
    }

    #[tokio::test(start_paused = true)]
    async fn a_seconds_worth_goes_at_once_and_the_rest_in_order() {
        let (gate, clock) = (Gate::new(3), Clock::real());
        assert_eq!(passed(&gate, clock, 7).await, [0, 0, 0, 1050, 1050, 1050, 2100]);
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert_eq!(passed(&gate, clock, 3).await, [7100, 7100, 7100], "what is slow is never held back");
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_is_sent_late_counts_from_then_on() {
        let (gate, clock) = (Gate::new(2), Clock::real());
        assert_eq!(passed(&gate, clock, 2).await, [0, 0]);
        tokio::time::sleep(Duration::from_millis(100)).await;
        gate.sent(clock.elapsed());
        tokio::time::sleep(Duration::from_millis(100)).await;
        gate.sent(clock.elapsed());
        assert_eq!(passed(&gate, clock, 2).await, [1150, 1250]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_already_waits_for_a_closed_gate_too() {
        let (gate, clock) = (Gate::new(1), Clock::real());
        let close = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            gate.close(clock.elapsed() + PAUSE);
        };
        let (times, ()) = tokio::join!(passed(&gate, clock, 3), close);
        assert_eq!(times, [0, 2500, 3550]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_takes_no_turn() {
        let (gate, clock) = (Gate::new(1), Clock::real());
        gate.pass(clock).await;
        let impatient = tokio::time::timeout(Duration::from_millis(100), gate.pass(clock)).await;
        assert!(impatient.is_err());
        assert_eq!(passed(&gate, clock, 1).await, [1050]);
    }
}
