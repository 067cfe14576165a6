//! The templates of a topology: what each resource becomes, in which stack it is, and what is said above it.

use std::collections::{BTreeMap, BTreeSet};

use super::item::{Placed, Written};
use super::logical_id::logical_id;
use super::options::{Members, Options};
use super::placing::{RESOURCES, Stack, stacks};
use super::resource::{Around, written};
use super::stack_set::{StackSet, of_members, stack_set};
use super::template::{DIRECT, template};
use super::yaml::yaml;
use super::{import, set_files};
use crate::access::MEMBER;
use crate::address::{AccountId, Address};
use crate::export::{Export, File, Language, LeftOut, Note, Pipeline};
use crate::graph::{self, Node, declared};
use crate::topology::Allow;

/// Writes the templates.
pub fn write(pipeline: Pipeline<'_>, options: &Options) -> Export {
    let mut resources = Resources::of(pipeline);
    let mut notes: Vec<Note> = pipeline.notes().collect();
    let set = match &options.members {
        Members::Stacks => None,
        members => {
            let set = set_of(pipeline, &resources, members);
            notes.extend(set_notes(pipeline, members, set.as_ref()));
            let in_set = of_members(pipeline, &resources.items);
            resources.items.retain(|address, _| !in_set.contains(address));
            set
        }
    };
    let stacks = stacks(&resources.items, pipeline.topology);
    let mut files = files(&stacks, &resources.items, pipeline);
    if let Some(set) = &set {
        let after: Vec<String> = stacks.iter().map(file_name).collect();
        files.extend(set_files::files(set, &options.members, &after, pipeline));
    }
    notes.extend(untagged(&resources.items));
    notes.extend(files.iter().filter_map(large));
    Export { language: Language::Cloudformation, files, left_out: resources.left_out, notes }
}

/// What the accounts that send get. Where units of an organisation get it and nobody has asked which accounts those have, one
/// stands for all of them.
fn set_of(pipeline: Pipeline<'_>, resources: &Resources, members: &Members) -> Option<StackSet> {
    let unread = |note: &graph::Note| matches!(note, graph::Note::OrganizationUnread { .. });
    let asks = matches!(members, Members::ServiceManaged { .. }) && pipeline.graph.notes.iter().any(unread);
    let anybody = MEMBER.parse::<AccountId>().ok().filter(|_| asks);
    let Some(anybody) = anybody else { return stack_set(pipeline, resources, None) };
    let topology = pipeline.topology.with_members(&BTreeSet::from([anybody.clone()]));
    let graph = declared(&topology);
    let pipeline = Pipeline { topology: &topology, graph: &graph, ..pipeline };
    stack_set(pipeline, &Resources::of(pipeline), Some(&anybody)).map(|set| StackSet {
        holds: set.holds.into_iter().filter(|address| address.account.as_str() != MEMBER).collect(),
        ..set
    })
}

fn set_notes(pipeline: Pipeline<'_>, members: &Members, set: Option<&StackSet>) -> Vec<Note> {
    let Some(set) = set else { return vec![Note::NoMembers] };
    let mut notes = Vec::new();
    if set.size > RESOURCES {
        notes.push(Note::Crowded { resources: set.size, most: RESOURCES });
    }
    let there = set.holds.iter().filter(|address| pipeline.existing.contains_key(address)).count();
    if there > 0 {
        notes.push(Note::MembersExist { resources: there });
    }
    if matches!(members, Members::ServiceManaged { .. }) {
        let topology = pipeline.topology;
        let admits_all = |destination: &&crate::topology::Destination| {
            matches!(destination.allow, Allow::Organization(_))
                && topology.trusted_organization(destination).is_some()
        };
        let closed = topology.destinations.values().filter(|destination| !admits_all(destination));
        let closed = closed.filter(|destination| !topology.regions_into(&destination.key).is_empty());
        notes.extend(closed.map(|destination| Note::NotOpen { destination: destination.key.clone() }));
    }
    notes
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
    let of = |(index, stack): (usize, &Stack)| {
        let after = before(stack).into_iter().filter(|other| *other != index);
        let after: Vec<String> = after.filter_map(|other| stacks.get(other)).map(file_name).collect();
        of_stack(stack, &after, items, pipeline)
    };
    stacks.iter().enumerate().flat_map(of).collect()
}

/// The template of a stack, and what it takes over what is there with.
fn of_stack(
    stack: &Stack,
    after: &[String],
    items: &BTreeMap<Address, Placed>,
    pipeline: Pipeline<'_>,
) -> Vec<File> {
    let name = file_name(stack);
    let (topology, region) = (&pipeline.topology.name, &stack.region);
    let id = pipeline.account_id(&stack.account);
    let about = format!("{topology}: what logpipe would make in account {} ({id}), {region}", stack.account);
    let body = yaml(&template(&about, &stack.resources, items));
    let placed = || stack.resources.iter().filter_map(|address| items.get(address));
    let of_iam = placed().any(|placed| placed.item.kind.starts_with("AWS::IAM::"));
    let capabilities = if of_iam { " --capabilities CAPABILITY_NAMED_IAM" } else { "" };
    let bucket = if body.len() > DIRECT { " --s3-bucket BUCKET" } else { "" };
    let called = stack_name(topology.as_str(), stack.part);
    let mut lines = vec![
        format!(
            "{name}: what the topology {topology} has in account {} ({id}), region {region}.",
            stack.account
        ),
        "Written by `logpipe export cloudformation`. With credentials of that account:".to_owned(),
        String::new(),
        format!("  aws cloudformation deploy --region {region} --stack-name {called} \\"),
        format!("    --template-file {name}{capabilities}{bucket}"),
    ];
    if !after.is_empty() {
        lines.extend([String::new(), format!("After {}.", after.join(", "))]);
    }
    let head: String = lines.iter().map(|line| format!("# {line}").trim_end().to_owned() + "\n").collect();
    let file = File {
        name,
        account: Some(stack.account.clone()),
        region: Some(region.clone()),
        resources: placed().flat_map(|placed| &placed.holds).cloned().collect(),
        text: head + &body,
    };
    let taker = import::Taker { region: region.as_str(), name: &called, capabilities };
    let taken_over = import::files(&file, &taker, &stack.resources, items, pipeline.existing);
    taken_over.into_iter().chain([file]).collect()
}

fn untagged(items: &BTreeMap<Address, Placed>) -> Option<Note> {
    let resources = items.iter().filter(|(_, placed)| placed.item.tagless);
    let resources: Vec<Address> = resources.map(|(address, _)| address.clone()).collect();
    (!resources.is_empty()).then_some(Note::Untagged { resources })
}

fn large(file: &File) -> Option<Note> {
    let bytes = file.text.len();
    let (file, most) = (file.name.clone(), DIRECT);
    (bytes > most && file.ends_with(".yaml")).then_some(Note::Large { file, bytes, most })
}
