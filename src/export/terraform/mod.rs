//! A topology as a configuration of Terraform, in its JSON syntax: a provider for each account and region, the resources of
//! each in a file of its own, and blocks that import what is there already.
//!
//! ARNs and names are written out, as logpipe derives them, so that no resource has to be made before another one can be
//! planned; what has to be there first is said by `depends_on`.

mod bucket;
mod iam;
mod logs;
mod named;
mod part;
mod parts;
mod providers;
mod stream;
mod syntax;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use self::part::{Mode, Part};
use self::parts::Written;
use self::syntax::escaped;
use super::model::{Export, File, Language, LeftOut, Note, Pipeline};
use crate::address::{AccountName, Address, Place};
use crate::graph::dag::order;

/// The file of what holds for all of it.
const MAIN: &str = "main.tf.json";

/// The file of what is imported.
const IMPORTS: &str = "imports.tf.json";

/// How the files of a resource type are written: its blocks, by their names.
type Blocks = BTreeMap<&'static str, Map<String, Value>>;

/// Writes it.
pub fn write(pipeline: Pipeline<'_>) -> Export {
    let mut export = Export {
        language: Language::Terraform,
        files: Vec::new(),
        left_out: Vec::new(),
        notes: pipeline.notes().collect(),
    };
    // A graph without an order is no topology's: `graph::build` says so as a problem.
    let order = order(&pipeline.graph.needs()).unwrap_or_default();
    let mut last: BTreeMap<&Address, String> = BTreeMap::new();
    let mut places: BTreeMap<(&AccountName, &Place), InPlace> = BTreeMap::new();
    let mut imports = Vec::new();
    for node in order.iter().filter_map(|address| pipeline.graph.nodes.get(address)) {
        let written = match parts::of(node, pipeline) {
            Ok(written) => written,
            Err(why) => {
                export.left_out.push(LeftOut { address: node.address.clone(), why });
                continue;
            }
        };
        let needs = node.needs.iter().filter_map(|need| last.get(&need.address).cloned());
        let place = places.entry((&node.address.account, &node.address.place)).or_default();
        let reference = place.add(written, &node.address, needs.collect(), &mut imports, pipeline);
        last.insert(&node.address, reference);
    }
    let used: BTreeSet<(&AccountName, &Place)> = places.keys().copied().collect();
    let newest = places.values().any(|place| place.newest);
    export.files.push(file(MAIN.to_owned(), None, Vec::new(), &providers::main(pipeline, &used, newest)));
    for ((account, place), there) in places {
        let name = format!("{account}.{place}.tf.json");
        let body = json!({ "resource": there.resources, "data": there.data });
        export.files.push(file(name, Some((account, place)), there.addresses, &without_empty(body)));
    }
    if !imports.is_empty() {
        export.files.push(file(IMPORTS.to_owned(), None, Vec::new(), &json!({ "import": imports })));
    }
    if used.len() > providers::MANY {
        export.notes.push(Note::ManyProviders { count: used.len() });
    }
    export
}

/// What is in one account and region.
#[derive(Debug, Default)]
struct InPlace {
    resources: Blocks,
    data: Blocks,
    addresses: Vec<Address>,
    /// Whether it takes a provider of the newest version.
    newest: bool,
}

impl InPlace {
    /// Adds the parts of a resource, each after the one before, and returns what the last one is called.
    fn add(
        &mut self,
        written: Written,
        address: &Address,
        needs: Vec<String>,
        imports: &mut Vec<Value>,
        pipeline: Pipeline<'_>,
    ) -> String {
        let (name, provider) = (named::identifier(address), named::provider(address, pipeline.topology));
        let mut after = needs;
        self.newest |= written.newest;
        self.addresses.push(address.clone());
        for Part { mode, kind, arguments, import } in written.parts {
            let reference = match mode {
                Mode::Resource => format!("{kind}.{name}"),
                Mode::Data => format!("data.{kind}.{name}"),
            };
            let mut body = Map::new();
            body.insert("//".to_owned(), address.to_string().into());
            body.insert("provider".to_owned(), format!("aws.{provider}").into());
            body.extend(arguments.into_iter().map(|(key, value)| (key, escaped(value))));
            if !after.is_empty() {
                body.insert("depends_on".to_owned(), after.into());
            }
            let blocks = match mode {
                Mode::Resource => &mut self.resources,
                Mode::Data => &mut self.data,
            };
            blocks.entry(kind).or_default().insert(name.clone(), body.into());
            if let Some(id) = import {
                imports.push(json!({ "to": reference, "id": escaped(id.into()) }));
            }
            after = vec![reference];
        }
        after.pop().unwrap_or_default()
    }
}

fn file(name: String, of: Option<(&AccountName, &Place)>, resources: Vec<Address>, body: &Value) -> File {
    File {
        name,
        account: of.map(|(account, _)| account.clone()),
        region: of.and_then(|(_, place)| place.region().cloned()),
        resources,
        text: format!("{body:#}\n"),
    }
}

/// Terraform takes a section without blocks, and nobody wants to read one.
fn without_empty(mut body: Value) -> Value {
    if let Some(sections) = body.as_object_mut() {
        sections.retain(|_, blocks| blocks.as_object().is_some_and(|blocks| !blocks.is_empty()));
    }
    body
}
