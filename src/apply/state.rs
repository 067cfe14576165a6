//! The state of a run: what is ready, what waits, what is over. Transitions only; no I/O, no time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::report::Skipped;
use crate::address::Address;
use crate::graph::dag::{Needs, reversed};
use crate::plan::{Plan, Step};

/// The steps of a plan on their way from waiting to over.
#[derive(Debug)]
pub(crate) struct RunState<'a> {
    steps: BTreeMap<&'a Address, &'a Step>,
    /// What each open step still waits for.
    waiting: Needs<Address>,
    needed_by: Needs<Address>,
    /// In plan order, so that a run is the same each time.
    ready: VecDeque<&'a Step>,
    skipped: BTreeSet<Address>,
}

impl<'a> RunState<'a> {
    /// Every step that writes is open; the others count as over.
    pub(crate) fn new(plan: &'a Plan) -> Self {
        let open: Vec<&Step> = plan.steps.iter().filter(|step| step.writes()).collect();
        let steps: BTreeMap<&Address, &Step> = open.iter().map(|step| (&step.address, *step)).collect();
        let waiting: Needs<Address> = open
            .iter()
            .map(|step| {
                let needs = step.after.iter().filter(|need| steps.contains_key(need)).cloned().collect();
                (step.address.clone(), needs)
            })
            .collect();
        let needed_by = reversed(&waiting);
        let ready = open.into_iter().filter(|step| waiting[&step.address].is_empty()).collect();
        Self { steps, waiting, needed_by, ready, skipped: BTreeSet::new() }
    }

    /// The steps that have something to do.
    pub(crate) fn open(&self) -> impl Iterator<Item = &'a Step> {
        self.steps.values().copied()
    }

    /// Takes the next step that may start.
    pub(crate) fn next(&mut self) -> Option<&'a Step> {
        self.ready.pop_front()
    }

    /// A step is done: what waited only for it becomes ready.
    pub(crate) fn done(&mut self, address: &Address) {
        let Some(dependents) = self.needed_by.get(address) else { return };
        for dependent in dependents {
            let Some(left) = self.waiting.get_mut(dependent) else { continue };
            if left.remove(address) && left.is_empty() && !self.skipped.contains(dependent) {
                self.ready.push_back(self.steps[dependent]);
            }
        }
    }

    /// A step failed: everything that needs it, directly or not, is skipped because of it.
    pub(crate) fn failed(&mut self, address: &Address) -> Vec<Skipped> {
        let mut newly = Vec::new();
        let mut open: Vec<&Address> = self.needed_by.get(address).into_iter().flatten().collect();
        while let Some(dependent) = open.pop() {
            if self.skipped.insert(dependent.clone()) {
                newly.push(Skipped { address: dependent.clone(), because_of: address.clone() });
                open.extend(self.needed_by.get(dependent).into_iter().flatten());
            }
        }
        newly.sort_by(|a, b| a.address.cmp(&b.address));
        newly
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Action;

    fn address(name: &str) -> Address {
        format!("a/global/iam_role.{name}").parse().unwrap()
    }

    fn plan(edges: &[(&str, &[&str])]) -> Plan {
        let step = |(name, after): &(&str, &[&str])| Step {
            address: address(name),
            account: "111111111111".parse().unwrap(),
            action: if name.starts_with("keep") { Action::Keep } else { Action::Delete },
            changes: vec![],
            after: after.iter().map(|name| address(name)).collect(),
            reason: String::new(),
        };
        Plan { topology: "t".into(), steps: edges.iter().map(step).collect(), orphans: vec![], notes: vec![] }
    }

    fn ready(state: &mut RunState<'_>) -> Vec<String> {
        std::iter::from_fn(|| state.next()).map(|step| step.address.name.clone()).collect()
    }

    #[test]
    fn a_step_starts_when_all_it_needs_is_done() {
        let plan = plan(&[("keep", &[]), ("a", &["keep"]), ("b", &[]), ("c", &["a", "b"])]);
        let mut state = RunState::new(&plan);
        assert_eq!(ready(&mut state), ["a", "b"]);
        state.done(&address("a"));
        assert_eq!(ready(&mut state), [""; 0]);
        state.done(&address("b"));
        assert_eq!(ready(&mut state), ["c"]);
    }

    #[test]
    fn a_failure_skips_its_dependents_and_nothing_else() {
        let plan = plan(&[("a", &[]), ("b", &["a"]), ("c", &["b"]), ("d", &[]), ("e", &["d", "b"])]);
        let mut state = RunState::new(&plan);
        assert_eq!(ready(&mut state), ["a", "d"]);
        let skipped: Vec<String> =
            state.failed(&address("a")).into_iter().map(|skip| skip.address.name).collect();
        assert_eq!(skipped, ["b", "c", "e"]);
        state.done(&address("d"));
        assert_eq!(ready(&mut state), [""; 0], "what is skipped never starts");
    }
}
