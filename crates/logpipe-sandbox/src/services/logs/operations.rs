//! From the name of an operation to the function that answers it.

use serde_json::Value;

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::state::world::World;

use super::{
    account_policies, destination_policy, destinations, groups, ingest, listing, pattern, reading, retention,
    streams, subscriptions, tags,
};

/// Answers a CloudWatch Logs call.
pub(crate) fn handle(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    match call.operation.as_str() {
        "CreateLogGroup" => groups::create(world, call, input),
        "DeleteLogGroup" => groups::delete(world, call, input),
        "DescribeLogGroups" => groups::describe(world, call, input),
        "ListLogGroups" => listing::list(world, call, input),
        "PutRetentionPolicy" => retention::put(world, call, input),
        "DeleteRetentionPolicy" => retention::delete(world, call, input),
        "CreateLogStream" => streams::create(world, call, input),
        "DeleteLogStream" => streams::delete(world, call, input),
        "DescribeLogStreams" => streams::describe(world, call, input),
        "PutLogEvents" => ingest::put(world, call, input),
        "GetLogEvents" => reading::get(world, call, input),
        "FilterLogEvents" => reading::filter(world, call, input),
        "TestMetricFilter" => pattern::test(input),
        "PutDestination" => destinations::put(world, call, input),
        "DescribeDestinations" => destinations::describe(world, call, input),
        "DeleteDestination" => destinations::delete(world, call, input),
        "PutDestinationPolicy" => destination_policy::put(world, call, input),
        "PutSubscriptionFilter" => subscriptions::put(world, call, input),
        "DescribeSubscriptionFilters" => subscriptions::describe(world, call, input),
        "DeleteSubscriptionFilter" => subscriptions::delete(world, call, input),
        "PutAccountPolicy" => account_policies::put(world, call, input),
        "DescribeAccountPolicies" => account_policies::describe(world, call, input),
        "DeleteAccountPolicy" => account_policies::delete(world, call, input),
        "TagResource" => tags::tag(world, call, input),
        "UntagResource" => tags::untag(world, call, input),
        "ListTagsForResource" => tags::list(world, call, input),
        _ => Err(call.not_simulated()),
    }
}
