//! The outputs of agents and readers, under the names that CloudFormation stacks of the same have: `PolicyArn`,
//! `RoleArn`, `RoleName`, `InstanceProfileArn`, `InstanceProfileName`. Pure.

use std::collections::BTreeSet;

use serde_json::json;

use super::Output;
use crate::address::{AccountName, Address, KindName, last_part};
use crate::agent::parameter_address;
use crate::graph::{Lifecycle, arns};
use crate::record::{Record, State};
use crate::topology::{Agent, Holder, OwnRole, Reader, Topology};

/// Every output of agents, and then of readers.
pub(super) fn outputs(topology: &Topology, lifecycle: &Lifecycle, record: &Record) -> Vec<Output> {
    let listing = Listing { topology, lifecycle, record };
    let agents = topology
        .agents
        .values()
        .flat_map(|agent| agent.accounts.iter().flat_map(move |account| listing.of_agent(agent, account)));
    let readers = topology.readers.values().flat_map(|reader| listing.of_reader(reader));
    agents.chain(readers).collect()
}

#[derive(Clone, Copy)]
struct Listing<'a> {
    topology: &'a Topology,
    lifecycle: &'a Lifecycle,
    record: &'a Record,
}

impl Listing<'_> {
    fn of_agent(self, agent: &Agent, account: &AccountName) -> Vec<Output> {
        let prefix = match agent.accounts.as_slice() {
            [_] => agent.key.to_string(),
            _ => format!("{}.{account}", agent.key),
        };
        let mut outputs = Vec::new();
        if let Some(policy) = &agent.policy {
            outputs.push(self.policy(&prefix, "PolicyArn", account, &policy.name));
        }
        for policy in &agent.extra_policies {
            outputs.push(self.policy(&prefix, &format!("PolicyArn.{}", policy.name), account, &policy.name));
        }
        outputs.extend(match &agent.holder {
            Holder::Own(own) => self.own(&prefix, account, own),
            Holder::Role(name) => self.borrowed(&prefix, account, name),
            Holder::RoleOf(_) => self.found(&prefix, agent, account),
        });
        if let Some(name) = self.lifecycle.parameter(agent) {
            let address = parameter_address(agent, account, name);
            outputs.push(self.output(&prefix, "ParameterName", name.to_owned(), address));
        }
        outputs
    }

    fn of_reader(self, reader: &Reader) -> Vec<Output> {
        // An agent may have the same key.
        let shared = self.topology.agents.contains_key(&reader.key);
        let prefix = if shared { format!("readers.{}", reader.key) } else { reader.key.to_string() };
        let mut outputs = self.role(&prefix, &reader.account, &reader.role);
        outputs.push(self.policy(&prefix, "PolicyArn", &reader.trusted.account, &reader.policy));
        outputs
    }

    fn own(self, prefix: &str, account: &AccountName, own: &OwnRole) -> Vec<Output> {
        let mut outputs = self.role(prefix, account, &own.name);
        let name = &own.instance_profile;
        let id = &self.topology.accounts[account].id;
        let arn = arns::instance_profile(self.topology.region.partition(), id, name);
        let address = || Address::global(account, KindName::IamInstanceProfile, name);
        outputs.push(self.output(prefix, "InstanceProfileArn", arn, address()));
        outputs.push(self.output(prefix, "InstanceProfileName", name.clone(), address()));
        outputs
    }

    fn role(self, prefix: &str, account: &AccountName, name: &str) -> Vec<Output> {
        let arn = self.role_arn(account, name);
        let address = || Address::global(account, KindName::IamRole, name);
        vec![
            self.output(prefix, "RoleArn", arn, address()),
            self.output(prefix, "RoleName", name.to_owned(), address()),
        ]
    }

    /// A role that the topology only uses is there without us.
    fn borrowed(self, prefix: &str, account: &AccountName, name: &str) -> Vec<Output> {
        let path = name.trim_start_matches('/');
        let name = last_part(path);
        let address = Address::global(account, KindName::IamRole, name);
        let there = |output: &str, value: String| Output {
            name: format!("{prefix}.{output}"),
            value: json!(value),
            address: Some(address.clone()),
            applied: true,
        };
        vec![there("RoleArn", self.role_arn(account, path)), there("RoleName", name.to_owned())]
    }

    /// The roles that instances turned out to have: the record knows what was attached to them, by name.
    fn found(self, prefix: &str, agent: &Agent, account: &AccountName) -> Vec<Output> {
        let policies: BTreeSet<Address> =
            agent.policy_names().map(|name| Address::global(account, KindName::IamPolicy, name)).collect();
        let attached = self.record.entries().iter().filter(|(address, entry)| {
            address.kind == KindName::IamRolePolicyAttachment
                && address.account == *account
                && entry.needs.iter().any(|need| policies.contains(need))
        });
        let roles: BTreeSet<&str> = attached.map(|(address, _)| address.name_parts().0).collect();
        let role = |name: &&str| Output {
            name: if roles.len() == 1 {
                format!("{prefix}.RoleName")
            } else {
                format!("{prefix}.RoleName.{name}")
            },
            value: json!(name),
            address: Some(Address::global(account, KindName::IamRole, name)),
            applied: true,
        };
        roles.iter().map(role).collect()
    }

    fn policy(self, prefix: &str, output: &str, account: &AccountName, name: &str) -> Output {
        let id = &self.topology.accounts[account].id;
        let arn = arns::policy(self.topology.region.partition(), id, name);
        self.output(prefix, output, arn, Address::global(account, KindName::IamPolicy, name))
    }

    fn role_arn(self, account: &AccountName, name: &str) -> String {
        arns::role(self.topology.region.partition(), &self.topology.accounts[account].id, name)
    }

    fn output(self, prefix: &str, output: &str, value: String, address: Address) -> Output {
        let applied = self.record.get(&address).is_some_and(|entry| entry.state == State::Present);
        Output { name: format!("{prefix}.{output}"), value: json!(value), address: Some(address), applied }
    }
}
