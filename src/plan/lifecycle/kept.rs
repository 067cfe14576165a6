//! Streams that stay although they have a successor, because something that no source needs still sends to them. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::address::{Address, KindName, Place, Region, ResourceName};
use crate::graph::{Shards, shards};
use crate::provider::Facts;
use crate::record::{Entry, Record};
use crate::topology::{Destination, Topology};

/// Streams that CloudWatch Logs destinations go on sending to which the topology no longer has, in regions without a
/// source or under an earlier name, with one of those that do. They are in the record only.
pub(super) fn kept(
    topology: &Topology,
    shards: &Shards,
    destination: &Destination,
    record: &Record,
) -> BTreeMap<Address, Address> {
    let entrances = shards::entrances(topology, shards, destination);
    let needed: BTreeSet<(ResourceName, &Region)> = entrances
        .into_iter()
        .map(|(shard, region)| (shard.name(&destination.destination_name).into(), region))
        .collect();
    let named = |address: &Address| matches!(&address.place, Place::Region(region) if needed.contains(&(address.name.clone(), region)));
    let left = record.entries().iter().filter(|(address, _)| {
        address.kind == KindName::LogsDestination && address.account == destination.account && !named(address)
    });
    left.flat_map(|(holder, entry)| carriers(entry).map(|stream| (stream.clone(), holder.clone()))).collect()
}

/// What carries on the events that a CloudWatch Logs destination takes.
pub(super) fn carriers(destination: &Entry) -> impl Iterator<Item = &Address> {
    destination.needs.iter().filter(|need| Facts::of(need.kind).flow.carries())
}
