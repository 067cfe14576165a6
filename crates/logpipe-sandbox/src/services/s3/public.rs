//! Whether a bucket policy is public (Amazon S3 User Guide, "The meaning of public").

use std::net::IpAddr;

use serde_json::Value;

use logpipe_policy::{listed, statements};

/// The keys that narrow a policy when their values are fixed.
const FIXED: [&str; 9] = [
    "aws:principalarn",
    "aws:principalorgid",
    "aws:sourcearn",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourceowner",
    "aws:sourceaccount",
    "s3:dataaccesspointaccount",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
];

/// The operators that hold a key to values. Those with `IfExists` or `ForAllValues` let requests without the key in.
const HOLDING: [&str; 5] = ["StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"];

/// Whether a statement lets everybody in.
pub(super) fn is_public(document: &Value) -> bool {
    statements(document).iter().any(|statement| {
        statement.get("Effect").is_some_and(|effect| effect == "Allow")
            && (statement.get("NotPrincipal").is_some()
                || statement.get("Principal").is_some_and(names_everybody))
            && !statement.get("Condition").is_some_and(narrows)
    })
}

fn names_everybody(principal: &Value) -> bool {
    let named = principal.get("AWS").unwrap_or(principal);
    listed(named).iter().any(|name| name == "*")
}

/// Whether one of the conditions, which all have to hold, lets only some in.
fn narrows(condition: &Value) -> bool {
    let operators = condition.as_object().into_iter().flatten();
    operators.into_iter().any(|(operator, keys)| {
        let operator = operator.strip_prefix("ForAnyValue:").unwrap_or(operator);
        let mut keys = keys.as_object().into_iter().flatten();
        keys.any(|(key, values)| {
            let fixed = |value: &Value| value.as_str().is_some_and(|value| is_fixed(operator, key, value));
            listed(values).iter().all(fixed)
        })
    })
}

fn is_fixed(operator: &str, key: &str, value: &str) -> bool {
    let key = key.to_ascii_lowercase();
    if operator == "IpAddress" {
        return key == "aws:sourceip" && is_narrow(value);
    }
    let variable = value.contains("${");
    let literal = !value.contains(['*', '?']) && !variable;
    HOLDING.contains(&operator)
        && match key.as_str() {
            // The name of the access point may hold wildcards as long as its account is fixed.
            "s3:dataaccesspointarn" => {
                let account = value.split(':').nth(4).unwrap_or_default();
                !variable && account.len() == 12 && account.bytes().all(|digit| digit.is_ascii_digit())
            }
            // Who assumes a role chooses the name of the session.
            "aws:userid" => literal && !(value.starts_with("AROA") && value.contains(':')),
            key => literal && FIXED.contains(&key),
        }
}

/// Ranges wider than /8 (IPv4) and /32 (IPv6) count as everybody, private ones apart.
fn is_narrow(range: &str) -> bool {
    let (address, length) = range.split_once('/').map_or((range, None), |(at, bits)| (at, Some(bits)));
    let length = length.map(str::parse::<u32>);
    match (address.parse::<IpAddr>(), length) {
        (Ok(_), None) => true,
        (Ok(IpAddr::V4(address)), Some(Ok(bits))) => bits >= 8 || address.is_private(),
        (Ok(IpAddr::V6(_)), Some(Ok(bits))) => bits >= 32,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(principal: Value, condition: Value, expect: bool) {
        let statement = json!({ "Effect": "Allow", "Principal": principal, "Condition": condition });
        assert_eq!(is_public(&json!({ "Statement": statement })), expect, "{statement}");
    }

    #[test]
    fn principals_decide_unless_they_are_everybody() {
        check(json!("*"), json!({}), true);
        check(json!({ "AWS": ["111111111111", "*"] }), json!({}), true);
        check(json!({ "AWS": "111111111111" }), json!({}), false);
        check(json!({ "Service": "firehose.amazonaws.com" }), json!({}), false);
        let all = |key: &str, effect: &str| json!({ "Statement": [{ "Effect": effect, key: "*" }] });
        assert!(is_public(&all("NotPrincipal", "Allow")));
        assert!(!is_public(&all("Principal", "Deny")));
    }

    #[test]
    fn only_fixed_values_of_some_keys_narrow() {
        let everybody = |operator: &str, key: &str, value: Value, expect: bool| {
            check(json!("*"), json!({ operator: { key: value } }), expect);
        };
        everybody("Bool", "aws:SecureTransport", json!("true"), true);
        everybody("StringEquals", "s3:x-amz-acl", json!("private"), true);
        everybody("StringEquals", "aws:PrincipalOrgID", json!("o-abc"), false);
        everybody("StringEquals", "aws:PrincipalOrgID", json!(["o-abc", "*"]), true);
        everybody("StringNotEquals", "aws:PrincipalOrgID", json!("o-abc"), true);
        everybody("StringEqualsIfExists", "aws:PrincipalOrgID", json!("o-abc"), true);
        everybody("ForAllValues:StringEquals", "aws:SourceVpc", json!("vpc-1"), true);
        everybody("ForAnyValue:StringEquals", "aws:SourceVpc", json!("vpc-1"), false);
        everybody("StringLike", "aws:SourceVpc", json!("vpc-*"), true);
        everybody("StringEquals", "AWS:sourceVpc", json!("vpc-91237329"), false);
        everybody("StringEquals", "aws:SourceAccount", json!("${aws:PrincipalAccount}"), true);
        everybody("ArnLike", "aws:SourceArn", json!("arn:aws:sns:*:111111111111:t"), true);
        everybody("ArnLike", "aws:PrincipalArn", json!("arn:aws:iam::111111111111:role/r"), false);
        everybody("StringLike", "aws:userid", json!("AROAEXAMPLE:*"), true);
        everybody("StringEquals", "aws:userid", json!("AROAEXAMPLE:me"), true);
        everybody("StringEquals", "aws:userid", json!("AIDAEXAMPLE"), false);
        let point = "arn:aws:s3:us-west-2:111111111111:accesspoint/*";
        everybody("ArnLike", "s3:DataAccessPointArn", json!(point), false);
        everybody("ArnLike", "s3:DataAccessPointArn", json!(point.replace("111111111111", "*")), true);
    }

    #[test]
    fn wide_ranges_of_addresses_are_everybody() {
        let address = |range: &str, expect: bool| {
            check(json!("*"), json!({ "IpAddress": { "aws:SourceIp": range } }), expect);
        };
        address("203.0.113.0/24", false);
        address("203.0.113.7", false);
        address("54.0.0.0/8", false);
        address("0.0.0.0/1", true);
        address("172.16.0.0/4", false);
        address("2001:db8::/32", false);
        address("2000::/3", true);
        check(json!("*"), json!({ "NotIpAddress": { "aws:SourceIp": "203.0.113.0/24" } }), true);
    }
}
