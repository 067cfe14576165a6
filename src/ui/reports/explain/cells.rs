//! What stands in the cells: the five questions of a statement, and the elements of policies on lines of their own.

use serde_json::Value;

use crate::explain::{Answer, ExplainedStatement};

/// The questions with their answers, in their order.
pub(crate) fn questions(statement: &ExplainedStatement) -> [(&'static str, &Answer); 5] {
    [
        ("who", &statement.who),
        ("where", &statement.place),
        ("when", &statement.when),
        ("what", &statement.what),
        ("effect", &statement.want),
    ]
}

/// An element with its name, one value a line.
pub(crate) fn element(answer: &Answer) -> Vec<String> {
    let values = values(&answer.value);
    match values.as_slice() {
        [] => vec![format!("no {}", answer.element)],
        [one] => vec![format!("{}: {one}", answer.element)],
        several => {
            let lines = several.iter().map(|value| format!("  {value}"));
            std::iter::once(format!("{}:", answer.element)).chain(lines).collect()
        }
    }
}

/// A value in the lines that a reader wants: of a list each item, of a map each key with what it has.
fn values(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(values).collect(),
        Value::Object(fields) => fields.iter().flat_map(|(key, value)| keyed(key, value)).collect(),
        other => vec![other.to_string()],
    }
}

fn keyed(key: &str, value: &Value) -> Vec<String> {
    // Of a condition the operator comes before the key.
    let gap = if value.is_object() { " " } else { ": " };
    values(value).into_iter().map(|value| format!("{key}{gap}{value}")).collect()
}
