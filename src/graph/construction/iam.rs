//! The IAM that agents and readers share: roles of ours and of others, policies, and what is attached to what. A role
//! that several of them attach to is one resource.

use std::collections::{BTreeMap, BTreeSet};

use super::builder::GraphBuilder;
use crate::address::{AccountName, Address, Arn, KindName, last_part};
use crate::graph::{ADOPTED_TAG, Need, Note, OWNERSHIP_TAG, arns};
use crate::provider::iam::policy::IamPolicy;
use crate::provider::iam::role::IamRole;
use crate::provider::iam::role_policy_attachment::{self, IamRolePolicyAttachment};
use crate::provider::{OwnTags, Resource, Tags};

/// Most managed policies of a role until the quota is raised, and as far as it can be (IAM User Guide, "IAM and AWS STS
/// quotas").
const ATTACHED: usize = 10;
const RAISED_ATTACHED: usize = 25;

/// A role on its way into the graph.
#[derive(Debug)]
pub(super) struct Draft {
    /// Its ARN.
    arn: String,
    /// What logpipe makes; `None` is a role of somebody else's.
    made: Option<(IamRole, Vec<Need>)>,
    /// ARNs of the policies to attach.
    attachments: BTreeSet<String>,
}

impl GraphBuilder<'_> {
    /// The address of a role, of whose name the last part counts.
    pub(super) fn role_address(&self, account: &AccountName, name: &str) -> Address {
        Address::global(account, KindName::IamRole, last_part(name))
    }

    /// The tags of this topology, and further ones over them.
    pub(super) fn tags_with(&self, further: &BTreeMap<String, String>) -> OwnTags {
        let ours = |key: &&String| *key != OWNERSHIP_TAG && *key != ADOPTED_TAG;
        let further = further.iter().filter(|(key, _)| ours(key));
        let further = further.map(|(key, value)| (key.clone(), value.clone()));
        OwnTags::of(Tags::clone(&self.tags.wanted).into_iter().chain(further).collect())
    }

    /// A role of ours. That no other of its name is made is seen to when the topology is loaded.
    pub(super) fn make_role(&mut self, address: &Address, role: IamRole, needs: Vec<Need>) {
        let arn = arns::role(self.partition(), self.account_id(&address.account), &address.name);
        let attachments = self.roles.remove(address).map(|draft| draft.attachments).unwrap_or_default();
        self.roles.insert(address.clone(), Draft { arn, made: Some((role, needs)), attachments });
    }

    /// A role that is there already, unless this topology makes it somewhere else.
    pub(super) fn borrow_role(&mut self, who: &str, address: &Address, arn: &str) {
        let draft = self.roles.entry(address.clone()).or_insert_with(|| Draft::borrowed(arn.to_owned()));
        if draft.arn != arn && draft.made.is_none() {
            self.graph.problems.push(format!(
                "{who}: the role is {arn} here and {} elsewhere in the topology, but role names are unique in an account; use the same path in both places",
                draft.arn
            ));
        }
    }

    /// Attaches a policy, by its ARN, to a role that is made or borrowed.
    pub(super) fn attach(&mut self, who: &str, role: &Address, policy_arn: &str) {
        let own = self.account_id(&role.account).as_str();
        if !Arn::parse(policy_arn).is_some_and(|arn| arn.is_of_aws() || arn.account == own) {
            self.graph.problems.push(format!(
                "{who}: {policy_arn} is a policy of another account, and only policies of its own account and of AWS can be attached to {role}"
            ));
            return;
        }
        if let Some(draft) = self.roles.get_mut(role) {
            draft.attachments.insert(policy_arn.to_owned());
        }
    }

    /// A managed policy of ours; its ARN. That no other of its name is made is seen to when the topology is loaded.
    pub(super) fn policy(&mut self, address: &Address, policy: IamPolicy) -> String {
        self.add(address, Resource::from(policy), vec![]);
        arns::policy(self.partition(), self.account_id(&address.account), &address.name)
    }

    /// Puts the roles and their attachments into the graph, once all that is attached to them is known.
    pub(super) fn roles_into_graph(&mut self) {
        for (address, draft) in std::mem::take(&mut self.roles) {
            self.crowded(&address, &draft);
            for arn in &draft.attachments {
                self.attachment(&address, arn);
            }
            let there = self.graph.nodes.get_mut(&address).map(|node| &mut node.resource);
            // A role of the pipeline may have more attached to it as well.
            if let Some(Resource::IamRole(role)) = there {
                role.attachments.extend(draft.attachments);
            } else {
                self.role(&address, draft);
            }
        }
    }

    fn role(&mut self, address: &Address, draft: Draft) {
        let Draft { arn, made, attachments } = draft;
        let (role, needs) = made.unwrap_or_else(|| (IamRole::borrowed(arn), Vec::new()));
        self.add(address, Resource::from(IamRole { attachments, ..role }), needs);
    }

    fn crowded(&mut self, address: &Address, draft: &Draft) {
        let count = draft.attachments.len();
        if count > RAISED_ATTACHED {
            self.graph.problems.push(format!(
                "{address} would have {count} policies attached, and AWS allows at most {RAISED_ATTACHED}: merge several of `extra_policies` into one"
            ));
        } else if count > ATTACHED {
            self.graph.notes.push(Note::ManyPolicies { role: address.clone(), count, usual: ATTACHED });
        }
    }

    fn attachment(&mut self, role: &Address, policy_arn: &str) {
        let arn = Arn::parse(policy_arn);
        let policy = arn.and_then(|arn| arn.named("policy")).unwrap_or_default();
        let own = Address::global(&role.account, KindName::IamPolicy, policy);
        let of_aws = arn.is_some_and(|arn| arn.is_of_aws());
        let made = !of_aws && self.graph.nodes.contains_key(&own);
        let needs = made.then(|| Need::new(&own, "a policy must exist before it is attached"));
        let resource = Resource::from(IamRolePolicyAttachment);
        let needs = needs.into_iter().collect();
        self.add_within(role, &attachment_address(role, policy_arn), resource, needs);
    }

    /// The attachments of a role, of what is known so far.
    pub(super) fn attachments_of(&self, role: &Address) -> Vec<Address> {
        let arns = self.roles.get(role).into_iter().flat_map(|draft| &draft.attachments);
        arns.map(|arn| attachment_address(role, arn)).collect()
    }
}

impl Draft {
    fn borrowed(arn: String) -> Self {
        Self { arn, made: None, attachments: BTreeSet::new() }
    }
}

fn attachment_address(role: &Address, policy_arn: &str) -> Address {
    let name = role_policy_attachment::name(&role.name, policy_arn);
    role.of_kind(KindName::IamRolePolicyAttachment).named(name)
}
