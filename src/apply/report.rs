//! The outcome of a run. Partial success is ordinary, so it is a value, not an error.

use crate::address::Address;
use crate::aws::MovedField;
use crate::wait_for::WaitFor;

/// What a failed step left behind in the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Aftermath {
    /// Nothing: AWS refused the first writing call.
    Untouched,
    /// Some of the step's writing calls took effect; the next apply continues from there.
    Partial,
    /// No answer came back, so the call may or may not have taken effect; the next apply looks.
    Unknown,
}

impl std::fmt::Display for Aftermath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Untouched => "nothing was changed",
            Self::Partial => "partly done; the next apply continues from there",
            Self::Unknown => "it may or may not have taken effect; the next apply checks",
        })
    }
}

/// One failed step.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Failure {
    /// Which step.
    pub address: Address,
    /// What was attempted and what AWS answered, the whole chain in one line.
    pub error: String,
    /// AWS's error code, where there is one.
    pub code: Option<String>,
    /// What is left behind.
    pub aftermath: Aftermath,
    /// What to do about it.
    pub hint: Option<String>,
    /// Whether AWS refused access.
    pub denied: bool,
    /// What somebody has changed since the plan was made, where that is why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<MovedField>,
    /// What was waited for until the time was up, where that is why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waited_for: Option<WaitFor>,
}

/// A step that was not tried because another one failed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Skipped {
    /// Which step.
    pub address: Address,
    /// The failed step it needed, directly or not.
    pub because_of: Address,
}

/// What became of every step that had something to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Steps carried out.
    pub done: Vec<Address>,
    /// Steps that failed.
    pub failures: Vec<Failure>,
    /// Steps not tried because of a failure.
    pub skipped: Vec<Skipped>,
    /// Steps not started because the user stopped the run.
    pub not_started: Vec<Address>,
    /// Steps that were running when the user gave up waiting for them.
    pub unknown: Vec<Address>,
    /// Whether the user stopped the run.
    pub interrupted: bool,
}

impl Report {
    /// Whether every step was carried out.
    pub fn complete(&self) -> bool {
        self.failures.is_empty()
            && self.skipped.is_empty()
            && self.not_started.is_empty()
            && self.unknown.is_empty()
    }

    /// Whether something was written, or may have been.
    pub fn has_written(&self) -> bool {
        !self.done.is_empty()
            || !self.unknown.is_empty()
            || self.failures.iter().any(|failure| failure.aftermath != Aftermath::Untouched)
    }
}
