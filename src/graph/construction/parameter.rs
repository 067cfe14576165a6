//! The SSM parameter of an agent whose configuration is stored.

use super::builder::GraphBuilder;
use crate::agent::{LONGEST_VALUE, obstacles, parameter_address, parameter_value};
use crate::provider::Resource;
use crate::provider::ssm::parameter::SsmParameter;
use crate::topology::Agent;

impl<'a> GraphBuilder<'a> {
    pub(super) fn parameter(&mut self, agent: &'a Agent) {
        let Some(name) = self.lifecycle.parameter(agent) else { return };
        let value = parameter_value(agent);
        self.graph.problems.extend(obstacles(agent, name));
        if value.len() > LONGEST_VALUE {
            self.graph.problems.push(format!(
                "agents.{}: its configuration has {} bytes, and an SSM parameter holds {LONGEST_VALUE}: use `*` in the paths of its files, or split it into several agents",
                agent.key,
                value.len()
            ));
        }
        for account in &agent.accounts {
            let address = parameter_address(agent, account, name);
            let parameter = SsmParameter { value: value.clone(), tags: self.tags.clone() };
            self.add(&address, Resource::from(parameter), Vec::new());
        }
    }
}
