//! What there is of CloudWatch Logs.

use serde_json::{Value, json};

use super::item::{Item, Output, Written};
use super::resource::Around;
use crate::address::Address;
use crate::export::Why;
use crate::provider::logs::account_policy::LogsAccountPolicy;
use crate::provider::logs::destination::LogsDestination;
use crate::provider::logs::log_group::LogGroup;
use crate::provider::logs::subscription_filter::SubscriptionFilter;

/// It holds events, so it stays.
pub(super) fn group(address: &Address, group: &LogGroup, around: &Around<'_>) -> Written {
    if group.use_existing && around.exists(address) {
        return Written::LeftOut(Why::UsedAsItIs);
    }
    let properties =
        [("LogGroupName", json!(*address.name)), ("RetentionInDays", json!(group.retention_days))];
    let item = Item::new("AWS::Logs::LogGroup", properties).known_by(&["LogGroupName"]);
    Written::Item(item.tagged(&group.tags).kept())
}

pub(super) fn stream(address: &Address) -> Written {
    let (group, stream) = address.name_parts();
    let properties = [("LogGroupName", json!(group)), ("LogStreamName", json!(stream))];
    let item = Item::new("AWS::Logs::LogStream", properties);
    Written::Item(item.known_by(&["LogGroupName", "LogStreamName"]))
}

/// A destination with its access policy.
pub(super) fn destination(address: &Address, destination: &LogsDestination, around: &Around<'_>) -> Written {
    let policy = around.access_policy(address);
    let item = Item::new(
        "AWS::Logs::Destination",
        [
            ("DestinationName", json!(*address.name)),
            ("TargetArn", json!(destination.target_arn)),
            ("RoleArn", json!(destination.role_arn)),
            ("DestinationPolicy", policy.map_or(Value::Null, |policy| json!(policy.to_string()))),
        ],
    );
    let about = format!("Where subscriptions send, the destination {}", address.name);
    let export = Some(format!("{}-destination-arn", address.name));
    let output = Output { what: "Arn", about, attribute: Some("Arn"), export };
    let item = item.known_by(&["DestinationName"]);
    Written::Item(item.tagged(&destination.tags).shown(output))
}

pub(super) fn subscription(address: &Address, filter: &SubscriptionFilter) -> Written {
    let (group, name) = address.name_parts();
    let item = Item::new(
        "AWS::Logs::SubscriptionFilter",
        [
            ("FilterName", json!(name)),
            ("LogGroupName", json!(group)),
            ("FilterPattern", json!(filter.pattern)),
            ("DestinationArn", json!(*filter.destination_arn)),
            ("RoleArn", json!(filter.role.wanted())),
            ("Distribution", json!(filter.distribution)),
        ],
    );
    Written::Item(item.known_by(&["FilterName", "LogGroupName"]))
}

pub(super) fn account_policy(address: &Address, policy: &LogsAccountPolicy, around: &Around<'_>) -> Written {
    let item = Item::new(
        "AWS::Logs::AccountPolicy",
        [
            ("PolicyName", json!(*address.name)),
            ("PolicyType", json!("SUBSCRIPTION_FILTER_POLICY")),
            ("Scope", json!("ALL")),
            ("SelectionCriteria", json!(policy.criteria())),
            ("PolicyDocument", json!(policy.wanted_document().to_string())),
        ],
    );
    let item = item.known_by(&["PolicyType", "PolicyName"]);
    Written::Item(item.known_as("AccountId", json!(around.account_id(address).as_str())))
}
