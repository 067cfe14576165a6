//! From a topology and its graph to stations and hops: the pipeline.

use std::collections::{BTreeMap, BTreeSet};

use super::accounts::in_order;
use super::model::{Diagram, DrawnResource, Hop, HopKind, Means, MeansKind, Station, StationKind};
use crate::address::{AccountName, Address, Key, KindName, Place, Region};
use crate::explain::Explanation;
use crate::graph::shards::ShardNames;
use crate::graph::{Graph, Lifecycle, Note, Shard, shards};
use crate::topology::{Destination, LogGroupSelector, Source, Topology};

/// What stands for the accounts that are found through the organisation, as topologies write it.
const MEMBERS: &str = "organization";

/// Draws a topology, with the graph that was built of it and what an earlier life of it left.
pub fn diagram(topology: &Topology, graph: &Graph, lifecycle: &Lifecycle, policies: Explanation) -> Diagram {
    let mut drawing = Drawing::new(topology, graph, lifecycle);
    for destination in topology.destinations.values() {
        drawing.destination(destination);
    }
    for source in topology.sources.values() {
        drawing.source(source);
    }
    for agent in topology.agents.values() {
        drawing.agent(agent);
    }
    for reader in topology.readers.values() {
        drawing.reader(reader);
    }
    let Drawing { stations, hops, .. } = drawing;
    Diagram {
        topology: topology.name.clone(),
        live: false,
        accounts: in_order(topology, &stations),
        stations,
        hops,
        resources: graph.nodes.values().map(resource).collect(),
        policies,
        notes: graph.notes.clone(),
    }
}

fn resource(node: &crate::graph::Node) -> DrawnResource {
    DrawnResource {
        address: node.address.clone(),
        needs: node.needs.clone(),
        container: node.container.clone(),
        exists: None,
    }
}

/// Where a CloudWatch Logs destination is: of which destination and shard, in which region.
type Entrance = (Key, Region, Shard);

/// The log groups of a source in one account and region.
type Selected<'a> = BTreeMap<(&'a Key, &'a AccountName, &'a Region), Vec<&'a str>>;

/// A picture that is being drawn.
pub(super) struct Drawing<'a> {
    pub(super) topology: &'a Topology,
    pub(super) graph: &'a Graph,
    lifecycle: &'a Lifecycle,
    pub(super) stations: Vec<Station>,
    hops: Vec<Hop>,
    entrances: BTreeMap<Entrance, usize>,
    selected: Selected<'a>,
}

impl<'a> Drawing<'a> {
    fn new(topology: &'a Topology, graph: &'a Graph, lifecycle: &'a Lifecycle) -> Self {
        let mut selected = Selected::new();
        for route in &graph.routes {
            let place = (&route.source, &route.account, &route.region);
            selected.entry(place).or_default().push(route.log_group.as_str());
        }
        Self {
            topology,
            graph,
            lifecycle,
            stations: Vec::new(),
            hops: Vec::new(),
            entrances: BTreeMap::new(),
            selected,
        }
    }

    pub(super) fn station(&mut self, station: Station) -> usize {
        self.stations.push(station);
        self.stations.len() - 1
    }

    pub(super) fn hop(&mut self, (from, to): (usize, usize), kind: HopKind, means: Vec<Means>) {
        self.hops.push(Hop { from, to, kind, pattern: String::new(), means, state: None });
    }

    /// Bucket, streams and CloudWatch Logs destinations, with the hops between them.
    fn destination(&mut self, destination: &Destination) {
        let here = |name: &str, kind| Station {
            account: destination.account.clone(),
            region: Some(destination.region.clone()),
            name: name.to_owned(),
            kind,
        };
        let (key, bucket) = (&destination.key, &destination.bucket);
        let prefix = destination.object_prefix();
        let to = self.station(here(&bucket.name, StationKind::Bucket { destination: key.clone(), prefix }));
        let writer = destination.transport.writer();
        let mut writes = vec![role(&destination.account, writer)];
        if bucket.create {
            let address = destination.here(KindName::S3BucketPolicy, &bucket.name);
            let name = bucket.name.clone();
            writes.push(Means { kind: MeansKind::BucketPolicy, name, address: Some(address) });
        }
        let streams = self.lifecycle.streams(self.topology, destination);
        let streams: Vec<usize> = streams
            .iter()
            .map(|stream| {
                let kind = StationKind::Stream { destination: key.clone() };
                let stream = self.station(here(&stream.in_use, kind));
                self.hop((stream, to), HopKind::Delivery, writes.clone());
                stream
            })
            .collect();
        let names = ShardNames::of(self.topology, destination);
        for (shard, places) in shards::spread(self.topology, &self.graph.shards, destination) {
            let stream = names.stream(shard);
            for region in places.into_keys() {
                let kind = StationKind::Destination { destination: key.clone(), stream };
                let name = shard.name(&destination.destination_name);
                let station = Station { region: Some(region.clone()), ..here(&name, kind) };
                let entrance = self.station(station);
                let puts = vec![role(&destination.account, &shard.name(&destination.cwl_role))];
                self.hop((entrance, streams[stream]), HopKind::Put, puts);
                self.entrances.insert((key.clone(), region.clone(), shard), entrance);
            }
        }
    }

    /// The log groups of a source in each account and region, and where they send to.
    fn source(&mut self, source: &Source) {
        let unread =
            self.graph.notes.iter().any(
                |note| matches!(note, Note::OrganizationUnread { source: unread } if *unread == source.key),
            );
        let members: Option<AccountName> = MEMBERS.parse().ok().filter(|_| unread);
        for account in source.accounts.iter().chain(&members) {
            if self.graph.skips(account) {
                continue;
            }
            for region in &source.regions {
                self.subscription(source, account, region);
            }
        }
    }

    fn subscription(&mut self, source: &Source, account: &AccountName, region: &Region) {
        let destination = &self.topology.destinations[&source.destination];
        let shard = shards::of_account(&self.graph.shards, &destination.key, account);
        let first = (destination.key.clone(), region.clone(), Shard::FIRST);
        let wanted = (destination.key.clone(), region.clone(), shard);
        // Of accounts that are not known yet nobody knows the shard.
        let any = || {
            self.entrances
                .range(first..)
                .next()
                .filter(|((key, there, _), _)| *key == destination.key && there == region)
        };
        let Some(to) = self.entrances.get(&wanted).or_else(|| any().map(|(_, to)| to)).copied() else {
            return;
        };
        let groups = self.selected.get(&(&source.key, account, region)).cloned().unwrap_or_default();
        let groups: Vec<String> = match groups.is_empty() {
            true => names_in_full(source),
            false => groups.into_iter().map(str::to_owned).collect(),
        };
        let from = self.station(Station {
            account: account.clone(),
            region: Some(region.clone()),
            name: source.key.to_string(),
            kind: StationKind::LogGroups {
                source: Some(source.key.clone()),
                groups,
                patterns: globs(source),
                excluded: source.exclude.clone(),
                whole_account: source.whole_account(),
            },
        });
        let means = self.means_of_subscription(source, account, region, to);
        let (pattern, kind) = (source.filter.pattern.clone(), HopKind::Subscription);
        self.hops.push(Hop { from, to, kind, pattern, means, state: None });
    }

    fn means_of_subscription(
        &self,
        source: &Source,
        account: &AccountName,
        region: &Region,
        to: usize,
    ) -> Vec<Means> {
        let destination = &self.topology.destinations[&source.destination];
        let name = source.filter.name.clone();
        let filter = match source.whole_account() {
            true => {
                let place = Place::Region(region.clone());
                let address =
                    Address::new(account.clone(), place, KindName::LogsAccountPolicy, name.as_str());
                Means { kind: MeansKind::AccountPolicy, name, address: Some(address) }
            }
            false => Means { kind: MeansKind::SubscriptionFilter, name, address: None },
        };
        let entrance = self.stations[to].name.clone();
        let policy = destination.in_region(region, KindName::LogsDestinationPolicy, &entrance);
        let admits = Means { kind: MeansKind::AccessPolicy, name: entrance, address: Some(policy) };
        let shown = destination.wants_roles().then(|| role(account, &destination.sender_role));
        [filter, admits].into_iter().chain(shown).collect()
    }
}

/// A role by its name.
pub(super) fn role(account: &AccountName, name: &str) -> Means {
    let address = Address::global(account, KindName::IamRole, name);
    Means { kind: MeansKind::Role, name: name.to_owned(), address: Some(address) }
}

fn globs(source: &Source) -> Vec<String> {
    let globs = source.log_groups.iter().filter_map(|selector| match selector {
        LogGroupSelector::Glob(glob) => Some(glob.clone()),
        LogGroupSelector::Exact(_) => None,
    });
    globs.collect()
}

/// The log groups that a source names in full, which are known without looking.
fn names_in_full(source: &Source) -> Vec<String> {
    let names: BTreeSet<&String> = source
        .log_groups
        .iter()
        .filter_map(|selector| match selector {
            LogGroupSelector::Exact(name) => Some(name),
            LogGroupSelector::Glob(_) => None,
        })
        .collect();
    names.into_iter().cloned().collect()
}
