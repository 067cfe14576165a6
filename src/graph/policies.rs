//! The policies of a pipeline: each the least that its hop needs.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::arns;
use crate::address::{AccountId, OrganizationId, Partition, Region};
use crate::provider::s3::bucket_policy::{DELIVERY, TLS_ONLY};

/// Policy language version; without it policy variables mean nothing (IAM User Guide, "Version").
pub(super) const VERSION: &str = "2012-10-17";

/// The statement that trusts every member of an organisation.
pub(super) const MEMBERS: &str = "Members";

/// Firehose may assume its role only on behalf of the account it belongs to (Firehose Developer Guide,
/// "Controlling access"): the one condition it documents is the external id.
pub(crate) fn firehose_trust(account: &AccountId) -> Value {
    json!({ "Version": VERSION, "Statement": [{
        "Effect": "Allow",
        "Principal": { "Service": "firehose.amazonaws.com" },
        "Action": "sts:AssumeRole",
        "Condition": { "StringEquals": { "sts:ExternalId": account } },
    }]})
}

/// What Firehose needs to write objects and, where configured, its error log and the key of the bucket's region.
pub(crate) fn firehose_permissions(
    bucket_arn: &str,
    error_stream_arn: Option<&str>,
    key: Option<(&str, &Region)>,
) -> Value {
    let mut statements = vec![json!({
        "Sid": "WriteObjects",
        "Effect": "Allow",
        "Action": [
            "s3:AbortMultipartUpload",
            "s3:GetBucketLocation",
            "s3:GetObject",
            "s3:ListBucket",
            "s3:ListBucketMultipartUploads",
            "s3:PutObject",
            "s3:PutObjectAcl",
        ],
        "Resource": [bucket_arn, &format!("{bucket_arn}/*")],
    })];
    if let Some(arn) = error_stream_arn {
        statements.push(json!({
            "Sid": "LogErrors",
            "Effect": "Allow",
            "Action": "logs:PutLogEvents",
            "Resource": arn,
        }));
    }
    if let Some((key_arn, region)) = key {
        statements.push(encrypt_objects(bucket_arn, key_arn, region));
    }
    json!({ "Version": VERSION, "Statement": statements })
}

/// The key only through S3 and only for this bucket (Firehose Developer Guide, "Controlling access"). With bucket keys
/// the context is the bucket's ARN, without them that of the object (S3 User Guide, "Reducing the cost of SSE-KMS with
/// Amazon S3 Bucket Keys"), and somebody else's bucket may have either.
fn encrypt_objects(bucket_arn: &str, key_arn: &str, region: &Region) -> Value {
    let service = format!("s3.{region}.{}", region.partition().dns_suffix());
    json!({
        "Sid": "EncryptObjects",
        "Effect": "Allow",
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": key_arn,
        "Condition": {
            "StringEquals": { "kms:ViaService": service },
            "StringLike": { "kms:EncryptionContext:aws:s3:arn": [bucket_arn, format!("{bucket_arn}/*")] },
        },
    })
}

/// CloudWatch Logs may assume its role only on behalf of the senders, and of the recipient, for which the test
/// message of PutDestination is sent (CloudWatch Logs User Guide, "Create a destination").
pub(crate) fn cwl_trust(
    partition: Partition,
    regions: &BTreeSet<&Region>,
    accounts: &BTreeSet<&AccountId>,
) -> Value {
    let principals: BTreeSet<String> =
        regions.iter().map(|region| partition.logs_principal(region)).collect();
    let sources: Vec<String> = accounts.iter().map(|account| arns::logs_of(partition, account)).collect();
    json!({ "Version": VERSION, "Statement": [{
        "Effect": "Allow",
        "Principal": { "Service": one_or_many(principals.into_iter().collect()) },
        "Action": "sts:AssumeRole",
        "Condition": { "ArnLike": { "aws:SourceArn": sources } },
    }]})
}

/// The same for every member of an organisation, whose accounts are not named then. The recipient is, since it may be a
/// member of none.
pub(crate) fn cwl_trust_in_organization(
    partition: Partition,
    regions: &BTreeSet<&Region>,
    recipient: &AccountId,
    organization: &OrganizationId,
) -> Value {
    let mut trust = cwl_trust(partition, regions, &BTreeSet::from([recipient]));
    let mut members = trust["Statement"][0].clone();
    members["Sid"] = json!(MEMBERS);
    members["Condition"] = json!({ "StringEquals": { "aws:SourceOrgID": organization } });
    if let Some(statements) = trust["Statement"].as_array_mut() {
        statements.push(members);
    }
    trust
}

/// CloudWatch Logs puts records on this one stream and does nothing else.
pub(crate) fn cwl_permissions(stream_arn: &str) -> Value {
    json!({ "Version": VERSION, "Statement": [{
        "Sid": "PutRecords",
        "Effect": "Allow",
        "Action": ["firehose:PutRecord", "firehose:PutRecordBatch"],
        "Resource": stream_arn,
    }]})
}

/// What CloudWatch Logs shows of a sender to a destination that admits an organisation: the right to write to the log
/// groups themselves (CloudWatch Logs User Guide, "Create a subscription filter", of an organisation's members).
pub(crate) fn sender_permissions(log_group_arns: Vec<String>) -> Value {
    json!({ "Version": VERSION, "Statement": [{
        "Sid": "SendEvents",
        "Effect": "Allow",
        "Action": "logs:PutLogEvents",
        "Resource": one_or_many(log_group_arns),
    }]})
}

/// Whom a destination admits.
pub(crate) enum Admitted<'a> {
    /// The senders, by bare account id.
    Accounts(&'a BTreeSet<&'a AccountId>),
    /// Whoever belongs to an organisation.
    Organization(&'a OrganizationId),
}

/// Who may point filters at the destination.
///
/// A policy of a whole account needs both actions (CloudWatch Logs User Guide, "Account-level subscription filters").
pub(crate) fn destination_policy(
    destination_arn: &str,
    admitted: &Admitted<'_>,
    whole_accounts: bool,
) -> Value {
    let filters = "logs:PutSubscriptionFilter";
    let action = if whole_accounts { json!([filters, "logs:PutAccountPolicy"]) } else { json!(filters) };
    let (sid, principal) = match admitted {
        Admitted::Accounts(accounts) => ("Senders", json!({ "AWS": accounts })),
        Admitted::Organization(_) => ("Organization", json!("*")),
    };
    let mut statement = json!({
        "Sid": sid,
        "Effect": "Allow",
        "Principal": principal,
        "Action": action,
        "Resource": destination_arn,
    });
    if let Admitted::Organization(id) = admitted {
        statement["Condition"] = json!({ "StringEquals": { "aws:PrincipalOrgID": [id] } });
    }
    json!({ "Version": VERSION, "Statement": [statement] })
}

/// The walk-through's statement for the service principal beside a TLS-only Deny.
///
/// Firehose writes as a session of its role, so the first statement neither helps nor hinders in one account; it
/// stands for those who look for it there.
pub(crate) fn bucket_statements(bucket_arn: &str) -> Vec<Value> {
    let both = [bucket_arn.to_owned(), format!("{bucket_arn}/*")];
    vec![
        json!({
            "Sid": DELIVERY,
            "Effect": "Allow",
            "Principal": { "Service": "firehose.amazonaws.com" },
            "Action": "s3:PutObject",
            "Resource": both,
            "Condition": { "StringEquals": { "s3:x-amz-acl": "bucket-owner-full-control" } },
        }),
        json!({
            "Sid": TLS_ONLY,
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": both,
            "Condition": { "Bool": { "aws:SecureTransport": "false" } },
        }),
    ]
}

pub(super) fn one_or_many(mut values: Vec<String>) -> Value {
    if values.len() == 1 { Value::String(values.remove(0)) } else { json!(values) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(id: &str) -> AccountId {
        id.parse().unwrap()
    }

    #[test]
    fn the_trust_of_cloudwatch_logs_is_bound_to_senders_and_recipient() {
        let (region, a, b) =
            ("ap-northeast-1".parse().unwrap(), account("111111111111"), account("999999999999"));
        let trust = cwl_trust(Partition::Aws, &BTreeSet::from([&region]), &BTreeSet::from([&a, &b]));
        assert_eq!(trust["Statement"][0]["Principal"]["Service"], "logs.amazonaws.com");
        assert_eq!(
            trust["Statement"][0]["Condition"]["ArnLike"]["aws:SourceArn"],
            json!(["arn:aws:logs:*:111111111111:*", "arn:aws:logs:*:999999999999:*"])
        );
    }

    #[test]
    fn an_organization_is_trusted_in_place_of_its_members() {
        let (region, recipient) = ("ap-northeast-1".parse().unwrap(), account("999999999999"));
        let organization = "o-exampleorgid".parse().unwrap();
        let regions = BTreeSet::from([&region]);
        let trust = cwl_trust_in_organization(Partition::Aws, &regions, &recipient, &organization);
        let condition = |at: usize| trust["Statement"][at]["Condition"].clone();
        assert_eq!(
            condition(0),
            json!({ "ArnLike": { "aws:SourceArn": ["arn:aws:logs:*:999999999999:*"] } })
        );
        assert_eq!(condition(1), json!({ "StringEquals": { "aws:SourceOrgID": "o-exampleorgid" } }));
        assert_eq!(trust["Statement"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn china_has_regional_principals_with_its_suffix() {
        let (region, a) = ("cn-north-1".parse().unwrap(), account("111111111111"));
        let trust = cwl_trust(Partition::AwsCn, &BTreeSet::from([&region]), &BTreeSet::from([&a]));
        assert_eq!(trust["Statement"][0]["Principal"]["Service"], "logs.cn-north-1.amazonaws.com.cn");
    }
}
