//! `instance_profile_association`: the instance profile of an EC2 instance.

use super::change::FieldChange;
use super::kind::Kind;
use crate::aws::{CallError, StepError, Target};

/// The profile of an instance, which is named by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceProfileAssociation {
    /// ARN of the profile.
    pub profile_arn: String,
    /// ARN of the role in it, which has to be passed to EC2.
    pub role_arn: String,
    /// Whether another profile that is there may be swapped for it.
    pub replace: bool,
}

/// The profile that an instance has.
#[derive(Debug, Clone, Default)]
pub struct LiveAssociation {
    pub(crate) association_id: String,
    pub(crate) profile_arn: String,
}

impl InstanceProfileAssociation {
    pub(crate) async fn delete(_on: &Target<'_>) -> Result<(), StepError> {
        todo!()
    }
}

impl Kind for InstanceProfileAssociation {
    type Live = LiveAssociation;

    fn diff(&self, _live: &LiveAssociation) -> Vec<FieldChange> {
        todo!()
    }

    async fn read(&self, _on: &Target<'_>) -> Result<Option<LiveAssociation>, CallError> {
        todo!()
    }

    async fn create(&self, _on: &Target<'_>) -> Result<(), StepError> {
        todo!()
    }

    async fn update(&self, _live: &LiveAssociation, _on: &Target<'_>) -> Result<(), StepError> {
        todo!()
    }
}
