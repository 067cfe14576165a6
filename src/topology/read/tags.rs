//! `tags`: of the whole topology, and of single resources on top of them.

use std::collections::BTreeMap;

use super::field::Field;
use crate::topology::finding::Findings;
use crate::topology::keys::forms::names;
use crate::topology::keys::root::MOST_TAGS;

/// Reads tags that go on top of others.
pub(in crate::topology) fn tags(
    field: Field<'_>,
    common: &BTreeMap<String, String>,
    findings: &mut Findings,
) -> Option<BTreeMap<String, String>> {
    let entries = field.entries(findings)?;
    let further = common.keys().filter(|key| !entries.contains_key(key.as_str())).count();
    if entries.len() + further > MOST_TAGS {
        let message = match further {
            0 => format!("{} tags", entries.len()),
            _ => format!("{} tags in addition to the {further} of the topology", entries.len()),
        };
        let why = "AWS allows 50 tags on a resource, and logpipe adds its own";
        findings.add(field.key_span, message, why, format!("keep at most {MOST_TAGS} tags"));
    }
    let mut tags = BTreeMap::new();
    let mut folded = BTreeMap::new();
    for (key, entry) in entries {
        if let Err(why) = names::TAG_KEY.check(key) {
            findings.add(entry.key_span, format!("`{key}` cannot be a tag key"), why, "choose another key");
        }
        // IAM keeps the case of tag keys and ignores it when it compares them.
        if let Some(other) = folded.insert(key.to_lowercase(), entry.key_span) {
            let places =
                if other > entry.key_span { (other, entry.key_span) } else { (entry.key_span, other) };
            let why = "IAM ignores the case of tag keys, and roles get these tags";
            findings.add_conflict(
                places,
                format!("the tag `{key}` is given twice"),
                why,
                "remove one of the two",
            );
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
    differ_in_case(field, common, &tags, findings);
    Some(tags)
}

/// A tag of one resource replaces that of the topology only when both are written alike.
fn differ_in_case(
    field: Field<'_>,
    common: &BTreeMap<String, String>,
    tags: &BTreeMap<String, String>,
    findings: &mut Findings,
) {
    for key in tags.keys() {
        let same = |other: &&String| other.to_lowercase() == key.to_lowercase() && *other != key;
        if let Some(other) = common.keys().find(same) {
            let message = format!("the tag `{key}` differs only in case from `{other}` of the topology");
            let why = "IAM ignores the case of tag keys";
            findings.add(field.span(), message, why, format!("write `{other}` in both places"));
        }
    }
}
