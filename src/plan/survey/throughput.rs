//! How much the streams of destinations take in, as CloudWatch counts it: asked where so much may be logged that a stream
//! comes near to what Firehose takes, with one look-up per account and region.

use std::collections::BTreeMap;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::surveyor::Survey;
use crate::address::{AccountName, Address, KindName, Region};
use crate::aws::meter::{Scope, within};
use crate::aws::metrics::{Taken, days_before, taken};
use crate::aws::{Accounts, CallError};
use crate::graph::shards::takes_much;
use crate::topology::Transport;

/// What is known of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Throughput {
    /// What each stream took in during the last day.
    pub(crate) taken: BTreeMap<Address, Taken>,
    /// Why it is not known of the streams of an account.
    pub(crate) unread: BTreeMap<AccountName, CallError>,
}

/// The streams to ask about, by account and region.
pub(super) type Asked = BTreeMap<(AccountName, Region), Vec<Address>>;

/// The streams that are there, of the destinations to which much may be sent.
pub(super) fn asked(survey: &Survey) -> Asked {
    let Survey { topology, graph, observed, .. } = survey;
    let mut asked = Asked::new();
    for destination in topology.destinations.values() {
        let streams = match &destination.transport {
            Transport::Firehose(_) => survey.lifecycle().streams(topology, destination),
        };
        if !takes_much(&graph.shards, destination, streams.len()) {
            continue;
        }
        let addresses =
            streams.iter().map(|stream| destination.here(KindName::FirehoseStream, &stream.in_use));
        let there: Vec<Address> = addresses
            .filter(|address| graph.nodes.contains_key(address) && observed.live(address).is_some())
            .collect();
        if !there.is_empty() {
            let place = (destination.account.clone(), destination.region.clone());
            asked.entry(place).or_default().extend(there);
        }
    }
    asked
}

/// Asks. What cannot be read is no obstacle: it is known not to be known.
pub(super) async fn read(asked: Asked, accounts: &Accounts) -> Throughput {
    let now = accounts.meter().server_time().now();
    let day = (days_before(now, 1), now);
    let mut asking = FuturesUnordered::new();
    for ((account, region), streams) in asked {
        let Some(connection) = accounts.get(&account) else { continue };
        let scope = Scope::Discover(format!("{account}/{region}/throughput"));
        let look_up = async move {
            let names: Vec<&str> = streams.iter().map(|stream| &*stream.name).collect();
            let answer = taken(connection, &region, &names, day).await;
            (account, streams, answer)
        };
        asking.push(within(scope, look_up));
    }
    let mut throughput = Throughput::default();
    while let Some((account, streams, answer)) = asking.next().await {
        match answer {
            Ok(taken) => throughput.taken.extend(streams.into_iter().zip(taken)),
            Err(error) => drop(throughput.unread.insert(account, error)),
        }
    }
    throughput
}
