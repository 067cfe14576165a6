//! Somebody else changes what logpipe is about to write, between its reading and its writing. What is theirs stays, and
//! what is ours is written only over what the plan saw.
//!
//! Steps run one after the other here, so that the call before a write is the reading for it: what is changed at any call
//! but the write itself has to stay.

use std::sync::{Arc, Mutex};

use aws_sdk_cloudwatchlogs::types::{PolicyType, Scope};
use aws_sdk_s3::types::{
    BucketLifecycleConfiguration, ExpirationStatus, LifecycleExpiration, LifecycleRule, LifecycleRuleFilter,
    Tag, Tagging,
};
use aws_types::SdkConfig;
use logpipe::apply::Report;
use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::support::engine::{Fate, Job};
use crate::support::{Bench, operate};

const QUICKSTART: &str = include_str!("../../topologies/quickstart.yaml");
const BUCKET: &str = "quickstart-central-999999999999-ap-northeast-1";
const GROUP: &str = "/app/web";
const CWL_ROLE: &str = "quickstart-central-cwl";
const DESTINATION: &str = "quickstart-central";

/// The quickstart with something in every shared place, and the same with all of it changed.
fn topologies(scope: &str) -> [String; 2] {
    let with = |days: u32, team: &str, pattern: &str| {
        let filter = format!("    filter: {{ pattern: \"{pattern}\" }}\n");
        let quickstart = QUICKSTART.replace("    log_groups: [\"/app/web\"]\n    # Creates /app/web when it does not exist yet.\n    create: true\n", &format!("{scope}{filter}"));
        let quickstart = quickstart.replace(
            "    account: archive\n",
            &format!("    account: archive\n    bucket: {{ expire_days: {days} }}\n"),
        );
        format!("{quickstart}tags: {{ Team: {team} }}\n")
    };
    [with(30, "a", ""), with(60, "b", "ERROR")]
}

const GROUPS: &str = "    log_groups: [\"/app/web\"]\n    create: true\n";
const ACCOUNT: &str = "    scope: account\n";

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

type Work<T> = std::pin::Pin<Box<dyn Future<Output = T>>>;

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
    assert!(failed[0].error.contains("somebody has changed it since the plan was made"), "{failed:?}");
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

/// AWS would answer as if it had made what is there already.
#[test]
fn a_destination_that_somebody_has_made_is_not_written_over() {
    let [first, _] = topologies(GROUPS);
    let bench = Bench::new(&first);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let delete = async |config: SdkConfig| {
        let there = aws::destinations(&config).await.remove(0);
        aws::logs(&config).delete_destination().destination_name(DESTINATION).send().await.unwrap();
        there
    };
    let there = bench.aws(ARCHIVE, TOKYO, delete);
    let looks = Mutex::new(0);
    let report = bench.engine_beside(Job::Apply, move |cloud, call| {
        let mut looks = looks.lock().unwrap();
        // He is there before the reading for the write, which is the second of its kind.
        *looks += u32::from(call.operation == "DescribeDestinations");
        if *looks == 2 {
            *looks += 1;
            let there = there.clone();
            operate(cloud, ARCHIVE, TOKYO, async move |config| {
                let call = aws::logs(&config).put_destination().destination_name(DESTINATION);
                let call = call.set_target_arn(there.target_arn).set_role_arn(there.role_arn);
                call.send().await.unwrap();
            });
        }
    });
    let failed = report.failures.iter().find(|it| it.address.to_string().contains("/logs_destination."));
    let error = failed.map(|failed| failed.error.clone());
    assert_eq!(
        error.as_deref(),
        Some("could not create it: somebody has made one of this name since the plan was made"),
        "{report:?}"
    );
}

/// In us-east-1 S3 answers so, too.
#[test]
fn a_bucket_that_somebody_has_made_in_us_east_1_is_not_taken_for_a_new_one() {
    let bench = Bench::new(&QUICKSTART.replace("ap-northeast-1", "us-east-1"));
    let done = Mutex::new(false);
    let report = bench.engine_beside(Job::Apply, move |cloud, call| {
        let mut done = done.lock().unwrap();
        if !*done && call.writes() {
            *done = true;
            operate(cloud, ARCHIVE, "us-east-1", async |config| {
                let call = aws::s3(&config).create_bucket();
                call.bucket("quickstart-central-999999999999-us-east-1").send().await.unwrap();
            });
        }
    });
    let failed = report.failures.iter().find(|it| it.address.to_string().contains("/s3_bucket."));
    let error = failed.map(|failed| failed.error.clone()).unwrap_or_default();
    assert!(error.contains("somebody has made one of this name"), "{report:?}");
}

/// The first attempt fails for what passes, and somebody comes in between.
#[test]
fn a_filter_that_somebody_has_made_while_ours_is_retried_is_not_written_over() {
    let [first, _] = topologies(GROUPS);
    let bench = Bench::new(&first);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.aws(SOURCE, TOKYO, async |config| {
        let call = aws::logs(&config).delete_subscription_filter().log_group_name(GROUP);
        call.filter_name("quickstart").send().await.unwrap();
    });
    let tries = Mutex::new(0);
    let ended = bench.engine_with(
        Job::Apply,
        1,
        |number, operation| {
            let first = operation == "PutSubscriptionFilter" && number < 2;
            if first { Fate::Refused("OperationAbortedException", 400) } else { Fate::Answered }
        },
        move |cloud, call| {
            let mut tries = tries.lock().unwrap();
            if call.operation == "PutSubscriptionFilter" && *tries == 0 {
                *tries += 1;
                operate(cloud, SOURCE, TOKYO, async |config| {
                    let arn = "arn:aws:logs:ap-northeast-1:999999999999:destination:quickstart-central";
                    let call = aws::logs(&config).put_subscription_filter().log_group_name(GROUP);
                    let call = call.filter_name("quickstart").filter_pattern("theirs").destination_arn(arn);
                    call.send().await.unwrap();
                });
            }
        },
    );
    let report = ended.report.unwrap();
    assert!(report.failures[0].error.contains("somebody has made one of this name"), "{report:?}");
    let filters = bench.aws(SOURCE, TOKYO, async |config| aws::filters(&config, GROUP).await);
    assert_eq!(filters[0].filter_pattern(), Some("theirs"));
}
