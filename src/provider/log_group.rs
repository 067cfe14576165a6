//! `log_group`: a log group that logpipe makes, for Firehose's errors or for a source that asks for it.

use super::change::{Diff, FieldChange, Tags, touches};
use super::kind::{Kind, found, gone};
use crate::aws::{CallError, Class, StepError, Target};

/// A log group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogGroup {
    /// Days that events are kept; `None` is not managed (CloudWatch Logs then keeps them for ever).
    pub retention_days: Option<u32>,
    /// Tags of ours.
    pub tags: Tags,
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

    async fn put_retention(&self, on: &Target<'_>) -> Result<(), CallError> {
        let Some(days) = self.retention_days else { return Ok(()) };
        let call = on.clients().logs().put_retention_policy().log_group_name(on.name());
        let call = call.retention_in_days(i32::try_from(days).unwrap_or(i32::MAX));
        on.write("logs:PutRetentionPolicy", call.send()).await.map(drop)
    }

    /// Deletes the group with its events.
    pub(crate) async fn delete(on: &Target<'_>) -> Result<(), StepError> {
        let call = on.clients().logs().delete_log_group().log_group_name(on.name());
        Ok(gone(on.write("logs:DeleteLogGroup", call.send()).await)?)
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
        let call = on.clients().logs().create_log_group().log_group_name(on.name());
        let tags = self.tags.clone().into_iter().collect();
        match on.write("logs:CreateLogGroup", call.set_tags(Some(tags)).send()).await {
            // The program that writes to the group may have made it a moment ago; then it is not ours.
            Err(error) if error.class == Class::Conflict && self.use_existing => {
                on.found_there();
                return Ok(());
            }
            other => other?,
        };
        Ok(self.put_retention(on).await?)
    }

    async fn update(&self, live: &LiveLogGroup, on: &Target<'_>) -> Result<(), StepError> {
        let changes = self.diff(live);
        if touches(&changes, "retention_days") {
            self.put_retention(on).await?;
        }
        if touches(&changes, "tags") {
            tag(on, &arn(on, on.name()), &self.tags).await?;
        }
        Ok(())
    }
}

/// Sets tags on anything of CloudWatch Logs that has an ARN.
pub(crate) async fn tag(on: &Target<'_>, arn: &str, tags: &Tags) -> Result<(), CallError> {
    let call = on.clients().logs().tag_resource().resource_arn(arn);
    let call = call.set_tags(Some(tags.clone().into_iter().collect()));
    on.write("logs:TagResource", call.send()).await.map(drop)
}
