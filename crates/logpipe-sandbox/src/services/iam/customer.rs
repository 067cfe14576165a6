//! Customer managed policies: made, read, deleted. AWS's own can be read alike.

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::wire::Parameters;
use crate::protocol::xml::Element;
use crate::state::world::{World, iso_time};
use logpipe_identifiers::AccountId;

use super::operations::{Answer, required};
use super::state::{ManagedPolicy, Role};
use super::{documents, managed_document, names, pages, quotas, tags};

/// CreatePolicy.
pub(crate) fn create(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let name = required(form, "PolicyName")?;
    let document = required(form, "PolicyDocument")?;
    documents::managed(call, document)?;
    names::check_policy(name)?;
    quotas::one_more("Policies", world.account(call.account()).iam.policies.len())?;
    let path = form.get("Path").unwrap_or("/");
    names::check_path(path)?;
    let arn = format!("arn:{}:iam::{}:policy{path}{name}", call.partition(), call.account());
    let same = |policy: &ManagedPolicy| policy.name.eq_ignore_ascii_case(name);
    if world.account(call.account()).iam.policies.values().any(same) {
        let text = format!("A policy called {name} already exists. Duplicate names are not allowed.");
        return Err(Fault::conflict("EntityAlreadyExists", text));
    }
    let mut policy = ManagedPolicy::new(path, name, world.unique_id("ANPA"), document, world.now_ms);
    policy.description = form.get("Description").map(str::to_owned);
    policy.tags = tags::merged(&policy.tags, form)?;
    let result = vec![described(world, call, &arn, &policy)];
    world.account(call.account()).iam.policies.insert(arn, policy);
    Ok(result)
}

/// GetPolicy.
pub(crate) fn get(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let arn = required(form, "PolicyArn")?;
    let policy = find(world, call, arn)?;
    Ok(vec![described(world, call, arn, &policy)])
}

/// DeletePolicy.
pub(crate) fn delete(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let arn = required(form, "PolicyArn")?;
    let attached = holders(world, call.account(), arn).next().is_some();
    let several = own(world, call, arn)?.versions.several();
    if attached {
        return Err(conflict("Cannot delete a policy attached to entities."));
    }
    if several {
        return Err(conflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's \
             versions. The default version is deleted with the policy.",
        ));
    }
    world.account(call.account()).iam.policies.remove(arn);
    Ok(vec![])
}

/// ListEntitiesForPolicy: roles, as there are no groups here and no user has a policy.
pub(crate) fn entities(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let arn = required(form, "PolicyArn")?;
    find(world, call, arn)?;
    let prefix = form.get("PathPrefix").unwrap_or("/");
    let roles = form.get("EntityFilter").is_none_or(|filter| filter == "Role");
    let attached = form.get("PolicyUsageFilter").is_none_or(|usage| usage == "PermissionsPolicy");
    let member =
        |role: &Role| Element::new("member").with_text("RoleName", &role.name).with_text("RoleId", &role.id);
    let found = holders(world, call.account(), arn)
        .filter(|role| roles && attached && role.path.starts_with(prefix))
        .map(member)
        .collect();
    let mut page = pages::page(world.rng.cut(), form, "PolicyRoles", found)?;
    page.extend([Element::new("PolicyGroups"), Element::new("PolicyUsers")]);
    Ok(page)
}

/// A policy of the caller's account, or one of AWS's. An account does not see those of others.
pub(super) fn find(world: &World, call: &Call, arn: &str) -> Result<ManagedPolicy, Fault> {
    valid(arn)?;
    if let Some(document) = managed_document(arn) {
        let (path, name) = path_and_name(arn);
        return Ok(ManagedPolicy::new(&path, name, "ANPAAWSMANAGED".to_owned(), &document, 0));
    }
    let account = world.accounts.get(call.account());
    account.and_then(|held| held.iam.policies.get(arn)).cloned().ok_or_else(|| no_such_policy(arn))
}

/// A policy of the caller's account, to change it: those of AWS are nobody's to change.
pub(super) fn own<'a>(world: &'a mut World, call: &Call, arn: &str) -> Result<&'a mut ManagedPolicy, Fault> {
    valid(arn)?;
    if managed_document(arn).is_some() {
        let (caller, action) = (call.caller.arn(call.partition()), &call.operation);
        let text =
            format!("User: {caller} is not authorized to perform: iam:{action} on resource: policy {arn}");
        return Err(Fault::new(403, "AccessDenied", text));
    }
    world.account(call.account()).iam.policies.get_mut(arn).ok_or_else(|| no_such_policy(arn))
}

/// Refuses what is not an ARN of a policy.
pub(super) fn valid(arn: &str) -> Result<(), Fault> {
    match arn.starts_with("arn:") && arn.contains(":iam::") && arn.contains(":policy/") {
        true => Ok(()),
        false => Err(Fault::invalid("InvalidInput", format!("ARN {arn} is not valid."))),
    }
}

/// Path and name of a policy, from its ARN.
fn path_and_name(arn: &str) -> (String, &str) {
    let named = arn.split_once(":policy/").map_or(arn, |(_, named)| named);
    named.rsplit_once('/').map_or(("/".to_owned(), named), |(path, name)| (format!("/{path}/"), name))
}

fn no_such_policy(arn: &str) -> Fault {
    Fault::missing("NoSuchEntity", format!("Policy {arn} was not found."))
}

fn conflict(text: &str) -> Fault {
    Fault::conflict("DeleteConflict", text)
}

/// The roles of an account that a policy is attached to.
fn holders<'a>(world: &'a World, account: &AccountId, arn: &'a str) -> impl Iterator<Item = &'a Role> {
    let roles = world.accounts.get(account).into_iter().flat_map(|account| account.iam.roles());
    roles.filter(move |role| role.attached.contains(arn))
}

fn described(world: &World, call: &Call, arn: &str, policy: &ManagedPolicy) -> Element {
    Element::new("Policy")
        .with_text("PolicyName", &policy.name)
        .with_text("PolicyId", &policy.id)
        .with_text("Arn", arn)
        .with_text("Path", &policy.path)
        .with_text("DefaultVersionId", policy.versions.default_id())
        .with_text("AttachmentCount", holders(world, call.account(), arn).count())
        .with_text("PermissionsBoundaryUsageCount", 0)
        .with_text("IsAttachable", true)
        .with_optional("Description", policy.description.as_ref())
        .with_text("CreateDate", iso_time(policy.created_ms))
        .with_text("UpdateDate", iso_time(policy.versions.updated_ms()))
        .with_all(tags::described(&policy.tags))
}

impl World {
    /// Must follow every change of what a policy says: the services come to see it with the roles that have it.
    pub(super) fn policy_changed(&mut self, arn: &str) {
        let has = |role: &&Role| role.attached.contains(arn);
        let roles = self.accounts.iter().flat_map(|(id, account)| {
            account.iam.roles().filter(has).map(move |role| (id.clone(), role.name.clone()))
        });
        for (account, role) in roles.collect::<Vec<_>>() {
            self.role_changed(&account, &role);
        }
    }
}
