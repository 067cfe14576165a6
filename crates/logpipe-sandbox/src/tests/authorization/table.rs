//! Every operation of the table is tried with exactly what it takes, without each part of it, on other resources, and
//! against an explicit deny; and every operation of the sandbox has its rows.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::requests::Sent;
use super::rows::{Row, Take, all};
use super::stage::{CALLER, Stage, refusal, text};

/// Where operations are answered: nothing can be simulated that is not named in one of these.
const ANSWERED: [(&str, &str); 9] = [
    ("sts", include_str!("../../services/sts/operations.rs")),
    ("iam", include_str!("../../services/iam/operations.rs")),
    ("s3", include_str!("../../services/s3/routing.rs")),
    ("firehose", include_str!("../../services/firehose/operations.rs")),
    ("logs", include_str!("../../services/logs/operations.rs")),
    ("ec2", include_str!("../../services/ec2/operations.rs")),
    ("ssm", include_str!("../../services/ssm/operations.rs")),
    ("monitoring", include_str!("../../services/cloudwatch/operations.rs")),
    ("organizations", include_str!("../../services/organizations/operations.rs")),
];

/// What S3 tells apart without having a simulation of it.
const NOT_SIMULATED: [&str; 2] = ["CopyObject", "ListObjects"];

/// How the names of operations begin.
const VERBS: [&str; 28] = [
    "Abort",
    "Add",
    "Associate",
    "Assume",
    "Attach",
    "Complete",
    "Copy",
    "Create",
    "Delete",
    "Describe",
    "Detach",
    "Disassociate",
    "Filter",
    "Get",
    "Head",
    "List",
    "Put",
    "Remove",
    "Replace",
    "Set",
    "Simulate",
    "Start",
    "Stop",
    "Tag",
    "Test",
    "Untag",
    "Update",
    "Upload",
];

#[test]
fn who_has_exactly_what_it_takes_may() {
    let stage = Stage::new();
    for row in all() {
        let play = stage.with(&row.allowing());
        let answer = play.call(&row.sent);
        assert!(answer.status().is_success(), "{row:?}: {}", text(&answer));
        assert_eq!(play.last_operation(), row.operation);
    }
}

#[test]
fn who_lacks_one_thing_may_not() {
    check_refused("because no identity-based policy allows", |take| {
        vec![
            vec![json!({ "Effect": "Allow", "NotAction": take.action, "Resource": "*" })],
            vec![json!({ "Effect": "Allow", "Action": "*", "NotResource": take.resource })],
        ]
    });
}

#[test]
fn an_explicit_deny_wins() {
    check_refused("with an explicit deny in an identity-based policy", |take| {
        vec![vec![
            json!({ "Effect": "Allow", "Action": "*", "Resource": "*" }),
            json!({ "Effect": "Deny", "Action": take.action, "Resource": take.resource }),
        ]]
    });
}

/// Expects every row to be refused for each thing it takes, in each of the cases that are made of it.
#[track_caller]
fn check_refused(reason: &str, cases: impl Fn(&Take) -> Vec<Vec<Value>>) {
    let stage = Stage::new();
    for row in all() {
        for take in &row.takes {
            for statements in cases(take) {
                // Of two things on one resource, or of one action on two, the first is asked for first.
                let first = first_missing(&row, take, &statements);
                let answer = stage.with(&statements).call(&row.sent);
                assert_eq!(refusal(&answer), expected(&row, first, reason), "{row:?} with {statements:?}");
            }
        }
    }
}

fn first_missing<'a>(row: &'a Row, take: &'a Take, statements: &[Value]) -> &'a Take {
    let by_action = statements.iter().any(|statement| statement.get("NotAction").is_some());
    let by_resource = statements.iter().any(|statement| statement.get("NotResource").is_some());
    let covers = |pattern: &str, resource: &str| {
        pattern == resource || pattern.strip_suffix('*').is_some_and(|start| resource.starts_with(start))
    };
    let meant = |other: &&Take| match (by_action, by_resource) {
        (true, _) => other.action == take.action,
        (_, true) => covers(&take.resource, &other.resource),
        _ => other.action == take.action && covers(&take.resource, &other.resource),
    };
    row.takes.iter().find(meant).unwrap_or(take)
}

fn expected(row: &Row, take: &Take, reason: &str) -> (u16, String, String) {
    let Take { action, shown, .. } = take;
    let denied = match reason.starts_with("because") {
        true => format!("{reason} the {action} action"),
        false => reason.to_owned(),
    };
    let on = |shown: String| format!("User: {CALLER} is not authorized to perform: {action}{shown} {denied}");
    let usual = || on(format!(" on resource: {shown}"));
    match &row.sent {
        Sent::S3("HEAD", ..) => (403, String::new(), String::new()),
        Sent::S3(..) if shown == "-" => (403, "AccessDenied".to_owned(), on(String::new())),
        Sent::S3(..) => (403, "AccessDenied".to_owned(), on(format!(" on resource: \"{shown}\""))),
        Sent::Form("sts", ..) => {
            let text = format!("User: {CALLER} is not authorized to perform: {action} on resource: {shown}");
            (403, "AccessDenied".to_owned(), text)
        }
        Sent::Form("ec2", ..) => {
            let shown = if shown == "*" { String::new() } else { format!(" on resource: {shown}") };
            let text = format!("You are not authorized to perform this operation. {}", on(shown));
            (403, "UnauthorizedOperation".to_owned(), text)
        }
        Sent::Cbor(..) | Sent::Form(..) => (403, "AccessDenied".to_owned(), usual()),
        Sent::Json(_, "CreateLogGroup", _) if *action == "logs:TagResource" => {
            let text =
                "User with accountId: 111111111111 is not authorized to perform CreateLogGroup with Tags";
            (400, "AccessDeniedException".to_owned(), text.to_owned())
        }
        Sent::Json(..) => (400, "AccessDeniedException".to_owned(), usual()),
    }
}

#[test]
fn every_operation_has_its_rows() {
    let rows: BTreeSet<_> = all().iter().map(|row| (row.sent.service(), row.operation)).collect();
    let named = |(service, source): (&'static str, &'static str)| {
        operations(source).into_iter().map(move |operation| (service, operation))
    };
    let answered: BTreeSet<_> = ANSWERED.into_iter().flat_map(named).collect();
    assert_eq!(rows, answered);
}

/// The names of operations in a source: quoted words that begin with a verb of AWS's.
fn operations(source: &'static str) -> Vec<&'static str> {
    let code = source.split("#[cfg(test)]").next().unwrap();
    let code = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let quoted = code.flat_map(|line| line.split('"').skip(1).step_by(2));
    let operation = |word: &str| {
        word.chars().all(|letter| letter.is_ascii_alphanumeric())
            && VERBS.iter().any(|verb| word.strip_prefix(verb).is_some_and(begins_a_noun))
    };
    quoted.filter(|word| operation(word) && !NOT_SIMULATED.contains(word)).collect()
}

fn begins_a_noun(rest: &str) -> bool {
    rest.starts_with(|letter: char| letter.is_ascii_uppercase())
}

#[test]
fn what_is_not_listed_is_refused_even_to_those_who_may_everything() {
    let play = Stage::new().with(&[json!({ "Effect": "Allow", "Action": "*", "Resource": "*" })]);
    for sent in [
        Sent::Json("logs", "StartQuery", json!({})),
        Sent::Json("firehose", "DescribeStreams", json!({})),
        Sent::Json("organizations", "CreateAccount", json!({})),
        Sent::Form("iam", "CreateUser", &[]),
        Sent::Form("sts", "GetSessionToken", &[]),
        Sent::Form("ec2", "RunInstances", &[]),
        Sent::Json("ssm", "SendCommand", json!({})),
        Sent::Cbor("ListMetrics", Vec::new()),
        Sent::S3("GET", "/alpha-bucket?acl", &[], ""),
        Sent::S3("GET", "/alpha-bucket", &[], ""),
        Sent::S3("PUT", "/alpha-bucket/b", &[("x-amz-copy-source", "alpha-bucket/a")], ""),
    ] {
        let (status, code, _) = refusal(&play.call(&sent));
        assert_eq!((status, code.as_str()), (501, "NotImplemented"), "{sent:?}");
    }
}
