//! Streams beside each other, and their successors. Pure.
//!
//! A stream that cannot be changed in place gets a successor. Whether it stands beside others or has taken over from one,
//! each further stream of a destination is called `<name>-2`, `<name>-3` and so on. The record knows which are in use,
//! since the topology only knows the first name and how many there are.

use std::collections::{BTreeMap, BTreeSet};

use super::kept::{carriers, kept};
use crate::address::{Address, Key, KindName};
use crate::graph::shards::ShardNames;
use crate::graph::streams::StreamNames;
use crate::graph::{Graph, Lifecycle, Need, Shards, Streams, Succession, shards};
use crate::plan::survey::observe::Observed;
use crate::provider::Replacement;
use crate::record::{Entry, Record};
use crate::topology::{Destination, Topology, Transport};

/// Longest name of a stream (Firehose API reference, CreateDeliveryStream).
const LONGEST_NAME: usize = 64;

/// The streams that destinations have in use, and those that these are still taking over from.
pub(super) fn streams(topology: &Topology, shards: &Shards, record: &Record) -> BTreeMap<Key, Streams> {
    let destinations = topology.destinations.values();
    destinations
        .map(|destination| match &destination.transport {
            Transport::Firehose(_) => {
                (destination.key.clone(), of_destination(topology, shards, destination, record))
            }
        })
        .collect()
}

fn of_destination(
    topology: &Topology,
    shards: &Shards,
    destination: &Destination,
    record: &Record,
) -> Streams {
    let names = StreamNames::of(topology, destination);
    let made = made(&names, destination, record);
    let sent_to = sent_to(topology, &names, destination, record);
    let there = made.keys().copied().collect();
    let in_use = in_use(&sent_to, &there, |number| names.is_free(number));
    let mut beside: Vec<Succession> = in_use
        .iter()
        .map(|number| Succession { in_use: names.name(*number), predecessors: Vec::new() })
        .collect();
    // What was only taken over is not ours to delete.
    let others = made.iter().filter(|(number, entry)| !in_use.contains(number) && entry.origin.is_ours());
    let turns = (0..in_use.len()).cycle();
    for ((number, _), turn) in others.zip(turns) {
        beside[turn].predecessors.push(names.name(*number));
    }
    Streams { beside, kept: kept(topology, shards, destination, record) }
}

/// The numbers of the streams in use: for each of so many, which ones the CloudWatch Logs destinations in front of it send
/// to, of those that are there. What is sent to stays in use; of others the newest come after that; and what is not there
/// yet gets the next free number.
fn in_use(sent_to: &[BTreeSet<u32>], there: &BTreeSet<u32>, is_free: impl Fn(u32) -> bool) -> Vec<u32> {
    let mut taken = BTreeSet::new();
    let known: Vec<Option<u32>> = sent_to
        .iter()
        .map(|numbers| {
            numbers.iter().rev().copied().find(|number| there.contains(number) && taken.insert(*number))
        })
        .collect();
    let unknown = known.iter().filter(|number| number.is_none()).count();
    let spare: Vec<u32> = there.difference(&taken).copied().collect();
    let newest = spare[spare.len().saturating_sub(unknown)..].to_vec();
    let mut next =
        newest.into_iter().chain((1..).filter(|number| !there.contains(number) && is_free(*number)));
    known.into_iter().filter_map(|number| number.or_else(|| next.next())).collect()
}

/// The numbers of the streams that the first CloudWatch Logs destinations in front of each one send to, as far as the
/// record knows.
fn sent_to(
    topology: &Topology,
    names: &StreamNames<'_>,
    destination: &Destination,
    record: &Record,
) -> Vec<BTreeSet<u32>> {
    let mut by_name: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for (address, entry) in record.entries() {
        if address.kind == KindName::LogsDestination && address.account == destination.account {
            let streams = carriers(entry).filter(|stream| is_beside(stream, destination));
            let numbers = streams.filter_map(|stream| names.number(&stream.name));
            by_name.entry(&address.name).or_default().extend(numbers);
        }
    }
    let leading = ShardNames::of(topology, destination).leading().into_iter();
    let declared = &destination.destination_name;
    leading.map(|shard| by_name.get(&*shard.name(declared)).cloned().unwrap_or_default()).collect()
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
    for (key, streams) in &mut next.streams {
        let destination = &topology.destinations[key];
        for at in 0..streams.beside.len() {
            let address = address(destination, &streams.beside[at].in_use);
            if !needs_successor(&address, graph, observed, record)
                || !movable(topology, destination, (at, &address), graph)
            {
                continue;
            }
            let successor = successor(topology, destination, &streams.beside, at, taken);
            if successor.len() > LONGEST_NAME {
                continue;
            }
            any = true;
            let stream = &mut streams.beside[at];
            stream.predecessors.retain(|name| *name != successor);
            stream.predecessors.push(std::mem::replace(&mut stream.in_use, successor));
        }
    }
    any.then_some(next)
}

fn needs_successor(address: &Address, graph: &Graph, observed: &Observed, record: &Record) -> bool {
    let ours = record.get(address).is_some_and(|entry| entry.origin.is_ours());
    let (Some(node), Some(live)) = (graph.nodes.get(address), observed.live(address)) else { return false };
    ours && matches!(node.resource.replacement(live), Some(Replacement::Successor(_)))
}

/// Whether every CloudWatch Logs destination of a stream is among what may be changed.
fn movable(
    topology: &Topology,
    destination: &Destination,
    (at, stream): (usize, &Address),
    graph: &Graph,
) -> bool {
    let pointing = graph.nodes.values().filter(|node| {
        node.address.kind == KindName::LogsDestination
            && node.needs.iter().any(|Need { address, .. }| address == stream)
    });
    let names = ShardNames::of(topology, destination);
    let entrances = shards::entrances(topology, &graph.shards, destination);
    pointing.count() == entrances.into_iter().filter(|(shard, _)| names.stream(*shard) == at).count()
}

/// The name of the next generation. One that an earlier run began to make is used again; another one is new, and nobody
/// else has it.
fn successor(
    topology: &Topology,
    destination: &Destination,
    beside: &[Succession],
    at: usize,
    taken: &BTreeSet<Address>,
) -> String {
    let names = StreamNames::of(topology, destination);
    let number = |name: &String| names.number(name).unwrap_or(1);
    let stream = &beside[at];
    let current = number(&stream.in_use);
    let is_taken = |name: &String| taken.contains(&address(destination, name));
    let begun = stream.predecessors.iter().rev();
    if let Some(begun) =
        begun.filter(|name| number(name) > current && !is_taken(name)).max_by_key(|name| number(name))
    {
        return begun.clone();
    }
    let known: BTreeSet<u32> = beside
        .iter()
        .flat_map(|stream| stream.predecessors.iter().chain([&stream.in_use]))
        .map(number)
        .collect();
    let mut free = (current.saturating_add(1)..=u32::MAX)
        .filter(|number| !known.contains(number) && names.is_free(*number))
        .map(|number| names.name(number));
    free.find(|name| !is_taken(name)).unwrap_or_else(|| stream.in_use.clone())
}

/// The streams of a destination that the record knows, by their numbers. Names that another destination declares are its
/// own, however they look, and so are those of a destination that the topology no longer has: its stream wrote elsewhere.
fn made<'r>(
    names: &StreamNames<'_>,
    destination: &Destination,
    record: &'r Record,
) -> BTreeMap<u32, &'r Entry> {
    let stream = address(destination, destination.transport.name());
    let made = record.entries().iter().filter(|(address, entry)| {
        is_beside(address, destination) && (**address == stream || writes_for(destination, entry))
    });
    made.filter_map(|(address, entry)| Some((names.number(&address.name)?, entry))).collect()
}

/// Whether a stream is in the account and region of a destination.
fn is_beside(stream: &Address, destination: &Destination) -> bool {
    *stream == address(destination, &stream.name)
}

/// Whether a stream was made to write to this destination's bucket, or as its role: either may have been renamed since.
fn writes_for(destination: &Destination, entry: &Entry) -> bool {
    let needs = |kind, name: &str| entry.needs.iter().any(|need| need.kind == kind && need.name == *name);
    needs(KindName::S3Bucket, &destination.bucket.name)
        || needs(KindName::IamRole, destination.transport.writer())
}

fn address(destination: &Destination, name: &str) -> Address {
    destination.here(KindName::FirehoseStream, name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbers(numbers: &[u32]) -> BTreeSet<u32> {
        numbers.iter().copied().collect()
    }

    #[test]
    fn what_is_sent_to_stays_in_use() {
        let check = |sent_to: &[&[u32]], there: &[u32], expect: &[u32]| {
            let sent_to: Vec<BTreeSet<u32>> = sent_to.iter().map(|sent_to| numbers(sent_to)).collect();
            assert_eq!(in_use(&sent_to, &numbers(there), |_| true), expect, "{sent_to:?} of {there:?}");
        };
        // Nothing is there, some of it, all of it.
        check(&[&[]], &[], &[1]);
        check(&[&[], &[], &[]], &[], &[1, 2, 3]);
        check(&[&[], &[], &[]], &[2], &[2, 1, 3]);
        check(&[&[1], &[2], &[3]], &[1, 2, 3], &[1, 2, 3]);
        // More of them, and fewer.
        check(&[&[1], &[1], &[1]], &[1], &[1, 2, 3]);
        check(&[&[1]], &[1, 2, 3], &[1]);
        check(&[&[4], &[4]], &[4], &[4, 1]);
        // A successor that is in use, that some regions use already, and that a run only began to make.
        check(&[&[2]], &[1, 2], &[2]);
        check(&[&[1, 2]], &[1, 2], &[2]);
        check(&[&[1]], &[1, 2], &[1]);
        // Nothing sends yet: the newest.
        check(&[&[]], &[1, 2], &[2]);
        check(&[&[], &[]], &[1, 2, 3], &[2, 3]);
        // What it sends to is gone.
        check(&[&[1]], &[], &[1]);
        check(&[&[1], &[2]], &[2], &[1, 2]);
    }

    proptest! {
        #[test]
        fn there_are_as_many_as_asked_for_and_once_they_are_made_nothing_moves(
            sent_to in prop::collection::vec(prop::collection::btree_set(1..9_u32, 0..3), 1..6),
            there in prop::collection::btree_set(1..9_u32, 0..6),
            of_others in prop::collection::btree_set(1..9_u32, 0..3),
        ) {
            let there: BTreeSet<u32> = there.difference(&of_others).copied().collect();
            let is_free = |number| !of_others.contains(&number);
            let now = in_use(&sent_to, &there, is_free);
            prop_assert_eq!(now.len(), sent_to.len());
            let distinct: BTreeSet<u32> = now.iter().copied().collect();
            prop_assert_eq!(distinct.len(), now.len());
            prop_assert!(distinct.is_disjoint(&of_others));
            let sending: Vec<BTreeSet<u32>> = now.iter().map(|number| BTreeSet::from([*number])).collect();
            let made = distinct.union(&there).copied().collect();
            prop_assert_eq!(in_use(&sending, &made, is_free), now);
        }
    }
}
