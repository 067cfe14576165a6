//! The hops that Firehose takes: from its stream into the bucket.

use super::judge::{Finding, admitted, beside_others, judge, missing, parse, wrong};
use super::key::Encryption;
use super::way::Way;
use crate::address::{Address, KindName};
use crate::graph::arns;
use crate::policy::{Context, Decision, Policy, PolicyKind, Principal, Request, authorize};
use crate::provider::Live;
use crate::verify::keys::literal_prefix;
use crate::verify::verdict::HopVerdict;

impl Way<'_> {
    pub(super) fn stream(&self) -> Finding {
        let address = self.here(KindName::FirehoseStream, &self.destination.stream.name);
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
    pub(super) fn acts_as(&self, role: Option<&str>, name: &str) -> Result<(), (HopVerdict, String)> {
        let expected = arns::role(self.destination.region.partition(), self.recipient(), name);
        match role {
            Some(role) if role == expected => Ok(()),
            role => wrong(format!("its role is {}, not {expected}", role.unwrap_or("none"))),
        }
    }

    pub(super) fn firehose_role_trust(&self) -> Finding {
        let role = self.live_role(&self.destination.firehose_role)?;
        let service = Principal::Service("firehose.amazonaws.com".to_owned());
        let context = Context::new().with("sts:ExternalId", self.recipient().as_str());
        let resource =
            arns::role(self.route.region.partition(), self.recipient(), &self.destination.firehose_role);
        let decision =
            judge(role.trust.as_ref(), PolicyKind::Trust, &service, "sts:AssumeRole", &resource, &context)?;
        admitted(&decision, "Firehose may assume it")
    }

    pub(super) fn firehose_role_permission(&self) -> Finding {
        let role = self.live_role(&self.destination.firehose_role)?;
        let session = self.session(&self.destination.firehose_role);
        let resource = self.object_arn();
        let (action, context) = ("s3:PutObject", Context::new().with("aws:SecureTransport", "true"));
        let decision =
            judge(role.policy.as_ref(), PolicyKind::Identity, &session, action, &resource, &context)?;
        let may_write = admitted(&decision, &format!("it may write {resource}"))?;
        let request = Request { principal: &session, action, resource: &resource, context: &context };
        let may_write = beside_others(role, &request, may_write)?;
        let Some(key) = &self.destination.bucket.kms_key_arn else { return Ok(may_write) };
        let encryption = Encryption {
            key,
            region: &self.destination.region,
            account: self.recipient(),
            bucket: &self.bucket_arn(),
            object: &resource,
        };
        Ok(format!("{may_write}; {}", encryption.permitted(role.policy.as_ref(), &session)?))
    }

    /// The bucket's policy together with the role's: only a Deny in it can stop the role of the same account.
    pub(super) fn bucket(&self) -> Finding {
        let address = self.here(KindName::S3Bucket, &self.destination.bucket.name);
        self.inspection.live(&address, "bucket")?;
        let there =
            self.inspection.with_notices(&address, "it is there, and its policy does not stop the write");
        let role = self.live_role(&self.destination.firehose_role)?;
        let policy_address = Address { kind: KindName::S3BucketPolicy, ..address };
        let bucket_policy = match self.inspection.live(&policy_address, "bucket policy") {
            Ok(Live::S3BucketPolicy(live)) => Some(parse(&live.document)?),
            Err((HopVerdict::Unreachable, detail)) => return Err((HopVerdict::Unreachable, detail)),
            _ => None,
        };
        let identity: Vec<Policy> = role.policy.as_ref().map(parse).transpose()?.into_iter().collect();
        let (session, resource) = (self.session(&self.destination.firehose_role), self.object_arn());
        let context = Context::new().with("aws:SecureTransport", "true");
        let request =
            Request { principal: &session, action: "s3:PutObject", resource: &resource, context: &context };
        match authorize(&request, self.recipient(), &identity, bucket_policy.as_ref()) {
            Decision::ExplicitDeny { statement } => {
                wrong(format!("{statement} of its policy denies the write"))
            }
            _ => Ok(there),
        }
    }

    pub(super) fn object_arn(&self) -> String {
        format!("{}/{}probe", self.bucket_arn(), literal_prefix(&self.destination.bucket.prefix))
    }
}
