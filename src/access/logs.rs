//! What the kinds of CloudWatch Logs call.

use super::right::Doing::{Create, Delete, Read, Update};
use super::right::{Doing, Purpose, Rights, Spot};
use crate::address::Region;
use crate::provider::Resource;
use crate::provider::logs::sender_role::SenderRole;

/// A log group with all that is in it: the form that most actions are authorised on (CloudWatch Logs User Guide,
/// "CloudWatch Logs resources and operations"). A pattern may end in what covers that already.
pub(super) fn whole_group(spot: &Spot<'_>, group: &str) -> String {
    let end = if group.ends_with('*') { "" } else { ":*" };
    spot.arn("logs", &format!("log-group:{group}{end}"))
}

/// Tags are authorised on the ARN without `:*`, whatever a group is made with on either.
pub(super) fn group(spot: &Spot<'_>, resource: Option<&Resource>, rights: &mut Rights) {
    let purpose = Purpose::LogGroups;
    for arn in [spot.arn("logs", &format!("log-group:{}", spot.name)), whole_group(spot, spot.name)] {
        let mut allow = |doings, actions: &[&'static str]| rights.allow(purpose, doings, &arn, actions);
        allow(&[Read], &["logs:ListTagsForResource"]);
        allow(&[Create], &["logs:CreateLogGroup"]);
        allow(&[Create, Update], &["logs:TagResource"]);
        allow(&[Update], &["logs:UntagResource"]);
        if matches!(resource, Some(Resource::LogGroup(group)) if group.retention_days.is_some()) {
            allow(&[Create, Update], &["logs:PutRetentionPolicy"]);
        }
        allow(&[Delete], &["logs:DeleteLogGroup"]);
    }
    // What others have on it is looked at before it goes.
    let all = whole_group(spot, spot.name);
    rights.allow(Purpose::Subscriptions, &[Delete], &all, &["logs:DescribeSubscriptionFilters"]);
    rights.allow_on_everything(&[Read, Delete], &["logs:DescribeLogGroups"]);
}

pub(super) fn stream(spot: &Spot<'_>, rights: &mut Rights) {
    let (group, stream) = spot.name_parts();
    let all = whole_group(spot, group);
    rights.allow(Purpose::ListLogStreams, &[Read], &all, &["logs:DescribeLogStreams"]);
    let arn = spot.arn("logs", &format!("log-group:{group}:log-stream:{stream}"));
    rights.allow(Purpose::ErrorStreams, &[Create], &arn, &["logs:CreateLogStream"]);
    rights.allow(Purpose::ErrorStreams, &[Delete], &arn, &["logs:DeleteLogStream"]);
}

pub(super) fn destination(spot: &Spot<'_>, resource: Option<&Resource>, rights: &mut Rights) {
    let arn = spot.arn("logs", &format!("destination:{}", spot.name));
    let mut allow =
        |doings, actions: &[&'static str]| rights.allow(Purpose::Destinations, doings, &arn, actions);
    allow(&[Read], &["logs:ListTagsForResource"]);
    allow(&[Create, Update], &["logs:PutDestination", "logs:TagResource"]);
    allow(&[Update], &["logs:UntagResource"]);
    allow(&[Delete], &["logs:DeleteDestination"]);
    rights.allow_on_everything(&[Read], &["logs:DescribeDestinations"]);
    if let (Some(Resource::LogsDestination(destination)), Some(region)) = (resource, spot.place.region()) {
        rights.pass_role(Purpose::PassToLogs, &[Create, Update], &destination.role_arn, principal(region));
    }
}

/// It is read and deleted with its destination.
pub(super) fn destination_policy(spot: &Spot<'_>, rights: &mut Rights) {
    let arn = spot.arn("logs", &format!("destination:{}", spot.name));
    rights.allow(Purpose::Destinations, &[Create, Update], &arn, &["logs:PutDestinationPolicy"]);
}

pub(super) fn filter(spot: &Spot<'_>, resource: Option<&Resource>, rights: &mut Rights) {
    let (group, _) = spot.name_parts();
    let arn = whole_group(spot, group);
    let purpose = Purpose::Subscriptions;
    rights.allow(purpose, &[Read], &arn, &["logs:DescribeSubscriptionFilters"]);
    rights.allow(Purpose::Subscribe, &[Create, Update], &arn, &["logs:PutSubscriptionFilter"]);
    rights.allow(purpose, &[Delete], &arn, &["logs:DeleteSubscriptionFilter"]);
    if let Some(Resource::SubscriptionFilter(filter)) = resource {
        entitle(spot, &filter.destination_arn, &filter.role, rights);
    }
}

/// What it does to log groups takes the rights on them beside its own (CloudWatch Logs API Reference,
/// PutAccountPolicy, DescribeAccountPolicies, DeleteAccountPolicy).
pub(super) fn account_policy(spot: &Spot<'_>, resource: Option<&Resource>, rights: &mut Rights) {
    let groups = spot.arn("logs", "log-group:*");
    let mut allow = |purpose, doings: &'static [Doing], own, on_groups| {
        rights.allow_on_everything(doings, &[own]);
        rights.allow(purpose, doings, &groups, &[on_groups]);
    };
    let (manage, subscribe) = (Purpose::Subscriptions, Purpose::Subscribe);
    allow(manage, &[Read], "logs:DescribeAccountPolicies", "logs:DescribeSubscriptionFilters");
    allow(subscribe, &[Create, Update], "logs:PutAccountPolicy", "logs:PutSubscriptionFilter");
    allow(manage, &[Delete], "logs:DeleteAccountPolicy", "logs:DeleteSubscriptionFilter");
    if let Some(Resource::LogsAccountPolicy(policy)) = resource {
        entitle(spot, &policy.destination_arn, &policy.role, rights);
    }
}

/// Whoever subscribes needs the right on the destination too (CloudWatch Logs User Guide, "Create a subscription
/// filter", across accounts), and hands over the role that is shown.
fn entitle(spot: &Spot<'_>, destination: &str, role: &SenderRole, rights: &mut Rights) {
    let put = &["logs:PutSubscriptionFilter"];
    rights.allow(Purpose::Subscribe, &[Create, Update], destination, put);
    if let (true, Some(region)) = (role.shown, spot.place.region()) {
        rights.pass_role(Purpose::PassToLogs, &[Create, Update], &role.arn, principal(region));
    }
}

fn principal(region: &Region) -> String {
    region.partition().logs_principal(region)
}
