//! What agents and readers mean in resources.

use std::collections::BTreeMap;

use serde_json::json;

use super::note::Reads;
use super::tests::with_found;
use super::{Graph, Instance, Instances, Inventory, Note, declared};
use crate::address::KindName;
use crate::provider::Resource;
use crate::topology::{
    Agent, AgentPolicy, Collected, ExtraPolicy, Holder, OwnRole, Reader, Topology, Trusted, parse,
};

const TOPOLOGY: &str = r#"version: 1
name: poc
region: ap-northeast-1
tags: { Project: poc }
access: { role_name: Deployer }
accounts: { app: "111111111111", monitor: "222222222222", archive: "999999999999" }
destinations:
  central: { account: archive, bucket: { name: central-bucket } }
sources:
  a: { accounts: [app], destination: central, log_groups: [/app/web] }
"#;

fn topology(agents: &[Agent], readers: &[Reader]) -> Topology {
    let mut topology = parse("t.yaml", TOPOLOGY).unwrap();
    topology.sources.clear();
    topology.destinations.clear();
    topology.agents = agents.iter().map(|agent| (agent.key.clone(), agent.clone())).collect();
    topology.readers = readers.iter().map(|reader| (reader.key.clone(), reader.clone())).collect();
    topology
}

fn agent(key: &str, holder: Holder) -> Agent {
    Agent {
        key: key.parse().unwrap(),
        accounts: vec!["app".parse().unwrap()],
        region: "ap-northeast-1".parse().unwrap(),
        policy: Some(AgentPolicy {
            name: format!("{key}-policy"),
            log_groups: vec!["/aws/ec2/*".to_owned()],
            parameters: vec!["AmazonCloudWatch-*".to_owned()],
            principal_tags: BTreeMap::new(),
        }),
        extra_policies: Vec::new(),
        holder,
        collected: Collected::default(),
        check: Vec::new(),
    }
}

fn own(instances: &[&str]) -> Holder {
    Holder::Own(OwnRole {
        name: "web-role".to_owned(),
        managed_policies: vec!["arn:aws:iam::aws:policy/service-role/AmazonEC2RoleforSSM".to_owned()],
        tags: [("Team".to_owned(), "a".to_owned())].into(),
        instance_profile: "web-profile".to_owned(),
        associate_with: ids(instances),
        replace: false,
    })
}

fn role_of(instances: &[&str]) -> Holder {
    Holder::RoleOf(ids(instances))
}

fn ids(instances: &[&str]) -> Vec<String> {
    instances.iter().map(|id| (*id).to_owned()).collect()
}

fn reader(trusted: Option<&str>) -> Reader {
    Reader {
        key: "ops".parse().unwrap(),
        account: "app".parse().unwrap(),
        region: "ap-northeast-1".parse().unwrap(),
        role: "cross-account".to_owned(),
        managed_policies: vec!["arn:aws:iam::aws:policy/CloudWatchLogsReadOnlyAccess".to_owned()],
        trusted: Trusted {
            account: "monitor".parse().unwrap(),
            role: trusted.map(str::to_owned),
            permission_set: None,
        },
        policy: "cross-account-monitor".to_owned(),
    }
}

/// Instances of the app account: id, state, and the role that they have.
fn found(instances: &[(&str, &str, Option<&str>)]) -> Inventory {
    let instance = |(id, state, role): &(&str, &str, Option<&str>)| {
        let instance = Instance {
            id: (*id).to_owned(),
            state: (*state).to_owned(),
            profile: role.map(|role| format!("arn:aws:iam::111111111111:instance-profile/{role}")),
            role: role
                .filter(|role| *role != "empty")
                .map(|role| format!("arn:aws:iam::111111111111:role/{role}")),
            ..Instance::default()
        };
        (instance.id.clone(), instance)
    };
    let place = ("app".parse().unwrap(), "ap-northeast-1".parse().unwrap());
    let instances: Instances = instances.iter().map(instance).collect();
    Inventory { instances: [(place, instances)].into(), ..Inventory::default() }
}

fn addresses(graph: &Graph) -> Vec<String> {
    assert_eq!(graph.problems, [""; 0]);
    graph.nodes.keys().map(ToString::to_string).collect()
}

/// What a node needs, and why.
fn needs(graph: &Graph, address: &str) -> Vec<String> {
    let node = &graph.nodes[&address.parse().unwrap()];
    node.needs.iter().map(|need| format!("{}: {}", need.address.name, need.why)).collect()
}

fn role<'g>(graph: &'g Graph, address: &str) -> &'g crate::provider::iam::role::IamRole {
    match &graph.nodes[&address.parse().unwrap()].resource {
        Resource::IamRole(role) => role,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_agent_gets_its_role_with_all_that_is_around_it() {
    let mut web = agent("web", own(&["i-1"]));
    web.extra_policies.push(ExtraPolicy {
        name: "s3".to_owned(),
        document: json!({}),
        tags: [("Name".to_owned(), "s3".to_owned())].into(),
    });
    let graph = declared(&topology(&[web], &[]));
    assert_eq!(
        addresses(&graph),
        [
            "app/global/iam_role.web-role",
            "app/global/iam_policy.s3",
            "app/global/iam_policy.web-policy",
            "app/global/iam_role_policy_attachment.web-role:aws:service-role/AmazonEC2RoleforSSM",
            "app/global/iam_role_policy_attachment.web-role:s3",
            "app/global/iam_role_policy_attachment.web-role:web-policy",
            "app/global/iam_instance_profile.web-profile",
            "app/ap-northeast-1/instance_profile_association.i-1",
        ]
    );
    assert_eq!(
        needs(&graph, "app/global/iam_role_policy_attachment.web-role:s3"),
        ["web-role: it is part of that resource", "s3: a policy must exist before it is attached"]
    );
    assert_eq!(
        needs(&graph, "app/ap-northeast-1/instance_profile_association.i-1"),
        [
            "web-profile: the instance gets it",
            "web-role:s3: the instance gets it with all its permissions",
            "web-role:web-policy: the instance gets it with all its permissions",
            "web-role:aws:service-role/AmazonEC2RoleforSSM: the instance gets it with all its permissions",
        ]
    );
    let tags = role(&graph, "app/global/iam_role.web-role").tags.wanted.clone();
    assert_eq!(json!(*tags), json!({ "Project": "poc", "Team": "a", "logpipe:topology": "poc" }));
    let Resource::IamPolicy(s3) = &graph.nodes[&"app/global/iam_policy.s3".parse().unwrap()].resource else {
        panic!()
    };
    assert_eq!(json!(*s3.tags.wanted), json!({ "Name": "s3", "Project": "poc", "logpipe:topology": "poc" }));
}

#[test]
fn agents_and_readers_that_attach_to_one_role_share_it() {
    let agents =
        [agent("named", Holder::Role("team/ec2".to_owned())), agent("seen", role_of(&["i-1", "i-2"]))];
    let mut ops = reader(Some("team/ec2"));
    ops.trusted.account = "app".parse().unwrap();
    let discovered = found(&[("i-1", "running", Some("team/ec2")), ("i-2", "stopped", Some("team/ec2"))]);
    let graph = with_found(&topology(&agents, &[ops]), discovered);
    assert_eq!(
        addresses(&graph),
        [
            "app/global/iam_role.cross-account",
            "app/global/iam_role.ec2",
            "app/global/iam_policy.cross-account-monitor",
            "app/global/iam_policy.named-policy",
            "app/global/iam_policy.seen-policy",
            "app/global/iam_role_policy_attachment.cross-account:aws:CloudWatchLogsReadOnlyAccess",
            "app/global/iam_role_policy_attachment.ec2:cross-account-monitor",
            "app/global/iam_role_policy_attachment.ec2:named-policy",
            "app/global/iam_role_policy_attachment.ec2:seen-policy",
        ]
    );
    let role = role(&graph, "app/global/iam_role.ec2");
    assert_eq!(role.borrowed_arn.as_deref(), Some("arn:aws:iam::111111111111:role/team/ec2"));
    assert_eq!(role.attachments.len(), 3);
    let instances = &graph.instances[&"app/global/iam_role.ec2".parse().unwrap()];
    assert_eq!(instances.iter().map(|instance| instance.id.as_str()).collect::<Vec<_>>(), ["i-1", "i-2"]);
}

#[test]
fn every_instance_that_gives_no_role_is_named_at_once() {
    let discovered =
        found(&[("i-1", "running", None), ("i-2", "running", Some("empty")), ("i-3", "terminated", None)]);
    let agents = [agent("seen", role_of(&["i-1", "i-2", "i-3", "i-4"])), agent("web", own(&["i-5"]))];
    let problems = with_found(&topology(&agents, &[]), discovered).problems;
    let begins = [
        "agents.seen: the instance i-3 is terminated",
        "agents.seen: there is no instance i-4 in app/ap-northeast-1",
        "agents.seen: i-1 in app/ap-northeast-1 has no instance profile, so there is no role to attach to; give it one with a separate agent that has `associate_with: { instances: [i-1] }`",
        "agents.seen: i-2 in app/ap-northeast-1 has the instance profile arn:aws:iam::111111111111:instance-profile/empty, which holds no role",
        "agents.web: there is no instance i-5 in app/ap-northeast-1",
    ];
    assert_eq!(problems.len(), begins.len(), "{problems:#?}");
    for (problem, begins) in problems.iter().zip(begins) {
        assert!(problem.starts_with(begins), "{problem}");
    }
}

#[test]
fn what_instances_tell_is_noted_where_nothing_is_read() {
    let graph = declared(&topology(&[agent("seen", role_of(&["i-1"]))], &[]));
    assert_eq!(addresses(&graph), ["app/global/iam_policy.seen-policy"]);
    assert_eq!(
        graph.notes,
        [Note::RolesUnread { agent: "seen".parse().unwrap(), account: "app".parse().unwrap() }]
    );
}

#[test]
fn a_reader_is_trusted_in_one_account_and_allowed_in_the_other() {
    let graph = declared(&topology(&[], &[reader(Some("monitor-ec2"))]));
    assert_eq!(
        addresses(&graph),
        [
            "app/global/iam_role.cross-account",
            "app/global/iam_role_policy_attachment.cross-account:aws:CloudWatchLogsReadOnlyAccess",
            "monitor/global/iam_role.monitor-ec2",
            "monitor/global/iam_policy.cross-account-monitor",
            "monitor/global/iam_role_policy_attachment.monitor-ec2:cross-account-monitor",
        ]
    );
    assert_eq!(
        needs(&graph, "app/global/iam_role.cross-account"),
        ["monitor-ec2: IAM refuses a principal that does not exist"]
    );
    let trust = &role(&graph, "app/global/iam_role.cross-account").trust;
    assert_eq!(trust["Statement"][0]["Principal"]["AWS"], "arn:aws:iam::222222222222:role/monitor-ec2");
    assert_eq!(graph.notes, []);
}

#[test]
fn that_a_whole_account_is_trusted_is_said() {
    let graph = declared(&topology(&[], &[reader(None)]));
    let trust = &role(&graph, "app/global/iam_role.cross-account").trust;
    assert_eq!(trust["Statement"][0]["Principal"]["AWS"], "arn:aws:iam::222222222222:root");
    let reads = Reads {
        reader: "ops".parse().unwrap(),
        trusted: "monitor".parse().unwrap(),
        trusted_id: "222222222222".parse().unwrap(),
        account: "app".parse().unwrap(),
        role: "cross-account".to_owned(),
        policy: "monitor/global/iam_policy.cross-account-monitor".parse().unwrap(),
    };
    assert_eq!(graph.notes, [Note::AccountReads(reads)]);
    assert!(!graph.nodes.keys().any(|address| {
        address.kind == KindName::IamRolePolicyAttachment && address.account.as_str() == "monitor"
    }));
}

#[test]
fn what_iam_refuses_for_its_size_is_found_before_iam_does() {
    let many = |count: usize| {
        let mut web = agent("web", own(&[]));
        web.extra_policies = (0..count)
            .map(|number| ExtraPolicy {
                name: format!("extra-{number}"),
                document: json!({}),
                tags: BTreeMap::new(),
            })
            .collect();
        declared(&topology(&[web], &[]))
    };
    assert!(many(8).notes.is_empty() && many(8).problems.is_empty());
    assert!(matches!(many(9).notes[..], [Note::ManyPolicies { count: 11, usual: 10, .. }]));
    assert!(many(24).problems[0].contains("would have 26 policies attached, and AWS allows at most 25"));
    let mut web = agent("web", own(&[]));
    web.extra_policies = vec![ExtraPolicy {
        name: "long".to_owned(),
        document: json!({ "Statement": "x".repeat(6_200) }),
        tags: BTreeMap::new(),
    }];
    let problems = declared(&topology(&[web], &[])).problems;
    assert!(problems[0].starts_with("the policy app/global/iam_policy.long would be"), "{problems:?}");
}

#[test]
fn a_policy_of_another_account_cannot_be_attached() {
    let mut holder = own(&[]);
    if let Holder::Own(own) = &mut holder {
        own.managed_policies = vec!["arn:aws:iam::222222222222:policy/theirs".to_owned()];
    }
    let problems = declared(&topology(&[agent("web", holder)], &[])).problems;
    assert_eq!(
        problems,
        [
            "agents.web: arn:aws:iam::222222222222:policy/theirs is a policy of another account, and only policies of its own account and of AWS can be attached to app/global/iam_role.web-role"
        ]
    );
}
