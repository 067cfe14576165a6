//! What is in CloudWatch Logs.

use serde_json::json;

use super::step::{Answers, Calls};
use crate::address::arn;
use crate::export::of::Of;
use crate::provider::logs::account_policy::LogsAccountPolicy;
use crate::provider::logs::destination::LogsDestination;
use crate::provider::logs::destination_policy::{LogsDestinationPolicy, Migration};
use crate::provider::logs::log_group::LogGroup;
use crate::provider::logs::subscription_filter::SubscriptionFilter;

/// What CloudWatch Logs answers when something of that name is there.
const THERE: &str = r"\(ResourceAlreadyExistsException\)";

/// What passes once another change is done.
const BUSY: Answers = Answers { there: "", passing: "busy" };

/// What passes once the way of a test message is open.
const OPEN_SOON: Answers = Answers { there: "", passing: "not_open_yet" };

/// A log group. One that is there keeps its retention.
pub(super) fn group(group: &LogGroup, of: Of<'_>) -> Calls {
    let arguments = json!({ "logGroupName": of.name(), "tags": *group.tags.wanted });
    let answers = Answers { there: THERE, passing: "busy" };
    let calls = Calls::default().call("logs create-log-group", answers, arguments);
    let Some(days) = group.retention_days else { return calls };
    let retention = json!({ "logGroupName": of.name(), "retentionInDays": days });
    calls.if_made(|calls| calls.call("logs put-retention-policy", BUSY, retention))
}

/// A log stream.
pub(super) fn stream(of: Of<'_>) -> Calls {
    let (group, stream) = of.node.address.name_parts();
    let arguments = json!({ "logGroupName": group, "logStreamName": stream });
    Calls::default().call("logs create-log-stream", Answers { there: THERE, passing: "" }, arguments)
}

/// A destination. Its tags come in a call of their own: in the first they make its test message fail.
pub(super) fn destination(destination: &LogsDestination, of: Of<'_>) -> Calls {
    let put = json!({
        "destinationName": of.name(),
        "targetArn": destination.target_arn,
        "roleArn": destination.role_arn,
    });
    let arn = arn::destination(of.region(), of.account(), of.name());
    let tags = json!({ "resourceArn": arn, "tags": *destination.tags.wanted });
    Calls::default().call("logs put-destination", Answers { there: "", passing: "test_message" }, put).call(
        "logs tag-resource",
        BUSY,
        tags,
    )
}

/// Who may send to it.
pub(super) fn destination_policy(policy: &LogsDestinationPolicy, of: Of<'_>) -> Calls {
    let force = policy.migration == Migration::ToOrganization;
    let arguments = json!({ "destinationName": of.name(), "forceUpdate": force.then_some(true) });
    let document = Some(("--access-policy", &policy.policy));
    Calls::default().with("logs put-destination-policy", BUSY, arguments, document)
}

/// A subscription filter.
pub(super) fn filter(filter: &SubscriptionFilter, of: Of<'_>) -> Calls {
    let (group, name) = of.node.address.name_parts();
    let arguments = json!({
        "logGroupName": group,
        "filterName": name,
        "filterPattern": filter.pattern,
        "destinationArn": &*filter.destination_arn,
        "roleArn": filter.role.wanted(),
        "distribution": filter.distribution,
    });
    Calls::default().call("logs put-subscription-filter", OPEN_SOON, arguments)
}

/// A subscription policy of an account.
pub(super) fn account_policy(policy: &LogsAccountPolicy, of: Of<'_>) -> Calls {
    let arguments = json!({
        "policyName": of.name(),
        "policyType": "SUBSCRIPTION_FILTER_POLICY",
        "scope": "ALL",
        "selectionCriteria": policy.criteria(),
    });
    let document = policy.wanted_document();
    Calls::default().with(
        "logs put-account-policy",
        OPEN_SOON,
        arguments,
        Some(("--policy-document", &document)),
    )
}
