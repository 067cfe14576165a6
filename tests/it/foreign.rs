//! Resources that are there before logpipe: refused with the reason, merged with `--adopt`, and never removed.

use std::collections::BTreeMap;

use aws_types::SdkConfig;
use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::support::engine::Job;
use crate::support::{Bench, operate};
use crate::walkthrough::TOPOLOGY;

const BUCKET: &str = "delivery-test";
const ROLE: &str = "FirehosRoleToS3";
const GROUP: &str = "/delivery/test";
const ERROR_GROUP: &str = "/aws/kinesisfirehose/quickstart-central";
const THEIRS: &str = r#"{"Sid":"Auditors","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::delivery-test"}"#;

/// A role and a bucket of the planned names, made by somebody else.
async fn somebody_elses(config: SdkConfig) {
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole",
    }]});
    let tag = aws_sdk_iam::types::Tag::builder().key("Owner").value("them").build().unwrap();
    let call = aws::iam(&config).create_role().role_name(ROLE).tags(tag);
    call.assume_role_policy_document(trust.to_string()).send().await.unwrap();
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "ec2:DescribeInstances", "Resource": "*",
    }]});
    let call = aws::iam(&config).put_role_policy().role_name(ROLE).policy_name("theirs");
    call.policy_document(policy.to_string()).send().await.unwrap();
    create_bucket(&config, BUCKET).await;
    let policy = format!(r#"{{"Version":"2012-10-17","Statement":[{THEIRS}]}}"#);
    aws::s3(&config).put_bucket_policy().bucket(BUCKET).policy(policy).send().await.unwrap();
}

async fn create_bucket(config: &SdkConfig, name: &str) {
    use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
    let place = CreateBucketConfiguration::builder()
        .location_constraint(BucketLocationConstraint::ApNortheast1)
        .build();
    aws::s3(config).create_bucket().bucket(name).create_bucket_configuration(place).send().await.unwrap();
}

async fn create_group(config: SdkConfig) {
    aws::logs(&config).create_log_group().log_group_name(GROUP).send().await.unwrap();
}

/// The steps of a plan by kind and name, with action and reason.
fn steps(plan: &Value) -> BTreeMap<String, (String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let steps = plan["steps"].as_array().unwrap().iter();
    steps
        .map(|step| {
            let name = format!("{}.{}", text(&step["kind"]), text(&step["name"]));
            (name, (text(&step["action"]), text(&step["reason"])))
        })
        .collect()
}

#[test]
fn what_is_in_the_way_is_refused_and_nothing_is_written() {
    let bench = Bench::new(TOPOLOGY);
    bench.aws(ARCHIVE, TOKYO, somebody_elses);
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Failed).json();
    let steps = steps(&plan);
    for name in ["iam_role.FirehosRoleToS3", "s3_bucket.delivery-test", "s3_bucket_policy.delivery-test"] {
        let (action, reason) = &steps[name];
        assert_eq!(action, "refuse", "{name}");
        assert_eq!(reason, "it exists, but it is not in logpipe's record; --adopt takes it over");
    }
    assert_eq!(plan["summary"]["refuse"], 3);
    let before = bench.now();
    let applied = bench.sandbox("apply", &["--yes"]).expect(Exit::Failed);
    assert!(applied.err.contains("the plan refuses 3 of its resources"), "{}", applied.err);
    assert!(applied.err.contains("--adopt takes it over"), "{}", applied.err);
    assert_eq!(bench.written_since(before), [""; 0]);
}

#[test]
fn adopting_merges_and_destroy_leaves_what_was_adopted() {
    let bench = Bench::new(TOPOLOGY);
    bench.aws(ARCHIVE, TOKYO, somebody_elses);
    let plan = bench.sandbox("plan", &["--adopt", "--output", "json"]).expect(Exit::Done).json();
    assert_eq!(plan["summary"]["adopt"], 3);
    let applied =
        bench.sandbox("apply", &["--adopt", "--yes", "--verify", "--output", "json"]).expect(Exit::Done);
    assert_eq!(applied.json()["verdict"], "delivered");
    merged(&bench);
    // What was adopted is known from now on.
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);

    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    merged(&bench);
    let roles = bench.aws(ARCHIVE, TOKYO, async |config| aws::roles(&config).await);
    assert_eq!(roles, [ROLE]);
    assert_eq!(bench.aws(ARCHIVE, TOKYO, async |config| aws::stream_names(&config).await), [""; 0]);
}

/// Ours beside theirs.
#[track_caller]
fn merged(bench: &Bench) {
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let trust = aws::trust(&config, ROLE).await;
        assert_eq!(trust["Statement"][0]["Principal"]["Service"], "firehose.amazonaws.com");
        let policies = aws::inline_policies(&config, ROLE).await;
        let names: Vec<&str> = policies.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["logpipe", "theirs"]);
        let tags: BTreeMap<String, String> = aws::role_tags(&config, ROLE).await.into_iter().collect();
        assert_eq!((tags["Owner"].as_str(), tags["Project"].as_str()), ("them", "poc"));
        let policy = aws::bucket_policy_text(&config, BUCKET).await;
        assert!(policy.contains(THEIRS) && policy.contains("LogpipeTlsOnly"), "{policy}");
    });
}

#[test]
fn a_tag_of_ours_proves_nothing_but_is_told() {
    let bench = Bench::new(TOPOLOGY);
    let tagged = |owner: &'static str| {
        async move |config: SdkConfig| {
            use aws_sdk_s3::types::{Tag, Tagging};
            let tag = Tag::builder().key("logpipe:topology").value(owner).build().unwrap();
            let tagging = Tagging::builder().tag_set(tag).build().unwrap();
            aws::s3(&config).put_bucket_tagging().bucket(BUCKET).tagging(tagging).send().await.unwrap();
        }
    };
    bench.aws(ARCHIVE, TOKYO, async |config| create_bucket(&config, BUCKET).await);
    for (owner, expect) in [
        (
            "delivery-test",
            "it exists and carries this topology's tag logpipe:topology, but it is not in logpipe's record",
        ),
        ("payments", "it exists and carries the tag of another topology, `payments`"),
    ] {
        bench.aws(ARCHIVE, TOKYO, tagged(owner));
        let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Failed).json();
        let (action, reason) = &steps(&plan)["s3_bucket.delivery-test"];
        assert_eq!(action, "refuse");
        assert!(reason.starts_with(expect), "{reason}");
    }
}

#[test]
fn a_log_group_that_is_there_already_is_used_as_it_is_and_survives_destroy() {
    let bench = Bench::new(TOPOLOGY);
    bench.aws(SOURCE, TOKYO, create_group);
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    let group = async |config: SdkConfig| {
        let groups = aws::log_groups(&config).await;
        let arn = format!("arn:aws:logs:{TOKYO}:{SOURCE}:log-group:{GROUP}");
        (groups.len(), aws::logs_tags(&config, &arn).await)
    };
    assert_eq!(bench.aws(SOURCE, TOKYO, group), (1, vec![]), "not even tagged");
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.aws(SOURCE, TOKYO, group), (1, vec![]));
    let filters = bench.aws(SOURCE, TOKYO, async |config| aws::filters(&config, GROUP).await);
    assert!(filters.is_empty(), "{filters:?}");
}

#[test]
fn a_log_group_that_is_not_there_is_refused_when_it_may_not_be_created() {
    let bench = Bench::new(&TOPOLOGY.replace("    create: true\n", ""));
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Failed).json();
    let (action, reason) = &steps(&plan)["subscription_filter./delivery/test:delivery-test-filter"];
    assert_eq!(action, "refuse");
    assert_eq!(reason, "the log group /delivery/test does not exist; `create: true` on its source makes it");
    let before = bench.now();
    let applied = bench.sandbox("apply", &["--yes"]).expect(Exit::Failed);
    assert!(applied.err.contains("the log group /delivery/test does not exist"), "{}", applied.err);
    assert_eq!(bench.written_since(before), [""; 0]);
    bench.aws(SOURCE, TOKYO, create_group);
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
}

#[test]
fn a_filter_of_the_planned_name_is_refused_then_taken_over_in_its_slot() {
    let bench = Bench::new(TOPOLOGY);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    // A second topology that shares everything but its name has no claim on the filter of the first.
    let second = TOPOLOGY.replace("name: delivery-test\nregion", "name: second\nregion");
    bench.write(&second);
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Failed).json();
    let steps = steps(&plan);
    let refused = steps.values().filter(|(action, _)| action == "refuse").count();
    let (action, reason) = &steps["subscription_filter./delivery/test:delivery-test-filter"];
    assert_eq!(action, "refuse", "{reason}");
    let (_, reason) = &steps["firehose_stream.delivery-test-stream"];
    assert!(reason.contains("carries the tag of another topology, `delivery-test`"), "{reason}");
    assert_eq!(
        refused,
        steps.len() - 1,
        "all but the log group of the source, which is only used: {steps:#?}"
    );
}

/// Puts a filter of somebody else's on the log group that logpipe has made, to a destination of theirs.
async fn filter_of_others(config: SdkConfig) {
    let there = aws::filters(&config, GROUP).await.remove(0);
    let call = aws::logs(&config).put_subscription_filter().log_group_name(GROUP).filter_name("theirs");
    let call = call.filter_pattern("").set_destination_arn(there.destination_arn);
    call.send().await.unwrap();
}

#[test]
fn a_log_group_of_ours_with_a_filter_of_others_goes_only_with_a_word_that_says_so() {
    let bench = Bench::new(TOPOLOGY);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.aws(SOURCE, TOKYO, filter_of_others);
    let destroyed = bench.sandbox("destroy", &["--yes"]).expect(Exit::Done).said();
    assert!(
        destroyed.contains("others have the subscription filter `theirs` on it, which would be deleted too"),
        "{destroyed}"
    );
    let filters = async |config: SdkConfig| aws::filters(&config, GROUP).await;
    let left = bench.aws(SOURCE, TOKYO, filters);
    let names: Vec<Option<&str>> = left.iter().map(|filter| filter.filter_name()).collect();
    assert_eq!(names, [Some("theirs")]);
    // It is ours still.
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);

    let arguments = ["--yes", "--delete-data", "--confirm", BUCKET];
    let destroyed = bench.sandbox("destroy", &arguments).expect(Exit::Done).said();
    let words = "its log events are deleted with it, and so is what others have on it: the subscription filter `theirs`";
    assert!(destroyed.contains(words), "{destroyed}");
    assert!(bench.aws(SOURCE, TOKYO, async |config| aws::log_groups(&config).await).is_empty());
}

#[test]
fn a_filter_that_others_put_on_a_log_group_in_the_middle_of_a_destroy_keeps_it() {
    let bench = Bench::new(TOPOLOGY);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let done = std::sync::Mutex::new(false);
    let report = bench.engine_beside(Job::Destroy, move |cloud, call| {
        let mut done = done.lock().unwrap();
        if call.writes() && !*done {
            *done = true;
            operate(cloud, SOURCE, TOKYO, filter_of_others);
        }
    });
    let failed = report.failures.iter().find(|it| it.address.to_string().ends_with(GROUP)).unwrap();
    assert_eq!(
        failed.error,
        "could not delete it: it is used by things that the plan did not name (foreign.subscription_filters.theirs), which would have been deleted with it"
    );
    assert_eq!(failed.aftermath, logpipe::apply::Aftermath::Untouched);
    let filters = bench.aws(SOURCE, TOKYO, async |config| aws::filters(&config, GROUP).await);
    assert_eq!(filters.len(), 1);
}

#[test]
fn an_error_log_group_with_a_filter_of_others_is_not_pruned() {
    let quickstart = include_str!("../../topologies/quickstart.yaml");
    let also = "  own: { accounts: [archive], destination: central, log_groups: [/own], create: true }\n";
    let bench = Bench::new(&format!("{quickstart}{also}"));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let arn = "arn:aws:logs:ap-northeast-1:999999999999:destination:quickstart-central";
        let call =
            aws::logs(&config).put_subscription_filter().log_group_name(ERROR_GROUP).filter_name("theirs");
        call.filter_pattern("").destination_arn(arn).send().await.unwrap();
    });
    bench.write(&format!(
        "{}{also}",
        quickstart.replace("buffer_seconds: 60\n", "buffer_seconds: 60\n      error_log: false\n")
    ));
    let pruned = bench.sandbox("apply", &["--prune", "--yes"]).expect(Exit::Done).said();
    let words = format!("log_group.{ERROR_GROUP} stays: others have the subscription filter `theirs` on it");
    assert!(pruned.contains(&words), "{pruned}");
    let filters = bench.aws(ARCHIVE, TOKYO, async |config| aws::filters(&config, ERROR_GROUP).await);
    assert_eq!(filters.len(), 1);
}
