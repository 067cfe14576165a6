//! A validator of the part of JSON Schema that the schema of topologies uses. A keyword it does not know is a failure,
//! so that the schema cannot grow past it unnoticed.

use serde_json::{Map, Value};

use super::super::yaml::{self, Kind, Node};

/// Whether a schema takes the YAML text.
pub(super) fn accepts(schema: &Value, yaml: &str) -> bool {
    let Ok(Some(root)) = yaml::parse(yaml) else { return false };
    accepts_value(schema, &json(&root))
}

/// Whether a schema takes the value.
pub(crate) fn accepts_value(schema: &Value, value: &Value) -> bool {
    Validator { schema }.accepts(schema, value)
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

struct Validator<'s> {
    schema: &'s Value,
}

impl Validator<'_> {
    fn accepts(&self, schema: &Value, value: &Value) -> bool {
        match schema {
            Value::Bool(any) => *any,
            Value::Object(keywords) => {
                keywords.iter().all(|(word, wanted)| self.keyword(word, wanted, keywords, value))
            }
            _ => panic!("{schema} is no schema"),
        }
    }

    fn keyword(&self, word: &str, wanted: &Value, beside: &Map<String, Value>, value: &Value) -> bool {
        let size = || usize::try_from(wanted.as_u64().unwrap()).unwrap();
        let all = || wanted.as_array().unwrap().iter();
        let text = value.as_str();
        let length = text.map(|text| text.chars().count());
        let number = value.as_i64();
        let list = value.as_array();
        let map = value.as_object();
        match word {
            "$schema" | "title" | "description" | "default" | "examples" | "$defs" | "then" | "else" => true,
            // Of the agent's schema, the second of them misspelt there.
            "definitions" | "descriptions" => true,
            "$ref" => self.accepts(
                self.schema.pointer(wanted.as_str().unwrap().strip_prefix('#').unwrap()).unwrap(),
                value,
            ),
            "type" => match wanted.as_str().unwrap() {
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                "integer" => value.is_i64() || value.is_u64(),
                "array" => value.is_array(),
                "object" => value.is_object(),
                other => panic!("unknown type {other}"),
            },
            "const" => value == wanted,
            "enum" => all().any(|one| one == value),
            "pattern" => text
                .is_none_or(|text| regex_lite::Regex::new(wanted.as_str().unwrap()).unwrap().is_match(text)),
            "minLength" => length.is_none_or(|length| length >= size()),
            "maxLength" => length.is_none_or(|length| length <= size()),
            "minimum" => number.is_none_or(|number| number >= wanted.as_i64().unwrap()),
            "maximum" => number.is_none_or(|number| number <= wanted.as_i64().unwrap()),
            "items" => list.is_none_or(|list| list.iter().all(|item| self.accepts(wanted, item))),
            "minItems" => list.is_none_or(|list| list.len() >= size()),
            "maxItems" => list.is_none_or(|list| list.len() <= size()),
            "uniqueItems" => {
                list.is_none_or(|list| list.iter().enumerate().all(|(at, item)| !list[..at].contains(item)))
            }
            "required" => map.is_none_or(|map| all().all(|key| map.contains_key(key.as_str().unwrap()))),
            "minProperties" => map.is_none_or(|map| map.len() >= size()),
            "maxProperties" => map.is_none_or(|map| map.len() <= size()),
            "propertyNames" => {
                map.is_none_or(|map| map.keys().all(|key| self.accepts(wanted, &key.as_str().into())))
            }
            "properties" => map.is_none_or(|map| {
                let known = wanted.as_object().unwrap().iter();
                known
                    .filter_map(|(key, schema)| Some((schema, map.get(key)?)))
                    .all(|(schema, value)| self.accepts(schema, value))
            }),
            "additionalProperties" => map.is_none_or(|map| {
                let known = beside.get("properties").and_then(Value::as_object);
                let more = map.iter().filter(|(key, _)| known.is_none_or(|known| !known.contains_key(*key)));
                more.into_iter().all(|(_, value)| self.accepts(wanted, value))
            }),
            "allOf" => all().all(|schema| self.accepts(schema, value)),
            "anyOf" => all().any(|schema| self.accepts(schema, value)),
            "not" => !self.accepts(wanted, value),
            "if" if self.accepts(wanted, value) => self.accepts(&beside["then"], value),
            "if" => beside.get("else").is_none_or(|otherwise| self.accepts(otherwise, value)),
            other => panic!("unknown keyword {other}"),
        }
    }
}
