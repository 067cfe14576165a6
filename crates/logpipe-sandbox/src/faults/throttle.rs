//! Refuses calls that come faster than AWS takes them, where a test asks for it or a seed decides.
//!
//! Owns the counts, one for each account, region and operation or what shares a limit. The rates are with the services; they are
//! the sandbox's own: they must not agree with the engine's because they are the engine's. AWS does not say how it counts, so a seed
//! chooses between a token bucket and a fixed window for each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fault::Fault;
use crate::dispatch::Call;
use crate::services::Counted;
use crate::state::world::World;

/// A call, in the thousandths that buckets are counted in.
const CALL: u64 = 1_000;
/// The milliseconds of a window.
const SECOND: u64 = 1_000;
/// Whether calls are throttled, and what was counted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Throttle {
    /// Off unless a test switches it on; a seed does so too.
    pub(crate) on: bool,
    counts: BTreeMap<String, Count>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Count {
    /// Fills up steadily, and holds one second's calls.
    Bucket { left: u64, at_ms: u64 },
    /// This many calls in each second, the first of which began with the first call.
    Window { from_ms: u64, calls: u64 },
}

impl Count {
    fn admits(&mut self, now_ms: u64, rate: u64) -> bool {
        match self {
            Self::Bucket { left, at_ms } => {
                *left = (rate * CALL).min(*left + now_ms.saturating_sub(*at_ms) * rate);
                *at_ms = now_ms;
                let admits = *left >= CALL;
                *left -= if admits { CALL } else { 0 };
                admits
            }
            Self::Window { from_ms, calls } => {
                let passed_ms = now_ms.saturating_sub(*from_ms);
                if passed_ms >= SECOND {
                    (*from_ms, *calls) = (now_ms - passed_ms % SECOND, 0);
                }
                let admits = *calls < rate;
                *calls += u64::from(admits);
                admits
            }
        }
    }
}

/// What is counted together.
fn shared(call: &Call) -> String {
    let (account, region, service) = (call.account(), &call.region, call.service.name());
    match call.service.facts().counted {
        Counted::Account => format!("{account}/{service}"),
        Counted::Region => format!("{account}/{region}/{service}"),
        Counted::Operation => format!("{account}/{region}/{service}/{}", call.operation),
    }
}

/// Lets a call through or refuses it.
pub(crate) fn admit(world: &mut World, call: &Call) -> Result<(), Fault> {
    let facts = call.service.facts();
    if facts.slowed_once_in.is_some_and(|calls| world.rng.once_in(calls)) {
        return Err(facts.throttled.fault());
    }
    let on = world.throttle.on || world.rng.is_seeded();
    let rate = call.service.simulation().rate(&call.operation);
    let Some(rate) = rate.filter(|_| on) else { return Ok(()) };
    let (now_ms, rng) = (world.now_ms, &mut world.rng);
    let count = world.throttle.counts.entry(shared(call)).or_insert_with(|| match rng.once_in(2) {
        true => Count::Window { from_ms: now_ms, calls: 0 },
        false => Count::Bucket { left: rate * CALL, at_ms: now_ms },
    });
    if count.admits(now_ms, rate) { Ok(()) } else { Err(facts.throttled.fault()) }
}
