//! The permissions of each kind: one match arm per kind, enforced by the compiler.

use super::right::{Rights, Spot};
use super::{cloudwatch, ec2, firehose, iam, logs, s3, ssm};
use crate::address::KindName;
use crate::provider::Resource;

/// The rights that everything that is ever done with a resource takes. Of one that only the record knows there is no
/// desired state, and it is only ever deleted.
pub(super) fn rights(kind: KindName, spot: &Spot<'_>, resource: Option<&Resource>) -> Rights {
    let mut rights = Rights::default();
    let to = &mut rights;
    match kind {
        KindName::S3Bucket => s3::bucket(spot, resource, to),
        KindName::S3BucketPolicy => s3::bucket_policy(spot, to),
        KindName::IamRole => iam::role(spot, resource, to),
        KindName::LogGroup => logs::group(spot, resource, to),
        KindName::LogStream => logs::stream(spot, to),
        KindName::FirehoseStream => firehose::stream(spot, resource, to),
        KindName::LogsDestination => logs::destination(spot, resource, to),
        KindName::LogsDestinationPolicy => logs::destination_policy(spot, to),
        KindName::SubscriptionFilter => logs::filter(spot, resource, to),
        KindName::LogsAccountPolicy => logs::account_policy(spot, resource, to),
        KindName::IamPolicy => iam::policy(spot, to),
        KindName::IamRolePolicyAttachment => iam::attachment(spot, resource, to),
        KindName::IamInstanceProfile => iam::instance_profile(spot, resource, to),
        KindName::InstanceProfileAssociation => ec2::association(spot, resource, to),
        KindName::SsmParameter => ssm::parameter(spot, to),
        KindName::CloudwatchAlarm => cloudwatch::alarm(spot, to),
    }
    rights
}
