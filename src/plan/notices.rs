//! What others have added to what the topology names, and what comes of it, in notes: one for what many have alike. Pure.

use std::collections::BTreeMap;

use super::observe::Observed;
use crate::address::Address;
use crate::graph::{Graph, Node};
use crate::provider::{FieldChange, Live, Resource};

/// How many addresses a note names one by one.
const NAMED: usize = 2;

/// What others have added to one resource.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Amended {
    /// Which resource.
    pub address: Address,
    /// What they have added, which stays.
    pub changes: Vec<FieldChange>,
}

/// Notes in the making: what there is to know, and what it is about.
#[derive(Debug, Default)]
pub(super) struct Notices(BTreeMap<String, Vec<Address>>);

impl Notices {
    /// What there is to know about a resource, or about what is around its place where it does not exist.
    pub(super) fn about(&mut self, address: &Address, resource: &Resource, observed: &Observed) {
        let Some(live) = observed.at(address) else { return };
        for notice in resource.notices(live) {
            self.add(notice, address);
        }
    }

    /// What is kept is not listed; that others have added to it is still worth a word.
    pub(super) fn left_as_it_is(&mut self, address: &Address, added: &[FieldChange]) {
        if !added.is_empty() {
            self.add(format!("others have added {}, left as they are", fields(added)), address);
        }
    }

    fn add(&mut self, notice: String, address: &Address) {
        self.0.entry(notice).or_default().push(address.clone());
    }

    /// The notes, in the order of what they are about.
    pub(super) fn notes(self) -> Vec<String> {
        let mut notes: Vec<(Vec<Address>, String)> =
            self.0.into_iter().map(|(notice, about)| (about, notice)).collect();
        notes.sort();
        notes.iter().map(|(about, notice)| format!("{}: {notice}", named(about))).collect()
    }
}

fn named(about: &[Address]) -> String {
    let names: Vec<String> = about.iter().take(NAMED).map(ToString::to_string).collect();
    match about.len().saturating_sub(NAMED) {
        0 => names.join(" and "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// What others have added to a resource that is there.
pub(super) fn added(node: &Node, live: &Live, owned: bool) -> Vec<FieldChange> {
    if !owned && node.resource.uses_existing() { Vec::new() } else { node.resource.foreign(live) }
}

/// The fields that others have added, without the word that says so.
pub(super) fn fields(added: &[FieldChange]) -> String {
    let fields: Vec<&str> =
        added.iter().map(|change| change.field.strip_prefix("foreign.").unwrap_or(&change.field)).collect();
    fields.join(", ")
}

/// What there is to know about what the record owns, and about the places of what does not exist.
pub fn notices(graph: &Graph, observed: &Observed, owned: impl Fn(&Address) -> bool) -> Vec<String> {
    let mut notices = Notices::default();
    for node in graph.nodes.values() {
        if observed.live(&node.address).is_none() || owned(&node.address) {
            notices.about(&node.address, &node.resource, observed);
        }
    }
    notices.notes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_have_alike_is_one_note() {
        let mut notices = Notices::default();
        let addresses: Vec<Address> =
            (1..=4).map(|number| format!("app/global/iam_role.r{number}").parse().unwrap()).collect();
        for address in &addresses {
            notices.add("has a tag".to_owned(), address);
        }
        notices.add("has a policy".to_owned(), &addresses[1]);
        assert_eq!(
            notices.notes(),
            [
                "app/global/iam_role.r1, app/global/iam_role.r2 and 2 more: has a tag",
                "app/global/iam_role.r2: has a policy",
            ]
        );
    }
}
