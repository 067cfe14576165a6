//! Subscriptions as they are, whoever made them: every filter on a log group, and every policy of an account.

use std::collections::BTreeSet;

use super::account_policy::{LiveAccountPolicy, policies};
use super::event_selection::EventSelection;
use super::subscription_filter::filters_on;
use crate::aws::{CallError, Target};

/// One subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its name, the same only once on a log group or in an account and region.
    pub name: String,
    /// ARN of what it sends to; empty where AWS does not tell.
    pub destination: String,
    /// Filter pattern; empty matches everything.
    pub pattern: String,
    /// What else than its pattern decides which events it takes, by AWS's names, where anything does.
    pub narrowed_by: Vec<&'static str>,
    /// What it is on.
    pub on: On,
    /// The role that it shows, if it shows one.
    pub role: Option<String>,
    /// How events are spread over shards, in AWS's word, where that is said.
    pub distribution: Option<String>,
    /// What it adds to events, by AWS's names.
    pub adds: Vec<String>,
}

/// What a subscription is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum On {
    /// One log group.
    LogGroup,
    /// Every log group of the account and region but these; `None` where its criteria are none that are known.
    Account(Option<BTreeSet<String>>),
}

impl Subscription {
    /// Whether it takes the events of a log group that it may be on; `None` where nobody can tell.
    pub fn takes(&self, group: &str) -> Option<bool> {
        match &self.on {
            On::LogGroup => Some(true),
            On::Account(excluded) => excluded.as_ref().map(|excluded| !excluded.contains(group)),
        }
    }
}

/// The filters on the log group of an address; `None` when there is no such group.
///
/// # Errors
/// What AWS answered, `ValidationException` about groups of a class that takes no filters.
pub(crate) async fn on_log_group(on: &Target<'_>) -> Result<Option<Vec<Subscription>>, CallError> {
    let filters = filters_on(on.name(), on).await?;
    Ok(filters.map(|filters| {
        let subscription = |filter: aws_sdk_cloudwatchlogs::types::SubscriptionFilter| {
            let selection = EventSelection::of_filter(&filter);
            Subscription {
                narrowed_by: narrowed_by(&selection),
                adds: selection.added(),
                name: filter.filter_name.unwrap_or_default(),
                destination: filter.destination_arn.unwrap_or_default(),
                pattern: filter.filter_pattern.unwrap_or_default(),
                on: On::LogGroup,
                role: filter.role_arn.filter(|arn| !arn.is_empty()),
                distribution: filter.distribution.map(|how| how.as_str().to_owned()),
            }
        };
        filters.into_iter().map(subscription).collect()
    }))
}

/// The subscription policies of the account and region of an address.
///
/// # Errors
/// What AWS answered.
pub(crate) async fn of_account(on: &Target<'_>) -> Result<Vec<Subscription>, CallError> {
    let policies = policies(on).await?;
    let subscription = |policy: &aws_sdk_cloudwatchlogs::types::AccountPolicy| {
        let live = LiveAccountPolicy::from(policy);
        Subscription {
            narrowed_by: narrowed_by(&live.selection),
            adds: live.selection.added(),
            on: On::Account(live.excluded()),
            distribution: live.distribution.clone(),
            name: policy.policy_name().unwrap_or_default().to_owned(),
            destination: live.destination_arn.unwrap_or_default(),
            pattern: live.pattern.unwrap_or_default(),
            role: live.role_arn.filter(|arn| !arn.is_empty()),
        }
    };
    Ok(policies.iter().map(subscription).collect())
}

/// What of a selection drops events or changes them, by the names that differences have.
fn narrowed_by(selection: &EventSelection) -> Vec<&'static str> {
    let criteria = selection.criteria().map(|_| "field_selection_criteria");
    let transformed = selection.transformed().then_some("apply_on_transformed_logs");
    criteria.into_iter().chain(transformed).collect()
}
