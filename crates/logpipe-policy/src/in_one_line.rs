//! What a document says, in one line that names its own terms: for notes, where there is no room for a table. Works on any
//! JSON.

use serde_json::Value;

use super::grammar::statements;

/// Most statements of a document, and most names of an element, that are told one by one.
const MOST: usize = 3;

/// What a document allows and denies: "allows `s3:GetObject` on `*`; denies …".
pub fn says(document: &Value) -> String {
    let all = statements(document);
    if all.is_empty() {
        return "has no readable statement".to_owned();
    }
    let mut said: Vec<String> = all.iter().take(MOST).map(one).collect();
    if all.len() > MOST {
        let more = all.len() - MOST;
        said.push(format!("has {more} more statement{}", if more == 1 { "" } else { "s" }));
    }
    said.join("; ")
}

/// The statements of `live` that let somebody in whom no statement of `wanted` names, or on no condition where that has
/// some.
pub fn admitting_others<'l>(live: &'l Value, wanted: &Value) -> Vec<&'l Value> {
    let known = |statement: &Value| {
        statements(wanted).iter().any(|ours| {
            same_principals(ours, statement)
                && (ours.get("Condition").is_none() || statement.get("Condition").is_some())
        })
    };
    let admits = |statement: &&Value| statement.get("Effect").is_none_or(|effect| effect == "Allow");
    statements(live).iter().filter(admits).filter(|statement| !known(statement)).collect()
}

/// Whether two statements name the same principals, however they write them.
fn same_principals(one: &Value, other: &Value) -> bool {
    let of = |statement: &Value| {
        super::canonical(&serde_json::json!({ "Statement": [{ "Principal": statement.get("Principal") }] }))
    };
    of(one) == of(other)
}

fn one(statement: &Value) -> String {
    let verb =
        if statement.get("Effect").is_some_and(|effect| effect == "Deny") { "denies" } else { "allows" };
    let (actions, resources) = (either(statement, "Action"), either(statement, "Resource"));
    let principals = either(statement, "Principal");
    let mut said = format!("{verb} {}", actions.unwrap_or_else(|| "nothing".to_owned()));
    if let Some(resources) = resources {
        said.push_str(&format!(" on {resources}"));
    }
    if let Some(principals) = principals {
        said.push_str(&format!(" to {principals}"));
    }
    if statement.get("Condition").is_some() {
        said.push_str(" under conditions");
    }
    said
}

/// The names of an element, or of its opposite.
fn either(statement: &Value, element: &str) -> Option<String> {
    match (statement.get(element), statement.get(format!("Not{element}"))) {
        (Some(value), _) => Some(names(value)),
        (None, Some(value)) => Some(format!("all but {}", names(value))),
        (None, None) => None,
    }
}

fn names(value: &Value) -> String {
    let all = texts(value);
    let mut said: Vec<String> = all.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    if all.len() > MOST {
        said.push(format!("{} more", all.len() - MOST));
    }
    said.join(", ")
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(kinds) => kinds.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_is_told_in_its_own_terms() {
        let check = |statement: Value, expect: &str| {
            assert_eq!(says(&json!({ "Version": "2012-10-17", "Statement": statement })), expect);
        };
        check(json!({ "Effect": "Allow", "Action": "*", "Resource": "*" }), "allows `*` on `*`");
        check(
            json!([
                { "Effect": "Deny", "NotAction": ["s3:Get*", "s3:List*"], "Resource": "*", "Condition": {} },
                { "Effect": "Allow", "Principal": { "AWS": "111111111111" }, "Action": "sts:AssumeRole" },
            ]),
            "denies all but `s3:Get*`, `s3:List*` on `*` under conditions; allows `sts:AssumeRole` to `111111111111`",
        );
        check(
            json!([{ "Effect": "Allow", "Action": ["a:b", "a:c", "a:d", "a:e"], "Resource": "*" }]),
            "allows `a:b`, `a:c`, `a:d`, 1 more on `*`",
        );
        check(json!([]), "has no readable statement");
        assert_eq!(says(&json!("{")), "has no readable statement");
    }

    #[test]
    fn who_is_let_in_beside_ours_is_found() {
        let ours = json!({ "Effect": "Allow", "Principal": { "Service": "logs.amazonaws.com" }, "Action": "sts:AssumeRole",
            "Condition": { "ArnLike": { "aws:SourceArn": "arn:aws:logs:*:111111111111:*" } } });
        let wanted = json!({ "Statement": [ours] });
        let check = |statements: Value, expect: usize| {
            assert_eq!(
                admitting_others(&json!({ "Statement": statements }), &wanted).len(),
                expect,
                "{statements}"
            );
        };
        let mut another = ours.clone();
        another["Condition"]["ArnLike"]["aws:SourceArn"] = json!("arn:aws:logs:*:222222222222:*");
        check(json!([another]), 0);
        let mut bare = ours.clone();
        bare.as_object_mut().unwrap().remove("Condition");
        check(json!([ours, bare]), 1);
        check(
            json!([ours, { "Effect": "Allow", "Principal": { "AWS": "222222222222" }, "Action": "sts:AssumeRole" }]),
            1,
        );
        check(json!([ours, { "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole" }]), 0);
    }
}
