//! Policies that are about a request, more or less: every element matches it, nearly matches it, or does not.

use serde_json::{Map, Value, json};

use super::asking::{ACCOUNTS, Asking, MULTIPLE, SINGLE, derived};
use super::dice::Dice;

/// Where a policy goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Identity,
    Resource,
    Trust,
}

/// A policy for that place, of one to three statements.
pub(super) fn policy(dice: &mut Dice, asking: &Asking, place: Place) -> Value {
    let count = *dice.of(&[1, 1, 2, 3]);
    let statements: Vec<Value> = (0..count).map(|_| statement(dice, asking, place)).collect();
    let statements = dice.one_or_many(statements);
    let mut policy = Map::new();
    match dice.below(10) {
        0 => {}
        1 => drop(policy.insert("Version".to_owned(), json!("2008-10-17"))),
        _ => drop(policy.insert("Version".to_owned(), json!("2012-10-17"))),
    }
    policy.insert("Statement".to_owned(), statements);
    Value::Object(policy)
}

fn statement(dice: &mut Dice, asking: &Asking, place: Place) -> Value {
    let denies = dice.percent(22);
    let mut statement = Map::new();
    let mut put = |name: &str, value: Value| drop(statement.insert(name.to_owned(), value));
    put("Effect", json!(if denies { "Deny" } else { "Allow" }));
    let actions = several(dice, |dice| json!(action(dice, asking)));
    put(if dice.percent(12) { "NotAction" } else { "Action" }, actions);
    if place != Place::Trust {
        let resources = several(dice, |dice| json!(resource(dice, asking)));
        put(if dice.percent(12) { "NotResource" } else { "Resource" }, resources);
    }
    if place != Place::Identity {
        // AWS takes NotPrincipal in denials only (IAM User Guide, "AWS JSON policy elements: NotPrincipal").
        let negated = denies && place == Place::Resource && dice.percent(35);
        put(if negated { "NotPrincipal" } else { "Principal" }, principals(dice, asking, negated));
    }
    if dice.percent(55) {
        put("Condition", conditions(dice, asking));
    }
    Value::Object(statement)
}

fn several(dice: &mut Dice, mut one: impl FnMut(&mut Dice) -> Value) -> Value {
    let count = *dice.of(&[1, 1, 1, 2, 3]);
    let values = (0..count).map(|_| one(dice)).collect();
    dice.one_or_many(values)
}

fn action(dice: &mut Dice, asking: &Asking) -> String {
    let (service, name) = asking.action.split_once(':').unwrap();
    match dice.below(10) {
        0..3 => asking.action.clone(),
        3 => dice.recased(&asking.action),
        4..6 => format!("{service}:{}", dice.blurred(name)),
        6 => format!("{service}:*"),
        7 => "*".to_owned(),
        8 => dice.text(&[
            "s3:GetObject",
            "s3:PutObject",
            "logs:*",
            "sts:TagSession",
            "kms:Decrypt",
            "iam:Get*",
        ]),
        _ => format!("{service}:{}Other", name),
    }
}

fn resource(dice: &mut Dice, asking: &Asking) -> String {
    let asked = &asking.resource;
    if asked == "*" {
        return dice.text(&["*", "*", "arn:aws:s3:::archive", "arn:aws:s3:::*"]);
    }
    match dice.below(22) {
        0..7 => asked.clone(),
        7..10 => "*".to_owned(),
        10..13 => {
            let (head, rest) = split_resource(asked);
            format!("{head}{}", dice.blurred(rest))
        }
        13 => {
            // A wildcard for a whole part of the ARN.
            let mut parts: Vec<&str> = asked.splitn(6, ':').collect();
            let part = *dice.of(&[3, 4]);
            if !parts[part].is_empty() {
                parts[part] = "*";
            }
            parts.join(":")
        }
        14 => {
            let mut parts: Vec<String> = asked.splitn(6, ':').map(str::to_owned).collect();
            let part = *dice.of(&[3, 4]);
            if !parts[part].is_empty() {
                parts[part] = dice.blurred(&parts[part]);
            }
            parts.join(":")
        }
        15 => asked.replace("ann", "${aws:username}").replace("/app/", "/${aws:PrincipalTag/team, 'app'}/"),
        16 => asked.replace("ann", "${aws:PrincipalTag/team}"),
        17 => {
            let parts: Vec<&str> = asked.splitn(6, ':').collect();
            format!("{}:*", parts[..5].join(":"))
        }
        18 | 19 => {
            // A wildcard that ends its part of the ARN and may stand for the next ones as well.
            let parts: Vec<&str> = asked.split(':').collect();
            let from = 3 + dice.below(parts.len() - 3);
            let upto = from + dice.below(parts.len() - from) + 1;
            [&parts[..from], &["*"], &parts[upto..]].concat().join(":")
        }
        20 => asked.replace("eu-west-1", "us-east-1").replace("logs/", "Logs/").replace("cwl", "CWL"),
        _ => asked.replace(&asking.owner, &dice.text(&ACCOUNTS)),
    }
}

/// The resource part begins behind its type, in which AWS knows no wildcards.
fn split_resource(arn: &str) -> (&str, &str) {
    let start = arn.splitn(6, ':').take(5).map(|part| part.len() + 1).sum::<usize>();
    let kind = match arn[start..].find(['/', ':']) {
        Some(at) if !arn.starts_with("arn:aws:s3:") => at + 1,
        _ => 0,
    };
    arn.split_at(start + kind)
}

fn principals(dice: &mut Dice, asking: &Asking, negated: bool) -> Value {
    if !negated && dice.percent(12) {
        return json!("*");
    }
    let count = if negated { *dice.of(&[1, 2, 3]) } else { *dice.of(&[1, 1, 1, 2]) };
    let mut kinds: Map<String, Value> = Map::new();
    for _ in 0..count {
        let (kind, name) = principal(dice, asking, negated);
        let names = kinds.entry(kind).or_insert_with(|| json!([]));
        names.as_array_mut().unwrap().push(json!(name));
    }
    for names in kinds.values_mut() {
        let values = names.as_array().unwrap().clone();
        *names = dice.one_or_many(values);
    }
    Value::Object(kinds)
}

fn principal(dice: &mut Dice, asking: &Asking, negated: bool) -> (String, String) {
    let account = match asking.principal.account() {
        Some(account) if dice.percent(70) => account.to_string(),
        _ => dice.text(&ACCOUNTS),
    };
    let service = asking.principal.account().is_none() && dice.percent(75);
    if service {
        let name = asking.principal.to_string();
        let name = if dice.percent(70) && !name.contains(' ') {
            name
        } else {
            "logs.eu-west-1.amazonaws.com".to_owned()
        };
        return ("Service".to_owned(), name);
    }
    let aws = match dice.below(if negated { 15 } else { 16 }) {
        0..3 => account,
        3..5 => format!("arn:aws:iam::{account}:root"),
        5..9 => format!("arn:aws:iam::{account}:role/app"),
        9..11 => format!("arn:aws:sts::{account}:assumed-role/app/s1"),
        11 => format!("arn:aws:sts::{account}:assumed-role/app/s2"),
        12..14 => format!("arn:aws:iam::{account}:user/ann"),
        14 => return ("Service".to_owned(), dice.text(&["logs.amazonaws.com", "s3.amazonaws.com"])),
        _ => "*".to_owned(),
    };
    ("AWS".to_owned(), aws)
}

/// Operators by the type of what they compare.
const TEXT: [&str; 6] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
];
const NUMBER: [&str; 6] = [
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
];
const DATE: [&str; 6] = [
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
];
const ARN: [&str; 4] = ["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"];

fn conditions(dice: &mut Dice, asking: &Asking) -> Value {
    let mut operators: Map<String, Value> = Map::new();
    for _ in 0..*dice.of(&[1, 1, 1, 2]) {
        let (operator, key, values) = condition(dice, asking);
        let keys = operators.entry(operator).or_insert_with(|| json!({}));
        keys.as_object_mut().unwrap().insert(key, values);
    }
    Value::Object(operators)
}

fn condition(dice: &mut Dice, asking: &Asking) -> (String, String, Value) {
    let derived = derived(&asking.principal);
    let following = ["aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalType", "aws:username"];
    let services = ["aws:PrincipalServiceName", "aws:PrincipalIsAWSService"];
    let (key, choices, multiple): (&str, Vec<String>, bool) = match dice.below(20) {
        0..4 if asking.action == "s3:ListBucket" => ("s3:prefix", vec!["logs/".to_owned()], false),
        0..13 => {
            let (key, values) = *dice.of(&SINGLE);
            (key, values.iter().map(|value| (*value).to_owned()).collect(), false)
        }
        13..17 => {
            let key = *dice.of(&[&following[..], &services[..]].concat());
            let known = derived.get(key).and_then(Value::as_str).unwrap_or("true");
            (key, vec![known.to_owned(), "arn:aws:iam::111111111111:role/app".to_owned()], false)
        }
        _ => {
            let (key, values) = *dice.of(&MULTIPLE);
            (key, values.iter().map(|value| (*value).to_owned()).collect(), true)
        }
    };
    if dice.percent(8) {
        let value =
            if dice.percent(50) { json!(dice.percent(50)) } else { json!(dice.text(&["true", "false"])) };
        return ("Null".to_owned(), dice.recased(key), value);
    }
    let base = operator(dice, key);
    let values = several(dice, |dice| value(dice, &base, &choices));
    let prefix = match (multiple, dice.percent(if key == "s3:prefix" { 40 } else { 8 })) {
        (true, _) | (_, true) => dice.text(&["ForAnyValue:", "ForAllValues:"]),
        (false, false) => String::new(),
    };
    let suffix = if dice.percent(20) { "IfExists" } else { "" };
    let key = if dice.percent(20) { dice.recased(key) } else { key.to_owned() };
    (format!("{prefix}{base}{suffix}"), key, values)
}

fn operator(dice: &mut Dice, key: &str) -> String {
    if dice.percent(12) && !key.ends_with("Time") {
        return dice.text(&TEXT);
    }
    match key {
        "aws:SourceArn" | "aws:PrincipalArn" => dice.text(&ARN),
        "aws:SourceIp" => dice.text(&["IpAddress", "NotIpAddress"]),
        "aws:CurrentTime" | "aws:EpochTime" => dice.text(&DATE),
        "aws:MultiFactorAuthAge" | "s3:max-keys" => dice.text(&NUMBER),
        "aws:SecureTransport" | "aws:PrincipalIsAWSService" => "Bool".to_owned(),
        "aws:RequestTag/data" => dice.text(&["BinaryEquals", "StringEquals"]),
        _ => dice.text(&TEXT),
    }
}

fn value(dice: &mut Dice, operator: &str, choices: &[String]) -> Value {
    let known = dice.of(choices).clone();
    match operator {
        _ if operator.starts_with("Numeric") => match dice.below(4) {
            0 => json!(10),
            1 => json!("59.0"),
            _ => json!(known),
        },
        _ if operator.starts_with("Date") => json!(match dice.below(4) {
            0 => "2026-03-01".to_owned(),
            1 => "2026-03-01T12:30:45Z".to_owned(),
            2 => "1772323200".to_owned(),
            _ => known,
        }),
        "Bool" => match dice.below(4) {
            0 => json!(true),
            1 => json!("TRUE"),
            2 => json!(false),
            _ => json!(known),
        },
        "IpAddress" | "NotIpAddress" => {
            let ranges = ["192.0.2.0/24", "198.51.100.1", "198.51.100.0/31", "2001:db8::/32", "0.0.0.0/0"];
            json!(dice.text(&ranges))
        }
        _ if operator.starts_with("Arn") => json!(arn_value(dice, &known)),
        _ => json!(text_value(dice, known)),
    }
}

fn arn_value(dice: &mut Dice, known: &str) -> String {
    match dice.below(6) {
        _ if !known.starts_with("arn:") => known.to_owned(),
        0 if dice.percent(80) => "*".to_owned(),
        0 | 1 => known.to_owned(),
        2 => known.replace("eu-west-1", "*").replace("111111111111", "*"),
        3 => known.replace("/app/web", "${*}").replace("role/app", "role/${aws:PrincipalTag/team, 'app'}"),
        4 => {
            let (head, rest) = split_resource(known);
            format!("{head}{}", dice.blurred(rest))
        }
        _ => known.replace("1111", "2222"),
    }
}

fn text_value(dice: &mut Dice, known: String) -> String {
    if known.ends_with('*') && dice.percent(60) {
        return known.replace('*', "${*}");
    }
    match dice.below(10) {
        0..4 => known,
        4 => dice.recased(&known),
        5..7 => dice.blurred(&known),
        7 => dice.text(&[
            "${aws:username}",
            "${aws:PrincipalTag/team}",
            "${aws:principaltag/TEAM, 'ann'}",
            "logs/${aws:username}/",
        ]),
        8 => format!("{known}${{*}}"),
        _ => "something else".to_owned(),
    }
}
