//! A validator of the part of JSON Schema that the schema of topologies uses. A keyword it does not know is a failure,
//! so that the schema cannot grow past it unnoticed.

use std::cell::RefCell;
use std::collections::HashMap;

use regex_lite::Regex;
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
            "$schema" | "$id" | "title" | "description" | "default" | "examples" | "$defs" | "then"
            | "else" => true,
            // Of the agent's schema, the second of them misspelt there.
            "definitions" | "descriptions" => true,
            "$ref" => self.accepts(
                self.schema.pointer(wanted.as_str().unwrap().strip_prefix('#').unwrap()).unwrap(),
                value,
            ),
            "type" if wanted.is_array() => all().any(|kind| is(kind.as_str().unwrap(), value)),
            "type" => is(wanted.as_str().unwrap(), value),
            "const" => value == wanted,
            "enum" => all().any(|one| one == value),
            "pattern" => text.is_none_or(|text| found(wanted.as_str().unwrap(), text)),
            "minLength" => length.is_none_or(|length| length >= size()),
            "maxLength" => length.is_none_or(|length| length <= size()),
            "minimum" => number.is_none_or(|number| number >= wanted.as_i64().unwrap()),
            "maximum" => number.is_none_or(|number| number <= wanted.as_i64().unwrap()),
            "items" => list.is_none_or(|list| list.iter().all(|item| self.accepts(wanted, item))),
            "contains" => list.is_none_or(|list| list.iter().any(|item| self.accepts(wanted, item))),
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
            "oneOf" => all().filter(|schema| self.accepts(schema, value)).count() == 1,
            "not" => !self.accepts(wanted, value),
            "if" if self.accepts(wanted, value) => self.accepts(&beside["then"], value),
            "if" => beside.get("else").is_none_or(|otherwise| self.accepts(otherwise, value)),
            other => panic!("unknown keyword {other}"),
        }
    }
}

fn is(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("unknown type {other}"),
    }
}

/// Whether a pattern is found. The engine knows no classes of Unicode: letters and numbers beyond ASCII are one of each.
fn found(pattern: &str, text: &str) -> bool {
    let plain = |letter: char| match letter {
        letter if letter.is_ascii() => letter,
        letter if letter.is_alphabetic() => 'a',
        letter if letter.is_numeric() => '1',
        letter => letter,
    };
    let classes = [(r"\p{Alphabetic}", "a-zA-Z"), (r"\p{N}", "0-9")];
    if classes.iter().all(|(class, _)| !pattern.contains(class)) {
        return compiled(pattern, text);
    }
    let ascii = classes.iter().fold(pattern.to_owned(), |pattern, (class, set)| pattern.replace(class, set));
    compiled(&ascii, &text.chars().map(plain).collect::<String>())
}

/// Thousands of values are tried with a few patterns.
fn compiled(pattern: &str, text: &str) -> bool {
    thread_local! {
        static COMPILED: RefCell<HashMap<String, Regex>> = RefCell::default();
    }
    COMPILED.with_borrow_mut(|compiled| {
        if !compiled.contains_key(pattern) {
            compiled.insert(pattern.to_owned(), Regex::new(pattern).unwrap());
        }
        compiled[pattern].is_match(text)
    })
}
