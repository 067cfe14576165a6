//! What the kinds of Firehose call.

use super::right::Doing::{Create, Delete, Read, Replace, Update};
use super::right::{Purpose, Rights, Spot};
use crate::provider::Resource;

/// A stream, and the successors that it may get: their names follow from the declared one. Made with tags, it takes
/// the right to tag it too (Firehose API Reference, CreateDeliveryStream).
pub(super) fn stream(spot: &Spot<'_>, resource: Option<&Resource>, rights: &mut Rights) {
    let own = spot.arn("firehose", &format!("deliverystream/{}", spot.name));
    let Some(Resource::FirehoseStream(stream)) = resource else { return allow(&own, rights) };
    for arn in [&own, &format!("{own}-*")] {
        allow(arn, rights);
    }
    let service = "firehose.amazonaws.com".to_owned();
    rights.pass_role(Purpose::PassToFirehose, &[Create, Update], &stream.role_arn, service);
}

fn allow(arn: &str, rights: &mut Rights) {
    let mut allow = |doings, actions: &[&'static str]| rights.allow(Purpose::Streams, doings, arn, actions);
    allow(&[Read, Delete], &["firehose:DescribeDeliveryStream"]);
    allow(&[Read], &["firehose:ListTagsForDeliveryStream"]);
    allow(&[Create], &["firehose:CreateDeliveryStream"]);
    allow(&[Create, Update], &["firehose:TagDeliveryStream"]);
    allow(&[Update], &["firehose:UntagDeliveryStream", "firehose:UpdateDestination"]);
    allow(&[Replace, Delete], &["firehose:DeleteDeliveryStream"]);
}
