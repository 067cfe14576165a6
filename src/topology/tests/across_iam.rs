//! Conflicts of IAM names, roles and instances between agents, readers and destinations.

use super::{VALID, check, valid};

/// A topology with these agents and a reader.
fn with(agents: &[&str]) -> String {
    let agents: String = agents.iter().map(|agent| format!("  {agent}\n")).collect();
    let reader = "readers:\n  ops: { account: app, trusted: { account: archive, role: there } }\n";
    format!("{VALID}{reader}agents:\n{agents}")
}

#[track_caller]
fn check_agents(agents: &[&str], expected: &[&str]) {
    check(&with(agents), expected);
}

#[test]
fn names_are_taken_once_in_an_account() {
    let web = "web: { accounts: [app], policy: { name: p } }";
    check_agents(
        &[web, "api: { accounts: [app], policy: { name: P } }"],
        &["24:43 two policies are called `P`"],
    );
    check_agents(&[web, "api: { accounts: [archive], policy: { name: p } }"], &[]);
    check_agents(
        &[web, "api: { accounts: [app], extra_policies: [{ name: p, file: policies/s3.json }] }"],
        &["24:52 two policies are called `p`"],
    );
    check_agents(
        &["web: { accounts: [archive], policy: { name: logs-ops-assume } }"],
        &["23:47 two policies are called `logs-ops-assume`"],
    );
    check_agents(
        &["web: { accounts: [app], role: { name: logs-ops } }"],
        &["23:41 two roles are called `logs-ops`"],
    );
    check_agents(
        &["web: { accounts: [archive], role: { name: logs-central-cwl } }"],
        &["23:45 two roles are called `logs-central-cwl`"],
    );
    check_agents(
        &["web: { accounts: [app], instance_profile: logs-api }", "api: { accounts: [app] }"],
        &["24:3 two instance profiles are called `logs-api`"],
    );
    check_agents(
        &[
            "web: { accounts: [app, archive], extra_policies: [{ name: p, file: policies/s3.json }, { name: p, file: policies/s3.json }] }",
        ],
        &["23:98 two policies are called `p`"],
    );
}

#[test]
fn a_role_is_made_or_there_already() {
    check_agents(
        &[
            "web: { accounts: [app] }",
            "api: { accounts: [app], policy: {}, attach_to: { role: team/Logs-Web } }",
        ],
        &["24:58 `Logs-Web` is a role that this topology makes"],
    );
    check_agents(
        &["web: { accounts: [archive], role: { name: there } }"],
        &["21:59 `there` is a role that this topology makes"],
    );
    check_agents(&["web: { accounts: [archive], policy: {}, attach_to: { role: there } }"], &[]);
}

#[test]
fn an_instance_has_one_profile() {
    let web = "web: { accounts: [app], associate_with: { instances: [i-0134c94a] } }";
    check_agents(
        &[web, "api: { accounts: [app], associate_with: { instances: [i-0134c94a] } }"],
        &["24:57 two agents associate a profile with `i-0134c94a`"],
    );
    check_agents(
        &[web, "api: { accounts: [app], policy: {}, attach_to: { instances: [i-0134c94a] } }"],
        &["24:64 `i-0134c94a` gets another profile through `associate_with`"],
    );
}

fn policies(from: usize, to: usize) -> String {
    let one = |number| format!("{{ name: p{number}, file: policies/s3.json }}");
    (from..to).map(one).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_role_takes_ten_policies() {
    let web =
        |count| format!("web: {{ accounts: [app], extra_policies: [{}], policy: {{}} }}", policies(0, count));
    valid(&with(&[&web(7)]));
    check_agents(&[&web(8)], &["23:43 11 policies for the role of `web`"]);
    let there = |key: &str, from, to| {
        format!(
            "{key}: {{ accounts: [archive], extra_policies: [{}], attach_to: {{ role: There }} }}",
            policies(from, to)
        )
    };
    // The reader's is one more.
    valid(&with(&[&there("a", 0, 5), &there("b", 5, 9)]));
    let both = [there("a", 0, 5), there("b", 5, 10)];
    let column = both[1].find("role: There").unwrap() + 9;
    check_agents(
        &[&both[0], &both[1]],
        &[&format!("24:{column} 11 policies for the role `there` in 999999999999")],
    );
}
