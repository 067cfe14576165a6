//! Streams and their successors. Pure.
//!
//! A stream that cannot be changed in place gets a successor, `<name>-2`, `<name>-3` and so on. The record knows which
//! one is in use, since the topology only knows the first name.

use std::collections::{BTreeMap, BTreeSet};

use super::kept::kept;
use crate::address::{Address, Key, KindName, Place};
use crate::graph::numbered::{name, number};
use crate::graph::{Graph, Lifecycle, Need, Shards, Succession, shards};
use crate::plan::survey::observe::Observed;
use crate::provider::Replacement;
use crate::record::{Entry, Record};
use crate::topology::{Destination, Topology, Transport};

/// Longest name of a stream (Firehose API reference, CreateDeliveryStream).
const LONGEST_NAME: usize = 64;

/// The streams that destinations have in use, and those that these are still taking over from.
pub(super) fn streams(topology: &Topology, shards: &Shards, record: &Record) -> BTreeMap<Key, Succession> {
    let destinations = topology.destinations.values();
    destinations
        .map(|destination| match &destination.transport {
            Transport::Firehose(_) => {
                (destination.key.clone(), succession(topology, shards, destination, record))
            }
        })
        .collect()
}

fn succession(
    topology: &Topology,
    shards: &Shards,
    destination: &Destination,
    record: &Record,
) -> Succession {
    let mut generations = generations(topology, destination, record);
    let newest = generations.pop_last().unwrap_or(1);
    let of = |generation| name(destination.transport.name(), generation);
    Succession {
        in_use: of(newest),
        predecessors: generations.into_iter().map(of).collect(),
        kept: kept(topology, shards, destination, record),
    }
}

/// The same life with a successor for every stream that needs one; `None` when none does.
///
/// A stream that was only taken over is not ours to delete, and one whose CloudWatch Logs destinations are not part of
/// the plan cannot be left: those have no successor here, and are refused when it comes to deciding. `taken` are streams
/// of somebody else's under names that successors would have.
pub(in crate::plan) fn with_successors(
    topology: &Topology,
    lifecycle: &Lifecycle,
    graph: &Graph,
    observed: &Observed,
    record: &Record,
    taken: &BTreeSet<Address>,
) -> Option<Lifecycle> {
    let mut next = lifecycle.clone();
    let mut any = false;
    for (key, stream) in &mut next.streams {
        let destination = &topology.destinations[key];
        let address = address(destination, &stream.in_use);
        if !needs_successor(&address, graph, observed, record)
            || !movable(topology, destination, &address, graph)
        {
            continue;
        }
        let Some(successor) = successor(topology, destination, &stream.in_use, taken) else { continue };
        if successor.len() > LONGEST_NAME {
            continue;
        }
        any = true;
        stream.predecessors.push(std::mem::replace(&mut stream.in_use, successor));
    }
    any.then_some(next)
}

fn needs_successor(address: &Address, graph: &Graph, observed: &Observed, record: &Record) -> bool {
    let ours = record.get(address).is_some_and(|entry| entry.origin.is_ours());
    let (Some(node), Some(live)) = (graph.nodes.get(address), observed.live(address)) else { return false };
    ours && matches!(node.resource.replacement(live), Some(Replacement::Successor(_)))
}

/// Whether every CloudWatch Logs destination of it is among what may be changed.
fn movable(topology: &Topology, destination: &Destination, stream: &Address, graph: &Graph) -> bool {
    let pointing = graph.nodes.values().filter(|node| {
        node.address.kind == KindName::LogsDestination
            && node.needs.iter().any(|Need { address, .. }| address == stream)
    });
    pointing.count() == shards::entrances(topology, &graph.shards, destination).len()
}

/// The name of the next generation, which no other destination may have for its own stream, nor anybody else.
fn successor(
    topology: &Topology,
    destination: &Destination,
    in_use: &str,
    taken: &BTreeSet<Address>,
) -> Option<String> {
    let declared = destination.transport.name();
    let others = names_of_others(topology, destination);
    let newest = number(declared, in_use).unwrap_or(1);
    (newest + 1..)
        .map(|next| name(declared, next))
        .find(|name| !others.contains(name.as_str()) && !taken.contains(&address(destination, name)))
}

/// What the streams of other destinations beside it are called.
fn names_of_others<'t>(topology: &'t Topology, destination: &Destination) -> BTreeSet<&'t str> {
    topology
        .destinations
        .values()
        .filter(|other| other.account == destination.account && other.region == destination.region)
        .map(|other| other.transport.name())
        .filter(|name| *name != destination.transport.name())
        .collect()
}

/// The generations of a destination's stream that the record knows. Names that another destination declares are its
/// own, however they look, and so are those of a destination that the topology no longer has: its stream wrote
/// elsewhere.
fn generations(topology: &Topology, destination: &Destination, record: &Record) -> BTreeSet<u32> {
    let declared = destination.transport.name();
    let others = names_of_others(topology, destination);
    let stream = address(destination, declared);
    let made = record.entries().iter().filter(|(address, entry)| {
        address.kind == stream.kind
            && address.account == stream.account
            && address.place == stream.place
            && !others.contains(address.name.as_str())
            && (**address == stream || writes_for(destination, entry))
    });
    made.filter_map(|(address, _)| number(declared, &address.name)).collect()
}

/// Whether a stream was made to write to this destination's bucket, or as its role: either may have been renamed since.
fn writes_for(destination: &Destination, entry: &Entry) -> bool {
    let needs = |kind, name: &str| entry.needs.iter().any(|need| need.kind == kind && need.name == *name);
    needs(KindName::S3Bucket, &destination.bucket.name)
        || needs(KindName::IamRole, destination.transport.writer())
}

fn address(destination: &Destination, name: &str) -> Address {
    Address::new(
        destination.account.clone(),
        Place::Region(destination.region.clone()),
        KindName::FirehoseStream,
        name,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_generations_belong_together() {
        for (candidate, expect) in [
            ("logs", Some(1)),
            ("logs-2", Some(2)),
            ("logs-13", Some(13)),
            ("logs-1", None),
            ("logs-02", None),
            ("logs-a", None),
            ("logs-2-3", None),
            ("other-2", None),
        ] {
            assert_eq!(number("logs", candidate), expect, "{candidate}");
        }
        assert_eq!((name("logs", 1), name("logs", 4)), ("logs".to_owned(), "logs-4".to_owned()));
    }
}
