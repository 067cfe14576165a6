//! A section of the topology as a table of its keys.

use serde_json::Value;

use super::key::Described;

/// A map with a fixed set of keys.
pub(in crate::topology) struct Table {
    /// Its name in the schema, unlike any other's.
    pub(in crate::topology) name: &'static str,
    /// Where it is in a topology; empty for the whole topology.
    pub(in crate::topology) path: &'static str,
    /// What it is, in a sentence or two.
    pub(in crate::topology) meaning: &'static str,
    /// Its keys, in the order of messages and of the reference.
    pub(in crate::topology) keys: &'static [&'static dyn Described],
    /// Rules between keys, as schemas of their own.
    pub(in crate::topology) conditions: fn() -> Vec<Value>,
}

impl Table {
    /// The names of its keys.
    pub(in crate::topology) fn names(&self) -> Vec<&'static str> {
        self.keys.iter().map(|key| key.name()).collect()
    }
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Table").field(&self.name).finish()
    }
}
