//! The input for judging the hops of a route, and the findings.

use super::judge::{Flaw, hop, missing};
use super::way::Way;
use crate::address::Address;
use crate::graph::Route;
use crate::plan::{Observed, ReadFailures, Seen, Survey};
use crate::provider::Live;
use crate::provider::logs::account_policy::LogsAccountPolicy;
use crate::provider::logs::subscription_filter::SubscriptionFilter;
use crate::requests::Requests;
use crate::verify::checks::pattern_check::PatternCheck;
use crate::verify::verdict::{Hop, HopVerdict};

/// Everything a route's hops are judged from.
pub(crate) struct Inspection<'a> {
    pub(crate) survey: &'a Survey,
    pub(crate) observed: &'a Observed,
    pub(crate) failures: &'a ReadFailures,
}

impl Inspection<'_> {
    /// Judges every hop of a route, in the order in which a log event takes them, for a test event that fits the filter's pattern so.
    pub(crate) fn hops(&self, route: &Route, check: &PatternCheck) -> Vec<Hop> {
        let destination = &self.survey.topology.destinations[&route.destination];
        let way = Way { inspection: self, route, destination };
        let mut hops = vec![(way.first_hop(), way.subscription(check))];
        // Only a destination that admits an organisation wants to see a role of the sender.
        hops.extend(way.sender_role());
        hops.extend([
            ("destination", way.destination()),
            ("destination_policy", way.destination_policy()),
            ("cwl_role_trust", way.cwl_role_trust()),
            ("cwl_role_permission", way.cwl_role_permission()),
        ]);
        hops.extend(way.transport());
        hops.push(("bucket", way.bucket()));
        hops.into_iter().map(|(name, finding)| hop(name, way.and_nothing_else(name, finding))).collect()
    }

    /// The live filter's pattern.
    pub(crate) fn pattern(&self, route: &Route) -> Option<&str> {
        let live = self.observed.live(&route.filter)?;
        let of_filter = live.of::<SubscriptionFilter>().map(|filter| &filter.pattern);
        let pattern = of_filter.or_else(|| Some(&live.of::<LogsAccountPolicy>()?.pattern))?;
        Some(pattern.as_deref().unwrap_or_default())
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
                Err(Flaw::from((HopVerdict::Unreachable, format!("{address} was not read"))))
            }
            Seen::Absent => missing(format!("there is no {what} ({address})")),
            Seen::Impossible(why) => missing(format!("{address}: {why}")),
        }
    }
}

/// Which hop is the first that keeps events back.
pub(crate) fn first_wrong(hops: &[Hop]) -> Option<usize> {
    hops.iter().position(|hop| matches!(hop.verdict, HopVerdict::Incorrect | HopVerdict::Missing))
}

/// The first hop that keeps events back, with the last one that is: what a user needs to know of a broken route.
pub(crate) fn first_broken(hops: &[Hop]) -> Option<String> {
    let index = first_wrong(hops)?;
    let broken = &hops[index];
    let before = match index.checked_sub(1).map(|before| hops[before].hop) {
        Some(hop) => format!("the last correct hop is {hop}; the first that is not is {}", broken.hop),
        None => format!("the first hop is not correct: {}", broken.hop),
    };
    Some(format!("{before}: {}", broken.detail))
}
