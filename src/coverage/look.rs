//! Reads every log group of every account and region that a source covers, what is on it and what it took in. Nothing is
//! written.
//!
//! CloudWatch Logs lists 50 log groups on a page and tells the filters of one log group a call, five of them a second
//! in an account and region, so a look takes about as many calls as there are log groups, and the largest place decides
//! how long it takes.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt;
use futures_util::stream::{self, FuturesUnordered};

use super::model::Why;
use super::observed::{Filters, Places, SeenGroup, SeenPlace};
use crate::address::{AccountName, Address, KindName, Place, Region};
use crate::aws::accounts::Connection;
use crate::aws::log_group_names::{self, Listed};
use crate::aws::meter::{Scope, within};
use crate::aws::metrics::{days_before, incoming_bytes};
use crate::aws::{Accounts, CallError, Target};
use crate::clock::Clock;
use crate::event::{Event, Events};
use crate::graph::expand::STANDARD;
use crate::plan::{READS_AT_ONCE, in_turns};
use crate::provider::logs::subscriptions;
use crate::topology::Topology;

/// An account and region.
type Where = (AccountName, Region);

/// Looks at every account and region that a source covers and that was entered, and at what its log groups took in
/// over this many days, where that is asked for.
///
/// # Errors
/// Why the log groups of none of them could be listed.
pub(crate) async fn look(
    topology: &Topology,
    accounts: &Accounts,
    clock: Clock,
    events: &Events,
    days: Option<u32>,
) -> Result<Places, Vec<CallError>> {
    let look = Look { accounts, clock, events };
    let places = places(topology, accounts);
    let listed = look.listed(&places).await;
    if !listed.is_empty() && listed.values().all(Result::is_err) {
        return Err(listed.into_values().filter_map(Result::err).collect());
    }
    let (policies, filters, volumes) = futures_util::join!(
        look.policies(&listed),
        Box::pin(look.filters(&listed)),
        Box::pin(look.volumes(&listed, days))
    );
    Ok(seen(listed, policies, filters, volumes))
}

/// Where sources look, in the accounts that were entered.
fn places(topology: &Topology, accounts: &Accounts) -> BTreeSet<Where> {
    let places = topology.sources.values().flat_map(|source| {
        let entered = source.accounts.iter().filter(|account| accounts.get(account).is_some());
        entered.flat_map(|account| source.regions.iter().map(|region| (account.clone(), region.clone())))
    });
    places.collect()
}

/// The log groups of each place.
type Groups = BTreeMap<Where, Result<BTreeMap<String, Listed>, CallError>>;

/// The policies of each place.
type Policies = BTreeMap<Where, Result<Vec<subscriptions::Subscription>, CallError>>;

/// The filters on each log group; `None` where it is gone by now.
type OnGroups = BTreeMap<(Where, String), Option<Filters>>;

/// What each log group took in, or why it is not known of a place.
type Volumes = BTreeMap<Where, Result<BTreeMap<String, u64>, CallError>>;

struct Look<'a> {
    accounts: &'a Accounts,
    clock: Clock,
    events: &'a Events,
}

impl Look<'_> {
    fn connection(&self, at: &Where) -> Option<&Connection> {
        self.accounts.get(&at.0)
    }

    /// Calls `ask` for every place at once.
    async fn everywhere<'p, T>(
        &self,
        places: impl IntoIterator<Item = &'p Where>,
        what: &str,
        ask: impl AsyncFn(&Connection, &Where) -> Result<T, CallError>,
    ) -> BTreeMap<Where, Result<T, CallError>> {
        let mut asking = FuturesUnordered::new();
        for at in places {
            let Some(connection) = self.connection(at) else { continue };
            let scope = Scope::Discover(format!("{}/{}/{what}", at.0, at.1));
            let ask = &ask;
            asking.push(within(scope, async move { (at.clone(), ask(connection, at).await) }));
        }
        let mut answers = BTreeMap::new();
        while let Some((at, answer)) = asking.next().await {
            answers.insert(at, answer);
        }
        answers
    }

    async fn listed(&self, places: &BTreeSet<Where>) -> Groups {
        let list = async |connection: &Connection, (_, region): &Where| {
            log_group_names::all(connection, region).await
        };
        self.everywhere(places, "log-groups", list).await
    }

    async fn policies(&self, listed: &Groups) -> Policies {
        let ask = async |connection: &Connection, (account, region): &Where| {
            let place = Place::Region(region.clone());
            let address = Address::new(account.clone(), place, KindName::LogsAccountPolicy, "*");
            let target = Target::new(&address, connection, self.clock, self.events.clone(), false);
            subscriptions::of_account(&target).await
        };
        self.everywhere(there(listed), "policies", ask).await
    }

    /// The filters on every log group that takes any, by turns of the places.
    async fn filters(&self, listed: &Groups) -> OnGroups {
        let groups = listed.iter().filter_map(|(at, groups)| Some((at, groups.as_ref().ok()?)));
        let groups =
            groups.flat_map(|(at, groups)| groups.iter().map(move |(name, group)| (at, name, group)));
        let takes = groups.filter(|(_, _, group)| group.class == STANDARD);
        let turns: Vec<_> = in_turns(takes.map(|(at, name, _)| (at, name)), |(at, _)| *at).collect();
        self.events.send(Event::Reading { total: turns.len() });
        let mut reading = stream::iter(turns)
            .map(|(at, name)| async move { ((at.clone(), name.clone()), self.filters_on(at, name).await) })
            .buffer_unordered(READS_AT_ONCE);
        let mut found = OnGroups::new();
        while let Some((group, filters)) = reading.next().await {
            found.insert(group, filters);
        }
        found
    }

    async fn filters_on(&self, at: &Where, name: &str) -> Option<Filters> {
        let place = Place::Region(at.1.clone());
        let address = Address::new(at.0.clone(), place, KindName::LogGroup, name);
        let connection = self.connection(at)?;
        let target = Target::new(&address, connection, self.clock, self.events.clone(), false);
        let answer = within(Scope::Read(address.clone()), subscriptions::on_log_group(&target)).await;
        self.events.send(Event::Read { address: address.clone() });
        match answer {
            Ok(filters) => filters.map(Filters::There),
            // So CloudWatch Logs answers about groups of another class than STANDARD.
            Err(error) if error.is("ValidationException", &[]) => Some(Filters::NotTaken),
            Err(error) => Some(Filters::Unread((&error).into())),
        }
    }

    async fn volumes(&self, listed: &Groups, days: Option<u32>) -> Volumes {
        let Some(days) = days else { return Volumes::new() };
        let now = self.accounts.meter().server_time().now();
        let span = (days_before(now, u64::from(days)), now);
        let ask = async |connection: &Connection, at: &Where| {
            let groups = listed.get(at).and_then(|groups| groups.as_ref().ok());
            let names: Vec<String> = groups.into_iter().flat_map(BTreeMap::keys).cloned().collect();
            let bytes = incoming_bytes(connection, &at.1, &names, span).await?;
            Ok(names.into_iter().zip(bytes.into_iter().map(|bytes| bytes.max(0.0) as u64)).collect())
        };
        self.everywhere(there(listed), "volumes", ask).await
    }
}

/// The places whose log groups are known.
fn there(listed: &Groups) -> impl Iterator<Item = &Where> {
    listed.iter().filter(|(_, groups)| groups.is_ok()).map(|(at, _)| at)
}

/// All of it together.
fn seen(listed: Groups, mut policies: Policies, mut filters: OnGroups, mut volumes: Volumes) -> Places {
    let mut places = Places::new();
    for (at, groups) in listed {
        let measured = volumes.remove(&at);
        let unmeasured = measured.as_ref().and_then(|measured| measured.as_ref().err()).map(Why::from);
        let measured = measured.and_then(Result::ok).unwrap_or_default();
        let groups = groups.map(|groups| {
            let seen = groups.into_iter().filter_map(|(name, Listed { class, stored_bytes })| {
                let filters = match filters.remove(&(at.clone(), name.clone())) {
                    Some(filters) => filters?,
                    None => Filters::NotTaken,
                };
                let bytes = measured.get(&name).copied();
                Some((name, SeenGroup { class, stored_bytes, bytes, filters }))
            });
            seen.collect()
        });
        let policies = policies.remove(&at).unwrap_or_else(|| Ok(Vec::new()));
        let place = SeenPlace {
            groups: groups.map_err(|error| Why::from(&error)),
            policies: policies.map_err(|error| Why::from(&error)),
            unmeasured,
        };
        places.insert(at, place);
    }
    places
}
