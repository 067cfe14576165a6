//! Somebody else's bucket, which logpipe only uses: whether it exists, and what decides about a write to it.
//!
//! logpipe may not change its policy and its encryption, so they are not resources of a topology. They exist all the
//! same, although they are in no graph.

use serde_json::Value;

use super::bucket::LiveBucket;
use super::encryption::Encryption;
use crate::aws::{CallError, Class, Target};
use crate::provider::kind::Found;
use crate::provider::obstacle::Obstacle;

/// What was read, or why it could not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told<T> {
    Known(T),
    Unread(String),
}

/// What decides about writing to somebody else's bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Borrowed {
    /// Its policy, if it has one.
    pub(crate) policy: Told<Option<Value>>,
    /// What is encrypted how by default.
    pub(super) encryption: Told<Encryption>,
}

/// The key that objects are encrypted with where a write does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DefaultKey {
    /// As the bucket names it; without a name it is the key that AWS manages for S3.
    pub(crate) named: Option<String>,
    /// Whether S3 derives a key of the bucket from it.
    pub(crate) bucket_key: bool,
}

/// Whether the bucket is there, in this account and where the stream is. From another region S3 redirects.
pub(super) async fn look(region: &str, on: &Target<'_>) -> Result<Found<LiveBucket>, CallError> {
    let call = on.clients().s3().head_bucket().bucket(on.name()).expected_bucket_owner(on.account.as_str());
    let there = match on.read("s3:ListBucket", call.send()).await {
        Ok(answer) => answer.bucket_region.map(String::into_boxed_str),
        Err(error) if error.bucket_elsewhere().is_some() => error.bucket_region().map(Into::into),
        Err(error) if error.class == Class::NotFound => {
            return Ok(Found::Impossible(Obstacle::NoBucket));
        }
        Err(error) => return Err(error),
    };
    if let Some(there) = there.filter(|there| **there != *region) {
        let (there, declared) = (there.into_string(), region.to_owned());
        return Ok(Found::Impossible(Obstacle::BucketRegion { there, declared }));
    }
    let (policy, encryption) = tokio::join!(policy(on), encryption(on));
    Ok(Found::There(LiveBucket::of_others(Borrowed { policy: policy?, encryption: encryption? })))
}

/// None only where S3 says so itself.
async fn policy(on: &Target<'_>) -> Result<Told<Option<Value>>, CallError> {
    let call = on.clients().s3().get_bucket_policy().bucket(on.name());
    let call = call.expected_bucket_owner(on.account.as_str());
    let text = match on.read("s3:GetBucketPolicy", call.send()).await {
        Ok(answer) => answer.policy,
        Err(error) if error.is("NoSuchBucketPolicy", &[]) => return Ok(Told::Known(None)),
        Err(error) => return withheld(error),
    };
    Ok(match serde_json::from_str(text.as_deref().unwrap_or_default()) {
        Ok(document) => Told::Known(Some(document)),
        Err(error) => Told::Unread(format!("S3 answered with something that is not JSON: {error}")),
    })
}

async fn encryption(on: &Target<'_>) -> Result<Told<Encryption>, CallError> {
    let call = on.clients().s3().get_bucket_encryption().bucket(on.name());
    let call = call.expected_bucket_owner(on.account.as_str());
    match on.read("s3:GetEncryptionConfiguration", call.send()).await {
        Ok(answer) => {
            let configuration = answer.server_side_encryption_configuration;
            Ok(Told::Known(configuration.as_ref().map(Encryption::reported).unwrap_or_default()))
        }
        // Buckets from before 2023 may have none (S3 User Guide, "Setting default server-side encryption behavior").
        Err(error) if error.is("ServerSideEncryptionConfigurationNotFoundError", &[]) => {
            Ok(Told::Known(Encryption::default()))
        }
        Err(error) => withheld(error),
    }
}

/// The bucket is used all the same where it may not be looked into.
fn withheld<T>(error: CallError) -> Result<Told<T>, CallError> {
    if error.class == Class::Denied { Ok(Told::Unread(error.to_string())) } else { Err(error) }
}
