//! The resources of an agent in each of its accounts: policies, attached to our role with an instance profile around
//! it, or to an existing role.

use std::collections::BTreeSet;

use super::builder::GraphBuilder;
use crate::address::{AccountName, Address, KindName, Place};
use crate::graph::{Inventory, Need, Note, agent_policies, arns};
use crate::provider::Resource;
use crate::provider::ec2::instance_profile_association::InstanceProfileAssociation;
use crate::provider::iam::instance_profile::IamInstanceProfile;
use crate::provider::iam::policy::IamPolicy;
use crate::provider::iam::role::IamRole;
use crate::topology::{Agent, Holder, OwnRole};

impl GraphBuilder<'_> {
    /// The same in each of its accounts, except for the instances, each of which is in one account.
    pub(super) fn agent(&mut self, agent: &Agent, inventory: Option<&Inventory>) {
        if !agent.instances().is_empty() && !cfg!(feature = "ec2") {
            self.graph.problems.push(format!(
                "{}: it names instances, but this logpipe was built without the feature `ec2`; build it with that feature, or name a role with `attach_to`",
                who(agent)
            ));
            return;
        }
        if let Some(inventory) = inventory {
            self.missing_instances(agent, inventory);
        }
        for account in &agent.accounts {
            let policies = self.agent_policies(agent, account);
            match &agent.holder {
                Holder::Own(own) => self.own_role(agent, own, account, &policies, inventory),
                Holder::Role(name) => {
                    let arn =
                        arns::role(self.partition(), self.account_id(account), name.trim_start_matches('/'));
                    self.attach_all(agent, account, &arn, &policies);
                }
                Holder::RoleOf(_) => self.role_of_instances(agent, account, &policies, inventory),
            }
        }
    }

    /// The policies that logpipe makes for an agent, by ARN.
    fn agent_policies(&mut self, agent: &Agent, account: &AccountName) -> Vec<String> {
        let key = &agent.key;
        let mut arns = Vec::new();
        if let Some(policy) = &agent.policy {
            let (partition, id) = (self.partition(), self.account_id(account));
            let document = agent_policies::agent_permissions(partition, id, policy, &agent.collected);
            let address = Address::global(account, KindName::IamPolicy, &policy.name);
            let description = format!("The CloudWatch agents of {key} write logs with it");
            let policy = IamPolicy { description, document, tags: self.tags.clone() };
            arns.push(self.policy(&address, policy));
        }
        for policy in &agent.extra_policies {
            let address = Address::global(account, KindName::IamPolicy, &policy.name);
            let policy = IamPolicy {
                description: format!("For the instances of {key}"),
                document: policy.document.clone(),
                tags: self.tags_with(&policy.tags),
            };
            arns.push(self.policy(&address, policy));
        }
        arns
    }

    /// Attaches policies to a role that is there already, which is given by its ARN.
    pub(super) fn attach_all(
        &mut self,
        agent: &Agent,
        account: &AccountName,
        role_arn: &str,
        policies: &[String],
    ) -> Address {
        let (who, role) = (who(agent), self.role_address(account, role_arn));
        self.borrow_role(&who, &role, role_arn);
        for policy in policies {
            self.attach(&who, &role, policy);
        }
        role
    }

    fn own_role(
        &mut self,
        agent: &Agent,
        own: &OwnRole,
        account: &AccountName,
        policies: &[String],
        inventory: Option<&Inventory>,
    ) {
        let (who, address) = (who(agent), self.role_address(account, &own.name));
        let role = IamRole {
            borrowed_arn: None,
            permissions_boundary: None,
            description: format!("The EC2 instances of {} run as it", agent.key),
            trust: agent_policies::ec2_trust(self.partition()),
            policy: None,
            attachments: BTreeSet::new(),
            sole: false,
            tags: self.tags_with(&own.tags),
        };
        self.make_role(&address, role, vec![]);
        for policy in policies.iter().chain(&own.managed_policies) {
            self.attach(&who, &address, policy);
        }
        let profile = self.instance_profile(own, account, &address);
        self.associations(agent, own, account, &profile, inventory);
    }

    fn instance_profile(&mut self, own: &OwnRole, account: &AccountName, role: &Address) -> Address {
        let address = Address::global(account, KindName::IamInstanceProfile, &own.instance_profile);
        let profile = IamInstanceProfile {
            role: role.name.to_string(),
            previous: BTreeSet::new(),
            tags: self.tags.clone(),
        };
        let needs = vec![Need::new(role, "the profile contains it")];
        self.add(&address, Resource::from(profile), needs);
        address
    }

    /// Our profile on instances, as soon as the role in it may do what it is for.
    fn associations(
        &mut self,
        agent: &Agent,
        own: &OwnRole,
        account: &AccountName,
        profile: &Address,
        inventory: Option<&Inventory>,
    ) {
        let (role, id) = (self.role_address(account, &own.name), self.account_id(account));
        let association = InstanceProfileAssociation {
            profile_arn: arns::instance_profile(self.partition(), id, &profile.name),
            role_arn: arns::role(self.partition(), id, &role.name),
            replace: own.replace,
        };
        let attached = self.attachments_of(&role);
        let attached = attached
            .iter()
            .map(|attachment| Need::new(attachment, "the instance gets it with all its permissions"));
        let needs: Vec<Need> =
            std::iter::once(Need::new(profile, "the instance gets it")).chain(attached).collect();
        for instance in own.associate_with.iter().filter(|id| is_in(agent, account, id, inventory)) {
            let address = Address::new(
                account.clone(),
                Place::Region(agent.region.clone()),
                KindName::InstanceProfileAssociation,
                instance.as_str(),
            );
            self.add(&address, Resource::from(association.clone()), needs.clone());
        }
        if inventory.is_none() && agent.accounts.len() > 1 && !own.associate_with.is_empty() {
            let (agent, account) = (agent.key.clone(), account.clone());
            self.graph.notes.push(Note::InstancesUnread { agent, account });
        }
    }
}

/// Whether an instance is in an account: before reading, when that is the only one it can be in.
fn is_in(agent: &Agent, account: &AccountName, id: &String, inventory: Option<&Inventory>) -> bool {
    match inventory {
        Some(all) => all.instances_of(account, &agent.region).is_some_and(|all| all.contains_key(id)),
        None => agent.accounts.len() == 1,
    }
}

/// How messages call an agent.
pub(super) fn who(agent: &Agent) -> String {
    format!("agents.{}", agent.key)
}
