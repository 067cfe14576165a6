//! A run that was killed before a call took effect, and somebody else who made one of that name since: it is theirs, and
//! neither `destroy` nor `--prune` removes it. Where the call did take effect, it is ours and goes.

use aws_types::SdkConfig;
use logpipe::exit::Exit;

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::support::engine::{Job, Treatment};
use crate::walkthrough::TOPOLOGY;

/// A folder in which an apply was killed at its first call of an operation.
fn killed_at(topology: &str, operation: &'static str, treatment: Treatment) -> Bench {
    let bench = Bench::new(topology);
    let (cloud, account, region) = (bench.cloud(), SOURCE.parse().unwrap(), TOKYO.parse().unwrap());
    cloud.prepare_log_group(&account, &region, "/nobodys/group");
    cloud.prepare_instance(&account, &region, "i-00000000000000001", "web", "running", None);
    cloud.store().unwrap();
    let ended = bench
        .engine(Job::Apply, move |_, made| if made == operation { treatment } else { Treatment::Answered });
    assert!(ended.report.is_none(), "it was not killed at {operation}");
    bench
}

#[test]
fn a_role_that_somebody_else_made_meanwhile_survives_destroy() {
    let bench = killed_at(TOPOLOGY, "CreateRole", Treatment::KilledBefore);
    let intended: Vec<String> = intended_roles(&bench);
    assert!(!intended.is_empty());
    let cloud = bench.cloud();
    for role in &intended {
        cloud.prepare_role(&ARCHIVE.parse().unwrap(), role, "{}", &[], &[]);
    }
    cloud.store().unwrap();
    let destroyed = bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert!(destroyed.said().contains("what exists now is not logpipe's"), "{}", destroyed.said());
    let roles = bench.aws(ARCHIVE, TOKYO, async |config| aws::roles(&config).await);
    for role in &intended {
        assert!(roles.contains(role), "{role} of {roles:?}");
    }
    assert!(intended_roles(&bench).is_empty(), "the record forgets it");
}

/// Names of the roles that the record only intends.
fn intended_roles(bench: &Bench) -> Vec<String> {
    let record = bench.record("delivery-test");
    let roles = record.entries().iter().filter(|(address, entry)| {
        address.to_string().contains("/iam_role.") && entry.state == logpipe::record::State::Intended
    });
    roles.map(|(address, _)| address.name.to_string()).collect()
}

#[test]
fn a_role_whose_creation_took_effect_goes() {
    let bench = killed_at(TOPOLOGY, "CreateRole", Treatment::KilledAfter);
    let intended = intended_roles(&bench);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    let roles = bench.aws(ARCHIVE, TOKYO, async |config| aws::roles(&config).await);
    assert!(!intended.is_empty() && intended.iter().all(|role| !roles.contains(role)), "{roles:?}");
}

/// Kills an apply of `ours` before a call, lets another topology make something of that name, and destroys ours: whatever
/// the other one has is as it made it. Returns what destroy says.
fn destroyed(ours: &str, operation: &'static str, theirs: &str) -> String {
    let bench = killed_at(ours, operation, Treatment::KilledBefore);
    bench.write(theirs);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.pass(600);
    bench.write(ours);
    let destroyed = bench.sandbox("destroy", &["--yes"]).expect(Exit::Done).said();
    bench.write(theirs);
    let plan = bench.sandbox("plan", &["--detailed-exitcode"]);
    assert_eq!(plan.exit, Exit::Done, "{operation}: {}", plan.out);
    destroyed
}

/// The same, and it is told.
fn theirs_survives(ours: &str, operation: &'static str, theirs: &str) {
    let said = destroyed(ours, operation, theirs);
    assert!(said.contains("what exists now is not logpipe's"), "{operation}: {said}");
}

const QUICKSTART: &str = include_str!("../../topologies/quickstart.yaml");

/// Another pipeline into the same account, which differs in all names but those that are given.
fn theirs(destination: &str, source: &str) -> String {
    format!(
        r#"version: 1
name: theirs
region: ap-northeast-1
access: {{ role_name: LogpipeDeployer }}
accounts: {{ archive: "999999999999", app: "111111111111" }}
destinations: {{ other: {{ account: archive{destination} }} }}
sources: {{ other: {{ accounts: [app], destination: other{source} }} }}
"#
    )
}

const GROUP: &str = ", log_groups: [/their/group], create: true";

#[test]
fn a_stream_that_somebody_else_made_meanwhile_survives() {
    let stream = theirs(", stream: { name: quickstart-central, error_log: false }", GROUP);
    theirs_survives(QUICKSTART, "CreateDeliveryStream", &stream);
}

#[test]
fn a_destination_that_somebody_else_made_meanwhile_survives() {
    theirs_survives(QUICKSTART, "PutDestination", &theirs(", destination_name: quickstart-central", GROUP));
}

#[test]
fn a_log_group_that_somebody_else_made_meanwhile_survives() {
    theirs_survives(QUICKSTART, "CreateLogGroup", &theirs("", ", log_groups: [/app/web], create: true"));
}

#[test]
fn a_filter_that_somebody_else_made_meanwhile_survives() {
    let ours = QUICKSTART.replace("/app/web", "/nobodys/group");
    let filter = theirs("", ", log_groups: [/nobodys/group], filter: { name: quickstart }");
    theirs_survives(&ours, "PutSubscriptionFilter", &filter);
}

#[test]
fn a_policy_of_the_account_that_somebody_else_made_meanwhile_survives() {
    let ours = QUICKSTART.replace("log_groups: [\"/app/web\"]", "scope: account");
    let ours = ours.replace("    create: true\n", "");
    let policy = theirs("", ", scope: account, filter: { name: quickstart }");
    theirs_survives(&ours, "PutAccountPolicy", &policy);
}

/// Kills an apply before a call and lets somebody make one of that name with other contents: the next apply refuses it
/// with the way out, and overwrites nothing.
#[track_caller]
fn is_adoptable(
    topology: &str,
    operation: &'static str,
    (account, address): (&'static str, &str),
    make: impl AsyncFnOnce(SdkConfig) + Send + 'static,
) -> Bench {
    let bench = killed_at(topology, operation, Treatment::KilledBefore);
    bench.aws(account, TOKYO, make);
    let before = bench.now();
    let refused = bench.sandbox("apply", &["--yes", "--output", "json"]);
    assert_eq!(refused.exit, Exit::Failed, "{operation}: {}", refused.said());
    assert_eq!(bench.written_since(before), [""; 0]);
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Failed).json();
    let steps = plan["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["address"] == address).unwrap();
    assert_eq!(step["action"], "refuse", "{step:#}");
    let reason = step["reason"].as_str().unwrap();
    assert!(reason.starts_with("an earlier run stopped before it finished with it"), "{reason}");
    assert!(reason.ends_with("--adopt takes it over"), "{reason}");
    let status = bench.sandbox("status", &["--output", "json"]).expect(Exit::Done).json();
    let resources = status["resources"].as_array().unwrap();
    let resource = resources.iter().find(|resource| resource["address"] == address).unwrap();
    assert_eq!(resource["status"], "foreign", "{resource:#}");
    bench
}

#[test]
fn a_filter_with_another_pattern_is_not_taken_over_unasked() {
    let ours = QUICKSTART.replace("/app/web", "/nobodys/group");
    let bench = is_adoptable(
        &ours,
        "PutSubscriptionFilter",
        (SOURCE, "app/ap-northeast-1/subscription_filter./nobodys/group:quickstart"),
        async |config| {
            let call = aws::logs(&config).put_subscription_filter().log_group_name("/nobodys/group");
            let call = call.filter_name("quickstart").filter_pattern("theirs");
            let arn = "arn:aws:logs:ap-northeast-1:999999999999:destination:quickstart-central";
            call.destination_arn(arn).send().await.unwrap();
        },
    );
    bench.sandbox("apply", &["--yes", "--adopt"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

/// It is known by what it was to be, and not by what the topology says by now.
#[test]
fn a_filter_whose_creation_took_effect_is_ours_also_after_the_topology_has_changed() {
    let ours = QUICKSTART.replace("/app/web", "/nobodys/group");
    let bench = killed_at(&ours, "PutSubscriptionFilter", Treatment::KilledAfter);
    bench.write(&ours.replace("    create: true\n", "    create: true\n    filter: { pattern: ERROR }\n"));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn a_policy_of_the_account_with_another_pattern_is_not_taken_over_unasked() {
    let ours = QUICKSTART.replace("log_groups: [\"/app/web\"]", "scope: account");
    let ours = ours.replace("    create: true\n", "");
    is_adoptable(
        &ours,
        "PutAccountPolicy",
        (SOURCE, "app/ap-northeast-1/logs_account_policy.quickstart"),
        async |config| {
            use aws_sdk_cloudwatchlogs::types::{PolicyType, Scope};
            let call = aws::logs(&config).put_account_policy().policy_name("quickstart");
            let call = call.policy_type(PolicyType::SubscriptionFilterPolicy).scope(Scope::All);
            let arn = "arn:aws:logs:ap-northeast-1:999999999999:destination:quickstart-central";
            let document = serde_json::json!({ "DestinationArn": arn, "FilterPattern": "theirs" });
            call.policy_document(document.to_string()).send().await.unwrap();
        },
    );
}

#[test]
fn a_destination_that_leads_elsewhere_is_not_taken_over_unasked() {
    is_adoptable(
        QUICKSTART,
        "PutDestination",
        (ARCHIVE, "archive/ap-northeast-1/logs_destination.quickstart-central"),
        async |config| {
            let trust = serde_json::json!({ "Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Principal": { "Service": "logs.amazonaws.com" }, "Action": "sts:AssumeRole",
            }]});
            let may = serde_json::json!({ "Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Action": "firehose:*", "Resource": "*",
            }]});
            let iam = aws::iam(&config);
            let call = iam.create_role().role_name("theirs").assume_role_policy_document(trust.to_string());
            call.send().await.unwrap();
            let call = iam.put_role_policy().role_name("theirs").policy_name("all");
            call.policy_document(may.to_string()).send().await.unwrap();
            tokio::time::sleep(std::time::Duration::from_secs(120)).await;
            let call = aws::logs(&config).put_destination().destination_name("quickstart-central");
            let target = "arn:aws:firehose:ap-northeast-1:999999999999:deliverystream/quickstart-central";
            let call = call.target_arn(target).role_arn("arn:aws:iam::999999999999:role/theirs");
            call.send().await.unwrap();
        },
    );
}

#[test]
fn a_bucket_with_a_tag_of_somebody_is_not_taken_over_unasked() {
    let bucket = "quickstart-central-999999999999-ap-northeast-1";
    is_adoptable(
        QUICKSTART,
        "CreateBucket",
        (ARCHIVE, "archive/ap-northeast-1/s3_bucket.quickstart-central-999999999999-ap-northeast-1"),
        async move |config| {
            use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration, Tag, Tagging};
            let place = BucketLocationConstraint::ApNortheast1;
            let place = CreateBucketConfiguration::builder().location_constraint(place).build();
            let s3 = aws::s3(&config);
            s3.create_bucket().bucket(bucket).create_bucket_configuration(place).send().await.unwrap();
            let tag = Tag::builder().key("Owner").value("them").build().unwrap();
            let tagging = Tagging::builder().tag_set(tag).build().unwrap();
            s3.put_bucket_tagging().bucket(bucket).tagging(tagging).send().await.unwrap();
        },
    );
}

#[test]
fn a_role_with_the_tag_of_another_topology_is_not_taken_over_unasked() {
    is_adoptable(
        QUICKSTART,
        "CreateRole",
        (ARCHIVE, "archive/global/iam_role.quickstart-central-cwl"),
        async |config| {
            let trust = serde_json::json!({ "Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole",
            }]});
            for name in ["quickstart-central-cwl", "quickstart-central-firehose"] {
                let tag = aws_sdk_iam::types::Tag::builder().key("logpipe:topology").value("other");
                let call = aws::iam(&config).create_role().role_name(name).tags(tag.build().unwrap());
                call.assume_role_policy_document(trust.to_string()).send().await.unwrap();
            }
        },
    );
}

/// By `--prune` as by `destroy`.
#[test]
fn a_filter_that_somebody_else_made_meanwhile_survives_prune() {
    let ours = QUICKSTART.replace("/app/web", "/nobodys/group");
    let bench = killed_at(&ours, "PutSubscriptionFilter", Treatment::KilledBefore);
    let filter = theirs("", ", log_groups: [/nobodys/group], filter: { name: quickstart }");
    bench.write(&filter);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(QUICKSTART);
    let pruned = bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done).said();
    assert!(pruned.contains("what exists now is not logpipe's"), "{pruned}");
    bench.write(&filter);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[cfg(feature = "ec2")]
mod agents {
    use super::*;

    /// An agent of one topology or another.
    fn agent(topology: &str, names: [&str; 4]) -> String {
        let [role, profile, policy, instance] = names;
        format!(
            r#"version: 1
name: {topology}
region: ap-northeast-1
access: {{ role_name: LogpipeDeployer }}
accounts: {{ app: "111111111111" }}
agents:
  web:
    accounts: [app]
    policy: {{ name: {policy}, parameters: ["AmazonCloudWatch-*"] }}
    role: {{ name: {role}, managed_policies: [AmazonSSMManagedInstanceCore] }}
    instance_profile: {profile}
    associate_with: {{ instances: [{instance}] }}
"#
        )
    }

    const OURS: [&str; 4] = ["our-role", "our-profile", "our-policy", "i-00000000000000001"];
    const THEIRS: [&str; 4] = ["their-role", "their-profile", "their-policy", "i-00000000000000002"];

    /// Of the four names, the one in this place is the same in both.
    fn theirs(shared: usize) -> String {
        let mut theirs = THEIRS;
        theirs[shared] = OURS[shared];
        agent("theirs", theirs)
    }

    fn survives(operation: &'static str, shared: usize) {
        theirs_survives(&agent("ours", OURS), operation, &theirs(shared));
    }

    #[test]
    fn a_policy_that_somebody_else_made_meanwhile_survives() {
        survives("CreatePolicy", 2);
    }

    #[test]
    fn an_instance_profile_that_somebody_else_made_meanwhile_survives() {
        survives("CreateInstanceProfile", 1);
    }

    #[test]
    fn the_profile_that_somebody_else_gave_the_instance_meanwhile_stays() {
        // Only our profile is ever taken from an instance, so that there is nothing to tell.
        destroyed(&agent("ours", OURS), "AssociateIamInstanceProfile", &theirs(3));
    }

    /// Both attach the same policy of AWS to a role of the same name.
    #[test]
    fn an_attachment_to_a_role_that_somebody_else_made_meanwhile_stays() {
        survives("CreateRole", 0);
    }
}
