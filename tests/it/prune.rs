//! `--prune`: what the topology no longer names goes, in order, without losing an event or a stored log.

use std::collections::BTreeSet;

use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::support::delivery::{bucket_text, streams, write_event};
use crate::support::engine::{Job, Treatment};
use crate::support::kills;
use crate::support::topologies::{destination, source, topology};

const IRELAND: &str = "eu-west-1";
const SHOP: &str = "222222222222";

/// Two destinations; `web` sends to the first and `other` to the second.
fn two() -> Bench {
    let both = destination("one", "") + &destination("two", "");
    let sources = source("web", "app", "one", "") + &source("other", "shop", "two", "");
    let bench = Bench::new(&topology(&both, &sources));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench
}

/// Everything moves to the second destination, and the first is gone.
fn one_gone() -> String {
    topology(
        &destination("two", ""),
        &(source("web", "app", "two", "") + &source("other", "shop", "two", "")),
    )
}

/// What is recorded under a name that begins so.
fn recorded(bench: &Bench, beginning: &str) -> Vec<String> {
    let record = bench.record("t");
    let names = record.entries().keys().filter(|address| address.name.contains(beginning));
    names.map(ToString::to_string).collect()
}

fn plan(bench: &Bench, flags: &[&str]) -> Value {
    let ran = bench.sandbox("plan", &[flags, &["--output", "json"]].concat());
    assert!(matches!(ran.exit, Exit::Done | Exit::Pending), "{ran:?}");
    ran.json()
}

fn with_action(plan: &Value, action: &str) -> BTreeSet<String> {
    let steps = plan["steps"].as_array().unwrap().iter().filter(|step| step["action"] == action);
    steps.map(|step| step["address"].as_str().unwrap().to_owned()).collect()
}

fn roles(bench: &Bench, account: &str) -> Vec<String> {
    bench.aws(account, TOKYO, async |config| aws::roles(&config).await)
}

fn groups(bench: &Bench, account: &str) -> Vec<String> {
    let groups = bench.aws(account, TOKYO, async |config| aws::log_groups(&config).await);
    groups.iter().filter_map(|group| group.log_group_name()).map(str::to_owned).collect()
}

#[test]
fn a_destination_that_is_gone_is_removed_but_for_its_bucket() {
    let bench = two();
    bench.write(&one_gone());
    let listed = plan(&bench, &[]);
    assert_eq!(listed["summary"]["delete"], 0, "without --prune nothing goes: {listed:#}");
    assert_eq!(listed["summary"]["orphan"], 9, "{listed:#}");
    let pruned = plan(&bench, &["--prune"]);
    let expect = [
        "archive/ap-northeast-1/firehose_stream.t-one",
        "archive/ap-northeast-1/log_group./aws/kinesisfirehose/t-one",
        "archive/ap-northeast-1/log_stream./aws/kinesisfirehose/t-one:DestinationDelivery",
        "archive/ap-northeast-1/logs_destination.t-one",
        "archive/ap-northeast-1/logs_destination_policy.t-one",
        "archive/global/iam_role.t-one-cwl",
        "archive/global/iam_role.t-one-firehose",
    ];
    assert_eq!(with_action(&pruned, "delete"), expect.map(str::to_owned).into());
    let bucket = ["archive/ap-northeast-1/s3_bucket.t-one", "archive/ap-northeast-1/s3_bucket_policy.t-one"];
    assert_eq!(pruned["orphans"], json!(bucket));

    bench.sandbox("apply", &["--yes", "--prune", "--verify"]).expect(Exit::Done);
    assert_eq!(streams(&bench), ["t-two"]);
    assert_eq!(roles(&bench, ARCHIVE), ["t-two-cwl", "t-two-firehose"]);
    assert_eq!(groups(&bench, ARCHIVE), ["/aws/kinesisfirehose/t-two"]);
    assert_eq!(recorded(&bench, "t-one"), bucket);
    let again = bench.now();
    bench.sandbox("plan", &["--prune", "--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
    assert_eq!(bench.written_since(again), [""; 0]);
    // The bucket is still guarded, and still ours to remove by name.
    let policy = bench.aws(ARCHIVE, TOKYO, async |config| aws::bucket_policy_text(&config, "t-one").await);
    assert!(policy.contains("aws:SecureTransport"), "{policy}");
    let target = ["--yes", "--target", bucket[0], "--delete-data", "--confirm", "t-one"];
    bench.sandbox("destroy", &target).expect(Exit::Done);
    assert_eq!(recorded(&bench, "t-one"), [""; 0]);
    bench.sandbox("plan", &["--prune", "--detailed-exitcode"]).expect(Exit::Done);
}

/// Keys of the versions and of the delete markers in a bucket.
fn kept(bench: &Bench, bucket: &'static str) -> (Vec<String>, Vec<String>) {
    bench.aws(ARCHIVE, TOKYO, async move |config| {
        let answer = aws::s3(&config).list_object_versions().bucket(bucket).send().await.unwrap();
        let versions = answer.versions().iter().map(|version| version.key().unwrap().to_owned());
        let markers = answer.delete_markers().iter().map(|marker| marker.key().unwrap().to_owned());
        (versions.collect(), markers.collect())
    })
}

/// Writes an object as often as there are texts, and deletes it as often as said.
fn overwrite(bench: &Bench, bucket: &'static str, key: &'static str, texts: &[&'static str], deletions: u8) {
    let texts = texts.to_vec();
    bench.aws(ARCHIVE, TOKYO, async move |config| {
        let s3 = aws::s3(&config);
        for text in texts {
            let body = text.as_bytes().to_vec().into();
            s3.put_object().bucket(bucket).key(key).body(body).send().await.unwrap();
        }
        for _ in 0..deletions {
            s3.delete_object().bucket(bucket).key(key).send().await.unwrap();
        }
    });
}

#[test]
fn a_bucket_with_versions_is_emptied_to_the_last_delete_marker() {
    let versioned = destination("one", "").replace("name: t-one }", "name: t-one, versioning: true }");
    let bench = Bench::new(&topology(&versioned, &source("web", "app", "one", "")));
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    let (delivered, markers) = kept(&bench, "t-one");
    assert!(!delivered.is_empty() && markers.is_empty(), "{delivered:?} {markers:?}");
    overwrite(&bench, "t-one", "kept", &["first", "second", "third"], 0);
    overwrite(&bench, "t-one", "hidden", &["first", "second"], 2);
    overwrite(&bench, "t-one", "never-there", &[], 1);
    let (versions, markers) = kept(&bench, "t-one");
    assert_eq!(versions.len(), delivered.len() + 5, "{versions:?}");
    assert_eq!(markers, ["hidden", "hidden", "never-there"]);

    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert_eq!(kept(&bench, "t-one"), (versions, markers), "without --delete-data nothing is touched");
    bench.sandbox("destroy", &["--yes", "--delete-data", "--confirm", "t-one"]).expect(Exit::Done);
    let buckets = bench.aws(ARCHIVE, TOKYO, async |config| {
        aws::s3(&config).list_buckets().send().await.unwrap().buckets().len()
    });
    assert_eq!((buckets, recorded(&bench, "t-one")), (0, vec![]));
}

#[test]
fn everything_has_moved_and_nothing_is_on_its_way_when_the_old_goes() {
    let bench = two();
    bench.write(&one_gone());
    let before = bench.now();
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
    let calls = bench.calls_since(before);
    let at = |operation: &str| calls.iter().find(|call| call.operation == operation).unwrap().at_ms;
    let moved = at("PutSubscriptionFilter");
    assert!(at("DeleteDestination") - moved >= 180_000, "what is on its way needs the old destination");
    assert!(at("DeleteDeliveryStream") - at("DeleteDestination") >= 240_000, "3 min and the buffer's 60 s");
    assert!(at("DeleteRole") > at("DeleteDestination"));
}

#[test]
fn the_plan_says_what_goes_and_why_in_words() {
    let bench = two();
    bench.write(&one_gone());
    let text = bench.sandbox("plan", &[]).expect(Exit::Done).out;
    assert!(text.contains("note: `--prune` removes 7 of 9 that the topology no longer names"), "{text}");
    let text = bench.sandbox("plan", &["--prune"]).expect(Exit::Done).out;
    for words in [
        "  - archive/ap-northeast-1/firehose_stream.t-one\n      the topology no longer names it; it is deleted once it is drained",
        "s3_bucket.t-one stays: it holds the delivered logs; `logpipe destroy --target archive/ap-northeast-1/s3_bucket.t-one --delete-data --sandbox` removes both",
        "Made by logpipe, no longer in the topology, and left alone\n    archive/ap-northeast-1/s3_bucket.t-one\n",
        "3 to update, 0 to replace, 7 to delete,",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    bench.sandbox("plan", &["--prune", "--detailed-exitcode"]).expect(Exit::Pending);
}

#[test]
fn orphans_alone_are_pending_only_with_prune() {
    let bench = two();
    bench.write(&topology(
        &(destination("one", "") + &destination("two", "")),
        &source("other", "shop", "two", ""),
    ));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("plan", &["--prune", "--detailed-exitcode"]).expect(Exit::Pending);
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
    bench.sandbox("plan", &["--prune", "--detailed-exitcode"]).expect(Exit::Done);
    let filters = bench.aws(SOURCE, TOKYO, async |config| aws::filters(&config, "/app/web").await);
    assert!(filters.is_empty());
    assert_eq!(groups(&bench, SOURCE), ["/app/web"], "a group with somebody's log events stays");
    assert_eq!(recorded(&bench, "/app/web"), ["app/ap-northeast-1/log_group./app/web"]);
    let target = ["--yes", "--target", "app/ap-northeast-1/log_group./app/web"];
    bench.sandbox("destroy", &target).expect(Exit::Done);
    assert_eq!(groups(&bench, SOURCE), [""; 0]);
}

#[test]
fn a_region_that_no_source_is_in_any_more_is_cleared() {
    let everywhere = source("web", "app", "one", ", regions: [ap-northeast-1, eu-west-1]");
    let bench = Bench::new(&topology(&destination("one", ""), &everywhere));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&topology(&destination("one", ""), &source("web", "app", "one", "")));
    bench.sandbox("apply", &["--yes", "--prune", "--verify"]).expect(Exit::Done);
    let there = bench.aws(ARCHIVE, IRELAND, async |config| aws::destinations(&config).await);
    assert!(there.is_empty(), "{there:?}");
    assert_eq!(streams(&bench), ["t-one"], "the stream is still in use");
    bench.sandbox("plan", &["--prune", "--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn a_stream_under_another_name_is_drained_and_goes() {
    let sources = source("web", "app", "one", "");
    let bench = Bench::new(&topology(&destination("one", ""), &sources));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    write_event(&bench, SOURCE, TOKYO, "/app/web", "in the old buffer");
    bench.write(&topology(&destination("one", ", name: renamed"), &sources));
    bench.sandbox("apply", &["--yes", "--prune", "--verify"]).expect(Exit::Done);
    assert_eq!(streams(&bench), ["renamed"]);
    bench.pass(300);
    assert!(bucket_text(&bench, "t-one").contains("in the old buffer"));
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let policies = aws::inline_policies(&config, "t-one-cwl").await;
        let streams = &policies[0].1["Statement"][0]["Resource"];
        assert_eq!(*streams, "arn:aws:firehose:ap-northeast-1:999999999999:deliverystream/renamed");
    });
    bench.sandbox("plan", &["--prune", "--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn a_filter_under_another_name_is_there_before_the_old_one_goes() {
    let bench = Bench::new(&topology(&destination("one", ""), &source("web", "app", "one", "")));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&topology(
        &destination("one", ""),
        &source("web", "app", "one", ", filter: { name: renamed }"),
    ));
    let before = bench.now();
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
    assert_eq!(bench.written_since(before), ["logs:PutSubscriptionFilter", "logs:DeleteSubscriptionFilter"]);
    let filters = bench.aws(SOURCE, TOKYO, async |config| aws::filters(&config, "/app/web").await);
    assert_eq!(filters.iter().filter_map(|filter| filter.filter_name()).collect::<Vec<_>>(), ["renamed"]);
}

#[test]
fn a_target_prunes_only_what_is_inside_it() {
    let bench = two();
    bench.write(&topology(&destination("two", ""), &source("other", "shop", "two", "")));
    let app = plan(&bench, &["--prune", "--target", "account=app"]);
    assert_eq!(
        with_action(&app, "delete"),
        ["app/ap-northeast-1/subscription_filter./app/web:t".to_owned()].into(),
        "{app:#}"
    );
    // The filter outside the target still needs what is inside.
    let archive = plan(&bench, &["--prune", "--target", "archive/ap-northeast-1/logs_destination*"]);
    assert_eq!(with_action(&archive, "delete"), BTreeSet::new(), "{archive:#}");
    assert!(
        archive["notes"].to_string().contains("subscription_filter./app/web:t, which stays, needs it"),
        "{archive:#}"
    );
    bench.sandbox("apply", &["--yes", "--prune", "--target", "account=app"]).expect(Exit::Done);
    assert_eq!(streams(&bench), ["t-one", "t-two"]);
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
    assert_eq!(streams(&bench), ["t-two"]);
}

#[test]
fn what_was_only_taken_over_is_forgotten_and_stays() {
    let bench = Bench::new(&topology(&destination("one", ""), &source("web", "app", "one", "")));
    let both =
        topology(&(destination("one", "") + &destination("two", "")), &source("web", "app", "one", ""));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let call = aws::iam(&config).create_role().role_name("t-two-cwl");
        call.assume_role_policy_document("{\"Version\":\"2012-10-17\",\"Statement\":[]}")
            .send()
            .await
            .unwrap();
    });
    bench.write(&both);
    bench.sandbox("apply", &["--yes", "--adopt"]).expect(Exit::Done);
    bench.write(&topology(&destination("one", ""), &source("web", "app", "one", "")));
    let pruned = plan(&bench, &["--prune"]);
    assert_eq!(with_action(&pruned, "forget"), ["archive/global/iam_role.t-two-cwl".to_owned()].into());
    assert_eq!(pruned["summary"]["forget"], 1);
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
    assert_eq!(roles(&bench, ARCHIVE), ["t-one-cwl", "t-one-firehose", "t-two-cwl"]);
    assert_eq!(recorded(&bench, "t-two-cwl"), [""; 0]);
}

#[test]
fn what_is_only_forgotten_takes_no_way_into_its_account() {
    let one = destination("one", "");
    let two = destination("two", "").replace("archive", "shop");
    let web = source("web", "app", "one", "");
    let bench = Bench::new(&topology(&(one.clone() + &two), &web));
    bench.aws(SHOP, TOKYO, async |config| {
        let call = aws::iam(&config).create_role().role_name("t-two-cwl");
        let trust = "{\"Version\":\"2012-10-17\",\"Statement\":[]}";
        call.assume_role_policy_document(trust).send().await.unwrap();
    });
    bench.sandbox("apply", &["--yes", "--adopt"]).expect(Exit::Done);
    bench.write(&topology(&one, &web));
    let rest = ["--target", "shop/ap-northeast-1/*", "--target", "shop/global/iam_role.t-two-firehose"];
    bench.sandbox("apply", &[&["--yes", "--prune"], &rest[..]].concat()).expect(Exit::Done);
    bench.suspend(SHOP);
    assert_eq!(recorded(&bench, "t-two-cwl"), ["shop/global/iam_role.t-two-cwl"]);
    bench.engine(Job::Prune, |_, _| Treatment::Answered);
    assert_eq!(recorded(&bench, "t-two-cwl"), [""; 0]);
}

#[test]
fn a_group_that_a_glob_still_sends_from_stays() {
    let bench = Bench::new(&topology(&destination("one", ""), &source("web", "app", "one", "")));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let glob = "  web: { accounts: [app], destination: one, log_groups: [\"/app/*\"] }\n";
    bench.write(&topology(&destination("one", ""), glob));
    let pruned = plan(&bench, &["--prune", "--detailed-exitcode"]);
    assert_eq!(pruned["summary"]["delete"], 0, "{pruned:#}");
    assert!(pruned["notes"].to_string().contains("a source still sends from it"), "{pruned:#}");
    bench.sandbox("apply", &["--yes", "--prune", "--verify"]).expect(Exit::Done);
}

#[test]
fn a_saved_plan_remembers_that_it_prunes() {
    let bench = two();
    bench.write(&one_gone());
    bench.sandbox("plan", &["--prune", "--out", "prune.plan"]).expect(Exit::Done);
    bench.sandbox("apply", &["--plan", "prune.plan"]).expect(Exit::Done);
    assert_eq!(streams(&bench), ["t-two"]);
    let ran = bench.sandbox("apply", &["--plan", "prune.plan", "--prune"]);
    assert_eq!(ran.exit, Exit::Usage, "{}", ran.err);
    bench.run(&["logpipe", "plan", "--offline", "--prune"]).expect(Exit::Usage);
}

#[test]
fn killed_at_any_call_the_next_prune_finishes_it_and_loses_nothing() {
    let prepared = two();
    write_event(&prepared, SOURCE, TOKYO, "/app/web", "written just before");
    prepared.write(&one_gone());
    kills::at_each_call(&prepared, Job::Prune, 8, |bench, unlucky| {
        bench.pass(30);
        write_event(bench, SOURCE, TOKYO, "/app/web", "written in the middle");
        let again = bench.sandbox("apply", &["--yes", "--prune"]);
        assert_eq!(again.exit, Exit::Done, "after call {unlucky}\n{}", again.said());
        assert_eq!(streams(bench), ["t-two"], "after call {unlucky}");
        assert_eq!(roles(bench, ARCHIVE), ["t-two-cwl", "t-two-firehose"], "after call {unlucky}");
        bench.sandbox("plan", &["--prune", "--detailed-exitcode"]).expect(Exit::Done);
        bench.pass(300);
        let text = bucket_text(bench, "t-one") + &bucket_text(bench, "t-two");
        for event in ["written just before", "written in the middle"] {
            assert!(text.contains(event), "`{event}` is lost after call {unlucky}");
        }
    });
}

/// A role that a stream of before wrote as keeps no right to where that wrote.
#[test]
fn a_destination_that_has_moved_is_pruned_with_the_rights_to_its_former_bucket() {
    let after = include_str!("../../topologies/quickstart.yaml");
    let before = after.replace("    account: archive\n", "    account: archive\n    region: us-east-1\n");
    for at_once in [true, false] {
        let bench = Bench::new(&before);
        bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
        bench.write(after);
        if !at_once {
            bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
        }
        bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
        let role = bench.aws("999999999999", "ap-northeast-1", async |config| {
            aws::inline_policies(&config, "quickstart-central-firehose").await
        });
        assert!(!format!("{role:?}").contains("999999999999-us-east-1"), "{role:?}");
        let plan = bench.sandbox("plan", &["--prune", "--detailed-exitcode"]);
        assert_eq!(plan.exit, Exit::Done, "{}", plan.out);
    }
}
