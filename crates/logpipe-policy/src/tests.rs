//! What the vectors leave open: error texts, explanations, operators, principals, sameness.

use serde_json::{Value, json};

use super::*;

const ACCOUNT: &str = "999999999999";

fn policy(value: &Value) -> Policy {
    Policy::from_value(value).unwrap()
}

fn role() -> Principal {
    Principal::Role { account: ACCOUNT.parse().unwrap(), arn: format!("arn:aws:iam::{ACCOUNT}:role/app") }
}

fn session() -> Principal {
    Principal::Session {
        account: ACCOUNT.parse().unwrap(),
        arn: format!("arn:aws:sts::{ACCOUNT}:assumed-role/app/s"),
        role_arn: format!("arn:aws:iam::{ACCOUNT}:role/app"),
    }
}

fn refuse(text: &str, expect: &str) {
    assert_eq!(Policy::parse(text).unwrap_err().to_string(), expect);
}

#[test]
fn malformed_documents_are_refused_with_what_to_write() {
    refuse("[]", "policy: must be a JSON object");
    refuse(r#"{"Version":"2012-10-17"}"#, "policy: Statement is missing");
    refuse(r#"{"Version":"2012","Statement":[]}"#, r#"policy: Version must be "2012-10-17" or "2008-10-17""#);
    refuse(
        r#"{"Statement":[{"Effect":"allow","Action":"*"}]}"#,
        r#"statement 1: Effect must be "Allow" or "Deny""#,
    );
    refuse(
        r#"{"Statement":{"Sid":"S","Effect":"Allow","Action":"*","Ressource":"*"}}"#,
        "S: unknown element \"Ressource\"; the elements are Sid, Effect, Principal, NotPrincipal, Action, NotAction, \
         Resource, NotResource, Condition",
    );
    refuse(
        r#"{"Statement":{"Effect":"Allow","Action":"*","NotAction":"*"}}"#,
        "statement 1: has both Action and NotAction; keep one",
    );
    refuse(
        r#"{"Statement":{"Effect":"Allow","Action":"PutObject"}}"#,
        r#"statement 1: action "PutObject" must be "*" or "service:Action""#,
    );
    refuse(
        r#"{"Statement":{"Effect":"Allow","Action":"*","Principal":"111111111111"}}"#,
        r#"statement 1: Principal must be "*" or an object such as {"AWS": "<account id>"}"#,
    );
    refuse(
        r#"{"Statement":{"Effect":"Allow","Action":"*","Condition":{"StringEqual":{"a":"b"}}}}"#,
        "statement 1: unknown condition operator \"StringEqual\"",
    );
    assert!(
        Policy::parse("{").unwrap_err().to_string().starts_with("the policy is not JSON (line 1, column 1)")
    );
}

/// Why a policy of one statement, made of `extra`, does not allow.
fn because(extra: Value, kind: PolicyKind, principal: &Principal, context: &Context) -> Vec<String> {
    let mut statement = json!({"Effect": "Allow", "Action": "sts:AssumeRole"});
    statement.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    let request = Request {
        principal,
        action: "sts:AssumeRole",
        resource: "arn:aws:iam::999999999999:role/cwl",
        context,
    };
    let document = json!({"Version": "2012-10-17", "Statement": [statement]});
    match evaluate(&policy(&document), kind, &request) {
        Decision::ImplicitDeny { because } => because,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_implicit_deny_says_which_element_failed() {
    let logs = Principal::Service("logs.amazonaws.com".to_owned());
    let from_one =
        Context::complete().with("aws:SourceArn", "arn:aws:logs:eu-west-1:111111111111:log-group:/x");
    let source = json!({"Principal": {"Service": "logs.amazonaws.com"},
        "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:logs:*:222222222222:*"}}});
    assert_eq!(
        because(source.clone(), PolicyKind::Trust, &logs, &from_one),
        [
            "statement 1: condition ArnLike aws:SourceArn: \"arn:aws:logs:eu-west-1:111111111111:log-group:/x\" \
          does not match \"arn:aws:logs:*:222222222222:*\""
        ]
    );
    assert_eq!(
        because(source, PolicyKind::Trust, &logs, &Context::complete()),
        [
            "statement 1: condition ArnLike aws:SourceArn: the request does not have it, and the policy names \"arn:aws:logs:*:222222222222:*\""
        ]
    );
    assert_eq!(
        because(
            json!({"Principal": {"Service": "firehose.amazonaws.com"}}),
            PolicyKind::Trust,
            &logs,
            &Context::complete()
        ),
        ["statement 1: Principal names firehose.amazonaws.com, and the caller is logs.amazonaws.com"]
    );
    assert_eq!(
        because(
            json!({"Action": ["s3:Get*", "s3:List*"], "Resource": "*"}),
            PolicyKind::Identity,
            &logs,
            &Context::complete()
        ),
        [r#"statement 1: Action "sts:AssumeRole" does not match "s3:Get*" or "s3:List*""#]
    );
}

#[test]
fn an_external_id_is_never_told() {
    let role = role();
    let trust = |id: &str| {
        json!({"Principal": {"AWS": ACCOUNT},
        "Condition": {"StringEquals": {"sts:ExternalId": id}}})
    };
    let with = |id: &str| Context::complete().with("sts:ExternalId", id);
    let told = because(trust("open-sesame"), PolicyKind::Trust, &role, &with("guess")).concat();
    assert!(!told.contains("sesame") && !told.contains("guess"), "{told}");
    let told = because(trust(ACCOUNT), PolicyKind::Trust, &role, &with("111111111111")).concat();
    assert!(told.contains(ACCOUNT) && told.contains("111111111111"), "{told}");
}

fn condition(operator: &str, wanted: Value, given: Option<&[&str]>, expect: bool) {
    let document = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*",
        "Resource": "*", "Condition": {operator: {"k": wanted}}}});
    let mut context = Context::complete();
    if let Some(given) = given {
        context.insert("K", given.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>());
    }
    let role = role();
    let request = Request { principal: &role, action: "s3:GetObject", resource: "*", context: &context };
    let decision = evaluate(&policy(&document), PolicyKind::Identity, &request);
    let allowed = decision.allows();
    assert_eq!(allowed, expect, "{operator} {wanted} on {given:?}: {decision:?}");
}

#[test]
fn operators_compare_by_their_type() {
    condition("StringEquals", json!("a"), Some(&["A"]), false);
    condition("StringEqualsIgnoreCase", json!("a"), Some(&["A"]), true);
    condition("StringNotEqualsIgnoreCase", json!("a"), Some(&["A"]), false);
    condition("StringEquals", json!("a*"), Some(&["ab"]), false);
    condition("StringLike", json!("a*"), Some(&["ab"]), true);
    condition("StringNotLike", json!(["a*", "b*"]), Some(&["bc"]), false);
    condition("NumericLessThan", json!(10), Some(&["9.5"]), true);
    condition("NumericLessThan", json!("10"), Some(&["10"]), false);
    condition("NumericGreaterThanEquals", json!("10"), Some(&["10.0"]), true);
    condition("NumericEquals", json!("10"), Some(&["ten"]), false);
    condition("DateLessThan", json!("2026-01-01T00:00:00Z"), Some(&["2025-12-31T23:59:59Z"]), true);
    condition("DateGreaterThan", json!("2026-01-01"), Some(&["1700000000"]), false);
    condition("Bool", json!(true), Some(&["True"]), true);
    condition("Bool", json!("false"), None, false);
    condition("BoolIfExists", json!("false"), None, true);
    condition("BinaryEquals", json!("QmluYXJ5"), Some(&["QmluYXJ5"]), true);
    condition("IpAddress", json!(["10.0.0.0/8", "192.0.2.0/24"]), Some(&["192.0.2.7"]), true);
    condition("NotIpAddress", json!("10.0.0.0/8"), Some(&["10.1.1.1"]), false);
    condition("ArnNotLike", json!("arn:aws:s3:::a*"), Some(&["arn:aws:s3:::b"]), true);
    condition("Null", json!(false), Some(&["x"]), true);
    condition("Null", json!("true"), Some(&["x"]), false);
}

#[test]
fn quantifiers_and_missing_keys() {
    condition("ForAllValues:StringEquals", json!(["a", "b"]), Some(&["a", "b"]), true);
    condition("ForAllValues:StringEquals", json!(["a", "b"]), Some(&["a", "c"]), false);
    condition("ForAllValues:StringEquals", json!("a"), None, true);
    condition("ForAllValues:StringEquals", json!("a"), Some(&[""]), true);
    condition("ForAllValues:StringEquals", json!("a"), Some(&["", "b"]), false);
    condition("StringEquals", json!(""), Some(&[""]), true);
    condition("ForAllValues:StringNotEquals", json!("a"), Some(&["a", "c"]), false);
    condition("ForAnyValue:StringNotEquals", json!("a"), Some(&["a", "c"]), true);
    condition("ForAnyValue:StringEquals", json!("a"), Some(&[]), false);
    condition("ForAnyValue:StringEqualsIfExists", json!("a"), None, true);
    condition("StringNotEquals", json!("a"), None, true);
    condition("StringEquals", json!("a"), None, false);
}

fn names(kind: &str, names: Value, principal: &Principal, expect: bool) {
    let document = json!({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", kind: names}});
    let context = Context::complete();
    let request = Request { principal, action: "sts:AssumeRole", resource: "*", context: &context };
    let decision = evaluate(&policy(&document), PolicyKind::Trust, &request);
    assert_eq!(decision.allows(), expect, "{kind} {names}: {decision:?}");
}

#[test]
fn principals_are_matched_by_every_form_of_their_name() {
    let service = |name: &str| Principal::Service(name.to_owned());
    let (global, tokyo) = ("logs.amazonaws.com", "logs.ap-northeast-1.amazonaws.com");
    let own_session = json!({"AWS": "arn:aws:sts::999999999999:assumed-role/app/s"});
    names("Principal", own_session.clone(), &session(), true);
    names("Principal", own_session, &role(), false);
    names("Principal", json!({"AWS": "arn:aws:sts::999999999999:assumed-role/app/t"}), &session(), false);
    names("Principal", json!({"AWS": "AROAEXAMPLE"}), &role(), false);
    names("Principal", json!({"Service": tokyo}), &service(global), true);
    names("Principal", json!({"Service": global}), &service(tokyo), true);
    names("Principal", json!({"Service": "logs.us-east-1.amazonaws.com"}), &service(tokyo), false);
    names("Principal", json!("*"), &Principal::Anonymous, true);
    names("Principal", json!({"AWS": ACCOUNT}), &Principal::Anonymous, false);
    names("NotPrincipal", json!({"AWS": "111111111111"}), &role(), true);
    names("NotPrincipal", json!({"AWS": ACCOUNT}), &role(), false);
}

/// S3 takes equal Sids, and a Sid may be what a statement without one is called.
#[test]
fn statements_are_told_apart_whatever_their_sids() {
    let check = |sids: [Option<&str>; 3], expect: [&str; 3]| {
        for (denying, label) in expect.into_iter().enumerate() {
            let statement = |(index, sid): (usize, Option<&str>)| {
                let effect = if index == denying { "Deny" } else { "Allow" };
                let mut statement = json!({"Effect": effect, "Action": "*", "Resource": "*"});
                if let Some(sid) = sid {
                    statement["Sid"] = json!(sid);
                }
                statement
            };
            let statements: Vec<Value> = sids.into_iter().enumerate().map(statement).collect();
            let (who, context) = (role(), Context::complete());
            let request = Request { principal: &who, action: "s3:Get", resource: "arn:x", context: &context };
            let decision =
                evaluate(&policy(&json!({"Statement": statements})), PolicyKind::Identity, &request);
            assert_eq!(decision, Decision::ExplicitDeny { statement: label.to_owned() }, "{sids:?}");
        }
    };
    check([Some("A"), None, Some("")], ["A", "statement 2", "statement 3"]);
    check([Some("S"), Some("S"), Some("T")], ["statement 1 (S)", "statement 2 (S)", "T"]);
    check([Some("statement 2"), None, Some("x y")], ["statement 1 (statement 2)", "statement 2", "x y"]);
}

#[test]
fn not_principal_exempts_from_a_deny_only_who_is_listed_in_full() {
    let check = |listed: Value, expect: &str| {
        let document = json!({"Statement": [
            {"Effect": "Deny", "Action": "*", "Resource": "*", "NotPrincipal": {"AWS": listed}},
            {"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"}]});
        let (who, context) = (session(), Context::complete());
        let request =
            Request { principal: &who, action: "s3:GetObject", resource: "arn:x", context: &context };
        let decision = evaluate(&policy(&document), PolicyKind::Resource, &request);
        assert_eq!(decision.outcome(), expect, "{listed}");
    };
    let (role, session) =
        ("arn:aws:iam::999999999999:role/app", "arn:aws:sts::999999999999:assumed-role/app/s");
    check(json!([ACCOUNT, role, session]), "allow");
    check(json!([ACCOUNT, role]), "deny");
    check(json!(role), "deny");
}

#[test]
fn within_an_account_only_the_trust_policy_opens_a_role() {
    let (who, context, account) = (role(), Context::complete(), ACCOUNT.parse().unwrap());
    let request = Request {
        principal: &who,
        action: "sts:AssumeRole",
        resource: "arn:aws:iam::999999999999:role/other",
        context: &context,
    };
    let all = [policy(&json!({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}))];
    let trust = |principal: Value| {
        policy(&json!({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}}))
    };
    let stranger = trust(json!({"AWS": "111111111111"}));
    assert_eq!(authorize(&request, &account, &all, Some(&stranger)).outcome(), "implicit_deny");
    assert_eq!(authorize(&request, &account, &all, None).outcome(), "implicit_deny");
    let own = trust(json!({"AWS": ACCOUNT}));
    assert_eq!(authorize(&request, &account, &all, Some(&own)).outcome(), "allow");
    let decision = authorize(&request, &account, &[], Some(&own));
    let Decision::ImplicitDeny { because } = decision else { panic!("{decision:?}") };
    assert_eq!(
        because,
        [
            "arn:aws:iam::999999999999:role/app has no identity policy",
            "resource policy: statement 1 names only the account, so an identity policy must allow it too",
        ]
    );
}

#[test]
fn a_root_user_needs_no_identity_policy_but_obeys_resource_denies() {
    let account: logpipe_identifiers::AccountId = ACCOUNT.parse().unwrap();
    let root = Principal::Root { account: account.clone(), arn: format!("arn:aws:iam::{ACCOUNT}:root") };
    let context = Context::complete();
    let request =
        Request { principal: &root, action: "s3:GetObject", resource: "arn:aws:s3:::b/k", context: &context };
    assert_eq!(authorize(&request, &account, &[], None).outcome(), "allow");
    let deny = policy(
        &json!({"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*", "Principal": {"AWS": ACCOUNT}}}),
    );
    assert_eq!(authorize(&request, &account, &[], Some(&deny)).outcome(), "deny");
}

#[test]
fn documents_that_mean_the_same_are_the_same() {
    let statement = |extra: Value| {
        let mut statement = json!({"Effect": "Allow", "Action": "s3:Get*"});
        statement.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        json!({"Version": "2012-10-17", "Statement": [statement]})
    };
    let check = |a: Value, b: Value, expect: bool| {
        let (a, b) = (statement(a), statement(b));
        assert_eq!(same(&a, &b), expect, "{a} and {b}");
    };
    let aws = |name: &str| json!({"Principal": {"AWS": name}});
    check(aws("111111111111"), json!({"Principal": {"AWS": ["arn:aws:iam::111111111111:root"]}}), true);
    check(aws("111111111111"), aws("arn:aws:iam::111111111111:role/root"), false);
    check(aws("*"), json!({"Principal": "*"}), true);
    check(json!({"Action": ["a:B", "a:C"]}), json!({"Action": ["A:c", "a:b"]}), true);
    check(json!({"Resource": "arn:a"}), json!({"Resource": ["arn:A"]}), false);
    let service = |name: &str| json!({"Principal": {"Service": name}});
    check(service("logs.amazonaws.com"), service("logs.ap-northeast-1.amazonaws.com"), true);
    check(service("logs.amazonaws.com"), service("logs.cn-north-1.amazonaws.com.cn"), false);
    let bool_is = |value: Value| json!({"Condition": {"Bool": {"aws:SecureTransport": value}}});
    check(bool_is(json!(false)), bool_is(json!(["False"])), true);
    check(bool_is(json!(false)), bool_is(json!("true")), false);
    check(
        json!({"Condition": {"NumericLessThan": {"K": 5}}}),
        json!({"Condition": {"NumericLessThan": {"k": "5"}}}),
        true,
    );
    check(json!({"Condition": {}, "Sid": ""}), json!({}), true);
    check(json!({"Sid": "A"}), json!({}), false);
    let one = json!({"Effect": "Allow", "Action": "a:B"});
    let two = json!({"Effect": "Deny", "Action": "a:B"});
    assert!(same(&json!({"Statement": one}), &json!({"Statement": [one], "Version": "2008-10-17"})));
    assert!(!same(&json!({"Statement": [one, two]}), &json!({"Statement": [two, one]})));
}
