//! How a change of a role reaches the services that act on it: each in its own time, none out of order.
//!
//! IAM itself shows every change at once. AWS publishes no figure for the others (IAM User Guide, "Troubleshooting
//! IAM": "Changes that I make are not always immediately visible").

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::principals::role_of;
use crate::services::Service;
use crate::state::world::World;
use crate::time::timed_event::TimedEvent;
use logpipe_identifiers::AccountId;

use super::state::{IamState, RoleView};

/// The services that act on roles, each with its own view of them. What IAM and STS decide they decide alike.
fn viewers() -> BTreeSet<Service> {
    Service::ALL.iter().copied().filter(|service| service.facts().views_roles).collect()
}

/// One role as the other services see it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// Each view with the services that have it. A service that does not see the role has none.
    views: Vec<(BTreeSet<Service>, RoleView)>,
    /// When the last change reaches each service.
    settled_ms: BTreeMap<Service, u64>,
}

impl Seen {
    fn by(&self, service: Service) -> Option<&RoleView> {
        self.views.iter().find(|(services, _)| services.contains(&service)).map(|(_, view)| view)
    }

    fn set(&mut self, services: &BTreeSet<Service>, view: Option<RoleView>) {
        for (held, _) in &mut self.views {
            held.retain(|service| !services.contains(service));
        }
        self.views.retain(|(held, _)| !held.is_empty());
        let Some(view) = view else { return };
        match self.views.iter_mut().find(|(_, held)| *held == view) {
            Some((held, _)) => held.extend(services),
            None => self.views.push((services.clone(), view)),
        }
    }
}

/// The service whose view a service goes by.
fn viewer(service: Service) -> Service {
    if service.facts().views_roles { service } else { Service::Sts }
}

/// The service that evaluates policies for an action, such as S3 for `s3:PutObject`.
pub(crate) fn judge(action: &str) -> Service {
    let prefix = action.split(':').next().unwrap_or_default();
    Service::of_actions(prefix).unwrap_or(Service::Sts)
}

impl IamState {
    /// Services come to see a role like this, or that it is gone.
    pub(crate) fn propagated(&mut self, name: &str, view: Option<RoleView>, services: &BTreeSet<Service>) {
        self.seen.entry(name.to_lowercase()).or_default().set(services, view);
    }

    /// Every service sees a role like this at once: it has been so for long.
    pub(crate) fn propagated_everywhere(&mut self, name: &str, view: RoleView) {
        self.propagated(name, Some(view), &viewers());
    }
}

impl World {
    /// A role as a service sees it now, by its ARN.
    pub(crate) fn effective_role(&self, arn: &str, service: Service) -> Option<&RoleView> {
        let (account, name) = role_of(arn)?;
        let seen = self.accounts.get(&account)?.iam.seen.get(&name.to_lowercase())?;
        seen.by(viewer(service)).filter(|view| view.arn == arn)
    }

    /// Must follow every change of a role: the services will see it after a while, one earlier than another where that
    /// is left to chance.
    pub(crate) fn role_changed(&mut self, account: &AccountId, name: &str) {
        let view =
            self.accounts.get(account).and_then(|held| held.iam.role(name)).map(|role| role.view(self));
        for (at_ms, services) in self.reaches(account, name) {
            let (account, role, view) = (account.clone(), name.to_owned(), view.clone());
            self.queue.plan(at_ms, TimedEvent::RolePropagated { account, role, view, services });
        }
    }

    /// When a change that is made now reaches which services.
    fn reaches(&mut self, account: &AccountId, name: &str) -> BTreeMap<u64, BTreeSet<Service>> {
        let usual = self.timing.iam_propagation_ms;
        let mut times: BTreeMap<u64, BTreeSet<Service>> = BTreeMap::new();
        for service in viewers() {
            let drawn = self.now_ms + self.rng.between(usual, usual / 8, usual * 4);
            let seen = self.account(account).iam.seen.entry(name.to_lowercase()).or_default();
            // A later change is never overtaken by an earlier one.
            let settled = seen.settled_ms.entry(service).or_default();
            *settled = drawn.max(*settled);
            times.entry(*settled).or_default().insert(service);
        }
        times
    }
}
