//! The description as a JSON Schema, for editors.

use serde_json::{Map, Value, json};

use super::root::root;
use super::section::{Default, Field, Kind, Section, Text};

/// The JSON Schema of a topology, as a file that ends in a newline.
pub fn json() -> String {
    format!("{:#}\n", value())
}

/// The JSON Schema of a topology (draft 2020-12).
pub(in super::super) fn value() -> Value {
    let mut definitions = Map::new();
    let topology = section(&root(), &mut definitions);
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
    schema.insert("title".to_owned(), "logpipe topology".into());
    schema.extend(topology);
    schema.insert("$defs".to_owned(), definitions.into());
    schema.into()
}

fn section(section: &Section, definitions: &mut Map<String, Value>) -> Map<String, Value> {
    let properties: Map<String, Value> =
        section.fields.iter().map(|field| (field.name.to_owned(), described(field, definitions))).collect();
    let required: Vec<&str> =
        section.fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let mut schema = Map::new();
    schema.insert("description".to_owned(), plain(section.meaning).into());
    schema.insert("type".to_owned(), "object".into());
    schema.insert("additionalProperties".to_owned(), false.into());
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    schema.insert("properties".to_owned(), properties.into());
    if !section.conditions.is_empty() {
        schema.insert("allOf".to_owned(), section.conditions.clone().into());
    }
    schema
}

fn described(field: &Field, definitions: &mut Map<String, Value>) -> Value {
    let mut words = vec![plain(field.meaning)];
    if !field.rules.is_empty() {
        words.push(plain(field.rules));
    }
    let mut schema = Map::new();
    if let Default::Words(default) = field.default {
        words.push(format!("Default: {}.", plain(default)));
    }
    schema.insert("description".to_owned(), words.join(" ").into());
    schema.extend(kind(&field.kind, definitions));
    if let Default::Value(default) = &field.default {
        schema.insert("default".to_owned(), default.clone());
    }
    if !field.examples.is_empty() {
        schema.insert("examples".to_owned(), field.examples.clone().into());
    }
    schema.into()
}

fn kind(kind_of: &Kind, definitions: &mut Map<String, Value>) -> Map<String, Value> {
    let schema = match kind_of {
        Kind::Text(form) => text(*form),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Number { least, most: Some(most) } => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Kind::Number { least, most: None } => json!({ "type": "integer", "minimum": least }),
        Kind::Numbers(numbers) => json!({ "type": "integer", "enum": numbers }),
        Kind::Words(words) => json!({ "type": "string", "enum": words }),
        Kind::List { items, least, distinct } => {
            let mut list = json!({ "type": "array", "items": kind(items, definitions) });
            if *least > 0 {
                list["minItems"] = (*least).into();
            }
            if *distinct {
                list["uniqueItems"] = true.into();
            }
            list
        }
        Kind::Map { keys, values, least, most } => {
            let names = text(*keys);
            let mut map = json!({ "type": "object", "propertyNames": names, "additionalProperties": kind(values, definitions) });
            if *least > 0 {
                map["minProperties"] = (*least).into();
            }
            if let Some(most) = most {
                map["maxProperties"] = (*most).into();
            }
            map
        }
        Kind::Section(below) => {
            let schema = section(below, definitions);
            definitions.insert(below.name.to_owned(), schema.into());
            json!({ "$ref": format!("#/$defs/{}", below.name) })
        }
        Kind::Document => json!({ "type": "object", "required": ["Statement"] }),
        Kind::Either(kinds) => {
            let kinds: Vec<Value> = kinds.iter().map(|one| kind(one, definitions).into()).collect();
            json!({ "anyOf": kinds })
        }
    };
    match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}

fn text(text: Text) -> Value {
    let mut schema = json!({ "type": "string" });
    if let Some(pattern) = text.pattern {
        schema["pattern"] = pattern.into();
    }
    if text.least > 0 {
        schema["minLength"] = text.least.into();
    }
    if let Some(most) = text.most {
        schema["maxLength"] = most.into();
    }
    schema
}

/// Words without the marks of Markdown, which editors show as they are.
fn plain(words: &str) -> String {
    words.replace('`', "'")
}
