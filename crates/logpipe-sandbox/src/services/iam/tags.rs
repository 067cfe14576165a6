//! Tags of roles, policies and instance profiles.

use std::collections::{BTreeMap, BTreeSet};

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::wire::Parameters;
use crate::protocol::xml::Element;
use crate::state::world::World;

use super::operations::{Answer, change, required, role};
use super::{customer, pages, profiles, quotas};

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
        untagged(&mut role.tags, form);
        Ok(vec![])
    })
}

/// ListRoleTags.
pub(crate) fn list(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let cut = world.rng.cut();
    pages::page(cut, form, "Tags", members(&role(world, call, form)?.tags))
}

/// TagPolicy.
pub(super) fn tag_policy(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let policy = customer::own(world, call, required(form, "PolicyArn")?)?;
    policy.tags = merged(&policy.tags, form)?;
    Ok(vec![])
}

/// UntagPolicy.
pub(super) fn untag_policy(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    untagged(&mut customer::own(world, call, required(form, "PolicyArn")?)?.tags, form);
    Ok(vec![])
}

/// ListPolicyTags.
pub(super) fn list_of_policy(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let tags = customer::find(world, call, required(form, "PolicyArn")?)?.tags;
    pages::page(world.rng.cut(), form, "Tags", members(&tags))
}

/// TagInstanceProfile.
pub(super) fn tag_profile(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let profile = profiles::named_mut(world, call, form)?;
    profile.tags = merged(&profile.tags, form)?;
    Ok(vec![])
}

/// UntagInstanceProfile.
pub(super) fn untag_profile(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    untagged(&mut profiles::named_mut(world, call, form)?.tags, form);
    Ok(vec![])
}

/// ListInstanceProfileTags.
pub(super) fn list_of_profile(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let cut = world.rng.cut();
    pages::page(cut, form, "Tags", members(&profiles::named(world, call, form)?.tags))
}

fn untagged(tags: &mut BTreeMap<String, String>, form: &Parameters) {
    for key in form.list("TagKeys") {
        tags.remove(key);
    }
}

/// Tags with those of a form laid over them.
pub(crate) fn merged(
    tags: &BTreeMap<String, String>,
    form: &Parameters,
) -> Result<BTreeMap<String, String>, Fault> {
    let added = form.pairs("Tags");
    check(&added)?;
    let mut tags = tags.clone();
    tags.extend(added);
    if tags.len() > TAG_LIMIT {
        let text = "The number of tags has reached the maximum limit.";
        return Err(Fault::conflict("LimitExceeded", text));
    }
    Ok(tags)
}

/// Refuses keys that are given twice, in whatever case, that are AWS's own, and what is too long (IAM User Guide, "Tags
/// for IAM resources").
fn check(tags: &[(String, String)]) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    for ((key, value), number) in tags.iter().zip(1..) {
        quotas::check_length(key, &format!("tags.{number}.member.key"), 128)?;
        quotas::check_length(value, &format!("tags.{number}.member.value"), 256)?;
        let folded = key.to_lowercase();
        if folded.starts_with("aws:") {
            let text = "Tag keys that start with aws: are reserved for AWS use.";
            return Err(Fault::invalid("InvalidInput", text));
        }
        if !seen.insert(folded) {
            let text = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
            return Err(Fault::invalid("InvalidInput", text));
        }
    }
    Ok(())
}

/// The `Tags` element of a resource, left out where there are none.
pub(crate) fn described(tags: &BTreeMap<String, String>) -> Option<Element> {
    (!tags.is_empty()).then(|| Element::new("Tags").with_all(members(tags)))
}

fn members(tags: &BTreeMap<String, String>) -> Vec<Element> {
    let member = |(key, value)| Element::new("member").with_text("Key", key).with_text("Value", value);
    tags.iter().map(member).collect()
}
