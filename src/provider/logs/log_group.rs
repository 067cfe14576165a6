//! `log_group`: a log group that logpipe makes, for Firehose's errors or for a source that asks for it.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_sdk_cloudwatchlogs::types::DataProtectionStatus;
use serde_json::Value;

use super::patience;
use super::subscription_filter::filters_on;
use crate::address::arn;
use crate::aws::{CallError, Class, Moved, MovedField, StepError, Target};
use crate::provider::change::{Diff, FieldChange, touches};
use crate::provider::facts::{
    Adoption, Consent, Contents, Expendable, Facts, Flow, Home, Others, Proof, Removal, Speed, Tagging,
};
use crate::provider::field::Field;
use crate::provider::fresh::Planned;
use crate::provider::kind::{Fingerprint, Kind, Tagged, found, gone};
use crate::provider::obstacle::Obstacle;
use crate::provider::tags::{OwnTags, Tags};

/// A log group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogGroup {
    /// Days that events are kept; `None` is not managed (CloudWatch Logs then keeps them forever).
    pub retention_days: Option<u32>,
    /// Tags of ours.
    pub tags: OwnTags,
    /// Whether a group that is there already is simply used: sources say `create`, which means "when missing".
    pub use_existing: bool,
}

/// A log group as CloudWatch Logs reports it.
#[derive(Debug, Clone, Default)]
pub struct LiveLogGroup {
    retention_days: Option<u32>,
    pub(crate) tags: Arc<Tags>,
}

/// The bare ARN, without `:*`: the form that the tag calls are authorised on.
pub(crate) fn arn(on: &Target<'_>, group: &str) -> String {
    arn::of(on.partition(), "logs", on.region(), on.account.as_str(), &format!("log-group:{group}"))
}

/// What CloudWatch Logs says of a group, if it exists. Prefix look-ups also find longer names.
pub(super) async fn describe(
    name: &str,
    on: &Target<'_>,
) -> Result<Option<aws_sdk_cloudwatchlogs::types::LogGroup>, CallError> {
    let call = on.clients().logs().describe_log_groups().log_group_name_prefix(name);
    let mut pages = on.pages("logs:DescribeLogGroups", |token| call.clone().set_next_token(token).send());
    while let Some(page) = pages.next().await? {
        let mut groups = page.log_groups.unwrap_or_default().into_iter();
        if let Some(group) = groups.find(|group| group.log_group_name() == Some(name)) {
            return Ok(Some(group));
        }
    }
    Ok(None)
}

impl LiveLogGroup {
    /// How many days it keeps events, where that was asked for and there is an end to it.
    pub(crate) fn retention_days(&self) -> Option<u32> {
        self.retention_days
    }
}

impl LogGroup {
    async fn tags(on: &Target<'_>) -> Result<Option<Tags>, CallError> {
        let call = on.clients().logs().list_tags_for_resource().resource_arn(arn(on, on.name()));
        let answer = found(on.read("logs:ListTagsForResource", call.send()).await)?;
        Ok(answer.map(|answer| answer.tags.unwrap_or_default().into_iter().collect()))
    }

    async fn put_retention(&self, on: &Target<'_>) -> Result<(), StepError> {
        let Some(days) = self.retention_days else { return Ok(()) };
        patience::change(on, || async {
            let call = on.clients().logs().put_retention_policy().log_group_name(on.name());
            let call = call.retention_in_days(i32::try_from(days).unwrap_or(i32::MAX));
            on.write("logs:PutRetentionPolicy", call.send()).await.map(drop)
        })
        .await
    }
}

fn used(what: impl Into<Field>, how: impl Into<Value>) -> FieldChange {
    FieldChange { field: what.into().of_others(), from: how.into(), to: Value::Null }
}

impl Kind for LogGroup {
    type Live = LiveLogGroup;

    const FACTS: Facts = Facts {
        removal: Removal::HoldsData(Contents {
            holds: "log events",
            loses: "its log events",
            consent: Consent::Destroy,
            // Firehose logs there what it could not deliver.
            expendable: Some(Expendable {
                prefix: "/aws/kinesisfirehose/",
                loses: "the delivery errors in it are deleted with it",
            }),
        }),
        home: Home::Own,
        tagged: Tagging::AtCreation,
        proof: Proof::Tag,
        adoption: Adoption::Set,
        flow: Flow::Starts,
        others: Others::Asked,
        holds_policies: false,
        speed: Speed {
            service: "CloudWatch Logs",
            written: "CreateLogGroup",
            deleted: "DeleteLogGroup",
            waits: None,
        },
    };

    const TAGS: Option<Tagged<Self>> =
        Some(Tagged { wanted: |it| &it.tags, wanted_mut: |it| &mut it.tags, live: |there| &there.tags });

    const FINGERPRINT: Option<Fingerprint<Self>> = None;

    fn stand_in() -> Self {
        Self { retention_days: None, tags: OwnTags::default(), use_existing: false }
    }

    fn diff(&self, live: &LiveLogGroup) -> Vec<FieldChange> {
        let mut diff = Diff::default();
        if let Some(days) = self.retention_days {
            diff = diff.field("retention_days", live.retention_days, days);
        }
        diff.tags(&live.tags, &self.tags).done()
    }

    fn refusal(&self, _live: &LiveLogGroup) -> Option<Obstacle> {
        None
    }

    fn foreign(&self, _live: &LiveLogGroup) -> Vec<FieldChange> {
        Vec::new()
    }

    fn uses_existing(&self) -> bool {
        self.use_existing
    }

    /// Tags alone prove that a group is there. Only when it has none, or its retention matters, is it described.
    async fn read(&self, on: &Target<'_>) -> Result<Option<LiveLogGroup>, CallError> {
        let Some(tags) = Self::tags(on).await? else { return Ok(None) };
        let tags = self.tags.sharing(tags);
        if !tags.is_empty() && self.retention_days.is_none() {
            return Ok(Some(LiveLogGroup { retention_days: None, tags }));
        }
        let days = |group: aws_sdk_cloudwatchlogs::types::LogGroup| {
            group.retention_in_days().and_then(|days| u32::try_from(days).ok())
        };
        let there = describe(on.name(), on).await?;
        Ok(there.map(|group| LiveLogGroup { retention_days: days(group), tags }))
    }

    async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        let made = patience::change(on, || async {
            let call = on.clients().logs().create_log_group().log_group_name(on.name());
            let tags = Tags::clone(&self.tags.wanted).into_iter().collect();
            on.write("logs:CreateLogGroup", call.set_tags(Some(tags)).send()).await.map(drop)
        });
        match made.await {
            // The program that writes to the group may have made it a moment ago; then it is not ours.
            Err(StepError::Call(error)) if error.class == Class::Conflict && self.use_existing => {
                on.found_there();
                return Ok(());
            }
            other => other?,
        }
        self.put_retention(on).await
    }

    async fn update(&self, planned: &Planned<LiveLogGroup>, on: &Target<'_>) -> Result<(), StepError> {
        let (changes, live) = (planned.changes(self), planned.now(self, on).await?);
        if touches(&changes, "retention_days") {
            self.put_retention(on).await?;
        }
        if touches(&changes, "tags") {
            tag(on, &arn(on, on.name()), &self.tags, &live.tags).await?;
        }
        Ok(())
    }

    /// What others have attached to the group, other than the filters of these names: it would be deleted with the
    /// group.
    async fn uses(ours: &BTreeSet<&str>, on: &Target<'_>) -> Result<Vec<FieldChange>, CallError> {
        let (filters, group) = tokio::join!(filters_on(on.name(), on), describe(on.name(), on));
        let filters = match filters {
            // A group of another class than STANDARD has none (turbot/steampipe-plugin-aws#2758).
            Err(error) if error.is("ValidationException", &[]) => Vec::new(),
            filters => filters?.unwrap_or_default(),
        };
        let named =
            filters.iter().filter_map(|filter| Some((filter.filter_name()?, filter.destination_arn())));
        let mut uses: Vec<FieldChange> = named
            .filter(|(name, _)| !ours.contains(name))
            .map(|(name, arn)| used(Field::part(Field::SUBSCRIPTION_FILTERS, name), arn))
            .collect();
        if let Some(group) = group? {
            let metrics = group.metric_filter_count().filter(|count| *count > 0);
            uses.extend(metrics.map(|count| used(Field::METRIC_FILTERS, count)));
            let status = group.data_protection_status().filter(|it| **it == DataProtectionStatus::Activated);
            uses.extend(status.map(|status| used("data_protection", status.as_str())));
        }
        Ok(uses)
    }

    /// Deletes the group with its events, and with what others have on it as far as that has been `named`. Our filters
    /// have gone before it.
    async fn delete(named: &[FieldChange], on: &Target<'_>) -> Result<(), StepError> {
        patience::change(on, || async {
            let mut unnamed = Self::uses(&BTreeSet::new(), on).await?;
            unnamed.retain(|use_| !named.iter().any(|named| named.field == use_.field));
            if !unnamed.is_empty() {
                let uses = unnamed.into_iter();
                let uses = uses.map(|it| MovedField {
                    field: it.field.to_string(),
                    planned: Value::Null,
                    now: it.from,
                });
                return Err(StepError::Moved(Moved::Used(uses.collect())));
            }
            let call = on.clients().logs().delete_log_group().log_group_name(on.name());
            Ok(gone(on.write("logs:DeleteLogGroup", call.send()).await)?)
        })
        .await
    }
}

/// Sets our tags on anything of CloudWatch Logs that has an ARN, and takes those away that are no longer wanted.
pub(crate) async fn tag(on: &Target<'_>, arn: &str, own: &OwnTags, live: &Tags) -> Result<(), CallError> {
    let logs = on.clients().logs();
    let taken_away: Vec<String> = own.taken_away(live).cloned().collect();
    if !taken_away.is_empty() {
        let call = logs.untag_resource().resource_arn(arn).set_tag_keys(Some(taken_away));
        on.write("logs:UntagResource", call.send()).await?;
    }
    let call = logs.tag_resource().resource_arn(arn);
    let call = call.set_tags(Some(Tags::clone(&own.wanted).into_iter().collect()));
    on.write("logs:TagResource", call.send()).await.map(drop)
}
