//! `iam_role_policy_attachment`: a managed policy attached to a role.

use super::change::FieldChange;
use super::kind::Kind;
use crate::aws::{CallError, StepError, Target};

/// An attachment, whose name is `<role>:<policy>`, or `<role>:aws:<policy>` for policies of AWS; paths are part of the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IamRolePolicyAttachment;

/// An attachment that is there.
#[derive(Debug, Clone, Default)]
pub struct LiveAttachment;

impl IamRolePolicyAttachment {
    pub(crate) async fn delete(_on: &Target<'_>) -> Result<(), StepError> {
        todo!()
    }
}

impl Kind for IamRolePolicyAttachment {
    type Live = LiveAttachment;

    fn diff(&self, _live: &LiveAttachment) -> Vec<FieldChange> {
        todo!()
    }

    async fn read(&self, _on: &Target<'_>) -> Result<Option<LiveAttachment>, CallError> {
        todo!()
    }

    async fn create(&self, _on: &Target<'_>) -> Result<(), StepError> {
        todo!()
    }

    async fn update(&self, _live: &LiveAttachment, _on: &Target<'_>) -> Result<(), StepError> {
        todo!()
    }
}
