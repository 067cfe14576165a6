//! A request as the tables read it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::dispatch::{Call, Input};
use crate::protocol::wire::WireRequest;
use crate::state::site::Site;
use crate::state::world::World;

/// A call with what it carries and the world it meets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// The world, for what a name stands for: paths of roles, owners of buckets, tags.
    pub(crate) world: &'a World,
    /// The call.
    pub(crate) call: &'a Call,
    /// Its input.
    pub(crate) input: &'a Input,
    /// The request, for what S3 puts into headers and query.
    pub(crate) request: &'a WireRequest,
}

impl<'a> Asked<'a> {
    /// The operation.
    pub(crate) fn operation(&self) -> &'a str {
        &self.call.operation
    }

    /// The action of the same name as the operation, which most operations have.
    pub(crate) fn own_action(&self) -> String {
        format!("{}:{}", self.call.service.prefix(), self.call.operation)
    }

    /// Where the call takes effect.
    pub(crate) fn site(&self) -> Site {
        Site::of(self.call)
    }

    /// A text among the members of JSON or the fields of a form; empty if it is not there, which the service refuses
    /// in its own words.
    pub(crate) fn text(&self, name: &str) -> &'a str {
        self.optional(name).unwrap_or_default()
    }

    /// The same, if it is there.
    pub(crate) fn optional(&self, name: &str) -> Option<&'a str> {
        match self.input {
            Input::Json(body) | Input::Cbor(body) => body.get(name).and_then(Value::as_str),
            Input::Form(form) => form.get(name),
            Input::Rest => None,
        }
    }

    /// The member of a JSON body at a pointer, as text.
    pub(crate) fn pointed(&self, pointer: &str) -> Option<&'a str> {
        match self.input {
            Input::Json(body) | Input::Cbor(body) => body.pointer(pointer).and_then(Value::as_str),
            Input::Form(_) | Input::Rest => None,
        }
    }

    /// The tags of a request, in whichever of the three forms it writes them.
    pub(crate) fn tags(&self, name: &str) -> BTreeMap<String, String> {
        match self.input {
            Input::Form(form) => form.pairs(name).into_iter().collect(),
            Input::Json(body) | Input::Cbor(body) => match body.get(name) {
                Some(Value::Object(tags)) => tags.iter().filter_map(named).collect(),
                Some(Value::Array(tags)) => tags.iter().filter_map(keyed).collect(),
                _ => BTreeMap::new(),
            },
            Input::Rest => BTreeMap::new(),
        }
    }

    /// The keys of tags that are to go.
    pub(crate) fn tag_keys(&self, name: &str) -> Vec<String> {
        match self.input {
            Input::Form(form) => form.list(name).into_iter().map(str::to_owned).collect(),
            Input::Json(body) | Input::Cbor(body) => {
                let keys = body.get(name).and_then(Value::as_array).into_iter().flatten();
                keys.filter_map(Value::as_str).map(str::to_owned).collect()
            }
            Input::Rest => Vec::new(),
        }
    }
}

fn named((key, value): (&String, &Value)) -> Option<(String, String)> {
    Some((key.clone(), value.as_str()?.to_owned()))
}

fn keyed(tag: &Value) -> Option<(String, String)> {
    let value = tag.get("Value").and_then(Value::as_str).unwrap_or_default();
    Some((tag.get("Key")?.as_str()?.to_owned(), value.to_owned()))
}
