//! `logs_destination_policy`: which accounts, or which organisation, may point filters at a destination.
//!
//! AWS has no separate call to read it (the destination's answer contains it), and none to delete it (it is deleted
//! with the destination).

use serde_json::Value;

use super::destination::{LiveDestination, describe};
use super::patience::{ON_ITS_WAY, change, let_through};
use crate::address::{Address, KindName};
use crate::aws::{CallError, StepError, Target};
use crate::provider::Live;
use crate::provider::change::{Diff, FieldChange};
use crate::provider::facts::{Adoption, Facts, Flow, Home, Others, Proof, Removal, Speed, Tagging, Whole};
use crate::provider::fresh::Planned;
use crate::provider::kind::{Fingerprint, Kind, Tagged};
use crate::provider::obstacle::Obstacle;
use crate::provider::policies::{PolicyDocument, PolicySlot};

/// The access policy of a destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogsDestinationPolicy {
    /// The document.
    pub policy: Value,
    /// Whether it migrates between accounts and an organisation.
    pub migration: Migration,
}

/// Which way an access policy migrates: subscriptions show a role to an organisation, and none to accounts, so the two do not
/// go together in one policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Migration {
    /// It does not.
    None,
    /// To an organisation, which AWS accepts only by force while there are subscriptions.
    ToOrganization,
    /// From an organisation to accounts.
    ToAccounts,
}

/// The access policy as it stands.
#[derive(Debug, Clone, Default)]
pub struct LiveDestinationPolicy {
    pub(crate) policy: Option<Value>,
}

impl LogsDestinationPolicy {
    /// What the destination's own answer says about its policy.
    fn of_destination(destination: &LiveDestination) -> Option<LiveDestinationPolicy> {
        destination.access_policy.clone().map(|policy| LiveDestinationPolicy { policy: Some(policy) })
    }

    async fn put(&self, planned: &Planned<LiveDestinationPolicy>, on: &Target<'_>) -> Result<(), StepError> {
        if self.migration != Migration::None {
            // Events that left before their subscription showed a role, or under one that is there no longer, would be
            // refused at the end of their way.
            let_through(on, ON_ITS_WAY).await;
        }
        let policy = self.policy.to_string();
        let force = self.migration == Migration::ToOrganization;
        change(on, || async {
            planned.now(self, on).await?;
            let call = on.clients().logs().put_destination_policy().destination_name(on.name());
            let call = call.access_policy(&policy).set_force_update(force.then_some(true));
            Ok::<(), StepError>(on.write("logs:PutDestinationPolicy", call.send()).await.map(drop)?)
        })
        .await
    }
}

impl Kind for LogsDestinationPolicy {
    type Live = LiveDestinationPolicy;

    const FACTS: Facts = Facts {
        removal: Removal::PartOf(Whole { kind: KindName::LogsDestination, word: "destination" }),
        home: Home::In("destination"),
        tagged: Tagging::Never,
        proof: Proof::Whole,
        adoption: Adoption::Set,
        flow: Flow::Aside,
        others: Others::Nothing,
        holds_policies: true,
        speed: Speed {
            service: "CloudWatch Logs",
            written: "PutDestinationPolicy",
            deleted: "DeleteDestination",
            waits: None,
        },
    };

    const TAGS: Option<Tagged<Self>> = None;

    const FINGERPRINT: Option<Fingerprint<Self>> = None;

    fn stand_in() -> Self {
        Self { policy: Value::Null, migration: Migration::None }
    }

    fn diff(&self, live: &LiveDestinationPolicy) -> Vec<FieldChange> {
        Diff::default().policy("policy", live.policy.as_ref(), Some(&self.policy)).done()
    }

    fn refusal(&self, _live: &LiveDestinationPolicy) -> Option<Obstacle> {
        None
    }

    fn foreign(&self, _live: &LiveDestinationPolicy) -> Vec<FieldChange> {
        Vec::new()
    }

    fn policies(&self) -> Vec<PolicyDocument> {
        vec![PolicyDocument::new(PolicySlot::Destination, &self.policy)]
    }

    fn live_policies(live: &LiveDestinationPolicy) -> Vec<PolicyDocument> {
        live.policy.iter().map(|policy| PolicyDocument::new(PolicySlot::Destination, policy)).collect()
    }

    fn written_over(&self, _live: &LiveDestinationPolicy) -> LiveDestinationPolicy {
        LiveDestinationPolicy { policy: Some(self.policy.clone()) }
    }

    fn within(container: &Live, _address: &Address) -> Option<Option<LiveDestinationPolicy>> {
        let Live::LogsDestination(destination) = container else { return None };
        Some(Self::of_destination(destination))
    }

    async fn read(&self, on: &Target<'_>) -> Result<Option<LiveDestinationPolicy>, CallError> {
        Ok(describe(on).await?.as_ref().and_then(Self::of_destination))
    }

    async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        self.put(&Planned::absent(), on).await
    }

    async fn update(
        &self,
        planned: &Planned<LiveDestinationPolicy>,
        on: &Target<'_>,
    ) -> Result<(), StepError> {
        self.put(planned, on).await
    }

    /// AWS has no call for that: it is deleted with its destination.
    async fn delete(_named: &[FieldChange], _on: &Target<'_>) -> Result<(), StepError> {
        Ok(())
    }
}
