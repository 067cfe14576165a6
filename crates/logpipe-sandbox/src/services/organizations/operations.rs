//! The listing operations: ListAccounts, ListAccountsForParent, ListOrganizationalUnitsForParent, ListTagsForResource.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::faults::rng::Cut;
use crate::protocol::json::{present, read};
use crate::state::world::World;
use logpipe_identifiers::AccountId;

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
pub(crate) fn handle(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let cut = world.rng.cut();
    let world = &*world;
    let organization = admitted(world, call)?;
    let listing = Listing { world, call, organization, input, cut };
    match call.operation.as_str() {
        "ListAccounts" => listing.accounts(|_| true),
        "ListAccountsForParent" => {
            let Parent { parent_id } = parent(world, input)?;
            listing.accounts(|member| member.parent == parent_id)
        }
        "ListOrganizationalUnitsForParent" => listing.units(),
        "ListTagsForResource" => listing.tags(),
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

/// One listing under way.
struct Listing<'a> {
    world: &'a World,
    call: &'a Call,
    organization: &'a str,
    input: &'a Value,
    cut: Cut,
}

impl Listing<'_> {
    fn accounts(&self, meant: impl Fn(&Member) -> bool) -> Result<Value, Fault> {
        let members = self.world.directory.members.iter().filter(|(_, member)| meant(member));
        self.page("Accounts", members.map(|(id, member)| self.describe(id, member)).collect())
    }

    fn describe(&self, id: &AccountId, member: &Member) -> Value {
        let (partition, management) = (self.call.partition(), self.call.account());
        let organization = self.organization;
        json!({
            "Id": id,
            "Arn": format!("arn:{partition}:organizations::{management}:account/{organization}/{id}"),
            "Name": member.name.clone().unwrap_or_else(|| format!("account {id}")),
            "Email": format!("{id}@example.com"),
            "State": member.state,
            "JoinedMethod": "CREATED",
        })
    }

    fn units(&self) -> Result<Value, Fault> {
        let Parent { parent_id } = parent(self.world, self.input)?;
        let inside = self.world.directory.units.iter().filter(|(_, parent)| **parent == parent_id);
        let (partition, management) = (self.call.partition(), self.call.account());
        let organization = self.organization;
        let described = inside.map(|(id, _)| {
            let arn = format!("arn:{partition}:organizations::{management}:ou/{organization}/{id}");
            json!({ "Id": id, "Arn": arn, "Name": id })
        });
        self.page("OrganizationalUnits", described.collect())
    }

    /// Tags come in pages that have no size to ask for.
    fn tags(&self) -> Result<Value, Fault> {
        let Resource { resource_id } = read(self.input)?;
        let directory = &self.world.directory;
        let member = resource_id.parse().ok().and_then(|id: AccountId| directory.members.get(&id));
        if member.is_none() && resource_id != ROOT && !directory.units.contains_key(&resource_id) {
            let text = "You specified a target that doesn't exist.";
            return Err(Fault::invalid("TargetNotFoundException", text));
        }
        let tags = member.into_iter().flat_map(|member| &member.tags);
        let tags = tags.map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
        let (tags, next) = read::<PageRequest>(self.input)?.of(tags, false, self.cut)?;
        Ok(present(json!({ "Tags": tags, "NextToken": next })))
    }

    fn page(&self, name: &str, items: Vec<Value>) -> Result<Value, Fault> {
        let request: PageRequest = read(self.input)?;
        let (items, next) = request.of(items, self.world.directory.empty_pages, self.cut)?;
        Ok(present(json!({ name: items, "NextToken": next })))
    }
}
