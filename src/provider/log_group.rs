//! `log_group`: a log group that logpipe makes, for Firehose's errors or for a source that asks for it.

use super::change::{Diff, FieldChange, touches};
use super::kind::{Kind, found, gone};
use super::logs_change;
use super::tags::{OwnTags, Tags};
use crate::aws::{CallError, Class, StepError, Target};

/// A log group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogGroup {
    /// Days that events are kept; `None` is not managed (CloudWatch Logs then keeps them for ever).
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
    pub(crate) tags: Tags,
}

/// The bare ARN, without `:*`: the form that the tag calls are authorised on.
pub(crate) fn arn(on: &Target<'_>, group: &str) -> String {
    format!("arn:{}:logs:{}:{}:log-group:{group}", on.partition(), on.region(), on.account)
}

impl LogGroup {
    /// Whether the group exists, and its retention. Prefix look-ups also find longer names.
    async fn describe(on: &Target<'_>) -> Result<Option<Option<u32>>, CallError> {
        let call = on.clients().logs().describe_log_groups().log_group_name_prefix(on.name());
        let mut pages = call.into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = on.read("logs:DescribeLogGroups", async { page }).await?;
            let exact = page.log_groups().iter().find(|group| group.log_group_name() == Some(on.name()));
            if let Some(group) = exact {
                return Ok(Some(group.retention_in_days().and_then(|days| u32::try_from(days).ok())));
            }
        }
        Ok(None)
    }

    async fn tags(on: &Target<'_>) -> Result<Option<Tags>, CallError> {
        let call = on.clients().logs().list_tags_for_resource().resource_arn(arn(on, on.name()));
        let answer = found(on.read("logs:ListTagsForResource", call.send()).await)?;
        Ok(answer.map(|answer| answer.tags.unwrap_or_default().into_iter().collect()))
    }

    async fn put_retention(&self, on: &Target<'_>) -> Result<(), StepError> {
        let Some(days) = self.retention_days else { return Ok(()) };
        logs_change::change(on, || async {
            let call = on.clients().logs().put_retention_policy().log_group_name(on.name());
            let call = call.retention_in_days(i32::try_from(days).unwrap_or(i32::MAX));
            on.write("logs:PutRetentionPolicy", call.send()).await.map(drop)
        })
        .await
    }

    /// Deletes the group with its events.
    pub(crate) async fn delete(on: &Target<'_>) -> Result<(), StepError> {
        logs_change::change(on, || async {
            let call = on.clients().logs().delete_log_group().log_group_name(on.name());
            gone(on.write("logs:DeleteLogGroup", call.send()).await)
        })
        .await
    }
}

impl Kind for LogGroup {
    type Live = LiveLogGroup;

    fn diff(&self, live: &LiveLogGroup) -> Vec<FieldChange> {
        let mut diff = Diff::default();
        if let Some(days) = self.retention_days {
            diff = diff.field("retention_days", live.retention_days, days);
        }
        diff.tags(&live.tags, &self.tags).done()
    }

    /// Tags alone prove that a group is there. Only when it has none, or its retention matters, is it described.
    async fn read(&self, on: &Target<'_>) -> Result<Option<LiveLogGroup>, CallError> {
        let Some(tags) = Self::tags(on).await? else { return Ok(None) };
        if !tags.is_empty() && self.retention_days.is_none() {
            return Ok(Some(LiveLogGroup { retention_days: None, tags }));
        }
        Ok(Self::describe(on).await?.map(|retention_days| LiveLogGroup { retention_days, tags }))
    }

    async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        let made = logs_change::change(on, || async {
            let call = on.clients().logs().create_log_group().log_group_name(on.name());
            let tags = self.tags.wanted.clone().into_iter().collect();
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

    async fn update(&self, live: &LiveLogGroup, on: &Target<'_>) -> Result<(), StepError> {
        let changes = self.diff(live);
        if touches(&changes, "retention_days") {
            self.put_retention(on).await?;
        }
        if touches(&changes, "tags") {
            tag(on, &arn(on, on.name()), &self.tags, &live.tags).await?;
        }
        Ok(())
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
    let call = call.set_tags(Some(own.wanted.clone().into_iter().collect()));
    on.write("logs:TagResource", call.send()).await.map(drop)
}
