//! What a lost record knew, as far as tags and live subscriptions tell. Pure.
//!
//! Taken over with `--adopt`, what bears this topology's tag is logpipe's own again. What logpipe once took over from
//! others bears a second tag, so it stays theirs.

use super::Survey;
use super::prune::subscribes;
use crate::address::{Address, KindName};
use crate::graph::{ADOPTED_TAG, Node, OWNERSHIP_TAG};
use crate::provider::{Live, Resource};
use crate::record::Record;

/// Whether all signs say that this topology's logpipe made it.
pub(super) fn is_ours(node: &Node, live: &Live, survey: &Survey, record: &Record) -> bool {
    if matches!(&node.resource, Resource::IamRole(role) if role.borrowed_arn.is_some()) {
        return false;
    }
    if live.tags().is_some() {
        return bears_tag(live, survey);
    }
    let ours = |address: &Address| {
        record.get(address).is_some_and(|entry| entry.origin.is_ours())
            || survey.observed.live(address).is_some_and(|live| bears_tag(live, survey))
    };
    let needed =
        |kind| node.needs.iter().filter(move |need| need.address.kind == kind).map(|need| &need.address);
    match node.address.kind {
        kind if subscribes(kind) => {}
        // Nobody else has use for our policy or our profile.
        KindName::IamRolePolicyAttachment if needed(KindName::IamPolicy).any(ours) => return true,
        KindName::InstanceProfileAssociation => {
            return node.resource.diff(live).is_empty() && needed(KindName::IamInstanceProfile).any(ours);
        }
        _ => return node.container.as_ref().is_some_and(ours),
    }
    let to_there = node.resource.diff(live).iter().all(|change| change.field != "destination_arn");
    let policies = node.needs.iter().filter(|need| need.address.kind == KindName::LogsDestinationPolicy);
    let mut destinations =
        policies.map(|need| Address { kind: KindName::LogsDestination, ..need.address.clone() });
    to_there && destinations.any(|destination| ours(&destination))
}

fn bears_tag(live: &Live, survey: &Survey) -> bool {
    live.tags().is_some_and(|tags| {
        tags.get(OWNERSHIP_TAG).is_some_and(|owner| owner == survey.topology.name.as_str())
            && !tags.contains_key(ADOPTED_TAG)
    })
}

/// What to say where the record owns nothing, although things are there that it once knew.
pub fn lost_record(survey: &Survey, record: &Record) -> Option<String> {
    if !record.entries().is_empty() {
        return None;
    }
    let ours = |node: &&Node| {
        survey.observed.live(&node.address).is_some_and(|live| is_ours(node, live, survey, record))
    };
    let found: Vec<&Node> = survey.graph.nodes.values().filter(ours).collect();
    let tagged = found.iter().filter(|node| node.resource.tags().is_some()).count();
    let subscriptions = found.iter().filter(|node| subscribes(node.address.kind)).count();
    (tagged > 0).then(|| {
        format!(
            "the record owns nothing, but {} this topology's tag, and {} its destinations: find the record again, or have `logpipe apply --adopt` take them over as logpipe's own",
            counted(tagged, "resource carries", "resources carry"),
            counted(subscriptions, "subscription points at", "subscriptions point at"),
        )
    })
}

fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}
