//! The shards of senders as they were: an account keeps its own for life. Pure.

use std::collections::BTreeMap;

use crate::address::{AccountName, Address, KindName};
use crate::graph::shards::ShardNames;
use crate::graph::{Graph, Lifecycle, Shard, Shards, arns};
use crate::plan::survey::observe::Observed;
use crate::provider::logs::account_policy::LogsAccountPolicy;
use crate::provider::logs::subscription_filter::SubscriptionFilter;
use crate::provider::{Facts, Live};
use crate::record::{Entry, Record};
use crate::topology::{Destination, Topology};

/// The shards that the record knows, also those of accounts that the topology no longer names.
pub fn recorded_shards(topology: &Topology, record: &Record) -> Shards {
    let sending: Vec<(&Address, &Entry)> =
        record.entries().iter().filter(|(address, _)| Facts::of(address.kind).flow.sends()).collect();
    let of = |destination: &Destination| {
        let names = ShardNames::of(topology, destination);
        let mut shards = BTreeMap::new();
        for (address, entry) in &sending {
            let policies = entry.needs.iter().filter(|need| {
                need.kind == KindName::LogsDestinationPolicy && need.account == destination.account
            });
            for shard in policies.filter_map(|policy| names.shard(&policy.name)) {
                keep_first(&mut shards, &address.account, shard);
            }
        }
        (destination.key.clone(), shards)
    };
    topology.destinations.values().map(of).collect()
}

/// The same life with the shards of accounts that the record does not know, as their live subscriptions have them;
/// `None` where they say nothing new.
pub(in crate::plan) fn with_live_shards(
    topology: &Topology,
    lifecycle: &Lifecycle,
    graph: &Graph,
    observed: &Observed,
) -> Option<Lifecycle> {
    let names: BTreeMap<_, _> = topology
        .destinations
        .values()
        .map(|destination| (&destination.key, ShardNames::of(topology, destination)))
        .collect();
    let mut seen = Shards::new();
    for route in &graph.routes {
        let known = lifecycle.shards.get(&route.destination);
        if known.is_some_and(|known| known.contains_key(&route.account)) {
            continue;
        }
        let Some(arn) = observed.live(&route.filter).and_then(sends_to) else { continue };
        let destination = &topology.destinations[&route.destination];
        let owner = &topology.accounts[&destination.account].id;
        let name = arn.strip_prefix(&arns::destination(&route.region, owner, ""));
        if let Some(shard) = name.and_then(|name| names[&route.destination].shard(name)) {
            keep_first(seen.entry(route.destination.clone()).or_default(), &route.account, shard);
        }
    }
    let news = seen.iter().any(|(destination, shards)| {
        let assigned = graph.shards.get(destination);
        shards
            .iter()
            .any(|(account, shard)| assigned.and_then(|assigned| assigned.get(account)) != Some(shard))
    });
    news.then(|| {
        let mut next = lifecycle.clone();
        for (destination, shards) in seen {
            next.shards.entry(destination).or_default().extend(shards);
        }
        next
    })
}

/// The destination that a live subscription sends to.
fn sends_to(live: &Live) -> Option<&str> {
    let filter = live.of::<SubscriptionFilter>().and_then(|filter| filter.destination_arn.as_deref());
    filter.or_else(|| live.of::<LogsAccountPolicy>()?.destination_arn.as_deref())
}

/// An account that was stopped on its way from one shard to another has two: the first is the one it has.
fn keep_first(shards: &mut BTreeMap<AccountName, Shard>, account: &AccountName, shard: Shard) {
    let kept = shards.entry(account.clone()).or_insert(shard);
    *kept = shard.min(*kept);
}
