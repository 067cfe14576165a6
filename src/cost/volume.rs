//! How much is logged in a month, by source and region.

use std::collections::{BTreeMap, BTreeSet};

use super::assumptions::Assumptions;
use super::{DAYS, GIGABYTE};
use crate::address::{AccountName, Key, Region};
use crate::topology::{Agent, LogGroupSelector, Source, Topology};

/// Log events of a month.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Flow {
    /// Bytes of their messages.
    pub bytes: f64,
    /// How many they are.
    pub events: f64,
}

impl Flow {
    /// This many gigabytes of events of the size that is assumed.
    pub fn of_gigabytes(gigabytes: f64, assumptions: &Assumptions) -> Self {
        let bytes = gigabytes * GIGABYTE;
        Self { bytes, events: bytes / assumptions.event_bytes }
    }

    /// A month at the rate of this many days, whose sums these are.
    pub fn of_days(days: f64, bytes: f64, events: f64) -> Self {
        Self { bytes: bytes * DAYS / days, events: events * DAYS / days }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.bytes += other.bytes;
        self.events += other.events;
    }
}

/// What is known of the volume of every source, and of every agent whose log groups are no source's.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Volumes {
    flows: BTreeMap<Key, BTreeMap<Region, Flow>>,
    measured: BTreeSet<Key>,
}

impl Volumes {
    /// Adds what was measured in one place.
    pub fn measured(&mut self, key: &Key, region: &Region, flow: Flow) {
        self.measured.insert(key.clone());
        self.flows.entry(key.clone()).or_default().entry(region.clone()).or_default().add(flow);
    }

    /// Uses the declared volume, spread evenly over the regions, instead of any other.
    pub fn declare(&mut self, key: &Key, regions: &[Region], flow: Flow) {
        let share = f64::from(u32::try_from(regions.len().max(1)).unwrap_or(u32::MAX));
        let part = Flow { bytes: flow.bytes / share, events: flow.events / share };
        self.measured.remove(key);
        self.flows.insert(key.clone(), regions.iter().map(|region| (region.clone(), part)).collect());
    }

    /// Forgets what is known of one.
    pub fn forget(&mut self, key: &Key) {
        self.measured.remove(key);
        self.flows.remove(key);
    }

    /// Whether anything is known of it.
    pub fn knows(&self, key: &Key) -> bool {
        self.flows.contains_key(key)
    }

    pub(super) fn is_measured(&self, key: &Key) -> bool {
        self.measured.contains(key)
    }

    pub(super) fn of(&self, key: &Key) -> impl Iterator<Item = (&Region, Flow)> {
        self.flows.get(key).into_iter().flatten().map(|(region, flow)| (region, *flow))
    }
}

/// Everything that logs and needs a volume: sources, and agents whose log groups are no source's. With its regions.
pub fn senders(topology: &Topology) -> BTreeMap<&Key, Vec<Region>> {
    let sources = topology.sources.values().map(|source| (&source.key, source.regions.clone()));
    sources.chain(uncovered(topology).map(|agent| (&agent.key, vec![agent.region.clone()]))).collect()
}

/// The agents with files, some of whose log groups no source takes. One that has the key of a source is taken to be
/// meant by it.
pub fn uncovered(topology: &Topology) -> impl Iterator<Item = &Agent> {
    topology.agents.values().filter(|agent| {
        let mut groups = agent.collected.log_groups();
        !topology.sources.contains_key(&agent.key)
            && groups.any(|group| {
                let mut accounts = agent.accounts.iter();
                accounts.any(|account| !covered(topology, account, &agent.region, group))
            })
    })
}

fn covered(topology: &Topology, account: &AccountName, region: &Region, group: &str) -> bool {
    let takes = |source: &Source| {
        source.accounts.contains(account)
            && source.regions.contains(region)
            && (source.whole_account() || source.log_groups.iter().any(|selector| selects(selector, group)))
    };
    topology.sources.values().any(takes)
}

fn selects(selector: &LogGroupSelector, group: &str) -> bool {
    match selector {
        LogGroupSelector::Exact(name) => name == group,
        LogGroupSelector::Glob(glob) => {
            globset::Glob::new(glob).is_ok_and(|glob| glob.compile_matcher().is_match(group))
        }
    }
}
