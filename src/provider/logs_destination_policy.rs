//! `logs_destination_policy`: which accounts may point filters at a destination.
//!
//! It has no read of its own (the destination's answer holds it) and no delete (it goes with the destination).

use serde_json::Value;

use super::change::{Diff, FieldChange};
use super::kind::Kind;
use super::logs_change::change;
use super::logs_destination::LiveDestination;
use crate::aws::{CallError, StepError, Target};

/// The access policy of a destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogsDestinationPolicy {
    /// The document.
    pub policy: Value,
}

/// The access policy as it stands.
#[derive(Debug, Clone, Default)]
pub struct LiveDestinationPolicy {
    pub(crate) policy: Option<Value>,
}

impl LogsDestinationPolicy {
    /// What the destination's own answer says about its policy.
    pub(crate) fn within(destination: &LiveDestination) -> Option<LiveDestinationPolicy> {
        destination.access_policy.clone().map(|policy| LiveDestinationPolicy { policy: Some(policy) })
    }

    async fn put(&self, on: &Target<'_>) -> Result<(), StepError> {
        let policy = self.policy.to_string();
        change(on, || async {
            let call = on.clients().logs().put_destination_policy().destination_name(on.name());
            on.write("logs:PutDestinationPolicy", call.access_policy(&policy).send()).await.map(drop)
        })
        .await
    }
}

impl Kind for LogsDestinationPolicy {
    type Live = LiveDestinationPolicy;

    fn diff(&self, live: &LiveDestinationPolicy) -> Vec<FieldChange> {
        Diff::default().policy("policy", live.policy.as_ref(), Some(&self.policy)).done()
    }

    async fn read(&self, _on: &Target<'_>) -> Result<Option<LiveDestinationPolicy>, CallError> {
        Ok(None)
    }

    async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        self.put(on).await
    }

    async fn update(&self, _live: &LiveDestinationPolicy, on: &Target<'_>) -> Result<(), StepError> {
        self.put(on).await
    }
}
