//! What of a bucket is only eventually consistent: whether it is found, what its configuration reads as, and whether a
//! change of it collides with another (Amazon S3 User Guide, "Amazon S3 data consistency model": bucket configurations
//! have an eventual consistency model).
//!
//! Nothing of it happens unless a seed decides.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::faults::fault::Fault;
use crate::faults::rng::Rng;
use crate::principals::PolicyText;
use crate::protocol::xml::Element;
use crate::state::world::World;

use super::exchange::Exchange;
use super::routing::is_subresource;

/// How long a new bucket may not be found.
const HIDDEN_MS: u64 = 10_000;
/// How long a change of a bucket's configuration keeps others out.
const BUSY_MS: u64 = 100;
/// How long the configuration may read as it was before.
const STALE_MS: u64 = 20_000;
/// How long the name of a deleted bucket may not be free.
const TAKEN_MS: u64 = 60_000;

/// What is still to settle of a bucket.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Settling {
    hidden_until_ms: u64,
    busy_until_ms: u64,
    /// Sub-resources as they read until a time.
    former: BTreeMap<String, (u64, Option<Element>)>,
    /// The policy that is in force until a time.
    former_policy: Option<(u64, Option<PolicyText>)>,
}

impl Settling {
    /// That of a new bucket.
    pub(crate) fn of_new(rng: &mut Rng, now_ms: u64) -> Self {
        Self { hidden_until_ms: now_ms + rng.between(0, 0, HIDDEN_MS), ..Self::default() }
    }

    /// Notes that a sub-resource was changed from this.
    pub(crate) fn changed(&mut self, until_ms: u64, name: &str, from: Option<Element>) {
        let (until, _) = self.former.entry(name.to_owned()).or_insert((until_ms, from));
        *until = until_ms.max(*until);
    }

    /// How a sub-resource reads, if it does not read as it is.
    pub(crate) fn former(&self, now_ms: u64, name: &str) -> Option<&Option<Element>> {
        self.former.get(name).filter(|(until, _)| *until > now_ms).map(|(_, document)| document)
    }

    /// Notes that the policy was changed from this.
    pub(crate) fn changed_policy(&mut self, until_ms: u64, from: Option<PolicyText>) {
        let (until, _) = self.former_policy.get_or_insert((until_ms, from));
        *until = until_ms.max(*until);
    }

    /// The policy in force, if it is not the one that was put last.
    pub(crate) fn former_policy(&self, now_ms: u64) -> Option<Option<&PolicyText>> {
        let (_, policy) = self.former_policy.as_ref().filter(|(until, _)| *until > now_ms)?;
        Some(policy.as_ref())
    }

    fn forget(&mut self, now_ms: u64) {
        self.former.retain(|_, (until, _)| *until > now_ms);
        self.former_policy.take_if(|(until, _)| *until <= now_ms);
    }
}

/// Until when a change that is made now may not be seen.
pub(crate) fn stale_until(world: &mut World) -> u64 {
    world.now_ms + world.rng.between(0, 0, STALE_MS)
}

/// Keeps the name of a deleted bucket for a while.
pub(crate) fn free_later(world: &mut World, name: &str) {
    let until_ms = world.now_ms + world.rng.between(0, 0, TAKEN_MS);
    if until_ms > world.now_ms {
        world.freed_buckets.insert(name.to_owned(), until_ms);
    }
}

/// Refuses to make a bucket while one of its name is still being deleted.
pub(crate) fn check_free(world: &mut World, exchange: &Exchange<'_>) -> Result<(), Fault> {
    let now_ms = world.now_ms;
    world.freed_buckets.retain(|_, until_ms| *until_ms > now_ms);
    if world.freed_buckets.contains_key(&exchange.target.bucket) { Err(aborted()) } else { Ok(()) }
}

/// Lets a call about a sub-resource through, or answers it as S3 does while the bucket settles.
pub(crate) fn admit(world: &mut World, exchange: &Exchange<'_>) -> Result<(), Fault> {
    let now_ms = world.now_ms;
    let (rng, target) = (&mut world.rng, &exchange.target);
    let Some(bucket) = world.buckets.get_mut(&target.bucket).filter(|_| is_subresource(target)) else {
        return Ok(());
    };
    let settling = &mut bucket.settling;
    settling.forget(now_ms);
    if settling.hidden_until_ms > now_ms && rng.once_in(2) {
        return Err(exchange.no_such_bucket());
    }
    if *exchange.request.method() == http::Method::GET {
        return Ok(());
    }
    if settling.busy_until_ms > now_ms && rng.once_in(2) {
        return Err(aborted());
    }
    settling.busy_until_ms = now_ms + rng.between(0, 0, BUSY_MS);
    Ok(())
}

fn aborted() -> Fault {
    Fault::conflict(
        "OperationAborted",
        "A conflicting conditional operation is currently in progress against this resource. Please try again.",
    )
}
