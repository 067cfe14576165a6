//! `stream` of a destination: the Firehose stream, its buffer and what its objects are called.

use super::destination::Naming;
use crate::topology::finding::Findings;
use crate::topology::keys::stream as keys;
use crate::topology::model::{Compression, Format, PartitionKey, Stream};
use crate::topology::read::field::Field;
use crate::topology::read::section::{Scalar, Section};

/// Reads the section, which may be left out.
pub(in crate::topology) fn stream(
    section: &Section<'_>,
    naming: &Naming<'_>,
    findings: &mut Findings,
) -> Stream {
    let name = naming.name(section, &keys::NAME, "", findings);
    let content = Content::read(section, findings);
    let partitioned = !content.partition_by.is_empty();
    Stream {
        error_log_group: format!("/aws/kinesisfirehose/{name}"),
        count: section.value(&keys::COUNT, findings),
        name,
        buffer_mb: buffer_mb(section, partitioned, findings),
        buffer_seconds: buffer_seconds(section, partitioned, findings),
        file_extension: section
            .get(&keys::FILE_EXTENSION)
            .and_then(|field| file_extension(field, findings))
            .unwrap_or_else(|| default_extension(content.format, content.compression).to_owned()),
        format: content.format,
        compression: content.compression,
        partition_by: content.partition_by,
        error_log: section.value(&keys::ERROR_LOG, findings),
    }
}

/// What objects hold, and how they are partitioned.
struct Content {
    format: Format,
    compression: Compression,
    partition_by: Vec<PartitionKey>,
}

impl Content {
    fn read(section: &Section<'_>, findings: &mut Findings) -> Self {
        let format = section.read(&keys::FORMAT, findings);
        let key = keys::PARTITION_BY.kind.items;
        let partition_by =
            section.list(&keys::PARTITION_BY, findings, |item, findings| key.read(item, findings));
        let content = Self {
            format: format.unwrap_or(keys::FORMAT.default.0),
            compression: section.value(&keys::COMPRESSION, findings),
            partition_by: partition_by.unwrap_or_default(),
        };
        // A format that is not a word is noted already, and means neither.
        if section.get(&keys::FORMAT).is_none() || format.is_some() {
            let (compression, partition) =
                (section.get(&keys::COMPRESSION), section.get(&keys::PARTITION_BY));
            content.check(compression, partition, findings);
        }
        content
    }

    fn check(&self, compression: Option<Field<'_>>, partition: Option<Field<'_>>, findings: &mut Findings) {
        if let (Some(field), Format::Envelope, Compression::Gzip) =
            (compression, self.format, self.compression)
        {
            let why = "CloudWatch Logs sends envelopes already gzipped, so they would be compressed twice";
            let help = "write `compression: none`, or add `format: decompressed`";
            findings.add(
                field.span(),
                "`compression: gzip` cannot be combined with `format: envelope`",
                why,
                help,
            );
        }
        let (word, why) = match self.format {
            Format::Decompressed => return,
            Format::Envelope => {
                ("envelope", "Firehose can read the fields only in envelopes that it has decompressed")
            }
            Format::Messages => {
                ("messages", "messages alone do not contain their account, log group and log stream")
            }
        };
        if let Some(field) = partition.filter(|_| !self.partition_by.is_empty()) {
            let message = format!("`partition_by` cannot be combined with `format: {word}`");
            findings.add(
                field.span(),
                message,
                why,
                "write `format: decompressed`, or remove `partition_by`",
            );
        }
    }
}

fn buffer_mb(section: &Section<'_>, partitioned: bool, findings: &mut Findings) -> u32 {
    let least = keys::PARTITIONED_BUFFER_MB;
    let Some(megabytes) = section.read(&keys::BUFFER_MB, findings) else {
        return if partitioned { least } else { keys::BUFFER_MB.default.0 };
    };
    if let Some(field) = section.get(&keys::BUFFER_MB).filter(|_| partitioned && megabytes < least) {
        // Firehose's own words, which users will look for.
        let why = "BufferingHints.SizeInMBs must be at least 64 when Dynamic Partitioning is enabled.";
        let help = "write a number from 64 to 128, leave it out, or remove `partition_by`";
        findings.add(field.span(), format!("`buffer_mb` is {megabytes} with `partition_by`"), why, help);
    }
    megabytes
}

fn buffer_seconds(section: &Section<'_>, partitioned: bool, findings: &mut Findings) -> u32 {
    let seconds = section.value(&keys::BUFFER_SECONDS, findings);
    let short = partitioned && seconds < keys::PARTITIONED_BUFFER_SECONDS;
    if let Some(field) = section.get(&keys::BUFFER_SECONDS).filter(|_| short) {
        let message = format!("`buffer_seconds` is {seconds} with `partition_by`");
        let why = "with dynamic partitioning, Firehose buffers for at least 60 seconds";
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
    let help = "write one such as `.json.gz`, or leave it out";
    let text = field.formed(&keys::FILE_EXTENSION.kind.form, help, findings)?;
    Some(text.to_owned())
}
