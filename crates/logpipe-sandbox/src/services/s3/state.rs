//! What S3 keeps: buckets, their configurations and their objects.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use md5::{Digest as _, Md5};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::principals::PolicyText;
use crate::protocol::xml::Element;
use logpipe_identifiers::{AccountId, Region};

use super::encryption::Encryption;
use super::settling::Settling;
use super::versions::{Past, VersionId};

/// A bucket.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Bucket {
    /// The account that owns it.
    pub(crate) owner: AccountId,
    /// Where it is.
    pub(crate) region: Region,
    /// When it was made.
    pub(crate) created_ms: u64,
    /// Its policy.
    pub(crate) policy: Option<PolicyText>,
    /// Its configurations, by the name of their sub-resource (`publicAccessBlock`, `encryption`, …).
    pub(crate) configurations: BTreeMap<String, Element>,
    /// From which size on its lifecycle moves objects where a rule does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) smallest_moved: Option<String>,
    /// What of it is still to settle.
    #[serde(default)]
    pub(crate) settling: Settling,
    /// Its current objects by key. A key whose newest version is a delete marker has none.
    pub(crate) objects: BTreeMap<String, Object>,
    /// What is kept besides, by key, oldest first.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) history: BTreeMap<String, Vec<Past>>,
}

impl Bucket {
    /// The policy in force.
    pub(crate) fn policy_in_force(&self, now_ms: u64) -> Option<&PolicyText> {
        self.settling.former_policy(now_ms).unwrap_or(self.policy.as_ref())
    }

    /// A configuration as it reads.
    pub(crate) fn reads(&self, now_ms: u64, name: &str) -> Option<&Element> {
        match self.settling.former(now_ms, name) {
            Some(former) => former.as_ref(),
            None => self.configurations.get(name),
        }
    }
}

/// An object.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Object {
    /// Its content.
    #[serde(serialize_with = "to_base64", deserialize_with = "from_base64")]
    pub(crate) body: Bytes,
    /// Its entity tag with quotes: the MD5 of the content.
    pub(crate) etag: String,
    /// Which version of its key it is.
    #[serde(default, skip_serializing_if = "VersionId::is_null")]
    pub(crate) version: VersionId,
    /// When it was last written.
    pub(crate) modified_ms: u64,
    /// Until when Object Lock keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) kept_until_ms: Option<u64>,
    /// How it is encrypted.
    #[serde(default)]
    pub(crate) encryption: Encryption,
    /// Headers that are given back with it: content type and encoding, `x-amz-meta-…`.
    pub(crate) headers: BTreeMap<String, String>,
}

impl Object {
    /// An object with this content, as its key's version `null`.
    pub(crate) fn new(body: Bytes, modified_ms: u64, encryption: Encryption) -> Self {
        let digest: String = Md5::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect();
        Self {
            etag: format!("\"{digest}\""),
            body,
            version: VersionId::default(),
            modified_ms,
            kept_until_ms: None,
            encryption,
            headers: BTreeMap::new(),
        }
    }
}

fn to_base64<S: Serializer>(body: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(body))
}

fn from_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
    let text = String::deserialize(deserializer)?;
    STANDARD.decode(text).map(Bytes::from).map_err(serde::de::Error::custom)
}
