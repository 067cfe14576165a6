//! What is counted of Firehose streams (Amazon Data Firehose Developer Guide, "Monitor Amazon Data Firehose with CloudWatch
//! metrics"), from the records that they took in.

use crate::services::firehose::{StreamAddress, bytes_per_second};
use crate::state::site::Site;
use crate::state::world::World;

use super::metrics::Span;

const MINUTE_MS: u64 = 60_000;

/// The values of a metric of a stream, each with when it was counted, in milliseconds since 1970; none of a metric that is
/// not counted.
pub(super) fn values(world: &World, site: &Site, stream: &str, metric: &str, span: Span) -> Vec<(u64, f64)> {
    let address = StreamAddress { site: site.clone(), name: stream.to_owned() };
    let Some(stream) = world.stream(&address) else { return Vec::new() };
    let taken = stream.taken.iter().map(|(minute, bytes)| (minute * MINUTE_MS, *bytes));
    match metric {
        "IncomingBytes" => taken.map(|(at_ms, bytes)| (at_ms, bytes as f64)).collect(),
        // The sandbox refuses none.
        "ThrottledRecords" => taken.map(|(at_ms, _)| (at_ms, 0.0)).collect(),
        // Every minute, whether records come or not.
        "BytesPerSecondLimit" => {
            let limit = bytes_per_second(world, site) as f64;
            let (first, last) = span.within(stream.created_ms, world.now_ms);
            let minutes = first.div_ceil(MINUTE_MS)..=last / MINUTE_MS;
            minutes.map(|minute| (minute * MINUTE_MS, limit)).collect()
        }
        _ => Vec::new(),
    }
}
