//! The record as it is written. Fields are added, never renamed.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::base::BaseName;
use super::error::RecordError;
use crate::address::{AccountId, Address};
use crate::few::Few;

/// Newest format of the snapshot: 2 where entries are beside it, in a base or in parts, and 1 where all of them are in it.
pub(crate) const FORMAT: u32 = 2;

/// Format of the journal. In format 1 it had no first line that says so.
pub(crate) const JOURNAL_FORMAT: u32 = 2;

/// How logpipe came to own a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// It was absent, and logpipe made it.
    Created,
    /// Somebody else made it, and the user had it taken over. `destroy` leaves it.
    Adopted,
    /// Logpipe made it, as its tag says, and the user had it taken over after the record was lost.
    Recovered,
}

impl Origin {
    /// Whether logpipe made it, so that it may remove it.
    pub fn is_ours(self) -> bool {
        self != Self::Adopted
    }
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
    pub needs: Few<Address>,
    /// Keys of the tags that we have set on it.
    #[serde(default, skip_serializing_if = "Few::is_empty")]
    pub tags: Few<String>,
    /// What was to be made, in a few bytes, of kinds that bear no tag from their first moment on: as long as it is only
    /// intended, what is there is ours if it is one of these.
    #[serde(default, skip_serializing_if = "Few::is_empty")]
    pub fingerprints: Few<String>,
    /// The digest of what the last step on it that was completed made it, in sixteen hexadecimal digits. It tells what has
    /// changed since from what has never been as it should.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "hexadecimal")]
    pub applied: Option<u64>,
    /// Seconds since 1970 of the last change, to tell "not propagated yet" from "wrong".
    pub changed_at: u64,
}

/// A number of 64 bits as text: not every program that reads JSON has that many.
mod hexadecimal {
    use serde::{Deserialize, Deserializer, Serializer, de};

    #[expect(clippy::ref_option, reason = "serde passes it so")]
    pub(super) fn serialize<S: Serializer>(number: &Option<u64>, serializer: S) -> Result<S::Ok, S::Error> {
        match number {
            Some(number) => serializer.serialize_str(&format!("{number:016x}")),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| u64::from_str_radix(&text, 16).map_err(de::Error::custom)).transpose()
    }
}

/// What a resource of ours is tied to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ties {
    /// What it needs.
    pub needs: Few<Address>,
    /// Keys of the tags that we set on it.
    pub tags: Few<String>,
    /// What it is to be, in a few bytes.
    pub fingerprint: Option<String>,
    /// The digest of what it is to be, of what has been made.
    pub applied: Option<u64>,
}

/// The lock of a shared record. Every write renews it; it ends with the last one, or so long after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lease {
    /// Who holds it, since when; for people.
    pub(crate) holder: String,
    /// How long it outlives the last write.
    pub(crate) seconds: u64,
}

/// The record, but for the entries that are in its base, if it names one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Snapshot {
    pub(crate) format: u32,
    pub(crate) topology: String,
    /// How often it was written, where it is shared.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) number: u64,
    /// The run that wrote it last, where it is shared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) run: Option<String>,
    /// Who holds it, where it is shared and held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) lease: Option<Lease>,
    /// Where the entries are that `resources` does not mention.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) base: Option<BaseName>,
    /// Bases that are of no use any more, and may still be there.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) former: BTreeSet<BaseName>,
    /// Where the record is kept in parts: the number that it had when it was split, which the parts bear too. It has no
    /// entries then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) split: Option<u64>,
    /// Whether whoever holds it is about to split it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) splitting: bool,
    /// Of a part: the number of the split that it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) part_of: Option<u64>,
    /// Every entry, or what became of entries since the base was written: `null` of one that is forgotten.
    pub(crate) resources: BTreeMap<Address, Option<Entry>>,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

fn is_false(truth: &bool) -> bool {
    !truth
}

impl Snapshot {
    /// That of a topology, with nothing in it but these resources.
    pub(super) fn new(topology: &str, resources: BTreeMap<Address, Entry>) -> Self {
        Self {
            format: FORMAT,
            topology: topology.to_owned(),
            number: 0,
            run: None,
            lease: None,
            base: None,
            former: BTreeSet::new(),
            split: None,
            splitting: false,
            part_of: None,
            resources: resources.into_iter().map(|(address, entry)| (address, Some(entry))).collect(),
        }
    }

    /// As it is written. Without a base, earlier versions read it too, and people do at least as often.
    pub(super) fn text(&mut self, place: &str) -> Result<String, RecordError> {
        let beside = self.base.is_some() || !self.former.is_empty();
        let plain = !beside && !self.splitting && self.split.is_none() && self.part_of.is_none();
        self.format = if plain { 1 } else { FORMAT };
        let text = if plain { serde_json::to_string_pretty(self) } else { serde_json::to_string(self) };
        let mut text = text.map_err(RecordError::corrupt(place))?;
        text.push('\n');
        Ok(text)
    }
}

/// The first line of the journal, by which another topology knows that it is not its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Heading {
    pub(crate) format: u32,
    pub(crate) topology: String,
}

/// Any other line of the journal: what the entry of an address became; `null` when it is forgotten.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) address: Address,
    pub(crate) entry: Option<Entry>,
}
