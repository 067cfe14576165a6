//! Firehose streams.

use serde_json::json;

use super::item::{Item, Output, Written};
use crate::address::Address;
use crate::export::words::stream_destination;
use crate::provider::firehose::stream::FirehoseStream;

pub(super) fn stream(address: &Address, stream: &FirehoseStream) -> Written {
    let item = Item::new(
        "AWS::KinesisFirehose::DeliveryStream",
        [
            ("DeliveryStreamName", json!(*address.name)),
            ("DeliveryStreamType", json!("DirectPut")),
            ("ExtendedS3DestinationConfiguration", stream_destination(stream)),
        ],
    );
    let about = format!("The stream {}", address.name);
    let output = Output { what: "Arn", about, attribute: Some("Arn"), export: None };
    let item = item.known_by(&["DeliveryStreamName"]);
    Written::Item(item.tagged(&stream.tags).shown(output))
}
