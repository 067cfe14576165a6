//! Which log groups are read: those of the topology that the user asks for, and others in accounts that it reads in.
//! Pure.

use std::collections::{BTreeMap, BTreeSet};

use globset::GlobSet;

use crate::address::{AccountName, Key, Region};
use crate::graph::Graph;
use crate::graph::expand::{glob_prefix, globs};
use crate::topology::Topology;

/// A log group of an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The account.
    pub account: AccountName,
    /// The region.
    pub region: Region,
    /// The log group.
    pub group: String,
}

/// What the user asks for; what is left empty is everything.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Keys of sources.
    pub sources: BTreeSet<Key>,
    /// Accounts.
    pub accounts: BTreeSet<AccountName>,
    /// Names or globs of log groups.
    pub log_groups: Vec<String>,
}

/// Log groups that only a look-up finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookUp {
    /// The account.
    pub account: AccountName,
    /// The region.
    pub region: Region,
    /// The glob.
    pub glob: String,
}

impl LookUp {
    /// What every name in question starts with.
    pub fn prefix(&self) -> &str {
        glob_prefix(&self.glob)
    }

    /// The places among these names.
    pub fn among(&self, names: impl IntoIterator<Item = String>) -> Vec<Place> {
        let glob = globs(std::slice::from_ref(&self.glob));
        let place = |group| Place { account: self.account.clone(), region: self.region.clone(), group };
        names.into_iter().filter(|name| glob.is_match(name)).map(place).collect()
    }
}

/// What to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// Known already.
    pub known: BTreeSet<Place>,
    /// To be looked up.
    pub look_ups: Vec<LookUp>,
}

/// Why there is nothing to read, and what could be asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NothingToRead {
    /// No log group of the topology is meant.
    #[error("no log group of the topology matches: it has {known}")]
    NoneFits {
        /// The log groups that there are.
        known: String,
    },
    /// The topology names no log group.
    #[error("the topology names no log group: choose some with --log-group, which also takes globs")]
    NoneKnown,
}

/// Finds what is meant. Log groups that the topology does not name are read in the accounts of its agents and readers.
///
/// # Errors
/// [`NothingToRead`]
pub fn places(topology: &Topology, graph: &Graph, wanted: &Wanted) -> Result<Places, NothingToRead> {
    let all = named(topology, graph);
    let meant = |place: &Place, source: Option<&Key>| {
        (wanted.sources.is_empty() || source.is_some_and(|source| wanted.sources.contains(source)))
            && wanted.has_account(&place.account)
    };
    let candidates: BTreeSet<&Place> =
        all.iter().filter(|(place, source)| meant(place, *source)).map(|(place, _)| place).collect();
    let mut places = Places::default();
    for text in wanted.log_groups() {
        let glob = matcher(text);
        let fitting: Vec<&&Place> = candidates.iter().filter(|place| glob.is_match(&place.group)).collect();
        if fitting.is_empty() && wanted.sources.is_empty() {
            places.look_up(topology, wanted, text);
        }
        places.known.extend(fitting.into_iter().copied().cloned());
    }
    if places == Places::default() {
        return Err(nothing(&all));
    }
    Ok(places)
}

/// The log groups that the topology names, with their sources.
fn named<'a>(topology: &'a Topology, graph: &'a Graph) -> Vec<(Place, Option<&'a Key>)> {
    let routes = graph.routes.iter().map(|route| {
        let place = Place {
            account: route.account.clone(),
            region: route.region.clone(),
            group: route.log_group.clone(),
        };
        (place, Some(&route.source))
    });
    let agents = topology.agents.values().flat_map(|agent| {
        // A name with a placeholder is another one on every instance.
        let groups = agent.collected.log_groups().filter(|group| !group.contains('{'));
        let groups: BTreeSet<&str> = groups.collect();
        agent.accounts.iter().flat_map(move |account| {
            let place = |group: &&str| Place {
                account: account.clone(),
                region: agent.region.clone(),
                group: (*group).to_owned(),
            };
            groups.iter().map(place).collect::<Vec<_>>()
        })
    });
    routes.chain(agents.map(|place| (place, None))).collect()
}

fn matcher(text: &str) -> GlobSet {
    globs(&[text.to_owned()])
}

fn nothing(all: &[(Place, Option<&Key>)]) -> NothingToRead {
    /// More would hide what is said.
    const MOST: usize = 8;
    let names: BTreeSet<&str> = all.iter().map(|(place, _)| place.group.as_str()).collect();
    if names.is_empty() {
        return NothingToRead::NoneKnown;
    }
    let mut known = names.iter().take(MOST).copied().collect::<Vec<_>>().join(", ");
    if names.len() > MOST {
        known += &format!(" and {} more", names.len() - MOST);
    }
    NothingToRead::NoneFits { known }
}

impl Wanted {
    fn has_account(&self, account: &AccountName) -> bool {
        self.accounts.is_empty() || self.accounts.contains(account)
    }

    /// What is asked for by name: everything, where nothing is.
    fn log_groups(&self) -> impl Iterator<Item = &str> {
        let everything = self.log_groups.is_empty().then_some("*");
        self.log_groups.iter().map(String::as_str).chain(everything)
    }
}

impl Places {
    /// A log group that the topology does not name.
    fn look_up(&mut self, topology: &Topology, wanted: &Wanted, text: &str) {
        for (account, region) in homes(topology, wanted) {
            self.add(account, region, text.to_owned());
        }
    }

    /// A log group by its name, or what a glob will find.
    pub fn add(&mut self, account: AccountName, region: Region, text: String) {
        if glob_prefix(&text).len() < text.len() {
            self.look_ups.push(LookUp { account, region, glob: text });
        } else {
            self.known.insert(Place { account, region, group: text });
        }
    }
}

/// Where log groups may be that the topology does not name: with its agents, with its readers, and in the accounts that
/// the user names.
fn homes(topology: &Topology, wanted: &Wanted) -> BTreeSet<(AccountName, Region)> {
    let readers = topology.readers.values().map(|reader| (reader.account.clone(), reader.region.clone()));
    let agents = topology
        .agents
        .values()
        .flat_map(|agent| agent.accounts.iter().map(|account| (account.clone(), agent.region.clone())));
    let mut homes: BTreeMap<AccountName, BTreeSet<Region>> = BTreeMap::new();
    for (account, region) in readers.chain(agents).filter(|(account, _)| wanted.has_account(account)) {
        homes.entry(account).or_default().insert(region);
    }
    for account in &wanted.accounts {
        homes.entry(account.clone()).or_insert_with(|| [topology.region.clone()].into());
    }
    let pairs = homes.into_iter();
    pairs
        .flat_map(|(account, regions)| regions.into_iter().map(move |region| (account.clone(), region)))
        .collect()
}
