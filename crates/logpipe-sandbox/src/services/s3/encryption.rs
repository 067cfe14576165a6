//! How objects are encrypted, and what that asks of those who write and read them.
//!
//! S3 User Guide, "Using server-side encryption with AWS KMS keys" and "Reducing the cost of SSE-KMS with Amazon S3
//! Bucket Keys".

use serde::{Deserialize, Serialize};

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::kms::{self, KeyUse};
use crate::protocol::xml::Element;
use crate::state::site::Site;

use super::exchange::{Exchange, malformed};
use super::state::Bucket;

const HEADER: &str = "x-amz-server-side-encryption";
const KEY_HEADER: &str = "x-amz-server-side-encryption-aws-kms-key-id";
const BUCKET_KEY_HEADER: &str = "x-amz-server-side-encryption-bucket-key-enabled";

/// How an object is encrypted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Encryption {
    /// With keys of S3.
    #[default]
    Aes256,
    /// With a key of KMS.
    Kms {
        /// The ARN of the key.
        key: String,
        /// Whether through a key of the bucket.
        bucket_key: bool,
    },
}

impl Encryption {
    /// What a bucket does to an object about which the writer says nothing.
    pub(crate) fn by_default(bucket: &Bucket) -> Self {
        let rule = bucket.configurations.get("encryption").and_then(|document| document.child("Rule"));
        let default = rule.and_then(|rule| rule.child("ApplyServerSideEncryptionByDefault"));
        match default.and_then(|default| default.text_of("SSEAlgorithm")) {
            Some("aws:kms") => {
                let key = default.and_then(|default| default.text_of("KMSMasterKeyID"));
                Self::with_key(bucket, key, bucket_keys(bucket))
            }
            _ => Self::Aes256,
        }
    }

    /// With this key of KMS, or with the one that S3 manages for the bucket's account.
    pub(crate) fn with_key(bucket: &Bucket, key: Option<&str>, bucket_key: bool) -> Self {
        let site = Site { account: bucket.owner.clone(), region: bucket.region.clone() };
        Self::Kms { key: key.map_or_else(|| kms::managed_key(&site), str::to_owned), bucket_key }
    }

    /// What the headers of a request ask for.
    pub(crate) fn asked_for(exchange: &Exchange<'_>, bucket: &Bucket) -> Result<Self, Fault> {
        let key = exchange.header(KEY_HEADER);
        let bucket_key =
            exchange.header(BUCKET_KEY_HEADER).map_or(bucket_keys(bucket), |value| value == "true");
        match exchange.header(HEADER) {
            None => Ok(Self::by_default(bucket)),
            Some("AES256") => Ok(Self::Aes256),
            Some("aws:kms") => {
                known_form(key)?;
                Ok(Self::with_key(bucket, key, bucket_key))
            }
            Some(other) => Err(Fault::not_simulated("S3 encryption of type", other)),
        }
    }

    /// What an answer about the object says.
    pub(crate) fn headers(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Aes256 => vec![(HEADER, "AES256".to_owned())],
            Self::Kms { key, bucket_key } => {
                let mut headers = vec![(HEADER, "aws:kms".to_owned()), (KEY_HEADER, key.clone())];
                if *bucket_key {
                    headers.push((BUCKET_KEY_HEADER, "true".to_owned()));
                }
                headers
            }
        }
    }

    /// Asks `may` about a use of the key that encrypts this object, if one does.
    pub(crate) fn permits(
        &self,
        action: &str,
        bucket: (&str, &Bucket),
        key: &str,
        may: impl FnOnce(KeyUse<'_>) -> bool,
    ) -> bool {
        let Self::Kms { key: master, bucket_key } = self else { return true };
        let (name, Bucket { region, .. }) = bucket;
        let bucket_arn = format!("arn:{}:s3:::{name}", region.partition());
        let context_arn = if *bucket_key { bucket_arn } else { format!("{bucket_arn}/{key}") };
        may(KeyUse { action, key: master, region, context_arn: &context_arn })
    }

    /// Whether its key is where the bucket is.
    pub(crate) fn is_local(&self, bucket: &Bucket) -> bool {
        match self {
            Self::Aes256 => true,
            Self::Kms { key, .. } => kms::region_of(key).as_ref() == Some(&bucket.region),
        }
    }
}

/// Whether objects of a bucket are encrypted through a key of the bucket.
pub(crate) fn bucket_keys(bucket: &Bucket) -> bool {
    let rule = bucket.configurations.get("encryption").and_then(|document| document.child("Rule"));
    rule.and_then(|rule| rule.text_of("BucketKeyEnabled")) == Some("true")
}

/// The document of a bucket's default encryption as it is kept: checked, with everything said that is so by default.
pub(crate) fn checked(document: &Element) -> Result<Element, Fault> {
    let rule = document.child("Rule").ok_or_else(malformed)?;
    let default = rule.child("ApplyServerSideEncryptionByDefault").ok_or_else(malformed)?;
    let key = default.text_of("KMSMasterKeyID");
    match default.text_of("SSEAlgorithm") {
        Some("aws:kms") => known_form(key)?,
        Some("AES256") if key.is_some() => {
            let text = "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms";
            return Err(Fault::invalid("InvalidArgument", text));
        }
        Some("AES256") => {}
        Some("aws:kms:dsse") => return Err(Fault::not_simulated("S3", "dual-layer encryption")),
        _ => return Err(malformed()),
    }
    let bucket_key = rule.text_of("BucketKeyEnabled") == Some("true");
    let rule = Element::new("Rule").with(default.clone()).with_text("BucketKeyEnabled", bucket_key);
    Ok(Element::new("ServerSideEncryptionConfiguration").with(rule))
}

/// Keys are named by their ARNs: other names mean another key in every account.
fn known_form(key: Option<&str>) -> Result<(), Fault> {
    if key.is_none_or(kms::is_key_arn) {
        return Ok(());
    }
    Err(Fault::not_simulated("S3", "encryption with a KMS key that is not named by its key ARN"))
}

/// The key is not where the bucket is.
pub(crate) fn not_found(bucket: &Bucket) -> Fault {
    Fault::invalid("KMS.NotFoundException", format!("Invalid arn {}", bucket.region))
}

/// The caller may not use the key. `resource` is what AWS says the action would be on.
pub(crate) fn key_denied(call: &Call, action: &str, resource: &str) -> Fault {
    let caller = call.caller.arn(call.partition());
    let text = format!(
        "User: {caller} is not authorized to perform: {action} on {resource} because the resource does not exist in \
         this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access"
    );
    Fault::new(403, "AccessDenied", text)
}
