//! Tags of roles.

use std::collections::BTreeMap;

use crate::sandbox::dispatch::Call;
use crate::sandbox::fault::Fault;
use crate::sandbox::wire::Parameters;
use crate::sandbox::world::World;
use crate::sandbox::xml::Element;

use super::operations::{Answer, change, role};
use super::pages;

/// Tags a resource can have.
const TAG_LIMIT: usize = 50;

/// TagRole.
pub(crate) fn tag(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    change(world, call, form, |role| {
        role.tags = merged(&role.tags, form)?;
        Ok(vec![])
    })
}

/// UntagRole.
pub(crate) fn untag(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    change(world, call, form, |role| {
        for key in form.list("TagKeys") {
            role.tags.remove(key);
        }
        Ok(vec![])
    })
}

/// ListRoleTags.
pub(crate) fn list(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let cut = world.chance.cut();
    pages::page(cut, form, "Tags", members(&role(world, call, form)?.tags))
}

/// Tags with those of a form laid over them.
pub(crate) fn merged(
    tags: &BTreeMap<String, String>,
    form: &Parameters,
) -> Result<BTreeMap<String, String>, Fault> {
    let mut tags = tags.clone();
    tags.extend(form.pairs("Tags"));
    if tags.len() > TAG_LIMIT {
        let text = "The number of tags has reached the maximum limit.";
        return Err(Fault::conflict("LimitExceeded", text));
    }
    Ok(tags)
}

/// The `Tags` element of a resource, left out where there are none.
pub(crate) fn described(tags: &BTreeMap<String, String>) -> Option<Element> {
    (!tags.is_empty()).then(|| Element::new("Tags").with_all(members(tags)))
}

fn members(tags: &BTreeMap<String, String>) -> Vec<Element> {
    let member = |(key, value)| Element::new("member").with_text("Key", key).with_text("Value", value);
    tags.iter().map(member).collect()
}
