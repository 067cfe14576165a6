//! What earlier versions of a topology left behind, as far as the graph depends on it. The planner finds it in the
//! record.

use std::collections::BTreeMap;

use super::shards::Shards;
use super::streams;
use crate::address::{Address, Key};
use crate::few::Few;
use crate::topology::{Agent, Destination, Topology};

/// What an earlier life left. The default is a topology of which nothing has been made yet.
#[derive(Debug, Clone, Default)]
pub struct Lifecycle {
    /// The streams of destinations, by the keys of those.
    pub streams: BTreeMap<Key, Streams>,
    /// The shards of senders, as far as they are known.
    pub shards: Shards,
    /// Names of the SSM parameters that hold the configurations of agents, or are to, by the keys of those.
    pub parameters: BTreeMap<Key, String>,
    /// What is known of resources that logpipe made or took over, by their addresses.
    pub previous: BTreeMap<Address, Previous>,
}

/// The streams of one destination.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Streams {
    /// Those that stand beside each other.
    pub beside: Vec<Succession>,
    /// Streams that a subscription still sends to although no source needs it, each with one such sender.
    pub kept: BTreeMap<Address, Address>,
}

/// A stream and those that it takes over from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Succession {
    /// Name of the stream in use: one that follows from the declared name, or that of a successor in its place.
    pub in_use: String,
    /// Names of streams that it has taken over from and that are still to be drained and deleted, oldest first.
    pub predecessors: Vec<String>,
}

/// How something was that logpipe made or took over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Previous {
    /// Whether others made it and logpipe took it over.
    pub taken_over: bool,
    /// The tags that logpipe has set on it.
    pub tags: Few<String>,
    /// What it was tied to, of what logpipe made.
    pub needs: Few<Address>,
}

impl Lifecycle {
    /// The same, with the configuration of an agent stored under this name by the run at hand.
    #[must_use]
    pub fn storing(mut self, agent: &Key, name: String) -> Self {
        self.parameters.insert(agent.clone(), name);
        self
    }

    /// The streams of a destination that stand beside each other, at least one.
    pub fn streams(&self, topology: &Topology, destination: &Destination) -> Vec<Succession> {
        let known = self.streams.get(&destination.key).map(|streams| streams.beside.clone());
        known.unwrap_or_else(|| streams::declared(topology, destination))
    }

    /// What still sends to a stream of a destination although no source needs it.
    pub fn keeps(&self, destination: &Destination, stream: &Address) -> Option<&Address> {
        self.streams.get(&destination.key)?.kept.get(stream)
    }

    /// Name of the SSM parameter that holds an agent's configuration, once it is stored there.
    pub fn parameter(&self, agent: &Agent) -> Option<&str> {
        self.parameters.get(&agent.key).map(String::as_str)
    }
}
