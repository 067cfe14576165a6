//! Topology in, graph out: every resource with what it needs and why. Pure.

use std::collections::BTreeMap;

use crate::address::{AccountId, AccountName, Address, Key, Partition, Region};
use crate::graph::{Discovered, Graph, Lifecycle, Need, Node, Shard, quotas, shards, slots};
use crate::provider::{OwnTags, Resource};
use crate::topology::{Destination, Source, Topology};

/// The tag that says which topology made a resource.
pub const OWNERSHIP_TAG: &str = "logpipe:topology";

pub use crate::provider::ADOPTED_TAG;

/// Builds the graph of what a topology declares, of what was found in its accounts and of what its earlier life left.
pub fn build(topology: &Topology, discovered: &Discovered, lifecycle: &Lifecycle) -> Graph {
    let inventory = discovered.inventory();
    let mut building = GraphBuilder::new(topology, lifecycle);
    for destination in topology.destinations.values() {
        building.destination(destination);
    }
    for source in topology.sources.values() {
        building.source(source, inventory);
        building.source_alarms(source);
    }
    for agent in topology.agents.values() {
        building.agent(agent, inventory);
        building.parameter(agent);
    }
    for reader in topology.readers.values() {
        building.reader(reader);
    }
    building.roles_into_graph();
    building.filters_on_groups();
    building.as_they_were();
    let crowded = slots::problems(&building.graph.routes, topology);
    building.graph.problems.extend(crowded);
    let too_long = quotas::problems(&building.graph, topology);
    building.graph.problems.extend(too_long);
    building.graph
}

/// The graph of what a topology declares alone, whatever is there and has been made. No plan is made from it.
pub fn declared(topology: &Topology) -> Graph {
    build(topology, &Discovered::NotAsked, &Lifecycle::default())
}

/// The graph so far, with the few facts every node needs.
pub(super) struct GraphBuilder<'a> {
    pub(super) topology: &'a Topology,
    pub(super) lifecycle: &'a Lifecycle,
    pub(super) tags: OwnTags,
    pub(super) graph: Graph,
    /// How long the log groups that sources create keep events, and which source says so.
    pub(super) retentions: BTreeMap<Address, (&'a Key, u32)>,
    /// Which source takes the one subscription policy of an account and region.
    pub(super) policies: BTreeMap<(AccountName, Region), &'a Key>,
    /// The sources that make log groups, by account and region.
    pub(super) makers: BTreeMap<(&'a AccountName, &'a Region), Vec<&'a Source>>,
    /// The subscription filters on each log group.
    pub(super) filters: BTreeMap<Address, Vec<Address>>,
    /// The roles of agents and readers.
    pub(super) roles: BTreeMap<Address, super::iam::Draft>,
}

impl<'a> GraphBuilder<'a> {
    pub(super) fn new(topology: &'a Topology, lifecycle: &'a Lifecycle) -> Self {
        let mut tags = topology.tags.clone();
        tags.insert(OWNERSHIP_TAG.to_owned(), topology.name.to_string());
        Self {
            topology,
            lifecycle,
            tags: OwnTags::of(tags),
            graph: Graph { shards: shards::assigned(topology, &lifecycle.shards), ..Graph::default() },
            retentions: BTreeMap::new(),
            policies: BTreeMap::new(),
            makers: makers(topology),
            filters: BTreeMap::new(),
            roles: BTreeMap::new(),
        }
    }

    /// Tags that we have set and that nobody asks for any more have to go, and roles may give way that are ours.
    pub(super) fn as_they_were(&mut self) {
        for node in self.graph.nodes.values_mut() {
            let Some(previous) = self.lifecycle.previous.get(&node.address) else { continue };
            if previous.taken_over {
                node.resource.taken_over();
            }
            node.resource.had_tags(&previous.tags);
            node.resource.was_tied_to(&previous.needs);
        }
    }

    pub(super) fn account_id(&self, name: &AccountName) -> &'a AccountId {
        &self.topology.accounts[name].id
    }

    /// The shard that an account has at a destination.
    pub(super) fn shard(&self, destination: &Destination, account: &AccountName) -> Shard {
        shards::of_account(&self.graph.shards, &destination.key, account)
    }

    pub(super) fn partition(&self) -> Partition {
        self.topology.region.partition()
    }

    pub(super) fn add(&mut self, address: &Address, mut resource: Resource, needs: Vec<Need>) {
        if let Resource::IamRole(role) = &mut resource
            && role.borrowed_arn.is_none()
        {
            let account = self.account_id(&address.account);
            let boundary = self.topology.permissions_boundary.as_ref();
            role.permissions_boundary = boundary.map(|boundary| boundary.arn(self.partition(), account));
        }
        let node = Node { address: address.clone(), resource, needs, container: None, found: false };
        self.graph.nodes.insert(address.clone(), node);
    }

    pub(super) fn add_within(
        &mut self,
        container: &Address,
        address: &Address,
        resource: Resource,
        needs: Vec<Need>,
    ) {
        let mut node = Node { address: address.clone(), resource, needs, container: None, found: false };
        put_into(&mut node, container);
        self.graph.nodes.insert(address.clone(), node);
    }
}

/// The sources that make log groups, by where they do.
fn makers(topology: &Topology) -> BTreeMap<(&AccountName, &Region), Vec<&Source>> {
    let mut makers: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for source in topology.sources.values().filter(|source| source.create) {
        let accounts = source.accounts.iter();
        for place in accounts.flat_map(|account| source.regions.iter().map(move |region| (account, region))) {
            makers.entry(place).or_default().push(source);
        }
    }
    makers
}

/// Makes a node part of another.
pub(super) fn put_into(node: &mut Node, container: &Address) {
    node.needs.insert(0, Need::new(container, "it is part of that resource"));
    node.container = Some(container.clone());
}
