//! Changed fields: short values on one line, documents such as policies as line diffs.

use serde_json::{Map, Value};
use similar::{ChangeTag, TextDiff};

use super::policy;
use super::terminal::style::Paint;
use super::text;
use crate::event::Verb;
use crate::plan::{Field, FieldChange};

/// Documents that fit on one line together stay on one line.
const SHORT: usize = 60;

/// Unchanged lines shown around a changed one.
const CONTEXT: usize = 3;

/// The lines that show `changes`, without indentation.
pub(super) fn changes(changes: &[FieldChange], verb: Verb, paint: Paint) -> Vec<String> {
    changes.iter().flat_map(|change| one(change, verb, paint)).collect()
}

fn one(change: &FieldChange, verb: Verb, paint: Paint) -> Vec<String> {
    let field = text::clean(&change.field.to_string());
    let (from, to) = (parsed(&change.from), parsed(&change.to));
    if verb == Verb::Create {
        if let Some(statements) = policy::statements(&to) {
            return under(format!("{field} ="), statements.into_iter());
        }
        return match long(&to) {
            true => under(format!("{field} ="), lines_of(&to).map(|line| paint.added(&line))),
            false => vec![format!("{field} = {}", short(&to))],
        };
    }
    if let (true, Value::String(status)) = (change.field == Field::STATUS, &from) {
        // Nothing is written about it: the step is there because what needs the resource has to wait.
        return vec![format!(
            "is {}; waits until it is {}",
            text::clean(status),
            to.as_str().unwrap_or("ready")
        )];
    }
    if change.field.is_of_others() {
        return others(&field, &from);
    }
    if !long(&from) && !long(&to) {
        return vec![format!("{field}: {} → {}", short(&from), short(&to))];
    }
    match (&from, &to) {
        (_, Value::Null) => under(
            format!("{field}: removed"),
            lines_of(&from).map(|line| paint.removed(&format!("- {line}"))),
        ),
        (Value::Null, _) => {
            under(format!("{field}: new"), lines_of(&to).map(|line| paint.added(&format!("+ {line}"))))
        }
        _ => under(format!("{field}:"), diff(&from, &to, paint).into_iter()),
    }
}

/// What others have added stays, so it leads nowhere.
fn others(field: &str, there: &Value) -> Vec<String> {
    const STAYS: &str = "(somebody else's; stays)";
    if long(there) {
        return under(format!("{field}: {STAYS}"), lines_of(there));
    }
    vec![format!("{field}: {} {STAYS}", short(there))]
}

fn under(head: String, lines: impl Iterator<Item = String>) -> Vec<String> {
    std::iter::once(head).chain(lines.map(|line| format!("    {line}"))).collect()
}

/// A value, or the document inside when it is a string that holds one, as policies often are.
fn parsed(value: &Value) -> Value {
    let inner = value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    match inner {
        Some(inner @ (Value::Object(_) | Value::Array(_))) => inner,
        _ => value.clone(),
    }
}

fn long(value: &Value) -> bool {
    matches!(value, Value::Object(_) | Value::Array(_)) && value.to_string().len() > SHORT
}

/// A value on one line; JSON's escapes keep control characters of C0 out, `clean` the others.
fn short(value: &Value) -> String {
    match value {
        Value::Null => "(none)".to_owned(),
        other => text::clean(&other.to_string()),
    }
}

fn pretty(value: &Value) -> String {
    format!("{value:#}")
}

fn lines_of(value: &Value) -> impl Iterator<Item = String> {
    pretty(value).lines().map(text::clean).collect::<Vec<_>>().into_iter()
}

fn diff(from: &Value, to: &Value, paint: Paint) -> Vec<String> {
    let (from, to) = (pretty(&ordered_like(from, to)), pretty(to));
    let diff = TextDiff::from_lines(&from, &to);
    let mut lines = Vec::new();
    for (number, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if number > 0 {
            lines.push(paint.dim("  …"));
        }
        for change in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
            let line = text::clean(change.value().trim_end_matches('\n'));
            lines.push(match change.tag() {
                ChangeTag::Equal => paint.dim(&format!("  {line}")),
                ChangeTag::Delete => paint.removed(&format!("- {line}")),
                ChangeTag::Insert => paint.added(&format!("+ {line}")),
            });
        }
    }
    lines
}

/// `value` with its keys in the order of `model`: the order of keys means nothing, so it must not show in a diff.
fn ordered_like(value: &Value, model: &Value) -> Value {
    match (value, model) {
        (Value::Object(value), Value::Object(model)) => {
            let known = model.keys().filter(|key| value.contains_key(*key));
            let other = value.keys().filter(|key| !model.contains_key(*key));
            let ordered: Map<String, Value> = known
                .chain(other)
                .map(|key| (key.clone(), ordered_like(&value[key], model.get(key).unwrap_or(&Value::Null))))
                .collect();
            Value::Object(ordered)
        }
        (Value::Array(value), Value::Array(model)) => {
            let model = model.iter().chain(std::iter::repeat(&Value::Null));
            value.iter().zip(model).map(|(value, model)| ordered_like(value, model)).collect()
        }
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(from: Value, to: Value, verb: Verb) -> String {
        let change = FieldChange { field: "policy".into(), from, to };
        changes(&[change], verb, Paint::new(false)).join("\n")
    }

    #[test]
    fn short_values_stay_on_one_line() {
        let check = |from: Value, to: Value, verb: Verb, expect: &str| {
            assert_eq!(shown(from, to, verb), expect);
        };
        check(json!(5), json!(64), Verb::Update, "policy: 5 → 64");
        check(json!(null), json!("poc"), Verb::Update, r#"policy: (none) → "poc""#);
        check(json!("poc"), json!(null), Verb::Update, r#"policy: "poc" → (none)"#);
        check(json!(null), json!(["a", "b"]), Verb::Create, r#"policy = ["a","b"]"#);
        check(json!("a\u{1b}b"), json!("\u{9b}"), Verb::Update, r#"policy: "a\u001bb" → "\u{9b}""#);
    }

    #[test]
    fn what_others_have_added_stays() {
        let shown = |from: Value| {
            let field = Field::part("tags", "foo").of_others();
            changes(&[FieldChange { field, from, to: Value::Null }], Verb::Update, Paint::new(false))
                .join("\n")
        };
        assert_eq!(shown(json!("bar")), r#"foreign.tags.foo: "bar" (somebody else's; stays)"#);
        let rules =
            json!([{ "ID": "theirs", "Status": "Enabled", "Expiration": { "Days": 7 }, "Prefix": "tmp/" }]);
        let text = shown(rules);
        assert!(text.starts_with("foreign.tags.foo: (somebody else's; stays)\n    [\n"), "{text}");
        assert!(!text.contains('→') && !text.contains("- "), "{text}");
    }

    #[test]
    fn a_status_is_waited_for_and_not_changed() {
        let change = FieldChange { field: Field::STATUS, from: json!("CREATING"), to: json!("ACTIVE") };
        assert_eq!(
            changes(&[change], Verb::Update, Paint::new(false)),
            ["is CREATING; waits until it is ACTIVE"]
        );
    }

    fn statement(account: &str) -> Value {
        json!({
            "Effect": "Allow",
            "Principal": { "AWS": account },
            "Action": "logs:PutSubscriptionFilter",
            "Resource": "*",
        })
    }

    #[test]
    fn documents_are_compared_line_by_line_whatever_the_order_of_their_keys() {
        let from = json!({ "Statement": [statement("111111111111")], "Version": "2012-10-17" }).to_string();
        let to = json!({ "Version": "2012-10-17", "Statement": [statement("222222222222")] });
        insta::assert_snapshot!(shown(json!(from), to, Verb::Update), @r#"
        policy:
                  {
                    "Effect": "Allow",
                    "Principal": {
            -         "AWS": "111111111111"
            +         "AWS": "222222222222"
                    },
                    "Action": "logs:PutSubscriptionFilter",
                    "Resource": "*"
        "#);
    }

    #[test]
    fn a_new_document_is_shown_whole() {
        insta::assert_snapshot!(shown(json!(null), statement("111111111111"), Verb::Update), @r#"
        policy: new
            + {
            +   "Effect": "Allow",
            +   "Principal": {
            +     "AWS": "111111111111"
            +   },
            +   "Action": "logs:PutSubscriptionFilter",
            +   "Resource": "*"
            + }
        "#);
    }

    #[test]
    fn a_removed_document_is_shown_whole() {
        insta::assert_snapshot!(shown(statement("111111111111"), json!(null), Verb::Update), @r#"
        policy: removed
            - {
            -   "Effect": "Allow",
            -   "Principal": {
            -     "AWS": "111111111111"
            -   },
            -   "Action": "logs:PutSubscriptionFilter",
            -   "Resource": "*"
            - }
        "#);
    }
}
