//! Configurations of agents that are stored in SSM parameters. Pure.

use crate::address::{Address, KindName, Place, TopologyName};
use crate::agent::parameter_name;
use crate::record::Record;
use crate::topology::Agent;

/// The parameter that holds an agent's configuration, when the record has it in one of the agent's accounts: no key of
/// the topology asks for it, `agent-config --ssm` does.
pub(super) fn stored(topology: &TopologyName, agent: &Agent, record: &Record) -> Option<String> {
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
