//! What somebody puts on something of ours stays, whenever he puts it.

use std::sync::{Arc, Mutex};

use aws_sdk_cloudwatchlogs::types::{PolicyType, Scope};
use aws_sdk_s3::types::{
    BucketLifecycleConfiguration, ExpirationStatus, LifecycleExpiration, LifecycleRule, LifecycleRuleFilter,
    Tag, Tagging,
};
use aws_types::SdkConfig;
use logpipe::exit::Exit;
use serde_json::{Value, json};

use super::{ACCOUNT, BUCKET, GROUP, GROUPS, Work, topologies};
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::support::engine::Job;
use crate::support::{Bench, operate};

/// What somebody puts on something of ours, with a number that grows.
#[derive(Clone, Copy)]
struct Mark {
    account: &'static str,
    /// The call of ours that replaces the whole it stands in.
    write: &'static str,
    /// Puts it, if there is something to put it on.
    put: fn(SdkConfig, u32) -> Work<bool>,
    /// What of it is there.
    get: fn(SdkConfig) -> Work<String>,
}

/// At every call of an apply he looks whether his mark is as he left it, and puts another one.
fn marked(bench: &Bench, mark: Mark) -> u32 {
    #[derive(Default)]
    struct Seen {
        number: u32,
        left: Option<String>,
        lost: Vec<String>,
        puts: u32,
    }
    let seen = Arc::new(Mutex::new(Seen::default()));
    let hand = seen.clone();
    let report = bench.engine_beside(Job::Apply, move |cloud, call| {
        let mut seen = hand.lock().unwrap();
        seen.number += 1;
        let number = seen.number;
        let (before, put, after) = operate(cloud, mark.account, TOKYO, async move |config| {
            let before = (mark.get)(config.clone()).await;
            let put = (mark.put)(config.clone(), number).await;
            (before, put, (mark.get)(config).await)
        });
        if seen.left.as_ref().is_some_and(|left| *left != before) {
            let lost = format!("{:?} is {before} before call {number}, {}", seen.left, call.operation);
            seen.lost.push(lost);
        }
        seen.puts += u32::from(put);
        // What comes right before the write is beyond anybody's sight.
        seen.left = (put && call.operation != mark.write).then_some(after);
    });
    assert!(report.complete(), "{report:?}");
    let seen = seen.lock().unwrap();
    assert_eq!(seen.lost, [""; 0]);
    seen.puts
}

/// In a first apply, and in one that changes everything.
fn survives(scope: &str, mark: Mark) {
    let [first, changed] = topologies(scope);
    let bench = Bench::new(&first);
    let puts = marked(&bench, mark);
    bench.write(&changed);
    bench.aws(ARCHIVE, TOKYO, async |config| {
        // Something to do on the policy too.
        let policy = aws::bucket_policy(&config, BUCKET).await;
        let kept = policy["Statement"].as_array().unwrap().iter();
        let kept: Vec<Value> = kept.filter(|it| it["Sid"] != "LogpipeTlsOnly").cloned().collect();
        let policy = json!({ "Version": "2012-10-17", "Statement": kept });
        aws::put_bucket_policy(&config, BUCKET, &policy).await;
    });
    let before = bench.now();
    let puts = puts + marked(&bench, mark);
    assert!(puts > 20, "he found it {puts} times");
    let written = bench.written_since(before);
    assert!(written.iter().any(|call| call.ends_with(mark.write)), "{written:?}");
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn a_statement_in_the_policy_of_the_bucket_stays() {
    const SID: &str = "Auditors";
    async fn there(config: &SdkConfig) -> Option<Value> {
        let answer = aws::s3(config).get_bucket_policy().bucket(BUCKET).send().await.ok()?;
        serde_json::from_str(&answer.policy?).ok()
    }
    survives(
        GROUPS,
        Mark {
            account: ARCHIVE,
            write: "PutBucketPolicy",
            get: |config| {
                Box::pin(async move {
                    let policy = there(&config).await.unwrap_or_default();
                    let mut statements = policy["Statement"].as_array().into_iter().flatten();
                    statements
                        .find(|it| it["Sid"] == SID)
                        .map(|it| it["Resource"].to_string())
                        .unwrap_or_default()
                })
            },
            put: |config, number| {
                Box::pin(async move {
                    let policy = there(&config).await.unwrap_or_default();
                    let statements = policy["Statement"].as_array().cloned().unwrap_or_default();
                    let mut statements: Vec<Value> =
                        statements.into_iter().filter(|it| it["Sid"] != SID).collect();
                    statements.push(json!({
                        "Sid": SID, "Effect": "Allow", "Action": "s3:GetObject",
                        "Principal": { "AWS": "arn:aws:iam::222222222222:root" },
                        "Resource": format!("arn:aws:s3:::{BUCKET}/{number}"),
                    }));
                    let policy = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
                    aws::s3(&config).put_bucket_policy().bucket(BUCKET).policy(policy).send().await.is_ok()
                })
            },
        },
    );
}

#[test]
fn a_tag_of_the_bucket_stays() {
    async fn there(config: &SdkConfig) -> Vec<Tag> {
        let answer = aws::s3(config).get_bucket_tagging().bucket(BUCKET).send().await;
        answer.map(|answer| answer.tag_set).unwrap_or_default()
    }
    survives(
        GROUPS,
        Mark {
            account: ARCHIVE,
            write: "PutBucketTagging",
            get: |config| {
                Box::pin(async move {
                    let tag = there(&config).await.into_iter().find(|tag| tag.key == "Cost");
                    tag.map(|tag| tag.value).unwrap_or_default()
                })
            },
            put: |config, number| {
                Box::pin(async move {
                    let mut tags = there(&config).await;
                    tags.retain(|tag| tag.key != "Cost");
                    tags.push(Tag::builder().key("Cost").value(number.to_string()).build().unwrap());
                    let tagging = Tagging::builder().set_tag_set(Some(tags)).build().unwrap();
                    aws::s3(&config).put_bucket_tagging().bucket(BUCKET).tagging(tagging).send().await.is_ok()
                })
            },
        },
    );
}

#[test]
fn a_lifecycle_rule_of_the_bucket_stays() {
    const RULE: &str = "theirs";
    async fn there(config: &SdkConfig) -> Vec<LifecycleRule> {
        let answer = aws::s3(config).get_bucket_lifecycle_configuration().bucket(BUCKET).send().await;
        answer.ok().and_then(|answer| answer.rules).unwrap_or_default()
    }
    survives(
        GROUPS,
        Mark {
            account: ARCHIVE,
            write: "PutBucketLifecycleConfiguration",
            get: |config| {
                Box::pin(async move {
                    let rule = there(&config).await.into_iter().find(|rule| rule.id() == Some(RULE));
                    format!("{:?}", rule.and_then(|rule| rule.expiration))
                })
            },
            put: |config, number| {
                Box::pin(async move {
                    let mut rules = there(&config).await;
                    rules.retain(|rule| rule.id() != Some(RULE));
                    let days = LifecycleExpiration::builder().days(1000 + i32::try_from(number).unwrap());
                    let rule = LifecycleRule::builder()
                        .id(RULE)
                        .status(ExpirationStatus::Enabled)
                        .filter(LifecycleRuleFilter::builder().prefix("theirs/").build())
                        .expiration(days.build());
                    rules.push(rule.build().unwrap());
                    let all = BucketLifecycleConfiguration::builder().set_rules(Some(rules)).build().unwrap();
                    let call = aws::s3(&config).put_bucket_lifecycle_configuration().bucket(BUCKET);
                    call.lifecycle_configuration(all).send().await.is_ok()
                })
            },
        },
    );
}

/// System fields, one or two by turns.
fn fields(number: u32) -> Vec<String> {
    let both = ["@aws.account".to_owned(), "@aws.region".to_owned()];
    both[..1 + usize::try_from(number % 2).unwrap()].to_vec()
}

#[test]
fn system_fields_of_a_filter_stay() {
    survives(
        GROUPS,
        Mark {
            account: SOURCE,
            write: "PutSubscriptionFilter",
            get: |config| {
                Box::pin(async move {
                    let call = aws::logs(&config).describe_subscription_filters().log_group_name(GROUP);
                    let answer = call.send().await;
                    let filters = answer.ok().and_then(|answer| answer.subscription_filters);
                    filters.unwrap_or_default().iter().map(|it| it.emit_system_fields().join(" ")).collect()
                })
            },
            put: |config, number| {
                Box::pin(async move {
                    let logs = aws::logs(&config);
                    let answer = logs.describe_subscription_filters().log_group_name(GROUP).send().await;
                    let filters = answer.ok().and_then(|answer| answer.subscription_filters);
                    let Some(there) = filters.and_then(|filters| filters.into_iter().next()) else {
                        return false;
                    };
                    let call = logs.put_subscription_filter().log_group_name(GROUP);
                    let call =
                        call.set_filter_name(there.filter_name).set_filter_pattern(there.filter_pattern);
                    let call = call.set_destination_arn(there.destination_arn);
                    call.set_emit_system_fields(Some(fields(number))).send().await.is_ok()
                })
            },
        },
    );
}

#[test]
fn a_member_of_the_document_of_an_account_policy_stays() {
    async fn there(config: &SdkConfig) -> Option<(String, Value)> {
        let call = aws::logs(config).describe_account_policies();
        let answer = call.policy_type(PolicyType::SubscriptionFilterPolicy).send().await.ok()?;
        let policy = answer.account_policies?.into_iter().next()?;
        Some((policy.policy_name?, serde_json::from_str(&policy.policy_document?).ok()?))
    }
    survives(
        ACCOUNT,
        Mark {
            account: SOURCE,
            write: "PutAccountPolicy",
            get: |config| {
                Box::pin(async move {
                    let (_, document) = there(&config).await.unwrap_or_default();
                    document["EmitSystemFields"].to_string()
                })
            },
            put: |config, number| {
                Box::pin(async move {
                    let Some((name, mut document)) = there(&config).await else { return false };
                    document["EmitSystemFields"] = json!(fields(number));
                    let call = aws::logs(&config).put_account_policy().policy_name(name);
                    let call = call.policy_type(PolicyType::SubscriptionFilterPolicy).scope(Scope::All);
                    call.policy_document(document.to_string()).send().await.is_ok()
                })
            },
        },
    );
}
