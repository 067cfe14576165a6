//! The last hop: whether the bucket accepts what the transport delivers.

use serde_json::Value;

use super::judge::{Finding, Flaw, missing, parse, wrong};
use super::way::Way;
use crate::address::{Address, KindName};
use crate::policy::Decision;
use crate::provider::Live;
use crate::provider::iam::role::LiveRole;
use crate::provider::s3::borrowed::{Borrowed, Told};
use crate::provider::s3::bucket::LiveBucket;
use crate::provider::s3::bucket_policy::S3BucketPolicy;
use crate::requests::{Delivery, KeyName, Write};
use crate::verify::archive::keys::literal_prefix;
use crate::verify::verdict::HopVerdict;

impl Way<'_> {
    /// The bucket's policy and the key of its objects: only a Deny can stop the role of the same account.
    pub(super) fn bucket(&self) -> Finding {
        let address = self.here(KindName::S3Bucket, &self.destination.bucket.name);
        let Live::S3Bucket(live) = self.inspection.live(&address, "bucket")? else {
            return missing("not a bucket");
        };
        let role = self.live_role(self.destination.transport.writer())?;
        let (object, bucket) = (self.object_arn(), self.bucket_arn());
        let delivery = self.delivery(role, &object, &bucket);
        if let Some(document) = self.bucket_policy(&address, live)? {
            match delivery.by_bucket(&parse(document)?) {
                Decision::ExplicitDeny { statement } => {
                    return wrong(format!("{statement} of its policy denies the write"));
                }
                Decision::Unknown { depends_on, because } => {
                    return Err(Flaw::unknown(depends_on.into_iter().collect(), &because));
                }
                Decision::Allow { .. } | Decision::ImplicitDeny { .. } => {}
            }
        }
        let right = "it exists, and its policy does not deny the write";
        let right = self.inspection.with_notices("bucket", &address, right);
        match self.key(&delivery)? {
            None => Ok(right),
            Some((KeyName::Managed, _)) => {
                Ok(format!("{right}; its objects are encrypted with S3's AWS managed key"))
            }
            Some((KeyName::Arn(key) | KeyName::Alias(key), _)) => {
                let why =
                    "the key policy must admit the role, and logpipe does not read policies of KMS keys";
                Err(Flaw::unknown(vec![format!("the policy of the key {key}")], &[why.to_owned()]))
            }
        }
    }

    /// The bucket's policy, if it has one; that of a bucket which is only used comes with the bucket itself.
    fn bucket_policy<'l>(
        &'l self,
        bucket: &Address,
        live: &'l LiveBucket,
    ) -> Result<Option<&'l Value>, Flaw> {
        match live.borrowed() {
            Some(Borrowed { policy: Told::Known(policy), .. }) => return Ok(policy.as_ref()),
            Some(Borrowed { policy: Told::Unread(why), .. }) => return Err(unread("its policy", why)),
            None => {}
        }
        let address = bucket.of_kind(KindName::S3BucketPolicy);
        match self.inspection.live(&address, "bucket policy") {
            Ok(live) => Ok(live.of::<S3BucketPolicy>().map(|policy| &policy.document)),
            Err(flaw) if flaw.verdict == HopVerdict::Missing => Ok(None),
            Err(flaw) => Err(flaw),
        }
    }

    /// The KMS key that objects are encrypted with, and whether through a key of the bucket: the stream's, else what the
    /// bucket does by default.
    pub(super) fn key(&self, delivery: &Delivery<'_>) -> Result<Option<(KeyName, Option<bool>)>, Flaw> {
        if let Some(key) = delivery.write.key {
            return Ok(Some((KeyName::Arn(key.to_owned()), None)));
        }
        let address = self.here(KindName::S3Bucket, &self.destination.bucket.name);
        let Live::S3Bucket(live) = self.inspection.live(&address, "bucket")? else { return Ok(None) };
        match live.default_key() {
            Told::Known(None) => Ok(None),
            Told::Known(Some(default)) => {
                let name = KeyName::of_bucket(default.named.as_deref(), &delivery.write);
                Ok(Some((name, Some(default.bucket_key))))
            }
            Told::Unread(why) => Err(unread("its default encryption", &why)),
        }
    }

    pub(super) fn delivery<'d>(
        &'d self,
        role: &'d LiveRole,
        object: &'d str,
        bucket: &'d str,
    ) -> Delivery<'d> {
        let (owner, region) = (self.recipient(), &self.destination.region);
        let write = Write { object, key: self.transport_key(), owner, region };
        Delivery { requests: self.requests(), role: self.acting(role), write, bucket }
    }

    pub(super) fn object_arn(&self) -> String {
        format!("{}/{}probe", self.bucket_arn(), literal_prefix(&self.destination.bucket.prefix))
    }
}

fn unread(what: &str, why: &str) -> Flaw {
    Flaw::unknown(vec![what.to_owned()], &[format!("{what} could not be read: {why}")])
}
