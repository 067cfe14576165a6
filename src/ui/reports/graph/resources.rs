//! The resources as a picture: accounts that are alike in one frame, and an arrow from each resource to what it needs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::frames::Frames;
use super::picture::{Arrow, Node, Picture};
use crate::address::{AccountName, Address, Key};
use crate::diagram::{Diagram, DrawnResource, HopKind, Note, StationKind};

/// Why what is a part of something needs it.
pub(super) const PART: &str = "it is a part of it";

/// A resource by its account and its place among the resources there.
type Places<'d> = BTreeMap<&'d Address, (&'d AccountName, usize)>;

pub(super) fn resources(diagram: &Diagram, each: bool) -> Picture {
    let mut of: BTreeMap<&AccountName, Vec<&DrawnResource>> = BTreeMap::new();
    let mut places = Places::new();
    for resource in &diagram.resources {
        let account = &resource.address.account;
        let list = of.entry(account).or_default();
        places.insert(&resource.address, (account, list.len()));
        list.push(resource);
    }
    let shards = first_shards(&diagram.notes);
    let frames = Frames::of(diagram, each, |account| {
        let resources = of.get(&account.name).into_iter().flatten();
        resources.map(|resource| said(resource, &shards)).collect()
    });
    let beside = if each { BTreeMap::new() } else { beside_one_another(diagram) };
    let mut picture = Picture::default();
    // Where the resources of the first account of each frame are among the nodes.
    let mut drawn: Vec<Vec<usize>> = Vec::new();
    for (frame, accounts) in frames.accounts.iter().enumerate() {
        let first = accounts.first().and_then(|account| of.get(&account.name));
        let mut known = BTreeMap::new();
        let of_frame = first.into_iter().flatten().map(|resource| {
            let (address, next) = (&resource.address, picture.nodes.len());
            let name = address.name.as_str();
            let name = beside.get(&(&address.account, name)).copied().unwrap_or(name);
            let at = *known.entry((&address.place, address.kind, name)).or_insert(next);
            match at == next {
                true => picture.nodes.push(node(resource, frame)),
                false => picture.nodes[at].names.push(address.name.to_string()),
            }
            at
        });
        drawn.push(of_frame.collect());
    }
    let place = |address: &Address| {
        let (account, at) = places.get(address)?;
        drawn[frames.at(account)].get(*at).copied()
    };
    let mut arrows: BTreeSet<(usize, usize, &str)> = BTreeSet::new();
    for resource in &diagram.resources {
        let Some(from) = place(&resource.address) else { continue };
        arrows.extend(needs(resource).filter_map(|(need, why)| Some((from, place(need)?, why))));
        picture.nodes[from].absent |= resource.exists == Some(false);
    }
    let arrow = |(from, to, why): (usize, usize, &str)| Arrow {
        from,
        to,
        lines: vec![why.to_owned()],
        verdict: None,
        hops: Vec::new(),
    };
    picture.arrows = arrows.into_iter().map(arrow).collect();
    columns(&mut picture);
    picture.frames = frames.all;
    picture.in_order()
}

/// What a resource needs, and what it is a part of.
fn needs(resource: &DrawnResource) -> impl Iterator<Item = (&Address, &str)> {
    let needs = resource.needs.iter().map(|need| (&need.address, need.why));
    let is_needed = |container: &Address| resource.needs.iter().any(|need| need.address == *container);
    let container = resource.container.iter().filter(move |container| !is_needed(container));
    needs.chain(container.map(|container| (container, PART)))
}

/// What is said of a resource, but for whose it is and by way of which shard it sends.
fn said(resource: &DrawnResource, shards: &BTreeMap<&str, &str>) -> Value {
    let address = &resource.address;
    let needs = needs(resource).map(|(need, why)| {
        let elsewhere = (need.account != address.account).then_some(&need.account);
        let name = match elsewhere {
            Some(_) => shards.get(need.name.as_str()).copied().unwrap_or(need.name.as_str()),
            None => need.name.as_str(),
        };
        json!([elsewhere, need.place, need.kind, name, why])
    });
    let needs: Vec<Value> = needs.collect();
    json!([address.place, address.kind, address.name, needs, resource.exists])
}

/// What stands beside one another in front of one stream, CloudWatch Logs destinations and their roles, each with the first
/// of its kind: these are drawn as one.
fn beside_one_another(diagram: &Diagram) -> BTreeMap<(&AccountName, &str), &str> {
    let mut firsts: BTreeMap<(&Key, usize, HopKind), &str> = BTreeMap::new();
    let mut beside = BTreeMap::new();
    for hop in diagram.hops.iter().filter(|hop| hop.kind == HopKind::Put) {
        let entrance = &diagram.stations[hop.from];
        let StationKind::Destination { destination, stream } = &entrance.kind else { continue };
        let roles = hop.means.iter().map(|means| (HopKind::Put, means.name.as_str()));
        for (kind, name) in roles.chain([(HopKind::Subscription, entrance.name.as_str())]) {
            let first = *firsts.entry((destination, *stream, kind)).or_insert(name);
            beside.insert((&entrance.account, name), first);
        }
    }
    beside
}

/// The first of the CloudWatch Logs destinations that senders are spread over, for each of them.
fn first_shards(notes: &[Note]) -> BTreeMap<&str, &str> {
    let spread = notes.iter().filter_map(|note| match note {
        Note::Sharded { entrances, .. } => entrances.split_first(),
        _ => None,
    });
    spread
        .flat_map(|(first, others)| others.iter().map(move |other| (other.as_str(), first.as_str())))
        .collect()
}

fn node(resource: &DrawnResource, frame: usize) -> Node {
    let address = &resource.address;
    Node {
        frame,
        column: 0,
        kind: address.kind.to_string(),
        names: vec![address.name.to_string()],
        about: vec![address.place.to_string()],
        absent: false,
        stations: Vec::new(),
    }
}

/// Whatever is needed is to the right of all that needs it.
fn columns(picture: &mut Picture) {
    let mut waiting: Vec<usize> = vec![0; picture.nodes.len()];
    let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); picture.nodes.len()];
    for arrow in &picture.arrows {
        waiting[arrow.to] += 1;
        leaving[arrow.from].push(arrow.to);
    }
    let mut ready: Vec<usize> = (0..waiting.len()).filter(|at| waiting[*at] == 0).collect();
    while let Some(from) = ready.pop() {
        for to in std::mem::take(&mut leaving[from]) {
            picture.nodes[to].column = picture.nodes[to].column.max(picture.nodes[from].column + 1);
            waiting[to] -= 1;
            if waiting[to] == 0 {
                ready.push(to);
            }
        }
    }
}
