//! When: conditions in words. What a key stands for and what an operator asks are worded apart, so that a key that is
//! not known here still gets a sentence.

use serde_json::Value;

use super::people::People;
use super::statement::all_of;

/// What the keys stand for (IAM User Guide, "AWS global condition context keys", and the keys of the services).
const SUBJECTS: [(&str, &str); 22] = [
    ("aws:CalledVia", "the service that calls for somebody"),
    ("aws:MultiFactorAuthPresent", "a second factor at sign-in"),
    ("aws:PrincipalAccount", "the account of the caller"),
    ("aws:PrincipalArn", "the caller"),
    ("aws:PrincipalIsAWSService", "being an AWS service"),
    ("aws:PrincipalOrgID", "the organisation of the caller"),
    ("aws:PrincipalOrgPaths", "the organisational unit of the caller"),
    ("aws:RequestedRegion", "the region of the call"),
    ("aws:ResourceAccount", "the account of the resource"),
    ("aws:ResourceOrgID", "the organisation of the resource"),
    ("aws:SecureTransport", "encryption on the way (TLS)"),
    ("aws:SourceAccount", "the account that the service acts for"),
    ("aws:SourceArn", "what the service acts for"),
    ("aws:SourceIp", "the address that the call comes from"),
    ("aws:SourceOrgID", "the organisation that the service acts for"),
    ("aws:SourceVpce", "the VPC endpoint of the call"),
    ("ec2:SourceInstanceARN", "the instance that calls"),
    ("iam:PassedToService", "the service that gets the role"),
    ("kms:ViaService", "the service through which the key is used"),
    ("s3:x-amz-acl", "the access list that the object is written with"),
    ("s3:x-amz-server-side-encryption", "the encryption that the object is written with"),
    ("sts:ExternalId", "the external id that is shown"),
];

/// Keys whose other half the policy chooses.
const PREFIXES: [(&str, &str, &str); 4] = [
    ("aws:PrincipalTag/", "the tag ", " of the caller"),
    ("aws:RequestTag/", "the tag ", " that is set"),
    ("aws:ResourceTag/", "the tag ", " of the resource"),
    ("kms:EncryptionContext:", "the part ", " of the encryption context"),
];

/// Every condition of a statement, in the order written; all of them have to hold.
pub(super) fn words(condition: &Value, people: &People) -> Vec<String> {
    let Value::Object(operators) = condition else { return Vec::new() };
    let pairs = operators.iter().filter_map(|(operator, keys)| Some((operator, keys.as_object()?)));
    pairs
        .flat_map(|(operator, keys)| keys.iter().map(|(key, values)| sentence(operator, key, values, people)))
        .collect()
}

fn sentence(operator: &str, key: &str, values: &Value, people: &People) -> String {
    let values = all(values);
    let (set, rest) = match operator.split_once(':') {
        Some(("ForAllValues", rest)) => ("all of ", rest),
        Some(("ForAnyValue", rest)) => ("any of ", rest),
        _ => ("", operator),
    };
    let (base, if_exists) = match rest.strip_suffix("IfExists") {
        Some(base) => (base, ", or is not said"),
        None => (rest, ""),
    };
    let subject = subject(key);
    if base.eq_ignore_ascii_case("Bool") || base.eq_ignore_ascii_case("Null") {
        let there = values.first().is_some_and(|value| value == "true") == base.eq_ignore_ascii_case("Bool");
        let what = match (there, base.eq_ignore_ascii_case("Null")) {
            (true, false) => format!("with {subject}"),
            (false, false) => format!("without {subject}"),
            (true, true) => format!("{subject} is said"),
            (false, true) => format!("{subject} is not said"),
        };
        return format!("{what}{if_exists}");
    }
    let named: Vec<String> = values.iter().map(|value| value_words(key, value, people)).collect();
    format!("{set}{subject} {}{if_exists}", asked(base, &named))
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

fn asked(operator: &str, values: &[String]) -> String {
    let listed = values.join(", ");
    let one = values.len() == 1;
    let is = |one_words: &str, several: &str| format!("{} {listed}", if one { one_words } else { several });
    match operator {
        "StringEquals" | "NumericEquals" | "DateEquals" | "BinaryEquals" => is("is", "is one of"),
        "StringNotEquals" | "NumericNotEquals" | "DateNotEquals" => is("is not", "is none of"),
        "StringEqualsIgnoreCase" => format!("{}, whatever the case", is("is", "is one of")),
        "StringNotEqualsIgnoreCase" => format!("{}, whatever the case", is("is not", "is none of")),
        "StringLike" | "ArnLike" | "ArnEquals" => is("is like", "is like one of"),
        "StringNotLike" | "ArnNotLike" | "ArnNotEquals" => is("is not like", "is like none of"),
        "NumericLessThan" => is("is less than", "is less than one of"),
        "NumericLessThanEquals" => is("is at most", "is at most one of"),
        "NumericGreaterThan" => is("is more than", "is more than one of"),
        "NumericGreaterThanEquals" => is("is at least", "is at least one of"),
        "DateLessThan" | "DateLessThanEquals" => is("is before", "is before one of"),
        "DateGreaterThan" | "DateGreaterThanEquals" => is("is after", "is after one of"),
        "IpAddress" => is("is within", "is within one of"),
        "NotIpAddress" => is("is outside of", "is outside of all of"),
        other => format!("fits {other} of {}", all_of(values)),
    }
}

/// Values that are accounts get their names.
fn value_words(key: &str, value: &str, people: &People) -> String {
    let account = ["aws:SourceAccount", "aws:PrincipalAccount", "aws:ResourceAccount"];
    if account.iter().any(|known| known.eq_ignore_ascii_case(key)) {
        return people.account(value);
    }
    value.to_owned()
}

fn all(values: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match values {
        Value::Array(values) => values.iter().map(text).collect(),
        one => vec![text(one)],
    }
}
