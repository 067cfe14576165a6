//! Firehose in numbers and names, for people who look at a sandbox from outside.

use serde_json::{Map, Value, json};

use crate::delivery::Batch;

use super::state::{FirehoseState, Stream};

/// Streams, region by region, with what they have buffered.
pub(crate) fn summary(state: &FirehoseState) -> Value {
    let regions = state.iter().map(|(region, streams)| {
        let streams = streams.iter().map(|(name, stream)| (name.clone(), summary_of(stream)));
        (region.to_string(), Value::Object(streams.collect()))
    });
    regions.collect::<Map<_, _>>().into()
}

fn summary_of(stream: &Stream) -> Value {
    json!({
        "status": stream.status,
        "version": stream.version,
        "bucket": stream.settings.bucket(),
        "buffered_records": stream.buffers.iter().map(|batch| batch.records.len()).sum::<usize>(),
        "buffered_bytes": stream.buffers.iter().map(Batch::bytes).sum::<usize>(),
    })
}
