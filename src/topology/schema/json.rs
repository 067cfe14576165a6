//! The tables as a JSON Schema, for editors.

use serde_json::{Map, Value, json};

use super::document;
use crate::topology::keys::forms::{Condition, Form, aws_managed, identifiers};
use crate::topology::keys::variables::WITH_VARIABLE;
use crate::topology::keys::{Default, Row, Shape, Table, root};

/// What the schema is called, by the version of the format: it has no address that it could be fetched from.
const ID: &str = "urn:logpipe:topology:1";

/// The JSON Schema of a topology, as a file that ends in a newline.
pub fn json() -> String {
    format!("{:#}\n", value())
}

/// The JSON Schema of a topology (draft 2020-12).
pub(in crate::topology) fn value() -> Value {
    let mut definitions = Map::new();
    let mut topology = section(&root::TOPOLOGY, &mut definitions);
    // What a file does not have may be in one that it includes.
    let alone =
        ["required", "allOf"].into_iter().filter_map(|key| Some((key.to_owned(), topology.remove(key)?)));
    let alone: Map<String, Value> = alone.collect();
    topology.insert("if".to_owned(), json!({ "required": [root::INCLUDE.name] }));
    topology.insert("then".to_owned(), true.into());
    topology.insert("else".to_owned(), alone.into());
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
    schema.insert("$id".to_owned(), ID.into());
    schema.insert("title".to_owned(), "logpipe topology".into());
    schema.extend(topology);
    schema.insert("$defs".to_owned(), definitions.into());
    schema.into()
}

fn section(table: &Table, definitions: &mut Map<String, Value>) -> Map<String, Value> {
    let rows: Vec<Row> = table.keys.iter().map(|key| key.row()).collect();
    let required: Vec<&str> = rows.iter().filter(|row| row.required).map(|row| row.name).collect();
    let mut schema = Map::new();
    schema.insert("description".to_owned(), plain(table.meaning).into());
    schema.insert("type".to_owned(), "object".into());
    schema.insert("additionalProperties".to_owned(), false.into());
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    let properties: Map<String, Value> =
        rows.iter().map(|row| (row.name.to_owned(), described(row, definitions))).collect();
    schema.insert("properties".to_owned(), properties.into());
    let conditions = (table.conditions)();
    if !conditions.is_empty() {
        schema.insert("allOf".to_owned(), conditions.into());
    }
    schema
}

fn described(row: &Row, definitions: &mut Map<String, Value>) -> Value {
    let mut words = vec![plain(row.meaning)];
    if !row.rules.is_empty() {
        words.push(plain(row.rules));
    }
    if let Default::Words(default) = row.default {
        words.push(format!("Default: {}.", plain(default)));
    }
    let mut schema = Map::new();
    schema.insert("description".to_owned(), words.join(" ").into());
    schema.extend(shape(&row.shape, definitions));
    if let Default::Value(default) = &row.default {
        schema.insert("default".to_owned(), default.clone());
    }
    if !row.examples.is_empty() {
        schema.insert("examples".to_owned(), row.examples.clone().into());
    }
    schema.into()
}

/// What a value may be: as its key takes it, or a text in which a variable stands for it.
fn shape(of: &Shape, definitions: &mut Map<String, Value>) -> Map<String, Value> {
    let written = written(of, definitions);
    let takes_any_text = written.len() == 1 && written.get("type").is_some_and(|of| of == "string");
    let is_scalar = matches!(
        of,
        Shape::Text(..)
            | Shape::Flag
            | Shape::Number { .. }
            | Shape::Numbers(_)
            | Shape::Words(_)
            | Shape::List { .. }
            | Shape::ManagedPolicy
    );
    if !is_scalar || takes_any_text {
        return written;
    }
    definitions.entry("with_variable").or_insert_with(|| {
        json!({
            "description": "A text in which ${var.name} or ${env.NAME} stands for a value.",
            "type": "string",
            "pattern": WITH_VARIABLE
        })
    });
    object(json!({ "anyOf": [written, { "$ref": "#/$defs/with_variable" }] }))
}

/// What a value may be that is written out.
fn written(of: &Shape, definitions: &mut Map<String, Value>) -> Map<String, Value> {
    let schema = match of {
        Shape::Text(form, told) => text_and(form, told),
        Shape::Plain => {
            let scalar = json!({ "type": ["string", "number", "boolean"] });
            json!({ "anyOf": [scalar, { "type": "array", "items": scalar }] })
        }
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Number { least, most } => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Shape::Numbers(numbers) => json!({ "type": "integer", "enum": numbers }),
        Shape::Words(words) => json!({ "type": "string", "enum": words }),
        Shape::List { items, least, most, distinct } => {
            let mut list = json!({ "type": "array", "items": shape(items, definitions) });
            bounds(&mut list, ("minItems", "maxItems"), *least, *most);
            if *distinct {
                list["uniqueItems"] = true.into();
            }
            list
        }
        Shape::Map { keys, values, least, most } => {
            let names = text(keys);
            let mut map = json!({ "type": "object", "propertyNames": names, "additionalProperties": shape(values, definitions) });
            bounds(&mut map, ("minProperties", "maxProperties"), *least, *most);
            map
        }
        Shape::Section(table) => {
            let schema = section(table, definitions);
            definitions.insert(table.name.to_owned(), schema.into());
            json!({ "$ref": format!("#/$defs/{}", table.name) })
        }
        Shape::Document => {
            definitions.extend(document::definitions().map(|(name, schema)| (name.to_owned(), schema)));
            json!({ "$ref": "#/$defs/policy_document" })
        }
        Shape::ManagedPolicy => {
            definitions.insert("managed_policy".to_owned(), managed_policy());
            json!({ "$ref": "#/$defs/managed_policy" })
        }
        Shape::Either(shapes) => {
            let schemas: Vec<Value> = shapes.iter().map(|one| shape(one, definitions).into()).collect();
            json!({ "anyOf": schemas })
        }
    };
    object(schema)
}

/// Every name of a managed policy, for editors to offer, or the ARN of one.
fn managed_policy() -> Value {
    let names: Vec<&str> = aws_managed::names().collect();
    json!({ "type": "string", "anyOf": [{ "enum": names }, text(&identifiers::POLICY_ARN)] })
}

/// A text of a form.
pub(in crate::topology) fn text(form: &Form) -> Value {
    text_and(form, &[])
}

/// A text of a form of which more holds.
fn text_and(form: &Form, told: &[Condition]) -> Value {
    let mut schema = json!({ "type": "string" });
    if let Some(pattern) = form.pattern() {
        schema["pattern"] = pattern.into();
    }
    bounds(&mut schema, ("minLength", "maxLength"), form.shortest, form.longest);
    let mut more = Vec::new();
    for condition in form.further.iter().chain(told) {
        let pattern = json!({ "pattern": condition.pattern });
        match (condition.wanted, schema.get("pattern")) {
            (true, None) => schema["pattern"] = condition.pattern.into(),
            (true, Some(_)) => more.push(pattern),
            (false, _) => more.push(json!({ "not": pattern })),
        }
    }
    if !more.is_empty() {
        schema["allOf"] = more.into();
    }
    schema
}

fn bounds(schema: &mut Value, (least, most): (&str, &str), fewest: usize, at_most: Option<usize>) {
    if fewest > 0 {
        schema[least] = fewest.into();
    }
    if let Some(at_most) = at_most {
        schema[most] = at_most.into();
    }
}

fn object(schema: Value) -> Map<String, Value> {
    match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}

/// Words without the marks of Markdown, which editors show as they are.
fn plain(words: &str) -> String {
    words.replace('`', "'")
}
