//! What the agents and readers of a topology expect to be there already, made in the sandbox: instances, roles of others
//! with policies on them, and the buckets that they need access to.

use serde_json::json;

use crate::address::arn;
use crate::address::{AccountId, Partition};
use crate::sandbox::Cloud;
use crate::topology::{Agent, Holder, Topology};
use crate::verify::buckets_of;

/// The trust policy of the roles of instances.
fn trust(partition: Partition) -> String {
    let service = partition.ec2_principal();
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole" }],
    })
    .to_string()
}

/// An inline policy such as those roles have.
fn inline(partition: Partition) -> (&'static str, String) {
    let objects = arn::objects(partition, "deployments", "*");
    let statement = json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": objects });
    ("read-deployments", json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string())
}

/// A managed policy of somebody else.
const FOREIGN: (&str, &str) = (
    "team-baseline",
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:DescribeTags","Resource":"*"}]}"#,
);
/// A policy of AWS that is on them.
const MANAGED: &str = "AmazonSSMManagedInstanceCore";

/// An account, and the partition it is in.
type Place<'a> = (&'a AccountId, Partition);

/// Makes all of it. What is there already stays as it is.
pub(crate) fn prepare(cloud: &Cloud, topology: &Topology) {
    for agent in topology.agents.values() {
        for account in &agent.accounts {
            let account = &topology.accounts[account].id;
            // Only once, so that a bucket which is deleted stays so.
            if !cloud.has_role(account, &role_of(agent)) {
                let made = |name: &str| topology.destinations.values().any(|one| one.bucket.name == name);
                let buckets = buckets_of(agent).into_iter().filter(|name| !made(name));
                buckets.for_each(|name| cloud.prepare_bucket(account, &agent.region, name));
            }
            prepare_agent(cloud, account, agent);
        }
    }
    for reader in topology.readers.values() {
        let account = &topology.accounts[&reader.trusted.account].id;
        let partition = reader.region.partition();
        reader.trusted.role.iter().for_each(|role| prepare_role(cloud, (account, partition), role));
    }
}

/// Name of the role that an agent's policies are attached to.
fn role_of(agent: &Agent) -> String {
    agent.role_name().map_or_else(|| format!("{}-servers", agent.key), str::to_owned)
}

fn prepare_agent(cloud: &Cloud, account: &AccountId, agent: &Agent) {
    let place = (account, agent.region.partition());
    match &agent.holder {
        Holder::Role(role) => prepare_role(cloud, place, role),
        Holder::RoleOf(instances) => {
            let profile = prepare_profile(cloud, place, &role_of(agent));
            prepare_instances(cloud, account, agent, instances, Some(&profile));
        }
        Holder::Own(own) => {
            let previous = || prepare_profile(cloud, place, &format!("{}-before", agent.key));
            let profile = (own.replace && !own.associate_with.is_empty()).then(previous);
            prepare_instances(cloud, account, agent, &own.associate_with, profile.as_deref());
        }
    }
}

fn prepare_instances(
    cloud: &Cloud,
    account: &AccountId,
    agent: &Agent,
    instances: &[String],
    profile: Option<&str>,
) {
    for (index, id) in instances.iter().enumerate() {
        let name = format!("{}-{}", agent.key, index + 1);
        cloud.prepare_instance(account, &agent.region, id, &name, "running", profile);
    }
}

/// An instance profile and the role in it, both of this name.
fn prepare_profile(cloud: &Cloud, place: Place<'_>, name: &str) -> String {
    prepare_role(cloud, place, name);
    cloud.prepare_instance_profile(place.0, name, Some(name));
    name.to_owned()
}

/// A role for EC2 with an inline policy, a policy of AWS and one of somebody else.
fn prepare_role(cloud: &Cloud, (account, partition): Place<'_>, role: &str) {
    let (name, document) = FOREIGN;
    let foreign = cloud.prepare_policy(account, name, document);
    let managed = arn::policy_of_aws(partition, MANAGED);
    let (inline, text) = inline(partition);
    cloud.prepare_role(account, role, &trust(partition), &[(inline, &text)], &[&managed, &foreign]);
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::topology::load;

    fn prepared(topology: &str) -> serde_json::Value {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("topologies").join(topology);
        let topology = load(&path).unwrap();
        let cloud = Cloud::starting_at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600));
        prepare(&cloud, &topology);
        prepare(&cloud, &topology);
        cloud.summary()["accounts"].take()
    }

    #[test]
    fn instances_have_a_profile_and_its_role_where_the_policy_goes_onto_that() {
        let app = &prepared("attach-existing.yaml")["111111111111"];
        assert_eq!(app["roles"], serde_json::json!(["batch-ec2-role", "web-servers"]));
        let instance = &app["instances"]["ap-northeast-1"]["i-0f464ba83118e3114"];
        assert_eq!((&instance["name"], &instance["state"]), (&"web-2".into(), &"running".into()));
        assert_eq!(
            instance["profiles"][0]["profile"],
            "arn:aws:iam::111111111111:instance-profile/web-servers"
        );
    }

    #[test]
    fn instances_that_are_to_get_a_profile_have_none_and_readers_have_their_role() {
        let app = &prepared("everything.yaml");
        let instances = app["111111111111"]["instances"].to_string();
        assert!(
            instances.contains(r#""i-0134c94a753025b8b":{"name":"web-1","state":"running","profiles":[]}"#)
        );
        let monitor = &prepared("reader.yaml")["222222222222"];
        assert_eq!(monitor["roles"], serde_json::json!(["monitor-iam-ec2"]));
    }
}
