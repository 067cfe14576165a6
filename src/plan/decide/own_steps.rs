//! The steps of one of several processes: those in its accounts, and what it waits for in the accounts of others. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::address::Address;
use crate::graph::Graph;
use crate::plan::model::reason::Why;
use crate::plan::{Action, Awaited, Meanwhile, Step};
use crate::share::Share;

/// Leaves to others what is theirs to do. Only what a step of the process needs is waited for: the others do the rest
/// whenever they do.
pub(super) fn own_steps(steps: Vec<Step>, share: Share, graph: &Graph) -> Vec<Step> {
    let mut own: Vec<Step> = steps
        .into_iter()
        .filter_map(|step| if share.has(&step.account) { Some(step) } else { of_others(step, share, graph) })
        .collect();
    let needed = needed(&own);
    own.retain(|step| !step.is_wait() || needed.contains(&step.address));
    own
}

/// What becomes of the step of another process: what it removes, nothing here needs.
fn of_others(mut step: Step, share: Share, graph: &Graph) -> Option<Step> {
    let to = match &step.action {
        Action::Keep => return Some(step),
        Action::Delete | Action::Retire | Action::Forget | Action::Await(_) => return None,
        // Its own plan refuses it too, or the record did not tell this one yet what the other is making.
        Action::Refuse(_) => graph.nodes.get(&step.address)?.resource.clone(),
        Action::Create(_)
        | Action::Update(_)
        | Action::Replace(_)
        | Action::Supersede(_)
        | Action::Adopt(_)
        | Action::Recover(_) => step.action.resource()?.clone(),
    };
    let or = match step.narrowing.take().map(|narrowing| narrowing.meanwhile) {
        // It lets through what is needed already.
        Some(Meanwhile::AsItIs) => {
            step.action = Action::Keep;
            step.changes.clear();
            return Some(step);
        }
        Some(Meanwhile::Changed(meanwhile)) => Some(meanwhile),
        Some(Meanwhile::Waiting) | None => None,
    };
    let share = share.having(&step.account);
    step.action = Action::Await(Awaited { to: Box::new(to), or, share });
    step.changes.clear();
    step.reason = Why::OtherShard(share).into();
    Some(step)
}

/// What steps that write need, directly or not, for themselves or before they take rights away.
fn needed(steps: &[Step]) -> BTreeSet<Address> {
    let all: BTreeMap<&Address, &Step> = steps.iter().map(|step| (&step.address, step)).collect();
    let mut needed = BTreeSet::new();
    let writing = steps.iter().filter(|step| step.writes() && !step.is_wait());
    let mut left: Vec<&Address> = writing.flat_map(first).collect();
    while let Some(address) = left.pop() {
        if needed.insert(address.clone()) {
            left.extend(all.get(address).into_iter().flat_map(|step| first(step)));
        }
    }
    needed
}

/// What comes before a step.
fn first(step: &Step) -> impl Iterator<Item = &Address> {
    let narrowing = step.narrowing.iter().flat_map(|narrowing| &narrowing.after);
    step.after.iter().chain(narrowing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Resource;
    use crate::provider::logs::log_stream::LogStream;

    fn step(address: &str, account: &str, action: Action, after: &[&str]) -> Step {
        Step {
            address: address.parse().unwrap(),
            account: account.parse().unwrap(),
            action,
            changes: vec![],
            after: after.iter().map(|address| address.parse().unwrap()).collect(),
            needs: vec![],
            reason: Why::Absent.into(),
            narrowing: None,
        }
    }

    #[test]
    fn what_others_do_is_waited_for_where_it_is_needed() {
        let (app, archive) = ("111111111111", "999999999999");
        let share: Share = "1/32".parse::<Share>().unwrap().having(&app.parse().unwrap());
        assert!(!share.has(&archive.parse().unwrap()));
        let create = || Action::Create(Resource::from(LogStream));
        let steps = vec![
            step("archive/global/iam_role.a", archive, create(), &[]),
            step("archive/global/iam_role.b", archive, Action::Keep, &["archive/global/iam_role.a"]),
            step("archive/global/iam_role.c", archive, create(), &[]),
            step("archive/global/iam_role.d", archive, Action::Delete, &[]),
            step("app/global/iam_role.e", app, create(), &["archive/global/iam_role.b"]),
            step("app/global/iam_role.f", app, Action::Keep, &["archive/global/iam_role.c"]),
        ];
        let own = own_steps(steps, share, &Graph::default());
        let own: Vec<_> =
            own.iter().map(|step| (step.address.name.as_str(), step.action.verb().as_str())).collect();
        assert_eq!(own, [("a", "await"), ("b", "keep"), ("e", "create"), ("f", "keep")]);
    }
}
