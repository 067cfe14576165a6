//! The requests that a log line causes on its way: who makes each, for what, and its condition keys, as far as logpipe
//! can know them.
//!
//! Pure. AWS puts more into its requests than logpipe can know. For policy evaluation, a key that is missing here is
//! unknown, never absent. So a key belongs here only if an AWS page or a topology states it.

use std::collections::BTreeMap;

use crate::address::{AccountId, Arn, OrganizationId, Region};
use crate::graph::arns;
use crate::policy::{Context, Decision, Policy, PolicyKind, Principal, Request, evaluate};

/// Tags of a role, as they come with its sessions.
pub(crate) type Tags = BTreeMap<String, String>;

/// A request that somebody makes.
#[derive(Debug, Clone)]
pub(crate) struct ServiceRequest {
    pub(crate) principal: Principal,
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) context: Context,
}

impl ServiceRequest {
    /// As policies are evaluated for.
    pub(crate) fn request(&self) -> Request<'_> {
        let Self { principal, action, resource, context } = self;
        Request { principal, action, resource, context }
    }

    /// What one policy says.
    pub(crate) fn decided_by(&self, policy: &Policy, kind: PolicyKind) -> Decision {
        evaluate(policy, kind, &self.request())
    }
}

/// A role and the account it is in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Role<'a> {
    pub(crate) account: &'a AccountId,
    pub(crate) arn: &'a str,
    pub(crate) tags: &'a Tags,
}

/// An object that Firehose writes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Write<'a> {
    /// The ARN of the object.
    pub(crate) object: &'a str,
    /// The ARN of the key that the stream encrypts with; `None` leaves that to the bucket.
    pub(crate) key: Option<&'a str>,
    /// The account and the region of the bucket.
    pub(crate) owner: &'a AccountId,
    pub(crate) region: &'a Region,
}

/// A use of a KMS key by S3, in the name of whoever writes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeyUse<'a> {
    pub(crate) action: &'a str,
    pub(crate) key: &'a str,
    /// The ARN in the encryption context.
    pub(crate) encrypted: &'a str,
    /// The region of the bucket.
    pub(crate) region: &'a Region,
}

/// Requests between accounts of one topology.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Requests<'a> {
    /// The organisation that the topology declares, which its accounts are members of.
    pub(crate) organization: Option<&'a OrganizationId>,
}

impl Requests<'_> {
    /// Somebody of an account subscribes to a destination.
    pub(crate) fn subscribe(&self, sender: &AccountId, action: &str, destination: &str) -> ServiceRequest {
        let principal = Principal::Someone { account: sender.clone() };
        let context = self.of_member(Context::new(), "Principal");
        self.asked(principal, action, destination, context)
    }

    /// CloudWatch Logs assumes a role on behalf of a log group. The group is named with or without `:*` behind it: the
    /// guide shows both.
    pub(crate) fn assume_for_logs(
        &self,
        region: &Region,
        sender: &AccountId,
        group: &str,
        role: &str,
    ) -> ServiceRequest {
        let principal = Principal::Service(region.partition().regional_logs_principal(region));
        let whole = arns::log_groups(region, sender, Some(group));
        let bare = whole.trim_end_matches(":*").to_owned();
        let context = Context::new()
            .with_one_of("aws:SourceArn", [whole, bare])
            .with("aws:SourceAccount", sender.as_str())
            .without("sts:ExternalId");
        self.asked(principal, "sts:AssumeRole", role, context)
    }

    /// The same request of a service, in which AWS says of which organisation whoever it acts for is. AWS does not document
    /// that CloudWatch Logs does.
    pub(crate) fn for_a_member(&self, asked: ServiceRequest) -> ServiceRequest {
        ServiceRequest { context: self.of_member(asked.context, "Source"), ..asked }
    }

    /// Firehose assumes its role on behalf of an account (Firehose Developer Guide, "Controlling access").
    pub(crate) fn assume_for_firehose(&self, account: &AccountId, role: &str) -> ServiceRequest {
        let principal = Principal::Service("firehose.amazonaws.com".to_owned());
        let context = Context::new().with("sts:ExternalId", account.as_str());
        self.asked(principal, "sts:AssumeRole", role, context)
    }

    /// A service that has assumed a role calls another one. It acts by that role and forwards no session (IAM User
    /// Guide, "AWS global condition context keys", aws:ViaAWSService).
    pub(crate) fn by_service(
        &self,
        role: Role<'_>,
        action: &str,
        resource: &str,
        owner: &AccountId,
    ) -> ServiceRequest {
        let asked = self.by_role(role, action, resource);
        let context = self.of_member(asked.context, "Resource").with("aws:ResourceAccount", owner.as_str());
        ServiceRequest { context, ..asked }
    }

    /// Firehose writes an object. Encryption stands in the headers where the stream says which; the rest is as of every
    /// signed request to S3 (Service Authorization Reference, "Condition keys for Amazon S3").
    pub(crate) fn put_object(&self, role: Role<'_>, write: Write<'_>) -> ServiceRequest {
        let Write { object, key, owner, region } = write;
        let mut asked = self.by_service(role, "s3:PutObject", object, owner);
        let context = asked
            .context
            .with("aws:RequestedRegion", region.as_str())
            .with("s3:ResourceAccount", owner.as_str())
            .with("s3:signatureversion", "AWS4-HMAC-SHA256")
            // AWS accepts nothing older (AWS Security Blog, "TLS 1.2 to become the minimum TLS protocol level").
            .with_one_of("s3:TlsVersion", ["1.2", "1.3"])
            .without("s3:x-amz-server-side-encryption-customer-algorithm");
        asked.context = match key {
            Some(key) => context
                .with("s3:x-amz-server-side-encryption", "aws:kms")
                .with("s3:x-amz-server-side-encryption-aws-kms-key-id", key),
            None => context
                .without("s3:x-amz-server-side-encryption")
                .without("s3:x-amz-server-side-encryption-aws-kms-key-id"),
        };
        asked
    }

    /// S3 uses a key in the name of a session (KMS Developer Guide, "AWS KMS condition keys"; S3 User Guide, "Using
    /// server-side encryption with AWS KMS keys").
    pub(crate) fn use_key(&self, role: Role<'_>, wanted: KeyUse<'_>) -> ServiceRequest {
        let KeyUse { action, key, encrypted, region } = wanted;
        let service = format!("s3.{region}.{}", region.partition().dns_suffix());
        let context = self
            .of_role(role, Context::new())
            .with("aws:ViaAWSService", "true")
            .with("aws:RequestedRegion", region.as_str())
            .with("kms:ViaService", service)
            .with("kms:CallerAccount", role.account.as_str())
            .with("kms:EncryptionContext:aws:s3:arn", encrypted)
            .with("kms:EncryptionContextKeys", "aws:s3:arn");
        self.asked(session_of(role), action, key, context)
    }

    /// Whoever has a role calls AWS with an SDK: an instance, or a person behind a profile.
    pub(crate) fn by_role(&self, role: Role<'_>, action: &str, resource: &str) -> ServiceRequest {
        let context = self.of_role(role, Context::new().with("aws:ViaAWSService", "false"));
        let context = match region_of(resource) {
            Some(region) => context.with("aws:RequestedRegion", region),
            None => context,
        };
        self.asked(session_of(role), action, resource, context)
    }

    /// Somebody assumes a role, without an external id, as a profile that logpipe prints does.
    pub(crate) fn assume(&self, who: Option<Role<'_>>, account: &AccountId, role: &str) -> ServiceRequest {
        let context = Context::new().without("sts:ExternalId");
        let (principal, context) = match who {
            Some(who) => (session_of(who), self.of_role(who, context)),
            None => {
                let context = self.of_member(context, "Principal");
                (Principal::Someone { account: account.clone() }, context)
            }
        };
        self.asked(principal, "sts:AssumeRole", role, context)
    }

    /// Every call of an SDK and of a service is encrypted on the way.
    fn asked(&self, principal: Principal, action: &str, resource: &str, context: Context) -> ServiceRequest {
        let context = context.with("aws:SecureTransport", "true");
        ServiceRequest { principal, action: action.to_owned(), resource: resource.to_owned(), context }
    }

    /// A session of a role has its tags, and no further ones unless whoever assumes it passes some (IAM User Guide, "Pass
    /// session tags in AWS STS"), which neither a service nor a profile does.
    fn of_role(&self, role: Role<'_>, context: Context) -> Context {
        let context = self.of_member(context, "Principal").without("aws:PrincipalTag/*");
        role.tags
            .iter()
            .fold(context, |context, (key, value)| context.with(&format!("aws:PrincipalTag/{key}"), value))
    }

    fn of_member(&self, context: Context, whose: &str) -> Context {
        match self.organization {
            Some(id) => context.with(&format!("aws:{whose}OrgID"), id.as_str()),
            None => context,
        }
    }
}

/// The region that an ARN names.
pub(crate) fn region_of(arn: &str) -> Option<&str> {
    let region = Arn::parse(arn)?.region;
    (!region.is_empty() && !region.contains(['*', '?'])).then_some(region)
}

/// The name of the session is chosen by whoever assumes the role.
fn session_of(role: Role<'_>) -> Principal {
    Principal::AnySession { account: role.account.clone(), role_arn: role.arn.to_owned() }
}
