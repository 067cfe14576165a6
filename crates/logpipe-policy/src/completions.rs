//! What is said of a request of which not everything is known must hold whatever the rest turns out to be.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const KEY: &str = "aws:PrincipalOrgID";

fn one_of(choices: &'static [&'static str]) -> BoxedStrategy<String> {
    prop::sample::select(choices).prop_map(str::to_owned).boxed()
}

fn condition() -> impl Strategy<Value = Value> {
    let operators = &[
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringNotLike",
        "StringEqualsIfExists",
        "StringNotLikeIfExists",
        "ForAllValues:StringLike",
        "ForAllValues:StringNotEquals",
        "ForAnyValue:StringEquals",
        "ForAnyValue:StringNotLikeIfExists",
    ];
    let key = one_of(&[KEY, "aws:principalorgid", "known", "absent"]);
    let value = one_of(&["x", "y*", "*", "${aws:PrincipalOrgID}", "${known}", "${aws:PrincipalOrgID, 'x'}"]);
    let values = prop::collection::vec(value, 0..3);
    prop_oneof![
        4 => (one_of(operators), key.clone(), values)
            .prop_map(|(operator, key, values)| json!({operator: {key: values}})),
        1 => (key, one_of(&["true", "false"])).prop_map(|(key, value)| json!({"Null": {key: value}})),
    ]
}

fn statement() -> impl Strategy<Value = Value> {
    let resources =
        &["*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/${aws:PrincipalOrgID}", "arn:aws:s3:::c/${known}"];
    let names = one_of(&[
        "*",
        "111111111111",
        "222222222222",
        "arn:aws:iam::111111111111:role/app",
        "arn:aws:sts::111111111111:assumed-role/app/one",
        "arn:aws:sts::111111111111:assumed-role/other/one",
    ]);
    let names = prop::collection::vec(names, 1..4);
    let (effect, negated) = (one_of(&["Allow", "Deny"]), any::<(bool, bool)>());
    (effect, negated, one_of(resources), names, prop::option::of(condition())).prop_map(
        |(effect, (not_resource, not_principal), resource, names, condition)| {
            let resources = if not_resource { "NotResource" } else { "Resource" };
            let principals = if not_principal { "NotPrincipal" } else { "Principal" };
            let mut statement = json!({"Effect": effect, "Action": "s3:GetObject", resources: resource,
                principals: {"AWS": names}});
            if let Some(condition) = condition {
                statement["Condition"] = condition;
            }
            statement
        },
    )
}

fn account() -> logpipe_identifiers::AccountId {
    "111111111111".parse().unwrap()
}

const ROLE: &str = "arn:aws:iam::111111111111:role/app";

/// The decisions of one policy alone, and of all together within the account and across two.
fn decide(attached: &[Value], principal: &Principal, keys: &Context) -> [Decision; 3] {
    let policy = |statements: &Value| {
        Policy::from_value(&json!({"Version": "2012-10-17", "Statement": statements})).unwrap()
    };
    let attached = policy(&json!(attached));
    let identity = [policy(&json!([{"Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": {"StringNotEquals": {KEY: "z"}}}]))];
    let request = Request { principal, action: "s3:GetObject", resource: "arn:aws:s3:::b/k", context: keys };
    [
        evaluate(&attached, PolicyKind::Resource, &request),
        authorize(&request, &account(), &identity, Some(&attached)),
        authorize(&request, &"999999999999".parse().unwrap(), &identity, Some(&attached)),
    ]
}

/// Every way in which what is not known may turn out.
fn completions() -> Vec<(Principal, Context)> {
    let known = Context::complete().with("known", "k");
    let contexts = [
        known.clone(),
        known.clone().with(KEY, "x"),
        known.clone().with(KEY, "y1"),
        known.clone().with(KEY, "z"),
        known.clone().with(KEY, "k"),
        // Operators without wildcards take them for characters.
        known.clone().with(KEY, "y*"),
        known.clone().with(KEY, "*"),
        known.with(KEY, vec!["x".to_owned(), "z".to_owned()]),
    ];
    let session = |name: &str| Principal::Session {
        account: account(),
        arn: format!("arn:aws:sts::111111111111:assumed-role/app/{name}"),
        role_arn: ROLE.to_owned(),
    };
    let with = |name: &'static str| contexts.iter().map(move |context| (session(name), context.clone()));
    with("one").chain(with("two")).collect()
}

fn known() -> (Principal, Context) {
    let principal = Principal::AnySession { account: account(), role_arn: ROLE.to_owned() };
    (principal, Context::new().with("known", "k").without("absent"))
}

proptest! {
    #[test]
    fn what_is_certain_holds_for_whatever_is_unknown(policy in prop::collection::vec(statement(), 0..4)) {
        let (principal, context) = known();
        for (index, said) in decide(&policy, &principal, &context).into_iter().enumerate() {
            if let Decision::Unknown { depends_on, because } = &said {
                prop_assert!(!depends_on.is_empty() && !because.is_empty());
                continue;
            }
            for (principal, context) in completions() {
                let turned_out = decide(&policy, &principal, &context)[index].outcome();
                // What nothing can allow is refused either way.
                let refused = said.outcome() == "implicit_deny" && turned_out == "deny";
                prop_assert!(refused || said.outcome() == turned_out, "{said:?} {turned_out} {principal:?} {context:?}");
            }
        }
    }

    /// Of one statement nothing is called unknown that is the same whatever happens.
    #[test]
    fn what_is_unknown_could_turn_out_either_way(statement in statement()) {
        let (principal, context) = known();
        let policy = [statement];
        let said = &decide(&policy, &principal, &context)[0];
        let outcomes: std::collections::BTreeSet<&str> = completions()
            .iter()
            .map(|(principal, context)| decide(&policy, principal, context)[0].outcome())
            .collect();
        let both_depend = said.outcome() == "unknown" && outcomes.len() == 1;
        // Two elements that depend on one key may exclude each other, which is not seen.
        let element = |name: &str| policy[0].get(name).is_some_and(|value| value.to_string().contains("${aws"));
        let twice = policy[0].get("Condition").is_some()
            && (element("Resource") || element("NotResource"));
        prop_assert!(!both_depend || twice || policy[0]["Condition"].to_string().contains("${"), "{}", policy[0]);
    }
}

/// What is known of a request in which only one key is not.
fn check(statements: Value, organization: Option<Option<&str>>, expect: &str) {
    let context = match organization {
        None => Context::new(),
        Some(None) => Context::new().without(KEY),
        Some(Some(id)) => Context::new().with(KEY, id),
    };
    let principal = Principal::AnySession { account: account(), role_arn: ROLE.to_owned() };
    let request = Request {
        principal: &principal,
        action: "s3:PutObject",
        resource: "arn:aws:s3:::b/k",
        context: &context,
    };
    let policy = Policy::from_value(&json!({"Version": "2012-10-17", "Statement": statements})).unwrap();
    let decision = evaluate(&policy, PolicyKind::Resource, &request);
    assert_eq!(decision.outcome(), expect, "{statements} {organization:?}: {decision:?}");
}

#[test]
fn a_missing_fact_is_no_false_one() {
    let statement = |effect: &str, condition: Value| {
        json!({"Sid": "Perimeter", "Effect": effect, "Principal": "*", "Action": "s3:*", "Resource": "*",
            "Condition": condition})
    };
    let open = json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"});
    let perimeter = statement("Deny", json!({"StringNotEquals": {KEY: "o-1"}}));
    check(json!([perimeter, open]), None, "unknown");
    check(json!([perimeter, open]), Some(Some("o-1")), "allow");
    check(json!([perimeter, open]), Some(Some("o-2")), "deny");
    check(json!([perimeter, open]), Some(None), "deny");
    let gate = statement("Allow", json!({"StringEquals": {KEY: "o-1"}}));
    check(json!([gate]), None, "unknown");
    // A certain statement settles it.
    check(json!([gate, open]), None, "allow");
    let never = statement("Deny", json!({"Bool": {"aws:PrincipalIsAWSService": "false"}}));
    check(json!([perimeter, open, never]), None, "deny");
    check(json!([perimeter]), None, "implicit_deny");
    // Keys that are always there are there, whatever they are.
    check(json!([statement("Deny", json!({"Null": {"aws:userid": "true"}})), open]), None, "allow");
    check(json!([statement("Deny", json!({"Null": {KEY: "true"}})), open]), None, "unknown");
    check(json!([statement("Allow", json!({"StringLike": {"aws:userid": "*"}}))]), None, "allow");
    check(json!([statement("Allow", json!({"StringLike": {KEY: "*"}}))]), None, "unknown");
    check(json!([statement("Allow", json!({"StringLikeIfExists": {KEY: "*"}}))]), None, "allow");
    // One of two values that the policy treats alike.
    let tls = json!({"NumericLessThan": {"s3:TlsVersion": "1.2"}});
    let context = Context::new().with_one_of("s3:TlsVersion", ["1.2", "1.3"]);
    let (principal, _) = known();
    let request = Request {
        principal: &principal,
        action: "s3:PutObject",
        resource: "arn:aws:s3:::b/k",
        context: &context,
    };
    let policy = Policy::from_value(&json!({"Statement": [statement("Deny", tls), open]})).unwrap();
    assert!(evaluate(&policy, PolicyKind::Resource, &request).allows());
}

#[test]
fn the_session_of_a_service_has_a_name_that_nobody_knows() {
    let spares = |names: Value| {
        json!([{"Effect": "Deny", "NotPrincipal": {"AWS": names}, "Action": "*", "Resource": "*"},
            {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}])
    };
    let session = "arn:aws:sts::111111111111:assumed-role/app/firehose";
    check(spares(json!(["111111111111", ROLE, session])), None, "unknown");
    check(spares(json!(["111111111111", ROLE])), None, "deny");
    check(spares(json!([ROLE, session])), None, "deny");
    check(spares(json!("arn:aws:iam::111111111111:root")), None, "deny");
}
