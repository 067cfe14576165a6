//! `policy` and `extra_policies` of an agent: what its role may do by policies that logpipe makes.

use std::collections::BTreeMap;

use super::document;
use crate::topology::finding::Findings;
use crate::topology::keys::agents as keys;
use crate::topology::keys::forms::names;
use crate::topology::keys::{KeyOr, List, Text};
use crate::topology::model::{AgentPolicy, ExtraPolicy, OwnRole};
use crate::topology::policy_files::PolicyFiles;
use crate::topology::read::destinations::destination::{Naming, written_name};
use crate::topology::read::field::Field;
use crate::topology::read::root::Common;
use crate::topology::read::tags;

/// The agent's own policy.
pub(in crate::topology) fn policy(
    field: Field<'_>,
    naming: &Naming<'_>,
    findings: &mut Findings,
) -> Option<AgentPolicy> {
    let section = field.section(keys::OF_POLICY.kind.0, findings)?;
    let mut scope = |key: &KeyOr<List<Text>>| {
        let help = "write a name, or a pattern with `*`";
        let form = key.kind.items.form;
        let written = section
            .list(key, findings, |item, findings| item.formed(&form, help, findings).map(str::to_owned));
        written.unwrap_or_else(|| key.default.0.iter().map(ToString::to_string).collect())
    };
    let log_groups = scope(&keys::LOG_GROUPS);
    let parameters = scope(&keys::PARAMETERS);
    Some(AgentPolicy {
        name: naming.name(&section, &keys::POLICY_NAME, "-agent", findings),
        log_groups,
        parameters,
        principal_tags: section
            .get(&keys::PRINCIPAL_TAGS)
            .map(|field| principal_tags(field, findings))
            .unwrap_or_default(),
    })
}

fn principal_tags(field: Field<'_>, findings: &mut Findings) -> BTreeMap<String, String> {
    let mut tags = BTreeMap::new();
    for (key, entry) in field.entries(findings).unwrap_or_default() {
        if let Err(why) = names::PRINCIPAL_TAG_KEY.check(key) {
            findings.add(entry.key_span, format!("`{key}` cannot be a tag key"), why, "choose another key");
        }
        let Some(value) = entry.text(findings) else { continue };
        if let Err(why) = names::TAG_VALUE.check(value) {
            findings.add(
                entry.span(),
                format!("the tag `{key}` cannot have this value"),
                why,
                "choose another value",
            );
        }
        tags.insert(key.to_owned(), value.to_owned());
    }
    tags
}

/// A role of our own has the tags it is given, so that one it will not have is known by now.
pub(in crate::topology) fn role_has_tags(
    policy: &AgentPolicy,
    role: &OwnRole,
    field: Option<Field<'_>>,
    common: &Common,
    findings: &mut Findings,
) {
    let owner = common.name.as_ref().map(|name| ("logpipe:topology", name.as_str()));
    let of = |tags: &BTreeMap<String, String>, key: &str| {
        // The case of keys in the condition aws:PrincipalTag does not matter (IAM User Guide, "AWS global condition context
        // keys").
        tags.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value.clone())
    };
    for (key, value) in &policy.principal_tags {
        let owned =
            owner.filter(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value.to_owned());
        let there = of(&role.tags, key).or_else(|| of(&common.tags, key)).or(owned);
        if there.as_ref() == Some(value) {
            continue;
        }
        let place = field.map(|field| field.node.place(&["principal_tags", key])).unwrap_or_default();
        let why = match there {
            Some(other) => {
                format!("on the role, the tag has the value `{other}`, so the policy would allow nothing")
            }
            None => "the role has no such tag, so the policy would allow nothing".to_owned(),
        };
        let help = format!("add `{key}: {value}` to `tags` of the topology or of the role");
        findings.add(place, format!("the role does not have the principal tag `{key}: {value}`"), why, help);
    }
}

/// Policies of the user's own.
pub(in crate::topology) fn extra(
    field: Field<'_>,
    common: &Common,
    files: &dyn PolicyFiles,
    findings: &mut Findings,
) -> Vec<ExtraPolicy> {
    let items = field.items(findings).unwrap_or_default().into_iter();
    items.filter_map(|item| one_extra(item, common, files, findings)).collect()
}

fn one_extra(
    item: Field<'_>,
    common: &Common,
    files: &dyn PolicyFiles,
    findings: &mut Findings,
) -> Option<ExtraPolicy> {
    let section = item.section(&keys::EXTRA_POLICY, findings)?;
    let name = section
        .need(&keys::EXTRA_NAME, findings)
        .map(|field| written_name(field, &keys::EXTRA_NAME, findings));
    let document = match (section.get(&keys::FILE), section.get(&keys::DOCUMENT)) {
        (Some(file), None) => document::of_file(file, common.partition(), files, findings),
        (None, Some(document)) => document::written(document, common.partition(), findings),
        (Some(file), Some(document)) => {
            let why = "both give the content of the policy";
            let places = (document.key_span, file.key_span);
            findings.add_conflict(places, "both `document` and `file` are set", why, "remove one of the two");
            None
        }
        (None, None) => {
            let message = "an entry of `extra_policies` has neither `file` nor `document`";
            let why = "nothing gives the content of the policy";
            findings.add(item.key_span, message, why, "add `file: policies/my.json`, or a `document`");
            None
        }
    };
    let tags = section.get(&keys::EXTRA_TAGS).and_then(|field| tags::tags(field, &common.tags, findings));
    Some(ExtraPolicy { name: name?, document: document?, tags: tags.unwrap_or_default() })
}
