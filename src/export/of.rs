//! A resource with what it is a part of.

use super::model::Pipeline;
use crate::address::{AccountId, Partition, Region};
use crate::graph::Node;
use crate::provider::Live;

/// A resource, and the pipeline that it is of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Of<'a> {
    pub(super) node: &'a Node,
    pub(super) pipeline: Pipeline<'a>,
}

impl Of<'_> {
    /// Its name.
    pub(super) fn name(&self) -> &str {
        self.node.address.name.as_str()
    }

    /// The id of its account.
    pub(super) fn account(&self) -> &AccountId {
        self.pipeline.account_id(&self.node.address.account)
    }

    /// Its region, or that of the topology where it is in none.
    pub(super) fn region(&self) -> &Region {
        self.node.address.place.region().unwrap_or(&self.pipeline.topology.region)
    }

    /// The partition of all that.
    pub(super) fn partition(&self) -> Partition {
        self.region().partition()
    }

    /// As it is there already.
    pub(super) fn live(&self) -> Option<&Live> {
        self.pipeline.existing.get(&self.node.address)
    }

    /// Whether it is there already.
    pub(super) fn there(&self) -> bool {
        self.live().is_some()
    }
}
