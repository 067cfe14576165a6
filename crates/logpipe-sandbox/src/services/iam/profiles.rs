//! Instance profiles: containers of one role, which is how EC2 gives a role to an instance.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::wire::Parameters;
use crate::protocol::xml::Element;
use crate::state::world::{World, iso_time};
use logpipe_identifiers::AccountId;

use super::operations::{Answer, invalid, required, role};
use super::state::{IamState, Role};
use super::{names, pages, quotas, roles, tags};

/// An instance profile.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct InstanceProfile {
    /// Its ARN.
    pub(crate) arn: String,
    /// Its path.
    path: String,
    /// Its name.
    pub(crate) name: String,
    /// Its unique id (`AIPA…`).
    pub(crate) id: String,
    /// When it was made.
    created_ms: u64,
    /// The name of its role.
    pub(crate) role: Option<String>,
    /// Tags.
    pub(crate) tags: BTreeMap<String, String>,
}

impl InstanceProfile {
    /// A profile without a role.
    pub(crate) fn new(arn: String, path: &str, name: &str, id: String, created_ms: u64) -> Self {
        let (path, name) = (path.to_owned(), name.to_owned());
        Self { arn, path, name, id, created_ms, role: None, tags: BTreeMap::new() }
    }
}

impl IamState {
    /// An instance profile as IAM shows it.
    pub(crate) fn profile(&self, name: &str) -> Option<&InstanceProfile> {
        self.profiles.get(&name.to_lowercase())
    }

    /// Every instance profile, by name.
    pub(crate) fn profiles(&self) -> impl Iterator<Item = &InstanceProfile> {
        self.profiles.values()
    }

    /// Adds an instance profile, or replaces the one of that name. [`World::profile_changed`] must follow.
    pub(crate) fn insert_profile(&mut self, profile: InstanceProfile) {
        self.profiles.insert(profile.name.to_lowercase(), profile);
    }
}

/// CreateInstanceProfile.
pub(super) fn create(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let name = required(form, "InstanceProfileName")?;
    let fits = name.len() <= 128
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "+=,.@-_".contains(letter));
    if !fits {
        return Err(invalid(&format!(
            "Value '{name}' at 'instanceProfileName' failed to satisfy constraint: Member must satisfy regular \
             expression pattern: [\\w+=,.@-]{{1,128}}"
        )));
    }
    let path = form.get("Path").unwrap_or("/");
    names::check_path(path)?;
    let iam = &world.account(call.account()).iam;
    if iam.profile(name).is_some() {
        let text = format!("Instance Profile {name} already exists.");
        return Err(Fault::conflict("EntityAlreadyExists", text));
    }
    quotas::one_more("InstanceProfiles", iam.profiles.len())?;
    let arn = format!("arn:{}:iam::{}:instance-profile{path}{name}", call.partition(), call.account());
    let mut profile = InstanceProfile::new(arn, path, name, world.unique_id("AIPA"), world.now_ms);
    profile.tags = tags::merged(&profile.tags, form)?;
    let result = vec![described(world, call.account(), "InstanceProfile", &profile)];
    world.account(call.account()).iam.insert_profile(profile);
    world.profile_changed(call.account(), name);
    Ok(result)
}

/// GetInstanceProfile.
pub(super) fn get(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let profile = named(world, call, form)?;
    Ok(vec![described(world, call.account(), "InstanceProfile", profile)])
}

/// DeleteInstanceProfile. Whether an instance uses it does not matter to IAM.
pub(super) fn delete(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let profile = named(world, call, form)?;
    if profile.role.is_some() {
        let text = "Cannot delete entity, must remove roles from instance profile first.";
        return Err(Fault::conflict("DeleteConflict", text));
    }
    let name = profile.name.clone();
    world.account(call.account()).iam.profiles.remove(&name.to_lowercase());
    world.profile_changed(call.account(), &name);
    Ok(vec![])
}

/// AddRoleToInstanceProfile. A profile has one role, so even its own cannot be added again.
pub(super) fn add_role(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let role = role(world, call, form)?.name.clone();
    let profile = named_mut(world, call, form)?;
    if profile.role.is_some() {
        let text = "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1";
        return Err(Fault::conflict("LimitExceeded", text));
    }
    profile.role = Some(role);
    let name = profile.name.clone();
    world.profile_changed(call.account(), &name);
    Ok(vec![])
}

/// RemoveRoleFromInstanceProfile.
pub(super) fn remove_role(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let role = required(form, "RoleName")?;
    let profile = named_mut(world, call, form)?;
    if profile.role.as_ref().is_none_or(|held| !held.eq_ignore_ascii_case(role)) {
        let text = format!("The role with name {role} cannot be found.");
        return Err(Fault::missing("NoSuchEntity", text));
    }
    profile.role = None;
    let name = profile.name.clone();
    world.profile_changed(call.account(), &name);
    Ok(vec![])
}

/// ListInstanceProfiles.
pub(super) fn list(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let prefix = form.get("PathPrefix").unwrap_or("/");
    let cut = world.rng.cut();
    let account = world.accounts.get(call.account());
    let profiles = account.into_iter().flat_map(|account| account.iam.profiles());
    let found = profiles.filter(|profile| profile.path.starts_with(prefix));
    pages::page(cut, form, "InstanceProfiles", members(world, call, found))
}

/// ListInstanceProfilesForRole.
pub(super) fn list_for_role(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let cut = world.rng.cut();
    let name = &role(world, call, form)?.name;
    let found = of_role(world, call.account(), name);
    pages::page(cut, form, "InstanceProfiles", members(world, call, found))
}

/// The instance profiles that a role is in.
pub(super) fn of_role<'a>(
    world: &'a World,
    account: &AccountId,
    role: &'a str,
) -> impl Iterator<Item = &'a InstanceProfile> {
    let profiles = world.accounts.get(account).into_iter().flat_map(|account| account.iam.profiles());
    profiles.filter(move |profile| profile.role.as_deref() == Some(role))
}

/// The instance profile a call names.
pub(super) fn named<'a>(
    world: &'a World,
    call: &Call,
    form: &Parameters,
) -> Result<&'a InstanceProfile, Fault> {
    let name = required(form, "InstanceProfileName")?;
    let account = world.accounts.get(call.account());
    account.and_then(|account| account.iam.profile(name)).ok_or_else(|| missing(name))
}

/// The same, to change it. [`World::profile_changed`] must follow where EC2 is to see it.
pub(super) fn named_mut<'a>(
    world: &'a mut World,
    call: &Call,
    form: &Parameters,
) -> Result<&'a mut InstanceProfile, Fault> {
    let name = required(form, "InstanceProfileName")?;
    let profiles = &mut world.account(call.account()).iam.profiles;
    profiles.get_mut(&name.to_lowercase()).ok_or_else(|| missing(name))
}

fn missing(name: &str) -> Fault {
    Fault::missing("NoSuchEntity", format!("Instance Profile {name} cannot be found."))
}

fn members<'a>(
    world: &World,
    call: &Call,
    profiles: impl Iterator<Item = &'a InstanceProfile>,
) -> Vec<Element> {
    profiles.map(|profile| described(world, call.account(), "member", profile)).collect()
}

fn described(world: &World, account: &AccountId, element: &str, profile: &InstanceProfile) -> Element {
    let held = world.accounts.get(account);
    let role = profile.role.as_ref().and_then(|name| held?.iam.role(name));
    let member = |role: &Role| Element::new("member").with_all(roles::fields(world, role));
    // A listing leaves out the tags.
    let tags = (element != "member").then(|| tags::described(&profile.tags)).flatten();
    Element::new(element)
        .with_text("Path", &profile.path)
        .with_text("InstanceProfileName", &profile.name)
        .with_text("InstanceProfileId", &profile.id)
        .with_text("Arn", &profile.arn)
        .with_text("CreateDate", iso_time(profile.created_ms))
        .with(Element::new("Roles").with_all(role.map(member)))
        .with_all(tags)
}
