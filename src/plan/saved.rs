//! A plan in a file: what was decided about each address, so that exactly this can be carried out later, or nothing.
//!
//! The file holds digests and no values, so it shows nothing of the topology but addresses.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Allowed, Plan, Reason, Step, TargetPattern, Targets};
use crate::address::Address;
use crate::event::Verb;
use crate::topology::Topology;

/// Format of the file.
const FORMAT: u64 = 1;

/// Which logpipe wrote it; another one may decide otherwise over the same state.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A saved plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedPlan {
    format: u64,
    logpipe: String,
    topology: String,
    /// Digest of the checked topology, so that a change of it is not blamed on AWS.
    topology_digest: String,
    adopt: bool,
    #[serde(default)]
    prune: bool,
    #[serde(default)]
    skip_unreachable: bool,
    targets: Vec<String>,
    steps: BTreeMap<Address, SavedStep>,
}

/// What was decided about one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedStep {
    action: Verb,
    /// Digest of what differs from the live state, and why it is done.
    digest: String,
}

/// Why a saved plan cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// The file is not a saved plan.
    #[error("it is not a plan that `logpipe plan --out` has written: {0}")]
    Unreadable(String),
    /// Another version wrote it.
    #[error("logpipe {0} has written it, and this is logpipe {VERSION}: make the plan again")]
    OtherVersion(String),
    /// It is of another topology.
    #[error("it is a plan of topology `{0}`, and this is `{1}`: name the topology file it was made from")]
    OtherTopology(String, String),
    /// The topology was changed.
    #[error("the topology has been changed since it was made: make the plan again")]
    TopologyChanged,
    /// The live state, or the record, has moved.
    #[error("the plan is stale, because what it was made from has moved since: make it again")]
    Stale(Vec<Moved>),
}

/// One address about which something else would be decided now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Which one.
    pub address: Address,
    /// What was planned; `None` when it was not part of the plan.
    pub planned: Option<Verb>,
    /// What would be planned now, and why; `None` when it is not part of it any more.
    pub now: Option<(Verb, Reason)>,
}

impl SavedPlan {
    /// Saves a plan.
    pub fn of(plan: &Plan, topology: &Topology, allowed: &Allowed) -> Self {
        Self {
            format: FORMAT,
            logpipe: VERSION.to_owned(),
            topology: plan.topology.clone(),
            topology_digest: of_topology(topology),
            adopt: allowed.adopt,
            prune: allowed.prune,
            skip_unreachable: allowed.skip_unreachable,
            targets: allowed.targets.0.iter().map(ToString::to_string).collect(),
            steps: plan.steps.iter().map(|step| (step.address.clone(), saved(step, plan))).collect(),
        }
    }

    /// Whether a text is a saved plan of any version.
    pub fn is_one(text: &str) -> bool {
        serde_json::from_str::<serde_json::Value>(text)
            .is_ok_and(|value| value["logpipe"].is_string() && value["steps"].is_object())
    }

    /// Its text.
    pub fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Reads a text and checks that it is a plan of this topology as it is.
    ///
    /// # Errors
    /// [`Unusable`], when it is not.
    pub fn read(text: &str, topology: &Topology) -> Result<Self, Unusable> {
        let unreadable = |error: serde_json::Error| Unusable::Unreadable(error.to_string());
        let value: serde_json::Value = serde_json::from_str(text).map_err(unreadable)?;
        // Said first, because the rest of another version's file may not be readable.
        if let Some(version) = value["logpipe"].as_str().filter(|version| *version != VERSION) {
            return Err(Unusable::OtherVersion(version.to_owned()));
        }
        let saved: Self = serde_json::from_value(value).map_err(unreadable)?;
        if saved.format != FORMAT {
            return Err(Unusable::Unreadable(format!("its format is {}, not {FORMAT}", saved.format)));
        }
        if saved.topology != topology.name.as_str() {
            return Err(Unusable::OtherTopology(saved.topology, topology.name.to_string()));
        }
        if saved.topology_digest != of_topology(topology) {
            return Err(Unusable::TopologyChanged);
        }
        Ok(saved)
    }

    /// What the user had allowed.
    ///
    /// # Errors
    /// [`Unusable::Unreadable`], for targets that no logpipe has written.
    pub fn allowed(&self) -> Result<Allowed, Unusable> {
        let targets: Result<Vec<TargetPattern>, String> =
            self.targets.iter().map(|target| target.parse()).collect();
        let targets = Targets(targets.map_err(Unusable::Unreadable)?);
        let (adopt, prune, skip_unreachable) = (self.adopt, self.prune, self.skip_unreachable);
        Ok(Allowed { adopt, prune, targets, skip_unreachable })
    }

    /// Whether a plan made now is this one.
    ///
    /// # Errors
    /// [`Unusable::Stale`] with everything that has moved.
    pub fn confirm(&self, now: &Plan) -> Result<(), Unusable> {
        let steps: BTreeMap<&Address, &Step> = now.steps.iter().map(|step| (&step.address, step)).collect();
        let addresses: BTreeSet<&Address> = self.steps.keys().chain(steps.keys().copied()).collect();
        let moved: Vec<Moved> = addresses
            .into_iter()
            .filter(|address| {
                self.steps.get(address) != steps.get(address).map(|step| saved(step, now)).as_ref()
            })
            .map(|address| Moved {
                address: address.clone(),
                planned: self.steps.get(address).map(|step| step.action),
                now: steps.get(address).map(|step| (step.action.verb(), step.reason.clone())),
            })
            .collect();
        if moved.is_empty() { Ok(()) } else { Err(Unusable::Stale(moved)) }
    }
}

fn saved(step: &Step, plan: &Plan) -> SavedStep {
    let mut decided =
        vec![serde_json::json!([step.account, step.changes, step.after, format!("{:?}", step.reason)])];
    let narrowing = step.narrowing.as_ref();
    decided.extend(narrowing.map(|narrowing| serde_json::json!([narrowing.after])));
    // What a plan shows of a role of others is what it was agreed to by.
    let role = plan.roles.iter().find(|role| role.address == step.address);
    decided.extend(role.map(|role| serde_json::json!([role.arn, role.managed, role.inline])));
    let decided = serde_json::Value::from(decided);
    SavedStep { action: step.action.verb(), digest: digest(decided.to_string()) }
}

fn of_topology(topology: &Topology) -> String {
    digest(format!("{:?}", topology.placeless()))
}

fn digest(text: impl AsRef<[u8]>) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
