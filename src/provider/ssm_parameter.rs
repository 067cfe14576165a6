//! `ssm_parameter`: a parameter that holds an agent's configuration.

use super::change::FieldChange;
use super::kind::Kind;
use super::tags::{OwnTags, Tags};
use crate::aws::{CallError, StepError, Target};

/// A parameter of type String.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SsmParameter {
    /// What it holds.
    pub value: String,
    /// Tags of ours.
    pub tags: OwnTags,
}

/// A parameter as Systems Manager reports it.
#[derive(Debug, Clone, Default)]
pub struct LiveParameter {
    pub(crate) value: Option<String>,
    pub(crate) tags: Tags,
}

impl SsmParameter {
    pub(crate) async fn delete(_on: &Target<'_>) -> Result<(), StepError> {
        todo!()
    }
}

impl Kind for SsmParameter {
    type Live = LiveParameter;

    fn diff(&self, _live: &LiveParameter) -> Vec<FieldChange> {
        todo!()
    }

    async fn read(&self, _on: &Target<'_>) -> Result<Option<LiveParameter>, CallError> {
        todo!()
    }

    async fn create(&self, _on: &Target<'_>) -> Result<(), StepError> {
        todo!()
    }

    async fn update(&self, _live: &LiveParameter, _on: &Target<'_>) -> Result<(), StepError> {
        todo!()
    }
}
