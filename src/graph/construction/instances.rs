//! The instances that an agent names: where they are, and the roles that they have.

use std::collections::{BTreeMap, BTreeSet};

use super::agent::who;
use super::builder::GraphBuilder;
use crate::address::{AccountName, Address};
use crate::graph::{Instance, Inventory, Note};
use crate::topology::Agent;

/// EC2 shows an instance for about an hour after it is gone (EC2 User Guide, "Terminate Amazon EC2 instances").
const GONE: [&str; 2] = ["terminated", "shutting-down"];

impl GraphBuilder<'_> {
    /// Instances that are in none of the agent's accounts.
    pub(super) fn missing_instances(&mut self, agent: &Agent, inventory: &Inventory) {
        let found: Vec<&Instance> = agent
            .accounts
            .iter()
            .filter_map(|account| inventory.instances_of(account, &agent.region))
            .flat_map(BTreeMap::values)
            .collect();
        let places: Vec<String> =
            agent.accounts.iter().map(|account| format!("{account}/{}", agent.region)).collect();
        for id in agent.instances() {
            let instance = found.iter().find(|instance| instance.id == *id);
            let problem = match instance {
                None => format!(
                    "there is no instance {id} in {}; check the id, and the `region` and `accounts` of the agent",
                    places.join(" or ")
                ),
                Some(gone) if GONE.contains(&gone.state.as_str()) => {
                    format!("the instance {} is {}; remove it from the agent", gone.called(), gone.state)
                }
                Some(_) => continue,
            };
            self.graph.problems.push(format!("{}: {problem}", who(agent)));
        }
    }

    /// Attaches to the roles that the instances have; several instances often share one.
    pub(super) fn role_of_instances(
        &mut self,
        agent: &Agent,
        account: &AccountName,
        policies: &[String],
        inventory: Option<&Inventory>,
    ) {
        let Some(inventory) = inventory else {
            self.graph.notes.push(Note::RolesUnread { agent: agent.key.clone(), account: account.clone() });
            return;
        };
        let here = inventory.instances_of(account, &agent.region);
        let here: Vec<&Instance> = here
            .into_iter()
            .flat_map(BTreeMap::values)
            .filter(|instance| agent.instances().contains(&instance.id))
            .collect();
        if here.is_empty() && agent.accounts.len() > 1 {
            self.graph.problems.push(format!(
                "{}: none of its instances is in {account}/{}; remove that account from its `accounts`",
                who(agent),
                agent.region
            ));
        }
        let mut roles: BTreeMap<&String, BTreeSet<&str>> = BTreeMap::new();
        for instance in here {
            match &instance.role {
                Some(role) => {
                    roles.entry(role).or_default().insert(&instance.id);
                }
                None => self.without_role(agent, account, instance),
            }
        }
        for (role, instances) in roles {
            let address = self.attach_all(agent, account, role, policies);
            let found = inventory.instances_of(account, &agent.region).into_iter().flat_map(BTreeMap::values);
            let found = found.filter(|instance| instances.contains(instance.id.as_str())).cloned();
            self.note_instances(&address, found.collect());
        }
    }

    fn note_instances(&mut self, role: &Address, found: Vec<Instance>) {
        let known = self.graph.instances.entry(role.clone()).or_default();
        known.extend(found);
        known.sort_by(|a, b| a.id.cmp(&b.id));
        known.dedup();
    }

    fn without_role(&mut self, agent: &Agent, account: &AccountName, instance: &Instance) {
        if GONE.contains(&instance.state.as_str()) {
            return;
        }
        let what = match &instance.profile {
            None => format!(
                "{} in {account}/{} has no instance profile, so there is no role to attach to; give it one with a separate agent that has `associate_with: {{ instances: [{}] }}`",
                instance.called(),
                agent.region,
                instance.id
            ),
            Some(profile) => format!(
                "{} in {account}/{} has the instance profile {profile}, which holds no role; add a role to it, or replace it with a separate agent that has `associate_with: {{ instances: [{}], replace: true }}`",
                instance.called(),
                agent.region,
                instance.id
            ),
        };
        self.graph.problems.push(format!("{}: {what}", who(agent)));
    }
}
