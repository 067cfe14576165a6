//! Getting into every account that a topology means, those that only its organisation tells included.

use std::collections::{BTreeMap, BTreeSet};

use crate::address::AccountId;
use crate::aws::meter::{Scope, within};
use crate::aws::organization::Directory;
use crate::aws::{Accounts, Base, CallError, NotConnected};
use crate::event::Events;
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
    let named = topology.accounts_in_use();
    let accounts = Accounts::connect(named.into_values(), &topology.region, base, events).await?;
    let lister = topology.lister().and_then(|(name, organization)| Some((accounts.get(name)?, organization)));
    let Some((connection, organization)) = lister else {
        return Ok(Entered { topology: topology.clone(), accounts });
    };
    let directory = Directory::new(connection, &topology.region);
    let scope = Scope::Members(connection.id.to_string());
    let found = within(scope, Box::pin(members(organization, &directory))).await?;
    let topology = topology.with_members(&found);
    let all = topology.accounts_in_use().into_values();
    let further: Vec<&Account> = all.filter(|account| accounts.get(&account.name).is_none()).collect();
    let accounts = match further.as_slice() {
        [] => accounts,
        _ => accounts.and(Accounts::connect(further, &topology.region, base, events).await?),
    };
    Ok(Entered { topology, accounts })
}

/// The accounts that the topology means. Only what its words ask for is listed.
async fn members(
    organization: &Organization,
    directory: &Directory<'_>,
) -> Result<BTreeSet<AccountId>, CallError> {
    let wanted = Wanted::of(organization);
    let all = async { if wanted.only_units() { Ok(BTreeSet::new()) } else { directory.accounts().await } };
    let (below, all) = tokio::try_join!(directory.accounts_below(wanted.units.clone()), all)?;
    let (mut meant, open) =
        all.into_iter().partition(|id| wanted.everything() || wanted.accounts.contains(&id));
    if !wanted.tags.is_empty() {
        // It takes a call each, so only those are asked about of which nothing else decides.
        let open: BTreeSet<AccountId> = open;
        let undecided =
            open.into_iter().filter(|id| !below.contains(id) && !organization.exclude.contains(id));
        let tags = directory.tags(undecided).await?;
        meant.extend(tags.into_iter().filter(|(_, tags)| wanted.fits(tags)).map(|(id, _)| id));
    }
    meant.extend(below);
    Ok(meant.difference(&organization.exclude).cloned().collect())
}

type Tags = BTreeMap<String, String>;

/// What `include` says, sorted by what it takes to find out.
#[derive(Default)]
struct Wanted<'a> {
    units: Vec<String>,
    accounts: BTreeSet<&'a AccountId>,
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
                Include::Tags(tags) => wanted.tags.push(tags),
            }
        }
        wanted
    }

    fn everything(&self) -> bool {
        self.units.is_empty() && self.accounts.is_empty() && self.tags.is_empty()
    }

    fn only_units(&self) -> bool {
        !self.units.is_empty() && self.accounts.is_empty() && self.tags.is_empty()
    }

    fn fits(&self, tags: &Tags) -> bool {
        let has_all = |wanted: &Tags| wanted.iter().all(|(key, value)| tags.get(key) == Some(value));
        self.tags.iter().any(|wanted| has_all(wanted))
    }
}

/// The topology with every account in which the record knows something, as far as `access` leads there: of one that has
/// left the organisation or was taken out of the topology, what was made there is still ours.
pub fn with_recorded(topology: &Topology, record: &Record) -> Topology {
    let mut extended = topology.clone();
    for (address, entry) in record.entries() {
        extended.admit(&address.account, &entry.account_id);
    }
    extended
}
