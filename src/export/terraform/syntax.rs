//! What of a text Terraform would obey.

use serde_json::Value;

/// The same value for Terraform, which takes every string for a template (Terraform documentation, "JSON Configuration
/// Syntax", "Expression Mapping"; "Strings and Templates", "Escape Sequences").
pub(super) fn escaped(value: Value) -> Value {
    match value {
        Value::String(text) => literal(&text).into(),
        Value::Array(items) => items.into_iter().map(escaped).collect(),
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(key, value)| (key, escaped(value))).collect())
        }
        other => other,
    }
}

fn literal(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_text_is_a_template() {
        let policy = json!({ "policy": "arn:aws:s3:::home/${aws:username}/*", "days": 7 });
        assert_eq!(escaped(policy), json!({ "policy": "arn:aws:s3:::home/$${aws:username}/*", "days": 7 }));
        assert_eq!(
            escaped(json!(["%{if}", "50 %", "!{timestamp:yyyy}"])),
            json!(["%%{if}", "50 %", "!{timestamp:yyyy}"])
        );
    }
}
