//! What calls to Firehose ask for.

use super::StreamAddress;

use crate::authorization::{Asked, Demand};

/// What a role is passed to.
const SERVICE: &str = "firehose.amazonaws.com";

/// What an operation asks for, or `None` if it is not simulated.
pub(super) fn demands(asked: &Asked<'_>) -> Option<Vec<Demand>> {
    let demands = match asked.operation() {
        "CreateDeliveryStream" => create(asked),
        "UpdateDestination" => update(asked),
        "DescribeDeliveryStream"
        | "DeleteDeliveryStream"
        | "ListTagsForDeliveryStream"
        | "StartDeliveryStreamEncryption"
        | "StopDeliveryStreamEncryption"
        | "PutRecord"
        | "PutRecordBatch" => vec![on_stream(asked)],
        "TagDeliveryStream" => vec![on_stream(asked).requesting(&asked.tags("Tags"))],
        "UntagDeliveryStream" => vec![on_stream(asked).naming(asked.tag_keys("TagKeys"))],
        "ListDeliveryStreams" => vec![Demand::own(asked, "*")],
        _ => return None,
    };
    Some(demands)
}

/// Tags that come with a new stream take the right to tag as well, and its role the right to pass it.
fn create(asked: &Asked<'_>) -> Vec<Demand> {
    let tags = asked.tags("Tags");
    let mut demands = vec![on_stream(asked).requesting(&tags)];
    if !tags.is_empty() {
        let tagging = Demand::new(asked, "firehose:TagDeliveryStream", address(asked).arn());
        demands.push(tagging.requesting(&tags));
    }
    let role = asked.pointed("/ExtendedS3DestinationConfiguration/RoleARN");
    demands.extend(role.map(|role| Demand::pass_role(asked, role, SERVICE)));
    demands
}

/// An update that names no role leaves the one that was passed before.
fn update(asked: &Asked<'_>) -> Vec<Demand> {
    let role = asked.pointed("/ExtendedS3DestinationUpdate/RoleARN");
    let passed = role.map(|role| Demand::pass_role(asked, role, SERVICE));
    std::iter::once(on_stream(asked)).chain(passed).collect()
}

fn address(asked: &Asked<'_>) -> StreamAddress {
    StreamAddress::of(asked.call, asked.text("DeliveryStreamName"))
}

fn on_stream(asked: &Asked<'_>) -> Demand {
    let address = address(asked);
    let demand = Demand::own(asked, address.arn());
    match asked.world.stream(&address) {
        Some(stream) => demand.tagged(&stream.tags),
        None => demand,
    }
}
