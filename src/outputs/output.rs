//! One output, and all of them.

use serde_json::Value;

use super::{destinations, roles};
use crate::address::Address;
use crate::graph::Lifecycle;
use crate::record::Record;
use crate::topology::Topology;

/// One output.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// Its name: the destination's key, a dot, and what it is.
    pub name: String,
    /// Text or a number.
    pub value: Value,
    /// The resource it is of, unless of several.
    pub address: Option<Address>,
    /// Whether that is there, as far as the record knows.
    pub applied: bool,
}

impl Output {
    /// The value as scripts want it: text without quotes.
    pub fn bare(&self) -> String {
        self.value.as_str().map_or_else(|| self.value.to_string(), str::to_owned)
    }
}

/// Every output, of destinations first, then of agents and of readers.
pub fn outputs(topology: &Topology, lifecycle: &Lifecycle, record: &Record) -> Vec<Output> {
    let mut all = destinations::outputs(topology, lifecycle, record);
    all.extend(roles::outputs(topology, lifecycle, record));
    all
}
