//! The record as it is written. Fields are added, never renamed.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::error::RecordError;
use crate::address::{AccountId, Address};

/// Format of snapshot and journal.
pub(crate) const FORMAT: u32 = 1;

/// How logpipe came to own a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// It was absent, and logpipe made it.
    Created,
    /// Somebody else made it, and the user had it taken over. `destroy` leaves it.
    Adopted,
}

/// How far logpipe is known to have got with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Writing calls were about to be made; they may or may not have taken effect.
    Intended,
    /// The last step on it succeeded.
    Present,
    /// Deletion was about to be tried.
    Deleting,
}

/// One owned resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Id of its account, so that a renamed account is noticed.
    pub account_id: AccountId,
    /// How it became ours.
    pub origin: Origin,
    /// How far we got.
    pub state: State,
    /// What it needs, which is what must outlive it.
    pub needs: BTreeSet<Address>,
    /// Keys of the tags that we have set on it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
    /// Seconds since 1970 of the last change, to tell "not propagated yet" from "wrong".
    pub changed_at: u64,
}

/// What a resource of ours is tied to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ties {
    /// What it needs.
    pub needs: BTreeSet<Address>,
    /// Keys of the tags that we set on it.
    pub tags: BTreeSet<String>,
}

/// The snapshot file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Snapshot {
    pub(crate) format: u32,
    pub(crate) topology: String,
    pub(crate) resources: BTreeMap<Address, Entry>,
}

impl Snapshot {
    /// As it is written.
    pub(super) fn text(&self, place: &str) -> Result<String, RecordError> {
        let mut text = serde_json::to_string_pretty(self).map_err(RecordError::corrupt(place))?;
        text.push('\n');
        Ok(text)
    }
}

/// One line of the journal: what the entry of an address became; `null` when it is forgotten.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) address: Address,
    pub(crate) entry: Option<Entry>,
}
