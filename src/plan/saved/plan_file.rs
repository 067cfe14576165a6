//! A plan in a file: the topology and what was decided about each address, so that whoever reviews it reads what will be
//! done, and exactly this can be carried out later, or nothing.
//!
//! The file is canonical JSON with a digest over all of it, which anybody can compute again (`jq -cS 'del(.digest)'
//! FILE | tr -d '\n' | sha256sum`). Of what others wrote, in policies or tags that are there now, it holds digests and
//! no text; external ids it does not hold.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::canonical::{digest, sorted};
use crate::address::{AccountId, Address};
use crate::event::Verb;
use crate::plan::{Allowed, FieldChange, Meanwhile, Narrowing, Plan, Reason, Step, TargetPattern, Targets};
use crate::topology::Topology;

/// Format of the file. The first one held digests alone.
const FORMAT: u64 = 2;

/// Which logpipe wrote it; another one may decide otherwise over the same state.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A saved plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedPlan {
    format: u64,
    logpipe: String,
    /// Digest of all the rest.
    digest: String,
    /// The checked topology, with every default filled in.
    topology: Value,
    adopt: bool,
    #[serde(default)]
    tighten: bool,
    prune: bool,
    skip_unreachable: bool,
    targets: Vec<String>,
    /// In the order in which each comes after what it needs.
    steps: Vec<SavedStep>,
}

/// What was decided about one address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedStep {
    address: Address,
    account: AccountId,
    action: Verb,
    /// Code of the reason.
    reason: String,
    /// Codes of what comes with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    also: Vec<String>,
    changes: Vec<SavedChange>,
    after: Vec<Address>,
    /// The rights that go later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    narrowing: Option<SavedNarrowing>,
    /// Digest of what it does to a role of others, as plans show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role: Option<String>,
}

/// What differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedChange {
    field: String,
    /// What is there: of texts and documents their digest.
    from: Value,
    to: Value,
}

/// Which rights go when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedNarrowing {
    meanwhile: String,
    after: Vec<Address>,
    wait_seconds: u64,
}

/// Why a saved plan cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// The file is not a saved plan.
    #[error("it is not a plan written by `logpipe plan --out`: {0}")]
    Unreadable(String),
    /// Another version wrote it.
    #[error("it was written by logpipe {0}, and this is logpipe {VERSION}: make the plan again")]
    OtherVersion(String),
    /// An earlier logpipe wrote it.
    #[error(
        "it is in format {0}, which does not show what the plan does, and plans are now in format {FORMAT}: make the plan again"
    )]
    OldFormat(u64),
    /// It is not as it was written.
    #[error("it has been changed since it was written, as its digest shows: make the plan again")]
    Changed,
    /// It is of another topology.
    #[error("it is a plan for topology `{0}`, but this is `{1}`: name the topology file it was made from")]
    OtherTopology(String, String),
    /// The topology was changed.
    #[error(
        "the topology has changed since the plan was made, or its variables have other values: make the plan again"
    )]
    TopologyChanged,
    /// The live state, or the record, has moved.
    #[error("the plan is stale, because what it was made from has changed: make it again")]
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
        let saved = Self {
            format: FORMAT,
            logpipe: VERSION.to_owned(),
            digest: String::new(),
            topology: of_topology(topology),
            adopt: allowed.adopt,
            tighten: allowed.tighten,
            prune: allowed.prune,
            skip_unreachable: allowed.skip_unreachable,
            targets: allowed.targets.0.iter().map(ToString::to_string).collect(),
            steps: plan.steps.iter().map(|step| saved(step, plan)).collect(),
        };
        Self { digest: saved.computed(), ..saved }
    }

    /// Whether a text is a saved plan of any format and version.
    pub fn is_one(text: &str) -> bool {
        serde_json::from_str::<Value>(text).is_ok_and(|value| {
            value["logpipe"].is_string() && (value["steps"].is_object() || value["steps"].is_array())
        })
    }

    /// Its text.
    pub fn text(&self) -> String {
        format!("{:#}\n", sorted(&json!(self)))
    }

    /// Reads a text and checks that it is a plan of this topology as it is.
    ///
    /// # Errors
    /// [`Unusable`], when it is not.
    pub fn read(text: &str, topology: &Topology) -> Result<Self, Unusable> {
        let unreadable = |error: serde_json::Error| Unusable::Unreadable(error.to_string());
        let value: Value = serde_json::from_str(text).map_err(unreadable)?;
        // Said first, because the rest of another version's file may not be readable.
        if let Some(version) = value["logpipe"].as_str().filter(|version| *version != VERSION) {
            return Err(Unusable::OtherVersion(version.to_owned()));
        }
        match value["format"].as_u64() {
            Some(FORMAT) | None => {}
            Some(old) if old < FORMAT => return Err(Unusable::OldFormat(old)),
            Some(other) => {
                return Err(Unusable::Unreadable(format!("its format is {other}, not {FORMAT}")));
            }
        }
        let saved: Self = serde_json::from_value(value).map_err(unreadable)?;
        if saved.digest != saved.computed() {
            return Err(Unusable::Changed);
        }
        match saved.topology["name"].as_str() {
            Some(name) if name == topology.name.as_str() => {}
            name => {
                let name = name.unwrap_or_default().to_owned();
                return Err(Unusable::OtherTopology(name, topology.name.to_string()));
            }
        }
        // Both as their one text: the order of keys is no change.
        if digest(&saved.topology) != digest(&of_topology(topology)) {
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
        let Self { adopt, tighten, prune, skip_unreachable, .. } = *self;
        Ok(Allowed { adopt, tighten, prune, targets, skip_unreachable, share: None })
    }

    /// Whether a plan made now is this one.
    ///
    /// # Errors
    /// [`Unusable::Stale`] with everything that has moved.
    pub fn confirm(&self, now: &Plan) -> Result<(), Unusable> {
        let planned: BTreeMap<&Address, &SavedStep> =
            self.steps.iter().map(|step| (&step.address, step)).collect();
        let steps: BTreeMap<&Address, &Step> = now.steps.iter().map(|step| (&step.address, step)).collect();
        let addresses: BTreeSet<&Address> = planned.keys().chain(steps.keys()).copied().collect();
        let moved: Vec<Moved> = addresses
            .into_iter()
            .filter(|address| {
                planned.get(address).copied() != steps.get(address).map(|step| saved(step, now)).as_ref()
            })
            .map(|address| Moved {
                address: address.clone(),
                planned: planned.get(address).map(|step| step.action),
                now: steps.get(address).map(|step| (step.action.verb(), step.reason.clone())),
            })
            .collect();
        if moved.is_empty() { Ok(()) } else { Err(Unusable::Stale(moved)) }
    }

    /// The digest of everything but the digest.
    fn computed(&self) -> String {
        let mut value = json!(self);
        if let Some(members) = value.as_object_mut() {
            members.remove("digest");
        }
        digest(&value)
    }
}

fn saved(step: &Step, plan: &Plan) -> SavedStep {
    // What a plan shows of a role of others is what it was agreed to by.
    let role = plan.roles.iter().find(|role| role.address == step.address);
    SavedStep {
        address: step.address.clone(),
        account: step.account.clone(),
        action: step.action.verb(),
        reason: step.reason.code().to_owned(),
        also: step.reason.also.iter().map(|also| also.code().to_owned()).collect(),
        changes: step.changes.iter().map(saved_change).collect(),
        after: step.after.clone(),
        narrowing: step.narrowing.as_ref().map(saved_narrowing),
        role: role.map(|role| digest(&json!([role.arn, role.managed, role.inline]))),
    }
}

fn saved_change(change: &FieldChange) -> SavedChange {
    SavedChange { field: change.field.to_string(), from: told(&change.from), to: change.to.clone() }
}

/// Of what is there, what says nothing of others: texts and documents may be theirs.
fn told(there: &Value) -> Value {
    match there {
        Value::Null | Value::Bool(_) | Value::Number(_) => there.clone(),
        Value::String(_) | Value::Array(_) | Value::Object(_) => json!({ "sha256": digest(there) }),
    }
}

fn saved_narrowing(narrowing: &Narrowing) -> SavedNarrowing {
    let meanwhile = match narrowing.meanwhile {
        Meanwhile::Changed(_) => "changed",
        Meanwhile::AsItIs => "as_it_is",
        Meanwhile::Waiting => "waiting",
    };
    SavedNarrowing {
        meanwhile: meanwhile.to_owned(),
        after: narrowing.after.clone(),
        wait_seconds: narrowing.wait.as_secs(),
    }
}

fn of_topology(topology: &Topology) -> Value {
    json!(topology)
}
