//! What the kinds of S3 call.

use super::right::Doing::{Create, DeleteData, Read, Update};
use super::right::{Purpose, Rights, Spot};
use crate::graph::arns;
use crate::provider::Resource;
use crate::provider::s3::bucket::S3Bucket;

/// A bucket of somebody else's is only looked at. Lifecycle is always managed: a rule of ours that is no longer
/// declared has to go.
pub(super) fn bucket(spot: &Spot<'_>, resource: Option<&Resource>, rights: &mut Rights) {
    let arn = arns::bucket(spot.partition, spot.name);
    let bucket = resource.and_then(Resource::of::<S3Bucket>);
    let mut allow = |doings, actions: &[&'static str]| rights.allow(Purpose::Buckets, doings, &arn, actions);
    if bucket.is_some_and(|bucket| bucket.borrowed_in.is_some()) {
        // What authorises HeadBucket, and what tells whether the role of the stream may write there.
        allow(&[Read], &["s3:ListBucket", "s3:GetBucketPolicy", "s3:GetEncryptionConfiguration"]);
        return;
    }
    allow(
        &[Read],
        &[
            "s3:GetBucketTagging",
            "s3:GetBucketPublicAccessBlock",
            "s3:GetBucketOwnershipControls",
            "s3:GetEncryptionConfiguration",
            "s3:GetLifecycleConfiguration",
        ],
    );
    allow(&[Create], &["s3:CreateBucket"]);
    allow(
        &[Create, Update],
        &[
            "s3:PutBucketTagging",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutBucketOwnershipControls",
            "s3:PutEncryptionConfiguration",
            "s3:PutLifecycleConfiguration",
        ],
    );
    if bucket.is_some_and(|bucket| bucket.versioning.is_some()) {
        allow(&[Read], &["s3:GetBucketVersioning"]);
        allow(&[Create, Update], &["s3:PutBucketVersioning"]);
    }
    allow(&[DeleteData], &["s3:DeleteBucket", "s3:ListBucketVersions"]);
    // A version takes both (S3 API Reference, DeleteObjects).
    let objects = format!("{arn}/*");
    let actions = ["s3:DeleteObject", "s3:DeleteObjectVersion"];
    rights.allow(Purpose::DeleteObjects, &[DeleteData], &objects, &actions);
}

pub(super) fn bucket_policy(spot: &Spot<'_>, rights: &mut Rights) {
    let arn = arns::bucket(spot.partition, spot.name);
    let mut allow = |doings, action| rights.allow(Purpose::Buckets, doings, &arn, &[action]);
    allow(&[Read, DeleteData], "s3:GetBucketPolicy");
    allow(&[Create, Update], "s3:PutBucketPolicy");
    allow(&[DeleteData], "s3:DeleteBucketPolicy");
}
