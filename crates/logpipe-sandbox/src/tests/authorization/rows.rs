//! The rows of the table: what is sent, and what it takes.

use serde_json::{Value, json};

use crate::protocol::cbor::Item;

use super::requests::Sent;
use super::stage::{STREAM, WRITER};
use super::{ec2_rows, iam_rows, logs_rows, s3_rows};

/// One thing an operation takes.
#[derive(Debug, Clone)]
pub(super) struct Take {
    /// The action.
    pub(super) action: &'static str,
    /// The resource as a policy must name it.
    pub(super) resource: String,
    /// How a refusal names it.
    pub(super) shown: String,
}

/// One operation, with everything it takes in the order in which it is asked for.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) operation: &'static str,
    pub(super) sent: Sent,
    pub(super) takes: Vec<Take>,
}

impl Row {
    /// The statements that allow exactly what it takes.
    pub(super) fn allowing(&self) -> Vec<Value> {
        let takes = self.takes.iter();
        takes
            .map(|take| json!({ "Effect": "Allow", "Action": take.action, "Resource": take.resource }))
            .chain([json!({ "Effect": "Allow", "Action": "none:None", "Resource": "*" })])
            .collect()
    }
}

/// A row. What it takes is `(action, resource)`, the resource without the part before the name.
pub(super) fn row(operation: &'static str, sent: Sent, takes: &[(&'static str, &str)]) -> Row {
    let takes = takes.iter().map(|(action, resource)| take(action, resource)).collect();
    Row { operation, sent, takes }
}

/// `resource`, or `resource|how it is shown`.
fn take(action: &'static str, resource: &str) -> Take {
    let (named, shown) = resource.split_once('|').unwrap_or((resource, ""));
    let resource = arn(named);
    let shown = match shown {
        "" => resource.clone(),
        shown => shown.to_owned(),
    };
    // What is about a log group is shown with an empty stream.
    let shown = match shown.strip_suffix(":*") {
        Some(group) if group.contains(":log-group:") => format!("{group}:log-stream:"),
        _ => shown,
    };
    Take { action, resource, shown }
}

/// An ARN in the account of the stage, from its last part.
fn arn(named: &str) -> String {
    match named.split([':', '/']).next() {
        Some("log-group" | "destination") => format!("arn:aws:logs:ap-northeast-1:111111111111:{named}"),
        Some("deliverystream") => format!("arn:aws:firehose:ap-northeast-1:111111111111:{named}"),
        Some("alarm") => format!("arn:aws:cloudwatch:ap-northeast-1:111111111111:{named}"),
        Some("parameter") => format!("arn:aws:ssm:ap-northeast-1:111111111111:{named}"),
        Some("instance") => format!("arn:aws:ec2:ap-northeast-1:111111111111:{named}"),
        Some("role" | "policy" | "instance-profile") => format!("arn:aws:iam::111111111111:{named}"),
        Some("root" | "ou" | "account") => format!("arn:aws:organizations::111111111111:{named}"),
        _ => named.to_owned(),
    }
}

/// The whole table.
pub(super) fn all() -> Vec<Row> {
    [
        sts(),
        iam_rows::all(),
        s3_rows::all(),
        firehose(),
        logs_rows::all(),
        organizations(),
        ec2_rows::all(),
        ssm(),
        cloudwatch(),
    ]
    .concat()
}

fn sts() -> Vec<Row> {
    let assume = &[("RoleArn", "arn:aws:iam::111111111111:role/reader"), ("RoleSessionName", "tests")];
    vec![
        row("GetCallerIdentity", Sent::Form("sts", "GetCallerIdentity", &[]), &[]),
        row("AssumeRole", Sent::Form("sts", "AssumeRole", assume), &[("sts:AssumeRole", "role/reader")]),
    ]
}

fn firehose() -> Vec<Row> {
    let sent = |operation, mut input: Value| {
        input["DeliveryStreamName"] =
            input.get("DeliveryStreamName").cloned().unwrap_or_else(|| json!("events"));
        Sent::Json("firehose", operation, input)
    };
    let plain = |operation, action, input| {
        row(operation, sent(operation, input), &[(action, "deliverystream/events")])
    };
    let configuration = json!({ "RoleARN": WRITER, "BucketARN": "arn:aws:s3:::alpha-bucket" });
    let new = json!({ "DeliveryStreamName": "new", "ExtendedS3DestinationConfiguration": configuration });
    let mut tagged = new.clone();
    tagged["Tags"] = json!([{ "Key": "team", "Value": "logs" }]);
    let version =
        json!({ "CurrentDeliveryStreamVersionId": "1", "DestinationId": "destinationId-000000000001" });
    let (mut update, mut with_role) = (version.clone(), version);
    update["ExtendedS3DestinationUpdate"] = json!({ "Prefix": "logs/" });
    with_role["ExtendedS3DestinationUpdate"] = json!({ "RoleARN": WRITER });
    let (record, pass) = (json!({ "Data": "YQ==" }), ("iam:PassRole", "role/delivery/writer"));
    vec![
        row(
            "CreateDeliveryStream",
            sent("CreateDeliveryStream", new),
            &[("firehose:CreateDeliveryStream", "deliverystream/new"), pass],
        ),
        row(
            "CreateDeliveryStream",
            sent("CreateDeliveryStream", tagged),
            &[
                ("firehose:CreateDeliveryStream", "deliverystream/new"),
                ("firehose:TagDeliveryStream", "deliverystream/new"),
                pass,
            ],
        ),
        plain("UpdateDestination", "firehose:UpdateDestination", update),
        row(
            "UpdateDestination",
            sent("UpdateDestination", with_role),
            &[("firehose:UpdateDestination", "deliverystream/events"), pass],
        ),
        plain("DescribeDeliveryStream", "firehose:DescribeDeliveryStream", json!({})),
        plain("DeleteDeliveryStream", "firehose:DeleteDeliveryStream", json!({})),
        row(
            "ListDeliveryStreams",
            Sent::Json("firehose", "ListDeliveryStreams", json!({})),
            &[("firehose:ListDeliveryStreams", "*")],
        ),
        plain("StartDeliveryStreamEncryption", "firehose:StartDeliveryStreamEncryption", json!({})),
        plain("StopDeliveryStreamEncryption", "firehose:StopDeliveryStreamEncryption", json!({})),
        plain(
            "TagDeliveryStream",
            "firehose:TagDeliveryStream",
            json!({ "Tags": [{ "Key": "a", "Value": "b" }] }),
        ),
        plain("UntagDeliveryStream", "firehose:UntagDeliveryStream", json!({ "TagKeys": ["team"] })),
        plain("ListTagsForDeliveryStream", "firehose:ListTagsForDeliveryStream", json!({})),
        plain("PutRecord", "firehose:PutRecord", json!({ "Record": record })),
        plain("PutRecordBatch", "firehose:PutRecordBatch", json!({ "Records": [record] })),
    ]
}

fn organizations() -> Vec<Row> {
    let sent = |operation, input| Sent::Json("organizations", operation, input);
    vec![
        row("ListAccounts", sent("ListAccounts", json!({})), &[("organizations:ListAccounts", "*")]),
        row(
            "ListAccountsForParent",
            sent("ListAccountsForParent", json!({ "ParentId": "ou-ab12-logs" })),
            &[("organizations:ListAccountsForParent", "ou/o-exampleorgid/ou-ab12-logs")],
        ),
        row(
            "ListOrganizationalUnitsForParent",
            sent("ListOrganizationalUnitsForParent", json!({ "ParentId": "r-ab12" })),
            &[("organizations:ListOrganizationalUnitsForParent", "root/o-exampleorgid/r-ab12")],
        ),
        row(
            "ListTagsForResource",
            sent("ListTagsForResource", json!({ "ResourceId": "111111111111" })),
            &[("organizations:ListTagsForResource", "account/o-exampleorgid/111111111111")],
        ),
    ]
}

fn ssm() -> Vec<Row> {
    let plain = |operation, action, input| {
        row(operation, Sent::Json("ssm", operation, input), &[(action, "parameter/AmazonCloudWatch-web")])
    };
    let name = "AmazonCloudWatch-web";
    let tags = json!([{ "Key": "a", "Value": "b" }]);
    let resource = |more: Value| {
        let mut input = json!({ "ResourceType": "Parameter", "ResourceId": name });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let new = json!({ "Name": "/a/new", "Value": "x", "Type": "String" });
    let mut tagged = new.clone();
    tagged["Tags"] = tags.clone();
    let put = ("ssm:PutParameter", "parameter/a/new");
    vec![
        row("PutParameter", Sent::Json("ssm", "PutParameter", new), &[put]),
        row(
            "PutParameter",
            Sent::Json("ssm", "PutParameter", tagged),
            &[put, ("ssm:AddTagsToResource", "parameter/a/new")],
        ),
        plain("PutParameter", "ssm:PutParameter", json!({ "Name": name, "Value": "y", "Overwrite": true })),
        plain("GetParameter", "ssm:GetParameter", json!({ "Name": name })),
        plain("GetParameters", "ssm:GetParameters", json!({ "Names": [name] })),
        plain("DeleteParameter", "ssm:DeleteParameter", json!({ "Name": name })),
        plain("AddTagsToResource", "ssm:AddTagsToResource", resource(json!({ "Tags": tags }))),
        plain(
            "RemoveTagsFromResource",
            "ssm:RemoveTagsFromResource",
            resource(json!({ "TagKeys": ["team"] })),
        ),
        plain("ListTagsForResource", "ssm:ListTagsForResource", resource(json!({}))),
    ]
}

fn cloudwatch() -> Vec<Row> {
    let span = || vec![("StartTime", Item::Time(0.0)), ("EndTime", Item::Time(60.0))];
    let named = || vec![("Namespace", Item::text("AWS/Logs")), ("MetricName", Item::text("IncomingBytes"))];
    let stat =
        vec![("Metric", Item::Map(named())), ("Period", Item::Number(60.0)), ("Stat", Item::text("Sum"))];
    let query = Item::Map(vec![("Id", Item::text("a")), ("MetricStat", Item::Map(stat))]);
    let data = [vec![("MetricDataQueries", Item::List(vec![query]))], span()].concat();
    let sum = ("Statistics", Item::List(vec![Item::text("Sum")]));
    let statistics = [named(), span(), vec![("Period", Item::Number(60.0)), sum]].concat();
    let on_all = |operation, action, input: Vec<(&'static str, Item)>| {
        row(operation, Sent::Cbor(operation, Item::Map(input).encoded()), &[(action, "*")])
    };
    let named = Item::Map(vec![("Name", Item::text("FilterName"))]);
    let listed = vec![("Namespace", Item::text("AWS/Logs")), ("Dimensions", Item::List(vec![named]))];
    let alarms = [
        on_all("GetMetricData", "cloudwatch:GetMetricData", data),
        on_all("GetMetricStatistics", "cloudwatch:GetMetricStatistics", statistics),
        on_all("ListMetrics", "cloudwatch:ListMetrics", listed),
        on_all("DescribeAlarms", "cloudwatch:DescribeAlarms", Vec::new()),
    ];
    alarms.into_iter().chain(of_alarms()).collect()
}

/// What is done to the alarm of the stage, and to a new one.
fn of_alarms() -> Vec<Row> {
    let names = || vec![("AlarmNames", Item::List(vec![Item::text("quiet")]))];
    let both = ["MetricAlarm", "CompositeAlarm"].map(Item::text).to_vec();
    let tags = || {
        let tag = Item::Map(vec![("Key", Item::text("team")), ("Value", Item::text("a"))]);
        ("Tags", Item::List(vec![tag]))
    };
    let arn = || ("ResourceARN", Item::text("arn:aws:cloudwatch:ap-northeast-1:111111111111:alarm:quiet"));
    let keys = ("TagKeys", Item::List(vec![Item::text("team")]));
    let sent =
        |operation, input: Vec<(&'static str, Item)>| Sent::Cbor(operation, Item::Map(input).encoded());
    let plain = |operation, action, input| row(operation, sent(operation, input), &[(action, "alarm:quiet")]);
    let (put, tag) = ("cloudwatch:PutMetricAlarm", "cloudwatch:TagResource");
    vec![
        plain("DescribeAlarms", "cloudwatch:DescribeAlarms", names()),
        row(
            "DescribeAlarms",
            sent("DescribeAlarms", [names(), vec![("AlarmTypes", Item::List(both))]].concat()),
            &[("cloudwatch:DescribeAlarms", "*")],
        ),
        plain("PutMetricAlarm", put, alarm("quiet")),
        row(
            "PutMetricAlarm",
            sent("PutMetricAlarm", [alarm("new"), vec![tags()]].concat()),
            &[(put, "alarm:new"), (tag, "alarm:new")],
        ),
        plain("DeleteAlarms", "cloudwatch:DeleteAlarms", names()),
        plain("TagResource", tag, vec![arn(), tags()]),
        plain("UntagResource", "cloudwatch:UntagResource", vec![arn(), keys]),
        plain("ListTagsForResource", "cloudwatch:ListTagsForResource", vec![arn()]),
    ]
}

/// An alarm of this name.
pub(super) fn alarm(name: &str) -> Vec<(&'static str, Item)> {
    vec![
        ("AlarmName", Item::text(name)),
        ("AlarmActions", Item::List(vec![Item::text("arn:aws:sns:ap-northeast-1:111111111111:ops")])),
        ("Namespace", Item::text("AWS/Firehose")),
        ("MetricName", Item::text("ThrottledRecords")),
        ("Statistic", Item::text("Sum")),
        ("Period", Item::Whole(60)),
        ("EvaluationPeriods", Item::Whole(1)),
        ("Threshold", Item::Number(0.0)),
        ("ComparisonOperator", Item::text("GreaterThanThreshold")),
    ]
}

/// The stream, for what is sent to it directly.
pub(super) fn stream() -> Value {
    json!(STREAM)
}
