//! How to fix a wrong hop. Pure: the plan knows who owns the resources of a hop, and what apply would do about them.

use std::collections::BTreeMap;

use super::hops::{Inspection, first_wrong};
use super::run::Verify;
use super::verdict::{Fix, Hop};
use crate::address::Address;
use crate::graph::Route;
use crate::plan::{Action, Allowed, Reason, Step, decide};

/// What apply would do about every resource that could be read.
#[derive(Debug, Default)]
pub(crate) struct Fixes(BTreeMap<Address, Step>);

impl Fixes {
    /// As a plan of this moment would have it, which is made from what verify has seen.
    pub(super) fn of(verify: &Verify<'_>, inspection: &Inspection<'_>) -> Self {
        let survey = verify.survey.with(inspection.observed.clone());
        // A graph that has been built has no circle.
        let steps = decide(&survey, verify.record, &Allowed::default()).map(|plan| plan.steps);
        let read = |step: &Step| !inspection.failures.contains_key(&step.address);
        let steps = steps.unwrap_or_default().into_iter().filter(read);
        Self(steps.map(|step| (step.address.clone(), step)).collect())
    }

    /// What apply would write.
    pub(super) fn written(&self) -> impl Iterator<Item = &Step> {
        self.0.values().filter(|step| step.writes())
    }

    /// What apply would refuse to touch, and why.
    pub(super) fn refused(&self) -> impl Iterator<Item = (&Address, &Reason)> {
        let refused = self.0.values().filter(|step| matches!(step.action, Action::Refuse(_)));
        refused.map(|step| (&step.address, &step.reason))
    }

    /// What to do about the first wrong hop of a route.
    pub(super) fn of_route(&self, inspection: &Inspection<'_>, route: &Route, hops: &[Hop]) -> Option<Fix> {
        self.of_hop(inspection, route, hops[first_wrong(hops)?].hop)
    }

    /// What to do about a hop that is wrong.
    pub(super) fn of_hop(&self, inspection: &Inspection<'_>, route: &Route, hop: &str) -> Option<Fix> {
        Some(self.of_resources(inspection.resources(route, hop)))
    }

    /// What to do about these resources, of which something is wrong.
    pub(super) fn of_resources(&self, resources: Vec<Address>) -> Fix {
        let steps: Vec<&Step> = resources.iter().filter_map(|address| self.0.get(address)).collect();
        if let Some(refused) = steps.iter().find(|step| matches!(step.action, Action::Refuse(_))) {
            let (resource, reason) = (refused.address.clone(), refused.reason.clone());
            return Fix::Refused { resource, reason };
        }
        let written = steps.iter().filter(|step| step.writes()).map(|step| step.address.clone());
        let written: Vec<Address> = written.collect();
        if written.is_empty() { Fix::Foreign { resources } } else { Fix::Apply { resources: written } }
    }
}
