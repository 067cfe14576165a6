//! Customer managed policies, in their one version.

use std::collections::BTreeMap;

use crate::address::AccountId;
use crate::sandbox::dispatch::Call;
use crate::sandbox::fault::Fault;
use crate::sandbox::wire::Parameters;
use crate::sandbox::world::{World, iso_time};
use crate::sandbox::xml::Element;

use super::operations::{Answer, required};
use super::state::ManagedPolicy;
use super::{documents, managed_document, pages, quotas, tags};

const VERSION: &str = "v1";

/// CreatePolicy.
pub(crate) fn create(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let name = required(form, "PolicyName")?;
    let document = required(form, "PolicyDocument")?;
    documents::managed(document)?;
    quotas::check_length(name, "policyName", 128)?;
    quotas::one_more("Policies", world.account(call.account()).iam.policies.len())?;
    let path = form.get("Path").unwrap_or("/");
    let arn = format!("arn:{}:iam::{}:policy{path}{name}", call.partition(), call.account());
    if world.account(call.account()).iam.policies.values().any(|policy| policy.name == name) {
        let text = format!("A policy called {name} already exists. Duplicate names are not allowed.");
        return Err(Fault::conflict("EntityAlreadyExists", text));
    }
    let policy = ManagedPolicy {
        name: name.to_owned(),
        path: path.to_owned(),
        id: world.unique_id("ANPA"),
        description: form.get("Description").map(str::to_owned),
        created_ms: world.now_ms,
        document: document.to_owned(),
        tags: tags::merged(&BTreeMap::new(), form)?,
    };
    let result = vec![described(world, &arn, &policy)];
    world.account(call.account()).iam.policies.insert(arn, policy);
    Ok(result)
}

/// GetPolicy.
pub(crate) fn get(world: &mut World, form: &Parameters) -> Answer {
    let arn = required(form, "PolicyArn")?;
    let policy = find(world, arn)?;
    Ok(vec![described(world, arn, &policy)])
}

/// GetPolicyVersion.
pub(crate) fn version(world: &mut World, form: &Parameters) -> Answer {
    let policy = find(world, required(form, "PolicyArn")?)?;
    if required(form, "VersionId")? != VERSION {
        let text = "This policy version does not exist or is not attachable.";
        return Err(Fault::missing("NoSuchEntity", text));
    }
    let version = version_fields(&policy);
    Ok(vec![
        Element::new("PolicyVersion")
            .with_text("Document", documents::encoded(&policy.document))
            .with_all(version),
    ])
}

/// ListPolicyVersions.
pub(crate) fn versions(world: &mut World, form: &Parameters) -> Answer {
    let policy = find(world, required(form, "PolicyArn")?)?;
    pages::page(
        world.chance.cut(),
        form,
        "Versions",
        vec![Element::new("member").with_all(version_fields(&policy))],
    )
}

/// DeletePolicy.
pub(crate) fn delete(world: &mut World, form: &Parameters) -> Answer {
    let arn = required(form, "PolicyArn")?;
    let owner = owner(arn).ok_or_else(|| no_such_policy(arn))?;
    if attachments(world, arn) > 0 {
        let text = "Cannot delete a policy attached to entities.";
        return Err(Fault::conflict("DeleteConflict", text));
    }
    world.account(&owner).iam.policies.remove(arn).map(|_| vec![]).ok_or_else(|| no_such_policy(arn))
}

fn owner(arn: &str) -> Option<AccountId> {
    arn.split(':').nth(4)?.parse().ok()
}

fn find(world: &World, arn: &str) -> Result<ManagedPolicy, Fault> {
    if let Some(document) = managed_document(arn) {
        return Ok(ManagedPolicy {
            name: arn.rsplit('/').next().unwrap_or(arn).to_owned(),
            path: "/".to_owned(),
            id: "ANPAAWSMANAGED".to_owned(),
            description: None,
            created_ms: 0,
            document: document.to_owned(),
            tags: BTreeMap::new(),
        });
    }
    let account = owner(arn).and_then(|id| world.accounts.get(&id));
    account.and_then(|held| held.iam.policies.get(arn)).cloned().ok_or_else(|| no_such_policy(arn))
}

fn no_such_policy(arn: &str) -> Fault {
    Fault::missing("NoSuchEntity", format!("Policy {arn} was not found."))
}

fn attachments(world: &World, arn: &str) -> usize {
    let roles = world.accounts.values().flat_map(|account| account.iam.roles());
    roles.filter(|role| role.attached.contains(arn)).count()
}

fn described(world: &World, arn: &str, policy: &ManagedPolicy) -> Element {
    Element::new("Policy")
        .with_text("PolicyName", &policy.name)
        .with_text("PolicyId", &policy.id)
        .with_text("Arn", arn)
        .with_text("Path", &policy.path)
        .with_text("DefaultVersionId", VERSION)
        .with_text("AttachmentCount", attachments(world, arn))
        .with_text("IsAttachable", true)
        .with_optional("Description", policy.description.as_ref())
        .with_text("CreateDate", iso_time(policy.created_ms))
        .with_text("UpdateDate", iso_time(policy.created_ms))
        .with_all(tags::described(&policy.tags))
}

fn version_fields(policy: &ManagedPolicy) -> Vec<Element> {
    vec![
        Element::text("VersionId", VERSION),
        Element::text("IsDefaultVersion", true),
        Element::text("CreateDate", iso_time(policy.created_ms)),
    ]
}
