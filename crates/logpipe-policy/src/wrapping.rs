//! Policy documents in what the AWS CLI and the APIs wrap around them, as texts and URL-encoded ones too.

use percent_encoding::percent_decode_str;
use serde_json::Value;

/// Members that hold a document: of `get-policy-version`, `get-role-policy`, `get-role`, `get-bucket-policy`,
/// `describe-destinations`, `describe-resource-policies`, `get-account-authorization-details` and their like.
const HOLDERS: [&str; 8] = [
    "Document",
    "PolicyDocument",
    "AssumeRolePolicyDocument",
    "Policy",
    "ResourcePolicy",
    "accessPolicy",
    "policyDocument",
    "policy",
];

/// What a wrapping calls what it wraps, the nearest first.
const NAMES: [&str; 7] =
    ["PolicyName", "policyName", "RoleName", "UserName", "GroupName", "destinationName", "Name"];

/// Deeper wrappings are no wrappings.
const DEEPEST: usize = 16;

/// A document out of its wrapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Unwrapped {
    /// What the wrapping calls it.
    pub name: Option<String>,
    /// The document.
    pub document: Value,
    /// The text that it was, where it was one.
    pub text: Option<String>,
}

/// Every document in a value, in its order; none where there is none. Of the versions of one policy the one in force.
pub fn unwrapped(value: &Value) -> Vec<Unwrapped> {
    let mut found = Vec::new();
    collect(value, None, 0, &mut found);
    found
}

fn collect(value: &Value, name: Option<&str>, depth: usize, found: &mut Vec<Unwrapped>) {
    if depth > DEEPEST {
        return;
    }
    if let Some((document, text)) = document(value) {
        found.push(Unwrapped { name: name.map(str::to_owned), document, text });
        return;
    }
    match value {
        Value::Array(items) => {
            let in_force = |item: &&Value| item["IsDefaultVersion"] != Value::Bool(false);
            let one_is = items.iter().any(|item| item["IsDefaultVersion"] == Value::Bool(true));
            let items = items.iter().filter(|item| !one_is || in_force(item));
            items.for_each(|item| collect(item, name, depth + 1, found));
        }
        Value::Object(members) => {
            let own = NAMES.iter().find_map(|key| members.get(*key)?.as_str());
            for (key, inner) in members {
                let trust = key == "AssumeRolePolicyDocument";
                let called =
                    own.map(|own| if trust { format!("trust policy of {own}") } else { own.to_owned() });
                let called = called.as_deref().or(name);
                // A text elsewhere is not a document, however it reads.
                if HOLDERS.contains(&key.as_str()) || inner.is_object() || inner.is_array() {
                    collect(inner, called, depth + 1, found);
                }
            }
        }
        _ => {}
    }
}

/// A value that is a document itself, or a text of one.
fn document(value: &Value) -> Option<(Value, Option<String>)> {
    match value {
        Value::Object(members) if members.contains_key("Statement") => Some((value.clone(), None)),
        Value::String(text) => {
            let text = decoded(text);
            let inner: Value = serde_json::from_str(&text).ok()?;
            inner.get("Statement").is_some().then_some((inner, Some(text)))
        }
        _ => None,
    }
}

/// A text without its URL encoding, which IAM's answers have (IAM API Reference, GetPolicyVersion).
pub fn decoded(text: &str) -> String {
    let text = text.trim();
    if text.starts_with("%7B") || text.starts_with("%7b") {
        return percent_decode_str(text).decode_utf8_lossy().into_owned();
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn policy(sid: &str) -> Value {
        json!({ "Version": "2012-10-17", "Statement": [{ "Sid": sid, "Effect": "Allow", "Action": "s3:*", "Resource": "*" }] })
    }

    /// The Sids of what is found, each with its name.
    fn found(value: &Value) -> Vec<(Option<String>, String)> {
        let all = unwrapped(value).into_iter();
        all.map(|one| (one.name, one.document["Statement"][0]["Sid"].as_str().unwrap().to_owned())).collect()
    }

    fn one(name: &str, sid: &str) -> (Option<String>, String) {
        ((!name.is_empty()).then(|| name.to_owned()), sid.to_owned())
    }

    #[test]
    fn the_wrappings_of_the_cli_come_off() {
        let text = policy("A").to_string();
        let encoded = text.replace('{', "%7B").replace('"', "%22").replace(' ', "%20").replace('}', "%7D");
        let check = |wrapped: Value, name: &str| assert_eq!(found(&wrapped), [one(name, "A")], "{wrapped}");
        check(policy("A"), "");
        check(json!(text), "");
        check(
            json!({ "PolicyVersion": { "Document": policy("A"), "VersionId": "v2", "IsDefaultVersion": false } }),
            "",
        );
        check(json!({ "RoleName": "r", "PolicyName": "p", "PolicyDocument": policy("A") }), "p");
        check(json!({ "Policy": text }), "");
        check(
            json!({ "Role": { "RoleName": "r", "AssumeRolePolicyDocument": encoded } }),
            "trust policy of r",
        );
        check(json!({ "destinations": [{ "destinationName": "d", "accessPolicy": text }] }), "d");
        check(json!({ "resourcePolicies": [{ "policyName": "x", "policyDocument": text }] }), "x");
        assert_eq!(found(&json!({ "a": text, "b": 1 })), []);
    }

    #[test]
    fn a_whole_account_gives_every_policy_that_is_in_force() {
        let details = json!({
            "UserDetailList": [],
            "RoleDetailList": [{
                "RoleName": "r",
                "AssumeRolePolicyDocument": policy("T"),
                "RolePolicyList": [{ "PolicyName": "inline", "PolicyDocument": policy("I") }],
            }],
            "Policies": [{
                "PolicyName": "m",
                "PolicyVersionList": [
                    { "Document": policy("New"), "IsDefaultVersion": true },
                    { "Document": policy("Old"), "IsDefaultVersion": false },
                ],
            }],
        });
        let mut all = found(&details);
        all.sort();
        assert_eq!(all, [one("inline", "I"), one("m", "New"), one("trust policy of r", "T")]);
    }
}
