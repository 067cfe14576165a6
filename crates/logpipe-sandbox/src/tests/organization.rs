//! Destinations that admit an organisation: what senders need, and how one turns to it.

use aws_sdk_cloudwatchlogs::Client as Logs;
use aws_sdk_cloudwatchlogs::operation::put_subscription_filter::builders::PutSubscriptionFilterFluentBuilder;
use aws_sdk_iam::Client as Iam;
use aws_sdk_sts::Client as Sts;
use serde_json::json;

use super::bench::{ALPHA, OPERATOR, TOKYO, code, refusal};
use super::pipeline::{DESTINATION, GROUP, Pipeline, destination_policy};
use super::sessions::assume;

const ROLE: &str = "arn:aws:iam::111111111111:role/sender";
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"logs.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

fn organization_policy(id: &str) -> String {
    let condition = format!(r#""Condition":{{"StringEquals":{{"aws:PrincipalOrgID":["{id}"]}}}},"Resource""#);
    let policy = destination_policy(ALPHA).replace(r#"{"AWS":["111111111111"]}"#, r#""*""#);
    policy.replace(r#""Resource""#, &condition)
}

/// A destination that admits the sandbox's organisation, and the sender's log group and role.
async fn ready() -> Pipeline {
    let pipeline = Pipeline::with_stream().await;
    pipeline.make_group().await;
    pipeline.put_destination().await.unwrap();
    pipeline.put_policy(&organization_policy("o-exampleorgid")).await;
    let create = iam(&pipeline).create_role().role_name("sender");
    create.assume_role_policy_document(TRUST).send().await.unwrap();
    let write = iam(&pipeline).put_role_policy().role_name("sender").policy_name("send");
    write.policy_document(sending(GROUP)).send().await.unwrap();
    pipeline.bench.pass(10).await;
    pipeline
}

/// The right to write to a log group, which is what a sender's role needs.
fn sending(group: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"logs:PutLogEvents","Resource":"arn:aws:logs:{TOKYO}:{ALPHA}:log-group:{group}:*"}}]}}"#
    )
}

fn iam(pipeline: &Pipeline) -> Iam {
    Iam::new(&pipeline.bench.operator(ALPHA))
}

fn subscribe(client: &Logs, role: Option<&str>) -> PutSubscriptionFilterFluentBuilder {
    let put = client.put_subscription_filter().log_group_name(GROUP).filter_name("central");
    put.filter_pattern("").destination_arn(DESTINATION).set_role_arn(role.map(str::to_owned))
}

const NO_ROLE: &str = "InvalidParameterException: Role ARN is required when creating subscription filter against \
                       destination with Organization access policy";
const NO_TRUST: &str = "ValidationException: Make sure you have given CloudWatch Logs permission to assume the \
                        provided role.";

#[tokio::test(start_paused = true)]
async fn a_sender_of_the_organization_shows_a_role() {
    let pipeline = ready().await;
    let put = |role| subscribe(&pipeline.sender, role).send();
    assert_eq!(refusal(put(None).await), NO_ROLE);
    assert_eq!(
        refusal(put(Some("arn:aws:iam::222222222222:role/logs")).await),
        "AccessDeniedException: Cross-account pass role is not allowed."
    );
    assert_eq!(refusal(put(Some("arn:aws:iam::111111111111:role/none")).await), NO_TRUST);
    put(Some(ROLE)).await.unwrap();
    pipeline.log(&["hello"]).await;
    pipeline.bench.pass(120).await;
    assert_eq!(pipeline.delivered().await, ["hello"]);
}

#[tokio::test(start_paused = true)]
async fn a_new_policy_is_shown_at_once_and_seen_by_subscribers_later_where_a_seed_decides() {
    let mut late = 0;
    for seed in 0..10 {
        let pipeline = Pipeline::with_stream().await;
        pipeline.make_group().await;
        pipeline.put_destination().await.unwrap();
        pipeline.bench.cloud.set_seed(seed);
        pipeline.put_policy(&destination_policy(ALPHA)).await;
        let mut refused = 0;
        while let Err(error) = subscribe(&pipeline.sender, None).send().await {
            let words = refusal(Err::<(), _>(error));
            assert!(words.contains("not authorized") || words.contains("test message"), "{words}");
            refused += 1;
            assert!(refused < 20, "it is seen in the end");
            pipeline.bench.pass(1).await;
        }
        late += usize::from(refused > 0);
    }
    assert!(late > 5, "{late}");
}

#[tokio::test(start_paused = true)]
async fn others_than_the_organization_are_not_admitted() {
    let pipeline = ready().await;
    pipeline.bench.cloud.set_organization(Some("o-other"));
    assert_eq!(code(subscribe(&pipeline.sender, Some(ROLE)).send().await), "AccessDeniedException");
    pipeline.put_policy(&organization_policy("o-other")).await;
    subscribe(&pipeline.sender, Some(ROLE)).send().await.unwrap();
    pipeline.bench.cloud.set_organization(None);
    assert_eq!(code(subscribe(&pipeline.sender, Some(ROLE)).send().await), "AccessDeniedException");
}

#[tokio::test(start_paused = true)]
async fn a_role_may_trust_the_organization_that_a_sender_is_of_where_the_key_is_filled() {
    let pipeline = ready().await;
    let trust = TRUST.replace(
        r#""sts:AssumeRole""#,
        r#""sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceOrgID":"o-exampleorgid"}}"#,
    );
    let other = iam(&pipeline).update_assume_role_policy().role_name("sender").policy_document(trust);
    other.send().await.unwrap();
    pipeline.bench.pass(10).await;
    let put = || subscribe(&pipeline.sender, Some(ROLE)).send();
    pipeline.bench.cloud.fill_source_organization(false);
    assert_eq!(refusal(put().await), NO_TRUST);
    pipeline.bench.cloud.fill_source_organization(true);
    put().await.unwrap();
    pipeline.log(&["hello"]).await;
    pipeline.bench.pass(120).await;
    assert_eq!(pipeline.delivered().await, ["hello"]);
}

#[tokio::test(start_paused = true)]
async fn a_role_that_stops_to_trust_stops_delivery() {
    let pipeline = ready().await;
    subscribe(&pipeline.sender, Some(ROLE)).send().await.unwrap();
    let other = iam(&pipeline).update_assume_role_policy().role_name("sender");
    other.policy_document(TRUST.replace("logs.", "firehose.")).send().await.unwrap();
    pipeline.bench.pass(10).await;
    assert_eq!(refusal(subscribe(&pipeline.sender, Some(ROLE)).send().await), NO_TRUST);
    pipeline.log(&["lost"]).await;
    pipeline.bench.pass(120).await;
    assert!(pipeline.delivered().await.is_empty());
    assert_eq!(pipeline.counted()["delivery_errors"], json!({ "sender_role_not_assumed": 1 }));
}

#[tokio::test(start_paused = true)]
async fn a_role_that_may_not_write_to_the_group_sends_nothing() {
    let pipeline = ready().await;
    subscribe(&pipeline.sender, Some(ROLE)).send().await.unwrap();
    let other = iam(&pipeline).put_role_policy().role_name("sender").policy_name("send");
    other.policy_document(sending("/other")).send().await.unwrap();
    pipeline.bench.pass(10).await;
    assert_eq!(code(subscribe(&pipeline.sender, Some(ROLE)).send().await), "InvalidParameterException");
    pipeline.log(&["lost"]).await;
    pipeline.bench.pass(120).await;
    assert!(pipeline.delivered().await.is_empty());
    assert_eq!(pipeline.counted()["delivery_errors"], json!({ "sender_role_denied": 1 }));
}

#[tokio::test(start_paused = true)]
async fn the_caller_must_be_allowed_to_pass_the_role() {
    let pipeline = ready().await;
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{OPERATOR}"}},"Action":"sts:AssumeRole"}}]}}"#
    );
    let policy = |actions: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{actions}],"Resource":"*"}}]}}"#
        )
    };
    let put_policy = async |actions: &str| {
        let put = iam(&pipeline).put_role_policy().role_name("deployer").policy_name("only");
        put.policy_document(policy(actions)).send().await.unwrap();
        pipeline.bench.pass(10).await;
    };
    let create = iam(&pipeline).create_role().role_name("deployer");
    create.assume_role_policy_document(trust).send().await.unwrap();
    put_policy(r#""logs:*""#).await;
    let operator = Sts::new(&pipeline.bench.operator(OPERATOR));
    let session = assume(&operator, "arn:aws:iam::111111111111:role/deployer", None).await.unwrap();
    let deployer = Logs::new(&pipeline.bench.with(session, TOKYO));
    assert_eq!(
        refusal(subscribe(&deployer, Some(ROLE)).send().await),
        "AccessDeniedException: User: arn:aws:sts::111111111111:assumed-role/deployer/tests is not authorized to \
         perform: iam:PassRole on resource: arn:aws:iam::111111111111:role/sender because no identity-based policy \
         allows the iam:PassRole action"
    );
    put_policy(r#""logs:*","iam:PassRole""#).await;
    subscribe(&deployer, Some(ROLE)).send().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn turning_to_an_organization_takes_force() {
    let pipeline = ready().await;
    pipeline.put_policy(&destination_policy(ALPHA)).await;
    pipeline.put_policy(&organization_policy("o-exampleorgid")).await;
    pipeline.put_policy(&destination_policy(ALPHA)).await;
    subscribe(&pipeline.sender, None).send().await.unwrap();
    subscribe(&pipeline.sender, Some(ROLE)).send().await.unwrap();
    subscribe(&pipeline.sender, None).send().await.unwrap();
    let put = |force| {
        let put = pipeline.logs.put_destination_policy().destination_name("central").force_update(force);
        put.access_policy(organization_policy("o-exampleorgid")).send()
    };
    let refused = refusal(put(false).await);
    assert!(
        refused.starts_with("InvalidParameterException: ") && refused.contains("forceUpdate"),
        "{refused}"
    );
    put(true).await.unwrap();
    pipeline.log(&["lost"]).await;
    pipeline.bench.pass(120).await;
    assert!(pipeline.delivered().await.is_empty());
    assert_eq!(pipeline.counted()["delivery_errors"], json!({ "no_sender_role": 1 }));
    subscribe(&pipeline.sender, Some(ROLE)).send().await.unwrap();
    put(false).await.unwrap();
    pipeline.log(&["hello"]).await;
    pipeline.bench.pass(120).await;
    assert_eq!(pipeline.delivered().await, ["hello"]);
}
