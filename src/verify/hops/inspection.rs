//! What the hops of a route are judged from, and what comes of it.

use super::judge::{Finding, Flaw, hop, missing};
use super::way::Way;
use crate::address::Address;
use crate::graph::Route;
use crate::plan::{Observed, ReadFailures, Seen, Survey};
use crate::provider::Live;
use crate::requests::Requests;
use crate::verify::fit::Fit;
use crate::verify::verdict::{Hop, HopVerdict};

/// Everything a route's hops are judged from.
pub(crate) struct Inspection<'a> {
    pub(crate) survey: &'a Survey,
    pub(crate) observed: &'a Observed,
    pub(crate) failures: &'a ReadFailures,
}

/// The hops in the order a log event takes them.
const ORDER: [&str; 9] = [
    "subscription_filter",
    "destination",
    "destination_policy",
    "cwl_role_trust",
    "cwl_role_permission",
    "stream",
    "firehose_role_trust",
    "firehose_role_permission",
    "bucket",
];

impl Inspection<'_> {
    /// Judges every hop of a route for a test event that fits the filter's pattern so.
    pub(crate) fn hops(&self, route: &Route, fit: &Fit) -> Vec<Hop> {
        let destination = &self.survey.topology.destinations[&route.destination];
        let way = Way { inspection: self, route, destination };
        let findings: [Finding; ORDER.len()] = [
            way.subscription(fit),
            way.destination(),
            way.destination_policy(),
            way.cwl_role_trust(),
            way.cwl_role_permission(),
            way.stream(),
            way.firehose_role_trust(),
            way.firehose_role_permission(),
            way.bucket(),
        ];
        let mut hops: Vec<(&str, Finding)> = ORDER.into_iter().zip(findings).collect();
        hops[0].0 = way.first_hop();
        // Only a destination that admits an organisation wants to see a role of the sender.
        hops.splice(1..1, way.sender_role());
        hops.into_iter().map(|(name, finding)| hop(name, finding)).collect()
    }

    /// The live filter's pattern.
    pub(crate) fn pattern(&self, route: &Route) -> Option<&str> {
        match self.observed.live(&route.filter) {
            Some(Live::SubscriptionFilter(filter)) => Some(filter.pattern.as_deref().unwrap_or_default()),
            Some(Live::LogsAccountPolicy(policy)) => Some(policy.pattern.as_deref().unwrap_or_default()),
            _ => None,
        }
    }

    /// What there is to know about a resource that is as it must be, behind what is said of it.
    pub(super) fn with_notices(&self, address: &Address, detail: &str) -> String {
        let (node, live) = (self.survey.graph.nodes.get(address), self.observed.live(address));
        let notices = node.zip(live).map(|(node, live)| node.resource.notices(live)).unwrap_or_default();
        std::iter::once(detail.to_owned()).chain(notices).collect::<Vec<_>>().join("; ")
    }

    /// What is known of the requests on the way.
    pub(super) fn requests(&self) -> Requests<'_> {
        Requests { organization: self.survey.topology.organization_id() }
    }

    pub(super) fn live(&self, address: &Address, what: &str) -> Result<&Live, Flaw> {
        if let Some(error) = self.failures.get(address) {
            let detail = format!("could not read {address}: {error}");
            return Err(Flaw::from((HopVerdict::Unreachable, detail)));
        }
        match self.observed.of(address) {
            Seen::Live(live) => Ok(live),
            // What no node stands for has not been asked about.
            Seen::Absent if !self.observed.knows(address) => {
                Err(Flaw::from((HopVerdict::Unreachable, format!("{address} was not looked at"))))
            }
            Seen::Absent => missing(format!("there is no {what} ({address})")),
            Seen::Impossible(why) => missing(format!("{address}: {why}")),
        }
    }
}

/// Which hop is the first that is not right.
pub(crate) fn first_wrong(hops: &[Hop]) -> Option<usize> {
    hops.iter().position(|hop| matches!(hop.verdict, HopVerdict::Incorrect | HopVerdict::Missing))
}

/// The first hop that is not right, with the last one that is: what a user needs to know of a broken route.
pub(crate) fn first_broken(hops: &[Hop]) -> Option<String> {
    let index = first_wrong(hops)?;
    let broken = &hops[index];
    let before = match index.checked_sub(1).map(|before| hops[before].hop) {
        Some(hop) => format!("the last hop that is right is {hop}; the first that is not is {}", broken.hop),
        None => format!("the first hop is not right: {}", broken.hop),
    };
    Some(format!("{before}: {}", broken.detail))
}
