//! `organization`: the organisation that destinations may admit.

use super::finding::Findings;
use super::organization::Organization;
use super::read::{Keys, Section};

pub(super) const KEYS: Keys = Keys { known: &["id"], later: &["account", "include", "exclude"] };

/// Reads it; `None` when it is not written, or wrong, which is noted already.
pub(super) fn read(root: &Section<'_>, findings: &mut Findings) -> Option<Organization> {
    let section = root.get("organization")?.section(KEYS, findings)?;
    let id = match section.get("id") {
        Some(field) => Some(field.identifier(findings)?),
        None => None,
    };
    Some(Organization { id })
}
