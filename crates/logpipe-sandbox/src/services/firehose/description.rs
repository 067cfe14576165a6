//! Streams as they are shown.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::json::{present, read};
use crate::state::world::World;

use super::encryption::Encryption;
use super::state::{Stream, StreamAddress};

/// The id of the one destination a stream has.
pub(super) const DESTINATION_ID: &str = "destinationId-000000000001";

/// The members of the extended description that the plain one has too.
const PLAIN_MEMBERS: [&str; 8] = [
    "RoleARN",
    "BucketARN",
    "Prefix",
    "ErrorOutputPrefix",
    "BufferingHints",
    "CompressionFormat",
    "EncryptionConfiguration",
    "CloudWatchLoggingOptions",
];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribeDeliveryStream {
    delivery_stream_name: String,
}

/// DescribeDeliveryStream.
pub(super) fn describe(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: DescribeDeliveryStream = read(input)?;
    let address = StreamAddress::of(call, &input.delivery_stream_name);
    let stream = world.expect_stream(&address)?;
    Ok(json!({ "DeliveryStreamDescription": shown(&address, stream) }))
}

fn shown(address: &StreamAddress, stream: &Stream) -> Value {
    let extended = json!(stream.settings);
    let mut plain = extended.clone();
    if let Value::Object(members) = &mut plain {
        members.retain(|name, _| PLAIN_MEMBERS.contains(&name.as_str()));
    }
    present(json!({
        "DeliveryStreamName": address.name,
        "DeliveryStreamARN": address.arn(),
        "DeliveryStreamStatus": stream.status,
        "DeliveryStreamEncryptionConfiguration": Encryption::shown(stream.encryption.as_ref()),
        "FailureDescription": stream.failure.as_ref().map(|why| json!({ "Type": "UNKNOWN_ERROR", "Details": why })),
        "DeliveryStreamType": "DirectPut",
        "VersionId": stream.version.to_string(),
        "CreateTimestamp": seconds(stream.created_ms),
        "LastUpdateTimestamp": stream.updated_ms.map(seconds),
        "Destinations": [{
            "DestinationId": DESTINATION_ID,
            "S3DestinationDescription": plain,
            "ExtendedS3DestinationDescription": extended,
        }],
        "HasMoreDestinations": false,
    }))
}

/// Seconds since 1970, as this service writes times.
fn seconds(ms: u64) -> Value {
    Duration::from_millis(ms).as_secs_f64().into()
}
