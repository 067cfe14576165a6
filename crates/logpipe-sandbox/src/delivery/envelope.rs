//! What CloudWatch Logs sends: a JSON message, compressed.
//!
//! The form is that of the CloudWatch Logs User Guide, "Log group-level subscription filters".

use std::collections::BTreeMap;
use std::io::Write as _;

use flate2::{Compression, GzBuilder};
use serde::Serialize;

use crate::services::logs::Event;

use super::record::Record;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    message_type: &'a str,
    owner: &'a str,
    log_group: &'a str,
    log_stream: &'a str,
    subscription_filters: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_level: Option<&'a str>,
    log_events: Vec<Line<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    id: &'a str,
    timestamp: u64,
    message: &'a str,
    // That they are in the payload is documented, where in it is not.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    system_fields: BTreeMap<&'a str, &'a str>,
}

/// Where the events of a message come from.
pub(super) struct Source<'a> {
    /// The account of the log group.
    pub(super) owner: &'a str,
    /// The log group.
    pub(super) group: &'a str,
    /// The log stream.
    pub(super) stream: &'a str,
    /// The subscription filter they matched, or the account policy.
    pub(super) filter: &'a str,
    /// Whether it is an account policy.
    pub(super) account_level: bool,
    /// The system fields that it adds to each event.
    pub(super) system_fields: BTreeMap<&'a str, &'a str>,
}

/// A message with events.
pub(super) fn data<'a>(source: &Source<'a>, events: impl Iterator<Item = (&'a String, &'a Event)>) -> Record {
    let line = |(id, event): (&'a String, &'a Event)| Line {
        id,
        timestamp: event.timestamp,
        message: &event.message,
        system_fields: source.system_fields.clone(),
    };
    compressed(&Envelope {
        message_type: "DATA_MESSAGE",
        owner: source.owner,
        log_group: source.group,
        log_stream: source.stream,
        subscription_filters: vec![source.filter],
        policy_level: source.account_level.then_some("ACCOUNT_LEVEL_POLICY"),
        log_events: events.map(line).collect(),
    })
}

/// The message that tries whether a stream can be reached.
pub(super) fn control(now_ms: u64) -> Record {
    compressed(&Envelope {
        message_type: "CONTROL_MESSAGE",
        owner: "CloudwatchLogs",
        log_group: "",
        log_stream: "",
        subscription_filters: Vec::new(),
        policy_level: None,
        log_events: vec![Line {
            id: "",
            timestamp: now_ms,
            message: "CWL CONTROL MESSAGE: Checking health of destination Firehose.",
            system_fields: BTreeMap::new(),
        }],
    })
}

fn compressed(envelope: &Envelope<'_>) -> Record {
    let text = serde_json::to_vec(envelope).expect("an envelope has string keys only");
    Record(gzip(&text).into())
}

/// One gzip member. Its time field is zero, so that the same text always gives the same bytes.
pub(super) fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzBuilder::new().mtime(0).write(Vec::new(), Compression::default());
    encoder.write_all(text).expect("a vector takes every byte");
    encoder.finish().expect("a vector takes every byte")
}
