//! Looks up the input of the graph: the log groups that globs and whole accounts may cover, with one look-up per
//! account and region, and the instances that agents name.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::instances;
use crate::address::{AccountName, KindName, Place, Region};
use crate::aws::meter::{Scope, within};
use crate::aws::{self, Accounts, CallError};
use crate::graph::expand::{STANDARD, glob_prefix};
use crate::graph::{Inventory, LogGroups};
use crate::record::Record;
use crate::topology::{LogGroupSelector, Topology};

/// Where to look and for which prefixes. Prefixes that another one covers are left out.
fn look_ups(topology: &Topology) -> BTreeMap<(AccountName, Region), BTreeSet<String>> {
    let mut wanted: BTreeMap<(AccountName, Region), BTreeSet<String>> = BTreeMap::new();
    for source in topology.sources.values() {
        let globs = source.log_groups.iter().filter_map(|selector| match selector {
            LogGroupSelector::Glob(glob) => Some(glob_prefix(glob)),
            LogGroupSelector::Exact(_) => None,
        });
        // A whole account is looked up by the prefix that every name has.
        let prefixes: Vec<&str> = globs.chain(source.whole_account().then_some("")).collect();
        for account in source.accounts.iter().filter(|_| !prefixes.is_empty()) {
            for region in &source.regions {
                let place = wanted.entry((account.clone(), region.clone())).or_default();
                place.extend(prefixes.iter().map(|prefix| (*prefix).to_owned()));
            }
        }
    }
    for prefixes in wanted.values_mut() {
        let all = prefixes.clone();
        prefixes
            .retain(|prefix| !all.iter().any(|other| other != prefix && prefix.starts_with(other.as_str())));
    }
    wanted
}

/// Looks everything up. In accounts that have not been entered, the log groups are known that the record has filters on.
///
/// # Errors
/// Every look-up that failed.
pub async fn discover(
    topology: &Topology,
    accounts: &Accounts,
    record: &Record,
) -> Result<Inventory, Vec<CallError>> {
    let (groups, instances) =
        tokio::join!(log_groups(topology, accounts), Box::pin(instances::discover(topology, accounts)));
    match (groups, instances) {
        (Ok(mut log_groups), Ok(instances)) => {
            add_recorded(&mut log_groups, record, |account| accounts.get(account).is_some());
            Ok(Inventory { log_groups, instances })
        }
        (groups, instances) => Err(groups.err().into_iter().chain(instances.err()).flatten().collect()),
    }
}

/// Adds the log groups that filters of ours are on, in accounts that were not looked at. If the topology still selects
/// them, such filters are part of it, and what they need must not be taken for something that nobody needs.
fn add_recorded(
    found: &mut BTreeMap<(AccountName, Region), LogGroups>,
    record: &Record,
    entered: impl Fn(&AccountName) -> bool,
) {
    let filters = record.entries().keys().filter(|address| address.kind == KindName::SubscriptionFilter);
    for filter in filters.filter(|filter| !entered(&filter.account)) {
        let Place::Region(region) = &filter.place else { continue };
        if let Some(groups) = found.get_mut(&(filter.account.clone(), region.clone())) {
            groups.entry(filter.name_parts().0.to_owned()).or_insert_with(|| STANDARD.to_owned());
        }
    }
}

/// Looks up log groups.
///
/// # Errors
/// Every look-up that failed.
pub(crate) async fn log_groups(
    topology: &Topology,
    accounts: &Accounts,
) -> Result<BTreeMap<(AccountName, Region), LogGroups>, Vec<CallError>> {
    let mut looking = FuturesUnordered::new();
    for ((account, region), prefixes) in look_ups(topology) {
        let scope = Scope::Discover(format!("{account}/{region}"));
        let look_up = async move {
            let result = match accounts.get(&account) {
                Some(connection) => aws::log_group_names::named(connection, &region, &prefixes).await,
                None => Ok(LogGroups::new()),
            };
            ((account, region), result)
        };
        looking.push(within(scope, look_up));
    }
    let mut found = BTreeMap::new();
    let mut failures = Vec::new();
    while let Some((place, result)) = looking.next().await {
        match result {
            Ok(groups) => drop(found.insert(place, groups)),
            Err(error) => failures.push(error),
        }
    }
    if failures.is_empty() { Ok(found) } else { Err(failures) }
}
