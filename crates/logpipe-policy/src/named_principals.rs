//! Whom a statement names: roles and users that exist, and those that have been deleted since. Works on any JSON.

use serde_json::Value;

use super::grammar::listed;

/// What the unique ids of roles and users begin with (IAM User Guide, "IAM identifiers").
const OF_ROLES_AND_USERS: [&str; 2] = ["AROA", "AIDA"];

/// The shortest unique id (IAM API Reference, `idType`).
const SHORTEST: usize = 16;

/// The principals of a statement that were deleted after it was written. AWS shows their unique ids then (IAM User
/// Guide, "AWS JSON policy elements: Principal").
pub fn deleted_principals(statement: &Value) -> Vec<&str> {
    named(statement).filter(|name| is_unique_id(name)).collect()
}

/// Whether a statement names a role or a user, which has to exist when it is written.
pub fn names_somebody(statement: &Value) -> bool {
    named(statement)
        .any(|name| name.starts_with("arn:") && (name.contains(":role/") || name.contains(":user/")))
}

fn named(statement: &Value) -> impl Iterator<Item = &str> {
    let principals =
        ["Principal", "NotPrincipal"].into_iter().filter_map(|element| statement.get(element)?.get("AWS"));
    principals.flat_map(listed).filter_map(Value::as_str)
}

fn is_unique_id(name: &str) -> bool {
    name.len() >= SHORTEST
        && OF_ROLES_AND_USERS.iter().any(|prefix| name.starts_with(prefix))
        && name.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn who_is_gone_stands_by_a_unique_id() {
        let check = |principal: Value, dead: &[&str], somebody: bool| {
            let statement = json!({ "Effect": "Allow", "Principal": principal });
            assert_eq!(deleted_principals(&statement), dead, "{statement}");
            assert_eq!(names_somebody(&statement), somebody, "{statement}");
        };
        check(json!("*"), &[], false);
        check(json!({ "AWS": "AROAJEXAMPLEROLEID00" }), &["AROAJEXAMPLEROLEID00"], false);
        check(
            json!({ "AWS": ["arn:aws:iam::111111111111:role/x", "AIDAJEXAMPLEUSERID00", "111111111111"] }),
            &["AIDAJEXAMPLEUSERID00"],
            true,
        );
        check(json!({ "Service": "firehose.amazonaws.com" }), &[], false);
        check(json!({ "AWS": "arn:aws:iam::111111111111:root" }), &[], false);
        let others = json!({ "Effect": "Deny", "NotPrincipal": { "AWS": "AROAJEXAMPLEROLEID00" } });
        assert_eq!(deleted_principals(&others), ["AROAJEXAMPLEROLEID00"]);
    }
}
