//! Policy documents in one line a statement: who may do what, where, and when.
//!
//! For reading a plan; the whole document is in its JSON form.

use serde_json::{Map, Value};

use super::text;

/// One line a statement, or `None` when it is not a policy document.
pub(super) fn statements(document: &Value) -> Option<Vec<String>> {
    let lines = match document.get("Statement")? {
        Value::Array(statements) => statements.iter().map(statement).collect::<Option<Vec<String>>>()?,
        one => vec![statement(one)?],
    };
    Some(lines.iter().map(|line| text::clean(line)).collect())
}

fn statement(statement: &Value) -> Option<String> {
    let statement = statement.as_object()?;
    let mut line = statement.get("Effect")?.as_str()?.to_owned();
    for (element, word) in
        [("Principal", " "), ("NotPrincipal", " all but "), ("Action", ": "), ("NotAction", ": all but ")]
    {
        if let Some(value) = statement.get(element) {
            line.push_str(&format!("{word}{}", words(value)));
        }
    }
    for (element, word) in [("Resource", " on "), ("NotResource", " on all but ")] {
        if let Some(value) = statement.get(element) {
            line.push_str(&format!("{word}{}", words(value)));
        }
    }
    if let Some(conditions) = statement.get("Condition").and_then(Value::as_object) {
        line.push_str(&format!(", if {}", when(conditions)));
    }
    Some(line)
}

/// A string, a list of strings, or a principal's map of them.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Object(map) => {
            map.iter().map(|(kind, value)| format!("{kind} {}", words(value))).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

fn when(conditions: &Map<String, Value>) -> String {
    let mut parts = Vec::new();
    for (operator, keys) in conditions {
        for (key, values) in keys.as_object().into_iter().flatten() {
            parts.push(format!("{key} {operator} {}", words(values)));
        }
    }
    parts.join(" and ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_statement_is_one_line() {
        let document = json!({ "Version": "2012-10-17", "Statement": [
            {
                "Effect": "Allow",
                "Principal": { "Service": "firehose.amazonaws.com" },
                "Action": "sts:AssumeRole",
                "Condition": { "StringEquals": { "sts:ExternalId": "999999999999" } },
            },
            { "Effect": "Deny", "Principal": "*", "Action": ["s3:*"], "Resource": ["a", "b"] },
        ]});
        assert_eq!(
            statements(&document).unwrap(),
            [
                "Allow Service firehose.amazonaws.com: sts:AssumeRole, if sts:ExternalId StringEquals 999999999999",
                "Deny *: s3:* on a, b",
            ]
        );
        assert_eq!(statements(&json!({ "a": 1 })), None);
    }
}
