//! When: conditions in words. What a key stands for and what an operator asks are worded apart, so that a key that is
//! not known here still gets a sentence.

use serde_json::Value;

use super::account_names::AccountNames;
use super::{location, principal};
use crate::enumeration::any_of;

/// What the keys stand for (IAM User Guide, "AWS global condition context keys", and the keys of the services).
const SUBJECTS: [(&str, &str); 23] = [
    ("aws:CalledVia", "the service that calls on someone's behalf"),
    ("aws:MultiFactorAuthPresent", "MFA at sign-in"),
    ("aws:PrincipalAccount", "the account of the caller"),
    ("aws:PrincipalArn", "the caller"),
    ("aws:PrincipalIsAWSService", "an AWS service as the caller"),
    ("aws:PrincipalOrgID", "the organisation of the caller"),
    ("aws:PrincipalOrgPaths", "the organisational unit of the caller"),
    ("aws:RequestedRegion", "the region of the call"),
    ("aws:ResourceAccount", "the account of the resource"),
    ("aws:ResourceOrgID", "the organisation of the resource"),
    ("aws:SecureTransport", "encryption in transit (TLS)"),
    ("aws:SourceAccount", "the account that the service acts for"),
    ("aws:SourceArn", "what the service acts for"),
    ("aws:SourceIp", "the IP address that the call comes from"),
    ("aws:SourceOrgID", "the organisation that the service acts for"),
    ("aws:SourceVpce", "the VPC endpoint of the call"),
    ("aws:ViaAWSService", "an AWS service calling on someone's behalf"),
    ("ec2:SourceInstanceARN", "the instance that calls"),
    ("iam:PassedToService", "the service that gets the role"),
    ("kms:ViaService", "the service through which the key is used"),
    ("s3:x-amz-acl", "the ACL that the object is written with"),
    ("s3:x-amz-server-side-encryption", "the encryption that the object is written with"),
    ("sts:ExternalId", "the external id in the request"),
];

/// Flags that AWS puts into every request (IAM User Guide, "AWS global condition context keys").
const ALWAYS_SAID: [&str; 3] = ["aws:PrincipalIsAWSService", "aws:SecureTransport", "aws:ViaAWSService"];

/// Keys whose other half the policy chooses.
const PREFIXES: [(&str, &str, &str); 4] = [
    ("aws:PrincipalTag/", "the tag ", " of the caller"),
    ("aws:RequestTag/", "the tag ", " in the request"),
    ("aws:ResourceTag/", "the tag ", " of the resource"),
    ("kms:EncryptionContext:", "the part ", " of the encryption context"),
];

/// Every condition of a statement, in the order written; all of them have to hold.
pub(super) fn words(condition: &Value, names: &AccountNames) -> Vec<String> {
    let Value::Object(operators) = condition else { return Vec::new() };
    let pairs = operators.iter().filter_map(|(operator, keys)| Some((operator, keys.as_object()?)));
    pairs
        .flat_map(|(operator, keys)| keys.iter().map(|(key, values)| sentence(operator, key, values, names)))
        .collect()
}

fn sentence(operator: &str, key: &str, values: &Value, names: &AccountNames) -> String {
    let values = all(values);
    let (set, rest) = match operator.split_once(':') {
        Some(("ForAllValues", rest)) => ("every value of ", rest),
        Some(("ForAnyValue", rest)) => ("any value of ", rest),
        _ => ("", operator),
    };
    let (base, if_exists) = match rest.strip_suffix("IfExists") {
        Some(base) => (base, ", or is not set"),
        None => (rest, ""),
    };
    let subject = subject(key);
    if base == "Null" {
        return existence(&subject, &values);
    }
    if let ("Bool", "", Some(flag)) = (base, set, flag(&values)) {
        return match flag {
            true => format!("with {subject}{if_exists}"),
            // What is not set is not false, and a condition on it fails.
            false if ALWAYS_SAID.iter().any(|known| known.eq_ignore_ascii_case(key)) => {
                format!("without {subject}{if_exists}")
            }
            false => format!("{subject} is false{if_exists}"),
        };
    }
    let named: Vec<String> = values.iter().map(|value| value_words(key, value, names)).collect();
    format!("{set}{subject} {}{if_exists}", asked(base, &named))
}

/// Whether a key is there; of both values together it does not matter.
fn existence(subject: &str, values: &[String]) -> String {
    match flag(values) {
        Some(true) => format!("{subject} is not set"),
        Some(false) => format!("{subject} is set"),
        None => format!("{subject} is set or not set"),
    }
}

/// What all the values say.
fn flag(values: &[String]) -> Option<bool> {
    let is = |flag: &str| values.iter().all(|value| value.eq_ignore_ascii_case(flag));
    match (is("true"), is("false")) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

fn subject(key: &str) -> String {
    if let Some((_, words)) = SUBJECTS.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)) {
        return (*words).to_owned();
    }
    let starts = |prefix: &str| key.get(..prefix.len()).filter(|start| start.eq_ignore_ascii_case(prefix));
    let known = PREFIXES.iter().find(|(prefix, ..)| starts(prefix).is_some());
    known.map_or_else(
        || key.to_owned(),
        |(prefix, before, after)| format!("{before}{}{after}", &key[prefix.len()..]),
    )
}

/// What an operator asks; of several values one has to fit, or with a negated operator none may.
fn asked(operator: &str, values: &[String]) -> String {
    let relation = match operator {
        "StringEquals" | "NumericEquals" | "DateEquals" | "BinaryEquals" | "Bool" => "is",
        "StringNotEquals" | "NumericNotEquals" | "DateNotEquals" => "is not",
        "StringEqualsIgnoreCase" => "is, ignoring case,",
        "StringNotEqualsIgnoreCase" => "is not, ignoring case,",
        "StringLike" | "ArnLike" | "ArnEquals" if values.iter().any(|value| value.contains(['*', '?'])) => {
            "matches"
        }
        "StringLike" | "ArnLike" | "ArnEquals" => "is",
        "StringNotLike" | "ArnNotLike" | "ArnNotEquals" => "does not match",
        "NumericLessThan" => "is less than",
        "NumericLessThanEquals" => "is at most",
        "NumericGreaterThan" => "is more than",
        "NumericGreaterThanEquals" => "is at least",
        "DateLessThan" => "is before",
        "DateLessThanEquals" => "is not after",
        "DateGreaterThan" => "is after",
        "DateGreaterThanEquals" => "is not before",
        "IpAddress" => "is within",
        "NotIpAddress" => "is outside",
        other => return format!("matches {other} of {}", alternatives(values)),
    };
    format!("{relation} {}", alternatives(values))
}

/// Values that are accounts or ARNs get words of their own.
fn value_words(key: &str, value: &str, names: &AccountNames) -> String {
    let of = |keys: &[&str]| keys.iter().any(|known| known.eq_ignore_ascii_case(key));
    if of(&["aws:SourceAccount", "aws:PrincipalAccount", "aws:ResourceAccount"]) {
        names.account(value)
    } else if of(&["aws:PrincipalArn"]) {
        principal::of_aws(value, names)
    } else if of(&["aws:SourceArn"]) {
        location::one(value, names)
    } else {
        value.to_owned()
    }
}

fn alternatives(values: &[String]) -> String {
    if values.is_empty() { "nothing".to_owned() } else { any_of(values) }
}

fn all(values: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match values {
        Value::Array(values) => values.iter().map(text).collect(),
        one => vec![text(one)],
    }
}
