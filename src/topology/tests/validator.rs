//! The schema as an editor uses it: a topology is read as YAML, and `jsonschema` says whether the schema takes it.

use jsonschema::Validator;
use serde_json::{Map, Value};

use super::super::yaml::{self, Kind, Node};

/// Whether a schema takes the YAML text.
pub(super) fn accepts(schema: &Validator, yaml: &str) -> bool {
    let Ok(Some(root)) = yaml::parse(yaml) else { return false };
    schema.is_valid(&json(&root))
}

/// The values of a YAML tree, of two equal keys the last.
fn json(node: &Node) -> Value {
    match &node.value {
        yaml::Value::List(items) => items.iter().map(|item| json(item)).collect(),
        yaml::Value::Map(entries) => {
            entries.iter().map(|entry| (entry.key.clone(), json(&entry.value))).collect::<Map<_, _>>().into()
        }
        yaml::Value::Scalar { text, kind } => match kind {
            Kind::Null => Value::Null,
            Kind::Flag(flag) => (*flag).into(),
            Kind::Integer(number) => (*number).into(),
            Kind::Float => text.parse::<f64>().unwrap().into(),
            Kind::Text => text.as_str().into(),
        },
    }
}
