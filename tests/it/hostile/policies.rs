//! Policy documents: read or refused at a place, and decided with.

use logpipe::policy::{Context, Policy, PolicyKind, Principal, Request, canonical, evaluate};
use proptest::prelude::*;
use serde_json::{Map, Value};

const VALID: &[u8] = br#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Deny","NotPrincipal":{"AWS":["111111111111","arn:aws:iam::111111111111:role/app"],"Service":"logs.amazonaws.com"},"NotAction":["s3:Get*","*"],"Resource":"arn:aws:s3:::b/${aws:username}/*","Condition":{"ForAllValues:StringLikeIfExists":{"aws:TagKeys":["a*","${*}"]},"NumericLessThan":{"k":1e30},"DateGreaterThan":{"k":"2026-01-01"},"NotIpAddress":{"k":"::1/129"}}}]}"#;

fn decide(text: &str) -> Result<(), TestCaseError> {
    let Ok(policy) = Policy::parse(text) else { return Ok(()) };
    let principal = Principal::Role {
        account: "111111111111".parse().unwrap(),
        arn: "arn:aws:iam::111111111111:role/app".into(),
    };
    let context = Context::new().with("k", "1e999").with("aws:TagKeys", vec![String::new(), "💥".to_owned()]);
    for kind in [PolicyKind::Identity, PolicyKind::Resource, PolicyKind::Trust] {
        for action in ["s3:GetObject", "", ":", "💥"] {
            let request =
                Request { principal: &principal, action, resource: "arn:aws:s3:::b/💥", context: &context };
            let decision = evaluate(&policy, kind, &request);
            prop_assert!(!decision.outcome().is_empty());
        }
    }
    let value: Value = serde_json::from_str(text).unwrap();
    prop_assert_eq!(Policy::from_value(&canonical(&value)).is_ok(), true);
    Ok(())
}

fn anything() -> impl Strategy<Value = Value> {
    let names = [
        "Version",
        "Statement",
        "Effect",
        "Action",
        "Principal",
        "AWS",
        "Condition",
        "StringEquals",
        "Null",
        "k",
    ];
    let scalar = prop_oneof![
        prop::sample::select(vec![
            "Allow",
            "Deny",
            "*",
            "s3:*",
            "2012-10-17",
            "${",
            "${,'",
            "arn:::::",
            "true"
        ])
        .prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ];
    scalar.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(names.to_vec()), inner), 0..6).prop_map(|entries| {
                Value::Object(
                    entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>(),
                )
            }),
        ]
    })
}

proptest! {
    #[test]
    fn a_damaged_policy_is_refused_or_decides(bytes in super::damaged(VALID)) {
        decide(&String::from_utf8_lossy(&bytes))?;
    }

    #[test]
    fn any_json_is_refused_or_decides(document in anything()) {
        decide(&document.to_string())?;
    }
}

#[test]
fn depth_and_size_are_refused_or_read() {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(200_000), close.repeat(200_000));
    for text in [deep("[", "]"), deep("{\"Statement\":", "}"), deep("{\"Statement\":[", "]}")] {
        assert!(Policy::parse(&text).is_err());
    }
    assert!(
        Policy::parse(
            r#"{"Statement":{"Effect":"Allow","Action":"*","Condition":{"NumericEquals":{"k":1e999}}}}"#
        )
        .is_err()
    );
    let many = vec![r#"{"Effect":"Allow","Action":"*"}"#; 50_000].join(",");
    assert!(Policy::parse(&format!(r#"{{"Statement":[{many}]}}"#)).is_ok());
}
