//! CloudWatch Logs: one filter on all log groups of an account.

use aws_sdk_cloudwatchlogs::operation::put_account_policy::builders::PutAccountPolicyFluentBuilder;
use aws_sdk_cloudwatchlogs::types::{LogGroupClass, PolicyType, Scope};
use serde_json::{Value, json};

use super::bench::{ALPHA, BETA, TOKYO, code, refusal};
use super::pipeline::{DESTINATION, GROUP, Pipeline, destination_policy, logs_trust};

fn put(pipeline: &Pipeline, name: &str, document: &Value) -> PutAccountPolicyFluentBuilder {
    let put = pipeline.sender.put_account_policy().policy_name(name).policy_document(document.to_string());
    put.policy_type(PolicyType::SubscriptionFilterPolicy).scope(Scope::All)
}

fn document(pattern: &str) -> Value {
    json!({ "DestinationArn": DESTINATION, "FilterPattern": pattern, "Distribution": "Random" })
}

/// A policy of the destination that lets the sender use account policies too.
fn both_actions(account: &str) -> String {
    let action = r#""logs:PutSubscriptionFilter""#;
    destination_policy(account).replace(action, &format!(r#"[{action},"logs:PutAccountPolicy"]"#))
}

/// A destination that admits account policies, and the sender's log group.
async fn ready() -> Pipeline {
    let pipeline = Pipeline::with_stream().await;
    pipeline.put_destination().await.unwrap();
    pipeline.put_policy(&both_actions(ALPHA)).await;
    pipeline.make_group().await;
    pipeline
}

#[tokio::test(start_paused = true)]
async fn a_policy_forwards_every_group_on_top_of_its_filters() {
    let pipeline = ready().await;
    let criteria = r#"LogGroupName NOT IN ["/quiet"]"#;
    let answer = put(&pipeline, "all", &document("ERROR")).selection_criteria(criteria).send().await.unwrap();
    let made = answer.account_policy.unwrap();
    assert_eq!((made.policy_name(), made.account_id()), (Some("all"), Some(ALPHA)));
    pipeline.subscribe("own", "").await.unwrap();
    for (group, class) in [("/quiet", LogGroupClass::Standard), ("/cold", LogGroupClass::InfrequentAccess)] {
        let create = pipeline.sender.create_log_group().log_group_name(group).log_group_class(class);
        create.send().await.unwrap();
        pipeline.log_to(group, &["ERROR elsewhere"]).await;
    }
    pipeline.log(&["ERROR one", "INFO two"]).await;
    pipeline.bench.pass(120).await;
    let envelopes = pipeline.envelopes().await;
    let data = envelopes.iter().filter(|envelope| envelope["messageType"] == "DATA_MESSAGE");
    let found: Vec<Value> = data
        .map(|envelope| {
            let events = envelope["logEvents"].as_array().unwrap().len();
            json!([envelope["logGroup"], envelope["subscriptionFilters"], envelope["policyLevel"], events])
        })
        .collect();
    let expect = [json!([GROUP, ["own"], null, 2]), json!([GROUP, ["all"], "ACCOUNT_LEVEL_POLICY", 1])];
    assert_eq!(found, expect);
    let summary = pipeline.bench.cloud.summary();
    let counted = &summary["accounts"][ALPHA]["logs"][TOKYO]["account_policies"]["all"];
    assert_eq!(*counted, json!({ "forwarded": 1, "delivery_errors": {} }));
}

#[tokio::test(start_paused = true)]
async fn an_account_has_one_policy_in_a_region() {
    let pipeline = ready().await;
    put(&pipeline, "all", &document("")).send().await.unwrap();
    assert_eq!(
        refusal(put(&pipeline, "more", &document("")).send().await),
        "LimitExceededException: Resource limit exceeded."
    );
    put(&pipeline, "all", &document("ERROR")).send().await.unwrap();
    let list = || {
        pipeline.sender.describe_account_policies().policy_type(PolicyType::SubscriptionFilterPolicy).send()
    };
    let found = list().await.unwrap().account_policies.unwrap();
    assert_eq!(found.len(), 1);
    let text: Value = serde_json::from_str(found[0].policy_document().unwrap()).unwrap();
    assert_eq!(text, document("ERROR"));
    let delete = || {
        let call = pipeline.sender.delete_account_policy().policy_name("all");
        call.policy_type(PolicyType::SubscriptionFilterPolicy).send()
    };
    delete().await.unwrap();
    assert_eq!(code(delete().await), "ResourceNotFoundException");
    assert!(list().await.unwrap().account_policies().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_destination_must_grant_both_actions() {
    let pipeline = ready().await;
    let denied = |action: &str| {
        format!(
            "AccessDeniedException: User with accountId: {ALPHA} is not authorized to perform: {action} on resource: \
             {DESTINATION}"
        )
    };
    pipeline.put_policy(&destination_policy(ALPHA)).await;
    let refused = refusal(put(&pipeline, "all", &document("")).send().await);
    assert_eq!(refused, denied("logs:PutAccountPolicy"));
    let other = destination_policy(ALPHA).replace("PutSubscriptionFilter", "PutAccountPolicy");
    pipeline.put_policy(&other).await;
    let refused = refusal(put(&pipeline, "all", &document("")).send().await);
    assert_eq!(refused, denied("logs:PutSubscriptionFilter"));
    pipeline.put_policy(&both_actions(ALPHA)).await;
    pipeline.put_trust("logs", &logs_trust("logs.amazonaws.com", &[BETA])).await;
    assert_eq!(
        refusal(put(&pipeline, "all", &document("")).send().await),
        "InvalidParameterException: Could not deliver test message to specified destination. Check if the \
         destination is valid."
    );
}

#[tokio::test(start_paused = true)]
async fn documents_and_criteria_are_checked() {
    let pipeline = ready().await;
    let good = || put(&pipeline, "all", &document(""));
    for (call, expect) in [
        (good().policy_document("no"), "Malformed Subscription filter policy"),
        (good().policy_document("{}"), "MissingDestinationArnfield in policy document"),
        (
            good().selection_criteria(r#"LogGroupName IN ["/a"]"#),
            "The provided SelectionCriteria string is invalid.",
        ),
        (good().policy_name("aws/all"), "Policy names starting with aws/ are reserved for AWS."),
    ] {
        assert_eq!(refusal(call.send().await), format!("InvalidParameterException: {expect}"));
    }
    for document in [document("{ $.a = "), json!({ "DestinationArn": DESTINATION, "Distribution": "Even" })] {
        assert_eq!(code(put(&pipeline, "all", &document).send().await), "InvalidParameterException");
    }
}
