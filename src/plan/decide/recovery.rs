//! Whether a record was lost. Pure.

use super::ownership::Ownership;
use crate::graph::Node;
use crate::plan::{Note, Survey};
use crate::provider::Facts;
use crate::record::Record;

/// What to say where the record owns nothing, although things are there that it once knew.
pub fn lost_record(survey: &Survey, record: &Record) -> Option<Note> {
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
    (tagged > 0).then_some(Note::RecordLost { tagged, subscriptions })
}
