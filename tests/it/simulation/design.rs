//! Topologies as a generator makes and changes them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use logpipe::topology::{Topology, parse};

use super::dice::Dice;
use super::machines::Machines;
use super::sections::{Destination, Format, Groups, Source};
use super::shared::{BUCKET, KEY};

/// Every account that a topology may name.
pub(super) const ACCOUNTS: [(&str, &str); 5] = [
    ("app", "111111111111"),
    ("shop", "222222222222"),
    ("blog", "333333333333"),
    ("vault", "888888888888"),
    ("archive", "999999999999"),
];
const SENDERS: [&str; 3] = ["app", "shop", "blog"];
const RECIPIENTS: [&str; 2] = ["archive", "vault"];
pub(super) const REGIONS: [&str; 2] = ["ap-northeast-1", "eu-west-1"];
/// Log groups of others that every sender has in every region.
pub(super) const EXISTING: [&str; 3] = ["/existing/one", "/svc/a", "/svc/b"];

/// A topology that can be changed.
#[derive(Debug, Clone)]
pub(super) struct Design {
    tag: usize,
    destinations: BTreeMap<String, Destination>,
    sources: BTreeMap<String, Source>,
    /// How many names were given, so that none is given twice.
    named: usize,
    /// Filters are renamed once at most: what is left behind keeps its slot on the log group, of which there are two.
    renamed: bool,
    /// Whether roles trust an organisation as a whole.
    trusting: bool,
    /// Whether the record is in S3.
    pub(super) shared: bool,
    pub(super) machines: Machines,
}

impl Design {
    /// A topology that is valid.
    pub(super) fn new(dice: &mut Dice) -> Self {
        loop {
            let mut design = Self {
                tag: dice.below(3),
                destinations: BTreeMap::new(),
                sources: BTreeMap::new(),
                named: 0,
                renamed: false,
                trusting: false,
                shared: false,
                machines: Machines::default(),
            };
            for _ in 0..1 + dice.below(2) {
                design.add_destination(dice);
            }
            for _ in 0..1 + dice.below(3) {
                design.add_source(dice);
            }
            if design.checked().is_some() {
                return design;
            }
        }
    }

    fn name(&mut self, noun: &str) -> String {
        self.named += 1;
        format!("{noun}{}", self.named)
    }

    fn add_destination(&mut self, dice: &mut Dice) {
        let key = self.name("to");
        let destination = Destination {
            account: dice.pick(&RECIPIENTS),
            region: dice.pick(&REGIONS),
            bucket: dice.percent(40).then(|| format!("bucket-of-{key}")),
            expire: dice.percent(30).then(|| 30 + dice.below(3)),
            versioning: dice.percent(20),
            format: dice.pick(&[Format::Envelope, Format::Decompressed, Format::Parted, Format::Messages]),
            error_log: !dice.percent(30),
            organization: dice.percent(20),
            buffer: 60 + dice.below(3) * 60,
            role: None,
            stream: None,
            streams: 1,
            name: dice.percent(30).then(|| format!("entrance-{key}")),
        };
        self.destinations.insert(key, destination);
    }

    fn add_source(&mut self, dice: &mut Dice) {
        let key = self.name("from");
        let groups = match dice.below(10) {
            0..5 => Groups::Made(format!("/made/{key}"), dice.percent(40).then_some(30)),
            5..7 => Groups::Existing,
            7..9 => Groups::Glob,
            _ => Groups::Account,
        };
        let source = Source {
            account: dice.pick(&SENDERS),
            regions: if dice.percent(20) { REGIONS.to_vec() } else { vec![dice.pick(&REGIONS)] },
            destination: self.any_destination(dice),
            groups,
            pattern: dice.pick(&["", "", "ERROR", "{ $.level = ERROR }"]),
            filter: None,
        };
        self.sources.insert(key, source);
    }

    fn any_destination(&self, dice: &mut Dice) -> String {
        let keys: Vec<&String> = self.destinations.keys().collect();
        dice.pick(&keys).clone()
    }

    fn any_source(&mut self, dice: &mut Dice) -> (String, &mut Source) {
        let at = dice.below(self.sources.len());
        let (key, source) = self.sources.iter_mut().nth(at).unwrap();
        (key.clone(), source)
    }

    /// Changes something, and says what. What would make the topology invalid is not done.
    pub(super) fn change(&mut self, dice: &mut Dice) -> String {
        loop {
            let mut next = self.clone();
            let what = match dice.below(3) {
                0 => next.change_destination(dice),
                1 => next.change_source(dice),
                _ => next.rotate(dice),
            };
            if let (Some(what), Some(_)) = (what, next.checked()) {
                *self = next;
                return what;
            }
        }
    }

    /// Changes how many streams a destination has, or how roles trust an organisation, and says what.
    pub(super) fn change_scale(&mut self, dice: &mut Dice) -> String {
        if dice.percent(30) {
            self.trusting = !self.trusting;
            return format!("roles trust organisations as a whole: {}", self.trusting);
        }
        let key = self.any_destination(dice);
        let streams = 1 + dice.below(3);
        if let Some(destination) = self.destinations.get_mut(&key) {
            destination.streams = streams;
        }
        format!("{key} has {streams} streams")
    }

    /// Changes something of agents and readers, and says what. What would make the topology invalid is not done.
    pub(super) fn change_machines(&mut self, dice: &mut Dice) -> String {
        loop {
            let mut next = self.clone();
            let what = next.machines.change(dice);
            if next.checked().is_some() {
                *self = next;
                return what;
            }
        }
    }

    /// Changes a setting of a destination, or of everything.
    fn change_destination(&mut self, dice: &mut Dice) -> Option<String> {
        let key = self.any_destination(dice);
        if dice.percent(10) {
            self.tag += 1;
            return Some(format!("the tag becomes {}", self.tag));
        }
        let destination = self.destinations.get_mut(&key)?;
        Some(match dice.below(7) {
            0 => {
                destination.buffer = if destination.buffer == 60 { 120 } else { 60 };
                format!("{key} buffers {} s", destination.buffer)
            }
            1 => {
                destination.expire = if destination.expire.is_some() { None } else { Some(90) };
                format!("{key} expires {:?}", destination.expire)
            }
            2 => {
                destination.error_log = !destination.error_log;
                format!("{key} has an error log: {}", destination.error_log)
            }
            3 => {
                destination.organization = !destination.organization;
                format!("{key} admits its organisation: {}", destination.organization)
            }
            4 => {
                destination.versioning = true;
                format!("{key} keeps versions")
            }
            // Parted and not parted alternate, each with a successor.
            _ => {
                destination.format = match destination.format {
                    Format::Parted => dice.pick(&[Format::Decompressed, Format::Messages, Format::Envelope]),
                    _ => Format::Parted,
                };
                format!("{key} delivers {:?}", destination.format)
            }
        })
    }

    /// Changes a source, makes one or takes one away.
    fn change_source(&mut self, dice: &mut Dice) -> Option<String> {
        match dice.below(6) {
            0 if self.sources.len() < 4 => {
                self.add_source(dice);
                Some(format!("a source {} comes", self.named))
            }
            1 if self.sources.len() > 1 => {
                let (key, _) = self.any_source(dice);
                self.sources.remove(&key);
                Some(format!("{key} goes"))
            }
            2 => {
                let to = self.any_destination(dice);
                let (key, source) = self.any_source(dice);
                source.destination = to;
                Some(format!("{key} sends to {}", source.destination))
            }
            3 => {
                let regions = if dice.percent(50) { REGIONS.to_vec() } else { vec![dice.pick(&REGIONS)] };
                let (key, source) = self.any_source(dice);
                source.regions = regions;
                Some(format!("{key} is in {:?}", source.regions))
            }
            4 => {
                let pattern = dice.pick(&["", "ERROR", "WARN", "{ $.level = WARN }"]);
                let (key, source) = self.any_source(dice);
                source.pattern = pattern;
                Some(format!("{key} has the pattern `{pattern}`"))
            }
            _ => {
                let (key, source) = self.any_source(dice);
                let Groups::Made(_, retention) = &mut source.groups else { return None };
                *retention = if *retention == Some(30) { Some(60) } else { Some(30) };
                Some(format!("{key} keeps events {retention:?} days"))
            }
        }
    }

    /// Gives something another name, or another place.
    fn rotate(&mut self, dice: &mut Dice) -> Option<String> {
        match dice.below(7) {
            0 => {
                let (old, _) = self.any_source(dice);
                let new = self.name("from");
                let source = self.sources.remove(&old)?;
                self.sources.insert(new.clone(), source);
                Some(format!("{old} is called {new}"))
            }
            1 | 2 => {
                let (old, new) = (self.any_destination(dice), self.name("to"));
                let destination = self.destinations.remove(&old)?;
                self.destinations.insert(new.clone(), destination);
                for source in self.sources.values_mut().filter(|source| source.destination == old) {
                    source.destination.clone_from(&new);
                }
                Some(format!("{old} is called {new}"))
            }
            3 => {
                let key = self.any_destination(dice);
                let bucket = self.name("moved-bucket-");
                let destination = self.destinations.get_mut(&key)?;
                let (account, region) = (dice.pick(&RECIPIENTS), dice.pick(&REGIONS));
                if (destination.account, destination.region) == (account, region) {
                    return None;
                }
                (destination.account, destination.region) = (account, region);
                // A bucket's name is taken wherever the bucket is.
                destination.bucket = destination.bucket.is_some().then_some(bucket);
                Some(format!("{key} moves to {account} {region}"))
            }
            4 => {
                let (key, name) = (self.any_destination(dice), self.name("renamed-"));
                let destination = self.destinations.get_mut(&key)?;
                let field = dice.below(4);
                let fields = [
                    &mut destination.stream,
                    &mut destination.role,
                    &mut destination.name,
                    &mut destination.bucket,
                ];
                *fields.into_iter().nth(field)? = Some(name.clone());
                Some(format!("{} of {key} is {name}", ["stream", "role", "name", "bucket"][field]))
            }
            5 if !self.renamed => {
                self.renamed = true;
                let name = self.name("filter-");
                let (key, source) = self.any_source(dice);
                if !matches!(source.groups, Groups::Made(..)) {
                    return None;
                }
                source.filter = Some(name.clone());
                Some(format!("the filter of {key} is {name}"))
            }
            _ if self.destinations.len() < 2 => {
                self.add_destination(dice);
                Some(format!("a destination {} comes", self.named))
            }
            _ => {
                let used = |key: &String| self.sources.values().any(|source| source.destination == *key);
                let idle = self.destinations.keys().find(|key| !used(key)).cloned()?;
                self.destinations.remove(&idle);
                Some(format!("{idle} goes"))
            }
        }
    }

    /// The topology, if it is valid.
    fn checked(&self) -> Option<Topology> {
        parse("topology.yaml", &self.yaml()).ok().filter(|_| !self.meets_twice())
    }

    /// Whether two sources select the same log groups of others, which shows only when they are looked up.
    fn meets_twice(&self) -> bool {
        let shared = self.sources.values().filter(|source| !matches!(source.groups, Groups::Made(..)));
        let mut met = Vec::new();
        shared.into_iter().any(|source| {
            let twice = met.contains(&(source.account, &source.groups));
            met.push((source.account, &source.groups));
            twice
        })
    }

    /// The topology.
    pub(super) fn topology(&self) -> Topology {
        self.checked().expect("only what is valid is kept")
    }

    /// As a user would write it.
    pub(super) fn yaml(&self) -> String {
        let mut text = format!(
            "version: 1\nname: sim\nregion: {}\ntags: {{ Team: t{} }}\naccess: {{ role_name: LogpipeDeployer }}\n\
             organization: {{ id: o-exampleorgid }}\naccounts:\n",
            REGIONS[0], self.tag
        );
        for (name, id) in ACCOUNTS {
            writeln!(text, "  {name}: \"{id}\"").unwrap();
        }
        text.push_str("destinations:\n");
        for (key, destination) in &self.destinations {
            destination.write(key, &mut text);
        }
        text.push_str("sources:\n");
        for (key, source) in &self.sources {
            source.write(key, &mut text);
        }
        self.machines.write(&mut text);
        if self.trusting {
            text.push_str("limits: { trust_organization: true }\n");
        }
        if self.shared {
            writeln!(text, "record: s3://{BUCKET}/{KEY}").unwrap();
        }
        text
    }
}
