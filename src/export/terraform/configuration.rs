//! The whole configuration: what becomes of each resource, what comes after what, and in which files it is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::part::{Mode, Part};
use super::parts::Written;
use super::syntax::escaped;
use super::{named, parts, providers};
use crate::address::{AccountName, Address, Place};
use crate::export::model::{Export, File, Language, LeftOut, Note, Pipeline};
use crate::graph::dag::order;

/// Which files there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// One with all of it.
    One,
    /// One of what holds for all of it, one for each account and region, and one of what is imported.
    Several,
}

/// The blocks of a section by their types, and by their names.
type Blocks = BTreeMap<&'static str, Map<String, Value>>;

/// What is in an account and region.
type Places<'a> = BTreeMap<(&'a AccountName, &'a Place), InPlace>;

/// Writes it.
pub fn write(pipeline: Pipeline<'_>, files: Files) -> Export {
    let mut left_out = Vec::new();
    // A graph without an order is no topology's: `graph::build` says so as a problem.
    let order = order(&pipeline.graph.needs()).unwrap_or_default();
    let mut last: BTreeMap<&Address, String> = BTreeMap::new();
    let mut places = Places::new();
    let mut imports = Vec::new();
    for node in order.iter().filter_map(|address| pipeline.graph.nodes.get(address)) {
        let written = match parts::of(node, pipeline) {
            Ok(written) => written,
            Err(why) => {
                left_out.push(LeftOut { address: node.address.clone(), why });
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
    let main = providers::main(pipeline, &used, newest);
    let imports = (!imports.is_empty()).then_some(imports);
    let mut notes: Vec<Note> = pipeline.notes().collect();
    if used.len() > providers::MANY {
        notes.push(Note::ManyProviders { count: used.len() });
    }
    let files = match files {
        Files::One => vec![one(pipeline, main, places, imports)],
        Files::Several => several(main, places, imports),
    };
    Export { language: Language::Terraform, files, left_out, notes }
}

fn one(pipeline: Pipeline<'_>, mut body: Value, places: Places<'_>, imports: Option<Vec<Value>>) -> File {
    let mut all = InPlace::default();
    for place in places.into_values() {
        all.merge(place);
    }
    for (section, blocks) in all.sections() {
        body[section] = json!(blocks);
    }
    if let Some(imports) = imports {
        body["import"] = imports.into();
    }
    file(format!("{}.tf.json", pipeline.topology.name), None, all.addresses, &body)
}

fn several(main: Value, places: Places<'_>, imports: Option<Vec<Value>>) -> Vec<File> {
    let mut files = vec![file("main.tf.json".to_owned(), None, Vec::new(), &main)];
    for ((account, place), there) in places {
        let sections: BTreeMap<&str, &Blocks> = there.sections().collect();
        let name = format!("{account}.{place}.tf.json");
        files.push(file(name, Some((account, place)), there.addresses.clone(), &json!(sections)));
    }
    let imports = imports.map(|imports| json!({ "import": imports }));
    files.extend(imports.map(|body| file("imports.tf.json".to_owned(), None, Vec::new(), &body)));
    files
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
    /// Its sections that hold anything.
    fn sections(&self) -> impl Iterator<Item = (&'static str, &Blocks)> {
        let all = [("data", &self.data), ("resource", &self.resources)];
        all.into_iter().filter(|(_, blocks)| !blocks.is_empty())
    }

    fn merge(&mut self, other: Self) {
        let sections = [(&mut self.resources, other.resources), (&mut self.data, other.data)];
        for (own, others) in sections {
            for (kind, blocks) in others {
                own.entry(kind).or_default().extend(blocks);
            }
        }
        self.addresses.extend(other.addresses);
    }

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
