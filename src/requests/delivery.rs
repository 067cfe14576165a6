//! The write of an object: what its policies say, and what the key that encrypts it takes.

use super::service_request::{KeyUse, Requests, Role, ServiceRequest, Write};
use crate::address::arn;
use crate::policy::{Decision, Policy, PolicyKind, evaluate_all, objections};

/// What Firehose needs for objects under a key (Firehose Developer Guide, "Grant Firehose access to an Amazon S3
/// destination").
const KEY_ACTIONS: [&str; 2] = ["kms:GenerateDataKey", "kms:Decrypt"];

/// Firehose writes an object as its role.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Delivery<'a> {
    pub(crate) requests: Requests<'a>,
    pub(crate) role: Role<'a>,
    pub(crate) write: Write<'a>,
    /// The ARN of the bucket.
    pub(crate) bucket: &'a str,
}

/// A key as a bucket names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyName {
    /// The key that AWS manages for S3 in every account, which lets in whoever comes through S3 (KMS Developer Guide,
    /// "AWS managed keys").
    Managed,
    /// By its ARN.
    Arn(String),
    /// By an alias: which key that is, S3 does not say.
    Alias(String),
}

impl KeyName {
    /// What a bucket has as the key of its default encryption, whose account and region are those of the write: an ARN,
    /// an id or an alias (S3 API Reference, ServerSideEncryptionByDefault).
    pub(crate) fn of_bucket(named: Option<&str>, write: &Write<'_>) -> Self {
        let Write { owner, region, .. } = write;
        match named {
            None => Self::Managed,
            Some(named) if named.ends_with("alias/aws/s3") => Self::Managed,
            Some(named) if named.contains(":key/") => Self::Arn(named.to_owned()),
            Some(named) if named.contains("alias/") => Self::Alias(named.to_owned()),
            Some(id) => Self::Arn(arn::key(region, owner, id.trim_start_matches("key/"))),
        }
    }
}

impl Delivery<'_> {
    /// What the policy of the bucket says to it: within its account only a Deny can stop a role that may write.
    pub(crate) fn by_bucket(&self, policy: &Policy) -> Decision {
        objections(policy, PolicyKind::Resource, &self.asked().request())
    }

    /// The first use of the key that the policies of the role do not certainly allow, and what they say to it.
    ///
    /// S3 asks in the name of the object, and in that of the bucket where it has a bucket key (S3 User Guide, "Reducing
    /// the cost of SSE-KMS with Amazon S3 Bucket Keys"); where that is not known, both have to be allowed.
    pub(crate) fn key_refused(
        &self,
        key: &str,
        bucket_key: Option<bool>,
        policies: &[(String, Policy)],
    ) -> Option<(String, Decision)> {
        let contexts: &[&str] = match bucket_key {
            Some(true) => &[self.bucket],
            Some(false) => &[self.write.object],
            None => &[self.write.object, self.bucket],
        };
        let policies: Vec<(&str, Policy)> =
            policies.iter().map(|(name, policy)| (name.as_str(), policy.clone())).collect();
        let uses =
            KEY_ACTIONS.into_iter().flat_map(|action| contexts.iter().map(move |context| (action, *context)));
        let decided = uses.map(|(action, encrypted)| {
            let wanted = KeyUse { action, key, encrypted, region: self.write.region };
            let asked = self.requests.use_key(self.role, wanted);
            let decision = evaluate_all(&policies, PolicyKind::Identity, &asked.request());
            (format!("{action} on {key} for {encrypted}"), decision)
        });
        let mut doubt = None;
        for (what, decision) in decided {
            match decision {
                Decision::Allow { .. } => {}
                Decision::Unknown { .. } => drop(doubt.get_or_insert((what, decision))),
                Decision::ExplicitDeny { .. } | Decision::ImplicitDeny { .. } => {
                    return Some((what, decision));
                }
            }
        }
        doubt
    }

    /// The write itself.
    pub(crate) fn asked(&self) -> ServiceRequest {
        self.requests.put_object(self.role, self.write)
    }
}
