//! The picture as a value.

use std::collections::BTreeMap;

use crate::address::{AccountId, AccountName, Address, Key, Region, TopologyName};
use crate::explain::Explanation;
use crate::graph::{Need, Note};
use crate::verify::verdict::HopVerdict;

/// Everything there is to draw of a topology.
#[derive(Debug, Clone)]
pub struct Diagram {
    /// Name of the topology.
    pub topology: TopologyName,
    /// Whether it shows what is in the accounts, or what is declared.
    pub live: bool,
    /// The accounts, those that send first, then those that receive and those that read.
    pub accounts: Vec<DrawnAccount>,
    /// What a log line passes. Hops mean them by their places in this list.
    pub stations: Vec<Station>,
    /// What leads from one station to the next.
    pub hops: Vec<Hop>,
    /// The resources, by address.
    pub resources: Vec<DrawnResource>,
    /// The policies in plain words.
    pub policies: Explanation,
    /// What there is to know about what the topology means.
    pub notes: Vec<Note>,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnAccount {
    /// Its name in the topology; `organization` stands for those that only reading finds.
    pub name: AccountName,
    /// Its id, where it is known.
    pub id: Option<AccountId>,
}

/// Something that a log line passes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Station {
    /// The account that it is in.
    pub account: AccountName,
    /// The region that it is in; roles are in none.
    pub region: Option<Region>,
    /// What it is called in AWS, or in the topology.
    pub name: String,
    /// What it is.
    pub kind: StationKind,
}

/// What a station is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StationKind {
    /// The CloudWatch agents of instances.
    Agent,
    /// Log groups.
    LogGroups {
        /// The source that selects them, unless none does.
        source: Option<Key>,
        /// Their names, as far as they are known.
        groups: Vec<String>,
        /// Globs that select log groups.
        patterns: Vec<String>,
        /// Names and globs that are taken out.
        excluded: Vec<String>,
        /// Whether every log group of the account and region is meant.
        whole_account: bool,
    },
    /// A CloudWatch Logs destination.
    Destination {
        /// The destination of the topology.
        destination: Key,
        /// Which of the streams beside each other it is in front of, counted from 0.
        stream: usize,
    },
    /// A Firehose stream.
    Stream {
        /// The destination of the topology.
        destination: Key,
    },
    /// A bucket.
    Bucket {
        /// The destination of the topology.
        destination: Key,
        /// What the keys of its objects start with.
        prefix: String,
    },
    /// The role that a reader assumes beside the logs.
    ReaderRole,
    /// Who reads.
    Reader,
}

impl StationKind {
    /// The name that programs know it by. It never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::LogGroups { .. } => "log_groups",
            Self::Destination { .. } => "destination",
            Self::Stream { .. } => "stream",
            Self::Bucket { .. } => "bucket",
            Self::ReaderRole => "reader_role",
            Self::Reader => "reader",
        }
    }
}

/// What leads from one station to the next, in the direction of a log line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// The station it starts at, by its place in the list.
    pub from: usize,
    /// The station it ends at.
    pub to: usize,
    /// What happens on it.
    pub kind: HopKind,
    /// Which events take it, as a filter pattern; empty is all of them.
    pub pattern: String,
    /// What it goes by.
    pub means: Vec<Means>,
    /// How it was found to be, if anybody looked.
    pub state: Option<State>,
}

/// What happens on a hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HopKind {
    /// An agent writes into a log group.
    Write,
    /// A subscription sends to a CloudWatch Logs destination.
    Subscription,
    /// CloudWatch Logs puts records on a stream.
    Put,
    /// The stream delivers to the bucket.
    Delivery,
    /// A role reads log groups.
    Read,
    /// Who reads assumes that role.
    Assume,
}

impl HopKind {
    /// The name that programs know it by. It never changes.
    pub fn code(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Subscription => "subscription",
            Self::Put => "put",
            Self::Delivery => "delivery",
            Self::Read => "read",
            Self::Assume => "assume",
        }
    }
}

/// Something that a hop goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Means {
    /// What it is.
    pub kind: MeansKind,
    /// What it is called.
    pub name: String,
    /// The resource, of what is one and not one of many.
    pub address: Option<Address>,
}

/// What a hop can go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeansKind {
    /// A filter on each of the log groups.
    SubscriptionFilter,
    /// A filter on all log groups of an account and region.
    AccountPolicy,
    /// The access policy of a CloudWatch Logs destination.
    AccessPolicy,
    /// A role.
    Role,
    /// The policy of a bucket.
    BucketPolicy,
    /// A policy that a role holds.
    Policy,
}

impl MeansKind {
    /// The name that programs know it by. It never changes.
    pub fn code(self) -> &'static str {
        match self {
            Self::SubscriptionFilter => "subscription_filter",
            Self::AccountPolicy => "account_policy",
            Self::AccessPolicy => "access_policy",
            Self::Role => "role",
            Self::BucketPolicy => "bucket_policy",
            Self::Policy => "policy",
        }
    }
}

/// How a hop was found to be: as `verify` judges it before it sends anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The worst of its checks.
    pub verdict: HopVerdict,
    /// What was checked, in the order in which a log line meets it.
    pub checks: Vec<Checked>,
}

/// One check of a hop, over all log groups that take the hop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The hop as `verify` calls it.
    pub check: &'static str,
    /// The worst that was found.
    pub verdict: HopVerdict,
    /// What was found there, for the first log group of which it was.
    pub detail: String,
    /// The log groups of which this verdict holds.
    pub log_groups: usize,
    /// The log groups that were looked at.
    pub of: usize,
}

/// A resource and what must be there first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnResource {
    /// Which.
    pub address: Address,
    /// What it needs, each with the reason.
    pub needs: Vec<Need>,
    /// The resource that it is a part of.
    pub container: Option<Address>,
    /// Whether it exists, if anybody looked.
    pub exists: Option<bool>,
}

impl Diagram {
    /// The ids of the accounts, as far as they are known.
    pub fn ids(&self) -> BTreeMap<AccountName, AccountId> {
        let known =
            self.accounts.iter().filter_map(|account| Some((account.name.clone(), account.id.clone()?)));
        known.collect()
    }

    /// The resources whose policies decide about a hop, each once.
    pub fn rests_on<'h>(&self, hop: &'h Hop) -> Vec<&'h Address> {
        let mut rests_on: Vec<&Address> = Vec::new();
        for address in hop.means.iter().filter_map(|means| means.address.as_ref()) {
            if !rests_on.contains(&address) {
                rests_on.push(address);
            }
        }
        rests_on
    }
}
