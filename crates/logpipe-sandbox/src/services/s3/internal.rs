//! S3 as other simulated services use it: without a request, under a role's session.

use bytes::Bytes;

use crate::access::{self, Attempt};
use crate::caller::RoleSession;
use crate::kms::{self, KeyUse};
use crate::state::world::World;

use super::encryption::{Encryption, bucket_keys};
use super::state::Object;
use super::versions::VersionId;

/// Why a service could not write an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PutRefused {
    /// There is no such bucket.
    NoSuchBucket,
    /// The role's policies, or the bucket's, do not allow it.
    AccessDenied,
    /// The key that the object would be encrypted with is not where the bucket is.
    KeyNotFound,
    /// The role's policies, or the key's, do not let it use the key.
    KeyDenied,
}

/// Larger objects are written in parts, and S3 decrypts the parts to join them.
const PART: usize = 5 * 1_048_576;

/// An object that a service writes.
#[derive(Debug, Clone)]
pub(crate) struct Upload<'a> {
    /// The name of the bucket.
    pub(crate) bucket: &'a str,
    /// The key.
    pub(crate) key: &'a str,
    /// The content.
    pub(crate) body: Bytes,
    /// The ARN of the KMS key to encrypt it with, instead of what the bucket does by default.
    pub(crate) kms_key: Option<&'a str>,
}

impl World {
    /// Whether a role's session may write this object: its own policies and the bucket's are evaluated.
    fn authorize_put(&self, session: &RoleSession, upload: &Upload<'_>) -> Result<(), PutRefused> {
        let held = self.buckets.get(upload.bucket).ok_or(PutRefused::NoSuchBucket)?;
        let partition = held.region.partition();
        let resource = format!("arn:{partition}:s3:::{}/{}", upload.bucket, upload.key);
        // Into a bucket of another account Firehose writes with an ACL (Firehose Developer Guide, "Controlling access").
        let foreign = held.owner != session.account;
        let mut keys = Vec::new();
        if foreign {
            keys.push(("s3:x-amz-acl", "bucket-owner-full-control"));
        }
        // Encryption stands in the headers of a write only where the stream says which.
        if let Some(key) = upload.kms_key {
            keys.push(("s3:x-amz-server-side-encryption", "aws:kms"));
            keys.push(("s3:x-amz-server-side-encryption-aws-kms-key-id", key));
        }
        let may = |action: &str| {
            let attempt = Attempt {
                action,
                resource: &resource,
                owner: &held.owner,
                policy: held.policy_in_force(self.now_ms),
                keys: &keys,
            };
            access::session_may(self, session, attempt)
        };
        let allowed = may("s3:PutObject") && (!foreign || may("s3:PutObjectAcl"));
        if allowed { Ok(()) } else { Err(PutRefused::AccessDenied) }
    }

    /// How an object would be encrypted, if the session may have that done.
    fn encryption_for(&self, session: &RoleSession, upload: &Upload<'_>) -> Result<Encryption, PutRefused> {
        let held = self.buckets.get(upload.bucket).ok_or(PutRefused::NoSuchBucket)?;
        let encryption = match upload.kms_key {
            Some(key) => Encryption::with_key(held, Some(key), bucket_keys(held)),
            None => Encryption::by_default(held),
        };
        if !encryption.is_local(held) {
            return Err(PutRefused::KeyNotFound);
        }
        let in_parts = upload.body.len() > PART;
        let actions = ["kms:GenerateDataKey", "kms:Decrypt"].into_iter().take(if in_parts { 2 } else { 1 });
        let may = |wanted: KeyUse<'_>| kms::session_may(self, session, wanted);
        let mut permitted =
            actions.map(|action| encryption.permits(action, (upload.bucket, held), upload.key, may));
        if permitted.all(|it| it) { Ok(encryption) } else { Err(PutRefused::KeyDenied) }
    }

    /// Whether a role's session may write an object now.
    pub(crate) fn may_put_object_as(
        &self,
        session: &RoleSession,
        upload: &Upload<'_>,
    ) -> Result<(), PutRefused> {
        self.authorize_put(session, upload)?;
        self.encryption_for(session, upload).map(drop)
    }

    /// Writes an object as a role's session, now.
    pub(crate) fn put_object_as(
        &mut self,
        session: &RoleSession,
        upload: Upload<'_>,
    ) -> Result<(), PutRefused> {
        self.authorize_put(session, &upload)?;
        let encryption = self.encryption_for(session, &upload)?;
        let version = VersionId::next(self, upload.bucket);
        let object = Object { version, ..Object::new(upload.body, self.now_ms, encryption) };
        let held = self.buckets.get_mut(upload.bucket).ok_or(PutRefused::NoSuchBucket)?;
        held.write(upload.key, object);
        Ok(())
    }
}
