//! What Systems Manager keeps, region by region.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::state::site::Site;
use crate::state::world::World;
use logpipe_identifiers::Region;

use super::tiers::Tier;

/// Systems Manager in one account: parameters by name, region by region.
pub(crate) type SsmState = BTreeMap<Region, BTreeMap<String, Parameter>>;

/// A parameter.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Parameter {
    /// `String` or `StringList`.
    pub(super) kind: String,
    /// Its tier.
    pub(super) tier: Tier,
    /// `text`, or what its values must be.
    pub(super) data_type: String,
    /// What it is for.
    pub(super) description: Option<String>,
    /// Its versions by number; the last one is in effect.
    pub(super) versions: BTreeMap<u64, Version>,
    /// Tags.
    pub(crate) tags: BTreeMap<String, String>,
}

/// A version of a parameter.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Version {
    /// What it holds.
    pub(super) value: String,
    /// When it was put.
    pub(super) put_ms: u64,
}

impl World {
    /// A parameter somewhere.
    pub(crate) fn parameter(&self, site: &Site, name: &str) -> Option<&Parameter> {
        self.accounts.get(&site.account)?.ssm.get(&site.region)?.get(name)
    }

    /// The parameters somewhere.
    pub(super) fn parameters_mut(&mut self, site: &Site) -> &mut BTreeMap<String, Parameter> {
        self.account(&site.account).ssm.entry(site.region.clone()).or_default()
    }
}
