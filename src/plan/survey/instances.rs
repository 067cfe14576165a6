//! Finds the instances that agents name, and the roles that they have: one look-up an account and region, and one for
//! every instance profile whose role matters.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;

use crate::address::{AccountName, Region};
use crate::aws::accounts::Connection;
use crate::aws::instance::Instance as Seen;
use crate::aws::meter::{Scope, within};
use crate::aws::{Accounts, CallError, instances, profiles};
use crate::graph::{Instance, Instances};
use crate::topology::{Holder, Topology};

/// Where to look.
type Place = (AccountName, Region);

/// What to look for in one place.
#[derive(Debug, Default)]
struct Wanted {
    ids: BTreeSet<String>,
    /// Those among them that are asked for their role.
    with_role: BTreeSet<String>,
}

fn look_ups(topology: &Topology) -> BTreeMap<Place, Wanted> {
    let mut wanted: BTreeMap<Place, Wanted> = BTreeMap::new();
    let naming = topology.agents.values().filter(|agent| !agent.instances().is_empty());
    for agent in naming.filter(|_| instances::AVAILABLE) {
        for account in &agent.accounts {
            let place = wanted.entry((account.clone(), agent.region.clone())).or_default();
            place.ids.extend(agent.instances().iter().cloned());
            if matches!(agent.holder, Holder::RoleOf(_)) {
                place.with_role.extend(agent.instances().iter().cloned());
            }
        }
    }
    wanted
}

/// Looks the instances up.
///
/// # Errors
/// Every look-up that failed.
pub(crate) async fn discover(
    topology: &Topology,
    accounts: &Accounts,
) -> Result<BTreeMap<Place, Instances>, Vec<CallError>> {
    let looking = look_ups(topology).into_iter().map(|((account, region), wanted)| async move {
        let scope = Scope::Discover(format!("{account}/{region}/instances"));
        let found = match accounts.get(&account) {
            Some(connection) => within(scope, found(connection, &region, &wanted)).await,
            None => Ok(Instances::new()),
        };
        ((account, region), found)
    });
    let (mut all, mut failures) = (BTreeMap::new(), Vec::new());
    for (place, found) in join_all(looking).await {
        match found {
            Ok(found) => drop(all.insert(place, found)),
            Err(error) => failures.push(error),
        }
    }
    if failures.is_empty() { Ok(all) } else { Err(failures) }
}

async fn found(connection: &Connection, region: &Region, wanted: &Wanted) -> Result<Instances, CallError> {
    let seen = Box::pin(instances::described(connection, region, &wanted.ids)).await?;
    let asked = seen.iter().filter(|(id, _)| wanted.with_role.contains(*id));
    let profiles: BTreeSet<&String> =
        asked.filter_map(|(_, instance)| instance.profile_arn.as_ref()).collect();
    let roles = join_all(profiles.into_iter().map(|profile| async move {
        Ok((profile.clone(), Box::pin(profiles::role_in(connection, region, profile)).await?))
    }));
    let roles: BTreeMap<String, Option<String>> =
        roles.await.into_iter().collect::<Result<_, CallError>>()?;
    let instance = |(id, seen): (String, Seen)| {
        let role = seen.profile_arn.as_ref().and_then(|profile| roles.get(profile).cloned().flatten());
        let Seen { state, name, private_address, public_address, profile_arn } = seen;
        let address = private_address.or(public_address);
        (id.clone(), Instance { id, name, state, address, profile: profile_arn, role })
    };
    Ok(seen.into_iter().map(instance).collect())
}
