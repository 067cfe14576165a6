//! May the Firehose role encrypt with the KMS key of its objects?

use super::judge::{Finding, Flaw, admitted};
use crate::policy::Policy;
use crate::requests::Delivery;

/// Whether the role's own policies let it use a key.
pub(super) fn permitted(
    delivery: &Delivery<'_>,
    key: &str,
    bucket_key: Option<bool>,
    policies: &[(String, Policy)],
) -> Finding {
    match delivery.key_refused(key, bucket_key, policies) {
        None => Ok(format!("its own policies let it encrypt with {key}")),
        Some((what, decision)) => admitted(decision, &what)
            .map_err(|flaw| Flaw { detail: format!("{what}: {}", flaw.detail), ..flaw }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::requests::{Requests, Role, Tags, Write};
    use crate::verify::verdict::HopVerdict;

    const KEY: &str = "arn:aws:kms:ap-northeast-1:999999999999:key/1";

    /// Judges one statement of the role's policy, with these changes to what is right.
    fn found(bucket_key: Option<bool>, changes: &Value) -> Finding {
        let mut statement = json!({
            "Effect": "Allow", "Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": KEY,
            "Condition": {
                "StringEquals": { "kms:ViaService": "s3.ap-northeast-1.amazonaws.com" },
                "StringLike": { "kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::b", "arn:aws:s3:::b/logs/*"] },
            },
        });
        for (name, value) in changes.as_object().unwrap() {
            statement[name] = value.clone();
        }
        let (account, region) = ("999999999999".parse().unwrap(), "ap-northeast-1".parse().unwrap());
        let delivery = Delivery {
            requests: Requests { organization: None },
            role: Role { account: &account, arn: "arn:aws:iam::999999999999:role/f", tags: &Tags::new() },
            write: Write { object: "arn:aws:s3:::b/logs/probe", key: None, owner: &account, region: &region },
            bucket: "arn:aws:s3:::b",
        };
        let policy = json!({ "Version": "2012-10-17", "Statement": [statement] });
        permitted(&delivery, KEY, bucket_key, &[("p".to_owned(), Policy::from_value(&policy).unwrap())])
    }

    #[test]
    fn a_role_that_may_encrypt_for_object_and_bucket() {
        for bucket_key in [None, Some(true), Some(false)] {
            assert!(
                found(bucket_key, &json!({}))
                    .unwrap()
                    .starts_with(&format!("its own policies let it encrypt with {KEY}"))
            );
        }
    }

    #[test]
    fn what_the_role_may_not_do_is_named() {
        let refused = |changes: Value, words: &str| {
            let Flaw { verdict, detail, .. } = found(None, &changes).unwrap_err();
            assert_eq!(verdict, HopVerdict::Incorrect);
            assert!(detail.starts_with(words), "{detail}");
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
        let object_only = json!({ "Condition": { "StringLike": { "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::b/*" } } });
        refused(object_only.clone(), &format!("kms:GenerateDataKey on {KEY} for arn:aws:s3:::b: "));
        found(Some(false), &object_only).unwrap();
        assert!(found(Some(true), &object_only).is_err(), "a bucket key asks for the bucket");
        let elsewhere = json!({ "StringEquals": { "kms:ViaService": "s3.us-east-1.amazonaws.com" } });
        refused(json!({ "Condition": elsewhere }), "kms:GenerateDataKey");
    }

    #[test]
    fn what_nobody_knows_is_no_refusal() {
        let perimeter = json!({ "Condition": { "StringEquals": { "aws:PrincipalOrgID": "o-abc" } } });
        let flaw = found(None, &perimeter).unwrap_err();
        assert_eq!(
            (flaw.verdict, flaw.depends_on),
            (HopVerdict::Unknown, vec!["aws:PrincipalOrgID".to_owned()])
        );
    }
}
