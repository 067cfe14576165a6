//! IAM's policy simulation of a role.

use aws_sdk_iam::Client;
use aws_sdk_iam::types::{
    ContextEntry, ContextKeyTypeEnum, EvaluationResult, PolicyEvaluationDecisionType as Decision,
};

use super::bench::{ALPHA, Bench, code, refusal};

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const ROLE: &str = "arn:aws:iam::111111111111:role/team/server";
const INLINE: &str = r#"{"Version":"2012-10-17","Statement":[
  {"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::logs","arn:aws:s3:::logs/*"]},
  {"Effect":"Deny","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::logs/kept/*"},
  {"Effect":"Allow","Action":"ssm:GetParameter","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"web"}}}
]}"#;
const KEPT: &str = "arn:aws:s3:::logs/kept/a";
const FREE: &str = "arn:aws:s3:::logs/a";

/// An account with a role that has an inline policy and one of AWS's.
fn stage() -> (Bench, Client) {
    let bench = Bench::new();
    let attached = ["arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"];
    bench.cloud.prepare_role(&ALPHA.parse().unwrap(), "team/server", TRUST, &[("own", INLINE)], &attached);
    let client = Client::new(&bench.operator(ALPHA));
    (bench, client)
}

async fn simulate(client: &Client, action: &str, resources: &[&str], team: Option<&str>) -> EvaluationResult {
    let call = client.simulate_principal_policy().policy_source_arn(ROLE).action_names(action);
    let call = resources.iter().fold(call, |call, resource| call.resource_arns(*resource));
    let entry = team.map(|team| {
        let entry = ContextEntry::builder().context_key_name("aws:PrincipalTag/team");
        entry.context_key_values(team).context_key_type(ContextKeyTypeEnum::String).build()
    });
    let call = entry.into_iter().fold(call, |call, entry| call.context_entries(entry));
    call.send().await.unwrap().evaluation_results.unwrap().remove(0)
}

#[tokio::test(start_paused = true)]
async fn inline_and_managed_policies_decide_together() {
    let (_bench, client) = stage();
    for (action, resource, expect) in [
        ("s3:PutObject", FREE, Decision::Allowed),
        ("s3:DeleteObject", FREE, Decision::Allowed),
        ("s3:DeleteObject", KEPT, Decision::ExplicitDeny),
        ("s3:PutObject", "arn:aws:s3:::other/a", Decision::ImplicitDeny),
        ("cloudwatch:PutMetricData", "*", Decision::Allowed),
        ("ec2:TerminateInstances", "*", Decision::ImplicitDeny),
    ] {
        let result = simulate(&client, action, &[resource], None).await;
        assert_eq!(result.eval_decision, expect, "{action} on {resource}");
        assert_eq!(result.eval_resource_name(), Some(resource));
    }
}

#[tokio::test(start_paused = true)]
async fn results_name_the_statements_and_what_is_said_of_each_resource() {
    let (_bench, client) = stage();
    let result = simulate(&client, "s3:DeleteObject", &[FREE, KEPT], None).await;
    let each = result.resource_specific_results();
    assert_eq!(
        (&each[0].eval_resource_decision, &each[1].eval_resource_decision),
        (&Decision::Allowed, &Decision::ExplicitDeny)
    );
    let matched = &each[1].matched_statements()[1];
    assert_eq!(matched.source_policy_id(), Some("role_server_own"));
    let (start, end) = (matched.start_position().unwrap(), matched.end_position().unwrap());
    assert_eq!((start.line, start.column, end.line), (3, 3, 3));
    let result = simulate(&client, "logs:PutLogEvents", &[], None).await;
    assert_eq!(result.matched_statements()[0].source_policy_id(), Some("CloudWatchAgentServerPolicy"));
    assert_eq!(result.resource_specific_results(), []);
}

#[tokio::test(start_paused = true)]
async fn what_a_condition_asks_for_must_be_given() {
    let (_bench, client) = stage();
    let other = "arn:aws:ssm:ap-northeast-1:111111111111:parameter/other";
    let result = simulate(&client, "ssm:GetParameter", &[other], None).await;
    assert_eq!(result.eval_decision, Decision::ImplicitDeny);
    assert_eq!(result.missing_context_values(), ["aws:PrincipalTag/team"]);
    assert_eq!(
        simulate(&client, "ssm:GetParameter", &[other], Some("web")).await.eval_decision,
        Decision::Allowed
    );
    let wrong = simulate(&client, "ssm:GetParameter", &[other], Some("data")).await;
    assert_eq!(
        (wrong.eval_decision.clone(), wrong.missing_context_values().len()),
        (Decision::ImplicitDeny, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_simulated_is_refused() {
    let (_bench, client) = stage();
    let call = |source: &str, action: &str| {
        client.simulate_principal_policy().policy_source_arn(source).action_names(action)
    };
    assert_eq!(
        refusal(call("arn:aws:iam::111111111111:role/missing", "s3:PutObject").send().await),
        "NoSuchEntity: The role with name missing cannot be found."
    );
    let bucket = "arn:aws:s3:::bucket-of-somebody";
    assert_eq!(
        refusal(call(bucket, "s3:PutObject").send().await),
        format!("InvalidInput: Invalid Entity Arn: {bucket} does not clearly define entity type and name.")
    );
    assert_eq!(code(call(ROLE, "s3:*").send().await), "InvalidInput");
    let with_policy = call(ROLE, "s3:PutObject").resource_policy(INLINE).send().await;
    assert_eq!(
        refusal(with_policy),
        "InvalidInput: Simulation of resource-based policies isn't supported for IAM roles."
    );
}

#[tokio::test(start_paused = true)]
async fn a_session_has_the_tags_of_its_role() {
    let bench = Bench::new();
    let trust = TRUST.replace(r#""Service":"ec2.amazonaws.com""#, r#""AWS":"111111111111""#);
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"web"}}}]}"#;
    bench.cloud.prepare_role(&ALPHA.parse().unwrap(), "server", &trust, &[("own", policy)], &[]);
    let sts = aws_sdk_sts::Client::new(&bench.operator(ALPHA));
    let assume =
        sts.assume_role().role_arn("arn:aws:iam::111111111111:role/server").role_session_name("tests");
    let keys = assume.send().await.unwrap().credentials.unwrap();
    let credentials = aws_sdk_sts::config::Credentials::new(
        keys.access_key_id,
        "secret",
        Some(keys.session_token),
        None,
        "tests",
    );
    let buckets = aws_sdk_s3::Client::new(&bench.with(credentials, super::bench::TOKYO));
    assert_eq!(code(buckets.list_buckets().send().await), "AccessDenied");
    let iam = Client::new(&bench.operator(ALPHA));
    let tag = aws_sdk_iam::types::Tag::builder().key("team").value("web").build().unwrap();
    iam.tag_role().role_name("server").tags(tag).send().await.unwrap();
    bench.pass(9).await;
    buckets.list_buckets().send().await.unwrap();
}
