//! What calls to CloudWatch ask for.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::authorization::{Asked, Demand};
use crate::dispatch::Input;

use super::state::{arn, of_arn};

/// What an operation asks for, or `None` if it is not simulated.
pub(super) fn demands(asked: &Asked<'_>) -> Option<Vec<Demand>> {
    Some(match asked.operation() {
        "GetMetricData" | "GetMetricStatistics" | "ListMetrics" => vec![Demand::own(asked, "*")],
        "DescribeAlarms" => described(asked),
        "PutMetricAlarm" => put(asked),
        "DeleteAlarms" => names(asked).iter().map(|name| on(asked, name)).collect(),
        "ListTagsForResource" => vec![on(asked, named(asked))],
        "TagResource" => vec![on(asked, named(asked)).requesting(&asked.tags("Tags"))],
        "UntagResource" => vec![on(asked, named(asked)).naming(asked.tag_keys("TagKeys"))],
        _ => return None,
    })
}

/// Composite alarms are only told of to whoever may see all alarms (CloudWatch API Reference, DescribeAlarms).
fn described(asked: &Asked<'_>) -> Vec<Demand> {
    let composite = list(asked, "AlarmTypes").iter().any(|kind| kind == "CompositeAlarm");
    match names(asked) {
        names if !composite && !names.is_empty() => names.iter().map(|name| on(asked, name)).collect(),
        _ => vec![Demand::own(asked, "*")],
    }
}

/// Tags that come with a new alarm take the right to tag as well.
fn put(asked: &Asked<'_>) -> Vec<Demand> {
    let tags = asked.tags("Tags");
    let mut demand = on(asked, asked.text("AlarmName")).requesting(&tags);
    let actions = list(asked, "AlarmActions");
    if !actions.is_empty() {
        demand.keys.insert("cloudwatch:AlarmActions".to_owned(), actions);
    }
    let tagging = (!tags.is_empty())
        .then(|| Demand::new(asked, "cloudwatch:TagResource", demand.resource.clone()).requesting(&tags));
    std::iter::once(demand).chain(tagging).collect()
}

fn names(asked: &Asked<'_>) -> Vec<String> {
    list(asked, "AlarmNames")
}

fn list(asked: &Asked<'_>, member: &str) -> Vec<String> {
    match asked.input {
        Input::Cbor(body) | Input::Json(body) => {
            let items = body.get(member).and_then(Value::as_array).into_iter().flatten();
            items.filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// The name in the ARN of a request.
fn named<'a>(asked: &Asked<'a>) -> &'a str {
    of_arn(asked.text("ResourceARN")).map_or("", |(_, name)| name)
}

/// On an alarm, with its tags.
fn on(asked: &Asked<'_>, name: &str) -> Demand {
    let site = asked.site();
    let none = BTreeMap::new();
    let tags = asked.world.alarm(&site, name).map_or(&none, |alarm| &alarm.tags);
    Demand::own(asked, arn(&site, name)).tagged(tags)
}
