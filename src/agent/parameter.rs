//! The SSM parameter that holds an agent's configuration.

use super::configuration::configuration;
use super::rules::problems;
use crate::address::{AccountName, Address, Key, KindName, Place, TopologyName};
use crate::policy::like;
use crate::topology::Agent;

/// Most bytes that a parameter holds, of the advanced tier that AWS charges for (AWS Systems Manager User Guide,
/// "Managing parameter tiers").
pub const LONGEST_VALUE: usize = 8_192;

/// The name under which an agent's configuration is stored. AWS's own policy for agents,
/// `CloudWatchAgentServerPolicy`, lets them read what begins so.
pub fn parameter_name(topology: &TopologyName, agent: &Key) -> String {
    format!("AmazonCloudWatch-{topology}-{agent}")
}

/// Where a parameter of this name is that an agent in an account takes its configuration from.
pub fn parameter_address(agent: &Agent, account: &AccountName, name: &str) -> Address {
    Address::new(account.clone(), Place::Region(agent.region.clone()), KindName::SsmParameter, name)
}

/// What the parameter holds: the configuration in as few characters as it takes.
pub fn parameter_value(agent: &Agent) -> String {
    configuration(agent, None).to_string()
}

/// Everything that would keep the agent from using a configuration that is stored under this name.
pub fn obstacles(agent: &Agent, name: &str) -> Vec<String> {
    problems(agent).into_iter().chain(unreadable(agent, name)).collect()
}

/// Why the agent could not read its configuration from a parameter of this name, and what to do.
fn unreadable(agent: &Agent, name: &str) -> Option<String> {
    let policy = agent.policy.as_ref()?;
    if policy.parameters.iter().any(|pattern| like(pattern, name)) {
        return None;
    }
    let allowed = match policy.parameters.as_slice() {
        [] => "no parameter".to_owned(),
        patterns => patterns.iter().map(|pattern| format!("`{pattern}`")).collect::<Vec<_>>().join(", "),
    };
    Some(format!(
        "agents.{}.policy lets the agent read {allowed}, but its configuration would be in `{name}`: add `AmazonCloudWatch-*` or that name to `parameters`",
        agent.key
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::rules::tests::agent;
    use crate::topology::AgentPolicy;

    #[test]
    fn a_parameter_that_the_policy_leaves_out_is_refused_with_what_to_add() {
        let name = parameter_name(&"poc".parse().unwrap(), &"web".parse().unwrap());
        assert_eq!(name, "AmazonCloudWatch-poc-web");
        let check = |patterns: &[&str], readable: bool| {
            let policy = AgentPolicy {
                name: "p".to_owned(),
                log_groups: Vec::new(),
                parameters: patterns.iter().map(|pattern| (*pattern).to_owned()).collect(),
                principal_tags: Default::default(),
            };
            let agent = Agent { policy: Some(policy), ..agent(&[]) };
            let problem = unreadable(&agent, &name);
            assert_eq!(problem.is_none(), readable, "{problem:?}");
            assert!(problem.is_none_or(|problem| problem.contains("add `AmazonCloudWatch-*`")));
        };
        check(&["AmazonCloudWatch-*"], true);
        check(&["other", "AmazonCloudWatch-p?c-web"], true);
        check(&["*"], true);
        check(&["AmazonCloudWatch-other-*"], false);
        check(&[], false);
        // Without a policy of ours, whoever manages the role decides.
        assert_eq!(unreadable(&agent(&[]), &name), None);
    }
}
