//! What is counted of Firehose streams (Amazon Data Firehose Developer Guide, "Monitor Amazon Data Firehose with CloudWatch
//! metrics"), from the records that they took in.

use crate::services::firehose::{Stream, StreamAddress, bytes_per_second};
use crate::state::site::Site;
use crate::state::world::World;
use crate::time::timed_event::TimedEvent;

use super::metrics::Span;

const MINUTE_MS: u64 = 60_000;

/// The values of a metric of a stream, each with when it was counted, in milliseconds since 1970; none of a metric that is
/// not counted.
pub(super) fn values(world: &World, site: &Site, stream: &str, metric: &str, span: Span) -> Vec<(u64, f64)> {
    let address = StreamAddress { site: site.clone(), name: stream.to_owned() };
    let Some(stream) = world.stream(&address) else { return Vec::new() };
    let taken = stream.taken.iter().map(|(minute, bytes)| (minute * MINUTE_MS, *bytes));
    match metric {
        "IncomingRecords" => {
            let records = stream.records.iter();
            records.map(|(minute, records)| (minute * MINUTE_MS, *records as f64)).collect()
        }
        "DeliveryToS3.Success" => success(stream),
        "DeliveryToS3.Records" => {
            let written = stream.written.iter().filter(|(_, written)| written.puts > written.failed);
            written.map(|(minute, written)| (minute * MINUTE_MS, written.records as f64)).collect()
        }
        "DeliveryToS3.DataFreshness" => freshness(world, &address, stream, span),
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

/// 1 for what was written and 0 for what was refused: "the sum of successful Amazon S3 put commands over the sum of all".
fn success(stream: &Stream) -> Vec<(u64, f64)> {
    let values = stream.written.iter().flat_map(|(minute, written)| {
        let one = |happened: bool, value: f64| happened.then_some((minute * MINUTE_MS, value));
        [one(written.puts > written.failed, 1.0), one(written.failed > 0, 0.0)]
    });
    values.flatten().collect()
}

/// The age in seconds of the oldest record, whenever something was written or refused, and every minute while something waits.
fn freshness(world: &World, address: &StreamAddress, stream: &Stream, span: Span) -> Vec<(u64, f64)> {
    let written =
        stream.written.iter().map(|(minute, written)| (minute * MINUTE_MS, written.oldest_seconds as f64));
    let refused = world.queue.pending().filter_map(|(_, due)| match due {
        TimedEvent::BatchRetried { stream, batch } if stream == address => Some(batch.opened_ms),
        _ => None,
    });
    let oldest = stream.buffers.iter().map(|batch| batch.opened_ms).chain(refused).min();
    let waiting = oldest.into_iter().flat_map(|opened_ms| {
        let (first, last) = span.within(opened_ms, world.now_ms);
        let minutes = first.div_ceil(MINUTE_MS)..=last / MINUTE_MS;
        minutes.map(move |minute| {
            (minute * MINUTE_MS, (minute * MINUTE_MS).saturating_sub(opened_ms) as f64 / 1_000.0)
        })
    });
    written.chain(waiting).collect()
}
