//! `subscription_filter`: sends a log group's events to a destination. Its name is `<log group>:<filter>`.

use std::time::Duration;

use super::change::{Diff, FieldChange};
use super::kind::{Kind, found, gone};
use crate::aws::wait::Wait;
use crate::aws::{CallError, StepError, Target};

/// PutSubscriptionFilter sends a test message all the way; five minutes is what Terraform's AWS provider allows
/// (`internal/service/logs/subscription_filter.go`).
const REACHABLE: Wait = Wait {
    what: "the destination to accept the filter",
    limit: Duration::from_secs(300),
    first: Duration::from_secs(2),
    longest: Duration::from_secs(10),
};

/// A filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionFilter {
    /// ARN of the destination.
    pub destination_arn: String,
    /// Filter pattern; empty matches everything.
    pub pattern: String,
}

/// A filter as CloudWatch Logs reports it.
#[derive(Debug, Clone, Default)]
pub struct LiveFilter {
    pub(crate) destination_arn: Option<String>,
    pub(crate) pattern: Option<String>,
    /// Set on filters that point straight at a stream; with it a logical destination's filter stays valid.
    role_arn: Option<String>,
}

impl SubscriptionFilter {
    async fn put(&self, role_arn: Option<&str>, on: &Target<'_>) -> Result<(), StepError> {
        let fresh = on.fresh();
        let passing = |error: &CallError| {
            error.is("OperationAbortedException", &["Please try again"])
                || (fresh
                    && (error.is("InvalidParameterException", &["Could not deliver test message to specified"])
                        || error.is(
                            "ValidationException",
                            &["Make sure you have given CloudWatch Logs permission to assume the provided role"],
                        )))
        };
        let (group, filter) = on.address.name_parts();
        let result = on
            .retrying(REACHABLE, passing, || async {
                let call =
                    on.clients().logs().put_subscription_filter().log_group_name(group).filter_name(filter);
                let call = call.filter_pattern(&self.pattern).destination_arn(&self.destination_arn);
                let call = call.set_role_arn(role_arn.map(str::to_owned));
                on.write("logs:PutSubscriptionFilter", call.send()).await.map(drop)
            })
            .await;
        match result {
            Err(StepError::Call(error)) if error.is("LimitExceededException", &[]) => {
                Err(slots_taken(error, on).await)
            }
            other => other,
        }
    }

    pub(crate) async fn delete(on: &Target<'_>) -> Result<(), StepError> {
        let (group, filter) = on.address.name_parts();
        let call = on.clients().logs().delete_subscription_filter().log_group_name(group).filter_name(filter);
        Ok(gone(on.write("logs:DeleteSubscriptionFilter", call.send()).await)?)
    }
}

impl Kind for SubscriptionFilter {
    type Live = LiveFilter;

    fn diff(&self, live: &LiveFilter) -> Vec<FieldChange> {
        Diff::default()
            .field("destination_arn", live.destination_arn.clone(), self.destination_arn.clone())
            .field("pattern", live.pattern.clone(), self.pattern.clone())
            .done()
    }

    async fn read(&self, on: &Target<'_>) -> Result<Option<LiveFilter>, CallError> {
        let (group, filter) = on.address.name_parts();
        let call = on.clients().logs().describe_subscription_filters().log_group_name(group);
        let answer =
            on.read("logs:DescribeSubscriptionFilters", call.filter_name_prefix(filter).send()).await?;
        let filters = answer.subscription_filters.unwrap_or_default();
        Ok(filters.into_iter().find(|found| found.filter_name() == Some(filter)).map(|found| LiveFilter {
            destination_arn: found.destination_arn,
            pattern: Some(found.filter_pattern.unwrap_or_default()),
            role_arn: found.role_arn,
        }))
    }

    async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        self.put(None, on).await
    }

    /// A role that a sender has set stays: AWS tells users to set it before a destination turns to an
    /// organisation policy.
    async fn update(&self, live: &LiveFilter, on: &Target<'_>) -> Result<(), StepError> {
        let keeps_destination = live.destination_arn.as_deref() == Some(self.destination_arn.as_str());
        self.put(live.role_arn.as_deref().filter(|_| keeps_destination), on).await
    }
}

/// AWS only says "Resource limit exceeded."; what the user needs is who holds the slots.
async fn slots_taken(error: CallError, on: &Target<'_>) -> StepError {
    let (group, _) = on.address.name_parts();
    let call = on.clients().logs().describe_subscription_filters().log_group_name(group);
    let Ok(Some(answer)) = found(on.read("logs:DescribeSubscriptionFilters", call.send()).await) else {
        return StepError::Call(error);
    };
    let holders: Vec<String> = answer
        .subscription_filters()
        .iter()
        .map(|filter| {
            format!("`{}` → {}", filter.filter_name().unwrap_or("?"), filter.destination_arn().unwrap_or("?"))
        })
        .collect();
    let held = format!("the filter slots of {group} are held by {}", holders.join(" and "));
    StepError::Call(CallError { message: format!("{} {held}", error.message), ..error })
}
