//! What a kind works with: one address, the clients of its account, and a way to wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::address::{AccountId, Address, KindName, Partition, Region};
use crate::aws::accounts::Connection;
use crate::aws::call::{CallError, CallPlace};
use crate::aws::clients::Clients;
use crate::aws::meter::{Scope, current, doubted, within};
use crate::aws::moved::Moved;
use crate::aws::pages::Pages;
use crate::aws::wait::{self, Answer, TimedOut, Wait};
use crate::clock::Clock;
use crate::event::{Event, Events};
use crate::wait_for::{LastSeen, WaitFor};

/// How long "not propagated yet" is believed after something a step needs was made.
///
/// Two minutes is what Terraform's AWS provider waits for IAM in its `propagationTimeout`; AWS publishes no figure.
pub(crate) const PROPAGATION: Wait = Wait {
    what: WaitFor::IamPropagation,
    limit: Duration::from_secs(120),
    first: Duration::from_secs(2),
    longest: Duration::from_secs(10),
};

/// Why a step could not be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// AWS answered with an error.
    #[error(transparent)]
    Call(#[from] CallError),
    /// Something did not become true in time.
    #[error(transparent)]
    TimedOut(#[from] TimedOut),
    /// AWS reports that the resource has failed for good.
    #[error("AWS reports {status}: {why}")]
    Failed {
        /// The status AWS gives.
        status: String,
        /// AWS's description.
        why: String,
    },
    /// Somebody has changed it since the plan was made, and it was not written over.
    #[error("{0}")]
    Moved(Moved),
    /// What a plan has read is of another kind than what it is to become: a fault of logpipe's own.
    #[error("{address} is planned as {planned}, but what was read is {read}")]
    Mismatch {
        /// What is concerned.
        address: Box<Address>,
        /// What it is to be.
        planned: KindName,
        /// What was read.
        read: KindName,
    },
}

/// One resource's place in AWS.
#[derive(Debug)]
pub struct Target<'a> {
    /// Its address.
    pub address: &'a Address,
    /// Its account's id.
    pub account: &'a AccountId,
    role: Option<String>,
    partition: Partition,
    clients: Arc<Clients>,
    clock: Clock,
    events: Events,
    fresh: bool,
    ours: bool,
    needs: &'a [Address],
    written: AtomicU32,
    doubtful: AtomicBool,
    was_there: AtomicBool,
}

impl<'a> Target<'a> {
    pub(crate) fn new(
        address: &'a Address,
        connection: &'a Connection,
        clock: Clock,
        events: Events,
        fresh: bool,
    ) -> Self {
        Self {
            address,
            account: &connection.id,
            role: connection.role.clone(),
            partition: connection.partition(),
            clients: connection.clients(address.place.region()),
            clock,
            events,
            fresh,
            ours: false,
            needs: &[],
            written: AtomicU32::new(0),
            doubtful: AtomicBool::new(false),
            was_there: AtomicBool::new(false),
        }
    }

    /// Records what the resource needs; its deletion may need these names.
    pub(crate) fn needing(self, needs: &'a [Address]) -> Self {
        Self { needs, ..self }
    }

    /// Says whether an earlier run made it, or began to.
    pub(crate) fn known_as_ours(self, ours: bool) -> Self {
        Self { ours, ..self }
    }

    /// Whether an earlier run made it, or began to. What turns out to be there although it was not seen is that.
    pub(crate) fn is_ours(&self) -> bool {
        self.ours
    }

    /// The names of what it needs of one kind.
    pub(crate) fn needed(&self, kind: KindName) -> impl Iterator<Item = &'a str> {
        self.needs.iter().filter(move |need| need.kind == kind).map(|need| need.name.as_str())
    }

    /// The name in the address.
    pub(crate) fn name(&self) -> &str {
        &self.address.name
    }

    /// The region of the address; kinds in a region only.
    pub(crate) fn region(&self) -> &str {
        self.address.place.region().map_or("global", Region::as_str)
    }

    /// The partition of the account.
    pub(crate) fn partition(&self) -> Partition {
        self.partition
    }

    pub(crate) fn clients(&self) -> &Clients {
        &self.clients
    }

    /// How many writing calls have succeeded.
    pub(crate) fn written(&self) -> u32 {
        self.written.load(Ordering::Relaxed)
    }

    /// Whether a writing call was sent and never answered, even if a retry of it was refused.
    pub(crate) fn doubtful(&self) -> bool {
        self.doubtful.load(Ordering::Relaxed)
    }

    /// Notes that somebody else made it first, and that it is used as it is.
    pub(crate) fn found_there(&self) {
        self.was_there.store(true, Ordering::Relaxed);
    }

    /// Whether somebody else made it first. In doubt it may have been us.
    pub(crate) fn was_there(&self) -> bool {
        self.was_there.load(Ordering::Relaxed) && !self.doubtful()
    }

    /// Makes a reading call.
    pub(crate) async fn read<T, E, F>(&self, operation: &'static str, call: F) -> Result<T, CallError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        // The SDK's futures are tens of kilobytes; on the heap they do not add up on the stack.
        Box::pin(call).await.map_err(|error| CallError::from_sdk(operation, self.place(), &error))
    }

    /// A paginated list; `ask` fetches each page by its token.
    pub(crate) fn pages<F>(&self, operation: &'static str, ask: F) -> Pages<F> {
        Pages::new(operation, self.place(), ask)
    }

    /// Makes a writing call, and counts it when it succeeds.
    pub(crate) async fn write<T, E, F>(&self, operation: &'static str, call: F) -> Result<T, CallError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        // On the heap before anything is put around it.
        let (answer, unanswered) = doubted(self.read(operation, Box::pin(call))).await;
        match &answer {
            Ok(_) => drop(self.written.fetch_add(1, Ordering::Relaxed)),
            Err(_) => drop(self.doubtful.fetch_or(unanswered, Ordering::Relaxed)),
        }
        answer
    }

    /// Whether something this step needs was made or changed a moment ago. Only then does "role cannot be assumed"
    /// mean "not yet"; otherwise the same words mean a mistake, and are reported at once.
    pub(crate) fn fresh(&self) -> bool {
        self.fresh
    }

    /// Repeats `attempt` while it fails with an error that `passing` knows to pass.
    pub(crate) async fn retrying<T, E, F, Fut>(
        &self,
        wait: Wait,
        passing: impl Fn(&CallError) -> bool,
        attempt: F,
    ) -> Result<T, StepError>
    where
        F: Fn() -> Fut,
        Fut: Future<Output = Result<T, E>>,
        E: Into<StepError>,
    {
        let mut again = false;
        let passing = &passing;
        self.until(wait, || {
            let scope = if again { Scope::Wait(self.address.clone()) } else { current() };
            again = true;
            let attempt = Box::pin(attempt());
            async move {
                match within(scope, attempt).await.map_err(Into::into) {
                    Ok(value) => Ok(Answer::Ready(value)),
                    Err(StepError::Call(error)) if passing(&error) => {
                        Ok(Answer::NotYet(LastSeen::Words(last_words(&error))))
                    }
                    Err(error) => Err(error),
                }
            }
        })
        .await
    }

    /// Polls until ready. Its calls count as waiting, not as work.
    pub(crate) async fn poll<T, F, Fut>(&self, wait: Wait, ask: F) -> Result<T, StepError>
    where
        F: Fn() -> Fut,
        Fut: Future<Output = Result<Answer<T>, StepError>>,
    {
        let scope = Scope::Wait(self.address.clone());
        self.until(wait, || within(scope.clone(), ask())).await
    }

    /// Lets time pass that nothing in AWS tells the end of.
    pub(crate) async fn pass(&self, wait: Wait) {
        wait::pass(wait, self.clock, self.address, self.teller(wait)).await;
    }

    async fn until<T, F, Fut>(&self, wait: Wait, ask: F) -> Result<T, StepError>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<Answer<T>, StepError>>,
    {
        wait::until(wait, self.clock, self.address, self.teller(wait), ask).await
    }

    /// Tells who watches how a wait stands.
    fn teller(&self, wait: Wait) -> impl FnMut(&LastSeen, Duration) {
        move |last, waited| {
            self.events.send(Event::StepWaiting {
                address: self.address.clone(),
                what: wait.what,
                last: last.clone(),
                waited,
                limit: wait.limit,
            });
        }
    }

    /// Where and as whom its calls are made.
    pub(crate) fn place(&self) -> CallPlace {
        CallPlace { account: self.account.clone(), region: self.region().to_owned(), role: self.role.clone() }
    }
}

fn last_words(error: &CallError) -> String {
    match &error.code {
        Some(code) => format!("{code}: {}", error.message),
        None => error.message.clone(),
    }
}
