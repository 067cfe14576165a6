//! What Firehose takes in and writes to S3.

use super::DAYS;
use super::assumptions::{Assumptions, ENVELOPE_OF_EVENT, ENVELOPE_OF_RECORD};
use super::volume::Flow;
use crate::topology::{Compression, Format, Stream};

/// What a record is rounded up to (Amazon Data Firehose pricing: "in increments of 5 KB").
const ROUNDED_TO: f64 = 5.0 * 1024.0;

const SECONDS: f64 = DAYS * 86_400.0;
const MEBIBYTE: f64 = 1_048_576.0;

/// The records that CloudWatch Logs makes of log events in a month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Records {
    pub(super) number: f64,
    /// Bytes of all of them as they are sent, compressed.
    pub(super) bytes: f64,
    /// Bytes of all of them decompressed.
    pub(super) decompressed: f64,
    /// Bytes that Firehose bills.
    pub(super) billed: f64,
}

impl Records {
    pub(super) fn of(flow: Flow, assumptions: &Assumptions) -> Self {
        let number = flow.events / assumptions.events_per_record;
        let decompressed = flow.bytes + flow.events * ENVELOPE_OF_EVENT + number * ENVELOPE_OF_RECORD;
        let bytes = decompressed * assumptions.compressed;
        let each = if number > 0.0 { bytes / number } else { 0.0 };
        Self { number, bytes, decompressed, billed: rounded(each) * number }
    }
}

/// The bytes that a record of so many is billed as.
pub(super) fn rounded(bytes: f64) -> f64 {
    (bytes / ROUNDED_TO).ceil() * ROUNDED_TO
}

/// What a stream writes in a month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Delivered {
    /// Bytes in the bucket.
    pub(super) bytes: f64,
    /// Objects.
    pub(super) objects: f64,
}

impl Delivered {
    pub(super) fn of(
        stream: &Stream,
        flow: Flow,
        records: &Records,
        partitions: f64,
        assumptions: &Assumptions,
    ) -> Self {
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
        let objects = objects(stream.buffer_seconds, stream.buffer_mb, partitions, buffered, records.number);
        Self { bytes: buffered * left, objects }
    }

    /// Bytes of an object on average; of none there are none that would be too small.
    pub(super) fn object_bytes(&self) -> f64 {
        if self.objects > 0.0 { self.bytes / self.objects } else { f64::INFINITY }
    }
}

/// Objects of a month: one each time the buffer's time is up, or it is full, whichever comes first; never more than
/// there are records. Every partition has a buffer of its own.
pub(super) fn objects(seconds: u32, megabytes: u32, partitions: f64, bytes: f64, records: f64) -> f64 {
    // A buffer time of 0 is delivered as it comes.
    let by_time = if seconds == 0 { records } else { SECONDS / f64::from(seconds) * partitions };
    let by_size = bytes / (f64::from(megabytes.max(1)) * MEBIBYTE);
    by_time.max(by_size).min(records)
}
