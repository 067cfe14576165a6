//! What calls to Systems Manager ask for.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::dispatch::Input;

use crate::authorization::{Asked, Demand};

use super::naming::{arn, plain};

/// What an operation asks for, or `None` if it is not simulated.
pub(super) fn demands(asked: &Asked<'_>) -> Option<Vec<Demand>> {
    let demands = match asked.operation() {
        "PutParameter" => put(asked),
        "GetParameter" | "DeleteParameter" => vec![on(asked, asked.text("Name"))],
        "GetParameters" => names(asked).into_iter().map(|name| on(asked, name)).collect(),
        "AddTagsToResource" => {
            vec![on(asked, asked.text("ResourceId")).requesting(&asked.tags("Tags"))]
        }
        "RemoveTagsFromResource" => {
            vec![on(asked, asked.text("ResourceId")).naming(asked.tag_keys("TagKeys"))]
        }
        "ListTagsForResource" => vec![on(asked, asked.text("ResourceId"))],
        _ => return None,
    };
    Some(demands)
}

/// Tags that come with a new parameter take the right to tag as well.
fn put(asked: &Asked<'_>) -> Vec<Demand> {
    let tags = asked.tags("Tags");
    let overwrites = match asked.input {
        Input::Json(body) => body.get("Overwrite").and_then(Value::as_bool).unwrap_or_default(),
        _ => false,
    };
    let demand = on(asked, asked.text("Name"))
        .requesting(&tags)
        .with("ssm:Overwrite", if overwrites { "true" } else { "false" });
    let tagging = (!tags.is_empty()).then(|| {
        let arn = demand.resource.clone();
        Demand::new(asked, "ssm:AddTagsToResource", arn).requesting(&tags)
    });
    std::iter::once(demand).chain(tagging).collect()
}

fn names<'a>(asked: &Asked<'a>) -> Vec<&'a str> {
    match asked.input {
        Input::Json(body) => {
            let names = body.get("Names").and_then(Value::as_array).into_iter().flatten();
            names.filter_map(Value::as_str).collect()
        }
        _ => Vec::new(),
    }
}

/// On a parameter, with its tags.
fn on(asked: &Asked<'_>, named: &str) -> Demand {
    let site = asked.site();
    let (name, _) = plain(named);
    let none = BTreeMap::new();
    let tags = asked.world.parameter(&site, &name).map_or(&none, |parameter| &parameter.tags);
    let demand = Demand::own(asked, arn(&site, &name)).tagged(tags);
    tags.iter().fold(demand, |demand, (key, value)| demand.with(&format!("ssm:resourceTag/{key}"), value))
}
