//! Rights that come and go, and what the policy of a bucket adds to them.

use std::time::Duration;

use serde_json::{Value, json};

use super::requests::Sent;
use super::stage::{CALLER, Play, Stage, operator, refusal, text};
use crate::tests::bench::{ALPHA, BETA};

const GROUPS: (&str, &str) = ("logs", "DescribeLogGroups");

fn groups() -> Sent {
    Sent::Json(GROUPS.0, GROUPS.1, json!({}))
}

fn allow(action: &str) -> Value {
    json!({ "Effect": "Allow", "Action": action, "Resource": "*" })
}

fn pass(play: &Play, seconds: u64) {
    play.cloud.advance_to(play.cloud.now() + Duration::from_secs(seconds));
}

#[test]
fn a_session_follows_the_policies_of_its_role_once_they_are_seen() {
    let play = Stage::new().with(&[allow("s3:*")]);
    assert_eq!(refusal(&play.call(&groups())).0, 400);
    let sent = Sent::Form(
        "iam",
        "AttachRolePolicy",
        &[("RoleName", "tester"), ("PolicyArn", "arn:aws:iam::aws:policy/CloudWatchLogsReadOnlyAccess")],
    );
    assert!(play.send(&operator(ALPHA), &sent).status().is_success());
    assert_eq!(refusal(&play.call(&groups())).0, 400, "not seen yet");
    pass(&play, 60);
    assert!(play.call(&groups()).status().is_success());
    for fields in [
        (
            "DetachRolePolicy",
            &[("RoleName", "tester"), ("PolicyArn", "arn:aws:iam::aws:policy/CloudWatchLogsReadOnlyAccess")],
        ),
        ("DeleteRolePolicy", &[("RoleName", "tester"), ("PolicyName", "only")]),
    ] {
        assert!(play.send(&operator(ALPHA), &Sent::Form("iam", fields.0, fields.1)).status().is_success());
    }
    assert!(play.call(&groups()).status().is_success(), "still seen");
    pass(&play, 60);
    assert_eq!(refusal(&play.call(&groups())).0, 400);
    assert!(
        play.send(&operator(ALPHA), &Sent::Form("iam", "DeleteRole", &[("RoleName", "tester")]))
            .status()
            .is_success()
    );
    pass(&play, 60);
    let listing = Sent::S3("GET", "/", &[], "");
    assert_eq!(refusal(&play.call(&listing)).0, 403);
}

fn put_policy(play: &Play, statement: &'static str) {
    let sent = Sent::S3("PUT", "/alpha-bucket?policy", &[], statement);
    let answer = play.send(&operator(ALPHA), &sent);
    assert!(answer.status().is_success(), "{}", text(&answer));
}

#[test]
fn the_policy_of_a_bucket_allows_and_forbids() {
    let play = Stage::new().with(&[allow("logs:*")]);
    let read = Sent::S3("GET", "/alpha-bucket/a", &[], "");
    put_policy(
        &play,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:role/tester"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::alpha-bucket/*"}]}"#,
    );
    assert!(play.call(&read).status().is_success());
    put_policy(
        &play,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::alpha-bucket/*"}]}"#,
    );
    play.allow(&[allow("s3:*")]);
    let words = format!(
        "User: {CALLER} is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::alpha-bucket/a\" with \
         an explicit deny in a resource-based policy"
    );
    assert_eq!(refusal(&play.call(&read)), (403, "AccessDenied".to_owned(), words));
}

#[test]
fn across_accounts_both_sides_must_allow() {
    let play = Stage::new().with(&[allow("s3:*")]);
    let create = Sent::S3(
        "PUT",
        "/beta-bucket",
        &[],
        "<CreateBucketConfiguration><LocationConstraint>ap-northeast-1</LocationConstraint></CreateBucketConfiguration>",
    );
    assert!(play.send(&operator(BETA), &create).status().is_success());
    let list = Sent::S3("GET", "/beta-bucket?list-type=2", &[], "");
    let refused = |words: &str| (403, "AccessDenied".to_owned(), words.to_owned());
    let subject = format!(
        "User: {CALLER} is not authorized to perform: s3:ListBucket on resource: \"arn:aws:s3:::beta-bucket\""
    );
    let missing = |kind: &str| {
        refused(&format!("{subject} because no {kind}-based policy allows the s3:ListBucket action"))
    };
    assert_eq!(refusal(&play.call(&list)), missing("resource"));
    let admit = Sent::S3(
        "PUT",
        "/beta-bucket?policy",
        &[],
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::beta-bucket"}]}"#,
    );
    assert!(play.send(&operator(BETA), &admit).status().is_success());
    assert!(play.call(&list).status().is_success());
    play.allow(&[allow("logs:*")]);
    assert_eq!(refusal(&play.call(&list)), missing("identity"));
    play.cloud.set_organization(None);
    assert_eq!(
        refusal(&play.call(&list)),
        refused("Access Denied"),
        "S3 does not explain itself to strangers"
    );
}

#[test]
fn a_missing_key_is_told_to_those_who_may_list() {
    let play = Stage::new().with(&[allow("s3:GetObject")]);
    let read = Sent::S3("GET", "/alpha-bucket/missing", &[], "");
    let (status, code, words) = refusal(&play.call(&read));
    assert_eq!((status, code.as_str()), (403, "AccessDenied"));
    assert!(words.contains("s3:ListBucket on resource: \"arn:aws:s3:::alpha-bucket\""), "{words}");
    play.allow(&[allow("s3:GetObject"), allow("s3:ListBucket")]);
    assert_eq!(refusal(&play.call(&read)).1, "NoSuchKey");
    let elsewhere = Sent::S3("GET", "/no-such-bucket/missing", &[], "");
    play.allow(&[allow("logs:*")]);
    assert_eq!(refusal(&play.call(&elsewhere)).1, "NoSuchBucket");
}

#[test]
fn keys_are_deleted_one_by_one() {
    let play = Stage::new().with(&[
        json!({ "Effect": "Allow", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::alpha-bucket/a" }),
    ]);
    let body = "<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object><Object><Key>a</Key><VersionId>null</VersionId></Object></Delete>";
    let answer = text(&play.call(&Sent::S3("POST", "/alpha-bucket?delete", &[], body)));
    assert_eq!(answer.matches("<Deleted>").count(), 1, "{answer}");
    assert_eq!(answer.matches("<Code>AccessDenied</Code>").count(), 2, "{answer}");
    assert!(answer.contains("s3:DeleteObjectVersion"), "{answer}");
}
