//! What Firehose takes in, bills and writes to S3.

use super::assumptions::Assumptions;
use super::delivery::{Delivered, Records};
use super::item::Item;
use super::transport::Carried;
use super::volume::Flow;
use super::{DAYS, GIGABYTE};
use crate::topology::{Compression, Format, Stream};

/// What a record is rounded up to (Amazon Data Firehose pricing: "in increments of 5 KB").
const ROUNDED_TO: f64 = 5.0 * 1024.0;

const SECONDS: f64 = DAYS * 86_400.0;
const MEBIBYTE: f64 = 1_048_576.0;

pub(super) fn carried(stream: &Stream, flow: Flow, partitions: f64, assumptions: &Assumptions) -> Carried {
    let records = Records::of(flow, assumptions);
    let delivered = delivered(stream, flow, &records, partitions, assumptions);
    let mut items = vec![(Item::FirehoseIngestion, billed(&records) / GIGABYTE)];
    if stream.format != Format::Envelope {
        items.push((Item::FirehoseDecompression, records.decompressed / GIGABYTE));
    }
    if !stream.partition_by.is_empty() {
        items.push((Item::FirehosePartitioning, delivered.bytes / GIGABYTE));
        items.push((Item::FirehoseObjects, delivered.objects));
    }
    Carried { items, delivered, records }
}

/// What is billed beside that and cannot be estimated.
pub(super) fn beside(stream: &Stream) -> Option<&'static str> {
    (!stream.partition_by.is_empty()).then_some("the hours that Firehose spends on jq")
}

/// Bytes that Firehose bills.
pub(super) fn billed(records: &Records) -> f64 {
    let each = if records.number > 0.0 { records.bytes / records.number } else { 0.0 };
    rounded(each) * records.number
}

/// The bytes that are billed for a record of this many bytes.
pub(super) fn rounded(bytes: f64) -> f64 {
    (bytes / ROUNDED_TO).ceil() * ROUNDED_TO
}

/// What a stream writes in a month.
fn delivered(
    stream: &Stream,
    flow: Flow,
    records: &Records,
    partitions: f64,
    assumptions: &Assumptions,
) -> Delivered {
    let buffered = match stream.format {
        Format::Envelope => records.bytes,
        Format::Decompressed => records.decompressed,
        // A message and the delimiter behind it.
        Format::Messages => flow.bytes + flow.events,
    };
    let left = match stream.compression {
        Compression::None => 1.0,
        Compression::Gzip => assumptions.compressed,
    };
    // A sender has one stream, so folders of accounts and of what is in them are each written by one.
    let buffers = partitions.max(f64::from(stream.count));
    let objects = objects(stream.buffer_seconds, stream.buffer_mb, buffers, buffered, records.number);
    Delivered { bytes: buffered * left, objects }
}

/// Objects of a month: one each time the buffer's time is up, or it is full, whichever comes first; never more than
/// there are records. Every stream and every partition has a buffer of its own.
pub(super) fn objects(seconds: u32, megabytes: u32, buffers: f64, bytes: f64, records: f64) -> f64 {
    // A buffer time of 0 is delivered as it comes.
    let by_time = if seconds == 0 { records } else { SECONDS / f64::from(seconds) * buffers };
    let by_size = bytes / (f64::from(megabytes.max(1)) * MEBIBYTE);
    by_time.max(by_size).min(records)
}
