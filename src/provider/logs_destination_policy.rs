//! `logs_destination_policy`: which accounts, or which organisation, may point filters at a destination.
//!
//! It has no read of its own (the destination's answer holds it) and no delete (it goes with the destination).

use std::time::Duration;

use serde_json::Value;

use super::change::{Diff, FieldChange};
use super::kind::Kind;
use super::logs_change::{ON_ITS_WAY, change};
use super::logs_destination::LiveDestination;
use crate::aws::wait::Wait;
use crate::aws::{CallError, StepError, Target};

const UNDER_WAY: Wait = Wait {
    what: "events to arrive that left without a role",
    limit: ON_ITS_WAY,
    first: Duration::from_secs(15),
    longest: Duration::from_secs(30),
};

/// The access policy of a destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogsDestinationPolicy {
    /// The document.
    pub policy: Value,
    /// Whether AWS is told that it may turn from accounts to an organisation while there are subscriptions.
    pub force: bool,
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
        if self.force {
            // Events that left before their subscription showed a role would be refused at the end of their way.
            on.pass(UNDER_WAY).await;
        }
        let policy = self.policy.to_string();
        change(on, || async {
            let call = on.clients().logs().put_destination_policy().destination_name(on.name());
            let call = call.access_policy(&policy).set_force_update(self.force.then_some(true));
            on.write("logs:PutDestinationPolicy", call.send()).await.map(drop)
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
