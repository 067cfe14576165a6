//! The permissions of agents and readers beyond the graph: finding instances, judging their roles, reading log events.

use super::collect::Collection;
use super::right::Rights;
use super::wanted::Command;
use super::{ec2, events, iam, kinds, roles};
use crate::address::{AccountName, KindName, Place};
use crate::agent::{obstacles, parameter_name};
use crate::graph::arns;
use crate::provider::Resource;
use crate::provider::ec2::instance_profile_association::InstanceProfileAssociation;
use crate::topology::{Agent, Holder, OwnRole};

impl Collection<'_> {
    /// What agents do beside what is in the graph: finding instances, and the roles that they have.
    pub(super) fn agents(&mut self) {
        for agent in self.topology.agents.values() {
            let wanted = match &agent.holder {
                Holder::Own(own) => !own.associate_with.is_empty(),
                Holder::RoleOf(_) => true,
                Holder::Role(_) => false,
            };
            for account in agent.accounts.iter().filter(|_| wanted) {
                let rights = self.agent(agent, account);
                self.take(account, rights, true);
            }
        }
    }

    /// Where `agent-config --ssm` may store a configuration. What is stored is in the graph.
    pub(super) fn stores(&mut self) {
        if !self.wanted.commands.contains(&Command::AgentConfig) {
            return;
        }
        for agent in self.topology.agents.values() {
            if self.lifecycle.parameter(agent).is_some() {
                continue;
            }
            let name = parameter_name(&self.topology.name, &agent.key);
            if !obstacles(agent, &name).is_empty() {
                continue;
            }
            let place = Place::Region(agent.region.clone());
            for account in &agent.accounts {
                let rights = kinds::rights(KindName::SsmParameter, &self.spot(account, &place, &name), None);
                self.take(account, rights, true);
            }
        }
    }

    fn agent(&self, agent: &Agent, account: &AccountName) -> Rights {
        let mut rights = Rights::default();
        if let Holder::Own(own) = &agent.holder {
            ec2::instances(&mut rights);
            for instance in &own.associate_with {
                rights.0.extend(self.association(agent, own, account, instance).0);
            }
            return rights;
        }
        let spot = self.spot(account, &Place::Global, "*");
        ec2::roles_of_instances(&spot, &mut rights);
        let roles = arns::role(self.partition, spot.account, "*");
        iam::borrowed_role(&roles, &mut rights);
        for name in agent.policy_names() {
            iam::attach(&roles, &spot.arn("iam", &format!("policy/{name}")), &mut rights);
        }
        rights
    }

    /// An instance may be in any of an agent's accounts, which only reading tells.
    fn association(&self, agent: &Agent, own: &OwnRole, account: &AccountName, instance: &str) -> Rights {
        let id = &self.topology.accounts[account].id;
        let association = Resource::from(InstanceProfileAssociation {
            profile_arn: arns::instance_profile(self.partition, id, &own.instance_profile),
            role_arn: arns::role(self.partition, id, &own.name),
            replace: own.replace,
        });
        let place = Place::Region(agent.region.clone());
        let spot = self.spot(account, &place, instance);
        kinds::rights(KindName::InstanceProfileAssociation, &spot, Some(&association))
    }

    /// What `logs` reads of agents and readers beside the log groups of sources, and what `verify` asks of their roles.
    pub(super) fn agents_and_readers(&mut self) {
        for agent in self.topology.agents.values() {
            for account in &agent.accounts {
                let place = Place::Region(agent.region.clone());
                let rights = events::of_agent(&self.spot(account, &place, ""), agent);
                self.take(account, rights, true);
                let rights = roles::of_agent(&self.spot(account, &Place::Global, ""), agent);
                self.take(account, rights, true);
            }
        }
        for reader in self.topology.readers.values() {
            let place = Place::Region(reader.region.clone());
            let rights = events::of_reader(&self.spot(&reader.account, &place, "*"));
            self.take(&reader.account, rights, true);
            let rights = roles::of_reader(&self.spot(&reader.account, &Place::Global, ""), reader);
            self.take(&reader.account, rights, true);
            let account = &self.topology.accounts[&reader.account].id;
            let role = arns::role(self.partition, account, &reader.role);
            let trusted = &reader.trusted.account;
            let rights = roles::of_trusted(&self.spot(trusted, &Place::Global, ""), reader, &role);
            self.take(trusted, rights, true);
        }
    }
}
