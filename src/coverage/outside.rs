//! Subscriptions that send log events to accounts that are neither in the topology nor in its organisation. Pure.

use std::collections::BTreeSet;

use super::allow_list::AllowList;
use super::observed::{Filters, Places};
use crate::address::{AccountId, AccountName, Arn, Region};
use crate::provider::logs::subscriptions::Subscription;
use crate::topology::Topology;

/// A subscription that sends outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outflow {
    /// The account that it sends from.
    pub account: AccountName,
    /// The region.
    pub region: Region,
    /// What sends.
    pub carrier: Carrier,
    /// Its name.
    pub name: String,
    /// ARN of what it sends to.
    pub destination: String,
    /// Whose that is, where the ARN tells.
    pub owner: Option<AccountId>,
    /// Whether it is allowed.
    pub allowed: bool,
}

/// What sends log events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carrier {
    /// A subscription filter on this log group.
    SubscriptionFilter {
        /// Its name.
        log_group: String,
    },
    /// A subscription policy of the account.
    AccountPolicy,
}

impl Carrier {
    /// The name that programs know it by, which is that of the kind.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SubscriptionFilter { .. } => "subscription_filter",
            Self::AccountPolicy => "logs_account_policy",
        }
    }

    /// The log group, of a filter.
    pub fn log_group(&self) -> Option<&str> {
        match self {
            Self::SubscriptionFilter { log_group } => Some(log_group),
            Self::AccountPolicy => None,
        }
    }
}

/// Every subscription that sends outside, by account and region.
pub(super) fn outflows(topology: &Topology, places: &Places, allowed: &AllowList) -> Vec<Outflow> {
    let inside = inside(topology);
    let mut outflows = Vec::new();
    for ((account, region), seen) in places {
        let mut check = |carrier: Carrier, there: &Subscription| {
            let owner = Arn::parse(&there.destination).and_then(|arn| arn.account_id());
            if owner.as_ref().is_some_and(|owner| inside.contains(owner)) {
                return;
            }
            outflows.push(Outflow {
                account: account.clone(),
                region: region.clone(),
                carrier,
                name: there.name.clone(),
                destination: there.destination.clone(),
                allowed: allowed.allows(&there.destination, owner.as_ref()),
                owner,
            });
        };
        for policy in seen.policies.as_deref().unwrap_or_default() {
            check(Carrier::AccountPolicy, policy);
        }
        for (name, group) in seen.groups.iter().flatten() {
            let Filters::There(filters) = &group.filters else { continue };
            let carrier = Carrier::SubscriptionFilter { log_group: name.clone() };
            filters.iter().for_each(|filter| check(carrier.clone(), filter));
        }
    }
    outflows
}

/// Every account that the topology names, and those that its organisation is known to have.
fn inside(topology: &Topology) -> BTreeSet<&AccountId> {
    let named = topology.accounts.values().map(|account| &account.id);
    let organization = topology.organization.iter().flat_map(|organization| {
        let asked = organization.members.iter().chain(&organization.inactive);
        asked.chain(&organization.exclude)
    });
    named.chain(organization).collect()
}
