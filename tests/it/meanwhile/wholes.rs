//! What is ours as a whole is not written over what somebody has made of it since the plan.

use std::sync::Mutex;

use aws_types::SdkConfig;
use logpipe::apply::Report;
use logpipe::exit::Exit;
use serde_json::{Value, json};

use super::{CWL_ROLE, DESTINATION, GROUP, GROUPS, Work, topologies};
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::support::engine::Job;
use crate::support::{Bench, operate};

/// Something of ours as a whole, which the plan has to change and somebody else changes first.
struct Whole {
    account: &'static str,
    address: &'static str,
    /// Puts it, as one or another thing that is not ours.
    put: fn(SdkConfig, &'static str) -> Work<()>,
    get: fn(SdkConfig) -> Work<String>,
}

/// What he puts there once the plan is made stays, and the step says what has moved; the next apply, which sees it, puts
/// ours in its place.
fn is_not_overwritten(whole: &Whole) {
    let [first, changed] = topologies(GROUPS);
    let bench = Bench::new(&first);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let (put, get) = (whole.put, whole.get);
    bench.aws(whole.account, TOKYO, async move |config| put(config, "111111111111").await);
    bench.write(&changed);
    let (done, account) = (Mutex::new(false), whole.account);
    let report: Report = bench.engine_beside(Job::Apply, move |cloud, call| {
        let mut done = done.lock().unwrap();
        if call.writes() && !*done {
            *done = true;
            operate(cloud, account, TOKYO, async move |config| put(config, "222222222222").await);
        }
    });
    let failed: Vec<_> = report.failures.iter().filter(|it| !it.moved.is_empty()).collect();
    assert_eq!(failed.len(), 1, "{report:?}");
    assert_eq!(failed[0].address.to_string(), whole.address);
    assert!(failed[0].error.contains("it has been changed since the plan was made"), "{failed:?}");
    assert!(failed[0].hint.as_ref().unwrap().contains("`logpipe apply`"));
    let now = failed[0].moved.iter().map(|moved| moved.now.to_string()).collect::<String>();
    assert!(now.contains("222222222222"), "{now}");
    let there = bench.aws(whole.account, TOKYO, async move |config| get(config).await);
    assert!(there.contains("222222222222"), "{there}");
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

/// A document that is nobody's of the topology, with an account to tell it by.
fn statement(account: &str, action: &str, resource: Option<&str>) -> Value {
    let principal = json!({ "AWS": format!("arn:aws:iam::{account}:root") });
    let mut statement = json!({ "Effect": "Allow", "Action": action, "Principal": principal });
    if let Some(resource) = resource {
        statement["Resource"] = json!(resource);
    }
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}

#[test]
fn a_trust_that_has_moved_is_not_overwritten() {
    is_not_overwritten(&Whole {
        account: ARCHIVE,
        address: "archive/global/iam_role.quickstart-central-cwl",
        put: |config, who| {
            Box::pin(async move {
                aws::put_trust(&config, CWL_ROLE, &statement(who, "sts:AssumeRole", None)).await;
            })
        },
        get: |config| Box::pin(async move { aws::trust(&config, CWL_ROLE).await.to_string() }),
    });
}

#[test]
fn the_policy_of_a_role_that_has_moved_is_not_overwritten() {
    is_not_overwritten(&Whole {
        account: ARCHIVE,
        address: "archive/global/iam_role.quickstart-central-cwl",
        put: |config, who| {
            Box::pin(async move {
                let bucket = format!("arn:aws:s3:::{who}");
                let policy = json!({ "Version": "2012-10-17", "Statement": [{
                    "Effect": "Allow", "Action": "s3:*", "Resource": bucket,
                }]});
                aws::put_inline(&config, CWL_ROLE, &policy).await;
            })
        },
        get: |config| Box::pin(async move { format!("{:?}", aws::inline_policies(&config, CWL_ROLE).await) }),
    });
}

#[test]
fn the_policy_of_a_destination_that_has_moved_is_not_overwritten() {
    is_not_overwritten(&Whole {
        account: ARCHIVE,
        address: "archive/ap-northeast-1/logs_destination_policy.quickstart-central",
        put: |config, who| {
            Box::pin(async move {
                let arn = "arn:aws:logs:ap-northeast-1:999999999999:destination:quickstart-central";
                let policy = statement(who, "logs:PutSubscriptionFilter", Some(arn)).to_string();
                let call = aws::logs(&config).put_destination_policy().destination_name(DESTINATION);
                call.access_policy(policy).send().await.unwrap();
            })
        },
        get: |config| {
            Box::pin(async move { format!("{:?}", aws::destinations(&config).await[0].access_policy) })
        },
    });
}

#[test]
fn a_filter_that_has_moved_is_not_overwritten() {
    is_not_overwritten(&Whole {
        account: SOURCE,
        address: "app/ap-northeast-1/subscription_filter./app/web:quickstart",
        put: |config, who| {
            Box::pin(async move {
                let there = aws::filters(&config, GROUP).await.remove(0);
                let call = aws::logs(&config).put_subscription_filter().log_group_name(GROUP);
                let call = call.set_filter_name(there.filter_name).filter_pattern(who);
                call.set_destination_arn(there.destination_arn).send().await.unwrap();
            })
        },
        get: |config| Box::pin(async move { format!("{:?}", aws::filters(&config, GROUP).await) }),
    });
}

#[test]
fn a_tag_of_ours_that_has_moved_is_not_overwritten() {
    is_not_overwritten(&Whole {
        account: ARCHIVE,
        address: "archive/global/iam_role.quickstart-central-cwl",
        put: |config, who| {
            Box::pin(async move {
                let tag = aws_sdk_iam::types::Tag::builder().key("Team").value(who).build().unwrap();
                aws::iam(&config).tag_role().role_name(CWL_ROLE).tags(tag).send().await.unwrap();
            })
        },
        get: |config| Box::pin(async move { format!("{:?}", aws::role_tags(&config, CWL_ROLE).await) }),
    });
}
