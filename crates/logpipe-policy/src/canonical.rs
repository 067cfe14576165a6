//! One form for documents that mean the same, so that a diff shows only what matters.
//!
//! Works on any JSON and leaves alone what it does not understand: live documents may be malformed, and must
//! still be compared.

use serde_json::{Map, Value};

use super::principal::{account_of_root, global_logs_service};

/// Whether two documents mean the same as far as their form goes.
pub fn same(a: &Value, b: &Value) -> bool {
    canonical(a) == canonical(b)
}

/// The canonical form of a policy document.
pub fn canonical(document: &Value) -> Value {
    let Value::Object(policy) = document else { return sorted(document) };
    let mut canonical = Map::new();
    for (name, value) in in_order(policy) {
        let value = match (name.as_str(), value) {
            ("Statement", Value::Array(statements)) => statements.iter().map(statement).collect(),
            ("Statement", one) => Value::Array(vec![statement(one)]),
            (_, other) => sorted(other),
        };
        canonical.insert(name.clone(), value);
    }
    if policy.contains_key("Statement") && !policy.contains_key("Version") {
        canonical.insert("Version".to_owned(), Value::from("2008-10-17"));
    }
    canonical.sort_keys();
    Value::Object(canonical)
}

fn statement(value: &Value) -> Value {
    let Value::Object(statement) = value else { return sorted(value) };
    let mut canonical = Map::new();
    for (name, value) in in_order(statement) {
        let value = match name.as_str() {
            "Sid" if value == "" => continue,
            "Condition" if value.as_object().is_some_and(Map::is_empty) => continue,
            "Action" | "NotAction" => set(value, lower),
            "Resource" | "NotResource" => set(value, sorted),
            "Principal" | "NotPrincipal" => principal(value),
            "Condition" => condition(value),
            _ => sorted(value),
        };
        canonical.insert(name.clone(), value);
    }
    Value::Object(canonical)
}

fn principal(value: &Value) -> Value {
    match value {
        Value::String(text) if text == "*" => {
            Value::Object(Map::from_iter([("AWS".to_owned(), Value::Array(vec![value.clone()]))]))
        }
        Value::Object(kinds) => in_order(kinds)
            .into_iter()
            .map(|(kind, names)| {
                let names = match kind.as_str() {
                    "AWS" => set(names, account),
                    "Service" => set(names, service),
                    _ => set(names, sorted),
                };
                (kind.clone(), names)
            })
            .collect(),
        other => sorted(other),
    }
}

fn account(value: &Value) -> Value {
    match value.as_str().and_then(account_of_root) {
        Some(account) => Value::from(account.as_str()),
        None => sorted(value),
    }
}

fn service(value: &Value) -> Value {
    match value.as_str().and_then(global_logs_service) {
        Some(global) => Value::from(global),
        None => sorted(value),
    }
}

fn condition(value: &Value) -> Value {
    let Value::Object(operators) = value else { return sorted(value) };
    in_order(operators)
        .into_iter()
        .map(|(operator, keys)| {
            let value: fn(&Value) -> Value =
                if operator.starts_with("Bool") || operator == "Null" { truth } else { condition_value };
            (operator.clone(), condition_keys(keys, value))
        })
        .collect()
}

fn condition_keys(keys: &Value, value: fn(&Value) -> Value) -> Value {
    let Value::Object(keys) = keys else { return sorted(keys) };
    let mut canonical: Map<String, Value> =
        keys.iter().map(|(key, values)| (key.to_ascii_lowercase(), set(values, value))).collect();
    if canonical.len() < keys.len() {
        // Keys that differ only in case: lowering them would lose one.
        canonical = keys.iter().map(|(key, values)| (key.clone(), set(values, value))).collect();
    }
    canonical.sort_keys();
    Value::Object(canonical)
}

fn condition_value(value: &Value) -> Value {
    match value {
        Value::Bool(_) | Value::Number(_) => Value::from(value.to_string()),
        other => sorted(other),
    }
}

fn truth(value: &Value) -> Value {
    lower(&condition_value(value))
}

fn lower(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::from(text.to_ascii_lowercase()),
        other => sorted(other),
    }
}

/// A value or list of values as a list without order and repetition, each in the form `item` gives it.
fn set(value: &Value, item: fn(&Value) -> Value) -> Value {
    let mut items: Vec<Value> = match value {
        Value::Array(values) => values.iter().map(item).collect(),
        one => vec![item(one)],
    };
    items.sort_by_cached_key(Value::to_string);
    items.dedup();
    Value::Array(items)
}

/// The same value, the keys of its objects in order.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            in_order(object).into_iter().map(|(key, value)| (key.clone(), sorted(value))).collect()
        }
        Value::Array(values) => values.iter().map(sorted).collect(),
        scalar => scalar.clone(),
    }
}

fn in_order(object: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut entries: Vec<_> = object.iter().collect();
    entries.sort_by_key(|(key, _)| *key);
    entries
}
