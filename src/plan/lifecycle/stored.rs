//! Configurations of agents that are stored in SSM parameters. Pure.

use std::collections::BTreeMap;

use crate::address::{Key, TopologyName};
use crate::agent::{parameter_address, parameter_name};
use crate::record::Record;
use crate::topology::{Agent, Topology};

/// The parameters of agents that the record knows of: no key of the topology asks for one, `agent-config --ssm` does.
pub fn stored(topology: &Topology, record: &Record) -> BTreeMap<Key, String> {
    let agents = topology.agents.values();
    agents.filter_map(|agent| Some((agent.key.clone(), parameter(&topology.name, agent, record)?))).collect()
}

/// The parameter that holds an agent's configuration, when the record has it in one of the agent's accounts.
fn parameter(topology: &TopologyName, agent: &Agent, record: &Record) -> Option<String> {
    let name = parameter_name(topology, &agent.key);
    let mut addresses = agent.accounts.iter().map(|account| parameter_address(agent, account, &name));
    addresses.any(|address| record.get(&address).is_some()).then_some(name)
}
