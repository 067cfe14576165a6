//! What a source of a whole account becomes in one account and region: a policy, and a route for each log group.

use super::addresses::destination_addresses;
use super::builder::GraphBuilder;
use super::source::distribution;
use crate::address::{AccountName, Address, KindName, Place, Region};
use crate::graph::expand::Whole;
use crate::graph::{Need, Route, arns};
use crate::provider::Resource;
use crate::provider::logs::account_policy::LogsAccountPolicy;
use crate::topology::Source;

impl<'a> GraphBuilder<'a> {
    pub(super) fn account_policy(
        &mut self,
        source: &'a Source,
        account: &AccountName,
        region: &Region,
        whole: Whole,
    ) {
        // The loader sees to accounts that are named; two sources may also meet in one that is found.
        if let Some(other) = self.policies.insert((account.clone(), region.clone()), &source.key) {
            self.graph.problems.push(format!(
                "sources.{}: `{other}` already uses the subscription policy of {account} in {region}, and AWS allows one; set `scope: log_groups` on one of them",
                source.key
            ));
            return;
        }
        let destination = &self.topology.destinations[&source.destination];
        let address = Address::new(
            account.clone(),
            Place::Region(region.clone()),
            KindName::LogsAccountPolicy,
            source.filter.name.as_str(),
        );
        let (role, role_need) = self.sender_role(destination, account);
        let (_, admits) = destination_addresses(destination, self.shard(destination, account), region);
        let policy = LogsAccountPolicy {
            destination_arn: arns::destination(region, self.account_id(&destination.account), &admits.name),
            pattern: source.filter.pattern.clone(),
            role,
            distribution: distribution(source),
            excluded: whole.excluded,
        };
        let too_long =
            policy.too_long().map(|why| format!("sources.{} in {account}/{region}: {why}", source.key));
        self.graph.problems.extend(too_long);
        let needs =
            [Need::new(&admits, "it admits this account's policy")].into_iter().chain(role_need).collect();
        self.graph.subscriptions.entry(admits).or_default().insert(address.clone());
        self.add(&address, Resource::from(policy), needs);
        self.notes(source, account, region, whole.notes);
        self.graph.routes.extend(whole.groups.into_iter().map(|log_group| Route {
            source: source.key.clone(),
            destination: destination.key.clone(),
            account: account.clone(),
            region: region.clone(),
            log_group,
            filter: address.clone(),
        }));
    }
}
