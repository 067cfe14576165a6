//! Finds documents that exceed AWS's size limits before anything is written, with the numbers and what to do.

use serde_json::Value;

use super::{Graph, Node};
use crate::address::Address;
use crate::policy::quota::{self, characters, grouped};
use crate::provider::{PolicyDocument, PolicySlot};
use crate::topology::Topology;

/// Every document of the graph that is too long.
pub(super) fn problems(graph: &Graph, topology: &Topology) -> Vec<String> {
    let most = usize::try_from(topology.role_trust_characters).unwrap_or(usize::MAX);
    graph.nodes.values().flat_map(|node| of_node(node, most)).collect()
}

fn of_node(node: &Node, trust: usize) -> Vec<String> {
    let documents = node.resource.policies().into_iter();
    documents.filter_map(|document| problem(&node.address, &document, trust)).collect()
}

fn problem(address: &Address, document: &PolicyDocument, trust: usize) -> Option<String> {
    let value = &document.value;
    match document.kind {
        PolicySlot::Trust => trust_problem(address, value, trust),
        PolicySlot::Inline => over(
            (characters(value), quota::INLINE),
            "characters",
            &format!("the inline policy of {address}"),
            "use fewer buckets, keys or error logs for its destination, or name fewer log groups",
        ),
        PolicySlot::Managed => over(
            (characters(value), quota::MANAGED),
            "characters",
            &format!("the policy {address}"),
            "split it into several policies, or cover many names with `*`",
        ),
        PolicySlot::Destination => over(
            (quota::bytes(value), quota::DESTINATION),
            "bytes",
            &format!("the access policy {address}"),
            "split the sources over several destinations, one for each group of accounts, or admit their whole organisation with `allow: organization`",
        ),
        // How long a bucket's policy is depends on the statements of others in it, so that is judged when it is there.
        PolicySlot::Bucket | PolicySlot::InlineOfOthers => None,
    }
}

fn over((length, most): (usize, usize), unit: &str, what: &str, remedy: &str) -> Option<String> {
    (length > most).then(|| {
        format!(
            "{what} would be {} {unit} long, and AWS allows at most {}: {remedy}",
            grouped(length),
            grouped(most)
        )
    })
}

/// Names accounts one by one, so it is the first document that senders outgrow.
fn trust_problem(address: &Address, trust: &Value, most: usize) -> Option<String> {
    let length = characters(trust);
    if length <= most {
        return None;
    }
    let (accounts, room) = accounts_named(trust, length, most.min(quota::RAISED_TRUST));
    let named = if accounts > 0 { format!(" for {accounts} accounts") } else { String::new() };
    let what = format!("the trust policy of {address} would be {} characters long{named}", grouped(length));
    let room = if accounts > 0 { format!(", enough for {room}") } else { String::new() };
    let split = "split the sources over several destinations, each for a group of accounts";
    let raised = grouped(quota::RAISED_TRUST);
    if length > quota::RAISED_TRUST {
        let room = match accounts {
            0 => String::new(),
            _ => format!(", enough for {}", accounts_named(trust, length, quota::RAISED_TRUST).1),
        };
        return Some(format!("{what}, and IAM allows {raised} even with a raised quota{room}: {split}"));
    }
    let limit = match most {
        quota::TRUST => format!("IAM allows {} unless its quota was raised", grouped(most)),
        _ => format!("`limits.role_trust_characters` says that IAM allows {}", grouped(most)),
    };
    Some(format!(
        "{what}, and {limit}{room}: raise the quota `Role trust policy length` of that account (Service Quotas, IAM, up to {raised}) and write `limits: {{ role_trust_characters: {} }}`; or {split}",
        quota::RAISED_TRUST
    ))
}

/// How many accounts a trust names, and how many a limit leaves room for.
fn accounts_named(trust: &Value, length: usize, most: usize) -> (usize, usize) {
    let sources = trust.pointer("/Statement/0/Condition/ArnLike/aws:SourceArn").and_then(Value::as_array);
    let Some(first) = sources.and_then(|sources| sources.first()) else { return (0, 0) };
    let (accounts, each) = (sources.map_or(0, Vec::len), first.to_string().len() + 1);
    let frame = length.saturating_sub(accounts * each);
    (accounts, most.saturating_sub(frame) / each)
}
