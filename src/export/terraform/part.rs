//! One block of a configuration.

use serde_json::{Map, Value};

use crate::export::words;

/// Whether Terraform makes something, or only looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// It makes it.
    Resource,
    /// It looks at it, and fails where it is not there.
    Data,
}

/// One block: what Terraform calls one of the parts that a resource of ours has.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) mode: Mode,
    /// Its type.
    pub(super) kind: &'static str,
    /// Its arguments.
    pub(super) arguments: Map<String, Value>,
    /// What it is imported by, where it is there already.
    pub(super) import: Option<String>,
}

impl Part {
    /// What Terraform makes, with its arguments: an object, of which members that are null say nothing.
    pub(super) fn resource(kind: &'static str, arguments: Value) -> Self {
        Self { mode: Mode::Resource, kind, arguments: said(arguments), import: None }
    }

    /// What Terraform only looks at.
    pub(super) fn data(kind: &'static str, arguments: Value) -> Self {
        Self { mode: Mode::Data, kind, arguments: said(arguments), import: None }
    }

    /// With the id that it is imported by, if it is `there`.
    pub(super) fn known_as(self, there: bool, id: impl Into<String>) -> Self {
        Self { import: there.then(|| id.into()), ..self }
    }
}

/// Arguments without the members that are null.
pub(super) fn said(arguments: Value) -> Map<String, Value> {
    match words::said(arguments) {
        Value::Object(arguments) => arguments,
        _ => Map::new(),
    }
}
