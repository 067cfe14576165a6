//! Streams that are no longer a destination's own while something still sends to them, or they still hold what was
//! sent. Pure.
//!
//! CloudWatch Logs gives events up at once when its role may not put them on a stream (CloudWatch Logs User Guide,
//! "Real-time processing of log data with subscriptions"), so that right outlasts the last who sends.

use std::collections::{BTreeMap, BTreeSet};

use super::observe::Observed;
use crate::address::{Address, KindName, Place, Region};
use crate::graph::{Graph, arns};
use crate::provider::Live;
use crate::record::{Entry, Record};
use crate::topology::{Destination, Topology};

/// The topology with the streams that CloudWatch Logs destinations are to be moved away from; `None` when there are
/// none.
pub fn with_former(
    topology: &Topology,
    graph: &Graph,
    observed: &Observed,
    record: &Record,
) -> Option<Topology> {
    let mut next = topology.clone();
    let mut any = false;
    for destination in next.destinations.values_mut() {
        let former = former(topology, destination, graph, observed, record);
        any |= !former.is_empty();
        destination.stream.former = former;
    }
    any.then_some(next)
}

/// What the CloudWatch Logs destinations that are needed send to and should not. What `--target` leaves out was not
/// looked at, and sends to what the record says.
fn former(
    topology: &Topology,
    destination: &Destination,
    graph: &Graph,
    observed: &Observed,
    record: &Record,
) -> BTreeSet<Address> {
    let account = &topology.accounts[&destination.account].id;
    let role = arns::role(topology.region.partition(), account, &destination.cwl_role);
    let mut former = BTreeSet::new();
    for region in topology.regions_into(&destination.key) {
        let entrance = entrance(destination, region);
        if !graph.nodes.contains_key(&entrance) {
            former.extend(record.get(&entrance).into_iter().flat_map(streams).cloned());
        } else if let Some(Live::LogsDestination(live)) = observed.live(&entrance)
            && live.role_arn.as_deref() == Some(role.as_str())
        {
            former.extend(live.target_arn.as_deref().and_then(|arn| stream(topology, destination, arn)));
        }
    }
    former.retain(|address| !is_own(destination, address) && !destination.stream.kept.contains_key(address));
    former
}

/// Streams that a destination's CloudWatch Logs destinations in regions without a source go on sending to, with one
/// of those that do. They are in the record only.
pub(super) fn kept(
    topology: &Topology,
    destination: &Destination,
    record: &Record,
) -> BTreeMap<Address, Address> {
    let needed = topology.regions_into(&destination.key);
    let left = record.entries().iter().filter(|(address, _)| {
        address.kind == KindName::LogsDestination
            && address.account == destination.account
            && address.name == destination.destination_name
            && !matches!(&address.place, Place::Region(region) if needed.contains(region))
    });
    left.flat_map(|(holder, entry)| streams(entry).map(|stream| (stream.clone(), holder.clone()))).collect()
}

/// The buckets that streams of before, which are in the record only, write to with the role of the destination's own:
/// what they hold is lost when they may not.
pub(super) fn former_buckets(destination: &Destination, record: &Record) -> BTreeSet<String> {
    let role = Address::global(&destination.account, KindName::IamRole, &destination.firehose_role);
    let streams = record.entries().iter().filter(|(address, entry)| {
        address.kind == KindName::FirehoseStream
            && entry.needs.contains(&role)
            && !is_own(destination, address)
    });
    let needs = streams.flat_map(|(_, entry)| &entry.needs);
    let buckets = needs.filter(|need| need.kind == KindName::S3Bucket).map(|need| need.name.clone());
    buckets.filter(|name| *name != destination.bucket.name).collect()
}

/// Whether a stream is the destination's, or one that it takes over from.
fn is_own(destination: &Destination, address: &Address) -> bool {
    let stream = &destination.stream;
    address.place == Place::Region(destination.region.clone())
        && (address.name == stream.name || stream.predecessors.contains(&address.name))
}

fn entrance(destination: &Destination, region: &Region) -> Address {
    Address {
        account: destination.account.clone(),
        place: Place::Region(region.clone()),
        kind: KindName::LogsDestination,
        name: destination.destination_name.clone(),
    }
}

fn streams(entry: &Entry) -> impl Iterator<Item = &Address> {
    entry.needs.iter().filter(|need| need.kind == KindName::FirehoseStream)
}

/// The stream of an ARN, in the destination's account: the role has no rights elsewhere.
fn stream(topology: &Topology, destination: &Destination, arn: &str) -> Option<Address> {
    let account = &topology.accounts[&destination.account].id;
    let (region, name) = (arn.split(':').nth(3)?.parse().ok()?, arn.rsplit_once('/')?.1);
    (arns::firehose_stream(&region, account, name) == arn).then(|| Address {
        account: destination.account.clone(),
        place: Place::Region(region),
        kind: KindName::FirehoseStream,
        name: name.to_owned(),
    })
}
