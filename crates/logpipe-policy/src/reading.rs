//! From JSON to a policy document, refusing what AWS refuses whatever the kind of policy.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::condition::Condition;
use super::document::{Effect, Element, Entry, Policy, PolicyError, Statement, Version};
use super::operator::Operator;
use super::principal::{Name, PrincipalElement};

const POLICY_ELEMENTS: [&str; 3] = ["Version", "Id", "Statement"];
const STATEMENT_ELEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

pub(super) fn policy(value: &Value) -> Result<Policy, PolicyError> {
    let whole = Part { place: "policy".to_owned(), object: object("policy", value)? };
    whole.only(&POLICY_ELEMENTS)?;
    let version = match whole.object.get("Version").map(|version| version.as_str()) {
        None | Some(Some("2008-10-17")) => Version::V2008,
        Some(Some("2012-10-17")) => Version::V2012,
        Some(_) => return Err(whole.wrong("Version must be \"2012-10-17\" or \"2008-10-17\"")),
    };
    let statements = match whole.object.get("Statement") {
        Some(Value::Array(statements)) => statements.iter().collect(),
        Some(statement @ Value::Object(_)) => vec![statement],
        Some(_) => return Err(whole.wrong("Statement must be a list of statements")),
        None => return Err(whole.wrong("Statement is missing")),
    };
    let labels = labels(&statements);
    let statements = statements
        .into_iter()
        .zip(labels)
        .enumerate()
        .map(|(index, (value, label))| statement(index + 1, value, label))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Policy { version, statements })
}

/// What statements are called: by their Sid, and by their number where they have none, share it with others, which S3
/// and CloudWatch Logs accept, or one Sid is what another statement would be called.
fn labels(statements: &[&Value]) -> Vec<String> {
    let sids: Vec<&str> = statements
        .iter()
        .map(|statement| statement.get("Sid").and_then(Value::as_str).unwrap_or_default())
        .collect();
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    for sid in &sids {
        *uses.entry(sid).or_default() += 1;
    }
    let label = |(index, sid): (usize, &&str)| {
        let numbered = format!("statement {}", index + 1);
        let shared = uses.get(sid).is_some_and(|uses| *uses > 1);
        match *sid {
            "" => numbered,
            sid if shared || sid.starts_with("statement ") => format!("{numbered} ({sid})"),
            sid => sid.to_owned(),
        }
    };
    sids.iter().enumerate().map(label).collect()
}

fn statement(number: usize, value: &Value, label: String) -> Result<Statement, PolicyError> {
    let numbered = format!("statement {number}");
    let object = object(&numbered, value)?;
    if object.get("Sid").is_some_and(|sid| !sid.is_string()) {
        return Err(malformed(&numbered, "Sid must be a string"));
    }
    let part = Part { place: label.clone(), object };
    part.only(&STATEMENT_ELEMENTS)?;
    let effect = match part.object.get("Effect").and_then(Value::as_str) {
        Some("Allow") => Effect::Allow,
        Some("Deny") => Effect::Deny,
        _ => return Err(part.wrong("Effect must be \"Allow\" or \"Deny\"")),
    };
    let action = part.element("Action", "NotAction", Entry::action)?;
    let action = action.ok_or_else(|| part.wrong("Action (or NotAction) is missing"))?;
    let mut actions = action.entries.iter().map(|entry| &entry.text);
    if let Some(action) = actions.find(|action| *action != "*" && !action.contains(':')) {
        return Err(PolicyError::NoService { place: part.place, action: action.clone() });
    }
    Ok(Statement {
        label,
        effect,
        principal: part.principal()?,
        action,
        resource: part.element("Resource", "NotResource", Entry::resource)?,
        conditions: part.conditions()?,
    })
}

/// An object of the document and what to call it in errors.
struct Part<'a> {
    place: String,
    object: &'a Map<String, Value>,
}

impl<'a> Part<'a> {
    fn wrong(&self, message: impl Into<String>) -> PolicyError {
        malformed(&self.place, message)
    }

    fn only(&self, known: &[&str]) -> Result<(), PolicyError> {
        match self.object.keys().find(|key| !known.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) => {
                Err(self.wrong(format!("unknown element \"{key}\"; the elements are {}", known.join(", "))))
            }
        }
    }

    /// The one of two opposite elements that is there, `true` with the negated one.
    fn either(&self, name: &str, negated: &str) -> Result<Option<(bool, &'a Value)>, PolicyError> {
        match (self.object.get(name), self.object.get(negated)) {
            (Some(_), Some(_)) => Err(self.wrong(format!("has both {name} and {negated}; keep one"))),
            (Some(value), None) => Ok(Some((false, value))),
            (None, Some(value)) => Ok(Some((true, value))),
            (None, None) => Ok(None),
        }
    }

    fn element(
        &self,
        name: &str,
        negation: &str,
        entry: fn(String) -> Entry,
    ) -> Result<Option<Element>, PolicyError> {
        let Some((negated, value)) = self.either(name, negation)? else { return Ok(None) };
        let name = if negated { negation } else { name };
        let entries = self.strings(name, value)?.into_iter().map(entry).collect();
        Ok(Some(Element { negated, entries }))
    }

    /// A string or a list of strings.
    fn strings(&self, name: &str, value: &Value) -> Result<Vec<String>, PolicyError> {
        scalars(value, |value| value.as_str().map(str::to_owned))
            .ok_or_else(|| self.wrong(format!("{name} must be a string or a list of strings")))
    }

    fn principal(&self) -> Result<Option<PrincipalElement>, PolicyError> {
        let Some((negated, value)) = self.either("Principal", "NotPrincipal")? else { return Ok(None) };
        let names = match value {
            Value::String(text) if text == "*" => vec![Name::Everyone],
            Value::Object(kinds) => self.names(kinds)?,
            _ => {
                return Err(
                    self.wrong("Principal must be \"*\" or an object such as {\"AWS\": \"<account id>\"}")
                );
            }
        };
        Ok(Some(PrincipalElement { negated, names }))
    }

    fn names(&self, kinds: &Map<String, Value>) -> Result<Vec<Name>, PolicyError> {
        let mut names = Vec::new();
        for (kind, value) in kinds {
            let name: fn(&str) -> Name = match kind.as_str() {
                "AWS" => Name::of_aws,
                "Service" => |text| Name::Service(text.to_owned()),
                "Federated" | "CanonicalUser" => |text| Name::Other(text.to_owned()),
                _ => {
                    return Err(self.wrong(format!(
                        "unknown principal type \"{kind}\"; the types are AWS, Service, Federated, CanonicalUser"
                    )));
                }
            };
            names.extend(self.strings("Principal", value)?.iter().map(|text| name(text)));
        }
        Ok(names)
    }

    fn conditions(&self) -> Result<Vec<Condition>, PolicyError> {
        let Some(value) = self.object.get("Condition") else { return Ok(Vec::new()) };
        let Value::Object(operators) = value else {
            return Err(self.wrong("Condition must be an object of operators"));
        };
        let mut conditions = Vec::new();
        for (name, keys) in operators {
            let operator = Operator::parse(name)
                .ok_or_else(|| self.wrong(format!("unknown condition operator \"{name}\"")))?;
            let Value::Object(keys) = keys else {
                return Err(self.wrong(format!("condition {name} must be an object of keys and values")));
            };
            for (key, values) in keys {
                let values = scalars(values, condition_value).ok_or_else(|| {
                    self.wrong(format!("condition {name} {key} must be a value or a list of values"))
                })?;
                conditions.push(Condition { name: name.clone(), operator, key: key.clone(), values });
            }
        }
        Ok(conditions)
    }
}

fn condition_value(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// One value or a list of values, as `read` understands them.
fn scalars(value: &Value, read: impl Fn(&Value) -> Option<String>) -> Option<Vec<String>> {
    match value {
        Value::Array(values) => values.iter().map(read).collect(),
        one => Some(vec![read(one)?]),
    }
}

fn object<'a>(place: &str, value: &'a Value) -> Result<&'a Map<String, Value>, PolicyError> {
    value.as_object().ok_or_else(|| malformed(place, "must be a JSON object"))
}

fn malformed(place: &str, message: impl Into<String>) -> PolicyError {
    PolicyError::Malformed { place: place.to_owned(), message: message.into() }
}
