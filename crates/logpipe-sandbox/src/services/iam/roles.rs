//! Roles themselves: made, read, changed, deleted.

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::wire::Parameters;
use crate::protocol::xml::Element;
use crate::state::world::{World, iso_time};

use super::operations::{Answer, change, invalid, required, role};
use super::state::Role;
use super::{customer, documents, names, pages, profiles, quotas, tags};

/// CreateRole.
pub(crate) fn create(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let name = required(form, "RoleName")?;
    let fits = name.len() <= 64
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "+=,.@-_".contains(letter));
    if !fits {
        return Err(invalid(&format!(
            "Value '{name}' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression \
             pattern: [\\w+=,.@-]{{1,64}}"
        )));
    }
    if world.account(call.account()).iam.role(name).is_some() {
        let text = format!("Role with name {name} already exists.");
        return Err(Fault::conflict("EntityAlreadyExists", text));
    }
    quotas::one_more("Roles", world.account(call.account()).iam.roles().count())?;
    let trust = documents::trust(world, call, required(form, "AssumeRolePolicyDocument")?)?;
    let path = form.get("Path").unwrap_or("/");
    names::check_path(path)?;
    quotas::check_length(form.get("Description").unwrap_or_default(), "description", 1_000)?;
    let number = world.next_number();
    let mut role = Role::new(call.account(), call.partition(), path, name, number, world.now_ms);
    role.trust = trust;
    role.description = form.get("Description").map(str::to_owned);
    role.max_session_s = max_session(form)?.unwrap_or(role.max_session_s);
    role.tags = tags::merged(&role.tags, form)?;
    role.boundary = form.get("PermissionsBoundary").map(|arn| boundary(world, call, arn)).transpose()?;
    let result = vec![described(world, &role)];
    world.account(call.account()).iam.insert(role);
    world.role_changed(call.account(), name);
    Ok(result)
}

/// GetRole.
pub(crate) fn get(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    Ok(vec![described(world, role(world, call, form)?)])
}

/// ListRoles.
pub(crate) fn list(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let prefix = form.get("PathPrefix").unwrap_or("/");
    let cut = world.rng.cut();
    let account = world.accounts.get(call.account());
    let roles = account.into_iter().flat_map(|account| account.iam.roles());
    let found = roles
        .filter(|role| role.path.starts_with(prefix))
        .map(|role| Element::new("member").with_all(fields(world, role)))
        .collect();
    pages::page(cut, form, "Roles", found)
}

/// UpdateRole.
pub(crate) fn update(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let max_session = max_session(form)?;
    change(world, call, form, |role| {
        if let Some(description) = form.get("Description") {
            role.description = Some(description.to_owned()).filter(|text| !text.is_empty());
        }
        role.max_session_s = max_session.unwrap_or(role.max_session_s);
        Ok(vec![])
    })
}

/// UpdateAssumeRolePolicy.
pub(crate) fn update_trust(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    role(world, call, form)?;
    let trust = documents::trust(world, call, required(form, "PolicyDocument")?)?;
    change(world, call, form, |role| {
        role.trust = trust;
        Ok(vec![])
    })
}

/// PutRolePermissionsBoundary.
pub(crate) fn put_boundary(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let arn = boundary(world, call, required(form, "PermissionsBoundary")?)?;
    change(world, call, form, |role| {
        role.boundary = Some(arn);
        Ok(vec![])
    })
}

/// DeleteRolePermissionsBoundary.
pub(crate) fn delete_boundary(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    change(world, call, form, |role| {
        role.boundary.take().map(|_| vec![]).ok_or_else(|| {
            let text = format!("Role {} has no permissions boundary.", role.name);
            Fault::missing("NoSuchEntity", text)
        })
    })
}

/// The policy that is to bound a role, which has to be there.
fn boundary(world: &World, call: &Call, arn: &str) -> Result<String, Fault> {
    customer::valid(arn)?;
    customer::find(world, call, arn).map(|_| arn.to_owned()).map_err(|_| {
        Fault::missing("NoSuchEntity", format!("Scope ARN: {arn} does not exist or is not attachable."))
    })
}

/// DeleteRole.
pub(crate) fn delete(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let role = role(world, call, form)?;
    if profiles::of_role(world, call.account(), &role.name).next().is_some() {
        return Err(conflict("Cannot delete entity, must remove roles from instance profile first."));
    }
    if !role.attached.is_empty() {
        return Err(conflict("Cannot delete entity, must detach all policies first."));
    }
    if !role.inline.is_empty() {
        return Err(conflict("Cannot delete entity, must delete policies first."));
    }
    let name = role.name.clone();
    world.account(call.account()).iam.remove(&name);
    world.role_changed(call.account(), &name);
    Ok(vec![])
}

fn conflict(text: &str) -> Fault {
    Fault::conflict("DeleteConflict", text)
}

fn max_session(form: &Parameters) -> Result<Option<u64>, Fault> {
    let Some(text) = form.get("MaxSessionDuration") else { return Ok(None) };
    text.parse().ok().filter(|seconds| (3_600..=43_200).contains(seconds)).map(Some).ok_or_else(|| {
        invalid(&format!(
            "Value '{text}' at 'maxSessionDuration' failed to satisfy constraint: Member must have value between \
             3600 and 43200"
        ))
    })
}

fn described(world: &World, role: &Role) -> Element {
    Element::new("Role").with_all(fields(world, role)).with_all(tags::described(&role.tags))
}

/// The fields that GetRole, ListRoles and instance profiles share; only GetRole has the tags.
pub(super) fn fields(world: &World, role: &Role) -> Vec<Element> {
    let mut fields = vec![
        Element::text("Path", &role.path),
        Element::text("RoleName", &role.name),
        Element::text("RoleId", &role.id),
        Element::text("Arn", role.arn()),
        Element::text("CreateDate", iso_time(role.created_ms)),
        Element::text("AssumeRolePolicyDocument", documents::encoded(&role.trust.read(world))),
        Element::text("MaxSessionDuration", role.max_session_s),
    ];
    fields.extend(role.description.as_ref().map(|text| Element::text("Description", text)));
    fields.extend(role.boundary.as_ref().map(|arn| {
        Element::new("PermissionsBoundary")
            .with_text("PermissionsBoundaryType", "Policy")
            .with_text("PermissionsBoundaryArn", arn)
    }));
    fields
}
