//! Notes on what others have added to the topology's resources, and on the effect; similar additions share one note.
//! Pure.

use std::collections::BTreeMap;

use crate::address::Address;
use crate::graph::{Graph, Node};
use crate::plan::Note;
use crate::plan::survey::observe::Observed;
use crate::provider::{Field, FieldChange, Live, Notice, Resource};

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
pub(crate) struct Notices(BTreeMap<Notice, Vec<Address>>);

impl Notices {
    /// What there is to know about a resource, or about what is around its place where it does not exist.
    pub(crate) fn about(&mut self, address: &Address, resource: &Resource, observed: &Observed) {
        let Some(live) = observed.at(address) else { return };
        for notice in resource.notices(live) {
            self.add(notice, address);
        }
    }

    /// What is kept is not listed; that others have added to it is still worth a word.
    pub(crate) fn left_as_it_is(&mut self, address: &Address, added: &[FieldChange]) {
        if !added.is_empty() {
            self.add(Notice::Added(fields(added)), address);
        }
    }

    fn add(&mut self, notice: Notice, address: &Address) {
        self.0.entry(notice).or_default().push(address.clone());
    }

    /// The notes, in the order of what they are about.
    pub(crate) fn notes(self) -> Vec<Note> {
        let mut notes: Vec<(Vec<Address>, Notice)> =
            self.0.into_iter().map(|(notice, resources)| (resources, notice)).collect();
        notes.sort();
        notes.into_iter().map(|(resources, notice)| Note::About { resources, notice }).collect()
    }
}

/// What others have added to a resource that is there.
pub(crate) fn added(node: &Node, live: &Live, owned: bool) -> Vec<FieldChange> {
    if !owned && node.resource.uses_existing() { Vec::new() } else { node.resource.foreign(live) }
}

/// The fields that others have added.
pub(crate) fn fields(added: &[FieldChange]) -> Vec<Field> {
    added.iter().map(|change| change.field.clone()).collect()
}

/// What there is to know about what the record owns, and about the places of what does not exist.
pub fn notices(graph: &Graph, observed: &Observed, owned: impl Fn(&Address) -> bool) -> Vec<Note> {
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
        let resources: Vec<Address> =
            (1..=4).map(|number| format!("app/global/iam_role.r{number}").parse().unwrap()).collect();
        let what = |name: &'static str| Notice::Added(vec![Field::from(name).of_others()]);
        for address in &resources {
            notices.add(what("tags"), address);
        }
        notices.add(what("statements"), &resources[1]);
        let one = vec![resources[1].clone()];
        assert_eq!(
            notices.notes(),
            [
                Note::About { resources, notice: what("tags") },
                Note::About { resources: one, notice: what("statements") },
            ]
        );
    }
}
