//! What is in CloudWatch Logs.

use serde_json::json;

use super::part::Part;
use crate::export::of::Of;
use crate::provider::logs::account_policy::LogsAccountPolicy;
use crate::provider::logs::destination::LogsDestination;
use crate::provider::logs::destination_policy::{LogsDestinationPolicy, Migration};
use crate::provider::logs::log_group::LogGroup;
use crate::provider::logs::subscription_filter::SubscriptionFilter;

/// AWS's word for a subscription among the policies that an account can have.
const SUBSCRIPTION: &str = "SUBSCRIPTION_FILTER_POLICY";

/// A log group. One that others made is only looked at.
pub(super) fn group(group: &LogGroup, of: Of<'_>) -> Part {
    if group.use_existing && of.there() && !of.has_its_tag() {
        return Part::data("aws_cloudwatch_log_group", json!({ "name": of.name() }));
    }
    let arguments = json!({
        "name": of.name(),
        "retention_in_days": group.retention_days,
        "tags": of.tags(&group.tags),
    });
    Part::resource("aws_cloudwatch_log_group", arguments).known_as(of.there(), of.name())
}

/// A log stream.
pub(super) fn stream(of: Of<'_>) -> Part {
    let (group, stream) = of.node.address.name_parts();
    let arguments = json!({ "name": stream, "log_group_name": group });
    Part::resource("aws_cloudwatch_log_stream", arguments).known_as(of.there(), format!("{group}:{stream}"))
}

/// A destination.
pub(super) fn destination(destination: &LogsDestination, of: Of<'_>) -> Part {
    let arguments = json!({
        "name": of.name(),
        "target_arn": destination.target_arn,
        "role_arn": destination.role_arn,
        "tags": of.tags(&destination.tags),
    });
    Part::resource("aws_cloudwatch_log_destination", arguments).known_as(of.there(), of.name())
}

/// Who may send to it.
pub(super) fn destination_policy(policy: &LogsDestinationPolicy, of: Of<'_>) -> Part {
    let arguments = json!({
        "destination_name": of.name(),
        "access_policy": policy.policy.to_string(),
        "force_update": (policy.migration == Migration::ToOrganization).then_some(true),
    });
    Part::resource("aws_cloudwatch_log_destination_policy", arguments).known_as(of.there(), of.name())
}

/// A subscription filter.
pub(super) fn filter(filter: &SubscriptionFilter, of: Of<'_>) -> Part {
    let (group, name) = of.node.address.name_parts();
    let arguments = json!({
        "name": name,
        "log_group_name": group,
        "filter_pattern": filter.pattern,
        "destination_arn": &*filter.destination_arn,
        "role_arn": filter.role.wanted(),
        "distribution": filter.distribution,
    });
    Part::resource("aws_cloudwatch_log_subscription_filter", arguments)
        .known_as(of.there(), format!("{group}|{name}"))
}

/// A subscription policy of an account.
pub(super) fn account_policy(policy: &LogsAccountPolicy, of: Of<'_>) -> Part {
    let arguments = json!({
        "policy_name": of.name(),
        "policy_type": SUBSCRIPTION,
        "policy_document": policy.wanted_document().to_string(),
        "scope": "ALL",
        "selection_criteria": policy.criteria(),
    });
    Part::resource("aws_cloudwatch_log_account_policy", arguments)
        .known_as(of.there(), format!("{}:{SUBSCRIPTION}", of.name()))
}
