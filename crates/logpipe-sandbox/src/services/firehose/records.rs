//! Records put by callers. Those of CloudWatch Logs come through `delivery`.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::delivery::{self, Record};
use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::json::read;
use crate::state::world::World;

use super::names::{self, invalid};
use super::state::{StreamAddress, StreamStatus};

// Limits of the Firehose Developer Guide, "Amazon Data Firehose quotas".
const MOST_RECORDS: usize = 500;
const RECORD_BYTES: usize = 1_000 * 1_024;
const BATCH_BYTES: usize = 4 * 1_024 * 1_024;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InputRecord {
    data: Record,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutRecord {
    delivery_stream_name: String,
    record: InputRecord,
}

/// PutRecord.
pub(super) fn put(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: PutRecord = read(input)?;
    let ids = take(world, call, &input.delivery_stream_name, vec![input.record])?;
    Ok(json!({ "RecordId": ids.first(), "Encrypted": false }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutRecordBatch {
    delivery_stream_name: String,
    records: Vec<InputRecord>,
}

/// PutRecordBatch.
pub(super) fn put_batch(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: PutRecordBatch = read(input)?;
    let ids = take(world, call, &input.delivery_stream_name, input.records)?;
    let responses: Vec<Value> = ids.iter().map(|id| json!({ "RecordId": id })).collect();
    Ok(json!({ "FailedPutCount": 0, "Encrypted": false, "RequestResponses": responses }))
}

fn take(world: &mut World, call: &Call, name: &str, records: Vec<InputRecord>) -> Result<Vec<String>, Fault> {
    let address = StreamAddress::of(call, name);
    let stream = world.expect_stream(&address)?;
    if stream.status != StreamStatus::Active {
        return Err(names::no_stream(&address));
    }
    if stream.in_effect().has_processor("Decompression") {
        let text = "Only records from CloudWatch Logs are accepted while decompression is enabled.";
        return Err(Fault::invalid("InvalidSourceException", text));
    }
    check_sizes(&records)?;
    let put = |record: InputRecord| {
        delivery::append(world, &address, record.data);
        world.unique_id("record")
    };
    Ok(records.into_iter().map(put).collect())
}

fn check_sizes(records: &[InputRecord]) -> Result<(), Fault> {
    let sizes = || records.iter().map(|record| record.data.0.len());
    let fits = (1..=MOST_RECORDS).contains(&records.len())
        && sizes().all(|size| size <= RECORD_BYTES)
        && sizes().sum::<usize>() <= BATCH_BYTES;
    if fits { Ok(()) } else { Err(invalid("The records exceed the limits of one request.")) }
}
