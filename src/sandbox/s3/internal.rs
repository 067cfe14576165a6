//! S3 as other simulated services use it: without a request, under a role's session.

use bytes::Bytes;

use crate::sandbox::access::{self, Attempt};
use crate::sandbox::caller::RoleSession;
use crate::sandbox::world::World;

use super::state::Object;

/// Why a service could not write an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PutRefused {
    /// There is no such bucket.
    NoSuchBucket,
    /// The role's policies, or the bucket's, do not allow it.
    AccessDenied,
}

impl World {
    /// Whether a role's session may write this object: its own policies and the bucket's are evaluated.
    pub(crate) fn authorize_put(
        &self,
        session: &RoleSession,
        bucket: &str,
        key: &str,
    ) -> Result<(), PutRefused> {
        let held = self.buckets.get(bucket).ok_or(PutRefused::NoSuchBucket)?;
        let partition = held.region.partition();
        let resource = format!("arn:{partition}:s3:::{bucket}/{key}");
        let attempt = Attempt {
            action: "s3:PutObject",
            resource: &resource,
            owner: &held.owner,
            policy: held.policy.as_ref(),
            keys: &[("aws:SecureTransport", "true")],
        };
        if access::session_may(self, session, attempt) { Ok(()) } else { Err(PutRefused::AccessDenied) }
    }

    /// Writes an object as a role's session, now.
    pub(crate) fn put_object_as(
        &mut self,
        session: &RoleSession,
        bucket: &str,
        key: &str,
        body: Bytes,
    ) -> Result<(), PutRefused> {
        self.authorize_put(session, bucket, key)?;
        let object = Object::new(body, self.now_ms);
        let held = self.buckets.get_mut(bucket).ok_or(PutRefused::NoSuchBucket)?;
        held.objects.insert(key.to_owned(), object);
        Ok(())
    }
}
