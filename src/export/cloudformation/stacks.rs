//! The templates of a topology: what each resource becomes, in which stack it is, and what is said above it.

use std::collections::{BTreeMap, BTreeSet};

use super::item::{Placed, Written};
use super::logical_id::logical_id;
use super::options::Options;
use super::placing::{Stack, stacks};
use super::resource::{Around, written};
use super::template::{DIRECT, template, yaml};
use crate::address::Address;
use crate::export::{Export, File, Language, LeftOut, Note, Pipeline};
use crate::graph::Node;

/// Writes the templates.
pub fn write(pipeline: Pipeline<'_>, _options: &Options) -> Export {
    let Resources { items, left_out } = Resources::of(pipeline);
    let mut notes: Vec<Note> = pipeline.notes().collect();
    let stacks = stacks(&items, pipeline.topology);
    let files = files(&stacks, &items, pipeline);
    notes.extend(untagged(&items));
    notes.extend(files.iter().filter_map(large));
    Export { language: Language::Cloudformation, files, left_out, notes }
}

/// What the resources of a topology become.
pub(super) struct Resources {
    pub(super) items: BTreeMap<Address, Placed>,
    pub(super) left_out: Vec<LeftOut>,
}

impl Resources {
    pub(super) fn of(pipeline: Pipeline<'_>) -> Self {
        let around = Around::of(pipeline);
        let mut all = Self { items: BTreeMap::new(), left_out: Vec::new() };
        let mut wholes: BTreeMap<&Address, Address> = BTreeMap::new();
        for (address, node) in &pipeline.graph.nodes {
            match written(node, &around) {
                Written::Item(item) => {
                    let (id, holds) = (logical_id(address), vec![address.clone()]);
                    let placed = Placed { item, id, needs: BTreeSet::new(), holds };
                    all.items.insert(address.clone(), placed);
                }
                Written::PartOf(whole) => drop(wholes.insert(address, whole)),
                Written::LeftOut(why) => all.left_out.push(LeftOut { address: address.clone(), why }),
            }
        }
        for (address, whole) in &wholes {
            if let Some(placed) = all.items.get_mut(whole) {
                placed.holds.push((*address).clone());
            }
        }
        for node in pipeline.graph.nodes.values() {
            all.needs(node, &wholes);
        }
        all
    }

    /// Has a resource come after what it needs, as far as that is in the templates.
    fn needs(&mut self, node: &Node, wholes: &BTreeMap<&Address, Address>) {
        let whole = |address: &Address| wholes.get(address).unwrap_or(address).clone();
        let own = whole(&node.address);
        let needs = node.needs.iter().map(|need| whole(&need.address)).filter(|need| *need != own);
        let needs: Vec<Address> = needs.filter(|need| self.items.contains_key(need)).collect();
        if let Some(placed) = self.items.get_mut(&own) {
            placed.needs.extend(needs);
        }
    }
}

/// The name of a stack.
fn stack_name(topology: &str, part: usize) -> String {
    match part {
        1 => format!("logpipe-{topology}"),
        part => format!("logpipe-{topology}-{part}"),
    }
}

fn file_name(stack: &Stack) -> String {
    match stack.part {
        1 => format!("{}.{}.yaml", stack.account, stack.region),
        part => format!("{}.{}.{part}.yaml", stack.account, stack.region),
    }
}

fn files(stacks: &[Stack], items: &BTreeMap<Address, Placed>, pipeline: Pipeline<'_>) -> Vec<File> {
    let mut homes: BTreeMap<&Address, usize> = BTreeMap::new();
    for (index, stack) in stacks.iter().enumerate() {
        homes.extend(stack.resources.iter().map(|address| (address, index)));
    }
    let before = |stack: &Stack| -> BTreeSet<usize> {
        let placed = stack.resources.iter().filter_map(|address| items.get(address));
        placed.flat_map(|placed| &placed.needs).filter_map(|need| homes.get(need)).copied().collect()
    };
    let file = |(index, stack): (usize, &Stack)| {
        let after = before(stack).into_iter().filter(|other| *other != index);
        let after: Vec<String> = after.filter_map(|other| stacks.get(other)).map(file_name).collect();
        file(stack, &after, items, pipeline)
    };
    stacks.iter().enumerate().map(file).collect()
}

fn file(stack: &Stack, after: &[String], items: &BTreeMap<Address, Placed>, pipeline: Pipeline<'_>) -> File {
    let name = file_name(stack);
    let (topology, region) = (&pipeline.topology.name, &stack.region);
    let id = pipeline.account_id(&stack.account);
    let about = format!("{topology}: what logpipe would make in account {} ({id}), {region}", stack.account);
    let body = yaml(&template(&about, &stack.resources, items));
    let placed = || stack.resources.iter().filter_map(|address| items.get(address));
    let names_roles = placed().any(|placed| placed.item.kind.starts_with("AWS::IAM::"));
    let mut lines = vec![
        format!(
            "{name}: what the topology {topology} has in account {} ({id}), region {region}.",
            stack.account
        ),
        "Written by `logpipe export cloudformation`. With credentials of that account:".to_owned(),
        String::new(),
        format!(
            "  aws cloudformation deploy --region {region} --stack-name {} \\",
            stack_name(topology.as_str(), stack.part)
        ),
        format!(
            "    --template-file {name}{}{}",
            if names_roles { " --capabilities CAPABILITY_NAMED_IAM" } else { "" },
            if body.len() > DIRECT { " --s3-bucket BUCKET" } else { "" }
        ),
    ];
    if !after.is_empty() {
        lines.extend([String::new(), format!("After {}.", after.join(", "))]);
    }
    let head: String = lines.iter().map(|line| format!("# {line}").trim_end().to_owned() + "\n").collect();
    File {
        name,
        account: Some(stack.account.clone()),
        region: Some(region.clone()),
        resources: placed().flat_map(|placed| &placed.holds).cloned().collect(),
        text: head + &body,
    }
}

fn untagged(items: &BTreeMap<Address, Placed>) -> Option<Note> {
    let resources = items.iter().filter(|(_, placed)| placed.item.tagless);
    let resources: Vec<Address> = resources.map(|(address, _)| address.clone()).collect();
    (!resources.is_empty()).then_some(Note::Untagged { resources })
}

fn large(file: &File) -> Option<Note> {
    let bytes = file.text.len();
    let (file, most) = (file.name.clone(), DIRECT);
    (bytes > most).then_some(Note::Large { file, bytes, most })
}
