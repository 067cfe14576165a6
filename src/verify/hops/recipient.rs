//! The hops that Firehose takes: from its stream into the bucket.

use serde_json::Value;

use super::judge::{Finding, Flaw, admitted, judge, missing, parse, permitted_to, policies_of, wrong};
use super::key::permitted;
use super::way::Way;
use crate::address::{Address, KindName};
use crate::graph::arns;
use crate::policy::{Decision, PolicyKind};
use crate::provider::Live;
use crate::provider::iam::role::LiveRole;
use crate::provider::s3::borrowed::{Borrowed, Told};
use crate::provider::s3::bucket::LiveBucket;
use crate::requests::{Delivery, KeyName, Write};
use crate::verify::keys::literal_prefix;
use crate::verify::verdict::HopVerdict;

impl Way<'_> {
    pub(super) fn stream(&self) -> Finding {
        let address = self.here(KindName::FirehoseStream, self.stream_name());
        let what = format!("Firehose stream in {}", self.destination.region);
        let Live::FirehoseStream(live) = self.inspection.live(&address, &what)? else { return missing(what) };
        if !live.active() {
            return wrong(format!("it is {}, not ACTIVE", live.status));
        }
        let expected = self.bucket_arn();
        match live.bucket_arn.as_deref() {
            Some(bucket) if bucket == expected => {}
            bucket => {
                return wrong(format!("it writes to {}, not to {expected}", bucket.unwrap_or("nothing")));
            }
        }
        self.acts_as(live.role_arn.as_deref(), &self.destination.firehose_role)?;
        Ok(format!("ACTIVE, writes to {expected}"))
    }

    /// The hops of a role are judged by its name in the topology, so it has to be the one in use.
    pub(super) fn acts_as(&self, role: Option<&str>, name: &str) -> Result<(), Flaw> {
        let expected = arns::role(self.destination.region.partition(), self.recipient(), name);
        match role {
            Some(role) if role == expected => Ok(()),
            role => wrong(format!("its role is {}, not {expected}", role.unwrap_or("none"))),
        }
    }

    pub(super) fn firehose_role_trust(&self) -> Finding {
        let role = self.live_role(&self.destination.firehose_role)?;
        let resource =
            arns::role(self.route.region.partition(), self.recipient(), &self.destination.firehose_role);
        let asked = self.requests().assume_for_firehose(self.recipient(), &resource);
        admitted(judge(role.trust.as_ref(), PolicyKind::Trust, &asked)?, "Firehose may assume it")
    }

    pub(super) fn firehose_role_permission(&self) -> Finding {
        let role = self.live_role(&self.destination.firehose_role)?;
        let (object, bucket) = (self.object_arn(), self.bucket_arn());
        let delivery = self.delivery(role, &object, &bucket);
        let may_write = permitted_to(role, &delivery.asked(), &format!("it may write {object}"))?;
        match self.key(&delivery) {
            Ok(Some((KeyName::Arn(key), bucket_key))) => {
                Ok(format!("{may_write}; {}", permitted(&delivery, &key, bucket_key, &policies_of(role)?)?))
            }
            // What is not known of the key is said of the bucket.
            Ok(_) | Err(_) => Ok(may_write),
        }
    }

    /// The bucket's policy and the key of its objects: only a Deny can stop the role of the same account.
    pub(super) fn bucket(&self) -> Finding {
        let address = self.here(KindName::S3Bucket, &self.destination.bucket.name);
        let Live::S3Bucket(live) = self.inspection.live(&address, "bucket")? else {
            return missing("not a bucket");
        };
        let role = self.live_role(&self.destination.firehose_role)?;
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
        let right =
            self.inspection.with_notices(&address, "it is there, and its policy does not stop the write");
        match self.key(&delivery)? {
            None => Ok(right),
            Some((KeyName::Managed, _)) => {
                Ok(format!("{right}; its objects are encrypted with the key that AWS manages for S3"))
            }
            Some((KeyName::Arn(key) | KeyName::Alias(key), _)) => {
                let why =
                    "logpipe does not read the policies of KMS keys, and the key policy must admit the role";
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
        let address = Address { kind: KindName::S3BucketPolicy, ..bucket.clone() };
        match self.inspection.live(&address, "bucket policy") {
            Ok(Live::S3BucketPolicy(live)) => Ok(Some(&live.document)),
            Ok(_) => Ok(None),
            Err(flaw) if flaw.verdict == HopVerdict::Missing => Ok(None),
            Err(flaw) => Err(flaw),
        }
    }

    /// The KMS key that objects are encrypted with, and whether through a key of the bucket: the stream's, else what the
    /// bucket does by default.
    fn key(&self, delivery: &Delivery<'_>) -> Result<Option<(KeyName, Option<bool>)>, Flaw> {
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

    fn delivery<'d>(&'d self, role: &'d LiveRole, object: &'d str, bucket: &'d str) -> Delivery<'d> {
        let (owner, region) = (self.recipient(), &self.destination.region);
        let write = Write { object, key: self.stream_key(), owner, region };
        Delivery { requests: self.requests(), role: self.acting(role), write, bucket }
    }

    /// The key that the live stream says, or would say where it cannot be read.
    fn stream_key(&self) -> Option<&str> {
        let address = self.here(KindName::FirehoseStream, self.stream_name());
        match self.inspection.live(&address, "stream") {
            Ok(Live::FirehoseStream(live)) => live.kms_key_arn.as_deref(),
            _ => self.destination.bucket.kms_key_arn.as_deref(),
        }
    }

    pub(super) fn object_arn(&self) -> String {
        format!("{}/{}probe", self.bucket_arn(), literal_prefix(&self.destination.bucket.prefix))
    }
}

fn unread(what: &str, why: &str) -> Flaw {
    Flaw::unknown(vec![what.to_owned()], &[format!("{what} could not be read: {why}")])
}
