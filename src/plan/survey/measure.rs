//! How much the log groups of a topology ingest, as measured by CloudWatch: one look-up per account and region.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::surveyor::Survey;
use crate::address::{AccountName, Key, Region};
use crate::aws::metrics::{Incoming, days_before, incoming};
use crate::aws::{Accounts, CallError};
use crate::cost::{Flow, Volumes, uncovered};

/// Days that are looked back.
pub const DAYS_MEASURED: u32 = 14;

/// The log groups of one that logs, in one account and region.
type Places = BTreeMap<(Key, AccountName, Region), BTreeSet<String>>;

/// What was measured, and what could not be.
#[derive(Debug, Default)]
pub struct Measured {
    /// The volumes of everything that could be read whole.
    pub volumes: Volumes,
    /// Why others are not among them, by their key.
    pub failures: BTreeMap<Key, CallError>,
}

/// Measures every source, and every agent whose log groups are no source's.
pub async fn measure(survey: &Survey, accounts: &Accounts) -> Measured {
    let to = accounts.meter().server_time().now();
    let span = (days_before(to, u64::from(DAYS_MEASURED)), to);
    let places = places(survey);
    let mut asking = FuturesUnordered::new();
    for ((key, account, region), groups) in &places {
        let Some(connection) = accounts.get(account) else { continue };
        let groups: Vec<String> = groups.iter().cloned().collect();
        asking.push(async move { (key, region, incoming(connection, region, &groups, span).await) });
    }
    let mut measured = Measured::default();
    while let Some((key, region, answer)) = asking.next().await {
        match answer {
            Ok(Incoming { bytes, events }) => {
                let flow = Flow::of_days(f64::from(DAYS_MEASURED), bytes, events);
                measured.volumes.measured(key, region, flow);
            }
            Err(error) => drop(measured.failures.insert(key.clone(), error)),
        }
    }
    // A part of a source would look like all of it.
    measured.failures.keys().for_each(|key| measured.volumes.forget(key));
    measured
}

fn places(survey: &Survey) -> Places {
    let mut places = Places::new();
    for route in &survey.graph.routes {
        let place = (route.source.clone(), route.account.clone(), route.region.clone());
        places.entry(place).or_default().insert(route.log_group.clone());
    }
    for agent in uncovered(&survey.topology) {
        for account in &agent.accounts {
            let place = (agent.key.clone(), account.clone(), agent.region.clone());
            let groups = agent.collected.log_groups().map(str::to_owned);
            places.entry(place).or_default().extend(groups);
        }
    }
    places
}
