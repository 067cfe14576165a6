//! The graph as a value.

use std::collections::{BTreeMap, BTreeSet};

use super::Instance;
use super::dag::Needs;
use super::note::Note;
use super::shards::Shards;
use crate::address::{AccountId, AccountName, Address, Key, KindName, Region};
use crate::provider::{Facts, Resource};

/// Something that must be there first, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// What.
    pub address: Address,
    /// Why.
    pub why: &'static str,
}

impl Need {
    pub(crate) fn new(address: &Address, why: &'static str) -> Self {
        Self { address: address.clone(), why }
    }
}

/// One resource.
#[derive(Debug, Clone)]
pub struct Node {
    /// Where and what.
    pub address: Address,
    /// Its desired state.
    pub resource: Resource,
    /// What must be there first.
    pub needs: Vec<Need>,
    /// The resource it is part of: absent when that is absent.
    pub container: Option<Address>,
    /// Found by a glob, not named: if it cannot be made it is left out, and the rest continues.
    pub found: bool,
}

impl Node {
    /// One to look at what is there by, and never to be made.
    pub(crate) fn to_look_at(address: &Address) -> Self {
        let resource = Resource::stand_in(address.kind);
        Self { address: address.clone(), resource, needs: Vec::new(), container: None, found: false }
    }
}

/// A stream that a successor has taken over from, on its way out.
#[derive(Debug, Clone)]
pub struct Retirement {
    /// The stream.
    pub address: Address,
    /// Its successor.
    pub successor: Address,
    /// What must point at the successor before the stream may go.
    pub after: Vec<Address>,
}

/// One way that log events take: a log group's events to a destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The source that selects the group.
    pub source: Key,
    /// Where its events go.
    pub destination: Key,
    /// The account of the group.
    pub account: AccountName,
    /// Its region.
    pub region: Region,
    /// The group.
    pub log_group: String,
    /// The filter that sends them, or the account's policy.
    pub filter: Address,
}

/// An account that a run leaves out, because it cannot be entered or read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SkippedAccount {
    /// Its name in the topology.
    pub account: AccountName,
    /// Its id.
    pub id: AccountId,
    /// What was attempted, and what AWS answered.
    pub error: String,
    /// AWS's error code.
    pub code: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
}

/// Every resource of a topology.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// The resources, by address.
    pub nodes: BTreeMap<Address, Node>,
    /// What `--target` or `--skip-unreachable` leaves out, with what each of that needs. A stream that is left out although
    /// it is to be retired will need nothing.
    pub outside: Needs<Address>,
    /// Accounts that are left out, of which nothing is known.
    pub skipped: Vec<SkippedAccount>,
    /// The subscriptions that each access policy of a destination admits, those that `--target` leaves out included.
    pub subscriptions: BTreeMap<Address, BTreeSet<Address>>,
    /// Streams that successors have taken over from.
    pub retiring: Vec<Retirement>,
    /// The resources that hold rights for what no source or destination needs any more, as they are without those.
    pub bare: BTreeMap<Address, Resource>,
    /// Streams that have successors but that something no source needs still sends to, with that sender.
    pub kept: BTreeMap<Address, Address>,
    /// Access policies that are to name an organisation, and name accounts as long as a subscription that no source names
    /// any more depends on that, with that subscription.
    pub later: BTreeMap<Address, Address>,
    /// The shard of every sender.
    pub shards: Shards,
    /// The routes.
    pub routes: Vec<Route>,
    /// The EC2 instances through which roles of others were found, by the address of the role.
    pub instances: BTreeMap<Address, Vec<Instance>>,
    /// What the user should know (globs that match nothing, groups left out).
    pub notes: Vec<Note>,
    /// What makes the topology impossible; nothing may be planned then.
    pub problems: Vec<String>,
}

impl Graph {
    /// Whether an account is left out. What the record knows in it is neither there nor gone.
    pub fn skips(&self, account: &AccountName) -> bool {
        self.skipped.iter().any(|skipped| skipped.account == *account)
    }

    /// The resources that are meant, and nothing else: for a look at them.
    pub(crate) fn resources(&self, meant: impl Fn(&Address) -> bool) -> Self {
        let nodes = self.nodes.iter().filter(|(address, _)| meant(address));
        Self {
            nodes: nodes.map(|(address, node)| (address.clone(), node.clone())).collect(),
            ..Self::default()
        }
    }

    /// The selected part. A stream is only retired if everything that must stop using it first is part of the
    /// selection.
    pub(crate) fn only(mut self, meant: BTreeSet<Address>) -> Self {
        let (nodes, outside): (BTreeMap<_, _>, BTreeMap<_, _>) =
            self.nodes.into_iter().partition(|(address, _)| meant.contains(address));
        self.nodes = nodes;
        self.outside.extend(outside.into_iter().map(|(address, node)| (address, edges(&node))));
        self.routes.retain(|route| meant.contains(&route.filter));
        let mut staying = meant;
        for retirement in std::mem::take(&mut self.retiring) {
            if retirement.after.iter().all(|address| staying.contains(address)) {
                staying.insert(retirement.address.clone());
                self.retiring.push(retirement);
            } else {
                self.outside.insert(retirement.address, BTreeSet::new());
            }
        }
        self
    }

    /// All but these.
    pub(crate) fn without<'a>(self, left: impl Iterator<Item = &'a Address>) -> Self {
        let left: BTreeSet<&Address> = left.collect();
        if left.is_empty() {
            return self;
        }
        let rest = self.nodes.keys().filter(|address| !left.contains(address)).cloned().collect();
        self.only(rest)
    }

    /// The roles that events pass: what delivers them needs these.
    pub(crate) fn roles_of_pipelines(&self) -> impl Iterator<Item = &Address> {
        let delivering = self.nodes.values().filter(|node| Facts::of(node.address.kind).flow.delivers());
        let needed = delivering.flat_map(|node| node.needs.iter().map(|need| &need.address));
        needed.filter(|need| need.kind == KindName::IamRole)
    }

    /// The edges.
    pub fn needs(&self) -> Needs<Address> {
        self.nodes.iter().map(|(address, node)| (address.clone(), edges(node))).collect()
    }
}

fn edges(node: &Node) -> BTreeSet<Address> {
    node.needs.iter().map(|need| need.address.clone()).collect()
}
