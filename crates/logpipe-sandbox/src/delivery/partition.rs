//! Which partition a record belongs to, and what becomes of a record that belongs to none.
//!
//! Texts and form of the errors are those that Firehose writes below the error output prefix.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::services::firehose::Settings;

use super::content;
use super::record::{Partition, Record};

/// Why a record has no partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unparted {
    /// It is not JSON.
    NotJson,
    /// It lacks a key, or the key has no value.
    NoValue,
    /// There are as many partitions already as a stream can have at a time.
    TooMany,
}

/// The partition of a record.
pub(super) fn of(settings: &Settings, record: &Record) -> Result<Partition, Unparted> {
    let Some(query) = settings.partition_query() else { return Ok(Partition::Whole) };
    let text = content::parsed_text(settings, &record.0);
    let document: Value = serde_json::from_slice(&text).map_err(|_| Unparted::NotJson)?;
    query.evaluate(&document).map(Partition::Of).ok_or(Unparted::NoValue)
}

/// A record without a partition, as it is written below the error output prefix: a line of JSON.
pub(super) fn failed(record: &Record, reason: Unparted, now_ms: u64) -> Record {
    let (code, text) = match reason {
        Unparted::NotJson => ("DynamicPartitioning.MetadataExtractionFailed", "Non JSON record provided"),
        Unparted::NoValue => {
            ("DynamicPartitioning.MetadataExtractionFailed", "partitionKeys values must not be null or empty")
        }
        Unparted::TooMany => (
            "DynamicPartitioning.ActivePartitionsExceeded",
            "The number of active partitions exceeds the limit of the Firehose stream.",
        ),
    };
    let line = json!({
        "attemptsMade": 1,
        "arrivalTimestamp": now_ms,
        "errorCode": code,
        "errorMessage": text,
        "attemptEndingTimestamp": now_ms,
        "rawData": STANDARD.encode(&record.0),
    });
    Record(format!("{line}\n").into())
}
