//! Reads the words back and compares them with the evaluator's decision, over generated principals and conditions.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::account_names::AccountNames;
use super::{condition, principal};
use crate::policy::{Context, Decision, Policy, PolicyKind, Principal, Request, evaluate};

const ACCOUNT: &str = "111111111111";
const OTHER: &str = "222222222222";

fn one_of<T: Clone + std::fmt::Debug + 'static>(choices: Vec<T>) -> impl Strategy<Value = T> {
    prop::sample::select(choices)
}

/// Everybody there is in this small world.
fn callers() -> Vec<Principal> {
    let account = || ACCOUNT.parse().unwrap();
    let session = |name: &str| Principal::Session {
        account: account(),
        arn: format!("arn:aws:sts::{ACCOUNT}:assumed-role/app/{name}"),
        role_arn: format!("arn:aws:iam::{ACCOUNT}:role/app"),
    };
    vec![
        Principal::Root { account: account(), arn: format!("arn:aws:iam::{ACCOUNT}:root") },
        Principal::Root { account: OTHER.parse().unwrap(), arn: format!("arn:aws:iam::{OTHER}:root") },
        Principal::User { account: account(), arn: format!("arn:aws:iam::{ACCOUNT}:user/ann") },
        session("s1"),
        session("s2"),
        Principal::Service("firehose.amazonaws.com".to_owned()),
    ]
}

fn names() -> impl Strategy<Value = Value> {
    let aws = one_of(vec![
        "*".to_owned(),
        ACCOUNT.to_owned(),
        format!("arn:aws:iam::{OTHER}:root"),
        format!("arn:aws:iam::{ACCOUNT}:user/ann"),
        format!("arn:aws:iam::{ACCOUNT}:role/app"),
        format!("arn:aws:sts::{ACCOUNT}:assumed-role/app/s1"),
    ]);
    let several = prop::collection::vec(aws, 1..5).prop_map(|names| json!({ "AWS": names }));
    let service = one_of(vec![json!(null), json!("firehose.amazonaws.com"), json!("ec2.amazonaws.com")]);
    (several, service).prop_map(|(mut element, service)| {
        if !service.is_null() {
            element["Service"] = service;
        }
        element
    })
}

/// What a reader takes the words to say of a caller.
fn read(words: &str, caller: &Principal) -> bool {
    if words == "nobody" {
        return false;
    }
    let words = words.split("; naming ").next().unwrap();
    match words.strip_prefix("everyone but ") {
        Some(but) => !list(but).any(|phrase| means(phrase, caller)),
        None => list(words).any(|phrase| means(phrase, caller)),
    }
}

fn list(words: &str) -> impl Iterator<Item = &str> {
    words.split(", ").flat_map(|part| part.split(" and "))
}

fn means(phrase: &str, caller: &Principal) -> bool {
    let of = |id: &str| phrase.ends_with(&format!(" of {id}")) || phrase.ends_with(&format!("account {id}"));
    let account = caller.account().map(ToString::to_string);
    let own = account.as_deref().is_some_and(of);
    match caller {
        _ if phrase == "everyone" => true,
        Principal::Service(_) => phrase == "the service Firehose",
        _ if phrase.starts_with("everybody in account") => own,
        _ if phrase.starts_with("anyone that account ") => {
            account.is_some_and(|id| phrase == format!("anyone that account {id} allows"))
        }
        Principal::Root { .. } => phrase.starts_with("the root user of account") && own,
        Principal::User { .. } => phrase.starts_with("the user ann of") && own,
        Principal::Session { arn, .. } => {
            let (_, session) = arn.split_once("assumed-role/").unwrap();
            own && (phrase.starts_with("the role app of")
                || phrase.starts_with(&format!("the session {session} of")))
        }
        other => panic!("{other:?}"),
    }
}

/// Whether a statement of this effect and element applies to a caller.
fn applies(effect: &str, element: &str, names: &Value, caller: &Principal) -> bool {
    let statement = json!({ "Effect": effect, element: names, "Action": "*", "Resource": "*" });
    let policy = Policy::from_value(&json!({ "Statement": [statement] })).unwrap();
    let context = Context::complete();
    let request = Request { principal: caller, action: "s3:GetObject", resource: "*", context: &context };
    match evaluate(&policy, PolicyKind::Resource, &request) {
        Decision::Allow { .. } | Decision::ExplicitDeny { .. } => true,
        Decision::ImplicitDeny { .. } => false,
        unknown @ Decision::Unknown { .. } => panic!("everything is known: {unknown:?}"),
    }
}

const OPERATORS: [(&str, &str); 14] = [
    ("StringEquals", "x"),
    ("StringNotEquals", "x"),
    ("StringEqualsIgnoreCase", "X"),
    ("StringNotEqualsIgnoreCase", "X"),
    ("StringLike", "y*"),
    ("StringNotLike", "y*"),
    ("NumericEquals", "5"),
    ("NumericNotEquals", "5"),
    ("NumericLessThan", "5"),
    ("NumericLessThanEquals", "5"),
    ("NumericGreaterThan", "5"),
    ("NumericGreaterThanEquals", "5"),
    ("Bool", "true"),
    ("Bool", "False"),
];

/// What a reader takes the words of a condition on `a:k` to say of these values, none being absence. What is asked of
/// something that is not there does not hold; what must not be does, and so does what is asked of all values of none.
fn holds(words: &str, given: &[&str]) -> bool {
    match words {
        "a:k is set" => return !given.is_empty(),
        "a:k is not set" => return given.is_empty(),
        "a:k is set or not set" => return true,
        _ => {}
    }
    let (words, if_absent) = match words.strip_suffix(", or is not set") {
        Some(rest) => (rest, true),
        None => (words, false),
    };
    let (words, quantifier) =
        match (words.strip_prefix("every value of "), words.strip_prefix("any value of ")) {
            (Some(rest), _) => (rest, "all"),
            (_, Some(rest)) => (rest, "any"),
            _ => (words, ""),
        };
    let (relation, wanted) = match words {
        "with a:k" => ("is", "true"),
        "a:k is false" => ("is", "false"),
        _ => {
            let relations = [
                "is not, ignoring case,",
                "is, ignoring case,",
                "does not match",
                "matches",
                "is less than",
                "is at most",
                "is more than",
                "is at least",
                "is not",
                "is",
            ];
            let rest = words.strip_prefix("a:k ").unwrap_or_else(|| panic!("{words}"));
            let found = relations.into_iter().find(|relation| rest.starts_with(&format!("{relation} ")));
            let relation = found.unwrap_or_else(|| panic!("{words}"));
            (relation, &rest[relation.len() + 1..])
        }
    };
    let wanted: Vec<&str> = wanted.split(" or ").collect();
    let number = |text: &str| text.parse::<f64>().ok();
    let fits = |value: &str, wanted: &str| match relation {
        "is less than" => number(value) < number(wanted) && number(value).is_some(),
        "is at most" => number(value) <= number(wanted) && number(value).is_some(),
        "is more than" => number(value) > number(wanted),
        "is at least" => number(value) >= number(wanted) && number(value).is_some(),
        "matches" | "does not match" => crate::policy::like(wanted, value),
        "is, ignoring case," | "is not, ignoring case," => value.eq_ignore_ascii_case(wanted),
        _ => {
            value.eq_ignore_ascii_case(wanted)
                && (value == wanted || ["true", "false"].contains(&wanted.to_ascii_lowercase().as_str()))
        }
    };
    let negated = relation.contains("not");
    let right = |value: &&str| wanted.iter().any(|wanted| fits(value, wanted)) != negated;
    match (quantifier, given) {
        ("all", []) => true,
        ("any", []) => if_absent,
        (_, []) => if_absent || negated,
        ("all", given) => given.iter().all(right),
        ("", given) if negated => given.iter().all(right),
        (_, given) => given.iter().any(right),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn who_is_said_to_be_meant_is_meant(
        names in names(), element in one_of(vec!["Principal", "NotPrincipal"]), effect in one_of(vec!["Allow", "Deny"])
    ) {
        let words = principal::words(&names, element == "NotPrincipal", effect == "Deny", &AccountNames::default());
        for caller in callers() {
            let expect = applies(effect, element, &names, &caller);
            prop_assert_eq!(read(&words, &caller), expect, "{} {} {}: {} for {}", effect, element, &names, &words, caller);
        }
    }

    #[test]
    fn when_it_is_said_to_hold_it_holds(
        (operator, value) in one_of(OPERATORS.to_vec()),
        prefix in one_of(vec!["", "ForAnyValue:", "ForAllValues:"]),
        suffix in one_of(vec!["", "IfExists"]),
        more in one_of(vec![None, Some("4")]),
        given in one_of(vec![
            vec![], vec!["x"], vec!["X"], vec!["y1"], vec!["5"], vec!["4"], vec!["6"], vec!["true"], vec!["false"],
            vec!["x", "y1"], vec!["4", "6"],
        ]),
    ) {
        let values: Vec<&str> = std::iter::once(value).chain(more.filter(|_| operator != "Bool")).collect();
        let condition = json!({ format!("{prefix}{operator}{suffix}"): { "a:k": values } });
        agree(&condition, &given)?;
    }

    #[test]
    fn what_is_said_to_be_there_is_there(
        values in one_of(vec![vec!["true"], vec!["False"], vec!["true", "false"]]), given in one_of(vec![vec![], vec!["x"]])
    ) {
        agree(&json!({ "Null": { "a:k": values } }), &given)?;
    }
}

fn agree(condition: &Value, given: &[&str]) -> Result<(), TestCaseError> {
    let words = condition::words(condition, &AccountNames::default());
    prop_assert_eq!(words.len(), 1);
    let statement = json!({ "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition });
    let policy = Policy::from_value(&json!({ "Statement": [statement] })).unwrap();
    let values: Vec<String> = given.iter().map(|value| (*value).to_owned()).collect();
    let context = Context::complete().with("a:k", values);
    let request = Request {
        principal: &Principal::Anonymous,
        action: "s3:GetObject",
        resource: "*",
        context: &context,
    };
    let expect = evaluate(&policy, PolicyKind::Identity, &request).allows();
    prop_assert_eq!(holds(&words[0], given), expect, "{}: {} on {:?}", condition, &words[0], given);
    Ok(())
}
