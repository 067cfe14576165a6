//! Records as a stream holds them.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// The data of one record. Base64 where it is written as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Record(pub(crate) Bytes);

impl TryFrom<String> for Record {
    type Error = base64::DecodeError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        STANDARD.decode(text).map(|data| Self(data.into()))
    }
}

impl From<Record> for String {
    fn from(record: Record) -> Self {
        STANDARD.encode(record.0)
    }
}

/// Which object the records of a stream become.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Partition {
    /// Those of a stream that does not part them: all one.
    #[default]
    Whole,
    /// Those with these values of the partition keys.
    Of(BTreeMap<String, String>),
    /// Those that could not be processed, each already in the form in which errors are written.
    Failed,
}

/// Records that will become one object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Batch {
    /// Tells it from every other batch.
    pub(crate) number: u64,
    /// What its records have in common.
    #[serde(default)]
    pub(crate) partition: Partition,
    /// When its first record came.
    pub(crate) opened_ms: u64,
    /// The records in the order in which they came.
    pub(crate) records: Vec<Record>,
}

impl Batch {
    /// How much data is in it.
    pub(crate) fn bytes(&self) -> usize {
        self.records.iter().map(|record| record.0.len()).sum()
    }
}
