//! CloudWatch Logs in numbers and names, for people who look at a sandbox from outside.

use serde_json::{Map, Value, json};

use super::state::{LogGroup, LogsState, RegionalLogs, SubscriptionFilter};

/// Log groups and destinations, region by region. Groups tell what became of the messages of their filters.
pub(crate) fn summary(state: &LogsState) -> Value {
    state.iter().map(|(region, logs)| (region.to_string(), regional(logs))).collect::<Map<_, _>>().into()
}

fn regional(logs: &RegionalLogs) -> Value {
    let groups: Map<_, _> =
        logs.groups.iter().map(|(name, group)| (name.clone(), summary_of(group))).collect();
    let destinations: Map<_, _> = logs
        .destinations
        .iter()
        .map(|(name, destination)| {
            (
                name.clone(),
                json!({ "target": destination.target_arn, "policy": destination.policy.is_some() }),
            )
        })
        .collect();
    let policies: Map<_, _> =
        logs.account_policies.iter().map(|(name, policy)| (name.clone(), counted(&policy.filter))).collect();
    json!({ "log_groups": groups, "destinations": destinations, "account_policies": policies })
}

fn summary_of(group: &LogGroup) -> Value {
    let events: usize = group.streams.values().map(|stream| stream.events.len()).sum();
    let filters: Map<_, _> =
        group.filters.iter().map(|(name, filter)| (name.clone(), counted(filter))).collect();
    json!({ "streams": group.streams.len(), "events": events, "filters": filters })
}

fn counted(filter: &SubscriptionFilter) -> Value {
    json!({ "forwarded": filter.forwarded, "delivery_errors": filter.refused })
}
