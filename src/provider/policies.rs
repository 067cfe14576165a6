//! The policies of resources: their kinds and their documents.

use serde_json::Value;

/// What a policy is for its resource, of which it may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicySlot {
    /// Who may assume a role.
    Trust,
    /// What a role may do by the policy in it that logpipe writes.
    Inline,
    /// The same by one that others wrote.
    InlineOfOthers,
    /// What whoever it is attached to may do.
    Managed,
    /// Who may do what with a bucket.
    Bucket,
    /// Who may send to a destination.
    Destination,
}

impl PolicySlot {
    /// What it is called.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trust => "trust policy",
            Self::Inline => "inline policy",
            Self::InlineOfOthers => "inline policy of others",
            Self::Managed => "managed policy",
            Self::Bucket => "bucket policy",
            Self::Destination => "destination policy",
        }
    }
}

/// A policy that belongs to a resource.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyDocument {
    /// Which of its policies.
    pub kind: PolicySlot,
    /// Its name, of those of which a resource has several.
    pub name: Option<String>,
    /// The document.
    pub value: Value,
}

impl PolicyDocument {
    pub(super) fn new(kind: PolicySlot, value: &Value) -> Self {
        Self { kind, name: None, value: value.clone() }
    }
}
