//! Who holds an agent's policies: `role`, `instance_profile` and `associate_with`, or `attach_to` in place of them.

use crate::topology::finding::Findings;
use crate::topology::keys::names;
use crate::topology::model::{Holder, OwnRole};
use crate::topology::read::destinations::destination::Naming;
use crate::topology::read::field::{Field, Keys, Section};
use crate::topology::read::managed::{self, Home};
use crate::topology::read::root::Common;
use crate::topology::read::sources::several;
use crate::topology::read::tags;

pub(in crate::topology) const ROLE_KEYS: Keys =
    Keys { known: &["name", "managed_policies", "tags"], later: &[] };

pub(in crate::topology) const ASSOCIATE_KEYS: Keys = Keys { known: &["instances", "replace"], later: &[] };

pub(in crate::topology) const ATTACH_KEYS: Keys = Keys { known: &["role", "instances"], later: &[] };

/// The keys of a role that logpipe makes.
const OF_OWN: [&str; 3] = ["role", "instance_profile", "associate_with"];

/// The policies of AWS that the role of an agent gets, when nothing is said.
pub(in crate::topology) const MANAGED: [&str; 2] =
    ["CloudWatchAgentServerPolicy", "AmazonSSMManagedInstanceCore"];

/// Reads whichever it is.
pub(in crate::topology) fn holder(
    section: &Section<'_>,
    naming: &Naming<'_>,
    home: &Home<'_>,
    common: &Common,
    findings: &mut Findings,
) -> Holder {
    let Some(field) = section.get("attach_to") else {
        return Holder::Own(own(section, naming, home, common, findings));
    };
    for other in OF_OWN.into_iter().filter_map(|key| section.get(key)) {
        let message = format!("`{}` beside `attach_to`", other.name);
        let why = "`attach_to` uses a role that is there; no role or instance profile is made";
        let places = (other.key_span, field.key_span);
        findings.add_conflict(places, message, why, "remove one of the two");
    }
    attach_to(field, findings).unwrap_or_else(|| Holder::Role(String::new()))
}

/// The list of instances, wherever it is written.
pub(in crate::topology) fn instances<'n>(section: &Section<'n>) -> Option<Field<'n>> {
    // Anything else than a map is noted where it is read.
    let mut unheard = Findings::default();
    let mut below = |key: &str| section.get(key)?.entries(&mut unheard)?.get("instances").copied();
    below("attach_to").or_else(|| below("associate_with"))
}

fn attach_to(field: Field<'_>, findings: &mut Findings) -> Option<Holder> {
    let section = field.section(ATTACH_KEYS, findings)?;
    match (section.get("role"), section.get("instances")) {
        (Some(role), None) => {
            let name = role.text(findings)?;
            if let Err(why) = names::ROLE_WITH_PATH.check(name) {
                let help = "write the name of the role, with its path if it has one, and not its ARN";
                findings.add(role.span(), format!("`{name}` cannot be a role"), why, help);
            }
            Some(Holder::Role(name.to_owned()))
        }
        (None, Some(field)) => Some(Holder::RoleOf(instance_ids(field, findings))),
        (Some(role), Some(instances)) => {
            let why = "both say which role gets the policies";
            let places = (instances.key_span, role.key_span);
            findings.add_conflict(places, "`instances` beside `role`", why, "remove one of the two");
            None
        }
        (None, None) => {
            let why = "nothing says which role gets the policies";
            let help = "write `{ role: my-role }`, or `{ instances: [i-…] }` for the role that they have";
            findings.add(field.key_span, "`attach_to` has no `role` and no `instances`", why, help);
            None
        }
    }
}

fn own(
    section: &Section<'_>,
    naming: &Naming<'_>,
    home: &Home<'_>,
    common: &Common,
    findings: &mut Findings,
) -> OwnRole {
    let role = section.get("role").and_then(|field| field.section(ROLE_KEYS, findings));
    let tags = role.as_ref().and_then(|role| role.get("tags"));
    let associate = section.get("associate_with").and_then(|field| field.section(ASSOCIATE_KEYS, findings));
    OwnRole {
        name: naming.name(role.as_ref(), "name", "", names::ROLE, findings),
        managed_policies: managed::policies(role.as_ref(), &MANAGED, home, findings),
        tags: tags.and_then(|field| tags::tags(field, &common.tags, findings)).unwrap_or_default(),
        instance_profile: naming.name(
            Some(section),
            "instance_profile",
            "",
            names::INSTANCE_PROFILE,
            findings,
        ),
        associate_with: associate.as_ref().map(|section| associated(section, findings)).unwrap_or_default(),
        replace: associate
            .and_then(|section| section.get("replace"))
            .and_then(|field| field.flag(findings))
            .unwrap_or(false),
    }
}

fn associated(section: &Section<'_>, findings: &mut Findings) -> Vec<String> {
    let why = "the instance profile goes onto instances that are named";
    let field = section.need("instances", why, "add `instances: [i-…]`", findings);
    field.map(|field| instance_ids(field, findings)).unwrap_or_default()
}

fn instance_ids(field: Field<'_>, findings: &mut Findings) -> Vec<String> {
    several(field, findings, |item, findings| {
        let id = item.text(findings)?;
        if let Err(why) = names::INSTANCE.check(id) {
            let help = "copy the id from the EC2 console, such as `i-0134c94a753025b8b`";
            findings.add(item.span(), format!("`{id}` cannot be an instance id"), why, help);
        }
        Some(id.to_owned())
    })
}
