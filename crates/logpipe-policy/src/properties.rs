//! What must hold for every policy and every request.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

fn one_of(choices: &'static [&'static str]) -> BoxedStrategy<String> {
    prop::sample::select(choices).prop_map(str::to_owned).boxed()
}

const ACTIONS: &[&str] = &["*", "s3:*", "s3:Get*", "s3:GetObject", "logs:Put*", "logs:PutSubscriptionFilter"];
const RESOURCES: &[&str] = &["*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/k", "arn:aws:s3:::b/${aws:username}"];
const NAMES: &[&str] =
    &["*", "111111111111", "arn:aws:iam::111111111111:role/app", "arn:aws:iam::999999999999:root"];
const OPERATORS: &[&str] =
    &["StringEquals", "StringNotLike", "StringLikeIfExists", "ForAllValues:StringLike"];

fn statement(effect: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let condition = prop::option::of((one_of(OPERATORS), one_of(&["x", "y*"])));
    (one_of(effect), any::<bool>(), one_of(ACTIONS), one_of(RESOURCES), one_of(NAMES), condition).prop_map(
        |(effect, negated, action, resource, name, condition)| {
            let action_element = if negated { "NotAction" } else { "Action" };
            let mut statement = json!({"Effect": effect, action_element: [action], "Resource": resource,
                "Principal": {"AWS": name}});
            if let Some((operator, value)) = condition {
                statement["Condition"] = json!({operator: {"k": value}});
            }
            statement
        },
    )
}

fn statements() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(statement(&["Allow", "Deny"]), 0..5)
}

fn decide(statements: &[Value], keys: &Context) -> Decision {
    let document = json!({"Version": "2012-10-17", "Statement": statements});
    let principal = Principal::Role {
        account: "111111111111".parse().unwrap(),
        arn: "arn:aws:iam::111111111111:role/app".to_owned(),
    };
    let policy = Policy::from_value(&document).unwrap();
    let request = Request {
        principal: &principal,
        action: "s3:GetObject",
        resource: "arn:aws:s3:::b/k",
        context: keys,
    };
    let alone = evaluate(&policy, PolicyKind::Resource, &request);
    let account = "111111111111".parse().unwrap();
    let whole = authorize(&request, &account, &[], Some(&policy));
    assert!(!whole.allows() || alone.allows(), "a request needs some policy to allow it");
    alone
}

/// What a role's identity policy and the resource's policy allow together.
fn decide_whole(identity: &[Value], attached: &[Value], across: bool, keys: &Context) -> bool {
    let without_principal = |statement: &Value| {
        let mut statement = statement.clone();
        statement.as_object_mut().unwrap().shift_remove("Principal");
        statement
    };
    let identity: Vec<Value> = identity.iter().map(without_principal).collect();
    let policy = |statements: &[Value]| {
        Policy::from_value(&json!({"Version": "2012-10-17", "Statement": statements})).unwrap()
    };
    let account: logpipe_identifiers::AccountId = "111111111111".parse().unwrap();
    let arn = "arn:aws:iam::111111111111:role/app".to_owned();
    let principal = Principal::Role { account: account.clone(), arn };
    let owner = if across { "999999999999".parse().unwrap() } else { account };
    let request = Request {
        principal: &principal,
        action: "s3:GetObject",
        resource: "arn:aws:s3:::b/k",
        context: keys,
    };
    authorize(&request, &owner, &[policy(&identity)], Some(&policy(attached))).allows()
}

fn keys() -> impl Strategy<Value = Context> {
    prop::collection::vec(one_of(&["x", "y1", "z"]), 0..3)
        .prop_map(|values| Context::complete().with("k", values))
}

/// Any JSON, with the names and values of policies strewn in.
fn document() -> impl Strategy<Value = Value> {
    let text = one_of(&[
        "*",
        "S3:Get",
        "111111111111",
        "arn:aws:iam::111111111111:root",
        "true",
        "",
        "logs.eu-west-1.amazonaws.com",
        "2012-10-17",
    ]);
    let scalar = prop_oneof![
        text.prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        (0..9).prop_map(Value::from),
        Just(Value::Null),
    ];
    let key = one_of(&[
        "Version",
        "Statement",
        "Sid",
        "Effect",
        "Principal",
        "AWS",
        "Service",
        "Action",
        "Resource",
        "Condition",
        "Bool",
        "Null",
        "StringLike",
        "aws:k",
        "AWS:K",
    ]);
    scalar.prop_recursive(5, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..5)
                .prop_map(|entries| Value::Object(Map::from_iter(entries))),
        ]
    })
}

/// The same JSON, every object's keys the other way round.
fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            object.iter().rev().map(|(key, value)| (key.clone(), reversed(value))).collect()
        }
        Value::Array(values) => values.iter().map(reversed).collect(),
        scalar => scalar.clone(),
    }
}

proptest! {
    #[test]
    fn adding_a_deny_never_allows_more(
        mut policy in statements(), deny in statement(&["Deny"]), at in any::<prop::sample::Index>(), keys in keys()
    ) {
        let before = decide(&policy, &keys).allows();
        policy.insert(at.index(policy.len() + 1), deny);
        prop_assert!(before || !decide(&policy, &keys).allows());
    }

    #[test]
    fn adding_an_allow_never_allows_less(
        mut policy in statements(), allow in statement(&["Allow"]), at in any::<prop::sample::Index>(), keys in keys()
    ) {
        let before = decide(&policy, &keys).allows();
        policy.insert(at.index(policy.len() + 1), allow);
        prop_assert!(!before || decide(&policy, &keys).allows());
    }

    #[test]
    fn the_order_of_statements_does_not_matter(
        (policy, shuffled) in statements().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        keys in keys()
    ) {
        prop_assert_eq!(decide(&policy, &keys).outcome(), decide(&shuffled, &keys).outcome());
    }

    #[test]
    fn the_canonical_form_is_its_own_canonical_form(document in document()) {
        let once = canonical(&document);
        prop_assert_eq!(canonical(&once).to_string(), once.to_string());
    }

    #[test]
    fn the_order_of_keys_does_not_matter(document in document()) {
        prop_assert!(same(&document, &reversed(&document)));
        prop_assert_eq!(canonical(&document).to_string(), canonical(&reversed(&document)).to_string());
    }

    #[test]
    fn a_document_decides_as_its_canonical_form(policy in statements(), keys in keys()) {
        let document = canonical(&json!({"Version": "2012-10-17", "Statement": policy}));
        let canonical: Vec<Value> = document["Statement"].as_array().unwrap().clone();
        prop_assert_eq!(decide(&policy, &keys).outcome(), decide(&canonical, &keys).outcome());
    }

    #[test]
    fn if_exists_only_ever_weakens(
        operator in one_of(&["StringEquals", "StringNotLike", "ForAnyValue:StringLike", "ForAllValues:StringEquals"]),
        value in one_of(&["x", "y*"]), keys in keys()
    ) {
        let allow = |operator: &str| json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*",
            "Condition": {operator: {"k": value}}});
        let weaker = decide(&[allow(&format!("{operator}IfExists"))], &keys).allows();
        prop_assert!(weaker || !decide(&[allow(&operator)], &keys).allows());
    }

    #[test]
    fn the_order_of_list_elements_does_not_matter(policy in statements(), keys in keys()) {
        let wider = |order: &[usize]| -> Vec<Value> {
            let lists = [json!("logs:Get*"), json!("s3:GetObject"), json!("kms:*")];
            let list: Vec<&Value> = order.iter().map(|index| &lists[*index]).collect();
            let widen = |statement: &Value| {
                let mut statement = statement.clone();
                let element = if statement.get("Action").is_some() { "Action" } else { "NotAction" };
                statement[element] = json!(list);
                statement
            };
            policy.iter().map(widen).collect()
        };
        prop_assert_eq!(decide(&wider(&[0, 1, 2]), &keys).outcome(), decide(&wider(&[2, 1, 0]), &keys).outcome());
    }

    #[test]
    fn a_document_printed_and_read_again_is_the_same(policy in statements()) {
        let document = json!({"Version": "2012-10-17", "Statement": policy});
        let read = Policy::from_value(&document).unwrap();
        prop_assert_eq!(&Policy::parse(&document.to_string()).unwrap(), &read);
        prop_assert_eq!(&Policy::parse(&serde_json::to_string_pretty(&document).unwrap()).unwrap(), &read);
    }

    /// Over all policies of a request, within an account and across two.
    #[test]
    fn a_deny_anywhere_never_allows_more_and_an_allow_never_less(
        identity in statements(), attached in statements(), more in statement(&["Allow", "Deny"]),
        to_identity in any::<bool>(), across in any::<bool>(), keys in keys()
    ) {
        let before = decide_whole(&identity, &attached, across, &keys);
        let (mut identity, mut attached) = (identity, attached);
        let denies = more["Effect"] == "Deny";
        if to_identity { identity.push(more) } else { attached.push(more) }
        let after = decide_whole(&identity, &attached, across, &keys);
        let (more, less) = if denies { (before, after) } else { (after, before) };
        prop_assert!(more || !less);
    }
}
