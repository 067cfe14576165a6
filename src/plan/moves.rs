//! Filters and account policies that move from one of our destinations to another: the old one admits their account until they have. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::Survey;
use crate::address::{Address, KindName, Place};
use crate::graph::arns;
use crate::graph::dag::{Needs, closure, reversed};
use crate::provider::Live;
use crate::provider::logs_account_policy::LiveAccountPolicy;
use crate::provider::subscription_filter::LiveFilter;
use crate::topology::{Destination, Topology};

/// What a step has to wait for although it does not need it, added to `needs` and by itself.
///
/// Who is admitted where is changed as a whole. Where two destinations swap their senders, one of them has to go
/// first.
pub(super) fn waits(survey: &Survey, needs: &mut Needs<Address>) -> Needs<Address> {
    let mut waits: Needs<Address> = Needs::new();
    for (gate, filters) in gates(survey) {
        let later = closure(&reversed(needs), [gate.clone()]);
        let moving: BTreeSet<Address> = filters.difference(&later).cloned().collect();
        needs.entry(gate.clone()).or_default().extend(moving.clone());
        waits.insert(gate, moving);
    }
    waits
}

/// What admits senders to the destinations that filters move away from: their access policies and their roles' trust.
fn gates(survey: &Survey) -> BTreeMap<Address, BTreeSet<Address>> {
    let Survey { topology, graph, observed } = survey;
    let mut gates: BTreeMap<Address, BTreeSet<Address>> = BTreeMap::new();
    for (address, node) in &graph.nodes {
        let Some(live) = observed.live(address) else { continue };
        let (Live::SubscriptionFilter(LiveFilter { destination_arn, .. })
        | Live::LogsAccountPolicy(LiveAccountPolicy { destination_arn, .. })) = live
        else {
            continue;
        };
        if !node.resource.diff(live).iter().any(|change| change.field == "destination_arn") {
            continue;
        }
        let Some(arn) = destination_arn.as_deref() else { continue };
        let left = topology.destinations.values().filter(|left| is(topology, left, &address.place, arn));
        for gate in left.flat_map(|left| gates_of(left, &address.place)) {
            if graph.nodes.contains_key(&gate) {
                gates.entry(gate).or_default().insert(address.clone());
            }
        }
    }
    gates
}

/// Whether an ARN is that of a destination where a filter is.
fn is(topology: &Topology, destination: &Destination, place: &Place, arn: &str) -> bool {
    let Place::Region(region) = place else { return false };
    let account = &topology.accounts[&destination.account].id;
    arns::destination(region, account, &destination.destination_name) == arn
}

fn gates_of(destination: &Destination, place: &Place) -> [Address; 2] {
    let at = |place, kind, name: &String| Address {
        account: destination.account.clone(),
        place,
        kind,
        name: name.clone(),
    };
    [
        at(place.clone(), KindName::LogsDestinationPolicy, &destination.destination_name),
        at(Place::Global, KindName::IamRole, &destination.cwl_role),
    ]
}
