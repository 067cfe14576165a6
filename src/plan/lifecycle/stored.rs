//! Configurations of agents that are stored in SSM parameters. Pure.

use crate::address::{Address, KindName, Place, TopologyName};
use crate::agent::parameter_name;
use crate::record::Record;
use crate::topology::{Agent, Topology};

/// The topology in which agents have the parameters that the record knows of.
pub fn with_stored(mut topology: Topology, record: &Record) -> Topology {
    let name = topology.name.clone();
    for agent in topology.agents.values_mut() {
        agent.parameter = agent.parameter.take().or_else(|| stored(&name, agent, record));
    }
    topology
}

/// The parameter that holds an agent's configuration, when the record has it in one of the agent's accounts: no key of
/// the topology asks for it, `agent-config --ssm` does.
fn stored(topology: &TopologyName, agent: &Agent, record: &Record) -> Option<String> {
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
