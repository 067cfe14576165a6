//! Configurations of agents that are stored in SSM parameters. Pure.

use std::collections::BTreeMap;

use crate::address::{Address, Key, KindName, Place, TopologyName};
use crate::agent::parameter_name;
use crate::record::Record;
use crate::topology::{Agent, Topology};

/// The parameters of agents: those that this run is to store, and those that the record knows of.
pub fn stored(topology: &Topology, record: &Record) -> BTreeMap<Key, String> {
    let parameter = |agent: &Agent| agent.parameter.clone().or_else(|| known(&topology.name, agent, record));
    let agents = topology.agents.values();
    agents.filter_map(|agent| Some((agent.key.clone(), parameter(agent)?))).collect()
}

/// The parameter that holds an agent's configuration, when the record has it in one of the agent's accounts: no key of
/// the topology asks for it, `agent-config --ssm` does.
fn known(topology: &TopologyName, agent: &Agent, record: &Record) -> Option<String> {
    let name = parameter_name(topology, &agent.key);
    let is_there = agent.accounts.iter().any(|account| {
        let address = Address {
            account: account.clone(),
            place: Place::Region(agent.region.clone()),
            kind: KindName::SsmParameter,
            name: name.clone(),
        };
        record.get(&address).is_some()
    });
    is_there.then_some(name)
}
