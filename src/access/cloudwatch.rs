//! What the kinds of CloudWatch call.

use super::right::Doing::{Create, Delete, Read, Update};
use super::right::{Purpose, Rights, Spot};

/// Looked for among all alarms, because "you can't return information about composite alarms if your
/// cloudwatch:DescribeAlarms permission has a narrower scope" (CloudWatch API Reference, DescribeAlarms). One that is made
/// with tags takes the right to tag it too (PutMetricAlarm).
pub(super) fn alarm(spot: &Spot<'_>, rights: &mut Rights) {
    let arn = spot.arn("cloudwatch", &format!("alarm:{}", spot.name));
    rights.allow_on_everything(&[Read], &["cloudwatch:DescribeAlarms"]);
    let mut allow = |doings, actions: &[&'static str]| rights.allow(Purpose::Alarms, doings, &arn, actions);
    allow(&[Read], &["cloudwatch:ListTagsForResource"]);
    allow(&[Create, Update], &["cloudwatch:PutMetricAlarm", "cloudwatch:TagResource"]);
    allow(&[Update], &["cloudwatch:UntagResource"]);
    allow(&[Delete], &["cloudwatch:DeleteAlarms"]);
}
