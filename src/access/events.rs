//! The calls of `logs`: reading log events, and looking up the log groups of a glob.

use super::logs::whole_group;
use super::right::Doing::{Cover, ReadEvents};
use super::right::{Purpose, Rights, Spot};
use crate::topology::{Agent, with_wildcards};

/// Looking up log groups: the former in pages of 1,000, the latter where the former is not to be had. Both on everything
/// (Service Authorization Reference, "Amazon CloudWatch Logs").
pub(super) const FIND_LOG_GROUPS: &[&str] = &["logs:ListLogGroups", "logs:DescribeLogGroups"];

/// The events of a log group, or of those that a pattern of IAM names.
pub(super) fn read(spot: &Spot<'_>, rights: &mut Rights) {
    rights.allow(Purpose::LogEvents, &[ReadEvents], &whole_group(spot, spot.name), &["logs:FilterLogEvents"]);
}

/// What is on every log group of an account and region, and how much they took in. DescribeAccountPolicies takes the right
/// on the log groups beside its own (CloudWatch Logs API Reference, DescribeAccountPolicies).
pub(super) fn cover(spot: &Spot<'_>, rights: &mut Rights) {
    const ON_EVERYTHING: &[&str] =
        &["logs:DescribeLogGroups", "logs:DescribeAccountPolicies", "cloudwatch:GetMetricData"];
    rights.allow_on_everything(&[Cover], ON_EVERYTHING);
    let groups = whole_group(spot, "*");
    rights.allow(Purpose::Subscriptions, &[Cover], &groups, &["logs:DescribeSubscriptionFilters"]);
}

/// What an agent writes to.
pub(super) fn of_agent(spot: &Spot<'_>, agent: &Agent) -> Rights {
    let mut rights = Rights::default();
    let of_files = agent.collected.log_groups().map(with_wildcards);
    let of_policy = agent.policy.iter().flat_map(|policy| policy.log_groups.iter().cloned());
    for group in of_policy.chain(of_files) {
        read(&Spot { name: &group, ..*spot }, &mut rights);
    }
    rights.allow_on_everything(&[ReadEvents], FIND_LOG_GROUPS);
    rights
}

/// Whatever is in the account: what is worth reading there, the topology does not say.
pub(super) fn of_reader(spot: &Spot<'_>) -> Rights {
    let mut rights = Rights::default();
    read(spot, &mut rights);
    rights.allow_on_everything(&[ReadEvents], FIND_LOG_GROUPS);
    rights
}
