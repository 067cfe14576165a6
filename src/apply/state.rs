//! The state of a run: which steps are ready, waiting or finished. Only transitions; no I/O, no time.

use std::collections::{BTreeMap, BTreeSet};

use super::ready::{Ready, quota};
use super::report::Skipped;
use crate::address::Address;
use crate::graph::dag::{Needs, reversed};
use crate::plan::{Plan, Step};

/// What of a step is carried out at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it, or what others wait for.
    Change,
    /// The permissions to remove once nothing needs them any more; nothing waits for that.
    Narrowing,
}

/// A part of a step that may start.
pub(crate) type Task<'a> = (&'a Step, Part);

/// What became of a step whose part is done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Done {
    /// It is over.
    Over,
    /// Rights go later.
    NarrowsLater,
    /// The permissions stay, because something still uses them.
    Skipped(Skipped),
}

/// The steps of a plan on their way from waiting to over.
#[derive(Debug)]
pub(crate) struct RunState<'a> {
    steps: BTreeMap<&'a Address, &'a Step>,
    /// What each step that has a change still waits for.
    waiting: Needs<Address>,
    needed_by: Needs<Address>,
    /// What the steps that take rights away still wait for before they do so: other steps, or their own change.
    narrowing: Needs<Address>,
    /// The same the other way round.
    narrowing_after: Needs<Address>,
    ready: Ready<'a>,
    skipped: BTreeSet<Address>,
    /// Steps that have a change to make and then leave the rights, each with what failed.
    kept_rights: BTreeMap<Address, Address>,
}

impl<'a> RunState<'a> {
    /// Every step that writes is open; the others count as over once what they need is.
    pub(crate) fn new(plan: &'a Plan) -> Self {
        let open: Vec<&Step> = plan.steps.iter().filter(|step| step.writes()).collect();
        let steps: BTreeMap<&Address, &Step> = open.iter().map(|step| (&step.address, *step)).collect();
        let all = plan.steps.iter().map(|step| (&step.address, step)).collect();
        let before = |after: &[Address]| open_before(after, &all);
        let changing: Vec<&Step> = open.iter().copied().filter(|step| step.changes_first()).collect();
        let waiting: Needs<Address> =
            changing.iter().map(|step| (step.address.clone(), before(&step.after))).collect();
        let narrowing = open.iter().filter_map(|step| {
            let mut first = before(&step.narrows_later()?.after);
            first.extend(step.changes_first().then(|| step.address.clone()));
            Some((step.address.clone(), first))
        });
        let narrowing: Needs<Address> = narrowing.collect();
        let mut narrowing_after: Needs<Address> = Needs::new();
        for (step, first) in &narrowing {
            for first in first {
                narrowing_after.entry(first.clone()).or_default().insert(step.clone());
            }
        }
        let mut state = Self {
            steps,
            needed_by: reversed(&waiting),
            narrowing,
            narrowing_after,
            waiting,
            ready: Ready::default(),
            skipped: BTreeSet::new(),
            kept_rights: BTreeMap::new(),
        };
        for step in changing {
            if state.waiting[&step.address].is_empty() {
                state.arrive((step, Part::Change));
            }
        }
        let free = state.narrowing.iter().filter(|(_, first)| first.is_empty());
        for step in free.map(|(step, _)| step.clone()).collect::<Vec<_>>() {
            state.narrow(&step);
        }
        state
    }

    fn arrive(&mut self, task: Task<'a>) {
        self.ready.arrive(task);
    }

    /// Rights that nothing uses any more may go.
    fn narrow(&mut self, step: &Address) {
        self.narrowing.remove(step);
        self.arrive((self.steps[step], Part::Narrowing));
    }

    /// Whether a task may start.
    pub(crate) fn has_next(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Takes the next task that may start.
    pub(crate) fn next(&mut self) -> Option<Task<'a>> {
        self.ready.next()
    }

    /// A task that was taken is over.
    fn over(&mut self, address: &Address) {
        if let Some(step) = self.steps.get(address) {
            self.ready.over(quota(&step.address));
        }
    }

    /// A task is done: what waited only for it becomes ready.
    pub(crate) fn done(&mut self, address: &Address, part: Part) -> Done {
        self.over(address);
        if part == Part::Narrowing {
            return Done::Over;
        }
        for dependent in self.needed_by.remove(address).unwrap_or_default() {
            let Some(left) = self.waiting.get_mut(&dependent) else { continue };
            if left.remove(address) && left.is_empty() && !self.skipped.contains(&dependent) {
                self.arrive((self.steps[&dependent], Part::Change));
            }
        }
        let narrows = self.narrowing.contains_key(address);
        for step in self.narrowing_after.remove(address).unwrap_or_default() {
            let Some(first) = self.narrowing.get_mut(&step) else { continue };
            if first.remove(address) && first.is_empty() {
                self.narrow(&step);
            }
        }
        match self.kept_rights.remove(address) {
            Some(because_of) => Done::Skipped(Skipped { address: address.clone(), because_of }),
            None if narrows => Done::NarrowsLater,
            None => Done::Over,
        }
    }

    /// A task failed: everything that needs it, directly or not, is skipped because of it, and the rights that it uses
    /// stay.
    pub(crate) fn failed(&mut self, address: &Address, part: Part) -> Vec<Skipped> {
        self.over(address);
        if part == Part::Narrowing {
            return Vec::new();
        }
        let skipped = |address: &Address, because_of: &Address| Skipped {
            address: address.clone(),
            because_of: because_of.clone(),
        };
        let mut newly = Vec::new();
        let mut undone = BTreeSet::from([address.clone()]);
        let mut open: Vec<&Address> = self.needed_by.get(address).into_iter().flatten().collect();
        while let Some(dependent) = open.pop() {
            if self.skipped.insert(dependent.clone()) {
                newly.push(skipped(dependent, address));
                undone.insert(dependent.clone());
                open.extend(self.needed_by.get(dependent).into_iter().flatten());
            }
        }
        let stay: Vec<Address> = self
            .narrowing
            .iter()
            .filter(|(_, first)| !first.is_disjoint(&undone))
            .map(|(step, _)| step.clone())
            .collect();
        for step in stay {
            let own_change = self.narrowing.remove(&step).is_some_and(|first| first.contains(&step));
            if undone.contains(&step) {
                continue;
            }
            if own_change {
                self.kept_rights.insert(step, address.clone());
            } else {
                newly.push(skipped(&step, address));
            }
        }
        newly.sort_by(|a, b| a.address.cmp(&b.address));
        newly
    }
}

/// The open steps that a step waits for. A destination that is kept is of no use to a filter before the stream behind it
/// is there, so what is kept passes on what it needs.
fn open_before(after: &[Address], all: &BTreeMap<&Address, &Step>) -> BTreeSet<Address> {
    let mut open = BTreeSet::new();
    let mut kept = BTreeSet::new();
    let mut left: Vec<&Address> = after.iter().collect();
    while let Some(need) = left.pop() {
        match all.get(need) {
            Some(need) if need.changes_first() => drop(open.insert(need.address.clone())),
            Some(need) if kept.insert(&need.address) => left.extend(&need.after),
            _ => {}
        }
    }
    open
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::plan::reason::Why;
    use crate::plan::{Action, Meanwhile, Narrowing};
    use crate::provider::Resource;
    use crate::provider::logs::log_stream::LogStream;

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
            reason: Why::NotMade.into(),
            narrowing: None,
        };
        Plan {
            topology: "t".into(),
            steps: edges.iter().map(step).collect(),
            orphans: vec![],
            roles: vec![],
            moved: vec![],
            foreign: vec![],
            notes: vec![],
            skipped: vec![],
            left_out: vec![],
            warnings: vec![],
            allowed: vec![],
            share: None,
        }
    }

    fn ready(state: &mut RunState<'_>) -> Vec<String> {
        std::iter::from_fn(|| state.next()).map(|(step, _)| step.address.name.to_string()).collect()
    }

    #[test]
    fn a_step_starts_when_all_it_needs_is_done() {
        let plan = plan(&[("keep", &[]), ("a", &["keep"]), ("b", &[]), ("c", &["a", "b"])]);
        let mut state = RunState::new(&plan);
        assert_eq!(ready(&mut state), ["a", "b"]);
        state.done(&address("a"), Part::Change);
        assert_eq!(ready(&mut state), [""; 0]);
        state.done(&address("b"), Part::Change);
        assert_eq!(ready(&mut state), ["c"]);
    }

    #[test]
    fn a_step_waits_for_what_it_needs_through_what_is_kept() {
        let edges: &[(&str, &[&str])] =
            &[("a", &[]), ("keep", &["a"]), ("keep_too", &["keep", "gone"]), ("b", &["keep_too"])];
        let plan = plan(edges);
        let mut state = RunState::new(&plan);
        assert_eq!(ready(&mut state), ["a"]);
        state.done(&address("a"), Part::Change);
        assert_eq!(ready(&mut state), ["b"]);
        let mut state = RunState::new(&plan);
        assert_eq!(ready(&mut state), ["a"]);
        let skipped = state.failed(&address("a"), Part::Change);
        assert_eq!(skipped.into_iter().map(|skip| skip.address.name.clone()).collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn steps_start_where_the_fewest_run() {
        let addresses =
            ["a/global/iam_role.1", "a/global/iam_role.2", "a/global/iam_role.3", "b/global/iam_role.1"];
        let plan = at(&addresses);
        let mut state = RunState::new(&plan);
        let mut next = || state.next().map(|(step, _)| step.address.to_string());
        assert_eq!(next().as_deref(), Some("a/global/iam_role.1"));
        assert_eq!(next().as_deref(), Some("b/global/iam_role.1"));
        assert_eq!(next().as_deref(), Some("a/global/iam_role.2"));
    }

    /// A plan of steps at these addresses that need nothing.
    fn at(addresses: &[&str]) -> Plan {
        let step = |address: &&str| {
            let mut step = plan(&[("one", &[])]).steps.remove(0);
            step.address = address.parse().unwrap();
            step
        };
        Plan { steps: addresses.iter().map(step).collect(), ..plan(&[]) }
    }

    #[test]
    fn every_account_gets_its_turn() {
        let addresses =
            ["a/global/iam_role.1", "a/global/iam_role.2", "b/global/iam_role.1", "c/global/iam_role.1"];
        let plan = at(&addresses);
        let mut state = RunState::new(&plan);
        let mut started = Vec::new();
        while let Some((step, part)) = state.next() {
            state.done(&step.address, part);
            started.push(step.address.to_string());
        }
        assert_eq!(started, [addresses[0], addresses[2], addresses[3], addresses[1]]);
    }

    #[test]
    fn what_has_a_quota_of_its_own_waits_for_no_other() {
        let groups = ["a/eu-west-1/log_group./1", "a/eu-west-1/log_group./2", "a/eu-west-1/log_stream./1:s"];
        let plan = at(&groups);
        let mut state = RunState::new(&plan);
        let started: Vec<String> =
            std::iter::from_fn(|| state.next()).map(|(step, _)| step.address.to_string()).collect();
        assert_eq!(started, [groups[0], groups[2], groups[1]]);
    }

    #[test]
    fn a_failure_skips_its_dependents_and_nothing_else() {
        let plan = plan(&[("a", &[]), ("b", &["a"]), ("c", &["b"]), ("d", &[]), ("e", &["d", "b"])]);
        let mut state = RunState::new(&plan);
        assert_eq!(ready(&mut state), ["a", "d"]);
        let skipped: Vec<String> = state
            .failed(&address("a"), Part::Change)
            .into_iter()
            .map(|skip| skip.address.name.to_string())
            .collect();
        assert_eq!(skipped, ["b", "c", "e"]);
        state.done(&address("d"), Part::Change);
        assert_eq!(ready(&mut state), [""; 0], "what is skipped never starts");
    }

    /// A step that changes `role` first, and takes its rights away after `after`.
    fn narrowing(name: &str, meanwhile: Meanwhile, after: &[&str]) -> Step {
        let mut step = plan(&[(name, &[])]).steps.remove(0);
        let after = after.iter().map(|name| address(name)).collect();
        step.narrowing = Some(Narrowing { meanwhile, after, wait: Duration::ZERO });
        step
    }

    fn changed() -> Meanwhile {
        Meanwhile::Changed(Box::new(Resource::from(LogStream)))
    }

    fn parts(state: &mut RunState<'_>) -> Vec<(String, Part)> {
        std::iter::from_fn(|| state.next())
            .map(|(step, part)| (step.address.name.to_string(), part))
            .collect()
    }

    #[test]
    fn rights_go_after_the_change_that_others_need_and_after_what_uses_them() {
        let mut plan = plan(&[("filter", &["role"])]);
        plan.steps.push(narrowing("role", changed(), &["filter", "role"]));
        let mut state = RunState::new(&plan);
        assert_eq!(parts(&mut state), [("role".to_owned(), Part::Change)]);
        assert_eq!(state.done(&address("role"), Part::Change), Done::NarrowsLater);
        assert_eq!(parts(&mut state), [("filter".to_owned(), Part::Change)]);
        assert_eq!(state.done(&address("filter"), Part::Change), Done::Over);
        assert_eq!(parts(&mut state), [("role".to_owned(), Part::Narrowing)]);
        assert_eq!(state.done(&address("role"), Part::Narrowing), Done::Over);
    }

    #[test]
    fn what_needs_a_role_that_is_wide_enough_starts_at_once() {
        let mut plan = plan(&[("filter", &["role"])]);
        plan.steps.push(narrowing("role", Meanwhile::AsItIs, &["filter"]));
        let mut state = RunState::new(&plan);
        assert_eq!(parts(&mut state), [("filter".to_owned(), Part::Change)]);
        assert_eq!(state.done(&address("filter"), Part::Change), Done::Over);
        assert_eq!(parts(&mut state), [("role".to_owned(), Part::Narrowing)]);
    }

    #[test]
    fn rights_stay_when_what_uses_them_has_not_let_go() {
        let mut plan = plan(&[("filter", &[])]);
        plan.steps.push(narrowing("role", changed(), &["filter"]));
        let because_of_the_filter = Skipped { address: address("role"), because_of: address("filter") };
        // The change itself is made, whichever ends first.
        let mut state = RunState::new(&plan);
        assert_eq!(parts(&mut state).len(), 2);
        assert_eq!(state.failed(&address("filter"), Part::Change), []);
        assert_eq!(state.done(&address("role"), Part::Change), Done::Skipped(because_of_the_filter.clone()));
        let mut state = RunState::new(&plan);
        assert_eq!(parts(&mut state).len(), 2);
        assert_eq!(state.done(&address("role"), Part::Change), Done::NarrowsLater);
        assert_eq!(state.failed(&address("filter"), Part::Change), [because_of_the_filter]);
        assert_eq!(parts(&mut state), []);
        // Of a change that failed, nothing more is said.
        let mut state = RunState::new(&plan);
        assert_eq!(parts(&mut state).len(), 2);
        assert_eq!(state.failed(&address("role"), Part::Change), []);
        assert_eq!(state.failed(&address("filter"), Part::Change), []);
    }

    #[test]
    fn what_does_not_fit_beside_what_was_waits_and_so_does_what_needs_it() {
        let mut plan = plan(&[("old", &[]), ("new", &["role"])]);
        let mut role = narrowing("role", Meanwhile::Waiting, &["old"]);
        role.after = vec![address("old")];
        plan.steps.push(role);
        let mut state = RunState::new(&plan);
        assert_eq!(parts(&mut state), [("old".to_owned(), Part::Change)]);
        state.done(&address("old"), Part::Change);
        assert_eq!(parts(&mut state), [("role".to_owned(), Part::Change)]);
        assert_eq!(state.done(&address("role"), Part::Change), Done::Over);
        assert_eq!(parts(&mut state), [("new".to_owned(), Part::Change)]);
    }
}
