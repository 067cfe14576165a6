//! The state of a run: what is ready, what waits, what is over. Transitions only; no I/O, no time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::report::Skipped;
use crate::address::{AccountName, Address, Place};
use crate::graph::dag::{Needs, reversed};
use crate::plan::{Plan, Step};

/// What AWS counts calls over: an account, and a region of it or IAM.
type Where<'a> = (&'a AccountName, &'a Place);

fn place(address: &Address) -> Where<'_> {
    (&address.account, &address.place)
}

/// The steps of a plan on their way from waiting to over.
#[derive(Debug)]
pub(crate) struct RunState<'a> {
    steps: BTreeMap<&'a Address, &'a Step>,
    /// What each open step still waits for.
    waiting: Needs<Address>,
    needed_by: Needs<Address>,
    /// By place, and within one in plan order, so that a run is the same each time.
    ready: BTreeMap<Where<'a>, VecDeque<(usize, &'a Step)>>,
    /// How many steps became ready so far.
    arrived: usize,
    running: BTreeMap<Where<'a>, usize>,
    skipped: BTreeSet<Address>,
}

impl<'a> RunState<'a> {
    /// Every step that writes is open; the others count as over once what they need is.
    pub(crate) fn new(plan: &'a Plan) -> Self {
        let open: Vec<&Step> = plan.steps.iter().filter(|step| step.writes()).collect();
        let steps: BTreeMap<&Address, &Step> = open.iter().map(|step| (&step.address, *step)).collect();
        let all = plan.steps.iter().map(|step| (&step.address, step)).collect();
        let waiting: Needs<Address> =
            open.iter().map(|step| (step.address.clone(), open_before(step, &all))).collect();
        let needed_by = reversed(&waiting);
        let first: Vec<&Step> = open.into_iter().filter(|step| waiting[&step.address].is_empty()).collect();
        let mut state = Self {
            steps,
            waiting,
            needed_by,
            ready: BTreeMap::new(),
            arrived: 0,
            running: BTreeMap::new(),
            skipped: BTreeSet::new(),
        };
        first.into_iter().for_each(|step| state.arrive(step));
        state
    }

    /// The steps that have something to do.
    pub(crate) fn open(&self) -> impl Iterator<Item = &'a Step> {
        self.steps.values().copied()
    }

    fn arrive(&mut self, step: &'a Step) {
        self.ready.entry(place(&step.address)).or_default().push_back((self.arrived, step));
        self.arrived += 1;
    }

    /// Takes the next step that may start: of the place where the fewest run, so that one which is waiting for its
    /// turn at AWS keeps no other from starting.
    pub(crate) fn next(&mut self) -> Option<&'a Step> {
        let running = &self.running;
        let busy = |place: &Where<'a>| running.get(place).copied().unwrap_or_default();
        let waiting = self.ready.iter().filter_map(|(place, steps)| Some((place, steps.front()?.0)));
        let place = *waiting.min_by_key(|(place, arrived)| (busy(place), *arrived))?.0;
        let (_, step) = self.ready.get_mut(&place)?.pop_front()?;
        *self.running.entry(place).or_default() += 1;
        Some(step)
    }

    /// A step that was taken is over.
    fn over(&mut self, address: &Address) {
        let step = self.steps.get(address);
        if let Some(running) = step.and_then(|step| self.running.get_mut(&place(&step.address))) {
            *running = running.saturating_sub(1);
        }
    }

    /// A step is done: what waited only for it becomes ready.
    pub(crate) fn done(&mut self, address: &Address) {
        self.over(address);
        for dependent in self.needed_by.get(address).cloned().unwrap_or_default() {
            let Some(left) = self.waiting.get_mut(&dependent) else { continue };
            if left.remove(address) && left.is_empty() && !self.skipped.contains(&dependent) {
                self.arrive(self.steps[&dependent]);
            }
        }
    }

    /// A step failed: everything that needs it, directly or not, is skipped because of it.
    pub(crate) fn failed(&mut self, address: &Address) -> Vec<Skipped> {
        self.over(address);
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

/// The open steps that a step waits for. A destination that is kept is of no use to a filter before the stream behind it
/// is there, so what is kept passes on what it needs.
fn open_before(step: &Step, all: &BTreeMap<&Address, &Step>) -> BTreeSet<Address> {
    let mut open = BTreeSet::new();
    let mut kept = BTreeSet::new();
    let mut left: Vec<&Address> = step.after.iter().collect();
    while let Some(need) = left.pop() {
        match all.get(need) {
            Some(need) if need.writes() => drop(open.insert(need.address.clone())),
            Some(need) if kept.insert(&need.address) => left.extend(&need.after),
            _ => {}
        }
    }
    open
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
            needs: vec![],
            reason: String::new(),
        };
        Plan {
            topology: "t".into(),
            steps: edges.iter().map(step).collect(),
            orphans: vec![],
            roles: vec![],
            moved: vec![],
            foreign: vec![],
            notes: vec![],
        }
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
    fn a_step_waits_for_what_it_needs_through_what_is_kept() {
        let edges: &[(&str, &[&str])] =
            &[("a", &[]), ("keep", &["a"]), ("keep_too", &["keep", "gone"]), ("b", &["keep_too"])];
        let plan = plan(edges);
        let mut state = RunState::new(&plan);
        assert_eq!(ready(&mut state), ["a"]);
        state.done(&address("a"));
        assert_eq!(ready(&mut state), ["b"]);
        let mut state = RunState::new(&plan);
        assert_eq!(ready(&mut state), ["a"]);
        let skipped = state.failed(&address("a"));
        assert_eq!(skipped.into_iter().map(|skip| skip.address.name).collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn steps_start_where_the_fewest_run() {
        let at = |address: &str| {
            let mut step = plan(&[("one", &[])]).steps.remove(0);
            step.address = address.parse().unwrap();
            step
        };
        let addresses =
            ["a/global/iam_role.1", "a/global/iam_role.2", "a/global/iam_role.3", "b/global/iam_role.1"];
        let plan = Plan { steps: addresses.map(at).into(), ..plan(&[]) };
        let mut state = RunState::new(&plan);
        let mut next = || state.next().map(|step| step.address.to_string());
        assert_eq!(next().as_deref(), Some("a/global/iam_role.1"));
        assert_eq!(next().as_deref(), Some("b/global/iam_role.1"));
        assert_eq!(next().as_deref(), Some("a/global/iam_role.2"));
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
