//! The template that is the same for all accounts that send: what differs from one to the next is a function of the account
//! and region that a stack is in, and what only some have is on a condition.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::conditions::Conditions;
use super::item::{Item, Placed};
use super::stacks::Resources;
use super::template::{outputs, resource};
use crate::address::{AccountId, Address, KindName, Region};
use crate::export::Pipeline;
use crate::export::words::apart;
use crate::provider::{Facts, Flow};

/// A stack of the set: an account and a region.
pub(super) type Instance = (AccountId, Region);

/// What the accounts that send get.
pub(super) struct StackSet {
    pub(super) template: Value,
    /// The stacks that it takes, those of an account that stands for others left out.
    pub(super) instances: BTreeSet<Instance>,
    /// The regions of all its stacks.
    pub(super) regions: BTreeSet<Region>,
    /// Where what is in no region is made.
    pub(super) home: Region,
    /// How many resources it has.
    pub(super) size: usize,
    /// What of the topology is in it.
    pub(super) holds: BTreeSet<Address>,
}

/// What the subscriptions of a topology are, and what they need in their own accounts.
pub(super) fn of_members(pipeline: Pipeline<'_>, items: &BTreeMap<Address, Placed>) -> BTreeSet<Address> {
    let mut members = BTreeSet::new();
    for node in pipeline.graph.nodes.values() {
        let sends = matches!(Facts::of(node.address.kind).flow, Flow::Sends(_));
        // An alarm on a source watches whatever it sends, and needs nothing.
        let watches = node.address.kind == KindName::CloudwatchAlarm && node.needs.is_empty();
        if sends || watches {
            members.insert(node.address.clone());
        }
        if sends {
            let needs = node.needs.iter().map(|need| &need.address);
            members.extend(needs.filter(|need| need.account == node.address.account).cloned());
        }
    }
    members.retain(|address| items.contains_key(address));
    members
}

/// The same resource in several stacks.
struct Shared<'a> {
    item: Item,
    /// The stacks that have it.
    instances: BTreeSet<Instance>,
    after: BTreeSet<&'a Address>,
}

/// The template, unless nothing sends. `anybody` is the account that stands for those that are not known.
pub(super) fn stack_set(
    pipeline: Pipeline<'_>,
    resources: &Resources,
    anybody: Option<&AccountId>,
) -> Option<StackSet> {
    let items = &resources.items;
    let members = of_members(pipeline, items);
    let regions: BTreeSet<&Region> = members.iter().filter_map(|address| address.place.region()).collect();
    let own = &pipeline.topology.region;
    let home = (*regions.get(own).or_else(|| regions.first())?).clone();
    let mut all: BTreeSet<Instance> = BTreeSet::new();
    for address in &members {
        let region = address.place.region().unwrap_or(&home);
        all.insert((pipeline.account_id(&address.account).clone(), region.clone()));
    }
    let mut shared: BTreeMap<(&str, String), Shared<'_>> = BTreeMap::new();
    for address in &members {
        let Some(placed) = items.get(address) else { continue };
        let region = address.place.region().unwrap_or(&home);
        let id = pipeline.account_id(&address.account);
        let general = general(&placed.item, id, address.place.region());
        let text = Value::Object(general.properties.clone()).to_string();
        let one = shared.entry((&placed.id, text)).or_insert_with(|| Shared {
            item: general,
            instances: BTreeSet::new(),
            after: BTreeSet::new(),
        });
        one.instances.insert((id.clone(), region.clone()));
        one.after.extend(placed.needs.iter().filter(|need| members.contains(need)));
    }
    let names = names(&shared);
    let mut conditions = Conditions::of(&all, anybody);
    let (mut made, mut shown) = (Map::new(), Map::new());
    for (key, one) in &shared {
        let Some(id) = names.get(key) else { continue };
        let condition = conditions.condition(&one.instances);
        let after = one.after.iter().filter_map(|need| items.get(*need)).map(|need| &need.id);
        let after: BTreeSet<&String> = after.collect();
        let after = names.iter().filter(|((plain, _), _)| after.iter().any(|id| id == plain));
        let after = after.map(|(_, id)| id.clone()).collect();
        made.insert(id.clone(), resource(&one.item, &after, condition.as_deref()));
        for (name, mut output) in outputs(id, &one.item) {
            if let Some(condition) = &condition {
                output["Condition"] = json!(condition);
            }
            shown.insert(name, output);
        }
    }
    let size = made.len();
    let about = format!("{}: what logpipe would make in each account that sends", pipeline.topology.name);
    let mut template = json!({ "AWSTemplateFormatVersion": "2010-09-09", "Description": about });
    if let Some(conditions) = conditions.written() {
        template["Conditions"] = conditions;
    }
    template["Resources"] = Value::Object(made);
    if !shown.is_empty() {
        template["Outputs"] = Value::Object(shown);
    }
    let regions = all.iter().map(|(_, region)| region.clone()).collect();
    all.retain(|(account, _)| Some(account) != anybody);
    let holds = members.iter().filter_map(|address| items.get(address)).flat_map(|placed| &placed.holds);
    let holds = holds.cloned().collect();
    Some(StackSet { template, instances: all, regions, home, size, holds })
}

/// What each is called: what most stacks have keeps its name, and what goes by the same name elsewhere gets a digest behind it.
fn names<'s>(shared: &'s BTreeMap<(&'s str, String), Shared<'_>>) -> BTreeMap<&'s (&'s str, String), String> {
    let mut most: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for ((id, text), one) in shared {
        let count = one.instances.len();
        let best = most.entry(id).or_insert((count, text));
        if count > best.0 {
            *best = (count, text);
        }
    }
    let name = |key: &'s (&'s str, String)| {
        let (id, text) = key;
        let plain = most.get(id).is_some_and(|(_, best)| best == text);
        (key, if plain { (*id).to_owned() } else { format!("{id}{}", apart(text)) })
    };
    shared.keys().map(name).collect()
}

/// A resource with functions in the place of its own account and region.
fn general(item: &Item, account: &AccountId, region: Option<&Region>) -> Item {
    let fields = item.properties.iter();
    let properties =
        fields.map(|(name, value)| (name.clone(), generalised(value, account.as_str(), region))).collect();
    Item { properties, ..item.clone() }
}

fn generalised(value: &Value, account: &str, region: Option<&Region>) -> Value {
    match value {
        Value::String(text) if text == account => json!({ "Ref": "AWS::AccountId" }),
        Value::String(text) => text_generalised(text, account, region),
        Value::Array(items) => items.iter().map(|item| generalised(item, account, region)).collect(),
        Value::Object(fields) => {
            let fields = fields.iter();
            Value::Object(
                fields.map(|(name, value)| (name.clone(), generalised(value, account, region))).collect(),
            )
        }
        other => other.clone(),
    }
}

/// Account and region stand between colons in ARNs, wherever those are.
fn text_generalised(text: &str, account: &str, region: Option<&Region>) -> Value {
    // What would be taken for a function is written as text.
    let plain = text.replace("${", "${!");
    let here = plain.replace(&format!(":{account}:"), ":${AWS::AccountId}:");
    let here = match region {
        Some(region) => here.replace(&format!(":{region}:"), ":${AWS::Region}:"),
        None => here,
    };
    if here == plain { json!(text) } else { json!({ "Fn::Sub": here }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_and_a_region_become_functions_where_arns_have_them() {
        let region: Region = "eu-west-1".parse().unwrap();
        let check = |text: &str, expect: Value| {
            assert_eq!(generalised(&json!(text), "111111111111", Some(&region)), expect, "{text}");
        };
        check("111111111111", json!({ "Ref": "AWS::AccountId" }));
        check("eu-west-1", json!("eu-west-1"));
        check(
            "arn:aws:logs:eu-west-1:111111111111:log-group:/a:*",
            json!({ "Fn::Sub": "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:/a:*" }),
        );
        check(
            "arn:aws:logs:eu-west-1:999999999999:destination:${d}",
            json!({ "Fn::Sub": "arn:aws:logs:${AWS::Region}:999999999999:destination:${!d}" }),
        );
        check("{ $.x = ${y} }", json!("{ $.x = ${y} }"));
    }
}
