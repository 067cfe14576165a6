//! The listing operations: ListAccounts, ListAccountsForParent, ListOrganizationalUnitsForParent, ListTagsForResource.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::address::AccountId;
use crate::sandbox::dispatch::Call;
use crate::sandbox::fault::Fault;
use crate::sandbox::json::{present, read};
use crate::sandbox::world::World;

use super::pages::PageRequest;
use super::state::{Member, ROOT};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parent {
    parent_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Resource {
    resource_id: String,
}

/// Answers a call to Organizations.
pub(crate) fn handle(world: &World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let organization = admitted(world, call)?;
    match call.operation.as_str() {
        "ListAccounts" => accounts(world, call, organization, input, |_| true),
        "ListAccountsForParent" => {
            let Parent { parent_id } = parent(world, input)?;
            accounts(world, call, organization, input, |member| member.parent == parent_id)
        }
        "ListOrganizationalUnitsForParent" => units(world, call, organization, input),
        "ListTagsForResource" => tags(world, input),
        _ => Err(call.not_simulated()),
    }
}

/// The id of the organisation, if there is one that the caller may list.
fn admitted<'w>(world: &'w World, call: &Call) -> Result<&'w str, Fault> {
    let organization = world.organization.as_deref().ok_or_else(|| {
        let text = "Your account is not a member of an organization.";
        Fault::invalid("AWSOrganizationsNotInUseException", text)
    })?;
    if world.directory.management.as_ref() == Some(call.account()) {
        return Ok(organization);
    }
    let text = "You don't have permissions to access this resource.";
    Err(Fault::invalid("AccessDeniedException", text))
}

fn parent(world: &World, input: &Value) -> Result<Parent, Fault> {
    let parent: Parent = read(input)?;
    if world.directory.has_parent(&parent.parent_id) {
        return Ok(parent);
    }
    let text = "You specified parent that doesn't exist.";
    Err(Fault::invalid("ParentNotFoundException", text))
}

fn accounts(
    world: &World,
    call: &Call,
    organization: &str,
    input: &Value,
    meant: impl Fn(&Member) -> bool,
) -> Result<Value, Fault> {
    let members = world.directory.members.iter().filter(|(_, member)| meant(member));
    let described = members.map(|(id, member)| describe(call, organization, id, member)).collect();
    page(world, input, "Accounts", described)
}

fn describe(call: &Call, organization: &str, id: &AccountId, member: &Member) -> Value {
    let management = call.account();
    json!({
        "Id": id,
        "Arn": format!("arn:{}:organizations::{management}:account/{organization}/{id}", call.partition()),
        "Name": format!("account {id}"),
        "Email": format!("{id}@example.com"),
        "State": member.state,
        "JoinedMethod": "CREATED",
    })
}

fn units(world: &World, call: &Call, organization: &str, input: &Value) -> Result<Value, Fault> {
    let Parent { parent_id } = parent(world, input)?;
    let inside = world.directory.units.iter().filter(|(_, parent)| **parent == parent_id);
    let (partition, management) = (call.partition(), call.account());
    let described = inside.map(|(id, _)| {
        let arn = format!("arn:{partition}:organizations::{management}:ou/{organization}/{id}");
        json!({ "Id": id, "Arn": arn, "Name": id })
    });
    page(world, input, "OrganizationalUnits", described.collect())
}

/// Tags come in one page, which has no size of its own.
fn tags(world: &World, input: &Value) -> Result<Value, Fault> {
    let Resource { resource_id } = read(input)?;
    let member = resource_id.parse().ok().and_then(|id: AccountId| world.directory.members.get(&id));
    if member.is_none() && resource_id != ROOT && !world.directory.units.contains_key(&resource_id) {
        let text = "You specified a target that doesn't exist.";
        return Err(Fault::invalid("TargetNotFoundException", text));
    }
    let tags = member.into_iter().flat_map(|member| &member.tags);
    let tags: Vec<Value> = tags.map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    Ok(json!({ "Tags": tags }))
}

fn page(world: &World, input: &Value, name: &str, items: Vec<Value>) -> Result<Value, Fault> {
    let request: PageRequest = read(input)?;
    let (items, next) = request.of(items, world.directory.empty_pages)?;
    Ok(present(json!({ name: items, "NextToken": next })))
}
