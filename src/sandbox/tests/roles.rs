//! IAM: roles and policies as a client sees them.

use aws_sdk_iam::Client;
use aws_sdk_iam::types::Tag;

use super::bench::{ALPHA, BETA, Bench, code, refusal};
use crate::sandbox::access::assume_as_service;

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
