//! The streams of a destination, of which several may stand beside each other. Pure.

use std::collections::BTreeSet;

use super::lifecycle::Succession;
use super::numbered;
use crate::topology::{Destination, Topology};

/// The streams as the topology declares them, none of which has a successor yet.
pub(super) fn declared(topology: &Topology, destination: &Destination) -> Vec<Succession> {
    let names = StreamNames::of(topology, destination);
    let numbers = (1..).filter(|number| names.is_free(*number)).take(destination.transport.count());
    numbers.map(|number| Succession { in_use: names.name(number), predecessors: Vec::new() }).collect()
}

/// What the streams of a destination may be called. A name that another destination declares is its own, however it looks.
pub(crate) struct StreamNames<'t> {
    declared: &'t str,
    /// The numbers whose names others declare.
    taken: BTreeSet<u32>,
}

impl<'t> StreamNames<'t> {
    /// Of one destination, which leave to others beside it what those declare.
    pub(crate) fn of(topology: &'t Topology, destination: &'t Destination) -> Self {
        let declared = destination.transport.name();
        let beside = topology
            .destinations
            .values()
            .filter(|other| other.account == destination.account && other.region == destination.region);
        let others = beside.map(|other| other.transport.name()).filter(|name| *name != declared);
        Self { declared, taken: others.filter_map(|name| numbered::number(declared, name)).collect() }
    }

    /// What the stream of a number is called.
    pub(crate) fn name(&self, number: u32) -> String {
        numbered::name(self.declared, number)
    }

    /// The number of the stream that is called so.
    pub(crate) fn number(&self, name: &str) -> Option<u32> {
        numbered::number(self.declared, name).filter(|number| self.is_free(*number))
    }

    /// Whether no other destination declares the name of that number.
    pub(crate) fn is_free(&self, number: u32) -> bool {
        !self.taken.contains(&number)
    }
}
