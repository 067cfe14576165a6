//! What a plan changes about roles that others made: the policies they have before and after, and the instances that
//! work with them. Pure.

use super::{Action, Step, Survey};
use crate::address::{AccountId, Address, KindName};
use crate::graph::Instance;
use crate::provider::Live;
use crate::provider::iam::role::IamRole;
use crate::provider::iam::role_policy_attachment::policy_arn;

/// A role of somebody else's that the topology attaches policies to.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct BorrowedRole {
    /// Its address.
    pub address: Address,
    /// The account's id.
    pub account: AccountId,
    /// Its ARN.
    pub arn: String,
    /// The EC2 instances through which it was found.
    pub instances: Vec<Instance>,
    /// ARNs of its managed policies.
    pub managed: Policies,
    /// Names of its inline policies, which logpipe never changes.
    pub inline: Vec<String>,
}

/// Policies before and after a plan is carried out, by ARN.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Policies {
    /// What is there.
    pub before: Vec<String>,
    /// What will be.
    pub after: Vec<String>,
}

impl BorrowedRole {
    /// Whether the plan changes what it may do.
    pub fn changes(&self) -> bool {
        self.managed.before != self.managed.after
    }
}

/// The roles of others, with what the steps do to them.
pub(super) fn borrowed(survey: &Survey, steps: &[Step]) -> Vec<BorrowedRole> {
    let roles = survey.graph.nodes.values().filter_map(|node| {
        let role = node.resource.of::<IamRole>()?;
        Some((&node.address, role.borrowed_arn.as_ref()?))
    });
    roles.filter_map(|(address, arn)| of(survey, steps, address, arn)).collect()
}

fn of(survey: &Survey, steps: &[Step], address: &Address, arn: &str) -> Option<BorrowedRole> {
    let Live::IamRole(live) = survey.observed.live(address)? else { return None };
    let account = &survey.topology.accounts.get(&address.account)?.id;
    let before = live.attached.clone();
    let mut after = before.clone();
    let on_it = steps.iter().filter(|step| {
        let attachment = &step.address;
        attachment.kind == KindName::IamRolePolicyAttachment
            && attachment.account == address.account
            && attachment.name_parts().0 == address.name
    });
    for step in on_it {
        let policy = policy_arn(survey.topology.region.partition(), account, &step.address.name);
        match step.action {
            Action::Create(_) => after.push(policy),
            Action::Delete => after.retain(|other| *other != policy),
            _ => {}
        }
    }
    Some(BorrowedRole {
        address: address.clone(),
        account: account.clone(),
        arn: arn.to_owned(),
        instances: survey.graph.instances.get(address).cloned().unwrap_or_default(),
        managed: Policies { before, after },
        inline: live.inline.clone(),
    })
}
