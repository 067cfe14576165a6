//! The outputs of destinations. Pure.

use std::collections::BTreeSet;

use serde_json::json;

use super::Output;
use crate::address::{AccountId, AccountName, Address, KindName, Partition, Region};
use crate::graph::{Lifecycle, Shard, Shards, arns, shards};
use crate::record::{Record, State};
use crate::topology::{Destination, Firehose, Scope, Source, Topology, Transport};

/// Every output of every destination.
pub(super) fn outputs(topology: &Topology, lifecycle: &Lifecycle, record: &Record) -> Vec<Output> {
    let shards = shards::assigned(topology, &lifecycle.shards);
    let listing = Listing { topology, lifecycle, record, shards };
    topology.destinations.values().flat_map(|destination| listing.of(destination)).collect()
}

struct Listing<'a> {
    topology: &'a Topology,
    lifecycle: &'a Lifecycle,
    record: &'a Record,
    shards: Shards,
}

impl Listing<'_> {
    fn of(&self, destination: &Destination) -> Vec<Output> {
        let mut outputs = self.bucket(destination);
        outputs.extend(self.transport(destination));
        outputs.extend(self.cwl_roles(destination));
        outputs.extend(self.sender_roles(destination));
        outputs.extend(self.entrances(destination));
        outputs.extend(self.subscriptions(destination));
        outputs
    }

    fn bucket(&self, destination: &Destination) -> Vec<Output> {
        let name = &destination.bucket.name;
        let address = destination.here(KindName::S3Bucket, name);
        // A bucket that the topology only uses is there without us.
        let applied = !destination.bucket.create || self.there(&address);
        [("bucket_name", name.clone()), ("bucket_arn", arns::bucket(self.partition(), name))]
            .map(|(output, value)| output_of(destination, output, value, &address, applied))
            .into()
    }

    /// What carries events into the bucket.
    fn transport(&self, destination: &Destination) -> Vec<Output> {
        match &destination.transport {
            Transport::Firehose(firehose) => self.firehose(destination, firehose),
        }
    }

    fn firehose(&self, destination: &Destination, firehose: &Firehose) -> Vec<Output> {
        let mut outputs = Vec::new();
        for (stream, number) in self.lifecycle.streams(self.topology, destination).into_iter().zip(1..) {
            let name = stream.in_use;
            let address = destination.here(KindName::FirehoseStream, &name);
            let arn = arns::firehose_stream(&destination.region, self.owner(destination), &name);
            outputs.extend([
                self.output(destination, &numbered("stream_name", number), name, &address),
                self.output(destination, &numbered("stream_arn", number), arn, &address),
            ]);
        }
        if let Some(group) = destination.transport.error_log_group() {
            let address = destination.here(KindName::LogGroup, group);
            outputs.push(self.output(destination, "error_log_group", group.to_owned(), &address));
        }
        outputs.push(self.role(destination, "firehose_role_arn", &firehose.role));
        outputs
    }

    fn role(&self, destination: &Destination, output: &str, role: &str) -> Output {
        let address = Address::global(&destination.account, KindName::IamRole, role);
        let arn = arns::role(self.partition(), self.owner(destination), role);
        self.output(destination, output, arn, &address)
    }

    /// The role of every shard.
    fn cwl_roles(&self, destination: &Destination) -> Vec<Output> {
        let role = |shard: Shard| {
            let name = numbered("cwl_role_arn", shard.number());
            self.role(destination, &name, &shard.name(&destination.cwl_role))
        };
        shards::of(&self.shards, destination).into_iter().map(role).collect()
    }

    /// The role of every account that has to show one.
    fn sender_roles(&self, destination: &Destination) -> Vec<Output> {
        let sources = self.topology.sources.values().filter(|source| source.destination == destination.key);
        let senders: BTreeSet<&AccountName> = sources.flat_map(|source| &source.accounts).collect();
        let role = |account: &AccountName| {
            let address = Address::global(account, KindName::IamRole, &destination.sender_role);
            let id = &self.topology.accounts[account].id;
            let arn = arns::role(self.partition(), id, &destination.sender_role);
            self.output(destination, &format!("sender_role_arn.{account}"), arn, &address)
        };
        senders.into_iter().filter(|_| destination.wants_roles()).map(role).collect()
    }

    /// The CloudWatch Logs destinations of every region that logs come from.
    fn entrances(&self, destination: &Destination) -> Vec<Output> {
        let entrance = |(shard, region): (Shard, &Region)| {
            let name = shard.name(&destination.destination_name);
            let address = destination.in_region(region, KindName::LogsDestination, &name);
            let arn = arns::destination(region, self.owner(destination), &address.name);
            self.output(
                destination,
                &numbered(&format!("destination_arn.{region}"), shard.number()),
                arn,
                &address,
            )
        };
        let entrances = shards::entrances(self.topology, &self.shards, destination);
        entrances.into_iter().map(entrance).collect()
    }

    /// How many filters, and policies of whole accounts, send to it. Which log groups a glob meant is known from the
    /// record alone.
    fn subscriptions(&self, destination: &Destination) -> Vec<Output> {
        let sources: Vec<&Source> =
            self.topology.sources.values().filter(|source| source.destination == destination.key).collect();
        // Each only where there ever is one: a number that stays zero would look like something not applied yet.
        let (whole, single): (Vec<&Source>, Vec<&Source>) =
            sources.into_iter().partition(|source| source.whole_account());
        let counts = [
            ("subscription_filters", KindName::SubscriptionFilter, single),
            ("account_policies", KindName::LogsAccountPolicy, whole),
        ];
        let counts = counts.into_iter().filter(|(_, _, sources)| !sources.is_empty());
        counts.map(|(name, kind, sources)| self.count(destination, name, kind, &sources)).collect()
    }

    fn count(&self, destination: &Destination, name: &str, kind: KindName, sources: &[&Source]) -> Output {
        let made = self.record.entries().keys().filter(|address| {
            address.kind == kind
                && self.there(address)
                && sources.iter().any(|source| made_for(source, address))
        });
        let made = made.count();
        Output {
            name: format!("{}.{name}", destination.key),
            value: json!(made),
            address: None,
            applied: made > 0,
        }
    }

    fn output(&self, destination: &Destination, name: &str, value: String, address: &Address) -> Output {
        output_of(destination, name, value, address, self.there(address))
    }

    fn owner(&self, destination: &Destination) -> &AccountId {
        &self.topology.accounts[&destination.account].id
    }

    fn partition(&self) -> Partition {
        self.topology.region.partition()
    }

    fn there(&self, address: &Address) -> bool {
        self.record.get(address).is_some_and(|entry| entry.state == State::Present)
    }
}

fn output_of(
    destination: &Destination,
    name: &str,
    value: String,
    address: &Address,
    applied: bool,
) -> Output {
    Output {
        name: format!("{}.{name}", destination.key),
        value: json!(value),
        address: Some(address.clone()),
        applied,
    }
}

/// The first of several streams, or shards, has the name that there is where there is one.
fn numbered(output: &str, number: u32) -> String {
    if number == 1 { output.to_owned() } else { format!("{output}.{number}") }
}

fn made_for(source: &Source, address: &Address) -> bool {
    let name = match source.scope {
        Scope::LogGroups => address.name_parts().1,
        Scope::Account => &address.name,
    };
    name == source.filter.name
        && (source.organization || source.accounts.contains(&address.account))
        && address.place.region().is_some_and(|region| source.regions.contains(region))
}
