//! One statement as five answers.

use serde_json::{Map, Value};

use super::account_names::AccountNames;
use super::{condition, location, principal, verbs};
use crate::address::Address;
use crate::enumeration;

/// What a policy says, beside what it is.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedPolicy {
    /// The resource that it is, or is part of; none for a policy that was only given.
    pub address: Option<Address>,
    /// Which of its policies: `trust policy`, `inline policy`…
    pub kind: &'static str,
    /// Its name, of an inline policy that logpipe did not write, or what it is called where it was printed.
    pub name: Option<String>,
    /// The roles that hold it, of a policy that somebody holds.
    pub holders: Vec<String>,
    /// Its statements, in order.
    pub statements: Vec<ExplainedStatement>,
}

/// The five questions about a statement, answered.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedStatement {
    /// Its Sid.
    pub sid: Option<String>,
    /// Principal.
    pub who: Answer,
    /// Resource.
    pub place: Answer,
    /// Condition.
    pub when: Answer,
    /// Action.
    pub what: Answer,
    /// Effect.
    pub want: Answer,
}

/// An answer, and the element of the policy that gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// In plain words.
    pub words: String,
    /// Name of the element, as `NotAction` for `Action`.
    pub element: &'static str,
    /// Its value; `null` where the statement has none.
    pub value: Value,
}

/// What a statement says nothing about, and what holds then.
pub(super) struct Unsaid {
    /// Who, without a principal.
    pub(super) who: String,
    /// Where, without a resource.
    pub(super) place: String,
}

/// The statements of a document; one alone may stand for a list.
pub(super) fn statements(document: &Value, unsaid: &Unsaid, names: &AccountNames) -> Vec<ExplainedStatement> {
    let all: Vec<&Value> = match document.get("Statement") {
        Some(Value::Array(statements)) => statements.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    all.into_iter().filter_map(Value::as_object).map(|one| statement(one, unsaid, names)).collect()
}

fn statement(fields: &Map<String, Value>, unsaid: &Unsaid, names: &AccountNames) -> ExplainedStatement {
    let effect = fields.get("Effect").cloned().unwrap_or(Value::Null);
    let denies = effect == "Deny";
    let want = if denies { "denied, whatever else allows it" } else { "allowed" };
    let conditions = fields.get("Condition");
    let when = conditions.map(|condition| condition::words(condition, names)).unwrap_or_default();
    ExplainedStatement {
        sid: fields.get("Sid").and_then(Value::as_str).filter(|sid| !sid.is_empty()).map(str::to_owned),
        who: either(fields, "Principal", "NotPrincipal", &unsaid.who, |value, negated| {
            principal::words(value, negated, denies, names)
        }),
        place: either(fields, "Resource", "NotResource", &unsaid.place, |value, negated| {
            location::words(&texts(value), negated, names)
        }),
        when: Answer {
            words: if when.is_empty() { "always".to_owned() } else { when.join("; and ") },
            element: "Condition",
            value: conditions.cloned().unwrap_or(Value::Null),
        },
        what: either(fields, "Action", "NotAction", "nothing", |value, negated| {
            verbs::words(&texts(value), negated)
        }),
        want: Answer { words: want.to_owned(), element: "Effect", value: effect },
    }
}

/// The answer of an element or of its opposite.
fn either(
    fields: &Map<String, Value>,
    element: &'static str,
    opposite: &'static str,
    unsaid: &str,
    words: impl Fn(&Value, bool) -> String,
) -> Answer {
    match (fields.get(element), fields.get(opposite)) {
        (Some(value), _) => Answer { words: words(value, false), element, value: value.clone() },
        (None, Some(value)) => Answer { words: words(value, true), element: opposite, value: value.clone() },
        (None, None) => Answer { words: unsaid.to_owned(), element, value: Value::Null },
    }
}

/// A text or a list of texts.
pub(super) fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn all_of(words: &[String]) -> String {
    if words.is_empty() { "nothing".to_owned() } else { enumeration::all_of(words) }
}
