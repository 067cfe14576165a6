//! Values of variables, by their types.

use std::rc::Rc;

use crate::topology::finding::Span;
use crate::topology::keys::variables::{TYPES, VariableType};
use crate::topology::yaml::{self, Kind, Node, Value};

/// What kind of value this is; `None` for what no variable can be.
pub(super) fn type_of(node: &Node) -> Option<VariableType> {
    match &node.value {
        Value::Scalar { kind, .. } => of_scalar(*kind),
        Value::List(items) => {
            let plain = |item: &Rc<Node>| match &item.value {
                Value::Scalar { kind, .. } => of_scalar(*kind).is_some(),
                Value::List(_) | Value::Map(_) => false,
            };
            items.iter().all(plain).then_some(VariableType::List)
        }
        Value::Map(_) => None,
    }
}

fn of_scalar(kind: Kind) -> Option<VariableType> {
    match kind {
        Kind::Null => None,
        Kind::Flag(_) => Some(VariableType::Boolean),
        Kind::Integer(_) | Kind::Float => Some(VariableType::Number),
        Kind::Text => Some(VariableType::String),
    }
}

/// What a text from a flag or the environment is as a value of a type.
pub(super) fn read(text: &str, of: VariableType, span: Span) -> Option<Node> {
    let scalar = |text: &str, kind: Kind| Node::new(span, Value::Scalar { text: text.to_owned(), kind });
    match of {
        VariableType::String => Some(scalar(text, Kind::Text)),
        VariableType::Number => {
            let whole = text.parse::<i64>().ok().map(Kind::Integer);
            let number =
                whole.or_else(|| text.parse::<f64>().ok().filter(|it| it.is_finite()).map(|_| Kind::Float));
            number.map(|kind| scalar(text, kind))
        }
        VariableType::Boolean => text.parse::<bool>().ok().map(|flag| scalar(text, Kind::Flag(flag))),
        VariableType::List => {
            if text.trim_start().starts_with('[') {
                let list = yaml::parse(text).ok().flatten()?;
                return (type_of(&list)? == VariableType::List).then(|| placed(&list, span));
            }
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Some(Node::new(span, Value::List(items.map(|item| Rc::new(scalar(item, Kind::Text))).collect())))
        }
    }
}

/// The same value at another place.
pub(super) fn placed(node: &Node, span: Span) -> Node {
    let value = match &node.value {
        Value::Scalar { text, kind } => Value::Scalar { text: text.clone(), kind: *kind },
        Value::List(items) => Value::List(items.iter().map(|item| Rc::new(placed(item, span))).collect()),
        Value::Map(_) => Value::List(Vec::new()),
    };
    Node::new(span, value)
}

/// Whether two values are the same.
pub(super) fn same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Scalar { text, kind }, Value::Scalar { text: other, kind: other_kind }) => {
            // `1e3` and `1000.0` are written otherwise, and nobody allows one and means the other.
            kind == other_kind && (text == other || !matches!(kind, Kind::Text | Kind::Float))
        }
        _ => false,
    }
}

/// The texts that a value is made of.
pub(super) fn texts(node: &Node) -> Vec<&str> {
    match &node.value {
        Value::Scalar { text, .. } => vec![text],
        Value::List(items) => items.iter().filter_map(|item| item.text()).collect(),
        Value::Map(_) => Vec::new(),
    }
}

/// The word for a type.
pub(super) fn word(of: VariableType) -> &'static str {
    TYPES.iter().find(|(_, other)| *other == of).map_or("string", |(word, _)| word)
}

/// What a value of a type is, in a sentence.
pub(super) fn what(of: VariableType) -> &'static str {
    match of {
        VariableType::String => "a string",
        VariableType::Number => "a number",
        VariableType::Boolean => "`true` or `false`",
        VariableType::List => "a list",
    }
}

/// How to give a value of a type by a flag.
pub(super) fn example(name: &str, of: VariableType) -> String {
    let value = match of {
        VariableType::String => "VALUE",
        VariableType::Number => "30",
        VariableType::Boolean => "true",
        VariableType::List => "one,two",
    };
    format!("--var {name}={value}")
}
