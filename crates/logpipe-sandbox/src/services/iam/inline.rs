//! Inline policies of roles.

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::wire::Parameters;
use crate::protocol::xml::Element;
use crate::state::world::World;

use super::operations::{Answer, change, required, role};
use super::{documents, names, pages};

/// PutRolePolicy.
pub(crate) fn put(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let name = required(form, "PolicyName")?;
    let document = required(form, "PolicyDocument")?;
    names::check_policy(name)?;
    change(world, call, form, |role| {
        let others = role.inline.iter().filter(|(other, _)| *other != name).map(|(_, text)| text);
        documents::inline(call, &role.name, document, others)?;
        role.inline.insert(name.to_owned(), document.to_owned());
        Ok(vec![])
    })
}

/// GetRolePolicy.
pub(crate) fn get(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let name = required(form, "PolicyName")?;
    let role = role(world, call, form)?;
    let document = role.inline.get(name).ok_or_else(|| no_such_policy(name))?;
    Ok(vec![
        Element::text("RoleName", &role.name),
        Element::text("PolicyName", name),
        Element::text("PolicyDocument", documents::encoded(document)),
    ])
}

/// ListRolePolicies.
pub(crate) fn list(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let cut = world.rng.cut();
    let role = role(world, call, form)?;
    let names = role.inline.keys().map(|name| Element::text("member", name)).collect();
    pages::page(cut, form, "PolicyNames", names)
}

/// DeleteRolePolicy.
pub(crate) fn delete(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let name = required(form, "PolicyName")?;
    change(world, call, form, |role| {
        role.inline.remove(name).map(|_| vec![]).ok_or_else(|| no_such_policy(name))
    })
}

fn no_such_policy(name: &str) -> Fault {
    Fault::missing("NoSuchEntity", format!("The role policy with name {name} cannot be found."))
}
