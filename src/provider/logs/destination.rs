//! `logs_destination`: where subscription filters of other accounts point, in the region of the log groups.

use std::collections::BTreeMap;

use aws_sdk_cloudwatchlogs::types::Destination;

use super::log_group::tag;
use super::patience::{Patience, change};
use crate::address::arn;
use crate::aws::target::PROPAGATION;
use crate::aws::{CallError, StepError, Target};
use crate::provider::change::{Diff, FieldChange, touches};
use crate::provider::facts::{Adoption, Drained, Facts, Flow, Home, Others, Proof, Removal, Speed, Tagging};
use crate::provider::fingerprint;
use crate::provider::fresh::Planned;
use crate::provider::kind::{Fingerprint, Kind, Tagged, found, gone};
use crate::provider::obstacle::Obstacle;
use crate::provider::tags::{OwnTags, Tags};
use serde_json::{Value, json};

/// A destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogsDestination {
    /// ARN of the Firehose stream.
    pub target_arn: String,
    /// ARN of the role CloudWatch Logs puts records with.
    pub role_arn: String,
    /// Tags of ours.
    pub tags: OwnTags,
}

/// A destination as CloudWatch Logs reports it, its access policy included: both come in one answer.
#[derive(Debug, Clone, Default)]
pub struct LiveDestination {
    pub(crate) target_arn: Option<String>,
    pub(crate) role_arn: Option<String>,
    pub(crate) access_policy: Option<Value>,
    pub(crate) tags: Tags,
}

impl LiveDestination {
    /// The fingerprint of a destination that was made like this.
    pub(crate) fn fingerprint(&self) -> String {
        fingerprint::of(&json!([self.target_arn, self.role_arn]))
    }
}

fn arn(on: &Target<'_>) -> String {
    arn::of(on.partition(), "logs", on.region(), on.account.as_str(), &format!("destination:{}", on.name()))
}

impl LogsDestination {
    /// What it is when it is made, to be known by again until it has its tag.
    pub(crate) fn fingerprint(&self) -> String {
        fingerprint::of(&json!([self.target_arn, self.role_arn]))
    }

    /// PutDestination sends a test message through role and stream, and reports any trouble on the way as
    /// `InvalidParameterException`, so while they are new every such answer may pass (Terraform AWS provider,
    /// `internal/service/logs/destination.go`).
    /// `planned` is nothing where it is new.
    async fn put(
        &self,
        planned: Option<&Planned<LiveDestination>>,
        on: &Target<'_>,
    ) -> Result<(), StepError> {
        let patience = Patience::new(on.fresh());
        on.retrying(
            PROPAGATION,
            |error| patience.with_destination(error),
            || async {
                match planned {
                    Some(planned) => drop(planned.now(self, on).await?),
                    None => Planned::vacant(self, on).await?,
                }
                let call = on.clients().logs().put_destination().destination_name(on.name());
                let call = call.target_arn(&self.target_arn).role_arn(&self.role_arn);
                Ok::<(), StepError>(on.write("logs:PutDestination", call.send()).await.map(drop)?)
            },
        )
        .await
    }
}

impl Kind for LogsDestination {
    type Live = LiveDestination;

    const FACTS: Facts = Facts {
        removal: Removal::Drained(Drained {
            pruned: "it is deleted 3 min after the last subscription to it",
            unless_users_waited: false,
            destroyed: Some(
                "subscriptions of other accounts that send to it, which AWS shows only to them, deliver nothing from then on",
            ),
        }),
        home: Home::Own,
        tagged: Tagging::Later,
        proof: Proof::Fingerprint,
        adoption: Adoption::Set,
        flow: Flow::Passes,
        others: Others::Hidden,
        holds_policies: false,
        speed: Speed {
            service: "CloudWatch Logs",
            written: "PutDestination",
            deleted: "DeleteDestination",
            waits: None,
        },
    };

    const TAGS: Option<Tagged<Self>> =
        Some(Tagged { wanted: |it| &it.tags, wanted_mut: |it| &mut it.tags, live: |there| &there.tags });

    const FINGERPRINT: Option<Fingerprint<Self>> = Some(Fingerprint {
        wanted: Self::fingerprint,
        live: LiveDestination::fingerprint,
        leads_to: |live| live.target_arn.as_deref(),
    });

    fn stand_in() -> Self {
        Self { target_arn: String::new(), role_arn: String::new(), tags: OwnTags::default() }
    }

    fn diff(&self, live: &LiveDestination) -> Vec<FieldChange> {
        Diff::default()
            .field("target_arn", live.target_arn.clone(), self.target_arn.clone())
            .field("role_arn", live.role_arn.clone(), self.role_arn.clone())
            .tags(&live.tags, &self.tags)
            .done()
    }

    fn refusal(&self, _live: &LiveDestination) -> Option<Obstacle> {
        None
    }

    fn foreign(&self, _live: &LiveDestination) -> Vec<FieldChange> {
        Vec::new()
    }

    async fn read(&self, on: &Target<'_>) -> Result<Option<LiveDestination>, CallError> {
        let Some(there) = describe(on).await? else { return Ok(None) };
        let call = on.clients().logs().list_tags_for_resource().resource_arn(arn(on));
        // Somebody may have deleted it since.
        let Some(tagged) = found(on.read("logs:ListTagsForResource", call.send()).await)? else {
            return Ok(None);
        };
        let tags = tagged.tags.unwrap_or_default();
        Ok(Some(LiveDestination { tags: tags.into_iter().collect(), ..there }))
    }

    /// Tags go in a second call: in the first they make the test message fail (Terraform AWS provider,
    /// `internal/service/logs/destination.go`).
    async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        self.put(None, on).await?;
        Ok(tag(on, &arn(on), &self.tags, &Tags::new()).await?)
    }

    async fn update(&self, planned: &Planned<LiveDestination>, on: &Target<'_>) -> Result<(), StepError> {
        let changes = planned.changes(self);
        if touches(&changes, "target_arn") || touches(&changes, "role_arn") {
            self.put(Some(planned), on).await?;
        }
        if touches(&changes, "tags") {
            let live = planned.now(self, on).await?;
            tag(on, &arn(on), &self.tags, &live.tags).await?;
        }
        Ok(())
    }

    async fn delete(_named: &[FieldChange], on: &Target<'_>) -> Result<(), StepError> {
        change(on, || async {
            let call = on.clients().logs().delete_destination().destination_name(on.name());
            gone(on.write("logs:DeleteDestination", call.send()).await)
        })
        .await
    }
}

/// The destination without its tags. Prefix look-ups also find longer names.
pub(super) async fn describe(on: &Target<'_>) -> Result<Option<LiveDestination>, CallError> {
    let call = on.clients().logs().describe_destinations().destination_name_prefix(on.name());
    let mut pages = on.pages("logs:DescribeDestinations", |token| call.clone().set_next_token(token).send());
    while let Some(page) = pages.next().await? {
        let exact = |found: &Destination| found.destination_name() == Some(on.name());
        if let Some(there) = page.destinations.unwrap_or_default().into_iter().find(exact) {
            return Ok(Some(there.into()));
        }
    }
    Ok(None)
}

/// Every destination of the account and region of an address by its name, without tags.
///
/// # Errors
/// What AWS answered.
pub(crate) async fn all(on: &Target<'_>) -> Result<BTreeMap<String, LiveDestination>, CallError> {
    let call = on.clients().logs().describe_destinations();
    let pages = on.pages("logs:DescribeDestinations", |token| call.clone().set_next_token(token).send());
    let found = pages.all(|page| page.destinations.unwrap_or_default()).await?;
    let named = found.into_iter().filter_map(|there| Some((there.destination_name.clone()?, there.into())));
    Ok(named.collect())
}

impl From<Destination> for LiveDestination {
    fn from(there: Destination) -> Self {
        let policy = there.access_policy.filter(|text| !text.is_empty());
        Self {
            target_arn: there.target_arn,
            role_arn: there.role_arn,
            access_policy: policy.map(|text| serde_json::from_str(&text).unwrap_or(Value::String(text))),
            tags: Tags::new(),
        }
    }
}
