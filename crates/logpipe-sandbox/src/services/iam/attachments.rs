//! Managed policies attached to roles.

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::wire::Parameters;
use crate::protocol::xml::Element;
use crate::state::world::World;

use super::operations::{Answer, change, required, role};
use super::{customer, pages};

/// Managed policies a role can have (IAM User Guide, quotas, unadjusted).
const ATTACHMENT_LIMIT: usize = 10;

/// AttachRolePolicy. Attaching what is attached succeeds.
pub(crate) fn attach(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let arn = required(form, "PolicyArn")?;
    role(world, call, form)?;
    customer::valid(arn)?;
    if customer::find(world, call, arn).is_err() {
        let text = format!("Policy {arn} does not exist or is not attachable.");
        return Err(Fault::missing("NoSuchEntity", text));
    }
    change(world, call, form, |role| {
        if !role.attached.contains(arn) && role.attached.len() >= ATTACHMENT_LIMIT {
            let text = format!("Cannot exceed quota for PoliciesPerRole: {ATTACHMENT_LIMIT}");
            return Err(Fault::conflict("LimitExceeded", text));
        }
        role.attached.insert(arn.to_owned());
        Ok(vec![])
    })
}

/// DetachRolePolicy.
pub(crate) fn detach(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let arn = required(form, "PolicyArn")?;
    change(world, call, form, |role| {
        if role.attached.remove(arn) {
            return Ok(vec![]);
        }
        let text = format!("Policy {arn} was not found.");
        Err(Fault::missing("NoSuchEntity", text))
    })
}

/// ListAttachedRolePolicies.
pub(crate) fn list(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let described = |arn: &String| {
        let name = arn.rsplit('/').next().unwrap_or(arn);
        Element::new("member").with_text("PolicyName", name).with_text("PolicyArn", arn)
    };
    let cut = world.rng.cut();
    let attached = role(world, call, form)?.attached.iter().map(described).collect();
    pages::page(cut, form, "AttachedPolicies", attached)
}
