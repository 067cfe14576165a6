//! A run that was killed before a call took effect, and somebody else who made one of that name since: it is theirs, and
//! neither `destroy` nor `--prune` removes it. Where the call did take effect, it is ours and goes.

use logpipe::exit::Exit;

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::support::engine::{Fate, Job};
use crate::walkthrough::TOPOLOGY;

/// A folder in which an apply was killed at its first call of an operation.
fn killed_at(topology: &str, operation: &'static str, fate: Fate) -> Bench {
    let bench = Bench::new(topology);
    let (cloud, account, region) = (bench.cloud(), SOURCE.parse().unwrap(), TOKYO.parse().unwrap());
    cloud.prepare_log_group(&account, &region, "/nobodys/group");
    cloud.prepare_instance(&account, &region, "i-00000000000000001", "web", "running", None);
    cloud.store().unwrap();
    let ended =
        bench.engine(Job::Apply, move |_, made| if made == operation { fate } else { Fate::Answered });
    assert!(ended.report.is_none(), "it was not killed at {operation}");
    bench
}

#[test]
fn a_role_that_somebody_else_made_meanwhile_survives_destroy() {
    let bench = killed_at(TOPOLOGY, "CreateRole", Fate::KilledBefore);
    let intended: Vec<String> = intended_roles(&bench);
    assert!(!intended.is_empty());
    let cloud = bench.cloud();
    for role in &intended {
        cloud.prepare_role(&ARCHIVE.parse().unwrap(), role, "{}", &[], &[]);
    }
    cloud.store().unwrap();
    let destroyed = bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert!(destroyed.said().contains("what is there now is not logpipe's"), "{}", destroyed.said());
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
    roles.map(|(address, _)| address.name.clone()).collect()
}

#[test]
fn a_role_whose_creation_took_effect_goes() {
    let bench = killed_at(TOPOLOGY, "CreateRole", Fate::KilledAfter);
    let intended = intended_roles(&bench);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    let roles = bench.aws(ARCHIVE, TOKYO, async |config| aws::roles(&config).await);
    assert!(!intended.is_empty() && intended.iter().all(|role| !roles.contains(role)), "{roles:?}");
}

/// Kills an apply of `ours` before a call, lets another topology make something of that name, and destroys ours: whatever
/// the other one has is as it made it. Returns what destroy says.
fn destroyed(ours: &str, operation: &'static str, theirs: &str) -> String {
    let bench = killed_at(ours, operation, Fate::KilledBefore);
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
    assert!(said.contains("what is there now is not logpipe's"), "{operation}: {said}");
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

/// By `--prune` as by `destroy`.
#[test]
fn a_filter_that_somebody_else_made_meanwhile_survives_prune() {
    let ours = QUICKSTART.replace("/app/web", "/nobodys/group");
    let bench = killed_at(&ours, "PutSubscriptionFilter", Fate::KilledBefore);
    let filter = theirs("", ", log_groups: [/nobodys/group], filter: { name: quickstart }");
    bench.write(&filter);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(QUICKSTART);
    let pruned = bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done).said();
    assert!(pruned.contains("what is there now is not logpipe's"), "{pruned}");
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
