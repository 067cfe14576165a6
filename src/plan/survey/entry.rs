//! Enters every account of a topology, including those that only its organisation knows.

use std::collections::{BTreeMap, BTreeSet};

use globset::{Glob, GlobMatcher};

use crate::address::{AccountId, AccountName};
use crate::aws::meter::{Scope, within};
use crate::aws::organization::{Directory, Member};
use crate::aws::{Accounts, Base, CallError, NotConnected, Unreachable};
use crate::event::Events;
use crate::plan::Targets;
use crate::plan::fleet::accounts_of_targets;
use crate::record::Record;
use crate::topology::{Account, Include, Organization, Topology};

/// What a run works on: the topology with every account named, and the ways into them.
#[derive(Debug)]
pub struct Entered {
    /// The topology in which sources name the accounts that were found.
    pub topology: Topology,
    /// The ways in.
    pub accounts: Accounts,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum NoEntry {
    /// Accounts could not be entered.
    #[error(transparent)]
    NotConnected(#[from] NotConnected),
    /// The organisation's accounts could not be listed.
    #[error("could not list the accounts of the organisation")]
    NotListed(#[from] CallError),
}

/// Gets in. The organisation is asked once, by an account that the topology names; without one, nothing is asked.
///
/// # Errors
/// [`NoEntry`]
pub async fn enter(topology: &Topology, base: &Base, events: &Events) -> Result<Entered, NoEntry> {
    enter_for(topology, base, events, &Targets::default(), Unreachable::Fails).await
}

/// Gets into the accounts that targets need, and says what becomes of those that cannot be entered. Without the account
/// that lists the organisation nobody knows who is meant, so it is never left out.
///
/// # Errors
/// [`NoEntry`]
pub async fn enter_for(
    topology: &Topology,
    base: &Base,
    events: &Events,
    targets: &Targets,
    unreachable: Unreachable,
) -> Result<Entered, NoEntry> {
    enter_those(topology, base, events, &|topology| accounts_of_targets(topology, targets), unreachable).await
}

/// Gets into the accounts that sources name and the one that lists the organisation, and into no other.
///
/// # Errors
/// [`NoEntry`]
pub async fn enter_senders(
    topology: &Topology,
    base: &Base,
    events: &Events,
    unreachable: Unreachable,
) -> Result<Entered, NoEntry> {
    let senders = |topology: &Topology| {
        let sources = topology.sources.values().flat_map(|source| &source.accounts);
        sources.chain(topology.lister().map(|(name, _)| name)).cloned().collect()
    };
    enter_those(topology, base, events, &senders, unreachable).await
}

/// Gets into the accounts that are meant, of the topology before and after the organisation was asked.
async fn enter_those(
    topology: &Topology,
    base: &Base,
    events: &Events,
    those: &impl Fn(&Topology) -> BTreeSet<AccountName>,
    unreachable: Unreachable,
) -> Result<Entered, NoEntry> {
    let home = &topology.region;
    let meant = those(topology);
    let named = topology.accounts_in_use().into_values().filter(|account| meant.contains(&account.name));
    let accounts = Accounts::reach(named, home, base, events, unreachable).await?.some()?;
    let Some((lister, organization)) = topology.lister() else {
        return Ok(Entered { topology: topology.clone(), accounts });
    };
    if let Some(left) = accounts.left_out().get(lister) {
        return Err(NotConnected { failures: vec![(lister.clone(), left.error.clone())] }.into());
    }
    let Some(connection) = accounts.get(lister) else {
        return Ok(Entered { topology: topology.clone(), accounts });
    };
    let directory = Directory::new(connection, &topology.region);
    let scope = Scope::Members(connection.id.to_string());
    let found = within(scope, Box::pin(members(organization, &directory))).await?;
    let topology = topology.with_members(&found.meant).without_use_of(found.inactive);
    let topology = topology.knowing(found.seen);
    let meant = those(&topology);
    Entered { topology, accounts }.with(&meant, base, events, unreachable).await
}

impl Entered {
    /// Goes on without accounts that turn out to be unreadable. False where that changes nothing, where nothing would be
    /// left, or where nobody could list the organisation.
    pub fn leave_out(&mut self, denied: BTreeMap<AccountName, CallError>) -> bool {
        let lister = self.topology.lister().map(|(name, _)| name.clone());
        let entered = |name: &AccountName| self.accounts.get(name).is_some();
        let rest = self
            .topology
            .accounts_in_use()
            .into_keys()
            .filter(|name| entered(name) && !denied.contains_key(name));
        if rest.count() == 0 || lister.is_some_and(|lister| denied.contains_key(&lister)) {
            return false;
        }
        let before = self.accounts.left_out().len();
        for (name, error) in denied {
            self.accounts.leave_out(&name, error);
        }
        self.accounts.left_out().len() > before
    }

    /// Gets into accounts of the topology that have not been entered.
    ///
    /// # Errors
    /// [`NoEntry`]
    pub async fn with(
        self,
        names: &BTreeSet<AccountName>,
        base: &Base,
        events: &Events,
        unreachable: Unreachable,
    ) -> Result<Self, NoEntry> {
        let Self { topology, accounts } = self;
        let met = |name: &AccountName| accounts.get(name).is_some() || accounts.left_out().contains_key(name);
        let all = topology.accounts_in_use().into_values();
        let further: Vec<&Account> =
            all.filter(|account| names.contains(&account.name) && !met(&account.name)).collect();
        let accounts = match further.as_slice() {
            [] => accounts,
            _ => accounts.and(Accounts::reach(further, &topology.region, base, events, unreachable).await?),
        };
        Ok(Self { topology, accounts })
    }
}

/// The accounts that the topology means.
#[derive(Debug, Default)]
struct Found {
    meant: BTreeSet<AccountId>,
    /// Those that it means and that are not in use.
    inactive: BTreeSet<AccountId>,
    /// Those that were listed, whether it means them or not.
    seen: BTreeSet<AccountId>,
}

/// Finds the accounts that the topology means. Only what its words ask for is listed. What is not in use is not asked for
/// its tags.
async fn members(organization: &Organization, directory: &Directory<'_>) -> Result<Found, CallError> {
    let wanted = Wanted::of(organization);
    let all = async { if wanted.only_units() { Ok(BTreeSet::new()) } else { directory.accounts().await } };
    let (below, all) = tokio::try_join!(directory.accounts_below(wanted.units.clone()), all)?;
    let seen = all.iter().chain(&below).map(|member| member.id.clone()).collect();
    let excluded = |member: &Member| organization.exclude.contains(&member.id);
    let (mut meant, open): (BTreeSet<Member>, BTreeSet<Member>) =
        all.into_iter().filter(|member| !excluded(member)).partition(|member| wanted.names(member));
    if !wanted.tags.is_empty() {
        // Each costs a call, so only undecided ones are checked.
        let undecided = open.into_iter().filter(|member| member.active && !below.contains(member));
        let undecided: BTreeMap<AccountId, Member> =
            undecided.map(|member| (member.id.clone(), member)).collect();
        let tags = directory.tags(undecided.keys().cloned()).await?;
        let fitting = tags.into_iter().filter(|(_, tags)| wanted.fits(tags));
        meant.extend(fitting.filter_map(|(id, _)| undecided.get(&id).cloned()));
    }
    meant.extend(below.into_iter().filter(|member| !excluded(member)));
    let (active, inactive): (Vec<Member>, Vec<Member>) = meant.into_iter().partition(|member| member.active);
    let ids = |members: Vec<Member>| members.into_iter().map(|member| member.id).collect();
    Ok(Found { meant: ids(active), inactive: ids(inactive), seen })
}

type Tags = BTreeMap<String, String>;

/// The entries of `include`, sorted by the calls they need.
#[derive(Default)]
struct Wanted<'a> {
    units: Vec<String>,
    accounts: BTreeSet<&'a AccountId>,
    names: Vec<GlobMatcher>,
    tags: Vec<&'a Tags>,
}

impl<'a> Wanted<'a> {
    fn of(organization: &'a Organization) -> Self {
        let mut wanted = Self::default();
        for include in &organization.include {
            match include {
                Include::Unit(unit) => wanted.units.push(unit.to_string()),
                Include::Account(id) => {
                    wanted.accounts.insert(id);
                }
                // A broken one is refused when the topology is read.
                Include::Name(glob) => {
                    wanted.names.extend(Glob::new(glob).map(|glob| glob.compile_matcher()));
                }
                Include::Tags(tags) => wanted.tags.push(tags),
            }
        }
        wanted
    }

    /// Whether nothing is asked for that the accounts' own lines do not tell.
    fn no_more_than_units(&self) -> bool {
        self.accounts.is_empty() && self.names.is_empty() && self.tags.is_empty()
    }

    fn only_units(&self) -> bool {
        !self.units.is_empty() && self.no_more_than_units()
    }

    /// Whether the words name an account, or all of them.
    fn names(&self, member: &Member) -> bool {
        self.units.is_empty() && self.no_more_than_units()
            || self.accounts.contains(&member.id)
            || self.names.iter().any(|glob| glob.is_match(&member.name))
    }

    fn fits(&self, tags: &Tags) -> bool {
        let has_all = |wanted: &Tags| wanted.iter().all(|(key, value)| tags.get(key) == Some(value));
        self.tags.iter().any(|wanted| has_all(wanted))
    }
}

/// The topology with every account in which the record knows something, as far as `access` leads there: of one that has
/// left the organisation or was taken out of the topology, what was made there is still ours.
pub fn with_recorded(topology: &Topology, record: &Record) -> Topology {
    let recorded = record.entries().iter().map(|(address, entry)| (&address.account, &entry.account_id));
    topology.with_unnamed(recorded)
}
