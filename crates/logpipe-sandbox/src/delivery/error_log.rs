//! What a stream writes to its error log when its bucket refuses a batch.
//!
//! The codes and texts are those of the Firehose Developer Guide, "Data delivery errors".

use serde_json::json;

use crate::access::{self, Attempt};
use crate::services::firehose::{Settings, StreamAddress};
use crate::services::logs;
use crate::services::s3::PutRefused;
use crate::state::world::World;

/// Writes an event, if error logging is on, the log stream exists and the role of the stream may write to it.
pub(super) fn write(
    world: &mut World,
    address: &StreamAddress,
    settings: &Settings,
    version: u64,
    refusal: PutRefused,
) {
    let options = &settings.cloud_watch_logging_options;
    let (true, Some(group), Some(stream)) =
        (options.enabled, options.log_group_name.as_deref(), options.log_stream_name.as_deref())
    else {
        return;
    };
    if !may_write(world, address, settings, group, stream) {
        return;
    }
    let (code, text) = words(refusal);
    let message = json!({
        "deliveryStreamARN": address.arn(),
        "destination": settings.bucket_arn,
        "deliveryStreamVersionId": version,
        "message": text,
        "errorCode": code,
    });
    logs::ingest(world, &address.site, group, stream, vec![(world.now_ms, message.to_string())]);
}

fn may_write(world: &World, address: &StreamAddress, settings: &Settings, group: &str, stream: &str) -> bool {
    let keys = [("sts:ExternalId", address.site.account.as_str())];
    let session =
        access::assume_as_service(world, &settings.role_arn, "firehose.amazonaws.com", &address.name, &keys);
    let resource = format!("{}:log-stream:{stream}", logs::group_arn(&address.site, group));
    let attempt = Attempt {
        action: "logs:PutLogEvents",
        resource: &resource,
        owner: &address.site.account,
        policy: None,
        keys: &[],
    };
    session.is_some_and(|session| access::session_may(world, &session, attempt))
}

fn words(refusal: PutRefused) -> (&'static str, &'static str) {
    match refusal {
        PutRefused::AccessDenied => (
            "S3.AccessDenied",
            "Access was denied. Ensure that the trust policy for the provided IAM role allows Firehose to assume the \
             role, and the access policy allows access to the S3 bucket.",
        ),
        PutRefused::NoSuchBucket => (
            "S3.NoSuchBucket",
            "The specified bucket does not exist. Create the bucket or use a different bucket that does exist.",
        ),
        PutRefused::KeyNotFound => (
            "S3.KMS.NotFoundException",
            "The provided AWS KMS key was not found. If you are using what you believe to be a valid AWS KMS key with \
             the correct role, check if there is a problem with the account to which the AWS KMS key is attached.",
        ),
        PutRefused::KeyDenied => (
            "S3.KMS.AccessDeniedException",
            "Access to the AWS KMS key was denied. Ensure that the access policy of the provided IAM role and the \
             policy of the key allow kms:GenerateDataKey and kms:Decrypt.",
        ),
    }
}
