//! Destinations that migrate from accounts to an organisation. Pure.
//!
//! In a new pipeline, a destination's access policy comes first, and then the subscriptions that it admits. A
//! destination that migrates to an organisation cuts off every subscription that passes no role. So the subscriptions
//! that it admits today come first: existing ones must pass their roles, and new ones must exist before those under
//! previous names are cut off.
//!
//! A subscription that no source names any more passes no role, and nothing makes it pass one. As long as there is one, the
//! destination goes on admitting accounts: `--prune` removes it, and has the destination migrate.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::address::{AccountId, Address, KindName};
use crate::graph::dag::Needs;
use crate::graph::policies::{Admitted, destination_policy};
use crate::graph::{Graph, Node, arns};
use crate::plan::Survey;
use crate::plan::survey::observe::Seen;
use crate::policy::{Decision, Policy, PolicyKind, quota, statements};
use crate::provider::logs::destination_policy::{LogsDestinationPolicy, Migration};
use crate::provider::{Facts, Flow, Live, Reach, Resource};
use crate::record::{Entry, Record};
use crate::requests::Requests;
use crate::topology::Topology;

/// The access policies of destinations that migrate, and what has to be done first.
pub(in crate::plan) struct OrganizationMigration<'a> {
    graph: &'a Graph,
    /// Those access policies, with the subscriptions that they admit without a role.
    first: BTreeMap<&'a Address, BTreeSet<&'a Address>>,
    /// Access policies that migrate back, from an organisation to accounts.
    back: BTreeSet<&'a Address>,
    /// Access policies that admit, without a role, what is not part of the plan.
    partial: BTreeSet<&'a Address>,
}

impl<'a> OrganizationMigration<'a> {
    pub(in crate::plan) fn of(survey: &'a Survey) -> Self {
        let Survey { topology, graph, observed, .. } = survey;
        let mut migration =
            Self { graph, first: BTreeMap::new(), back: BTreeSet::new(), partial: BTreeSet::new() };
        for (policy, subscriptions) in &graph.subscriptions {
            let (Some(node), Some(Live::LogsDestinationPolicy(live))) =
                (graph.nodes.get(policy), observed.live(policy))
            else {
                continue;
            };
            let Resource::LogsDestinationPolicy(wanted) = &node.resource else { continue };
            let admitted = live.policy.as_ref().map(names_organization);
            if !names_organization(&wanted.policy) {
                migration.back.extend((admitted == Some(true)).then_some(policy));
                continue;
            }
            if admitted == Some(false) {
                migration.first.entry(policy).or_default();
            }
            let admits = Admits::new(policy, topology);
            let cut_off = subscriptions.iter().filter(|subscription| {
                let sender = &topology.accounts[&subscription.account].id;
                admits.account(live.policy.as_ref(), sender) && !admits.account(Some(&wanted.policy), sender)
            });
            for subscription in cut_off {
                if graph.outside.contains_key(subscription) {
                    migration.partial.insert(policy);
                } else if !matches!(observed.of(subscription), Seen::Impossible(_)) {
                    migration.first.entry(policy).or_default().insert(subscription);
                }
            }
        }
        migration
    }

    /// Whether what it admits is not all part of the plan.
    pub(in crate::plan) fn is_partial(&self, policy: &Address) -> bool {
        self.partial.contains(policy)
    }

    /// Which way it migrates. AWS has to be told of an organisation even if no subscription of this topology is on the
    /// destination: those of others, and those that no source names any more, count as well.
    pub(in crate::plan) fn direction(&self, policy: &Address) -> Migration {
        if self.first.contains_key(policy) {
            Migration::ToOrganization
        } else if self.back.contains(policy) {
            Migration::ToAccounts
        } else {
            Migration::None
        }
    }

    /// The access policy that admits a subscription no longer once its destination has migrated to an organisation, of one
    /// that no source names any more: it passes no role, and nothing makes it pass one.
    pub(in crate::plan) fn cuts_off(&self, orphan: &Entry) -> Option<&'a Address> {
        self.first.keys().copied().find(|policy| orphan.needs.contains(*policy))
    }

    /// What has to be done before a node. What comes before an access policy needs what that needs.
    pub(in crate::plan) fn after(&self, node: &Node) -> Vec<Address> {
        let first = |policy: &Address| self.first.get(policy).into_iter().flatten().copied();
        let comes_before = |need: &&Address| first(need).any(|subscription| *subscription == node.address);
        let (policies, needs): (Vec<&Address>, Vec<&Address>) =
            node.needs.iter().map(|need| &need.address).partition(comes_before);
        let behind = policies.into_iter().filter_map(|policy| self.graph.nodes.get(policy));
        let behind = behind.flat_map(|policy| policy.needs.iter().map(|need| &need.address));
        needs.into_iter().chain(behind).chain(first(&node.address)).cloned().collect()
    }

    /// The edges of the graph, as they have to be this time.
    pub(in crate::plan) fn needs(&self) -> Needs<Address> {
        let nodes = self.graph.nodes.iter();
        nodes.map(|(address, node)| (address.clone(), self.after(node).into_iter().collect())).collect()
    }
}

/// A destination that migrates to an organisation later.
pub(in crate::plan) struct Later {
    /// What admits by accounts whoever sends.
    pub(in crate::plan) meanwhile: Resource,
    /// A subscription that no source names any more and that depends on it.
    pub(in crate::plan) until_gone: Address,
}

/// The access policies that would cut off a subscription that no source names any more. Where so many accounts do not fit
/// into one policy, it migrates all the same.
pub(in crate::plan) fn put_off(survey: &Survey, record: &Record) -> BTreeMap<Address, Later> {
    let Survey { topology, graph, observed, .. } = survey;
    let named = |address: &Address| graph.nodes.contains_key(address) || graph.outside.contains_key(address);
    let orphans: Vec<(&Address, &Entry)> = record
        .entries()
        .iter()
        .filter(|(address, _)| Facts::of(address.kind).flow.sends() && !named(address))
        .filter(|(address, entry)| !observed.is_gone(address) && !passes_role(address, entry))
        .collect();
    let later = |(address, node): (&Address, &Node)| {
        let (Resource::LogsDestinationPolicy(wanted), Some(Live::LogsDestinationPolicy(live))) =
            (&node.resource, observed.live(address))
        else {
            return None;
        };
        let by_accounts = live.policy.as_ref().is_some_and(|policy| !names_organization(policy));
        if !by_accounts || !names_organization(&wanted.policy) {
            return None;
        }
        let admits = Admits::new(address, topology);
        let admitted = |entry: &Entry| admits.account(live.policy.as_ref(), &entry.account_id);
        let cut_off: Vec<_> =
            orphans.iter().filter(|(_, entry)| entry.needs.contains(address) && admitted(entry)).collect();
        let subscriptions = graph.subscriptions.get(address).into_iter().flatten();
        let all = subscriptions.clone().chain(cut_off.iter().map(|(orphan, _)| *orphan));
        let whole_accounts = all.into_iter().any(|it| Facts::of(it.kind).flow == Flow::Sends(Reach::Account));
        let senders = subscriptions.map(|subscription| &topology.accounts[&subscription.account].id);
        let senders = senders.chain(cut_off.iter().map(|(_, entry)| &entry.account_id)).collect();
        let policy = destination_policy(&admits.resource, &Admitted::Accounts(&senders), whole_accounts);
        let (until_gone, _) = cut_off.first().filter(|_| quota::bytes(&policy) <= quota::DESTINATION)?;
        let meanwhile = LogsDestinationPolicy { policy, migration: Migration::None }.into();
        Some((address.clone(), Later { meanwhile, until_gone: (*until_gone).clone() }))
    };
    graph.nodes.iter().filter_map(later).collect()
}

/// Whether a subscription of ours shows a role of its account.
fn passes_role(subscription: &Address, entry: &Entry) -> bool {
    entry.needs.iter().any(|need| need.kind == KindName::IamRole && need.account == subscription.account)
}

/// Whether an access policy asks for an organisation. IAM takes the names of condition keys in any case.
fn names_organization(policy: &Value) -> bool {
    let conditions =
        statements(policy).iter().filter_map(|statement| statement.get("Condition")?.as_object());
    let keys = conditions.flat_map(|operators| operators.values().filter_map(Value::as_object));
    keys.flat_map(|keys| keys.keys()).any(|key| key.eq_ignore_ascii_case("aws:PrincipalOrgID"))
}

/// What access policies of one destination admit without asking for an organisation.
struct Admits {
    resource: String,
}

impl Admits {
    fn new(policy: &Address, topology: &Topology) -> Self {
        let region = policy.place.region().unwrap_or(&topology.region);
        let resource = arns::destination(region, &topology.accounts[&policy.account].id, &policy.name);
        Self { resource }
    }

    fn account(&self, policy: Option<&Value>, account: &AccountId) -> bool {
        let Some(Ok(policy)) = policy.map(Policy::from_value) else { return false };
        // Whoever is in no organisation shows what is admitted without one.
        let action = "logs:PutSubscriptionFilter";
        let mut asked = Requests { organization: None }.subscribe(account, action, &self.resource);
        asked.context = asked.context.without("aws:PrincipalOrgID").without("aws:PrincipalOrgPaths");
        let decision = asked.decided_by(&policy, PolicyKind::Resource);
        // A subscription that may be admitted today is treated as one that is, and keeps on delivering.
        decision.allows() || matches!(decision, Decision::Unknown { .. })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_policy_asks_for_an_organisation_by_its_conditions() {
        let check = |condition: Value, expect: bool| {
            let statement = json!({ "Effect": "Allow", "Principal": "*", "Condition": condition });
            assert_eq!(names_organization(&json!({ "Statement": statement })), expect);
            assert_eq!(names_organization(&json!({ "Statement": [statement] })), expect);
        };
        check(json!({ "StringEquals": { "aws:PrincipalOrgID": "o-abc123" } }), true);
        check(json!({ "stringequals": { "AWS:principalorgid": ["o-abc123"] } }), true);
        check(json!({ "StringEquals": { "aws:PrincipalAccount": "aws:PrincipalOrgID" } }), false);
        check(Value::Null, false);
    }
}
