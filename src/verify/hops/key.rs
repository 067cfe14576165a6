//! May the Firehose role encrypt with the bucket's KMS key?

use serde_json::Value;

use super::judge::{Finding, admitted, judge};
use crate::address::{AccountId, Region};
use crate::policy::{Context, PolicyKind, Principal};

/// What Firehose needs for objects under a key (Firehose Developer Guide, "Grant Firehose access to an Amazon S3
/// destination").
const ACTIONS: [&str; 2] = ["kms:GenerateDataKey", "kms:Decrypt"];

/// What is encrypted with what.
pub(super) struct Encryption<'a> {
    pub(super) key: &'a str,
    /// The region of the bucket.
    pub(super) region: &'a Region,
    /// The account of the role.
    pub(super) account: &'a AccountId,
    pub(super) bucket: &'a str,
    pub(super) object: &'a str,
}

impl Encryption<'_> {
    /// Whether the role's own policy admits it. S3 asks in the name of the object, and in that of the bucket where it
    /// has a bucket key (S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys").
    pub(super) fn permitted(&self, policy: Option<&Value>, session: &Principal) -> Finding {
        let service = format!("s3.{}.{}", self.region, self.region.partition().dns_suffix());
        for action in ACTIONS {
            for encrypted in [self.object, self.bucket] {
                let context = Context::new()
                    .with("kms:ViaService", service.as_str())
                    .with("kms:EncryptionContext:aws:s3:arn", encrypted);
                let decision = judge(policy, PolicyKind::Identity, session, action, self.key, &context)?;
                admitted(&decision, "").map_err(|(verdict, why)| {
                    (verdict, format!("{action} on {} for {encrypted}: {why}", self.key))
                })?;
            }
        }
        Ok(self.permission())
    }

    /// The key's own policy is not read, and across accounts nothing goes without it.
    fn permission(&self) -> String {
        let (key, owner) = (self.key, self.key.split(':').nth(4).unwrap_or_default());
        if owner == self.account.as_str() {
            return format!("it may encrypt with {key}");
        }
        format!(
            "its own policy lets it encrypt with {key}, which is a key of account {owner}: that the key policy there \
             admits the role was not checked"
        )
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::verify::verdict::HopVerdict;

    const KEY: &str = "arn:aws:kms:ap-northeast-1:999999999999:key/1";

    /// Judges one statement of the role's policy, with these changes to what is right.
    fn found(key: &str, changes: &Value) -> Finding {
        let mut statement = json!({
            "Effect": "Allow", "Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": key,
            "Condition": {
                "StringEquals": { "kms:ViaService": "s3.ap-northeast-1.amazonaws.com" },
                "StringLike": { "kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::b", "arn:aws:s3:::b/logs/*"] },
            },
        });
        for (name, value) in changes.as_object().unwrap() {
            statement[name] = value.clone();
        }
        let account: AccountId = "999999999999".parse().unwrap();
        let session = Principal::Session {
            account: account.clone(),
            arn: "arn:aws:sts::999999999999:assumed-role/f/s".to_owned(),
            role_arn: "arn:aws:iam::999999999999:role/f".to_owned(),
        };
        let encryption = Encryption {
            key,
            region: &"ap-northeast-1".parse().unwrap(),
            account: &account,
            bucket: "arn:aws:s3:::b",
            object: "arn:aws:s3:::b/logs/probe",
        };
        encryption.permitted(Some(&json!({ "Version": "2012-10-17", "Statement": [statement] })), &session)
    }

    #[test]
    fn a_role_that_may_encrypt_for_object_and_bucket() {
        assert_eq!(found(KEY, &json!({})).unwrap(), format!("it may encrypt with {KEY}"));
    }

    #[test]
    fn what_the_role_may_not_do_is_named() {
        let refused = |changes: Value, words: &str| {
            let (verdict, why) = found(KEY, &changes).unwrap_err();
            assert_eq!(verdict, HopVerdict::Incorrect);
            assert!(why.starts_with(words), "{why}");
        };
        refused(
            json!({ "Action": "kms:Decrypt" }),
            &format!("kms:GenerateDataKey on {KEY} for arn:aws:s3:::b/logs/"),
        );
        refused(json!({ "Action": "kms:GenerateDataKey" }), &format!("kms:Decrypt on {KEY}"));
        refused(
            json!({ "Resource": "arn:aws:kms:ap-northeast-1:999999999999:key/2" }),
            "kms:GenerateDataKey",
        );
        let object_only = json!({ "StringLike": { "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::b/*" } });
        refused(
            json!({ "Condition": object_only }),
            &format!("kms:GenerateDataKey on {KEY} for arn:aws:s3:::b: "),
        );
        let elsewhere = json!({ "StringEquals": { "kms:ViaService": "s3.us-east-1.amazonaws.com" } });
        refused(json!({ "Condition": elsewhere }), "kms:GenerateDataKey");
    }

    #[test]
    fn a_key_of_another_account_has_a_policy_that_was_not_read() {
        let detail = found("arn:aws:kms:ap-northeast-1:222222222222:key/1", &json!({})).unwrap();
        assert!(
            detail.contains("a key of account 222222222222: that the key policy there admits"),
            "{detail}"
        );
    }
}
