//! IAM's quotas of an account, in its own words.

use aws_sdk_iam::Client;

use super::bench::{ALPHA, Bench, refusal};

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"firehose.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const POLICY: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}]}"#;

#[tokio::test(start_paused = true)]
async fn an_account_has_a_thousand_roles() {
    let bench = Bench::new();
    let client = Client::new(&bench.operator(ALPHA));
    let create = |name: String| client.create_role().role_name(name).assume_role_policy_document(TRUST);
    for number in 0..1_000 {
        create(format!("role-{number}")).send().await.unwrap();
    }
    assert_eq!(
        refusal(create("one-more".to_owned()).send().await),
        "LimitExceeded: Cannot exceed quota for RolesPerAccount: 1000"
    );
}

#[tokio::test(start_paused = true)]
async fn texts_have_their_lengths() {
    let bench = Bench::new();
    let client = Client::new(&bench.operator(ALPHA));
    let create = || client.create_role().role_name("writer").assume_role_policy_document(TRUST);
    let long = |result: String, member: &str, most: usize| {
        let words = format!(
            "at '{member}' failed to satisfy constraint: Member must have length less than or equal to {most}"
        );
        assert!(result.starts_with("ValidationError: ") && result.ends_with(&words), "{result}");
    };
    long(refusal(create().description("x".repeat(1_001)).send().await), "description", 1_000);
    long(refusal(create().path(format!("/{}/", "x".repeat(511))).send().await), "path", 512);
    create().send().await.unwrap();
    let put = client.put_role_policy().role_name("writer").policy_document(POLICY);
    long(refusal(put.policy_name("x".repeat(129)).send().await), "policyName", 128);
}
