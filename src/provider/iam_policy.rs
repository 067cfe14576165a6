//! `iam_policy`: a customer managed policy.

use serde_json::Value;

use super::change::FieldChange;
use super::kind::Kind;
use super::tags::{OwnTags, Tags};
use crate::aws::{CallError, StepError, Target};

/// A customer managed policy, of path `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IamPolicy {
    /// What it is for, in one sentence; set at creation, which is the only time AWS takes it.
    pub description: String,
    /// What it says.
    pub document: Value,
    /// Tags of ours.
    pub tags: OwnTags,
}

/// A policy as IAM reports it.
#[derive(Debug, Clone, Default)]
pub struct LiveIamPolicy {
    pub(crate) document: Option<Value>,
    pub(crate) tags: Tags,
}

impl IamPolicy {
    pub(crate) async fn delete(_on: &Target<'_>) -> Result<(), StepError> {
        todo!()
    }
}

impl Kind for IamPolicy {
    type Live = LiveIamPolicy;

    fn diff(&self, _live: &LiveIamPolicy) -> Vec<FieldChange> {
        todo!()
    }

    async fn read(&self, _on: &Target<'_>) -> Result<Option<LiveIamPolicy>, CallError> {
        todo!()
    }

    async fn create(&self, _on: &Target<'_>) -> Result<(), StepError> {
        todo!()
    }

    async fn update(&self, _live: &LiveIamPolicy, _on: &Target<'_>) -> Result<(), StepError> {
        todo!()
    }
}
