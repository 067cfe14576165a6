//! Keys of KMS, as far as S3 and Firehose use them on behalf of those who write and read: who may use which.
//!
//! Any key is taken as being there. One that was given no policy has the default key policy, which leaves the decision
//! to the identity policies of its own account (KMS Developer Guide, "Default key policy"); so a key of another account
//! refuses until it is given a policy.

use std::borrow::Cow;

use logpipe_identifiers::Region;

use super::access::{self, Attempt};
use super::caller::RoleSession;
use super::dispatch::Call;
use super::principals::PolicyText;
use super::state::site::Site;
use super::state::world::World;

/// What stands for the key that S3 manages itself in an account and region.
const MANAGED: &str = "alias/aws/s3";

/// Something that S3 does with a key for somebody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeyUse<'a> {
    /// The IAM action, such as `kms:Decrypt`.
    pub(crate) action: &'a str,
    /// The ARN of the key.
    pub(crate) key: &'a str,
    /// The region of the bucket.
    pub(crate) region: &'a Region,
    /// The ARN in the encryption context: that of the object, or of the bucket with a bucket key.
    pub(crate) context_arn: &'a str,
}

/// The key that S3 manages for a site.
pub(crate) fn managed_key(site: &Site) -> String {
    site.arn("kms", MANAGED)
}

/// Whether an ARN names a key.
pub(crate) fn is_key_arn(arn: &str) -> bool {
    Site::of_arn(arn, "kms")
        .is_some_and(|(_, resource)| resource.strip_prefix("key/").is_some_and(|id| !id.is_empty()))
}

/// The region of a key.
pub(crate) fn region_of(key: &str) -> Option<Region> {
    Site::of_arn(key, "kms").map(|(site, _)| site.region)
}

/// Whether a role's session may use a key.
pub(crate) fn session_may(world: &World, session: &RoleSession, wanted: KeyUse<'_>) -> bool {
    let account = session.account.as_str();
    decide(world, wanted, account, |attempt| access::session_may(world, session, attempt))
}

/// Whether a caller may use a key.
pub(crate) fn caller_may(world: &World, call: &Call, wanted: KeyUse<'_>) -> bool {
    let account = call.account().as_str();
    decide(world, wanted, account, |attempt| access::caller_may(world, call, attempt))
}

/// Whether Firehose may make itself a grant on a key in the name of a caller.
pub(crate) fn caller_may_grant(world: &World, call: &Call, key: &str, region: &Region) -> bool {
    let Some((site, resource)) = Site::of_arn(key, "kms") else { return false };
    let via = format!("firehose.{region}.{}", region.partition().dns_suffix());
    let policy = policy_of(world, key, &site, resource);
    let attempt = Attempt {
        action: "kms:CreateGrant",
        resource: key,
        owner: &site.account,
        policy: Some(&policy),
        keys: &[
            ("aws:ViaAWSService", "true"),
            ("kms:ViaService", &via),
            ("kms:CallerAccount", call.account().as_str()),
            ("kms:GrantIsForAWSResource", "true"),
        ],
    };
    access::caller_may(world, call, attempt)
}

fn decide(world: &World, wanted: KeyUse<'_>, account: &str, may: impl FnOnce(Attempt<'_>) -> bool) -> bool {
    let Some((site, resource)) = Site::of_arn(wanted.key, "kms") else { return false };
    let via = format!("s3.{}.{}", wanted.region, wanted.region.partition().dns_suffix());
    let policy = policy_of(world, wanted.key, &site, resource);
    may(Attempt {
        action: wanted.action,
        resource: wanted.key,
        owner: &site.account,
        policy: Some(&policy),
        keys: &[
            // S3 uses the key in the name of its caller.
            ("aws:ViaAWSService", "true"),
            ("kms:ViaService", &via),
            ("kms:CallerAccount", account),
            ("kms:EncryptionContext:aws:s3:arn", wanted.context_arn),
        ],
    })
}

/// The policy of a key. That of the managed key lets in whoever uses it through S3 in its account, and nobody else.
fn policy_of<'w>(world: &'w World, key: &str, site: &Site, resource: &str) -> Cow<'w, PolicyText> {
    if let Some(policy) = world.kms_keys.get(key) {
        return Cow::Borrowed(policy);
    }
    let account = &site.account;
    let (principal, condition) = if resource == MANAGED {
        let condition = format!(r#","Condition":{{"StringEquals":{{"kms:CallerAccount":"{account}"}}}}"#);
        ("*".to_owned(), condition)
    } else {
        (format!("arn:{}:iam::{account}:root", site.region.partition()), String::new())
    };
    Cow::Owned(PolicyText::unnamed(&format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":"kms:*","Resource":"*"{condition}}}]}}"#
    )))
}
