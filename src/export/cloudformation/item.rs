//! A resource of a template.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::address::Address;
use crate::export::words;
use crate::provider::OwnTags;

/// A resource, and what of the topology is in it.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// Its type.
    pub(super) kind: &'static str,
    /// Its properties.
    pub(super) properties: Map<String, Value>,
    /// Whether it stays when its stack goes: it holds data, or guards them.
    pub(super) kept: bool,
    /// What others may want to know of it.
    pub(super) outputs: Vec<Output>,
    /// Whether its type has no tags.
    pub(super) tagless: bool,
    /// What its type is known by, of what is there already.
    pub(super) identifier: Map<String, Value>,
}

/// An output of a template.
#[derive(Debug, Clone)]
pub(super) struct Output {
    /// What it is, as the end of its logical id.
    pub(super) what: &'static str,
    /// What it is, in words.
    pub(super) about: String,
    /// The attribute that it shows; nothing where it is what `Ref` gives.
    pub(super) attribute: Option<&'static str>,
    /// The name under which other stacks can import it.
    pub(super) export: Option<String>,
}

/// What becomes of a resource of the topology.
#[derive(Debug)]
pub(super) enum Written {
    /// A resource.
    Item(Item),
    /// A property of another one.
    PartOf(Address),
    /// Nothing.
    LeftOut(crate::export::Why),
}

impl Item {
    /// One of a type, with these properties as far as they are something.
    pub(super) fn new<const N: usize>(kind: &'static str, properties: [(&str, Value); N]) -> Self {
        let said = properties.into_iter().filter(|(_, value)| !value.is_null());
        let properties = said.map(|(name, value)| (name.to_owned(), value)).collect();
        Self { kind, properties, kept: false, outputs: Vec::new(), tagless: false, identifier: Map::new() }
    }

    /// The same, which is known by these properties.
    pub(super) fn known_by(mut self, properties: &[&str]) -> Self {
        let known = |name: &&str| self.properties.get(*name).map(|value| ((*name).to_owned(), value.clone()));
        self.identifier = properties.iter().filter_map(known).collect();
        self
    }

    /// The same, which is also known by what is none of its properties.
    pub(super) fn known_as(mut self, name: &str, value: Value) -> Self {
        self.identifier.insert(name.to_owned(), value);
        self
    }

    /// The same, which stays when its stack goes.
    pub(super) fn kept(self) -> Self {
        Self { kept: true, ..self }
    }

    /// The same, with tags of its own.
    pub(super) fn tagged(mut self, tags: &OwnTags) -> Self {
        self.properties.insert("Tags".to_owned(), words::tags(tags));
        self
    }

    /// The same, whose type has no tags.
    pub(super) fn tagless(self) -> Self {
        Self { tagless: true, ..self }
    }

    /// The same, with an output.
    pub(super) fn shown(mut self, output: Output) -> Self {
        self.outputs.push(output);
        self
    }
}

/// A resource in its place among the others.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    /// What it is.
    pub(super) item: Item,
    /// Its name in templates.
    pub(super) id: String,
    /// The addresses of the resources that must be there first.
    pub(super) needs: BTreeSet<Address>,
    /// What of the topology is in it, itself first.
    pub(super) holds: Vec<Address>,
}
