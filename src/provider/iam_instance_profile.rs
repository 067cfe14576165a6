//! `iam_instance_profile`: an instance profile with its one role.

use super::change::FieldChange;
use super::kind::Kind;
use super::tags::{OwnTags, Tags};
use crate::aws::{CallError, StepError, Target};

/// An instance profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IamInstanceProfile {
    /// Name of its role.
    pub role: String,
    /// Tags of ours.
    pub tags: OwnTags,
}

/// An instance profile as IAM reports it.
#[derive(Debug, Clone, Default)]
pub struct LiveInstanceProfile {
    pub(crate) role: Option<String>,
    pub(crate) tags: Tags,
}

impl IamInstanceProfile {
    pub(crate) async fn delete(_on: &Target<'_>) -> Result<(), StepError> {
        todo!()
    }
}

impl Kind for IamInstanceProfile {
    type Live = LiveInstanceProfile;

    fn diff(&self, _live: &LiveInstanceProfile) -> Vec<FieldChange> {
        todo!()
    }

    async fn read(&self, _on: &Target<'_>) -> Result<Option<LiveInstanceProfile>, CallError> {
        todo!()
    }

    async fn create(&self, _on: &Target<'_>) -> Result<(), StepError> {
        todo!()
    }

    async fn update(&self, _live: &LiveInstanceProfile, _on: &Target<'_>) -> Result<(), StepError> {
        todo!()
    }
}
