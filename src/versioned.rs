//! A text that several machines share, with conditional writes: a writer replaces only the version that it has seen.
//! Others may be beside it.
//!
//! Owns only the interface: `record/` builds its lock on it, and `aws/` implements it in S3.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;

/// One text, shared.
pub trait Versioned: fmt::Debug + Send + Sync {
    /// Where it is, for people, such as `s3://bucket/key`.
    fn name(&self) -> &str;

    /// How long whoever has written it may keep others off without writing it again.
    fn lease(&self) -> Duration;

    /// Reads it; nothing where there is none.
    fn read(&self) -> BoxFuture<'_, Result<Option<VersionRead>, Trouble>>;

    /// Writes it over this version, or where there is none.
    fn write(&self, text: Bytes, over: Option<String>) -> BoxFuture<'_, Result<Written, Trouble>>;

    /// Removes it, whatever version is there, or none.
    fn remove(&self) -> BoxFuture<'_, Result<(), Trouble>>;

    /// Another one, whose name is that of this one with an ending.
    fn beside(&self, ending: &str) -> Arc<dyn Versioned>;
}

/// A text as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRead {
    /// The text, as it was written.
    pub text: Bytes,
    /// Which version of it.
    pub version: String,
    /// How long ago it was written, both ends by the clock of whoever keeps it.
    pub age: Duration,
}

/// What became of a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// It is there, as this version.
    As(String),
    /// Another version is there than the one to be written over. It may be this very text, where an answer was lost.
    Refused,
}

/// The place where it is kept could not be reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Trouble {
    /// What was attempted, and what came of it.
    pub text: String,
    /// Whether access was refused.
    pub denied: bool,
    /// What to do about it.
    pub hint: Option<String>,
}
