//! What earlier versions of a topology left behind, as far as the graph depends on it. The planner finds it in the
//! record.

use std::collections::{BTreeMap, BTreeSet};

use super::shards::Shards;
use crate::address::{Address, Key};
use crate::topology::{Agent, Destination};

/// What an earlier life left. The default is a topology of which nothing has been made yet.
#[derive(Debug, Clone, Default)]
pub struct Lifecycle {
    /// The streams of destinations, by the keys of those.
    pub streams: BTreeMap<Key, Succession>,
    /// The shards of senders, as far as they are known.
    pub shards: Shards,
    /// Names of the SSM parameters that hold the configurations of agents, or are to, by the keys of those.
    pub parameters: BTreeMap<Key, String>,
    /// What is known of resources that logpipe made or took over, by their addresses.
    pub previous: BTreeMap<Address, Previous>,
}

/// The streams of one destination, which take over from each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Succession {
    /// Name of the stream in use: the declared one, or that of a successor that has taken its place.
    pub in_use: String,
    /// Names of streams that it has taken over from and that are still to be drained and deleted, oldest first.
    pub predecessors: Vec<String>,
    /// Streams that a subscription still sends to although no source needs it, each with one such sender.
    pub kept: BTreeMap<Address, Address>,
}

/// How something was that logpipe made or took over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Previous {
    /// Whether others made it and logpipe took it over.
    pub taken_over: bool,
    /// The tags that logpipe has set on it.
    pub tags: BTreeSet<String>,
    /// What it was tied to, of what logpipe made.
    pub needs: BTreeSet<Address>,
}

impl Lifecycle {
    /// The same, with the configuration of an agent stored under this name by the run at hand.
    #[must_use]
    pub fn storing(mut self, agent: &Key, name: String) -> Self {
        self.parameters.insert(agent.clone(), name);
        self
    }

    /// Name of the stream that a destination has in use.
    pub fn stream<'a>(&'a self, destination: &'a Destination) -> &'a str {
        self.streams.get(&destination.key).map_or(destination.transport.name(), |stream| &stream.in_use)
    }

    /// Names of the streams that the one in use has taken over from, oldest first.
    pub fn predecessors(&self, destination: &Destination) -> &[String] {
        self.streams.get(&destination.key).map_or(&[], |stream| &stream.predecessors)
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
