//! What calls to CloudWatch Logs ask for.
//!
//! What is about a log group is evaluated on `log-group:NAME:log-stream:`, the ARN of its streams with an empty name,
//! so that a policy must say `log-group:NAME:*`; only the calls about tags are on the bare ARN (CloudWatch Logs User
//! Guide, "Using identity-based policies", and the texts of its refusals).

use std::collections::BTreeMap;

use serde_json::Value;

use super::{destination_arn, group_arn};
use crate::state::site::Site;

use crate::authorization::{Asked, Demand};

/// The group that stands for all of an account.
const EVERY_GROUP: &str = "*";

/// What a role is passed to, as the partition calls it.
fn service(asked: &Asked<'_>) -> String {
    asked.call.partition().logs_principal(&asked.call.region)
}

/// What an operation asks for, or `None` if it is not simulated.
pub(super) fn demands(asked: &Asked<'_>) -> Option<Vec<Demand>> {
    let demands = match asked.operation() {
        "CreateLogGroup" => create_group(asked),
        "DeleteLogGroup"
        | "PutRetentionPolicy"
        | "DeleteRetentionPolicy"
        | "DescribeLogStreams"
        | "FilterLogEvents"
        | "DescribeSubscriptionFilters"
        | "DeleteSubscriptionFilter" => vec![on_group(asked)],
        // On no group in particular, however the listing is narrowed.
        "DescribeLogGroups" => vec![Demand::own(asked, streams_of(asked, ""))],
        "CreateLogStream" | "DeleteLogStream" | "PutLogEvents" | "GetLogEvents" => vec![on_stream(asked)],
        "ListLogGroups" | "TestMetricFilter" | "DescribeDestinations" => vec![Demand::own(asked, "*")],
        "PutDestination" => put_destination(asked),
        "DeleteDestination" | "PutDestinationPolicy" => vec![on_destination(asked)],
        "PutSubscriptionFilter" => put_filter(asked),
        "PutAccountPolicy" => put_account_policy(asked),
        "DescribeAccountPolicies" => account_policy(asked, "logs:DescribeSubscriptionFilters"),
        "DeleteAccountPolicy" => account_policy(asked, "logs:DeleteSubscriptionFilter"),
        "TagResource" => vec![on_tagged(asked).requesting(&asked.tags("tags"))],
        "UntagResource" => vec![on_tagged(asked).naming(asked.tag_keys("tagKeys"))],
        "ListTagsForResource" => vec![on_tagged(asked)],
        _ => return None,
    };
    Some(demands)
}

/// The log group a request names by `logGroupName`, or by name or ARN in `logGroupIdentifier`.
fn group(asked: &Asked<'_>) -> String {
    let named = asked.optional("logGroupName").or_else(|| asked.optional("logGroupIdentifier"));
    let named = named.unwrap_or_default();
    let name = named.split_once(":log-group:").map_or(named, |(_, name)| name);
    name.strip_suffix(":*").unwrap_or(name).to_owned()
}

fn streams_of(asked: &Asked<'_>, group: &str) -> String {
    format!("{}:log-stream:", group_arn(&asked.site(), group))
}

fn on_group(asked: &Asked<'_>) -> Demand {
    let name = group(asked);
    with_group_tags(asked, &name, Demand::own(asked, streams_of(asked, &name)))
}

fn on_stream(asked: &Asked<'_>) -> Demand {
    let name = group(asked);
    let stream = format!("{}{}", streams_of(asked, &name), asked.text("logStreamName"));
    with_group_tags(asked, &name, Demand::own(asked, stream))
}

fn with_group_tags(asked: &Asked<'_>, name: &str, demand: Demand) -> Demand {
    match asked.world.log_group(&asked.site(), name) {
        Ok(group) => demand.tagged(&group.tags),
        Err(_) => demand,
    }
}

/// Tags that come with a new group take the right to tag as well.
fn create_group(asked: &Asked<'_>) -> Vec<Demand> {
    let tags = asked.tags("tags");
    let mut demands = vec![on_group(asked).requesting(&tags)];
    if !tags.is_empty() {
        let arn = group_arn(&asked.site(), &group(asked));
        demands.push(Demand::new(asked, "logs:TagResource", arn).requesting(&tags));
    }
    demands
}

fn on_destination(asked: &Asked<'_>) -> Demand {
    let name = asked.text("destinationName");
    let demand = Demand::own(asked, destination_arn(&asked.site(), name));
    match asked.world.logs_destination(&asked.site(), name) {
        Some(destination) => demand.tagged(&destination.tags),
        None => demand,
    }
}

fn put_destination(asked: &Asked<'_>) -> Vec<Demand> {
    let tags = asked.tags("tags");
    let mut demands = vec![on_destination(asked).requesting(&tags)];
    if !tags.is_empty() {
        let arn = destination_arn(&asked.site(), asked.text("destinationName"));
        demands.push(Demand::new(asked, "logs:TagResource", arn).requesting(&tags));
    }
    demands.push(Demand::pass_role(asked, asked.text("roleArn"), &service(asked)));
    demands
}

/// On the group, and on the destination where it points at one: the caller's own policies must allow both. Whether the
/// destination lets the caller's account in is for its policy to say, when the route is opened.
fn put_filter(asked: &Asked<'_>) -> Vec<Demand> {
    let route = onward(asked, asked.text("destinationArn"), asked.optional("roleArn"));
    std::iter::once(on_group(asked)).chain(route).collect()
}

fn onward(asked: &Asked<'_>, destination: &str, role: Option<&str>) -> Vec<Demand> {
    let subscribed =
        is_destination(destination).then(|| Demand::new(asked, "logs:PutSubscriptionFilter", destination));
    let passed = role.map(|role| Demand::pass_role(asked, role, &service(asked)));
    subscribed.into_iter().chain(passed).collect()
}

fn is_destination(arn: &str) -> bool {
    Site::of_arn(arn, "logs").is_some_and(|(_, resource)| resource.starts_with("destination:"))
}

/// An account policy takes the rights to filters as well: one is put on every group.
fn put_account_policy(asked: &Asked<'_>) -> Vec<Demand> {
    let document: Value = serde_json::from_str(asked.text("policyDocument")).unwrap_or_default();
    let member = |name: &str| document.get(name).and_then(Value::as_str);
    let mut demands = account_policy(asked, "logs:PutSubscriptionFilter");
    demands.extend(onward(asked, member("DestinationArn").unwrap_or_default(), member("RoleArn")));
    demands
}

fn account_policy(asked: &Asked<'_>, on_filters: &str) -> Vec<Demand> {
    vec![Demand::own(asked, "*"), Demand::new(asked, on_filters, streams_of(asked, EVERY_GROUP))]
}

fn on_tagged(asked: &Asked<'_>) -> Demand {
    let arn = asked.text("resourceArn");
    let none = BTreeMap::new();
    let tags = tags_of(asked, arn).unwrap_or(&none);
    Demand::own(asked, arn).tagged(tags)
}

fn tags_of<'a>(asked: &Asked<'a>, arn: &str) -> Option<&'a BTreeMap<String, String>> {
    let (site, resource) = Site::of_arn(arn, "logs")?;
    match resource.split_once(':')? {
        ("log-group", name) => asked.world.log_group(&site, name).ok().map(|group| &group.tags),
        ("destination", name) => asked.world.logs_destination(&site, name).map(|found| &found.tags),
        _ => None,
    }
}
