//! Policy documents as values, and what is wrong with texts that are not policy documents.

use serde_json::Value;

use super::condition::Condition;
use super::principal::PrincipalElement;
use super::reading;
use super::wildcard::{Pattern, plain};

/// Why a text is not a policy document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Not JSON.
    #[error("the policy is not JSON (line {line}, column {column}): {message}")]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the JSON parser says.
        message: String,
    },
    /// JSON, but not of the policy language.
    #[error("{place}: {message}")]
    Malformed {
        /// Which part: `policy`, `statement 2`, or a statement's `Sid`.
        place: String,
        /// What is wrong and what would be right.
        message: String,
    },
    /// An action without a service.
    #[error("{place}: action \"{action}\" must be \"*\" or \"service:Action\"")]
    NoService {
        /// Which statement.
        place: String,
        /// The action.
        action: String,
    },
}

/// A parsed policy document.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    pub(super) version: Version,
    pub(super) statements: Vec<Statement>,
}

impl Policy {
    /// Parses a document from its text.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let value: Value = serde_json::from_str(text).map_err(|error| PolicyError::NotJson {
            line: error.line(),
            column: error.column(),
            message: error.to_string(),
        })?;
        Self::from_value(&value)
    }

    /// Parses a document from JSON already read.
    pub fn from_value(value: &Value) -> Result<Self, PolicyError> {
        reading::policy(value)
    }
}

/// The version of the policy language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// The default when a document names none; it has no variables.
    V2008,
    V2012,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Allow,
    Deny,
}

/// `Action` or `NotAction`, `Resource` or `NotResource`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) negated: bool,
    pub(super) entries: Vec<Entry>,
}

/// One of the texts that an element lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// As written.
    pub(super) text: String,
    /// What it matches; nothing where variables decide, which every request has its own values for.
    pub(super) pattern: Option<Pattern>,
}

impl Entry {
    /// An action, which is the same whatever its case.
    pub(super) fn action(text: String) -> Self {
        let pattern = Some(Pattern::of_text(plain(&text.to_ascii_lowercase())));
        Self { text, pattern }
    }

    /// A resource.
    pub(super) fn resource(text: String) -> Self {
        let pattern = (!text.contains("${")).then(|| Pattern::of_resource(plain(&text)));
        Self { text, pattern }
    }
}

/// One statement.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Statement {
    /// Its `Sid`, else `statement <number>`; no other statement of the policy has it.
    pub(super) label: String,
    pub(super) effect: Effect,
    pub(super) principal: Option<PrincipalElement>,
    pub(super) action: Element,
    pub(super) resource: Option<Element>,
    pub(super) conditions: Vec<Condition>,
}
