//! YAML and JSON as one tree in which every key and value knows its place, and where a secret may be in their text.

mod comments;
mod hidden;
mod json;
mod tabs;
mod tree;

pub(super) use comments::{Comment, comments};
pub(super) use hidden::{Within, behind_secret_keys};
pub(super) use json::parse as parse_json;
pub(super) use tree::{Entry, Kind, Node, Value, parse, parse_at};
