//! Permissions of resources that the topology no longer names: they stay as long as those resources do. Pure.
//!
//! A subscription that no source declares continues to send until it is removed, so everything that admits its events
//! must stay. The record knows what that is, because it stores what each of our resources is tied to.
//!
//! What the topology names and a run leaves out stays as it is too. The graph was built with it, so the permissions that
//! it is to have are there already, and only those that it uses today beside them are added. Otherwise several
//! processes, each of which leaves out what the others have, would want a role in several ways.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::kept::carriers;
use crate::address::{AccountId, Address, KindName, Partition, Place};
use crate::graph::dag::{Needs, closure, reversed};
use crate::graph::{Graph, arns};
use crate::policy;
use crate::provider::iam::role::IamRole;
use crate::provider::logs::destination_policy::LogsDestinationPolicy;
use crate::provider::{Facts, Flow, Reach, Resource};
use crate::record::{Entry, Record};

/// The statement of the right to log delivery errors (`graph/policies.rs`).
const LOG_ERRORS: &str = "LogErrors";

/// What depends on each thing, as the record has it.
pub(in crate::plan) fn holders(record: &Record) -> Needs<Address> {
    reversed(&record.needs())
}

/// The same as it will be: what the graph names may need something else then, such as a role of another name, which what
/// sends by way of it then needs too.
fn to_be_holders(graph: &Graph, record: &Record) -> Needs<Address> {
    let mut needs = graph.needs();
    for (address, entry) in record.entries() {
        needs.entry(address.clone()).or_default().extend(entry.needs.iter().cloned());
    }
    reversed(&needs)
}

/// Gives the resources of a graph the rights that are needed by what stays although the graph does not name it. How they
/// are without is noted, for whoever removes some of that.
pub(in crate::plan) fn hold(mut graph: Graph, record: &Record, partition: Partition) -> Graph {
    let retiring = graph.retiring.iter().map(|retirement| retirement.address.clone()).collect();
    for (address, resource) in with_held(&graph, record, partition, &retiring) {
        if let Some(node) = graph.nodes.get_mut(&address) {
            let bare = std::mem::replace(&mut node.resource, resource);
            graph.bare.insert(address, bare);
        }
    }
    graph
}

/// The resources of a graph that hold rights for what the graph does not name, apart from what is `going`.
pub(in crate::plan) fn with_held(
    graph: &Graph,
    record: &Record,
    partition: Partition,
    going: &BTreeSet<Address>,
) -> BTreeMap<Address, Resource> {
    let stays = |address: &Address| !graph.nodes.contains_key(address) && !going.contains(address);
    let staying: BTreeMap<&Address, &Entry> =
        record.entries().iter().filter(|(address, _)| stays(address)).collect();
    let mut held = BTreeMap::new();
    if staying.is_empty() {
        return held;
    }
    let holders = to_be_holders(graph, record);
    let declared = declared_holders(graph);
    for (address, node) in &graph.nodes {
        let bare = graph.bare.get(address).unwrap_or(&node.resource);
        if !Facts::of(address.kind).holds_policies {
            continue;
        }
        let users = closure(&holders, [address.clone()]);
        let users = staying.iter().filter(|(user, _)| users.contains(*user));
        let as_declared = closure(&declared, [address.clone()]);
        let sends = holders.get(address).into_iter().flatten().any(|it| it.kind == KindName::LogsDestination);
        let mut resource = bare.clone();
        for (user, entry) in users {
            let left_out = graph.outside.get(*user).filter(|_| as_declared.contains(*user));
            let entry = match left_out {
                Some(needs) => beside(entry, user, address, needs),
                None => Some(Cow::Borrowed(*entry)),
            };
            if let Some(entry) = entry {
                give(&mut resource, address, user, &entry, Around { partition, sends });
            }
        }
        if !grants_the_same(&resource, bare) {
            held.insert(address.clone(), resource);
        }
    }
    held
}

/// What depends on each thing once all of the topology is as declared, also what this run leaves out.
fn declared_holders(graph: &Graph) -> Needs<Address> {
    let mut needs = graph.needs();
    needs.extend(graph.outside.iter().map(|(address, needs)| (address.clone(), needs.clone())));
    reversed(&needs)
}

/// What a resource that is left out uses today beside what it is declared to use, if it depends on `of` either way:
/// whoever sends is let through already, and a stream may still write to an earlier bucket.
fn beside<'a>(
    entry: &'a Entry,
    user: &Address,
    of: &Address,
    declared: &BTreeSet<Address>,
) -> Option<Cow<'a, Entry>> {
    if entry.needs.contains(of) != declared.contains(of) {
        return Some(Cow::Borrowed(entry));
    }
    if Facts::of(user.kind).flow.sends() {
        return None;
    }
    let needs = entry.needs.iter().filter(|need| *need == of || !declared.contains(*need)).cloned().collect();
    Some(Cow::Owned(Entry { needs, ..entry.clone() }))
}

fn grants_the_same(one: &Resource, other: &Resource) -> bool {
    one.policies() == other.policies()
}

/// What there is to know of a role beside what needs it.
#[derive(Clone, Copy)]
struct Around {
    partition: Partition,
    /// Whether CloudWatch Logs sends as it what arrives at a destination.
    sends: bool,
}

/// Gives what something of ours needs of a resource, directly or by way of others.
fn give(resource: &mut Resource, address: &Address, user: &Address, entry: &Entry, around: Around) {
    if let Resource::LogsDestinationPolicy(admits) = resource {
        admit(admits, user, entry);
    } else if let Resource::IamRole(role) = resource {
        give_role(role, entry.needs.contains(address), user, entry, around);
    }
}

/// Makes a destination continue to admit a subscription.
fn admit(admits: &mut LogsDestinationPolicy, user: &Address, entry: &Entry) {
    let Flow::Sends(reach) = Facts::of(user.kind).flow else { return };
    policy::add(&mut admits.policy, "/Statement/0/Principal/AWS", [entry.account_id.as_str()]);
    match reach {
        Reach::LogGroup => {}
        Reach::Account => policy::add(&mut admits.policy, "/Statement/0/Action", ["logs:PutAccountPolicy"]),
    }
}

/// Lets a role continue to send, or to write, for what needs it directly or indirectly.
fn give_role(role: &mut IamRole, direct: bool, user: &Address, entry: &Entry, around: Around) {
    let Around { partition, sends } = around;
    let (account, subscribes) = (&entry.account_id, Facts::of(user.kind).flow.sends());
    if subscribes && direct {
        add_resources(role.policy.as_mut(), log_groups(user, account));
        add_principal(&mut role.trust, user, partition);
    } else if subscribes && sends {
        let source = arns::logs_of(partition, account);
        let key = "/Statement/0/Condition/ArnLike/aws:SourceArn";
        policy::add(&mut role.trust, key, [source.as_str()]);
        add_principal(&mut role.trust, user, partition);
    } else if user.kind == KindName::LogsDestination && direct {
        let entrances = carriers(entry).filter_map(|it| arns::carrier(it, account));
        add_resources(role.policy.as_mut(), entrances.collect());
    } else if Facts::of(user.kind).flow.carries() && direct {
        add_resources(role.policy.as_mut(), buckets(entry, partition));
        error_logs(entry).iter().for_each(|log| add_error_log(role.policy.as_mut(), log));
    }
}

fn add_resources(document: Option<&mut Value>, arns: Vec<String>) {
    if let Some(document) = document {
        policy::add(document, "/Statement/0/Resource", arns.iter().map(String::as_str));
    }
}

/// The name under which CloudWatch Logs comes where a subscription is: in China each region has its own.
fn add_principal(trust: &mut Value, subscription: &Address, partition: Partition) {
    if let Place::Region(region) = &subscription.place {
        let principal = partition.logs_principal(region);
        policy::add(trust, "/Statement/0/Principal/Service", [principal.as_str()]);
    }
}

/// The log groups whose events a subscription sends.
fn log_groups(subscription: &Address, account: &AccountId) -> Vec<String> {
    let Place::Region(region) = &subscription.place else { return Vec::new() };
    let named = subscription.kind == KindName::SubscriptionFilter;
    vec![arns::log_groups(region, account, named.then(|| subscription.name_parts().0))]
}

fn of_kind(entry: &Entry, kind: KindName) -> impl Iterator<Item = &Address> {
    entry.needs.iter().filter(move |need| need.kind == kind)
}

/// The buckets that are written to, and what is in them.
fn buckets(entry: &Entry, partition: Partition) -> Vec<String> {
    let buckets = of_kind(entry, KindName::S3Bucket).map(|bucket| arns::bucket(partition, &bucket.name));
    buckets.flat_map(|arn| [arn.clone(), format!("{arn}/*")]).collect()
}

/// The log streams that errors of delivery are logged to.
fn error_logs(entry: &Entry) -> Vec<String> {
    let logs = of_kind(entry, KindName::LogStream).filter_map(|log| {
        let (group, stream) = log.name_parts();
        Some(arns::log_stream(log.place.region()?, &entry.account_id, group, stream))
    });
    logs.collect()
}

fn add_error_log(document: Option<&mut Value>, log: &str) {
    let Some(Value::Array(statements)) = document.and_then(|document| document.get_mut("Statement")) else {
        return;
    };
    match statements.iter_mut().find(|statement| statement["Sid"] == LOG_ERRORS) {
        Some(statement) => policy::add(statement, "/Resource", [log]),
        None => statements.push(json!({
            "Sid": LOG_ERRORS, "Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": log,
        })),
    }
}
