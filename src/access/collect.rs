//! Walks through a topology and its record, and assigns each permission to the principal that needs it.

use std::collections::BTreeSet;

use super::entry::{Principal, Trust};
use super::need::{ByHolder, Holder, MEMBER, Need};
use super::pattern::{of_glob, quoted};
use super::right::Doing::{Count, Create, Delete, Measure, Read, Update};
use super::right::{FINDS, LISTS_ACCOUNTS, Purpose, Right, Rights, Spot};
use super::wanted::Wanted;
use super::{events, import, kinds, probe};
use crate::address::arn;
use crate::address::{AccountName, AddressParts, KindName, Partition, Place, Region};
use crate::cost::uncovered;
use crate::graph::shards::{self, of_account};
use crate::graph::{Discovered, Graph, Lifecycle, Node, Shards, arns, build};
use crate::plan::{recorded_shards, stored};
use crate::provider::Resource;
use crate::provider::logs::sender_role::SenderRole;
use crate::provider::logs::subscription_filter::SubscriptionFilter;
use crate::record::{Origin, Record, State};
use crate::topology::{
    Account, Destination, Include, LogGroupSelector, Organization, RecordPlace, Source, Topology,
};

/// What was found so far.
pub(super) struct Collection<'a> {
    pub(super) topology: &'a Topology,
    pub(super) lifecycle: Lifecycle,
    pub(super) wanted: &'a Wanted,
    pub(super) partition: Partition,
    shards: Shards,
    found: ByHolder,
}

impl<'a> Collection<'a> {
    pub(super) fn of(topology: &'a Topology, record: &Record, wanted: &'a Wanted) -> Self {
        let partition = topology.region.partition();
        // Of a stream that has successors, the declared name leads to all of theirs.
        let lifecycle = Lifecycle {
            parameters: stored(topology, record),
            shards: recorded_shards(topology, record),
            ..Lifecycle::default()
        };
        let graph = build(topology, &Discovered::NotAsked, &lifecycle);
        let shards = graph.shards.clone();
        let mut collection = Self { topology, lifecycle, wanted, partition, shards, found: ByHolder::new() };
        collection.declared(&graph);
        collection.orphans(&graph, record);
        collection.unsettled(record);
        collection.agents();
        collection.stores();
        collection.senders();
        collection.recipients();
        collection.agents_and_readers();
        collection.counted();
        collection.measured();
        collection.imported();
        collection.flows();
        if let Some((account, organization)) = topology.lister() {
            collection.take(account, lister(organization, collection.partition), true);
        }
        collection.ways();
        collection.record();
        collection
    }

    pub(super) fn into_needs(self) -> Vec<Need> {
        let need = |(holder, (accounts, ways, rights)): (Holder, (_, _, Vec<Right>))| {
            Need::new(self.topology, holder, (accounts, ways), &rights)
        };
        self.found.into_iter().map(need).collect()
    }

    /// Gives an account's role those rights that the wanted commands take.
    pub(super) fn take(&mut self, account: &AccountName, rights: Rights, declared: bool) {
        let rights = rights.0.into_iter().filter(|right| self.wanted.takes(right.doings, declared)).collect();
        self.give(account, rights);
    }

    fn give(&mut self, account: &AccountName, rights: Vec<Right>) {
        if rights.is_empty() {
            return;
        }
        let (names, _, held) = self.found.entry(holder(&self.topology.accounts[account])).or_default();
        names.insert(account.clone());
        held.extend(rights);
    }

    pub(super) fn spot<'s>(&'s self, account: &AccountName, place: &'s Place, name: &'s str) -> Spot<'s> {
        Spot { partition: self.partition, account: &self.topology.accounts[account].id, place, name }
    }

    /// What the topology declares.
    fn declared(&mut self, graph: &Graph) {
        for node in graph.nodes.values() {
            let AddressParts { account, place, kind, name } = &*node.address;
            let name = with_path(node, graph).unwrap_or_else(|| name.to_string());
            let rights = kinds::rights(*kind, &self.spot(account, place, &name), Some(&node.resource));
            self.take(account, rights, true);
        }
    }

    /// What the record owns and the topology no longer declares: whether it is still there, and its deletion.
    fn orphans(&mut self, graph: &Graph, record: &Record) {
        for (address, entry) in record.entries() {
            let AddressParts { account, place, kind, name } = &**address;
            let known =
                self.topology.accounts.get(account).is_some_and(|account| account.id == entry.account_id);
            if known && entry.origin != Origin::Adopted && !graph.nodes.contains_key(address) {
                let rights = kinds::rights(*kind, &self.spot(account, place, name), None);
                self.take(account, rights, false);
            }
        }
    }

    /// Before logpipe deletes what an earlier run left unfinished, the tags of the resource, or of what it needs, show
    /// who owns it.
    fn unsettled(&mut self, record: &Record) {
        let unsettled = record.entries().iter().filter(|(_, entry)| entry.state != State::Present);
        let unsettled = unsettled.flat_map(|(address, entry)| std::iter::once(address).chain(&entry.needs));
        for address in unsettled.filter(|_| self.wanted.removes()) {
            let AddressParts { account, place, kind, name } = &**address;
            let (Some(entry), Some(known)) = (record.get(address), self.topology.accounts.get(account))
            else {
                continue;
            };
            if known.id == entry.account_id {
                let rights = kinds::rights(*kind, &self.spot(account, place, name), None);
                let reads = rights.0.into_iter().filter(|right| right.doings.contains(&Read)).collect();
                self.give(account, reads);
            }
        }
    }

    /// What sources do beside what is in the graph: globs, which only reading expands, and test events.
    fn senders(&mut self) {
        for source in self.topology.sources.values() {
            let destination = &self.topology.destinations[&source.destination];
            let sharded = shards::of(&self.shards, destination).len() > 1;
            for account in &source.accounts {
                for region in &source.regions {
                    self.sender(source, account, region);
                    self.covered(account, region);
                    if sharded {
                        self.any_shard(destination, account, region);
                    }
                }
            }
        }
    }

    /// Where a destination has shards, every sender may send by any of them: its own may be known only once the live
    /// filters have been read, and roles that are made from one template for all accounts stay alike.
    fn any_shard(&mut self, destination: &Destination, account: &AccountName, region: &Region) {
        let owner = &self.topology.accounts[&destination.account].id;
        let mut rights = Rights::default();
        for name in [destination.destination_name.clone(), format!("{}-*", destination.destination_name)] {
            let arn = arns::destination(region, owner, &name);
            rights.allow(Purpose::Subscribe, &[Create, Update], &arn, &["logs:PutSubscriptionFilter"]);
        }
        self.take(account, rights, true);
    }

    fn sender(&mut self, source: &Source, account: &AccountName, region: &Region) {
        let place = Place::Region(region.clone());
        if source.whole_account() {
            let mut rights = Rights::default();
            rights.allow_on_everything(FINDS, events::FIND_LOG_GROUPS);
            events::read(&self.spot(account, &place, "*"), &mut rights);
            probe::sender(&self.spot(account, &place, "*"), &source.filter.pattern, &mut rights);
            self.take(account, rights, true);
        }
        for selector in &source.log_groups {
            let (group, mut rights) = match selector {
                LogGroupSelector::Exact(name) => {
                    // Read the class if the log group accepts no filter.
                    let mut rights = Rights::default();
                    rights.allow_on_everything(&[Read], &["logs:DescribeLogGroups"]);
                    (name.clone(), rights)
                }
                LogGroupSelector::Glob(glob) => {
                    let group = of_glob(glob);
                    let name = format!("{group}:{}", source.filter.name);
                    let filter = self.filter(source, account, region);
                    let spot = self.spot(account, &place, &name);
                    let mut rights = kinds::rights(KindName::SubscriptionFilter, &spot, Some(&filter));
                    rights.allow_on_everything(FINDS, events::FIND_LOG_GROUPS);
                    (group, rights)
                }
            };
            probe::sender(&self.spot(account, &place, &group), &source.filter.pattern, &mut rights);
            events::read(&self.spot(account, &place, &group), &mut rights);
            self.take(account, rights, true);
        }
    }

    /// Where `coverage` looks: at every log group there is, whatever the source selects.
    fn covered(&mut self, account: &AccountName, region: &Region) {
        let mut rights = Rights::default();
        events::cover(&self.spot(account, &Place::Region(region.clone()), "*"), &mut rights);
        self.take(account, rights, true);
    }

    /// A filter as each of the log groups gets it that a glob finds.
    fn filter(&self, source: &Source, account: &AccountName, region: &Region) -> Resource {
        let id = |account: &AccountName| &self.topology.accounts[account].id;
        let destination = &self.topology.destinations[&source.destination];
        let role = SenderRole {
            arn: arns::role(self.partition, id(account), &destination.sender_role).into(),
            shown: destination.wants_roles(),
        };
        Resource::from(SubscriptionFilter {
            destination_arn: arns::destination(
                region,
                id(&destination.account),
                &of_account(&self.shards, &destination.key, account).name(&destination.destination_name),
            )
            .into(),
            pattern: source.filter.pattern.clone(),
            role,
            distribution: None,
            slots: self.topology.filters_per_log_group,
            beside: Vec::new(),
        })
    }

    /// Where `cost --measure` asks: wherever something is logged.
    fn measured(&mut self) {
        let sources = self.topology.sources.values().flat_map(|source| &source.accounts);
        let agents = uncovered(self.topology).flat_map(|agent| &agent.accounts);
        for account in sources.chain(agents).collect::<BTreeSet<_>>() {
            let mut rights = Rights::default();
            rights.allow_on_everything(&[Measure], &["cloudwatch:GetMetricData"]);
            self.take(account, rights, true);
        }
    }

    /// Where `import` looks: in every account that the topology uses, in all of its regions.
    fn imported(&mut self) {
        let topology = self.topology;
        let of_sources = topology.sources.values().flat_map(|source| &source.regions);
        let of_destinations = topology.destinations.values().map(|destination| &destination.region);
        let regions: BTreeSet<&Region> =
            of_sources.chain(of_destinations).chain([&topology.region]).collect();
        for account in topology.accounts_in_use().into_keys() {
            for region in &regions {
                let rights = import::look(&self.spot(account, &Place::Region((*region).clone()), "*"));
                self.take(account, rights, true);
            }
        }
    }

    /// Where `status --delivery` asks what was counted: where logs come from, and where they go.
    fn flows(&mut self) {
        for account in
            self.topology.sources.values().flat_map(|source| &source.accounts).collect::<BTreeSet<_>>()
        {
            let mut rights = Rights::default();
            let actions = ["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"];
            rights.allow_on_everything(&[Count], &actions);
            self.take(account, rights, true);
        }
        for destination in self.topology.destinations.values() {
            let mut rights = Rights::default();
            rights.allow_on_everything(&[Count], &["cloudwatch:GetMetricData"]);
            self.take(&destination.account, rights, true);
        }
    }

    /// Where `plan` asks how much the streams take in.
    fn counted(&mut self) {
        for destination in self.topology.destinations.values() {
            let streams = self.lifecycle.streams(self.topology, destination).len();
            if shards::takes_much(&self.shards, destination, streams) {
                let mut rights = Rights::default();
                rights.allow_on_everything(&[Read], &["cloudwatch:GetMetricData"]);
                self.take(&destination.account, rights, true);
            }
        }
    }

    /// Where verify looks for its test events.
    fn recipients(&mut self) {
        for destination in self.topology.destinations.values() {
            if self.topology.regions_into(&destination.key).is_empty() {
                continue;
            }
            let place = Place::Region(destination.region.clone());
            let mut rights = Rights::default();
            let spot = self.spot(&destination.account, &place, &destination.bucket.name);
            probe::recipient(&spot, destination, &mut rights);
            self.take(&destination.account, rights, true);
        }
    }

    /// The chains into the roles that have permissions, and the permission to assume the next role at each step.
    fn ways(&mut self) {
        let entered: Vec<AccountName> =
            self.found.values().flat_map(|(accounts, _, _)| accounts).cloned().collect();
        for account in entered {
            let account = &self.topology.accounts[&account];
            let Some(role) = &account.access.role_arn else { continue };
            let mut from = (Holder::Start, Principal::Start);
            for (index, arn) in account.access.via.iter().chain([role]).enumerate() {
                let last = index == account.access.via.len();
                self.lead_on(&from.0, arn);
                let holder = if last { Some(holder(account)) } else { of_role(arn) };
                let Some(holder) = holder else { continue };
                let external_id = last && account.access.external_id.is_some();
                let way = Trust { principal: from.1, external_id };
                self.found.entry(holder.clone()).or_default().1.insert(way);
                from = (holder, Principal::Role(arn.clone()));
            }
        }
    }

    /// A record in S3, read and written with the starting credentials. Without permission to list the bucket, S3 does
    /// not say that the record is missing.
    fn record(&mut self) {
        let RecordPlace::Object { bucket, key, .. } = &self.topology.record else { return };
        let arn = arns::bucket(self.partition, bucket);
        let object = format!("{arn}/{}", quoted(key));
        let mut rights = Rights::default();
        rights.allow(Purpose::Record, &[Read, Delete], &object, &["s3:GetObject"]);
        rights.allow(Purpose::Record, &[Create, Delete], &object, &["s3:PutObject"]);
        rights.allow(Purpose::Record, &[Read, Delete], &arn, &["s3:ListBucket"]);
        // Where a large record has most of its entries, and one that several processes write has all.
        let (bases, parts) = (format!("{object}.base-*"), format!("{object}.part-*"));
        for beside in [&bases, &parts] {
            rights.allow(Purpose::Record, &[Read, Delete], beside, &["s3:GetObject"]);
            rights.allow(Purpose::Record, &[Create, Delete], beside, &["s3:PutObject"]);
        }
        for bases in [&bases, &format!("{parts}.base-*")] {
            rights.allow(Purpose::Record, &[Create, Delete], bases, &["s3:DeleteObject"]);
        }
        let rights = rights.0.into_iter().filter(|right| self.wanted.takes(right.doings, true));
        self.found.entry(Holder::Start).or_default().2.extend(rights);
    }

    fn lead_on(&mut self, holder: &Holder, arn: &str) {
        let mut rights = Rights::default();
        let arn = arn.replace(&format!("::{MEMBER}:"), "::*:");
        rights.allow(Purpose::NextRoles, &[Read, Delete], &arn, &["sts:AssumeRole"]);
        self.found.entry(holder.clone()).or_default().2.extend(rights.0);
    }
}

/// The name of an attachment with the path of its role, which ARNs have and addresses have not.
fn with_path(node: &Node, graph: &Graph) -> Option<String> {
    let Resource::IamRole(role) = &graph.nodes.get(node.container.as_ref()?)?.resource else { return None };
    let path_and_name = arn::role_in(role.borrowed_arn.as_deref()?)?;
    Some(format!("{path_and_name}:{}", node.address.name_parts().1))
}

fn holder(account: &Account) -> Holder {
    match &account.access.role_arn {
        Some(arn) => Holder::Role(account.id.clone(), arn.clone()),
        None => Holder::StartIn(account.id.clone()),
    }
}

fn of_role(arn: &str) -> Option<Holder> {
    Some(Holder::Role(arn::account_of(arn)?, arn.to_owned()))
}

/// Listing the organisation, as far as the words of the topology ask for it. The management account is part of these
/// ARNs, and a delegated administrator is another one.
fn lister(organization: &Organization, partition: Partition) -> Rights {
    let id = organization.id.as_ref().map_or("o-*", |id| id.as_str());
    let (mut rights, mut units, mut tags, mut accounts) = (Rights::default(), false, false, false);
    for include in &organization.include {
        match include {
            Include::Unit(_) => units = true,
            Include::Tags(_) => (tags, accounts) = (true, true),
            Include::Account(_) | Include::Name(_) => accounts = true,
        }
    }
    let mut allow = |resource: &str, actions: &[&'static str]| {
        rights.allow(Purpose::Accounts, LISTS_ACCOUNTS, resource, actions);
    };
    if accounts || organization.include.is_empty() {
        allow("*", &["organizations:ListAccounts"]);
    }
    if units {
        let actions =
            ["organizations:ListAccountsForParent", "organizations:ListOrganizationalUnitsForParent"];
        allow(&arn::organizational_units(partition, id), &actions);
    }
    if tags {
        allow(&arn::organization_accounts(partition, id), &["organizations:ListTagsForResource"]);
    }
    rights
}
