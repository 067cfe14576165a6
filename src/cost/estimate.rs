//! The estimate: what every source and destination costs, item by item.

use std::collections::{BTreeMap, BTreeSet};

use super::assumptions::{Assumptions, METADATA};
use super::delivery::Records;
use super::item::Item;
use super::prices::{Price, Prices};
use super::storage::{days_kept, moves, stays};
use super::throughput::NearLimit;
use super::transport::{Carried, beside, carried, near_limit};
use super::volume::{Flow, Volumes, senders, uncovered};
use super::{DAYS, GIGABYTE};
use crate::address::{Key, Region};
use crate::topology::{
    Agent, Destination, LogGroupClass, LogGroupSelector, LogTarget, PartitionKey, Source, SourceAlarms,
    Topology,
};

/// What something costs in a month.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// Name of the topology.
    pub topology: String,
    /// The date of the prices.
    pub dated: String,
    /// After how many months it would cost this.
    pub months: u32,
    /// What costs something, in the order of the topology.
    pub groups: Vec<Group>,
    /// Where the volume comes near to what AWS allows.
    pub near_limits: Vec<NearLimit>,
    /// Everything that was assumed.
    pub assumptions: Vec<String>,
    /// What is left out of the sum, and why.
    pub left_out: Vec<String>,
}

/// What logs, or what is logged to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A source.
    Source(Key),
    /// An agent whose log groups are no source's.
    Agent(Key),
    /// A destination.
    Destination(Key),
}

/// What one of them costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Which.
    pub subject: Subject,
    /// The gigabytes that are logged in a month, of those that log.
    pub gigabytes: Option<f64>,
    /// Whether that was measured.
    pub measured: bool,
    /// Item by item.
    pub lines: Vec<Line>,
}

/// One item.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What.
    pub item: Item,
    /// Where.
    pub region: Region,
    /// How much, in the unit of the item.
    pub quantity: f64,
    /// What it costs, if that is known.
    pub price: Option<Price>,
}

impl Line {
    /// US dollars, if the price is known.
    pub fn usd(&self) -> Option<f64> {
        self.price.as_ref().map(|price| price.usd * self.quantity / f64::from(self.item.per()))
    }
}

impl Group {
    /// US dollars of the lines whose price is known.
    pub fn usd(&self) -> f64 {
        total(self.lines.iter().filter_map(Line::usd))
    }
}

impl Estimate {
    /// US dollars of everything whose price is known.
    pub fn usd(&self) -> f64 {
        total(self.groups.iter().map(Group::usd))
    }

    /// The lines that cost something nobody knows the price of.
    pub fn unpriced(&self) -> usize {
        self.billed().filter(|line| line.price.is_none()).count()
    }

    /// The lines that cost something and whose price is known.
    pub fn priced(&self) -> usize {
        self.billed().filter(|line| line.price.is_some()).count()
    }

    /// Whether there is more to pay than the sum says.
    pub fn is_at_least(&self) -> bool {
        !self.left_out.is_empty()
    }

    fn billed(&self) -> impl Iterator<Item = &Line> {
        self.groups.iter().flat_map(|group| &group.lines).filter(|line| line.quantity > 0.0)
    }
}

/// Estimates.
pub fn estimate(
    topology: &Topology,
    volumes: &Volumes,
    assumptions: &Assumptions,
    prices: &Prices,
) -> Estimate {
    let work = Work { topology, volumes, assumptions, prices };
    let sources = topology.sources.values().map(|source| work.source(source));
    let agents = uncovered(topology).map(|agent| {
        let subject = Subject::Agent(agent.key.clone());
        let kept = kept_by(agent).or(assumptions.retention_days);
        work.logging(subject, &agent.key, ingestion(agent), kept, None)
    });
    let destinations = topology.destinations.values().map(|destination| work.destination(destination));
    let groups: Vec<Group> = sources.chain(agents).chain(destinations).collect();
    Estimate {
        topology: topology.name.to_string(),
        dated: prices.dated.clone(),
        months: assumptions.months,
        left_out: work.left_out(&groups),
        near_limits: work.near_limits(),
        assumptions: work.taken_for_granted(),
        groups,
    }
}

struct Work<'a> {
    topology: &'a Topology,
    volumes: &'a Volumes,
    assumptions: &'a Assumptions,
    prices: &'a Prices,
}

impl Work<'_> {
    fn line(&self, item: Item, region: &Region, quantity: f64) -> Line {
        let price = self.prices.of(region, &item).cloned();
        Line { item, region: region.clone(), quantity, price }
    }

    fn source(&self, source: &Source) -> Group {
        let own = source.retention_days.filter(|_| source.create);
        let to = &self.topology.destinations[&source.destination].region;
        let subject = Subject::Source(source.key.clone());
        let kept = own.or(self.assumptions.retention_days);
        let mut group = self.logging(subject, &source.key, Item::LogsIngestion, kept, Some(to));
        if source.alarms.is_some() {
            group.lines.extend(source.regions.iter().map(|region| {
                let metrics = SourceAlarms::METRICS * groups(source) / source.regions.len();
                self.line(Item::Alarm, region, counted(metrics))
            }));
        }
        group
    }

    /// What it costs to log, and to send it to another region.
    fn logging(
        &self,
        subject: Subject,
        key: &Key,
        ingestion: Item,
        retention: Option<u32>,
        to: Option<&Region>,
    ) -> Group {
        let kept = days_kept(retention, self.assumptions.months) / DAYS;
        let mut lines = Vec::new();
        for (region, flow) in self.volumes.of(key) {
            let archived = (flow.bytes + flow.events * METADATA) * self.assumptions.compressed;
            lines.push(self.line(ingestion.clone(), region, flow.bytes / GIGABYTE));
            lines.push(self.line(Item::LogsStorage, region, archived * kept / GIGABYTE));
            if to.is_some_and(|to| to != region) {
                let sent = Records::of(flow, self.assumptions).bytes;
                lines.push(self.line(Item::Transfer, region, sent / GIGABYTE));
            }
        }
        let gigabytes = total(self.volumes.of(key).map(|(_, flow)| flow.bytes / GIGABYTE));
        let known = self.volumes.knows(key);
        let measured = self.volumes.is_measured(key);
        Group { subject, gigabytes: known.then_some(gigabytes), measured, lines }
    }

    /// What is carried to the bucket of a destination.
    fn carried(&self, destination: &Destination) -> Carried {
        let mut flow = Flow::default();
        for source in self.sources_of(destination) {
            self.volumes.of(&source.key).for_each(|(_, part)| flow.add(part));
        }
        carried(&destination.transport, flow, self.partitions(destination), self.assumptions)
    }

    fn destination(&self, destination: &Destination) -> Group {
        let region = &destination.region;
        let Carried { items, delivered, .. } = self.carried(destination);
        let items = items.into_iter().map(|(item, quantity)| self.line(item, region, quantity));
        let mut lines: Vec<Line> = items.collect();
        lines.push(self.line(Item::S3Put, region, delivered.objects));
        for stay in stays(&destination.bucket, self.assumptions.months, delivered.object_bytes()) {
            if stay.moved {
                lines.push(self.line(Item::S3Transition(stay.class.clone()), region, delivered.objects));
            }
            let stored = delivered.bytes * stay.days / DAYS / GIGABYTE;
            lines.push(self.line(Item::S3Storage(stay.class), region, stored));
        }
        if let Some(alarms) = &destination.alarms {
            let metrics = alarms.of_each_stream() * destination.transport.count();
            lines.push(self.line(Item::Alarm, region, counted(metrics)));
        }
        let subject = Subject::Destination(destination.key.clone());
        Group { subject, gigabytes: None, measured: false, lines }
    }

    fn near_limits(&self) -> Vec<NearLimit> {
        let destinations = self.topology.destinations.values();
        destinations.filter_map(|destination| near_limit(destination, &self.carried(destination))).collect()
    }

    fn sources_of(&self, destination: &Destination) -> impl Iterator<Item = &Source> {
        let key = &destination.key;
        self.topology.sources.values().filter(move |source| source.destination == *key)
    }

    /// The folders that a transport writes to at once, as far as the topology tells.
    fn partitions(&self, destination: &Destination) -> f64 {
        let keys = destination.transport.partition_by();
        if keys.is_empty() {
            return 1.0;
        }
        if let Some(partitions) = self.assumptions.partitions {
            return f64::from(partitions);
        }
        let by_group = keys.iter().any(|key| *key != PartitionKey::Owner);
        let folders = if by_group {
            self.sources_of(destination).map(groups).sum()
        } else {
            let accounts = self.sources_of(destination).flat_map(|source| &source.accounts);
            accounts.collect::<BTreeSet<_>>().len()
        };
        counted(folders.max(1))
    }

    fn taken_for_granted(&self) -> Vec<String> {
        let mut sentences = self.assumptions.sentences();
        sentences.push(match self.assumptions.retention_days {
            None => "log groups keep events for ever where the topology does not set their retention (--retention-days)"
                .to_owned(),
            Some(days) => format!(
                "log groups keep events for {days} days where the topology does not set their retention (--retention-days)"
            ),
        });
        for destination in self.topology.destinations.values() {
            if !destination.transport.partition_by().is_empty() {
                sentences.push(format!(
                    "destination {} writes to {} folders at once, counting each log group as one log stream (--partitions)",
                    destination.key,
                    self.partitions(destination)
                ));
            }
        }
        for destination in self.topology.destinations.values() {
            let streams = destination.transport.count();
            if streams > 1 {
                sentences.push(format!(
                    "the accounts that send to destination {} log alike, so that each of its {streams} streams has its share",
                    destination.key
                ));
            }
        }
        for destination in self.topology.destinations.values() {
            let bytes = self.carried(destination).delivered.object_bytes();
            let stay = destination.bucket.transitions.iter().any(|transition| !moves(transition, bytes));
            if stay {
                sentences.push(format!(
                    "destination {} writes objects of about {:.0} KB, too small for a transition without a smaller `min_object_size`, so they stay in their storage class",
                    destination.key,
                    bytes / 1024.0
                ));
            }
        }
        for source in self.topology.sources.values().filter(|source| source.alarms.is_some()) {
            sentences.push(format!(
                "each of the two alarms of source {} watches one metric for each log group, counting a glob as one, and AWS bills every metric that it watches",
                source.key
            ));
        }
        for (key, regions) in senders(self.topology) {
            if regions.len() > 1 && self.volumes.knows(key) && !self.volumes.is_measured(key) {
                sentences
                    .push(format!("{key} logs the same amount in each of its {} regions", regions.len()));
            }
        }
        sentences
    }

    fn left_out(&self, groups: &[Group]) -> Vec<String> {
        let mut left_out: Vec<String> = senders(self.topology)
            .into_keys()
            .filter(|key| !self.volumes.knows(key))
            .map(|key| format!("{key}: it is not known how much it logs (--volume {key}=GB)"))
            .collect();
        let mut unknown: BTreeMap<(&Region, &Item), f64> = BTreeMap::new();
        for line in groups.iter().flat_map(|group| &group.lines) {
            if line.price.is_none() && line.quantity > 0.0 {
                *unknown.entry((&line.region, &line.item)).or_default() += line.quantity;
            }
        }
        left_out.extend(unknown.into_keys().map(|(region, item)| {
            let elsewhere = self.prices.elsewhere(item);
            let elsewhere = elsewhere
                .map(|(region, price)| format!("; in {region} it is {}", price.usd))
                .unwrap_or_default();
            format!(
                "{} in {region}: the price is not known{elsewhere} (`{item}` in a file for --prices)",
                item.title()
            )
        }));
        for destination in self.topology.destinations.values() {
            if destination.bucket.kms_key_arn.is_some() {
                left_out.push(format!("destination {}: requests to its KMS key", destination.key));
            }
            let beside = beside(&destination.transport);
            left_out.extend(beside.map(|what| format!("destination {}: {what}", destination.key)));
        }
        left_out
    }
}

/// A sum of what is billed. An empty one is 0, while the standard library's is -0, which is printed with its sign.
fn total(amounts: impl Iterator<Item = f64>) -> f64 {
    amounts.fold(0.0, |sum, amount| sum + amount)
}

/// A number of things, which is far below what a float holds.
fn counted(things: usize) -> f64 {
    f64::from(u32::try_from(things).unwrap_or(u32::MAX))
}

/// Days that an agent has all of its log groups keep events, the longest where it says several.
fn kept_by(agent: &Agent) -> Option<u32> {
    let days: Option<Vec<u32>> = agent.collected.targets().map(|target| target.retention_days).collect();
    days?.into_iter().max()
}

/// What an agent's events are billed as, which are all of one class or else of the usual one.
fn ingestion(agent: &Agent) -> Item {
    let infrequent = |target: &LogTarget| target.log_group_class == Some(LogGroupClass::InfrequentAccess);
    if agent.collected.targets().all(infrequent) {
        Item::LogsIngestionInfrequent
    } else {
        Item::LogsIngestion
    }
}

/// The log groups of a source, as far as it names them; a glob counts as one.
fn groups(source: &Source) -> usize {
    let names: BTreeSet<&str> = source
        .log_groups
        .iter()
        .map(|selector| match selector {
            LogGroupSelector::Exact(name) | LogGroupSelector::Glob(name) => name.as_str(),
        })
        .collect();
    names.len().max(1) * source.accounts.len().max(1) * source.regions.len().max(1)
}
