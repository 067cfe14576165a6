//! IAM: roles and policies as a client sees them.

use aws_sdk_iam::Client;
use aws_sdk_iam::types::Tag;

use super::bench::{ALPHA, BETA, Bench, code, refusal};
use crate::access::assume_as_service;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"firehose.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const POLICY: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}]}"#;

fn tag(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build().unwrap()
}

async fn create(client: &Client, name: &str, trust: &str) -> Result<String, String> {
    let call = client.create_role().role_name(name).assume_role_policy_document(trust);
    match call.tags(tag("owner", "tests")).send().await {
        Ok(output) => Ok(output.role.unwrap().arn),
        Err(error) => Err(refusal(Err::<(), _>(error))),
    }
}

#[tokio::test(start_paused = true)]
async fn a_role_goes_through_its_life() {
    let bench = Bench::new();
    let client = Client::new(&bench.operator(ALPHA));
    assert_eq!(create(&client, "Writer", TRUST).await.unwrap(), "arn:aws:iam::111111111111:role/Writer");
    assert_eq!(
        create(&client, "writer", TRUST).await.unwrap_err(),
        "EntityAlreadyExists: Role with name writer already exists."
    );
    let role = client.get_role().role_name("Writer").send().await.unwrap().role.unwrap();
    let encoded = role.assume_role_policy_document().unwrap();
    assert!(encoded.starts_with("%7B%22Version%22%3A%222012-10-17%22"), "{encoded}");
    assert_eq!(percent_encoding::percent_decode_str(encoded).decode_utf8().unwrap(), TRUST);
    assert_eq!(role.tags(), [tag("owner", "tests")]);

    client
        .put_role_policy()
        .role_name("Writer")
        .policy_name("write")
        .policy_document(POLICY)
        .send()
        .await
        .unwrap();
    let policy = client
        .get_role_policy()
        .role_name("Writer")
        .policy_name("write")
        .send()
        .await
        .unwrap()
        .policy_document;
    assert_eq!(percent_encoding::percent_decode_str(&policy).decode_utf8().unwrap(), POLICY);
    client.tag_role().role_name("Writer").tags(tag("more", "a b+c")).send().await.unwrap();
    client.untag_role().role_name("Writer").tag_keys("owner").send().await.unwrap();
    let tags = client.list_role_tags().role_name("Writer").send().await.unwrap().tags;
    assert_eq!(tags, [tag("more", "a b+c")]);

    let managed = "arn:aws:iam::aws:policy/CloudWatchLogsReadOnlyAccess";
    client.attach_role_policy().role_name("Writer").policy_arn(managed).send().await.unwrap();
    client.attach_role_policy().role_name("Writer").policy_arn(managed).send().await.unwrap();
    let delete = || client.delete_role().role_name("Writer").send();
    assert_eq!(
        refusal(delete().await),
        "DeleteConflict: Cannot delete entity, must detach all policies first."
    );
    client.detach_role_policy().role_name("Writer").policy_arn(managed).send().await.unwrap();
    assert_eq!(refusal(delete().await), "DeleteConflict: Cannot delete entity, must delete policies first.");
    client.delete_role_policy().role_name("Writer").policy_name("write").send().await.unwrap();
    delete().await.unwrap();
    assert_eq!(code(delete().await), "NoSuchEntity");
    assert_eq!(code(client.get_role().role_name("Writer").send().await), "NoSuchEntity");
}

#[tokio::test(start_paused = true)]
async fn other_services_see_a_change_after_a_while() {
    let bench = Bench::new();
    let client = Client::new(&bench.operator(ALPHA));
    let arn = create(&client, "writer", TRUST).await.unwrap();
    let assumable = || {
        let world = bench.cloud.world();
        assume_as_service(&world, &arn, "firehose.amazonaws.com", "tests", &[]).is_some()
    };
    assert!(!assumable());
    bench.pass(9).await;
    client.get_role().role_name("writer").send().await.unwrap();
    assert!(assumable());
    let other = TRUST.replace("firehose", "logs");
    client.update_assume_role_policy().role_name("writer").policy_document(other).send().await.unwrap();
    assert!(assumable());
    bench.pass(9).await;
    client.get_role().role_name("writer").send().await.unwrap();
    assert!(!assumable());
}

#[tokio::test(start_paused = true)]
async fn a_trusted_role_must_exist_and_stays_the_one_it_was() {
    let bench = Bench::new();
    let (alpha, beta) = (Client::new(&bench.operator(ALPHA)), Client::new(&bench.operator(BETA)));
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:role/reader"},"Action":"sts:AssumeRole"}]}"#;
    assert_eq!(
        create(&alpha, "read", trust).await.unwrap_err(),
        "MalformedPolicyDocument: Invalid principal in policy: \"AWS\":\"arn:aws:iam::222222222222:role/reader\""
    );
    create(&beta, "reader", TRUST).await.unwrap();
    bench.pass(9).await;
    create(&alpha, "read", trust).await.unwrap();
    beta.delete_role().role_name("reader").send().await.unwrap();
    create(&beta, "reader", TRUST).await.unwrap();
    bench.pass(9).await;
    let role = alpha.get_role().role_name("read").send().await.unwrap().role.unwrap();
    assert!(role.assume_role_policy_document().unwrap().contains("%22AWS%22%3A%22AROA"));
}

#[tokio::test(start_paused = true)]
async fn documents_are_checked_and_limited() {
    let bench = Bench::new();
    let client = Client::new(&bench.operator(ALPHA));
    for broken in ["", "{", "{}", POLICY] {
        let refused = create(&client, "writer", broken).await.unwrap_err();
        assert!(refused.contains("MalformedPolicyDocument") || broken.is_empty(), "{broken}: {refused}");
    }
    let accounts: Vec<String> = (0..150).map(|number| format!("\"{number:012}\"")).collect();
    let long = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":[{}]}},"Action":"sts:AssumeRole"}}]}}"#,
        accounts.join(",")
    );
    assert_eq!(
        create(&client, "writer", &long).await.unwrap_err(),
        "LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048"
    );
}

#[tokio::test(start_paused = true)]
async fn trust_policies_speak_of_assuming_alone() {
    let bench = Bench::new();
    let client = Client::new(&bench.operator(ALPHA));
    create(&client, "writer", TRUST).await.unwrap();
    for (from, to, expect) in [
        ("sts:AssumeRole", "s3:GetObject", "AssumeRole policy may only specify STS AssumeRole actions."),
        ("sts:AssumeRole", "*", "AssumeRole policy may only specify STS AssumeRole actions."),
        ("\"Effect\"", "\"Resource\":\"*\",\"Effect\"", "Has prohibited field Resource"),
        ("\"Principal\":{\"Service\":\"firehose.amazonaws.com\"},", "", "Missing required field Principal"),
    ] {
        let trust = TRUST.replace(from, to);
        let expect = format!("MalformedPolicyDocument: {expect}");
        assert_eq!(create(&client, "reader", &trust).await.unwrap_err(), expect, "{trust}");
        let update = client.update_assume_role_policy().role_name("writer").policy_document(&trust);
        assert_eq!(refusal(update.send().await), expect, "{trust}");
    }
}

#[tokio::test(start_paused = true)]
async fn policies_are_refused_alike_inline_and_managed() {
    let bench = Bench::new();
    let client = Client::new(&bench.operator(ALPHA));
    create(&client, "writer", TRUST).await.unwrap();
    let made = client.create_policy().policy_name("made").policy_document(POLICY).send().await.unwrap();
    let arn = made.policy.unwrap().arn.unwrap();
    for (from, to, expect) in [
        (
            "\"Effect\"",
            "\"Sid\":\"a-b\",\"Effect\"",
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression \
             [0-9A-Za-z]*",
        ),
        ("\"*\"", "\"mybucket\"", "Resource mybucket must be in ARN format or \"*\"."),
        (
            "\"*\"",
            "[\"*\",\"arn:aws-cn:s3:::b\"]",
            "Partition \"aws-cn\" is not valid for resource \"arn:aws-cn:s3:::b\".",
        ),
        (
            "s3:PutObject",
            "PutObject",
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
        ),
        ("\"Effect\"", "\"Principal\":\"*\",\"Effect\"", "Policy document should not specify a principal."),
        (",\"Resource\":\"*\"", "", "Policy statement must contain resources."),
    ] {
        let policy = POLICY.replace(from, to);
        let expect = format!("MalformedPolicyDocument: {expect}");
        let inline = client.put_role_policy().role_name("writer").policy_name("p").policy_document(&policy);
        assert_eq!(refusal(inline.send().await), expect, "{policy}");
        let managed = client.create_policy().policy_name("p").policy_document(&policy);
        assert_eq!(refusal(managed.send().await), expect, "{policy}");
        let version = client.create_policy_version().policy_arn(&arn).policy_document(&policy);
        assert_eq!(refusal(version.send().await), expect, "{policy}");
    }
}

#[tokio::test(start_paused = true)]
async fn names_paths_and_tags_are_checked() {
    let bench = Bench::new();
    let client = Client::new(&bench.operator(ALPHA));
    create(&client, "writer", TRUST).await.unwrap();
    for name in ["a b", "a/b", "ü"] {
        let expect = format!(
            "ValidationError: 1 validation error detected: Value '{name}' at 'policyName' failed to satisfy \
             constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+"
        );
        let inline = client.put_role_policy().role_name("writer").policy_name(name).policy_document(POLICY);
        assert_eq!(refusal(inline.send().await), expect);
        let managed = client.create_policy().policy_name(name).policy_document(POLICY);
        assert_eq!(refusal(managed.send().await), expect);
    }
    for path in ["team/", "/team", "/a b/"] {
        let role = client.create_role().role_name("r").path(path).assume_role_policy_document(TRUST);
        assert_eq!(code(role.send().await), "ValidationError", "{path}");
        let policy = client.create_policy().policy_name("p").path(path).policy_document(POLICY);
        assert_eq!(code(policy.send().await), "ValidationError", "{path}");
    }
    for (tags, expect) in [
        (vec![tag("aws:owner", "x")], "InvalidInput"),
        (vec![tag("owner", "x"), tag("Owner", "y")], "InvalidInput"),
        (vec![tag(&"k".repeat(129), "x")], "ValidationError"),
        (vec![tag("owner", &"v".repeat(257))], "ValidationError"),
    ] {
        let call = client.tag_role().role_name("writer").set_tags(Some(tags.clone()));
        assert_eq!(code(call.send().await), expect, "{tags:?}");
    }
    let longest = tag(&"k".repeat(128), &"v".repeat(256));
    client.tag_role().role_name("writer").tags(longest).send().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn lists_come_in_pages() {
    let bench = Bench::new();
    let client = Client::new(&bench.operator(ALPHA));
    for number in 0..5 {
        create(&client, &format!("role-{number}"), TRUST).await.unwrap();
    }
    let mut pages = client.list_roles().max_items(2).into_paginator().send();
    let mut sizes = Vec::new();
    while let Some(page) = pages.next().await {
        sizes.push(page.unwrap().roles.len());
    }
    assert_eq!(sizes, [2, 2, 1]);
}
