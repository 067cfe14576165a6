//! `stream` of a destination: the Firehose stream, its buffer and what its objects are called.

use super::check_destinations::Naming;
use super::finding::Findings;
use super::model::{Compression, Format, Stream};
use super::names;
use super::read::{Field, Keys, not_supported};

const KEYS: Keys = Keys {
    known: &[
        "name",
        "buffer_mb",
        "buffer_seconds",
        "format",
        "compression",
        "file_extension",
        "partition_by",
        "error_log",
    ],
    later: &[],
};

/// Reads the section, which may be left out.
pub(super) fn stream(field: Option<Field<'_>>, naming: &Naming<'_>, findings: &mut Findings) -> Stream {
    let section = field.and_then(|field| field.section(KEYS, findings));
    let name = naming.name(section.as_ref(), "name", "", names::STREAM, findings);
    let get = |key: &str| section.as_ref().and_then(|section| section.get(key));
    if let Some(format) = get("format") {
        format.only_word("envelope", &["decompressed", "messages"], findings);
    }
    if let Some(compression) = get("compression") {
        check_compression(compression, findings);
    }
    if let Some(partition) = get("partition_by")
        && partition.items(findings).is_some_and(|items| !items.is_empty())
    {
        not_supported(partition.span(), "`partition_by`", "write `[]`, or leave it out", findings);
    }
    let megabytes = "Firehose buffers 1 to 128 MB";
    // The API takes 0 to 59 too, though the quotas page says 60 for S3 (Firehose API Reference, BufferingHints).
    let seconds = "Firehose buffers for 0 to 900 seconds";
    Stream {
        error_log_group: format!("/aws/kinesisfirehose/{name}"),
        declared_name: name.clone(),
        name,
        predecessors: Vec::new(),
        format: Format::Envelope,
        compression: Compression::None,
        partition_by: Vec::new(),
        buffer_mb: get("buffer_mb").and_then(|field| field.number(1..=128, megabytes, findings)).unwrap_or(5),
        buffer_seconds: get("buffer_seconds")
            .and_then(|field| field.number(0..=900, seconds, findings))
            .unwrap_or(300),
        file_extension: get("file_extension")
            .and_then(|field| file_extension(field, findings))
            .unwrap_or_else(|| ".json.gz".to_owned()),
        error_log: get("error_log").and_then(|field| field.flag(findings)).unwrap_or(true),
    }
}

fn check_compression(field: Field<'_>, findings: &mut Findings) {
    if field.shown() == "gzip" {
        let why = "envelopes are gzip already as CloudWatch Logs sends them, and would be compressed twice";
        findings.add(
            field.span(),
            "`compression: gzip` is not supported yet",
            why,
            "write `compression: none`",
        );
    } else {
        field.only_word("none", &[], findings);
    }
}

fn file_extension(field: Field<'_>, findings: &mut Findings) -> Option<String> {
    let text = field.text(findings)?;
    if let Err(why) = names::FILE_EXTENSION.check(text) {
        let help = "write one such as `.json.gz`, or leave it out";
        findings.add(field.span(), format!("`{text}` cannot be a file extension"), why, help);
    }
    Some(text.to_owned())
}
