//! How many calls a run made, and how many of them had to follow one another. Pure.

use std::collections::BTreeSet;
use std::fmt;

use crate::address::Address;
use crate::aws::meter::{Meter, Scope};
use crate::graph::Graph;
use crate::graph::dag::{Needs, heaviest_path};
use crate::plan::Plan;

/// The calls of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Calls {
    /// All of them, retries and polls included.
    pub total: usize,
    /// Those on the longest chain: getting in, looking up, reading, then the heaviest path of steps, and
    /// the calls of a record that is not a file. Polls and
    /// repetitions while something propagates count as waiting and are not in it.
    pub critical_path: usize,
    /// Polls and repetitions while something propagates.
    pub waiting: usize,
}

impl Calls {
    /// Computes them from what was counted and from the edges, so that steps which ran one after the other without
    /// need do not look as if they had to.
    pub fn of(meter: &Meter, graph: &Graph, plan: &Plan) -> Self {
        let depths = meter.depths();
        let depth = |scope: &Scope| depths.get(scope).copied().unwrap_or(0);
        let deepest = |of: fn(&Scope) -> bool| {
            depths.iter().filter(|(scope, _)| of(scope)).map(|(_, depth)| *depth).max().unwrap_or(0)
        };
        let reads: Needs<Address> = graph
            .nodes
            .values()
            .map(|node| (node.address.clone(), node.container.iter().cloned().collect::<BTreeSet<_>>()))
            .collect();
        let reading = heaviest_path(&reads, |address| depth(&Scope::Read(address.clone()))).unwrap_or(0);
        let working =
            heaviest_path(&plan.needs(), |address| depth(&Scope::Step(address.clone()))).unwrap_or(0);
        let getting_in = deepest(|scope| matches!(scope, Scope::Access(_)));
        let listing = deepest(|scope| matches!(scope, Scope::Members(_)));
        let looking_up = deepest(|scope| matches!(scope, Scope::Discover(_)));
        // Steps wait for them, and they for one another.
        let recording = deepest(|scope| matches!(scope, Scope::Record));
        let sent = meter.sent();
        Self {
            total: sent.len(),
            critical_path: getting_in + listing + looking_up + reading + working + recording,
            waiting: sent.iter().filter(|call| matches!(call.scope, Scope::Wait(_))).count(),
        }
    }
}

impl fmt::Display for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} calls to AWS, {} of them on the critical path", self.total, self.critical_path)?;
        if self.waiting > 0 { write!(f, ", {} while waiting", self.waiting) } else { Ok(()) }
    }
}
