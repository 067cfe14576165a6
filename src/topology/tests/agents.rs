//! `agents`: names, roles, instances, files and checks.

use super::super::{Agent, Holder, OwnRole};
use super::{VALID, check, valid};

/// A topology with an agent of these keys.
fn with(keys: &str) -> String {
    format!("{VALID}agents:\n  web:\n    accounts: [app]\n{keys}")
}

fn agent(keys: &str) -> Agent {
    valid(&with(keys)).agents.into_values().next().unwrap()
}

fn own(agent: Agent) -> OwnRole {
    match agent.holder {
        Holder::Own(role) => role,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn check_keys(keys: &str, expected: &[&str]) {
    check(&with(keys), expected);
}

/// Why the only problem is one, and what to do.
#[track_caller]
fn check_advice(keys: &str, why: &str, help: &str) {
    let invalid = super::parse("t.yaml", &with(keys)).unwrap_err();
    let problem = &invalid.problems()[0];
    assert!(problem.why().contains(why), "{}", problem.why());
    assert!(problem.help().contains(help), "{}", problem.help());
}

#[test]
fn defaults() {
    let web = agent("    policy: {}\n");
    let policy = web.policy.clone().unwrap();
    assert_eq!((policy.name.as_str(), policy.principal_tags.len()), ("logs-web-agent", 0));
    assert_eq!(
        (policy.log_groups[0].as_str(), policy.parameters[0].as_str()),
        ("/aws/ec2/*", "AmazonCloudWatch-*")
    );
    assert_eq!(web.region.as_str(), "ap-northeast-1");
    assert!(web.collected.is_empty() && web.check.is_empty() && web.extra_policies.is_empty());
    let role = own(web);
    assert_eq!((role.name.as_str(), role.instance_profile.as_str()), ("logs-web", "logs-web"));
    let managed = [
        "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy",
        "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
    ];
    assert_eq!(role.managed_policies, managed);
    assert!(role.associate_with.is_empty() && !role.replace);
    assert!(agent("").policy.is_none());
}

#[test]
fn defaults_are_of_the_partition() {
    let yaml = with("").replace("ap-northeast-1", "cn-north-1");
    let agent = valid(&yaml).agents.into_values().next().unwrap();
    assert!(own(agent).managed_policies[0].starts_with("arn:aws-cn:iam::aws:policy/"));
}

#[test]
fn accounts_are_named_one_by_one() {
    let accounts = |list: &str, expected: &[&str]| {
        check(&format!("{VALID}agents:\n  web:\n    accounts: {list}\n"), expected);
    };
    accounts("[organization]", &["22:16 `organization` is not a single account"]);
    accounts("[ap]", &["22:16 unknown account `ap`"]);
    accounts("[]", &["22:15 `accounts` is empty"]);
    accounts("['333333333333', app]", &[]);
    check(&format!("{VALID}agents:\n  web: {{ policy: {{}} }}\n"), &["21:3 `web` has no `accounts`"]);
}

#[test]
fn names() {
    check_keys("    policy: { name: a b }\n", &["23:21 `a b` cannot be a policy name"]);
    check_keys("    role: { name: a/b }\n", &["23:19 `a/b` cannot be a role name"]);
    check_keys("    instance_profile: ':'\n", &["23:23 `:` cannot be an instance profile name"]);
    check_keys(
        "    policy: { log_groups: ['/a[b]'] }\n",
        &["23:28 `/a[b]` cannot be a log group in a policy"],
    );
    check_keys("    policy: { parameters: [] }\n", &["23:27 `parameters` is empty"]);
    check_keys("    region: cn-north-1\n", &["23:13 `cn-north-1` is in the partition `aws-cn`"]);
    let key = with("").replace("agents:\n  web", "agents:\n  Web");
    check(&key, &["21:3 `Web` is not valid for `agents`"]);
}

#[test]
fn a_role_of_our_own_or_one_that_is_there() {
    let there = agent("    policy: {}\n    attach_to: { role: team/ops-role }\n");
    assert_eq!(there.holder, Holder::Role("team/ops-role".into()));
    let found = agent("    policy: {}\n    attach_to: { instances: [i-0134c94a] }\n");
    assert_eq!(found.holder, Holder::RoleOf(vec!["i-0134c94a".into()]));
    let beside = |keys: &str, expected: &str| {
        check_keys(&format!("    policy: {{}}\n    attach_to: {{ role: r }}\n    {keys}\n"), &[expected]);
    };
    beside("role: {}", "25:5 `role` cannot be combined with `attach_to`");
    beside("instance_profile: p", "25:5 `instance_profile` cannot be combined with `attach_to`");
    beside(
        "associate_with: { instances: [i-0134c94a] }",
        "25:5 `associate_with` cannot be combined with `attach_to`",
    );
    let attach = |to: &str, expected: &str| {
        check_keys(&format!("    policy: {{}}\n    attach_to: {to}\n"), &[expected]);
    };
    attach("{}", "24:5 `attach_to` has neither `role` nor `instances`");
    attach("{ role: r, instances: [i-0134c94a] }", "24:27 both `instances` and `role` are set");
    attach(
        "{ role: 'arn:aws:iam::111111111111:role/r' }",
        "24:24 `arn:aws:iam::111111111111:role/r` cannot be a role name",
    );
    attach("{ instances: [i-0134c94] }", "24:30 `i-0134c94` cannot be an instance id");
    check_keys("    attach_to: { role: r }\n", &["21:3 `web` does nothing"]);
}

#[test]
fn instances() {
    let role = own(agent("    associate_with: { instances: [i-0134c94a753025b8b], replace: true }\n"));
    assert_eq!((role.associate_with.len(), role.replace), (1, true));
    check_keys("    associate_with: { replace: true }\n", &["23:5 `associate_with` has no `instances`"]);
    check_keys("    associate_with: { instances: [] }\n", &["23:34 `instances` is empty"]);
    check(
        &with("    associate_with: { instances: [i-0134c94a] }\n")
            .replace("web:\n    accounts: [app]\n    asso", "web:\n    accounts: [app, archive]\n    asso"),
        &["23:23 `instances` with 2 accounts"],
    );
}

#[test]
fn tags() {
    let tags = own(agent("    role: { tags: { Team: web, Project: other } }\n")).tags;
    assert_eq!((tags["Team"].as_str(), tags["Project"].as_str()), ("web", "other"));
    check_keys("    role: { tags: { 'aws:x': y } }\n", &["23:21 `aws:x` cannot be a tag key"]);
    check_keys(
        "    role: { tags: { project: y } }\n",
        &["23:19 the tag `project` differs only in case from `Project` of the topology"],
    );
    let many: Vec<String> = (0..48).map(|number| format!("t{number}: x")).collect();
    check_keys(
        &format!("    role: {{ tags: {{ {} }} }}\n", many.join(", ")),
        &["23:13 48 tags in addition to the 1 of the topology"],
    );
}

#[test]
fn principal_tags_are_those_of_the_role() {
    let tags = |tags: &str, expected: &[&str]| {
        check_keys(&format!("    policy: {{ principal_tags: {{ {tags} }} }}\n"), expected);
    };
    tags("Project: poc", &[]);
    tags("project: poc", &[]);
    tags("'logpipe:topology': logs", &[]);
    tags("Project: other", &["23:42 the role does not have the principal tag `Project: other`"]);
    tags("Team: web", &["23:39 the role does not have the principal tag `Team: web`"]);
    check_advice(
        "    policy: { principal_tags: { Project: x } }\n",
        "has the value `poc`",
        "add `Project: x`",
    );
    agent("    role: { tags: { Team: web } }\n    policy: { principal_tags: { Team: web } }\n");
    // What a role that is there already is tagged with, nobody knows yet.
    agent("    attach_to: { role: r }\n    policy: { principal_tags: { Team: web } }\n");
}

#[test]
fn files() {
    let read = agent("    files: [{ path: 'C:\\logs\\*.log', log_group: /aws/ec2/app }]\n").collected;
    assert_eq!(read.files[0].path, "C:\\logs\\*.log");
    assert_eq!(read.log_groups().collect::<Vec<_>>(), ["/aws/ec2/app"]);
    let file = |keys: &str, expected: &[&str]| check_keys(&format!("    files: [{{ {keys} }}]\n"), expected);
    file("path: var/log, log_group: /a", &["23:21 `var/log` cannot be the path of a log file"]);
    file("path: /var/log, log_group: a b", &["23:42 `a b` cannot be a log group name"]);
    file("path: /var/log", &["23:13 `files` has no `log_group`"]);
    file("log_group: /a", &["23:13 `files` has no `path`"]);
    let twice = "{ path: /a, log_group: /b }";
    check_keys(&format!("    files: [{twice}, {twice}]\n"), &["23:42 `a map` is given twice in `files`"]);
}

#[test]
fn checks() {
    let asked = &agent("    check: [{ actions: ['s3:PutObject'] }]\n").check[0];
    assert_eq!((asked.actions[0].as_str(), asked.resources[0].as_str()), ("s3:PutObject", "*"));
    let one = |keys: &str, expected: &[&str]| check_keys(&format!("    check: [{{ {keys} }}]\n"), expected);
    one("resources: ['*']", &["23:13 `check` has no `actions`"]);
    one("actions: ['s3:*']", &["23:25 `s3:*` cannot be checked"]);
    one("actions: ['s3:PutObject'], resources: [bucket]", &["23:54 `bucket` is not an ARN"]);
    one(
        "actions: ['s3:PutObject'], resources: ['arn:aws:s3:::']",
        &["23:54 `arn:aws:s3:::` is not a complete ARN"],
    );
    one(
        "actions: ['s3:PutObject'], resources: ['arn:aws-cn:s3:::b/*']",
        &["23:54 the resource is in the partition `aws-cn`"],
    );
}
