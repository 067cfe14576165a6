//! Everything that earlier versions of a topology left behind, from the record. Pure.

use std::collections::BTreeMap;

use super::generations::streams;
use super::shards::recorded_shards;
use super::stored::stored;
use crate::address::Address;
use crate::few::Few;
use crate::graph::shards::assigned;
use crate::graph::{Lifecycle, Previous};
use crate::record::{Entry, Origin, Record};
use crate::topology::Topology;

/// What an earlier life of a topology left.
pub fn lifecycle(topology: &Topology, record: &Record) -> Lifecycle {
    let shards = recorded_shards(topology, record);
    Lifecycle {
        streams: streams(topology, &assigned(topology, &shards), record),
        shards,
        parameters: stored(topology, record),
        previous: previous(record),
    }
}

fn previous(record: &Record) -> BTreeMap<Address, Previous> {
    record.entries().iter().map(|(address, entry)| (address.clone(), as_it_was(entry))).collect()
}

/// What others made may be tied to anything, so that only of what logpipe made the ties are its own.
fn as_it_was(entry: &Entry) -> Previous {
    Previous {
        taken_over: entry.origin == Origin::Adopted,
        tags: entry.tags.clone(),
        needs: if entry.origin.is_ours() { entry.needs.clone() } else { Few::default() },
    }
}
