//! Which function answers which IAM operation, and what several of them share.

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::wire::Parameters;
use crate::protocol::xml::Element;
use crate::state::world::World;

use super::state::Role;
use super::{account, attachments, customer, inline, profiles, roles, simulation, tags, versions};

/// The children of `<OperationResult>`.
pub(crate) type Answer = Result<Vec<Element>, Fault>;

/// Answers an IAM call.
pub(crate) fn handle(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    match call.operation.as_str() {
        "CreateRole" => roles::create(world, call, form),
        "GetRole" => roles::get(world, call, form),
        "ListRoles" => roles::list(world, call, form),
        "UpdateRole" => roles::update(world, call, form),
        "UpdateAssumeRolePolicy" => roles::update_trust(world, call, form),
        "DeleteRole" => roles::delete(world, call, form),
        "PutRolePermissionsBoundary" => roles::put_boundary(world, call, form),
        "DeleteRolePermissionsBoundary" => roles::delete_boundary(world, call, form),
        "TagRole" => tags::tag(world, call, form),
        "UntagRole" => tags::untag(world, call, form),
        "ListRoleTags" => tags::list(world, call, form),
        "PutRolePolicy" => inline::put(world, call, form),
        "GetRolePolicy" => inline::get(world, call, form),
        "ListRolePolicies" => inline::list(world, call, form),
        "DeleteRolePolicy" => inline::delete(world, call, form),
        "AttachRolePolicy" => attachments::attach(world, call, form),
        "DetachRolePolicy" => attachments::detach(world, call, form),
        "ListAttachedRolePolicies" => attachments::list(world, call, form),
        "CreatePolicy" => customer::create(world, call, form),
        "GetPolicy" => customer::get(world, call, form),
        "DeletePolicy" => customer::delete(world, call, form),
        "ListEntitiesForPolicy" => customer::entities(world, call, form),
        "CreatePolicyVersion" => versions::create(world, call, form),
        "GetPolicyVersion" => versions::get(world, call, form),
        "ListPolicyVersions" => versions::list(world, call, form),
        "SetDefaultPolicyVersion" => versions::set_default(world, call, form),
        "DeletePolicyVersion" => versions::delete(world, call, form),
        "TagPolicy" => tags::tag_policy(world, call, form),
        "UntagPolicy" => tags::untag_policy(world, call, form),
        "ListPolicyTags" => tags::list_of_policy(world, call, form),
        "CreateInstanceProfile" => profiles::create(world, call, form),
        "GetInstanceProfile" => profiles::get(world, call, form),
        "DeleteInstanceProfile" => profiles::delete(world, call, form),
        "AddRoleToInstanceProfile" => profiles::add_role(world, call, form),
        "RemoveRoleFromInstanceProfile" => profiles::remove_role(world, call, form),
        "ListInstanceProfiles" => profiles::list(world, call, form),
        "ListInstanceProfilesForRole" => profiles::list_for_role(world, call, form),
        "TagInstanceProfile" => tags::tag_profile(world, call, form),
        "UntagInstanceProfile" => tags::untag_profile(world, call, form),
        "ListInstanceProfileTags" => tags::list_of_profile(world, call, form),
        "GetAccountSummary" => account::summary(world, call),
        "SimulatePrincipalPolicy" => simulation::simulate(world, call, form),
        _ => Err(call.not_simulated()),
    }
}

/// A parameter that must be there.
pub(crate) fn required<'a>(form: &'a Parameters, name: &str) -> Result<&'a str, Fault> {
    form.get(name).filter(|value| !value.is_empty()).ok_or_else(|| {
        let field = format!("{}{}", name[..1].to_lowercase(), &name[1..]);
        invalid(&format!("Value null at '{field}' failed to satisfy constraint: Member must not be null"))
    })
}

/// A refused input, in the words of AWS's request validation.
pub(crate) fn invalid(problem: &str) -> Fault {
    Fault::invalid("ValidationError", format!("1 validation error detected: {problem}"))
}

/// The role a call names.
pub(crate) fn role<'a>(world: &'a World, call: &Call, form: &Parameters) -> Result<&'a Role, Fault> {
    let name = required(form, "RoleName")?;
    world
        .accounts
        .get(call.account())
        .and_then(|account| account.iam.role(name))
        .ok_or_else(|| no_such_role(name))
}

/// Changes the role a call names, and lets the change propagate.
pub(crate) fn change<T>(
    world: &mut World,
    call: &Call,
    form: &Parameters,
    change: impl FnOnce(&mut Role) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let name = required(form, "RoleName")?;
    let role = world.account(call.account()).iam.role_mut(name).ok_or_else(|| no_such_role(name))?;
    if is_protected(&role.path) {
        let text = format!(
            "Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS"
        );
        return Err(Fault::invalid("UnmodifiableEntity", text));
    }
    let result = change(role)?;
    world.role_changed(call.account(), name);
    Ok(result)
}

/// Roles of AWS services and of IAM Identity Center, which nobody else changes (IAM API Reference, AttachRolePolicy and
/// its like: `UnmodifiableEntity`).
pub(super) fn is_protected(path: &str) -> bool {
    ["/aws-service-role/", "/aws-reserved/"].iter().any(|protected| path.starts_with(protected))
}

fn no_such_role(name: &str) -> Fault {
    Fault::missing("NoSuchEntity", format!("The role with name {name} cannot be found."))
}
