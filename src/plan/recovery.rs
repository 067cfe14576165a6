//! What to say where a record was lost. Pure.

use super::Survey;
use super::ownership::Ownership;
use crate::graph::Node;
use crate::provider::Facts;
use crate::record::Record;

/// What to say where the record owns nothing, although things are there that it once knew.
pub fn lost_record(survey: &Survey, record: &Record) -> Option<String> {
    if !record.entries().is_empty() {
        return None;
    }
    let ownership = Ownership::of(survey, record);
    let ours = |node: &&Node| {
        survey.observed.live(&node.address).is_some_and(|live| ownership.is_recoverable(node, live))
    };
    let found: Vec<&Node> = survey.graph.nodes.values().filter(ours).collect();
    let tagged = found.iter().filter(|node| node.resource.tags().is_some()).count();
    let subscriptions = found.iter().filter(|node| Facts::of(node.address.kind).flow.sends()).count();
    (tagged > 0).then(|| {
        format!(
            "the record owns nothing, but {} this topology's tag, and {} its destinations: find the record again, or have `logpipe apply --adopt` take them over as logpipe's own",
            counted(tagged, "resource carries", "resources carry"),
            counted(subscriptions, "subscription points at", "subscriptions point at"),
        )
    })
}

fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}
