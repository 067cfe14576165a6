//! The rules for processors and for dynamic partitioning, which belong together.
//!
//! Rules: Firehose API Reference, Processor; Developer Guide, "Partition streaming data in Amazon Data Firehose". The
//! texts are AWS's, except where the sandbox says that it is speaking.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::delivery::partition_keys;
use crate::faults::fault::Fault;

use super::names::invalid;
use super::query::Query;
use super::settings::{Processor, Settings};

const PROCESSORS: [&str; 4] =
    ["Decompression", "CloudWatchLogProcessing", "MetadataExtraction", "AppendDelimiterToRecord"];

/// Sizes and times of buffers with dynamic partitioning.
const SMALLEST_MBS: usize = 64;
const SHORTEST_SECONDS: u64 = 60;
const LONGEST_RETRY_SECONDS: u64 = 7_200;

/// Checks processors and partitioning.
pub(super) fn check(settings: &Settings) -> Result<(), Fault> {
    check_processors(settings)?;
    if settings.partitioned() { check_partitioned(settings) } else { check_unparted(settings) }
}

/// Dynamic partitioning is forever as it was when the stream was made. How AWS words this is not documented.
pub(super) fn check_unchanged(before: &Settings, after: &Value) -> Result<(), Fault> {
    let enabled = after.pointer("/DynamicPartitioningConfiguration/Enabled").and_then(Value::as_bool);
    if before.partitioned() == enabled.unwrap_or_default() {
        return Ok(());
    }
    Err(invalid("Dynamic Partitioning cannot be enabled or disabled for an existing Firehose stream."))
}

fn check_processors(settings: &Settings) -> Result<(), Fault> {
    let Some(processing) = settings.processing_configuration.as_ref() else { return Ok(()) };
    if processing.enabled && !(1..=5).contains(&processing.processors.len()) {
        return Err(invalid(
            "A maximum of 5 and a minimum of 1 processor needs to be supplied when processing is enabled.",
        ));
    }
    let mut kinds = BTreeSet::new();
    for processor in &processing.processors {
        check_processor(processor)?;
        if !kinds.insert(&processor.kind) {
            return Err(invalid(format!("Cannot have more than 1 {} processor.", processor.kind)));
        }
    }
    if settings.has_processor("CloudWatchLogProcessing") && !settings.has_processor("Decompression") {
        return Err(invalid(
            "CloudWatchLogProcessingProcessor can only be enabled with DecompressionProcessor",
        ));
    }
    Ok(())
}

fn check_processor(processor: &Processor) -> Result<(), Fault> {
    match processor.kind.as_str() {
        kind if !PROCESSORS.contains(&kind) => {
            Err(Fault::not_simulated("Firehose", &format!("the processor {kind}")))
        }
        "Decompression" if processor.value("CompressionFormat") != Some("GZIP") => {
            Err(invalid("Invalid parameter value for CompressionFormat. Allowed value is GZIP."))
        }
        "CloudWatchLogProcessing" => match processor.value("DataMessageExtraction") {
            Some(value) if ["true", "false"].contains(&value.to_ascii_lowercase().as_str()) => Ok(()),
            _ => Err(invalid(
                "Invalid parameter value for DataMessageExtraction. Allowed values are True and False.",
            )),
        },
        "MetadataExtraction" => check_query(processor),
        "AppendDelimiterToRecord" => match processor.value("Delimiter") {
            None | Some("\\n" | "\n") => Ok(()),
            Some(_) => Err(Fault::not_simulated("Firehose", "delimiters other than a line feed")),
        },
        _ => Ok(()),
    }
}

fn check_query(processor: &Processor) -> Result<(), Fault> {
    if processor.value("JsonParsingEngine") != Some("JQ-1.6") {
        return Err(invalid("MetaDataExtraction JSON Parsing Engine has to be one of JQ-1.6"));
    }
    let query = processor.value("MetadataExtractionQuery").unwrap_or_default();
    Query::parse(query).map(drop).map_err(|error| invalid(error.to_string()))
}

fn check_unparted(settings: &Settings) -> Result<(), Fault> {
    if settings.has_processor("MetadataExtraction") {
        return Err(invalid(
            "class com.amazonaws.services.firehose.internal.model.MetadataExtractionProcessor can only be present when \
             Dynamic Partitioning is enabled.",
        ));
    }
    if !partition_keys(settings.prefix()).is_empty() {
        return Err(invalid(
            "Dynamic Partitioning Namespaces can only be part of a prefix expression when Dynamic Partitioning is \
             enabled.",
        ));
    }
    Ok(())
}

fn check_partitioned(settings: &Settings) -> Result<(), Fault> {
    let hints = settings.buffering_hints;
    if hints.size_in_mbs < SMALLEST_MBS {
        return Err(invalid(format!(
            "BufferingHints.SizeInMBs must be at least {SMALLEST_MBS} when Dynamic Partitioning is enabled."
        )));
    }
    if hints.interval_in_seconds < SHORTEST_SECONDS {
        return Err(invalid(format!(
            "BufferingHints.IntervalInSeconds must be at least {SHORTEST_SECONDS} when Dynamic Partitioning is enabled."
        )));
    }
    let retry = settings.dynamic_partitioning_configuration.as_ref().map(|it| it.retry_options);
    if retry.is_some_and(|retry| retry.duration_in_seconds > LONGEST_RETRY_SECONDS) {
        return Err(invalid(format!(
            "RetryOptions.DurationInSeconds must be between 0 and {LONGEST_RETRY_SECONDS}."
        )));
    }
    check_keys(settings)
}

/// Every key that is extracted stands in the prefix, and the other way round.
fn check_keys(settings: &Settings) -> Result<(), Fault> {
    let wanted = partition_keys(settings.prefix());
    if wanted.is_empty() {
        return Err(invalid(
            "S3 Prefix should contain Dynamic Partitioning namespaces when Dynamic Partitioning is enabled",
        ));
    }
    let query = settings.partition_query();
    let extracted: BTreeSet<&str> = query.iter().flat_map(Query::keys).collect();
    if !extracted.is_subset(&wanted) {
        return Err(invalid(
            "MetaDataExtraction JQ Query can't contain keys that are not present in the S3 Prefix expression",
        ));
    }
    if !wanted.is_subset(&extracted) {
        return Err(invalid(
            "S3 Prefix expression can't contain keys that are not present in the MetaDataExtraction JQ Query",
        ));
    }
    Ok(())
}
