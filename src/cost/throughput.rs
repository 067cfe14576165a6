//! What the streams of a destination take in each second, and where that comes near to what AWS allows.

use super::DAYS;
use super::delivery::Records;
use crate::address::{Key, Region};
use crate::topology::MOST_STREAMS;

const SECONDS: f64 = DAYS * 86_400.0;
const MEBIBYTE: f64 = 1_048_576.0;

/// The share of a quota from which an average counts as near it. Applications log more by day than by night, so that twice
/// the average is nothing unusual.
const NEAR: f64 = 0.5;

/// A destination whose streams come near to what AWS allows each of them.
#[derive(Debug, Clone, PartialEq)]
pub struct NearLimit {
    /// The destination.
    pub destination: Key,
    /// Where its streams are.
    pub region: Region,
    /// How many there are beside each other.
    pub streams: u32,
    /// MiB that each takes in a second, on average.
    pub mib_per_second: f64,
    /// MiB that AWS allows each in a second, unless the quota was raised.
    pub limit: f64,
    /// How many streams are enough.
    pub enough: u32,
    /// Whether a destination can have that many.
    pub possible: bool,
}

/// What Firehose allows a stream that services and SDKs put records on, in MiB a second (Amazon Data Firehose Developer
/// Guide, "Amazon Data Firehose Quota").
pub(super) fn of_stream(region: &Region) -> f64 {
    match region.as_str() {
        "us-east-1" | "us-west-2" | "eu-west-1" => 5.0,
        _ => 1.0,
    }
}

/// The same in bytes.
pub(crate) fn bytes_per_second(region: &Region) -> u64 {
    (of_stream(region) * MEBIBYTE) as u64
}

/// Whether the records of a month come near to what so many streams may take, if every stream gets its share.
pub(super) fn near_limit(
    destination: &Key,
    region: &Region,
    streams: u32,
    records: &Records,
) -> Option<NearLimit> {
    let limit = of_stream(region);
    let all = records.bytes / SECONDS / MEBIBYTE;
    let enough = (all / (NEAR * limit)).ceil().max(1.0) as u32;
    (enough > streams).then(|| NearLimit {
        destination: destination.clone(),
        region: region.clone(),
        streams,
        mib_per_second: all / f64::from(streams),
        limit,
        enough,
        possible: enough <= MOST_STREAMS,
    })
}
