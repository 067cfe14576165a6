//! What others add to what logpipe made: one word for all of it, whatever it is; seen in status, plan, explanations and
//! verdicts, with what it means, and left.

use aws_sdk_s3::types::{
    BucketLifecycleConfiguration, ExpirationStatus, LifecycleExpiration, LifecycleRule, LifecycleRuleFilter,
};
use aws_types::SdkConfig;
use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::walkthrough::{TOPOLOGY, applied};

const BUCKET: &str = "delivery-test";
const CWL_ROLE: &str = "CWLtoKinesisFirehoseRole";
const FIREHOSE_ROLE: &str = "FirehosRoleToS3";
const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

const OF_CWL_ROLE: &str = "archive/global/iam_role.CWLtoKinesisFirehoseRole";
const OF_FIREHOSE_ROLE: &str = "archive/global/iam_role.FirehosRoleToS3";
const OF_BUCKET: &str = "archive/ap-northeast-1/s3_bucket.delivery-test";
const OF_POLICY: &str = "archive/ap-northeast-1/s3_bucket_policy.delivery-test";

fn status_of(bench: &Bench, address: &str) -> Value {
    let status = bench.sandbox("status", &["--output", "json"]).expect(Exit::Done).json();
    let resources = status["resources"].as_array().unwrap();
    resources.iter().find(|resource| resource["address"] == address).unwrap().clone()
}

/// One thing that somebody adds in the archive account: it is nothing to do, is called what it is, and stays.
#[track_caller]
fn check(change: impl AsyncFnOnce(SdkConfig) + Send + 'static, address: &str, field: &str) -> Bench {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, change);
    bench.sandbox("status", &["--detailed-exitcode"]).expect(Exit::Done);
    let found = status_of(&bench, address);
    assert_eq!(found["status"], "amended", "{found:#}");
    assert_eq!(found["changes"][0]["field"], format!("foreign.{field}"), "{found:#}");

    let plan = bench.sandbox("plan", &["--detailed-exitcode", "--output", "json"]).expect(Exit::Done).json();
    assert_eq!(plan["summary"]["foreign"], 1);
    assert_eq!(plan["foreign"][0]["address"], address);
    assert_eq!(plan["foreign"][0]["changes"][0]["field"], format!("foreign.{field}"));
    let said = bench.sandbox("plan", &[]).expect(Exit::Done).out;
    assert!(
        said.contains(&format!("{address}: others have added {field}, which logpipe does not change")),
        "{said}"
    );
    assert!(said.contains("The accounts match the topology; others have added to 1 resource."), "{said}");

    let before = bench.now();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.written_since(before), [""; 0]);
    bench
}

fn everything() -> Value {
    json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }] })
}

async fn put_inline(config: &SdkConfig, role: &str, name: &str, document: &Value) {
    let call = aws::iam(config).put_role_policy().role_name(role).policy_name(name);
    call.policy_document(document.to_string()).send().await.unwrap();
}

#[test]
fn a_tag_a_policy_a_statement_and_a_rule_are_the_same_to_a_script() {
    check(
        async |config| {
            let tag = aws_sdk_iam::types::Tag::builder().key("Owner").value("audit").build().unwrap();
            aws::iam(&config).tag_role().role_name(CWL_ROLE).tags(tag).send().await.unwrap();
        },
        OF_CWL_ROLE,
        "tags.Owner",
    );
    check(
        async |config| {
            let call = aws::iam(&config).attach_role_policy().role_name(CWL_ROLE).policy_arn(ADMINISTRATOR);
            call.send().await.unwrap();
        },
        OF_CWL_ROLE,
        "attached_policies",
    );
    check(
        async |config| put_inline(&config, CWL_ROLE, "handy", &everything()).await,
        OF_CWL_ROLE,
        "inline_policies",
    );
    check(
        async |config| {
            let call = aws::iam(&config).put_role_permissions_boundary().role_name(CWL_ROLE);
            call.permissions_boundary(ADMINISTRATOR).send().await.unwrap();
        },
        OF_CWL_ROLE,
        "permissions_boundary",
    );
    check(
        async |config| {
            let mut policy = aws::bucket_policy(&config, BUCKET).await;
            policy["Statement"].as_array_mut().unwrap().push(json!({
                "Sid": "LogpipeAthenaRead", "Effect": "Allow", "Action": "s3:GetObject",
                "Principal": { "AWS": "arn:aws:iam::222222222222:root" }, "Resource": "arn:aws:s3:::delivery-test/*",
            }));
            aws::put_bucket_policy(&config, BUCKET, &policy).await;
        },
        OF_POLICY,
        "statements",
    );
    check(async |config| expiring(&config, "tmp/", 1).await, OF_BUCKET, "lifecycle");
}

#[test]
fn what_widens_a_role_is_told_in_words_by_plan_status_explain_and_verify() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        put_inline(&config, CWL_ROLE, "handy", &everything()).await;
        let call = aws::iam(&config).attach_role_policy().role_name(FIREHOSE_ROLE).policy_arn(ADMINISTRATOR);
        call.send().await.unwrap();
    });
    let inline =
        format!("{OF_CWL_ROLE}: the inline policy `handy`, which is not logpipe's, allows `*` on `*`");
    let attached =
        format!("{OF_FIREHOSE_ROLE}: {ADMINISTRATOR}, which logpipe did not attach, also grants the role");
    for command in ["plan", "status"] {
        let said = bench.sandbox(command, &[]).expect(Exit::Done).out;
        assert!(said.contains(&inline) && said.contains(&attached), "{said}");
    }
    let explained = bench.sandbox("explain", &["--live", "--output", "json"]).expect(Exit::Done).json();
    let policies = explained["policies"].as_array().unwrap();
    let handy = policies.iter().find(|policy| policy["name"] == "handy").unwrap();
    assert_eq!(
        (&handy["address"], &handy["policy"]),
        (&json!(OF_CWL_ROLE), &json!("inline policy of others"))
    );
    assert_eq!(handy["statements"][0]["what"]["value"], "*");
    let notes = explained["notes"].to_string();
    assert!(
        notes.contains(
            "FirehosRoleToS3 of archive also has the policy arn:aws:iam::aws:policy/AdministratorAccess"
        ),
        "{notes}"
    );

    let verified = bench.sandbox("verify", &["--output", "json"]).expect(Exit::Done).json();
    let hops = verified["routes"][0]["hops"].as_array().unwrap();
    let detail = |name: &str| hops.iter().find(|hop| hop["hop"] == name).unwrap()["detail"].to_string();
    assert!(detail("cwl_role_permission").contains("`handy`, which allows `*` on `*`"), "{hops:#?}");
    assert!(detail("firehose_role_permission").contains(ADMINISTRATOR), "{hops:#?}");
}

#[test]
fn an_inline_policy_of_others_that_denies_the_delivery_is_the_broken_hop() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let denies = json!({ "Version": "2012-10-17", "Statement": [
            { "Sid": "Frozen", "Effect": "Deny", "Action": "firehose:*", "Resource": "*" },
        ]});
        put_inline(&config, CWL_ROLE, "freeze", &denies).await;
        tokio::time::sleep(std::time::Duration::from_secs(120)).await;
    });
    let said = bench.sandbox("verify", &["--timeout", "120s"]).expect(Exit::Broken).said();
    assert!(
        said.contains("of the inline policy `freeze`, which is not logpipe's, denies it explicitly"),
        "{said}"
    );
}

#[test]
fn a_boundary_of_others_is_told_and_bounds_the_role() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let boundary = "arn:aws:iam::aws:policy/CloudWatchLogsReadOnlyAccess";
        let call = aws::iam(&config).put_role_permissions_boundary().role_name(CWL_ROLE);
        call.permissions_boundary(boundary).send().await.unwrap();
        tokio::time::sleep(std::time::Duration::from_secs(120)).await;
    });
    let said = bench.sandbox("status", &[]).expect(Exit::Done).out;
    assert!(said.contains("limits the role: whatever it does not allow is denied"), "{said}");
    // The sandbox holds to it as AWS does, so nothing arrives.
    let said = bench.sandbox("verify", &["--timeout", "120s"]).said();
    assert!(
        said.contains("the permissions boundary arn:aws:iam::aws:policy/CloudWatchLogsReadOnlyAccess"),
        "{said}"
    );
}

#[test]
fn a_boundary_that_the_topology_names_is_set_and_put_back_when_it_is_taken_away() {
    let bench = Bench::new(&format!("permissions_boundary: TeamBoundary\n{TOPOLOGY}"));
    let said = bench.sandbox("apply", &["--yes"]).expect(Exit::Incomplete).said();
    assert!(
        said.contains("`permissions_boundary` must name a policy that already exists in this account"),
        "{said}"
    );
    for account in [ARCHIVE, SOURCE] {
        bench.aws(account, TOKYO, async |config| {
            let call = aws::iam(&config).create_policy().policy_name("TeamBoundary");
            call.policy_document(everything().to_string()).send().await.unwrap();
        });
    }
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);

    for role in [CWL_ROLE, FIREHOSE_ROLE] {
        bench.aws(ARCHIVE, TOKYO, async move |config| {
            let call = aws::iam(&config).delete_role_permissions_boundary().role_name(role);
            call.send().await.unwrap();
        });
    }
    for address in [OF_CWL_ROLE, OF_FIREHOSE_ROLE] {
        let found = status_of(&bench, address);
        assert_eq!(found["status"], "drifted", "{found:#}");
        let boundary = format!("arn:aws:iam::{ARCHIVE}:policy/TeamBoundary");
        assert_eq!(
            found["changes"],
            json!([{ "field": "permissions_boundary", "from": null, "to": boundary }])
        );
    }
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn a_trust_that_lets_somebody_else_in_is_named_and_taken_back() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let mut trust = aws::trust(&config, CWL_ROLE).await;
        trust["Statement"].as_array_mut().unwrap().push(json!({
            "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::222222222222:root" }, "Action": "sts:AssumeRole",
        }));
        aws::put_trust(&config, CWL_ROLE, &trust).await;
    });
    let said = bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Pending).out;
    let note = "its trust policy allows `sts:AssumeRole` to `arn:aws:iam::222222222222:root`, which the topology does not ask for";
    assert!(said.contains(note), "{said}");
    assert_eq!(status_of(&bench, OF_CWL_ROLE)["status"], "drifted");
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

/// A rule of somebody's that deletes objects.
async fn expiring(config: &SdkConfig, prefix: &str, days: i32) {
    let filter = LifecycleRuleFilter::builder().prefix(prefix).build();
    let expiration = LifecycleExpiration::builder().days(days).build();
    let rule = LifecycleRule::builder().id("scratch").filter(filter).expiration(expiration);
    let rule = rule.status(ExpirationStatus::Enabled).build().unwrap();
    let rules = BucketLifecycleConfiguration::builder().rules(rule).build().unwrap();
    let call = aws::s3(config).put_bucket_lifecycle_configuration().bucket(BUCKET);
    call.lifecycle_configuration(rules).send().await.unwrap();
}

#[test]
fn a_rule_that_deletes_the_archive_too_early_is_left_and_told() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| expiring(&config, "", 1).await);
    let told = "its lifecycle rule `scratch`, which is not logpipe's and stays, deletes delivered objects after 1 day, \
                but the topology keeps them for good";
    for command in ["plan", "status"] {
        let said = bench.sandbox(command, &[]).expect(Exit::Done).out;
        assert!(said.contains(told), "{said}");
    }
    let verified = bench.sandbox("verify", &["--output", "json"]).expect(Exit::Done).json();
    let hops = verified["routes"][0]["hops"].as_array().unwrap();
    let bucket = hops.iter().find(|hop| hop["hop"] == "bucket").unwrap();
    assert!(bucket["detail"].as_str().unwrap().contains(told), "{bucket}");
}

#[test]
fn a_filter_to_another_pipeline_on_the_same_log_group_is_told_before_and_after() {
    let group = "/delivery/test";
    let bench = applied();
    // The topology under another name, with names of its own: the filter of the former one is still there.
    let second = TOPOLOGY.replace("delivery-test", "second").replace("[\"/second\"]", "[\"/delivery/test\"]");
    let second =
        second.replace("FirehosRoleToS3", "SecondFirehose").replace("CWLtoKinesisFirehoseRole", "SecondCwl");
    bench.write(&second);
    let told = "the filter `delivery-test-filter`, which is not this topology's, sends the same log group to \
                arn:aws:logs:ap-northeast-1:999999999999:destination:delivery-test-destination";
    let said = bench.sandbox("plan", &[]).expect(Exit::Done).out;
    assert!(said.contains(told) && said.contains(group), "{said}");
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let said = bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done).out;
    assert!(said.contains(told), "{said}");
    let filters = bench.aws(SOURCE, TOKYO, async |config| aws::filters(&config, "/delivery/test").await);
    assert_eq!(filters.len(), 2);
}
