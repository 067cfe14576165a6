//! The decisions that `tests/policy-vectors.json` asks for.

use serde::Deserialize;
use serde_json::Value;

use super::*;

const VECTORS: &str = include_str!("../tests/policy-vectors.json");

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
    requests: Vec<Whole>,
}

#[derive(Deserialize)]
struct Asked {
    name: String,
    principal: Value,
    action: String,
    resource: String,
    context: serde_json::Map<String, Value>,
    expect: String,
}

#[derive(Deserialize)]
struct Vector {
    #[serde(flatten)]
    asked: Asked,
    kind: String,
    policy: Value,
}

#[derive(Deserialize)]
struct Whole {
    #[serde(flatten)]
    asked: Asked,
    resource_account: String,
    identity_policies: Vec<Value>,
    resource_policy: Option<Value>,
}

fn principal(value: &Value) -> Principal {
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let account = || text("account").parse().unwrap();
    let arn = text("arn");
    match text("type").as_str() {
        "service" => Principal::Service(text("service")),
        "root" => Principal::Root { account: account(), arn },
        "user" => Principal::User { account: account(), arn },
        "role" => Principal::Role { account: account(), arn },
        "session" => Principal::Session { account: account(), arn, role_arn: text("role") },
        other => panic!("unknown principal type {other}"),
    }
}

fn keys_of(values: &serde_json::Map<String, Value>) -> Context {
    let mut context = Context::complete();
    for (key, value) in values {
        match value {
            Value::Array(values) => {
                let values: Vec<String> = values.iter().map(|v| v.as_str().unwrap().to_owned()).collect();
                context.insert(key, values);
            }
            one => context.insert(key, one.as_str().unwrap()),
        }
    }
    context
}

fn policy(value: &Value) -> Policy {
    Policy::from_value(value).unwrap()
}

#[test]
fn one_policy_alone_decides_as_the_vectors_say() {
    let vectors: Vectors = serde_json::from_str(VECTORS).unwrap();
    assert!(vectors.vectors.len() >= 37);
    for vector in vectors.vectors {
        let kind = match vector.kind.as_str() {
            "identity" => PolicyKind::Identity,
            "resource" => PolicyKind::Resource,
            "trust" => PolicyKind::Trust,
            other => panic!("unknown kind {other}"),
        };
        let Asked { name, principal: who, action, resource, context: keys, expect } = &vector.asked;
        let (who, keys) = (principal(who), keys_of(keys));
        let request = Request { principal: &who, action, resource, context: &keys };
        let decision = evaluate(&Policy::from_value(&vector.policy).unwrap(), kind, &request);
        assert_eq!(decision.outcome(), expect, "{name}: {decision:?}");
    }
}

#[test]
fn all_policies_together_decide_as_the_vectors_say() {
    let vectors: Vectors = serde_json::from_str(VECTORS).unwrap();
    assert!(vectors.requests.len() >= 14);
    for whole in vectors.requests {
        let Asked { name, principal: who, action, resource, context: keys, expect } = &whole.asked;
        let (who, keys) = (principal(who), keys_of(keys));
        let request = Request { principal: &who, action, resource, context: &keys };
        let identity: Vec<Policy> = whole.identity_policies.iter().map(policy).collect();
        let on_resource = whole.resource_policy.as_ref().map(policy);
        let account = whole.resource_account.parse().unwrap();
        let decision = authorize(&request, &account, &identity, on_resource.as_ref());
        assert_eq!(decision.outcome(), expect, "{name}: {decision:?}");
    }
}
