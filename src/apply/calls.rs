//! How many calls a run made, and how many of them had to follow one another. Pure.

use std::fmt;
use std::iter::successors;

use crate::aws::meter::{Meter, Scope};
use crate::graph::dag::heaviest_path;
use crate::graph::{Graph, Node};
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
    /// Those that AWS refused because they came too fast; each was made again.
    pub throttled: usize,
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
        // What is part of something is read after that.
        let chain = |node| successors(Some(node), |node: &&Node| graph.nodes.get(node.container.as_ref()?));
        let read = |node: &Node| depth(&Scope::Read(node.address.clone()));
        let reading =
            graph.nodes.values().map(|node| chain(node).map(read).sum::<usize>()).max().unwrap_or(0);
        let steps = plan.steps.iter().map(|step| (&step.address, step.after.as_slice()));
        let working = heaviest_path(steps, |address| depth(&Scope::Step(address.clone())));
        let getting_in = deepest(|scope| matches!(scope, Scope::Access(_)));
        let listing = deepest(|scope| matches!(scope, Scope::Members(_)));
        let looking_up = deepest(|scope| matches!(scope, Scope::Discover(_)));
        // Steps wait for them, and they for one another.
        let recording = deepest(|scope| matches!(scope, Scope::Record));
        Self {
            total: meter.total(),
            critical_path: getting_in + listing + looking_up + reading + working + recording,
            waiting: meter.waiting(),
            throttled: meter.throttled(),
        }
    }
}

impl fmt::Display for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} calls to AWS, {} of them on the critical path", self.total, self.critical_path)?;
        let others = [(self.waiting, "while waiting"), (self.throttled, "throttled")];
        others
            .into_iter()
            .filter(|(calls, _)| *calls > 0)
            .try_for_each(|(calls, what)| write!(f, ", {calls} {what}"))
    }
}
