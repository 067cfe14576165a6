//! The hops that Firehose takes: from its stream to the door of the bucket.

use super::judge::{Finding, Flaw, admitted, judge, missing, permitted_to, policies_of, wrong};
use super::key::permitted;
use super::way::Way;
use crate::address::KindName;
use crate::graph::arns;
use crate::policy::PolicyKind;
use crate::provider::Live;
use crate::provider::firehose::stream::LiveStream;
use crate::requests::KeyName;
use crate::shell::quoted;
use crate::verify::verdict::HopVerdict;

impl Way<'_> {
    pub(super) fn stream(&self) -> Finding {
        let address = self.here(KindName::FirehoseStream, &self.stream_name());
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
        self.acts_as(live.role_arn.as_deref(), self.destination.transport.writer())?;
        encrypted(live, &self.stream_name())?;
        Ok(format!("ACTIVE, writes to {expected}"))
    }

    pub(super) fn firehose_role_trust(&self) -> Finding {
        let role = self.live_role(self.destination.transport.writer())?;
        let resource =
            arns::role(self.route.region.partition(), self.recipient(), self.destination.transport.writer());
        let asked = self.requests().assume_for_firehose(self.recipient(), &resource);
        admitted(judge(role.trust.as_ref(), PolicyKind::Trust, &asked)?, "Firehose may assume it")
    }

    pub(super) fn firehose_role_permission(&self) -> Finding {
        let role = self.live_role(self.destination.transport.writer())?;
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

    /// The key that the live stream says, or would say where it cannot be read.
    pub(super) fn stream_key(&self) -> Option<&str> {
        let address = self.here(KindName::FirehoseStream, &self.stream_name());
        if let Ok(Live::FirehoseStream(live)) = self.inspection.live(&address, "stream") {
            return live.kms_key_arn.as_deref();
        }
        self.destination.bucket.kms_key_arn.as_deref()
    }
}

/// How a stream encrypts what it holds. An attempt that failed leaves the stream as it was, working (Amazon Data Firehose API
/// Reference, StartDeliveryStreamEncryption); a key of a customer's is used through a grant, so that neither CloudWatch Logs nor
/// the role needs a right on it, and a key that cannot be used has records refused (PutRecord, `InvalidKMSResourceException`).
fn encrypted(live: &LiveStream, name: &str) -> Result<(), Flaw> {
    if let Some(failure) = &live.encryption_failure {
        let name = quoted(name);
        return Err(Flaw::from((
            HopVerdict::Unexpected,
            format!(
                "the last change of its server-side encryption failed: {failure}; it goes on as before. Let whoever changes it make grants on the key (kms:CreateGrant), and repeat `aws firehose start-delivery-stream-encryption --delivery-stream-name {name}`, or give up with `aws firehose stop-delivery-stream-encryption --delivery-stream-name {name}`"
            ),
        )));
    }
    match &live.encryption_key {
        None => Ok(()),
        Some(key) => {
            let why = "it encrypts what it holds with that key, and refuses records while the key is disabled or Firehose has no grant on it any more (InvalidKMSResourceException)";
            Err(Flaw::unknown(vec![format!("the key {key}")], &[why.to_owned()]))
        }
    }
}
