//! What calls to CloudWatch Logs take.

use serde_json::{Value, json};

use super::requests::Sent;
use super::rows::{Row, row, stream};
use super::stage::{DESTINATION, WRITER};

const PASS: (&str, &str) = ("iam:PassRole", "role/delivery/writer");
const FILTERS: (&str, &str) = ("logs:PutSubscriptionFilter", "log-group:*:*");

fn sent(operation: &'static str, input: Value) -> Sent {
    Sent::Json("logs", operation, input)
}

/// On the log group, with more members if there are any.
fn group(operation: &'static str, action: &'static str, input: &[(&str, Value)]) -> Row {
    row(operation, sent(operation, of_group(input)), &[(action, "log-group:/app:*")])
}

fn in_stream(operation: &'static str, action: &'static str, input: &[(&str, Value)]) -> Row {
    let mut body = of_group(&[("logStreamName", json!("one"))]);
    for (name, value) in input {
        body[*name] = value.clone();
    }
    let name = body["logStreamName"].as_str().unwrap_or_default();
    let stream = format!("log-group:/app:log-stream:{name}");
    row(operation, sent(operation, body.clone()), &[(action, &stream)])
}

fn of_group(input: &[(&str, Value)]) -> Value {
    let mut body = json!({ "logGroupName": "/app" });
    for (name, value) in input {
        body[*name] = value.clone();
    }
    body
}

fn simple(operation: &'static str, action: &'static str, resource: &str, input: Value) -> Row {
    row(operation, sent(operation, input), &[(action, resource)])
}

pub(super) fn all() -> Vec<Row> {
    [groups(), streams(), destinations(), filters(), account_policies(), tags()].concat()
}

fn groups() -> Vec<Row> {
    let create = ("logs:CreateLogGroup", "log-group:/new:*");
    let (named, tagged) =
        (json!({ "logGroupName": "/new" }), json!({ "logGroupName": "/new", "tags": { "a": "b" } }));
    let identified =
        json!({ "logGroupIdentifier": "arn:aws:logs:ap-northeast-1:111111111111:log-group:/app:*" });
    vec![
        row("CreateLogGroup", sent("CreateLogGroup", named), &[create]),
        row(
            "CreateLogGroup",
            sent("CreateLogGroup", tagged),
            &[create, ("logs:TagResource", "log-group:/new")],
        ),
        group("DeleteLogGroup", "logs:DeleteLogGroup", &[]),
        simple(
            "DescribeLogGroups",
            "logs:DescribeLogGroups",
            "log-group:*|arn:aws:logs:ap-northeast-1:111111111111:log-group::log-stream:",
            json!({ "logGroupNamePrefix": "/app" }),
        ),
        simple("ListLogGroups", "logs:ListLogGroups", "*", json!({ "logGroupNamePattern": "^/app" })),
        group("PutRetentionPolicy", "logs:PutRetentionPolicy", &[("retentionInDays", json!(30))]),
        group("DeleteRetentionPolicy", "logs:DeleteRetentionPolicy", &[]),
        group("DescribeLogStreams", "logs:DescribeLogStreams", &[]),
        simple("DescribeLogStreams", "logs:DescribeLogStreams", "log-group:/app:*", identified),
        group("FilterLogEvents", "logs:FilterLogEvents", &[]),
        group("DescribeSubscriptionFilters", "logs:DescribeSubscriptionFilters", &[]),
        group("DeleteSubscriptionFilter", "logs:DeleteSubscriptionFilter", &[("filterName", json!("f"))]),
        simple(
            "TestMetricFilter",
            "logs:TestMetricFilter",
            "*",
            json!({ "filterPattern": "", "logEventMessages": ["a"] }),
        ),
    ]
}

fn streams() -> Vec<Row> {
    let events = json!([{ "timestamp": 1_767_232_800_000_u64, "message": "hello" }]);
    vec![
        in_stream("CreateLogStream", "logs:CreateLogStream", &[("logStreamName", json!("two"))]),
        in_stream("DeleteLogStream", "logs:DeleteLogStream", &[]),
        in_stream("PutLogEvents", "logs:PutLogEvents", &[("logEvents", events)]),
        in_stream("GetLogEvents", "logs:GetLogEvents", &[]),
    ]
}

fn destinations() -> Vec<Row> {
    let named = json!({ "destinationName": "central" });
    let put = json!({ "destinationName": "central", "targetArn": stream(), "roleArn": WRITER });
    let policy = json!({ "destinationName": "central", "accessPolicy": json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "AWS": "222222222222" }, "Action": "logs:PutSubscriptionFilter", "Resource": DESTINATION }] }).to_string() });
    vec![
        row(
            "PutDestination",
            sent("PutDestination", put),
            &[("logs:PutDestination", "destination:central"), PASS],
        ),
        simple("DescribeDestinations", "logs:DescribeDestinations", "*", json!({})),
        simple("DeleteDestination", "logs:DeleteDestination", "destination:central", named),
        simple("PutDestinationPolicy", "logs:PutDestinationPolicy", "destination:central", policy),
    ]
}

fn filters() -> Vec<Row> {
    let put = |destination: Value, role: Option<&str>| {
        let members =
            [("filterName", json!("g")), ("filterPattern", json!("")), ("destinationArn", destination)];
        let mut body = of_group(&members);
        if let Some(role) = role {
            body["roleArn"] = json!(role);
        }
        sent("PutSubscriptionFilter", body)
    };
    let on_group = ("logs:PutSubscriptionFilter", "log-group:/app:*");
    let on_destination = ("logs:PutSubscriptionFilter", "destination:central");
    vec![
        row("PutSubscriptionFilter", put(json!(DESTINATION), None), &[on_group, on_destination]),
        row(
            "PutSubscriptionFilter",
            put(json!(DESTINATION), Some(WRITER)),
            &[on_group, on_destination, PASS],
        ),
        row("PutSubscriptionFilter", put(stream(), Some(WRITER)), &[on_group, PASS]),
    ]
}

fn account_policies() -> Vec<Row> {
    let input = |document: Value| json!({ "policyName": "all", "policyType": "SUBSCRIPTION_FILTER_POLICY", "policyDocument": document.to_string() });
    let put = |document: Value| sent("PutAccountPolicy", input(document));
    let (own, onward) =
        (("logs:PutAccountPolicy", "*"), ("logs:PutSubscriptionFilter", "destination:central"));
    vec![
        row("PutAccountPolicy", put(json!({ "DestinationArn": DESTINATION })), &[own, FILTERS, onward]),
        row(
            "PutAccountPolicy",
            put(json!({ "DestinationArn": stream(), "RoleArn": WRITER })),
            &[own, FILTERS, PASS],
        ),
        row(
            "DescribeAccountPolicies",
            sent("DescribeAccountPolicies", input(json!({}))),
            &[("logs:DescribeAccountPolicies", "*"), ("logs:DescribeSubscriptionFilters", "log-group:*:*")],
        ),
        row(
            "DeleteAccountPolicy",
            sent("DeleteAccountPolicy", input(json!({}))),
            &[("logs:DeleteAccountPolicy", "*"), ("logs:DeleteSubscriptionFilter", "log-group:*:*")],
        ),
    ]
}

/// The calls about tags are on ARNs without `:*`.
fn tags() -> Vec<Row> {
    let arn = "arn:aws:logs:ap-northeast-1:111111111111:log-group:/app";
    vec![
        simple(
            "TagResource",
            "logs:TagResource",
            "log-group:/app",
            json!({ "resourceArn": arn, "tags": { "a": "b" } }),
        ),
        simple(
            "TagResource",
            "logs:TagResource",
            "destination:central",
            json!({ "resourceArn": DESTINATION, "tags": { "a": "b" } }),
        ),
        simple(
            "UntagResource",
            "logs:UntagResource",
            "log-group:/app",
            json!({ "resourceArn": arn, "tagKeys": ["team"] }),
        ),
        simple(
            "ListTagsForResource",
            "logs:ListTagsForResource",
            "log-group:/app",
            json!({ "resourceArn": arn }),
        ),
    ]
}
