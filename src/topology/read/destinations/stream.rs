//! `stream` of a destination: the Firehose stream, its buffer and what its objects are called.

use super::destination::Naming;
use crate::topology::finding::Findings;
use crate::topology::keys::names;
use crate::topology::model::{Compression, Format, PartitionKey, Stream};
use crate::topology::read::field::{Field, Keys, Section};

pub(in crate::topology) const KEYS: Keys = Keys {
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

/// The words of `format`.
pub(in crate::topology) const FORMATS: [(&str, Format); 3] =
    [("envelope", Format::Envelope), ("decompressed", Format::Decompressed), ("messages", Format::Messages)];

/// The words of `compression`.
pub(in crate::topology) const COMPRESSIONS: [(&str, Compression); 2] =
    [("none", Compression::None), ("gzip", Compression::Gzip)];

/// The smallest buffer of a stream that parts its objects, which is its default too.
const PARTITIONED_BUFFER_MB: u32 = 64;

/// The shortest buffer time of such a stream (AWS CDK reference, aws-kinesisfirehose `DynamicPartitioningProps`).
const PARTITIONED_BUFFER_SECONDS: u32 = 60;

/// Reads the section, which may be left out.
pub(in crate::topology) fn stream(
    field: Option<Field<'_>>,
    naming: &Naming<'_>,
    findings: &mut Findings,
) -> Stream {
    let section = field.and_then(|field| field.section(KEYS, findings));
    let name = naming.name(section.as_ref(), "name", "", names::STREAM, findings);
    let content = section.as_ref().map(|section| Content::read(section, findings)).unwrap_or_default();
    let get = |key: &str| section.as_ref().and_then(|section| section.get(key));
    Stream {
        error_log_group: format!("/aws/kinesisfirehose/{name}"),
        name,
        buffer_mb: buffer_mb(get("buffer_mb"), !content.partition_by.is_empty(), findings),
        buffer_seconds: buffer_seconds(get("buffer_seconds"), !content.partition_by.is_empty(), findings),
        file_extension: get("file_extension")
            .and_then(|field| file_extension(field, findings))
            .unwrap_or_else(|| default_extension(content.format, content.compression).to_owned()),
        format: content.format,
        compression: content.compression,
        partition_by: content.partition_by,
        error_log: get("error_log").and_then(|field| field.flag(findings)).unwrap_or(true),
    }
}

/// What objects hold, and how they are parted.
struct Content {
    format: Format,
    compression: Compression,
    partition_by: Vec<PartitionKey>,
}

impl Default for Content {
    fn default() -> Self {
        Self { format: Format::Envelope, compression: Compression::None, partition_by: Vec::new() }
    }
}

impl Content {
    fn read(section: &Section<'_>, findings: &mut Findings) -> Self {
        let written = section.get("format");
        let format = written.and_then(|field| field.word(&FORMATS, findings));
        let compression = section.get("compression");
        let partition = section.get("partition_by");
        let content = Self {
            format: format.unwrap_or(Format::Envelope),
            compression: compression
                .and_then(|field| field.word(&COMPRESSIONS, findings))
                .unwrap_or(Compression::None),
            partition_by: partition.map(|field| partition_keys(field, findings)).unwrap_or_default(),
        };
        // A format that is no word is noted already, and means neither.
        if written.is_none() || format.is_some() {
            content.check(compression, partition, findings);
        }
        content
    }

    fn check(&self, compression: Option<Field<'_>>, partition: Option<Field<'_>>, findings: &mut Findings) {
        if let (Some(field), Format::Envelope, Compression::Gzip) =
            (compression, self.format, self.compression)
        {
            let why =
                "envelopes are gzip already as CloudWatch Logs sends them, and would be compressed twice";
            let help = "write `compression: none`, or add `format: decompressed`";
            findings.add(field.span(), "`compression: gzip` with `format: envelope`", why, help);
        }
        let (word, why) = match self.format {
            Format::Decompressed => return,
            Format::Envelope => {
                ("envelope", "Firehose finds the fields only in envelopes that it has decompressed")
            }
            Format::Messages => {
                ("messages", "messages alone no longer say their account, log group and log stream")
            }
        };
        if let Some(field) = partition.filter(|_| !self.partition_by.is_empty()) {
            let message = format!("`partition_by` with `format: {word}`");
            findings.add(
                field.span(),
                message,
                why,
                "write `format: decompressed`, or remove `partition_by`",
            );
        }
    }
}

fn partition_keys(field: Field<'_>, findings: &mut Findings) -> Vec<PartitionKey> {
    let words = PartitionKey::ALL.map(|key| (key.as_str(), key));
    field.distinct(findings, |item, findings| item.word(&words, findings)).unwrap_or_default()
}

fn buffer_mb(field: Option<Field<'_>>, partitioned: bool, findings: &mut Findings) -> u32 {
    let default = if partitioned { PARTITIONED_BUFFER_MB } else { 5 };
    let Some(field) = field else { return default };
    let Some(megabytes) = field.number(1..=128, "Firehose buffers 1 to 128 MB", findings) else {
        return default;
    };
    if partitioned && megabytes < PARTITIONED_BUFFER_MB {
        // Firehose's own words, which users will look for.
        let why = "BufferingHints.SizeInMBs must be at least 64 when Dynamic Partitioning is enabled.";
        let help = "write a number from 64 to 128, leave it out, or remove `partition_by`";
        findings.add(field.span(), format!("`buffer_mb` is {megabytes} with `partition_by`"), why, help);
    }
    megabytes
}

/// The API takes 0 to 59 too, though the quotas page says 60 for S3 (Firehose API Reference, BufferingHints).
fn buffer_seconds(field: Option<Field<'_>>, partitioned: bool, findings: &mut Findings) -> u32 {
    const DEFAULT: u32 = 300;
    let Some(field) = field else { return DEFAULT };
    let Some(seconds) = field.number(0..=900, "Firehose buffers for 0 to 900 seconds", findings) else {
        return DEFAULT;
    };
    if partitioned && seconds < PARTITIONED_BUFFER_SECONDS {
        let message = format!("`buffer_seconds` is {seconds} with `partition_by`");
        let why = "Firehose buffers parted records for 60 seconds at least";
        findings.add(field.span(), message, why, "write a number from 60 to 900, or leave it out");
    }
    seconds
}

/// What objects are called by default, by what is in them.
pub(in crate::topology) fn default_extension(format: Format, compression: Compression) -> &'static str {
    match (format, compression) {
        (Format::Envelope, _) | (Format::Decompressed, Compression::Gzip) => ".json.gz",
        (Format::Decompressed, Compression::None) => ".json",
        (Format::Messages, Compression::Gzip) => ".log.gz",
        (Format::Messages, Compression::None) => ".log",
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
