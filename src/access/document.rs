//! Permissions as policy documents: similar ones share a statement, and IAM's size limits decide how many documents
//! there are.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::pattern::{Patterns, covers};
use super::right::{Condition, Purpose, Right};
use crate::policy::quota::{INLINE, MANAGED};

/// What a document takes around its statements.
const FRAME: usize = r#"{"Version":"2012-10-17","Statement":[]}"#.len();

/// An identity policy.
#[derive(Debug, Clone, PartialEq)]
pub struct IdentityPolicy {
    /// Its name.
    pub name: String,
    /// Whether it is a managed policy, because the rights do not fit into inline ones.
    pub managed: bool,
    /// The document.
    pub document: Value,
}

impl IdentityPolicy {
    /// How many characters IAM counts.
    pub fn characters(&self) -> usize {
        size(&self.document)
    }
}

/// One statement.
#[derive(Debug, Clone)]
struct Statement {
    purpose: Purpose,
    actions: Vec<&'static str>,
    resources: Vec<String>,
    condition: Option<Condition>,
}

impl Statement {
    fn value(&self, sid: &str) -> Value {
        let mut value = json!({
            "Sid": sid,
            "Effect": "Allow",
            "Action": one_or_many(&self.actions),
            "Resource": one_or_many(&self.resources),
        });
        if let Some(Condition { key, values }) = &self.condition {
            let values: Vec<&String> = values.iter().collect();
            value["Condition"] = json!({ "StringEquals": { *key: one_or_many(&values) } });
        }
        value
    }

    /// Two statements, each for half of the resources.
    fn halves(self) -> [Self; 2] {
        let mut first = self;
        let second = first.resources.split_off(first.resources.len() / 2);
        let other = Self { resources: second, ..first.clone() };
        [first, other]
    }
}

/// The policies that give these rights: one inline, or as many managed ones as it takes.
pub(super) fn policies<'a>(name: &str, rights: impl Iterator<Item = &'a Right>) -> Vec<IdentityPolicy> {
    let statements = statements(rights);
    let whole = document(&statements);
    if statements.is_empty() || size(&whole) <= INLINE {
        let inline = IdentityPolicy { name: name.to_owned(), managed: false, document: whole };
        return if statements.is_empty() { Vec::new() } else { vec![inline] };
    }
    let managed = |(index, statements): (usize, Vec<Statement>)| IdentityPolicy {
        name: format!("{name}-{}", index + 1),
        managed: true,
        document: document(&statements),
    };
    packed(statements).into_iter().enumerate().map(managed).collect()
}

/// Resources by the action on them.
type Actions = BTreeMap<&'static str, BTreeSet<String>>;

/// Statements in the order of what they are for; what one resource is covered by another in goes.
fn statements<'a>(rights: impl Iterator<Item = &'a Right>) -> Vec<Statement> {
    let rights: Vec<&Right> = rights.collect();
    let open = unconditional(&rights);
    let mut by_purpose: BTreeMap<(Purpose, Option<Condition>), Actions> = BTreeMap::new();
    for right in rights.iter().filter(|right| !elsewhere(right, &open)) {
        let actions = by_purpose.entry((right.purpose, right.condition.clone())).or_default();
        actions.entry(right.action).or_default().insert(right.resource.clone());
    }
    let mut statements = Vec::new();
    for ((purpose, condition), actions) in by_purpose {
        let mut by_resources: BTreeMap<Vec<String>, Vec<&'static str>> = BTreeMap::new();
        for (action, resources) in actions {
            by_resources.entry(uncovered(&resources)).or_default().push(action);
        }
        let of =
            |(resources, actions)| Statement { purpose, actions, resources, condition: condition.clone() };
        for statement in by_resources.into_iter().map(of) {
            add(statement, &mut statements);
        }
    }
    statements
}

/// What is allowed without a condition, by action.
type Open<'a> = BTreeMap<&'static str, Patterns<'a, Purpose>>;

/// What is allowed without a condition, of actions that serve several purposes.
fn unconditional<'a>(rights: &[&'a Right]) -> Open<'a> {
    let mut open: BTreeMap<&'static str, BTreeSet<(Purpose, &str)>> = BTreeMap::new();
    for right in rights.iter().filter(|right| right.condition.is_none()) {
        open.entry(right.action).or_default().insert((right.purpose, &right.resource));
    }
    open.retain(|_, resources| {
        resources.first().map(|(purpose, _)| *purpose) != resources.last().map(|(purpose, _)| *purpose)
    });
    let patterns = |resources: BTreeSet<(Purpose, &'a str)>| {
        Patterns::new(resources.into_iter().map(|(purpose, resource)| (resource, purpose)))
    };
    open.into_iter().map(|(action, resources)| (action, patterns(resources))).collect()
}

/// Whether a statement for something else says as much: more, or the same and comes before.
fn elsewhere(right: &Right, open: &Open<'_>) -> bool {
    let Some(others) = open.get(right.action) else { return false };
    others.covering(&right.resource).any(|(resource, purpose)| {
        *purpose != right.purpose
            && (*purpose < right.purpose || right.condition.is_some() || !covers(&right.resource, resource))
    })
}

/// Adds a statement, to one that differs from it only in the values of its condition if there is one.
fn add(statement: Statement, statements: &mut Vec<Statement>) {
    let alike = |other: &&mut Statement| {
        (other.purpose, &other.actions, &other.resources)
            == (statement.purpose, &statement.actions, &statement.resources)
            && other.condition.as_ref().map(|other| other.key)
                == statement.condition.as_ref().map(|condition| condition.key)
    };
    match (statements.iter_mut().find(alike), &statement.condition) {
        (Some(Statement { condition: Some(other), .. }), Some(condition)) => {
            other.values.extend(condition.values.iter().cloned());
        }
        _ => statements.push(statement),
    }
}

/// The resources without those that another one covers.
fn uncovered(resources: &BTreeSet<String>) -> Vec<String> {
    let wide = resources.iter().filter(|resource| resource.contains(['*', '?']));
    let wide = Patterns::new(wide.map(|wide| (wide.as_str(), ())));
    let covered = |resource: &&String| wide.covering(resource).any(|(wide, ())| wide != resource);
    resources.iter().filter(|resource| !covered(resource)).cloned().collect()
}

/// Splits statements into documents within the size limit, filling each before the next.
fn packed(statements: Vec<Statement>) -> Vec<Vec<Statement>> {
    let mut documents: Vec<Vec<Statement>> = Vec::new();
    let mut waiting: Vec<Statement> = statements.into_iter().rev().collect();
    while let Some(statement) = waiting.pop() {
        if statement.resources.len() > 1 && FRAME + length(&statement) > MANAGED {
            waiting.extend(statement.halves().into_iter().rev());
            continue;
        }
        let room = |document: &Vec<Statement>| {
            FRAME + document.iter().chain([&statement]).map(length).sum::<usize>() <= MANAGED
        };
        match documents.last_mut().filter(|last| room(last)) {
            Some(last) => last.push(statement),
            None => documents.push(vec![statement]),
        }
    }
    documents
}

/// Characters of a statement with the comma behind it, under the longest Sid it may get.
fn length(statement: &Statement) -> usize {
    size(&statement.value(statement.purpose.sid())) + 4
}

fn document(statements: &[Statement]) -> Value {
    let mut used: BTreeMap<Purpose, usize> = BTreeMap::new();
    let values: Vec<Value> = statements
        .iter()
        .map(|statement| {
            let count = used.entry(statement.purpose).and_modify(|count| *count += 1).or_insert(1);
            let number = if *count > 1 { count.to_string() } else { String::new() };
            statement.value(&format!("{}{number}", statement.purpose.sid()))
        })
        .collect();
    json!({ "Version": "2012-10-17", "Statement": values })
}

fn size(value: &Value) -> usize {
    value.to_string().chars().filter(|character| !character.is_whitespace()).count()
}

fn one_or_many<T: serde::Serialize>(values: &[T]) -> Value {
    match values {
        [one] => json!(one),
        several => json!(several),
    }
}

#[cfg(test)]
mod tests {
    use super::super::right::{Doing, Rights};
    use super::*;

    fn written(rights: &Rights) -> Vec<IdentityPolicy> {
        policies("logpipe-t", rights.0.iter())
    }

    #[test]
    fn like_goes_with_like_and_what_is_covered_goes() {
        let mut rights = Rights::default();
        for resource in ["arn:log-group:/app/*", "arn:log-group:/app/web:*"] {
            rights.allow(Purpose::Subscriptions, &[Doing::Create], resource, &["logs:B", "logs:A"]);
        }
        rights.allow(Purpose::Subscriptions, &[Doing::Create], "arn:destination:x", &["logs:B"]);
        let service = "logs.amazonaws.com".to_owned();
        rights.pass_role(Purpose::PassToLogs, &[Doing::Create], "arn:role", service);
        let [policy] = &written(&rights)[..] else { panic!("one policy") };
        assert!(!policy.managed);
        assert_eq!(
            policy.document["Statement"],
            json!([
                {
                    "Sid": "PassToLogs", "Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:role",
                    "Condition": { "StringEquals": { "iam:PassedToService": "logs.amazonaws.com" } },
                },
                {
                    "Sid": "Subscriptions", "Effect": "Allow", "Action": "logs:B",
                    "Resource": ["arn:destination:x", "arn:log-group:/app/*"],
                },
                {
                    "Sid": "Subscriptions2", "Effect": "Allow", "Action": "logs:A",
                    "Resource": "arn:log-group:/app/*",
                },
            ])
        );
        assert!(written(&Rights::default()).is_empty());
    }

    #[test]
    fn what_is_allowed_for_one_purpose_is_not_said_again_for_another() {
        let mut rights = Rights::default();
        let all = |purpose, resource: &str, rights: &mut Rights| {
            rights.allow(purpose, &[Doing::Read], resource, &["iam:Get"]);
        };
        all(Purpose::Roles, "arn:role/web", &mut rights);
        all(Purpose::Roles, "arn:other/x", &mut rights);
        all(Purpose::JudgeRoles, "arn:role/*", &mut rights);
        all(Purpose::JudgeRoles, "arn:other/x", &mut rights);
        rights.allow(Purpose::JudgeRoles, &[Doing::Read], "arn:role/web", &["iam:Judge"]);
        let said: Vec<(&str, Vec<&str>, Vec<String>)> = statements(rights.0.iter())
            .into_iter()
            .map(|one| (one.purpose.sid(), one.actions, one.resources))
            .collect();
        let resources = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            said,
            [
                ("Roles", vec!["iam:Get"], resources(&["arn:other/x"])),
                ("JudgeRoles", vec!["iam:Get"], resources(&["arn:role/*"])),
                ("JudgeRoles", vec!["iam:Judge"], resources(&["arn:role/web"])),
            ]
        );
    }

    #[test]
    fn statements_that_differ_in_a_value_are_one() {
        let mut rights = Rights::default();
        for (role, policy) in [("arn:role/a", "arn:x"), ("arn:role/a", "arn:y"), ("arn:role/b", "arn:z")] {
            super::super::iam::attach(role, policy, &mut rights);
        }
        let statements = statements(rights.0.iter());
        let held: Vec<(&str, usize)> = statements
            .iter()
            .map(|one| (one.resources[0].as_str(), one.condition.as_ref().unwrap().values.len()))
            .collect();
        assert_eq!(held.iter().filter(|one| **one == ("arn:role/a", 2)).count(), 1, "{held:?}");
    }

    #[test]
    fn what_is_too_large_for_inline_policies_becomes_managed_ones_that_fit() {
        let mut rights = Rights::default();
        for number in 0..400 {
            let resource = format!("arn:aws:logs:ap-northeast-1:111111111111:log-group:/app/{number:0>4}:*");
            rights.allow(Purpose::Subscriptions, &[Doing::Read], &resource, &["logs:A", "logs:B"]);
        }
        let policies = written(&rights);
        assert!(policies.len() > 3, "{}", policies.len());
        let mut resources = 0;
        for policy in &policies {
            assert!(policy.managed && policy.characters() <= MANAGED, "{}", policy.characters());
            let statements = policy.document["Statement"].as_array().unwrap();
            resources +=
                statements.iter().map(|one| one["Resource"].as_array().unwrap().len()).sum::<usize>();
        }
        assert_eq!(resources, 400);
        assert_eq!(policies[0].name, "logpipe-t-1");
    }
}
