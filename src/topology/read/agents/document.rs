//! Policy documents of the user's own: written in the topology, or in a JSON file beside it.

use std::path::Path;

use serde_json::{Map, Number, Value};

use super::statement;
use crate::address::Partition;
use crate::encoding::{BadEncoding, decode};
use crate::policy::quota::{MANAGED as LONGEST, characters};
use crate::policy::{Policy, PolicyKind, Refusal, decoded, refusals, statements, unwrapped};
use crate::topology::finding::{Findings, Span};
use crate::topology::policy_files::{LARGEST, PolicyFiles};
use crate::topology::read::field::Field;
use crate::topology::yaml::{self, Kind, Node};

/// A document that is written in the topology.
pub(in crate::topology) fn written(
    field: Field<'_>,
    partition: Option<Partition>,
    findings: &mut Findings,
) -> Option<Value> {
    let yaml::Value::Map(_) = &field.node.value else {
        // Says that it must be a map.
        field.entries(findings)?;
        return None;
    };
    let document = json(field, findings)?;
    let place = |refusal: &Refusal| place(field.node, refusal);
    check(&document, &Home { what: "the policy", partition, span: field.span(), place: &place }, findings);
    Some(document)
}

/// The document of the file that a field names.
pub(in crate::topology) fn of_file(
    field: Field<'_>,
    partition: Option<Partition>,
    files: &dyn PolicyFiles,
    findings: &mut Findings,
) -> Option<Value> {
    let name = field.text(findings)?;
    let mut wrong = |message: String, why: String, help: &str| findings.add(field.span(), message, why, help);
    let bytes = match files.read(Path::new(name)) {
        Ok(bytes) => bytes,
        Err(error) => {
            let help = "name a readable file, with its path relative to the topology's folder";
            wrong(format!("the policy file `{name}` cannot be read"), error.to_string(), help);
            return None;
        }
    };
    if bytes.len() as u64 > LARGEST {
        let why = format!("a policy can have at most {LONGEST} characters");
        wrong(
            format!("the policy file `{name}` is too large"),
            why,
            "name a JSON file that holds one policy",
        );
        return None;
    }
    let text = match decode(bytes) {
        Ok(text) => decoded(&text),
        Err(BadEncoding { found, .. }) => {
            wrong(format!("the policy file `{name}` is not UTF-8"), found.to_string(), found.remedy());
            return None;
        }
    };
    let value = match serde_json::from_str::<Value>(&text) {
        Ok(value) => value,
        Err(error) => {
            let help = "correct the file: it must hold one policy document as JSON";
            wrong(format!("the policy file `{name}` is not JSON"), error.to_string(), help);
            return None;
        }
    };
    // What the AWS CLI has printed around a document comes off; what is not a policy is told as it is.
    let mut documents: Vec<Value> = unwrapped(&value).into_iter().map(|one| one.document).collect();
    let document = match documents.len() {
        0 => value,
        1 => documents.remove(0),
        many => {
            let why = format!("it holds {many} policies");
            wrong(
                format!("the policy file `{name}` holds several policies"),
                why,
                "name a file that holds one policy",
            );
            return None;
        }
    };
    let what = format!("the policy in `{name}`");
    let place = |_: &Refusal| field.span();
    check(&document, &Home { what: &what, partition, span: field.span(), place: &place }, findings);
    Some(document)
}

/// Where a document is written, and for which partition.
struct Home<'h> {
    what: &'h str,
    partition: Option<Partition>,
    span: Span,
    /// Where a part of it is written.
    place: &'h dyn Fn(&Refusal) -> Span,
}

/// The place of what is refused, or of the statement where it is what is not there.
fn place(document: &Node, refusal: &Refusal) -> Span {
    let Some(statements) = document.entry("Statement").map(|entry| &entry.value) else {
        return document.span;
    };
    let Some(statement) = nth(statements, refusal.statement - 1) else { return statements.span };
    let element = statement.entry(refusal.element);
    let entry = element.and_then(|element| nth(&element.value, refusal.entry));
    entry.map_or(statement.span, |entry| entry.span)
}

/// An item of a list; what is not a list stands for its only one.
fn nth(node: &Node, index: usize) -> Option<&Node> {
    match &node.value {
        yaml::Value::List(items) => items.get(index).map(AsRef::as_ref),
        _ => Some(node),
    }
}

/// What IAM would refuse of a policy that a role gets.
fn check(document: &Value, home: &Home<'_>, findings: &mut Findings) {
    let Home { what, span, .. } = *home;
    if let Err(error) = Policy::from_value(document) {
        let help = "see `IAM JSON policy elements` in the IAM User Guide";
        findings.add(span, format!("{what} is not valid"), error.to_string(), help);
        return;
    }
    if statements(document).is_empty() {
        findings.add(span, format!("{what} has no statements"), "it would allow nothing", "add a statement");
    }
    for refusal in refusals(document, PolicyKind::Identity, home.partition) {
        let (message, why, help) = statement::told(what, &refusal);
        findings.add((home.place)(&refusal), message, why, help);
    }
    let length = characters(document);
    if length > LONGEST {
        let message = format!("{what} has {length} characters");
        let why = format!("IAM allows {LONGEST} in a managed policy, not counting whitespace");
        findings.add(span, message, why, "split it into two policies");
    }
}

/// The value as JSON; keys that are given twice are noted.
fn json(field: Field<'_>, findings: &mut Findings) -> Option<Value> {
    match &field.node.value {
        yaml::Value::Map(_) => {
            let entries = field.entries(findings)?.into_iter();
            let map: Option<Map<String, Value>> =
                entries.map(|(key, field)| Some((key.to_owned(), json(field, findings)?))).collect();
            map.map(Value::Object)
        }
        yaml::Value::List(_) => {
            let items = field.items(findings)?.into_iter();
            items.map(|item| json(item, findings)).collect::<Option<Vec<_>>>().map(Value::Array)
        }
        yaml::Value::Scalar { text, kind } => Some(match kind {
            Kind::Null => Value::Null,
            Kind::Flag(flag) => Value::Bool(*flag),
            Kind::Integer(number) => Value::from(*number),
            Kind::Float => text.parse().ok().and_then(Number::from_f64).map_or(Value::Null, Value::Number),
            Kind::Text => Value::from(text.as_str()),
        }),
    }
}
