//! What a source becomes: a filter on every log group it selects, the groups it makes, and the routes. A source of a
//! whole account becomes one policy (`account.rs`).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::addresses::destination_addresses;
use super::builder::{GraphBuilder, put_into};
use crate::address::{AccountId, AccountName, Address, KindName, Place, Region};
use crate::graph::note::Selection;
use crate::graph::{Inventory, LogGroups, Need, Node, Note, Route, arns, expand};
use crate::provider::Resource;
use crate::provider::logs::log_group::LogGroup;
use crate::provider::logs::sender_role::SenderRole;
use crate::provider::logs::subscription_filter::SubscriptionFilter;
use crate::topology::{Distribution, Include, LogGroupSelector, Scope, Source};

/// What the filters of a source have in common in one account and region.
struct Sending<'a> {
    account: &'a AccountName,
    region: &'a Region,
    destination_arn: Arc<str>,
    /// The access policy that admits them.
    policy: Address,
    role: SenderRole,
    needs: Vec<Need>,
}

impl<'a> GraphBuilder<'a> {
    /// One filter a log group, in every account and region of the source.
    pub(super) fn source(&mut self, source: &'a Source, inventory: Option<&Inventory>) {
        self.members(source, inventory.is_some());
        for account in &source.accounts {
            for region in &source.regions {
                // What another source is about to make counts as found, or the next plan would differ from this one.
                let there = inventory.filter(|_| source.looks_up()).map(|all| {
                    let mut there = all.log_groups_of(account, region);
                    there.extend(self.to_be_made(account, region));
                    there
                });
                let own = self.topology.error_logs(account, region);
                match source.scope {
                    Scope::LogGroups => {
                        let selection = expand::select(source, there.as_ref(), &own);
                        self.notes(source, account, region, selection.notes);
                        let sending = self.sending(source, account, region);
                        for group in selection.groups {
                            self.filter(source, &sending, &group);
                        }
                    }
                    Scope::Account => {
                        let whole = expand::whole(source, there.as_ref(), &own);
                        self.account_policy(source, account, region, whole);
                    }
                }
            }
        }
    }

    /// What there is to say about the accounts that are found through the organisation.
    fn members(&mut self, source: &Source, read: bool) {
        let Some(organization) = self.topology.organization.as_ref().filter(|_| source.organization) else {
            return;
        };
        if !read {
            self.graph.notes.push(Note::OrganizationUnread { source: source.key.clone() });
            return;
        }
        if source.accounts.is_empty() {
            self.graph.notes.push(Note::OrganizationEmpty { source: source.key.clone() });
        }
        let covered: BTreeSet<&AccountId> =
            source.accounts.iter().map(|name| self.account_id(name)).collect();
        let missing = organization.include.iter().filter_map(|include| match include {
            Include::Account(id)
                if !covered.contains(id)
                    && !organization.exclude.contains(id)
                    && !organization.inactive.contains(id) =>
            {
                Some(id)
            }
            _ => None,
        });
        let notes = missing.map(|id| Note::NotOfOrganization { source: source.key.clone(), id: id.clone() });
        self.graph.notes.extend(notes);
        if !organization.inactive.is_empty() {
            let ids = organization.inactive.iter().cloned().collect();
            self.graph.notes.push(Note::MembersInactive { source: source.key.clone(), ids });
        }
    }

    pub(super) fn notes(
        &mut self,
        source: &Source,
        account: &AccountName,
        region: &Region,
        notes: Vec<Selection>,
    ) {
        self.graph.notes.extend(notes.into_iter().map(|what| Note::Selection {
            source: source.key.clone(),
            account: account.clone(),
            region: region.clone(),
            what,
        }));
    }

    /// The log groups that sources make in an account and region, with their class.
    fn to_be_made(&self, account: &AccountName, region: &Region) -> LogGroups {
        let makers = self.makers.get(&(account, region)).into_iter().flatten();
        makers
            .flat_map(|source| &source.log_groups)
            .filter_map(|selector| match selector {
                LogGroupSelector::Exact(name) => Some((name.clone(), "STANDARD".to_owned())),
                LogGroupSelector::Glob(_) => None,
            })
            .collect()
    }

    fn sending(&self, source: &Source, account: &'a AccountName, region: &'a Region) -> Sending<'a> {
        let destination = &self.topology.destinations[&source.destination];
        let (_, policy) = destination_addresses(destination, self.shard(destination, account), region);
        let arn = arns::destination(region, self.account_id(&destination.account), &policy.name);
        let (role, role_need) = self.sender_role(destination, account);
        let policy_need = Need::new(&policy, "it admits this account's filters");
        let needs = [policy_need].into_iter().chain(role_need).collect();
        Sending { account, region, destination_arn: arn.into(), policy, role, needs }
    }

    fn filter(&mut self, source: &'a Source, sending: &Sending<'a>, group: &expand::Selected) {
        let Sending { account, region, policy, .. } = sending;
        let place = Place::Region((*region).clone());
        let at = |kind, name: &str| Address::new((*account).clone(), place.clone(), kind, name);
        let log_group = at(KindName::LogGroup, &group.name);
        let filter = at(KindName::SubscriptionFilter, &format!("{}:{}", group.name, source.filter.name));
        if self.graph.nodes.contains_key(&filter) {
            self.graph.problems.push(format!(
                "sources.{}: another source already puts a filter named `{}` on {} in {account}/{region}; rename one of them",
                source.key, source.filter.name, group.name
            ));
            return;
        }
        self.graph.subscriptions.entry(policy.clone()).or_default().insert(filter.clone());
        let resource = Resource::from(SubscriptionFilter {
            destination_arn: sending.destination_arn.clone(),
            pattern: source.filter.pattern.clone(),
            role: sending.role.clone(),
            distribution: distribution(source),
            slots: self.topology.filters_per_log_group,
            beside: Vec::new(),
        });
        if source.create && group.exact {
            self.created_group(source, &log_group);
        }
        self.filters.entry(log_group).or_default().push(filter.clone());
        let (address, needs) = (filter.clone(), sending.needs.clone());
        let node = Node { address, resource, needs, container: None, found: !group.exact };
        self.graph.nodes.insert(filter.clone(), node);
        self.graph.routes.push(Route {
            source: source.key.clone(),
            destination: source.destination.clone(),
            account: (*account).clone(),
            region: (*region).clone(),
            log_group: group.name.clone(),
            filter,
        });
    }

    /// A log group that a source creates. When several do, it is one group, and what any says of its retention holds.
    fn created_group(&mut self, source: &'a Source, address: &Address) {
        let said = self.retentions.get(address).copied();
        if let (Some((other, theirs)), Some(ours)) = (said, source.retention_days)
            && ours != theirs
        {
            self.graph.problems.push(format!(
                "sources.{other} and sources.{} both create {address}, one with retention_days {theirs}, the other with {ours}; they must agree",
                source.key
            ));
            return;
        }
        let said = said.or_else(|| source.retention_days.map(|days| (&source.key, days)));
        if let Some(said) = said {
            self.retentions.insert(address.clone(), said);
        }
        let retention_days = said.map(|(_, days)| days);
        let group = LogGroup { retention_days, tags: self.tags.clone(), use_existing: true };
        self.add(address, Resource::from(group), vec![]);
    }

    /// Filters on one log group share its slots, so each knows the others. They are part of the group wherever logpipe makes
    /// it, whichever source asks for that.
    pub(super) fn filters_on_groups(&mut self) {
        let nodes = &mut self.graph.nodes;
        for (group, filters) in std::mem::take(&mut self.filters) {
            let made = nodes.contains_key(&group);
            for address in &filters {
                let Some(node) = nodes.get_mut(address) else { continue };
                if let Resource::SubscriptionFilter(filter) = &mut node.resource {
                    let others = filters.iter().filter(|other| *other != address);
                    filter.beside = others.map(|other| other.name_parts().1.to_owned()).collect();
                }
                if made {
                    put_into(node, &group);
                }
            }
        }
    }
}

/// How events are spread over shards, in AWS's word.
pub(super) fn distribution(source: &Source) -> Option<&'static str> {
    source.filter.distribution.map(|distribution| match distribution {
        Distribution::ByLogStream => "ByLogStream",
        Distribution::Random => "Random",
    })
}
