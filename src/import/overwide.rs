//! What the policies of a pipeline allow beyond what delivery needs, each with what takes its place.

use std::collections::BTreeSet;

use serde_json::Value;

use super::admission::admitted;
use super::look::Inspected;
use super::model::Pipeline;
use crate::address::{AccountName, Address, KindName, Place, arn, last_part};
use crate::graph::Graph;
use crate::policy::{admitting_others, like, listed, statements};
use crate::provider::{PolicyDocument, PolicySlot};

/// A statement that allows more than delivery needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Overwide {
    /// The account.
    pub account: AccountName,
    /// The role or the destination, by its name.
    pub of: String,
    /// What kind of policy it is in.
    pub slot: PolicySlot,
    /// The name of the policy, where it has one.
    pub policy: Option<String>,
    /// The statement.
    pub statement: Value,
    /// What it allows beyond.
    pub beyond: Beyond,
    /// The document that delivery needs.
    pub replaced_by: Value,
    /// How it goes.
    pub removal: Removal,
}

/// What a statement allows beyond what is needed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beyond {
    /// Actions.
    pub actions: Vec<String>,
    /// Resources, of actions that are needed on others.
    pub resources: Vec<String>,
    /// Whether it lets somebody in who is not named, or under fewer conditions.
    pub anybody: bool,
}

/// How an overwide statement goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// Adopting writes what is needed in its place.
    Adopting,
    /// Adopting leaves the policy, and tightening takes it off the role once what is needed is beside it.
    Tightening,
}

/// The overwide statements of a pipeline, beside what a topology of it asks for.
pub(crate) fn overwide(pipeline: &Pipeline, inspected: &Inspected, graph: &Graph) -> Vec<Overwide> {
    let Some(account) = pipeline.stream.as_ref().and_then(|stream| stream.account.as_ref()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (arn, role) in &inspected.roles {
        let Ok(Some(role)) = role else { continue };
        let name = last_part(arn::role_in(arn).unwrap_or_default());
        let address = Address::global(account, KindName::IamRole, name);
        let needed = documents(graph, &address);
        let (Some(trust), Some(rights)) =
            (document(&needed, PolicySlot::Trust), document(&needed, PolicySlot::Inline))
        else {
            continue;
        };
        for statement in role.trust.iter().flat_map(|live| admitting_others(live, trust)) {
            let beyond = Beyond { anybody: true, ..Beyond::default() };
            found.push(Overwide {
                account: account.clone(),
                of: name.to_owned(),
                slot: PolicySlot::Trust,
                policy: None,
                statement: statement.clone(),
                beyond,
                replaced_by: trust.clone(),
                removal: Removal::Adopting,
            });
        }
        for policy in &role.policies {
            let (slot, removal) = match &policy.arn {
                // Written over.
                None if policy.name == crate::provider::iam::role::INLINE => {
                    (PolicySlot::Inline, Removal::Adopting)
                }
                None => (PolicySlot::InlineOfOthers, Removal::Tightening),
                Some(_) => (PolicySlot::Managed, Removal::Tightening),
            };
            for (statement, beyond) in beyond(&policy.document, rights) {
                found.push(Overwide {
                    account: account.clone(),
                    of: name.to_owned(),
                    slot,
                    policy: Some(policy.name.clone()),
                    statement: statement.clone(),
                    beyond,
                    replaced_by: rights.clone(),
                    removal,
                });
            }
        }
    }
    found.extend(of_destinations(pipeline, graph));
    found
}

fn documents(graph: &Graph, address: &Address) -> Vec<PolicyDocument> {
    graph.nodes.get(address).map(|node| node.resource.policies()).unwrap_or_default()
}

fn document(documents: &[PolicyDocument], slot: PolicySlot) -> Option<&Value> {
    documents.iter().find(|document| document.kind == slot).map(|document| &document.value)
}

/// What statements allow that no statement of what is needed does. A pattern is within another one if that one fits it as
/// if it were a name.
fn beyond<'d>(live: &'d Value, needed: &Value) -> Vec<(&'d Value, Beyond)> {
    let allows = |statement: &&Value| statement.get("Effect").is_some_and(|effect| effect == "Allow");
    let needed: Vec<&Value> = statements(needed).iter().filter(allows).collect();
    let of = |statement: &'d Value| {
        let actions = texts(&statement["Action"]);
        let resources = texts(&statement["Resource"]);
        let mut beyond = Beyond::default();
        for action in &actions {
            let for_it: Vec<&&Value> =
                needed.iter().filter(|needed| fits(&needed["Action"], action, true)).collect();
            if for_it.is_empty() {
                beyond.actions.push((*action).to_owned());
                continue;
            }
            let covered =
                |resource: &str| for_it.iter().any(|needed| fits(&needed["Resource"], resource, false));
            let further = resources.iter().filter(|resource| !covered(resource));
            beyond.resources.extend(further.map(|resource| (*resource).to_owned()));
        }
        if statement.get("NotAction").is_some() || statement.get("NotResource").is_some() {
            beyond.actions.push("*".to_owned());
        }
        let once: BTreeSet<String> = beyond.resources.drain(..).collect();
        beyond.resources = once.into_iter().collect();
        (beyond != Beyond::default()).then_some((statement, beyond))
    };
    statements(live).iter().filter(allows).filter_map(of).collect()
}

fn texts(element: &Value) -> Vec<&str> {
    listed(element).iter().filter_map(Value::as_str).collect()
}

fn fits(patterns: &Value, text: &str, any_case: bool) -> bool {
    let lower = |text: &str| if any_case { text.to_ascii_lowercase() } else { text.to_owned() };
    texts(patterns).iter().any(|pattern| like(&lower(pattern), &lower(text)))
}

/// Statements that let more senders in than accounts or an organisation, or allow them more than to subscribe.
fn of_destinations(pipeline: &Pipeline, graph: &Graph) -> Vec<Overwide> {
    let mut found = Vec::new();
    for one in &pipeline.destinations {
        let place = Place::Region(one.region.clone());
        let kind = KindName::LogsDestinationPolicy;
        let address = Address::new(one.account.clone(), place, kind, one.name.as_str());
        let needed = documents(graph, &address);
        let (Some(live), Some(needed)) = (&one.policy, document(&needed, PolicySlot::Destination)) else {
            continue;
        };
        let actions = |statement: &Value| -> Vec<String> {
            let allowed = |action: &&str| {
                let known = ["logs:PutSubscriptionFilter", "logs:PutAccountPolicy"];
                known.iter().any(|known| known.eq_ignore_ascii_case(action))
            };
            let beyond = texts(&statement["Action"]).into_iter().filter(|action| !allowed(action));
            beyond.map(str::to_owned).collect()
        };
        for statement in statements(live).iter().filter(|statement| statement["Effect"] == "Allow") {
            let alone = serde_json::json!({ "Statement": [statement] });
            let beyond = Beyond {
                actions: actions(statement),
                resources: Vec::new(),
                anybody: !admitted(&alone).others.is_empty(),
            };
            if beyond != Beyond::default() {
                found.push(Overwide {
                    account: one.account.clone(),
                    of: one.name.clone(),
                    slot: PolicySlot::Destination,
                    policy: None,
                    statement: statement.clone(),
                    beyond,
                    replaced_by: needed.clone(),
                    removal: Removal::Adopting,
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(action: Value, resource: &str, actions: &[&str], resources: &[&str]) {
        let stream = "arn:aws:firehose:eu-west-1:999999999999:deliverystream/logs";
        let needed = json!({ "Statement": [{
            "Effect": "Allow", "Action": ["firehose:PutRecord", "firehose:PutRecordBatch"], "Resource": stream,
        }]});
        let live = json!({ "Statement": { "Effect": "Allow", "Action": action, "Resource": resource } });
        let found = beyond(&live, &needed);
        let found = found.first().map(|(_, beyond)| beyond.clone()).unwrap_or_default();
        assert_eq!(
            (found.actions, found.resources),
            (
                actions.iter().map(ToString::to_string).collect(),
                resources.iter().map(ToString::to_string).collect(),
            )
        );
    }

    #[test]
    fn what_is_beyond_is_told_by_action_and_by_resource() {
        let stream = "arn:aws:firehose:eu-west-1:999999999999:deliverystream/logs";
        check(json!("firehose:PutRecord"), stream, &[], &[]);
        check(json!("Firehose:putrecord"), stream, &[], &[]);
        check(json!(["firehose:*"]), stream, &["firehose:*"], &[]);
        check(json!("iam:PassRole"), "*", &["iam:PassRole"], &[]);
        check(json!("firehose:PutRecord"), "*", &[], &["*"]);
    }
}
