//! Topology in, graph out: every resource with what it needs and why. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::{Discovered, Graph, Need, Node, Route, arns, expand, policies, slots};
use crate::address::{AccountId, AccountName, Address, Key, KindName, Partition, Place, Region};
use crate::provider::Resource;
use crate::provider::Tags;
use crate::provider::firehose_stream::FirehoseStream;
use crate::provider::iam_role::IamRole;
use crate::provider::log_group::LogGroup;
use crate::provider::log_stream::LogStream;
use crate::provider::logs_destination::LogsDestination;
use crate::provider::logs_destination_policy::LogsDestinationPolicy;
use crate::provider::s3_bucket::S3Bucket;
use crate::provider::s3_bucket_policy::S3BucketPolicy;
use crate::provider::subscription_filter::SubscriptionFilter;
use crate::topology::{Destination, LogGroupSelector, Source, Topology};

/// The tag that says which topology made a resource.
pub const OWNERSHIP_TAG: &str = "logpipe:topology";

/// Name of the log stream for delivery errors, as Firehose's console names it.
const ERROR_STREAM: &str = "DestinationDelivery";

/// Builds the graph. `discovered` holds the log groups found for globs; without it globs stay unexpanded and are
/// noted as such.
pub fn build(topology: &Topology, discovered: Option<&Discovered>) -> Graph {
    let mut building = Building::new(topology);
    for destination in topology.destinations.values() {
        building.destination(destination);
    }
    for source in topology.sources.values() {
        building.source(source, discovered);
    }
    building.filters_into_groups();
    let crowded = slots::problems(&building.graph.routes, topology);
    building.graph.problems.extend(crowded);
    building.graph
}

/// The graph so far, with the few facts every node needs.
struct Building<'a> {
    topology: &'a Topology,
    tags: Tags,
    graph: Graph,
    /// How long the log groups that sources create keep events, and which source says so.
    retentions: BTreeMap<Address, (&'a Key, u32)>,
}

impl<'a> Building<'a> {
    fn new(topology: &'a Topology) -> Self {
        let mut tags = topology.tags.clone();
        tags.insert(OWNERSHIP_TAG.to_owned(), topology.name.to_string());
        Self { topology, tags, graph: Graph::default(), retentions: BTreeMap::new() }
    }

    fn account_id(&self, name: &AccountName) -> &'a AccountId {
        &self.topology.accounts[name].id
    }

    fn partition(&self) -> Partition {
        self.topology.region.partition()
    }

    fn add(&mut self, address: &Address, resource: Resource, needs: Vec<Need>) {
        let node = Node { address: address.clone(), resource, needs, container: None };
        self.graph.nodes.insert(address.clone(), node);
    }

    fn add_within(&mut self, container: &Address, address: &Address, resource: Resource, needs: Vec<Need>) {
        let mut node = Node { address: address.clone(), resource, needs, container: None };
        put_into(&mut node, container);
        self.graph.nodes.insert(address.clone(), node);
    }

    /// Bucket, roles and stream once; a CloudWatch Logs destination in every region that has a source.
    fn destination(&mut self, destination: &Destination) {
        let plan = Addresses::of(destination);
        self.bucket(destination, &plan);
        let error_log = destination.stream.error_log.then(|| self.error_log(destination, &plan));
        self.firehose(destination, &plan, error_log);
        self.cwl_role(destination, &plan);
        for region in self.topology.regions_into(&destination.key) {
            self.cwl_destination(destination, &plan, region);
        }
    }

    fn bucket(&mut self, destination: &Destination, plan: &Addresses) {
        let bucket = &destination.bucket;
        let resource = S3Bucket {
            tags: self.tags.clone(),
            versioning: bucket.versioning,
            expire_days: bucket.expire_days,
            transitions: bucket.transitions.iter().map(|t| (t.days, t.storage_class.clone())).collect(),
        };
        self.add(&plan.bucket, Resource::S3Bucket(resource), vec![]);
        let statements = policies::bucket_statements(&arns::bucket(self.partition(), &bucket.name));
        let policy = Resource::S3BucketPolicy(S3BucketPolicy { statements });
        self.add_within(&plan.bucket, &plan.bucket_policy, policy, vec![]);
    }

    /// The group and stream that Firehose logs errors to; never subscribed.
    fn error_log(&mut self, destination: &Destination, plan: &Addresses) -> (String, String) {
        let name = destination.stream.error_log_group.clone();
        let group = LogGroup { retention_days: None, tags: self.tags.clone(), use_existing: false };
        self.add(&plan.error_group, Resource::LogGroup(group), vec![]);
        self.add_within(&plan.error_group, &plan.error_stream, Resource::LogStream(LogStream), vec![]);
        (name, ERROR_STREAM.to_owned())
    }

    fn firehose(&mut self, destination: &Destination, plan: &Addresses, error_log: Option<(String, String)>) {
        let account = self.account_id(&destination.account);
        let bucket_arn = arns::bucket(self.partition(), &destination.bucket.name);
        let error_stream_arn = error_log
            .as_ref()
            .map(|(group, stream)| arns::log_stream(&destination.region, account, group, stream));
        let role = IamRole {
            description: format!("Firehose writes {} to its bucket", destination.stream.name),
            trust: policies::firehose_trust(account),
            policy: policies::firehose_permissions(&bucket_arn, error_stream_arn.as_deref()),
            tags: self.tags.clone(),
        };
        self.add(&plan.firehose_role, Resource::IamRole(role), vec![]);

        let mut needs = vec![
            Need::new(&plan.bucket, "the stream writes to it"),
            Need::new(&plan.firehose_role, "the stream writes as it"),
        ];
        if error_log.is_some() {
            needs.push(Need::new(&plan.error_stream, "it must be there before the stream logs to it"));
        }
        let stream = FirehoseStream {
            bucket_arn,
            role_arn: arns::role(self.partition(), account, &destination.firehose_role),
            prefix: destination.object_prefix(),
            error_prefix: destination.bucket.error_prefix.clone(),
            buffer_mb: destination.stream.buffer_mb,
            buffer_seconds: destination.stream.buffer_seconds,
            file_extension: destination.stream.file_extension.clone(),
            error_log,
            tags: self.tags.clone(),
        };
        self.add(&plan.stream, Resource::FirehoseStream(stream), needs);
    }

    fn cwl_role(&mut self, destination: &Destination, plan: &Addresses) {
        let account = self.account_id(&destination.account);
        let regions = self.topology.regions_into(&destination.key);
        // With no source yet the trust still needs a principal: that of the stream's region.
        let regions = if regions.is_empty() { BTreeSet::from([&destination.region]) } else { regions };
        let mut senders = self.topology.senders_into(&destination.key, None);
        senders.insert(account);
        let trust = policies::cwl_trust(self.partition(), &regions, &senders);
        let what = format!("the trust of {}", plan.cwl_role);
        match policies::trust_length(&what, &trust) {
            Ok(note) => self.graph.notes.extend(note),
            Err(problem) => self.graph.problems.push(problem),
        }
        let role = IamRole {
            description: format!("CloudWatch Logs puts records on {}", destination.stream.name),
            trust,
            policy: policies::cwl_permissions(&self.stream_arn(destination)),
            tags: self.tags.clone(),
        };
        self.add(&plan.cwl_role, Resource::IamRole(role), vec![]);
    }

    fn cwl_destination(&mut self, destination: &Destination, plan: &Addresses, region: &Region) {
        let account = self.account_id(&destination.account);
        let (address, policy_address) = destination_addresses(destination, region);
        let resource = LogsDestination {
            target_arn: self.stream_arn(destination),
            role_arn: arns::role(self.partition(), account, &destination.cwl_role),
            tags: self.tags.clone(),
        };
        let needs = vec![
            Need::new(&plan.stream, "the destination's test message goes to it, so it must be ACTIVE"),
            Need::new(&plan.cwl_role, "the destination's test message is sent as it"),
        ];
        self.add(&address, Resource::LogsDestination(resource), needs);

        let senders = self.topology.senders_into(&destination.key, Some(region));
        let arn = arns::destination(region, account, &destination.destination_name);
        let policy = policies::destination_policy(&arn, &senders);
        let what = format!("the access policy {policy_address}");
        self.graph.problems.extend(policies::too_long(&what, &policy));
        let policy = Resource::LogsDestinationPolicy(LogsDestinationPolicy { policy });
        self.add_within(&address, &policy_address, policy, vec![]);
    }

    fn stream_arn(&self, destination: &Destination) -> String {
        let account = self.account_id(&destination.account);
        arns::firehose_stream(&destination.region, account, &destination.stream.name)
    }

    /// One filter a log group, in every account and region of the source.
    fn source(&mut self, source: &'a Source, discovered: Option<&Discovered>) {
        for account in &source.accounts {
            for region in &source.regions {
                // What another source is about to make counts as found, or the next plan would differ from this one.
                let there = discovered.map(|all| {
                    let mut there = all.of(account, region);
                    there.extend(self.to_be_made(account, region));
                    there
                });
                let selection = expand::select(source, there.as_ref(), &self.error_logs(account, region));
                for note in selection.notes {
                    self.graph.notes.push(format!("sources.{} in {account}/{region}: {note}", source.key));
                }
                for group in selection.groups {
                    self.filter(source, account, region, &group);
                }
            }
        }
    }

    /// The log groups in an account and region that this pipeline's own streams log errors to.
    fn error_logs(&self, account: &AccountName, region: &Region) -> BTreeSet<String> {
        let here = |destination: &&Destination| {
            destination.stream.error_log && destination.account == *account && destination.region == *region
        };
        let destinations = self.topology.destinations.values().filter(here);
        destinations.map(|destination| destination.stream.error_log_group.clone()).collect()
    }

    /// The log groups that sources make in an account and region, with their class.
    fn to_be_made(&self, account: &AccountName, region: &Region) -> expand::LogGroups {
        let makers = self.topology.sources.values().filter(|source| {
            source.create && source.accounts.contains(account) && source.regions.contains(region)
        });
        makers
            .flat_map(|source| &source.log_groups)
            .filter_map(|selector| match selector {
                LogGroupSelector::Exact(name) => Some((name.clone(), "STANDARD".to_owned())),
                LogGroupSelector::Glob(_) => None,
            })
            .collect()
    }

    fn filter(
        &mut self,
        source: &'a Source,
        account: &AccountName,
        region: &Region,
        group: &expand::Selected,
    ) {
        let destination = &self.topology.destinations[&source.destination];
        let place = Place::Region(region.clone());
        let at = |kind, name: String| Address { account: account.clone(), place: place.clone(), kind, name };
        let filter = at(KindName::SubscriptionFilter, format!("{}:{}", group.name, source.filter.name));
        if self.graph.nodes.contains_key(&filter) {
            self.graph.problems.push(format!(
                "sources.{}: another source already puts a filter named `{}` on {} in {account}/{region}; name one of them differently",
                source.key, source.filter.name, group.name
            ));
            return;
        }
        let arn =
            arns::destination(region, self.account_id(&destination.account), &destination.destination_name);
        let (_, policy) = destination_addresses(destination, region);
        let needs = vec![Need::new(&policy, "it admits this account's filters")];
        let resource = Resource::SubscriptionFilter(SubscriptionFilter {
            destination_arn: arn,
            pattern: source.filter.pattern.clone(),
        });
        if source.create && group.exact {
            self.created_group(source, &at(KindName::LogGroup, group.name.clone()));
        }
        self.add(&filter, resource, needs);
        self.graph.routes.push(Route {
            source: source.key.clone(),
            destination: destination.key.clone(),
            account: account.clone(),
            region: region.clone(),
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
        self.add(address, Resource::LogGroup(group), vec![]);
    }

    /// A filter is part of its log group wherever logpipe makes the group, whichever source asks for that.
    fn filters_into_groups(&mut self) {
        let nodes = &mut self.graph.nodes;
        let groups: BTreeSet<Address> =
            nodes.keys().filter(|address| address.kind == KindName::LogGroup).cloned().collect();
        let filters = nodes.values_mut().filter(|node| node.address.kind == KindName::SubscriptionFilter);
        for filter in filters {
            let name = filter.address.name_parts().0.to_owned();
            let group = Address { kind: KindName::LogGroup, name, ..filter.address.clone() };
            if groups.contains(&group) {
                put_into(filter, &group);
            }
        }
    }
}

/// Makes a node part of another.
fn put_into(node: &mut Node, container: &Address) {
    node.needs.insert(0, Need::new(container, "it is part of it"));
    node.container = Some(container.clone());
}

/// The addresses of a destination's own resources.
struct Addresses {
    bucket: Address,
    bucket_policy: Address,
    firehose_role: Address,
    cwl_role: Address,
    error_group: Address,
    error_stream: Address,
    stream: Address,
}

impl Addresses {
    fn of(destination: &Destination) -> Self {
        let at = |place: Place, kind, name: &str| Address {
            account: destination.account.clone(),
            place,
            kind,
            name: name.to_owned(),
        };
        let here = || Place::Region(destination.region.clone());
        let errors = &destination.stream.error_log_group;
        Self {
            bucket: at(here(), KindName::S3Bucket, &destination.bucket.name),
            bucket_policy: at(here(), KindName::S3BucketPolicy, &destination.bucket.name),
            firehose_role: at(Place::Global, KindName::IamRole, &destination.firehose_role),
            cwl_role: at(Place::Global, KindName::IamRole, &destination.cwl_role),
            error_stream: at(here(), KindName::LogStream, &format!("{errors}:{ERROR_STREAM}")),
            error_group: at(here(), KindName::LogGroup, errors),
            stream: at(here(), KindName::FirehoseStream, &destination.stream.name),
        }
    }
}

/// A destination and its policy, in one region.
fn destination_addresses(destination: &Destination, region: &Region) -> (Address, Address) {
    let at = |kind| Address {
        account: destination.account.clone(),
        place: Place::Region(region.clone()),
        kind,
        name: destination.destination_name.clone(),
    };
    (at(KindName::LogsDestination), at(KindName::LogsDestinationPolicy))
}
