//! How a bucket encrypts objects by default: as we set it, as S3 reports it, and how the two differ. Pure.

use aws_sdk_s3::types::{
    ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration,
    ServerSideEncryptionRule,
};

use super::borrowed::DefaultKey;
use crate::provider::change::Diff;
use crate::provider::field::Field;

/// Default encryption of a bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Encryption {
    /// As S3 writes it; `None` when the bucket has no such setting.
    algorithm: Option<String>,
    /// ARN of the KMS key.
    key_arn: Option<String>,
    /// Whether S3 derives a key of its own a bucket, which saves most calls to KMS (S3 User Guide, "Reducing the cost
    /// of SSE-KMS with Amazon S3 Bucket Keys").
    bucket_key: bool,
}

impl Encryption {
    /// As the topology asks for it.
    pub(super) fn wanted(key_arn: Option<&str>) -> Self {
        let algorithm =
            if key_arn.is_some() { ServerSideEncryption::AwsKms } else { ServerSideEncryption::Aes256 };
        Self {
            algorithm: Some(algorithm.as_str().to_owned()),
            key_arn: key_arn.map(str::to_owned),
            bucket_key: key_arn.is_some(),
        }
    }

    /// As S3 reports it.
    pub(super) fn reported(configuration: &ServerSideEncryptionConfiguration) -> Self {
        let Some(rule) = configuration.rules.first() else { return Self::default() };
        let default = rule.apply_server_side_encryption_by_default();
        Self {
            algorithm: default.map(|default| default.sse_algorithm().as_str().to_owned()),
            key_arn: default.and_then(|default| default.kms_master_key_id()).map(str::to_owned),
            bucket_key: rule.bucket_key_enabled() == Some(true),
        }
    }

    /// The key of somebody's own, whose use has to be allowed; the one that AWS manages for S3 is open to its account (S3
    /// User Guide, "Using server-side encryption with AWS KMS keys").
    pub(super) fn key_of_somebody(&self) -> Option<&str> {
        self.key_arn.as_deref().filter(|key| !key.ends_with("alias/aws/s3"))
    }

    /// The key of KMS that objects are encrypted with, if one is.
    pub(super) fn default_key(&self) -> Option<DefaultKey> {
        let kms = self.algorithm.as_deref().is_some_and(|algorithm| algorithm.starts_with("aws:kms"));
        kms.then(|| DefaultKey { named: self.key_arn.clone(), bucket_key: self.bucket_key })
    }

    /// What is sent to S3.
    pub(super) fn configuration(&self) -> Option<ServerSideEncryptionConfiguration> {
        let algorithm = self.algorithm.as_deref().map(ServerSideEncryption::from)?;
        let default = ServerSideEncryptionByDefault::builder()
            .sse_algorithm(algorithm)
            .set_kms_master_key_id(self.key_arn.clone())
            .build()
            .ok();
        let rule = ServerSideEncryptionRule::builder()
            .set_apply_server_side_encryption_by_default(default)
            .set_bucket_key_enabled(self.bucket_key.then_some(true))
            .build();
        ServerSideEncryptionConfiguration::builder().rules(rule).build().ok()
    }
}

/// Adds what differs. Bucket keys mean nothing without a KMS key.
pub(super) fn diff(diff: Diff, live: &Encryption, wanted: &Encryption) -> Diff {
    let diff = diff.field("encryption", live.algorithm.clone(), wanted.algorithm.clone());
    if wanted.key_arn.is_none() {
        return diff;
    }
    diff.field(Field::part("encryption", "kms_key_arn"), live.key_arn.clone(), wanted.key_arn.clone()).field(
        Field::part("encryption", "bucket_key"),
        live.bucket_key,
        wanted.bucket_key,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::change::{paths, touches};

    const KEY: &str = "arn:aws:kms:eu-west-1:999999999999:key/1";

    fn differs(live: &Encryption, wanted: &Encryption) -> Vec<String> {
        paths(&diff(Diff::default(), live, wanted).done())
    }

    #[test]
    fn what_is_sent_reads_back_as_wanted() {
        for key in [None, Some(KEY)] {
            let wanted = Encryption::wanted(key);
            let reported = Encryption::reported(&wanted.configuration().unwrap());
            assert_eq!(differs(&reported, &wanted), [""; 0]);
        }
    }

    #[test]
    fn another_key_or_none_at_all_is_a_difference() {
        let ours = Encryption::wanted(Some(KEY));
        assert_eq!(differs(&Encryption::wanted(Some("other")), &ours), ["encryption.kms_key_arn"]);
        assert_eq!(differs(&Encryption::wanted(None), &ours).len(), 3);
        let changes = diff(Diff::default(), &ours, &Encryption::wanted(None)).done();
        assert!(touches(&changes, "encryption"), "going back to keys of S3 is a difference too");
    }
}
