//! Who holds an agent's policies: `role`, `instance_profile` and `associate_with`, or `attach_to` instead of them.

use crate::topology::finding::Findings;
use crate::topology::keys::agents as keys;
use crate::topology::model::{Holder, OwnRole};
use crate::topology::read::destinations::destination::Naming;
use crate::topology::read::field::Field;
use crate::topology::read::managed::{self, Home};
use crate::topology::read::root::Common;
use crate::topology::read::section::Section;
use crate::topology::read::tags;

/// The keys of a role that logpipe makes.
const OF_OWN: [&str; 3] = ["role", "instance_profile", "associate_with"];

/// Reads whichever it is.
pub(in crate::topology) fn holder(
    section: &Section<'_>,
    naming: &Naming<'_>,
    home: &Home<'_>,
    common: &Common,
    findings: &mut Findings,
) -> Holder {
    let Some(field) = section.get(&keys::ATTACH_TO) else {
        return Holder::Own(own(section, naming, home, common, findings));
    };
    for other in OF_OWN.into_iter().filter_map(|key| section.named(key)) {
        let message = format!("`{}` cannot be combined with `attach_to`", other.name);
        let why = "`attach_to` uses an existing role, so logpipe makes no role or instance profile";
        let places = (other.key_span, field.key_span);
        findings.add_conflict(places, message, why, "remove one of the two");
    }
    attach_to(field, findings).unwrap_or_else(|| Holder::Role(String::new()))
}

/// The list of instances, wherever it is written.
pub(in crate::topology) fn instances<'n>(section: &Section<'n>) -> Option<Field<'n>> {
    // Anything else than a map is noted where it is read.
    let mut unheard = Findings::default();
    let mut below = |key: &str| section.named(key)?.entries(&mut unheard)?.get("instances").copied();
    below("attach_to").or_else(|| below("associate_with"))
}

fn attach_to(field: Field<'_>, findings: &mut Findings) -> Option<Holder> {
    let section = field.section(keys::ATTACH_TO.kind.0, findings)?;
    match (section.get(&keys::ATTACHED_ROLE), section.get(&keys::ATTACHED_INSTANCES)) {
        (Some(role), None) => {
            let name = role.text(findings)?;
            if let Err(why) = keys::ATTACHED_ROLE.kind.form.check(name) {
                let help = "write the name of the role, with its path if it has one, not its ARN";
                findings.add(role.span(), format!("`{name}` cannot be a role name"), why, help);
            }
            Some(Holder::Role(name.to_owned()))
        }
        (None, Some(field)) => Some(Holder::RoleOf(instance_ids(field, findings))),
        (Some(role), Some(instances)) => {
            let why = "both say which role gets the policies";
            let places = (instances.key_span, role.key_span);
            findings.add_conflict(
                places,
                "both `instances` and `role` are set",
                why,
                "remove one of the two",
            );
            None
        }
        (None, None) => {
            let why = "nothing says which role gets the policies";
            let help = "write `{ role: my-role }`, or `{ instances: [i-…] }` for the role of those instances";
            findings.add(field.key_span, "`attach_to` has neither `role` nor `instances`", why, help);
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
    let role = section.sub(&keys::OF_ROLE, findings).unwrap_or_default();
    let tags = role.get(&keys::ROLE_TAGS);
    let associate = section.sub(&keys::ASSOCIATE_WITH, findings);
    OwnRole {
        name: naming.name(&role, &keys::ROLE_NAME, "", findings),
        managed_policies: managed::policies(&role, &keys::MANAGED, home, findings),
        tags: tags.and_then(|field| tags::tags(field, &common.tags, findings)).unwrap_or_default(),
        instance_profile: naming.name(section, &keys::INSTANCE_PROFILE, "", findings),
        associate_with: associate.as_ref().map(|section| associated(section, findings)).unwrap_or_default(),
        replace: associate.unwrap_or_default().value(&keys::REPLACE, findings),
    }
}

fn associated(section: &Section<'_>, findings: &mut Findings) -> Vec<String> {
    let field = section.need(&keys::ASSOCIATED_INSTANCES, findings);
    field.map(|field| instance_ids(field, findings)).unwrap_or_default()
}

fn instance_ids(field: Field<'_>, findings: &mut Findings) -> Vec<String> {
    let kind = &keys::ATTACHED_INSTANCES.kind;
    let help = "copy the id from the EC2 console, such as `i-0134c94a753025b8b`";
    field.list(kind, findings, |item, findings| {
        item.formed(&kind.items.form, help, findings).map(str::to_owned)
    })
}
