//! Which resource is in which stack: one stack for each account and region, as long as they can be made one after the other
//! and a template takes them.
//!
//! A place is parted where it needs another that needs it, and where it has more than a template takes.

use std::collections::{BTreeMap, BTreeSet};

use super::item::Placed;
use crate::address::{AccountName, Address, Region};
use crate::graph::dag;
use crate::topology::Topology;

/// Most resources of a template (CloudFormation User Guide, "CloudFormation quotas").
pub(super) const RESOURCES: usize = 500;

/// Most outputs of a template (same page).
const OUTPUTS: usize = 200;

/// Most bytes of a template in a bucket (same page: 1 MB).
const BYTES: usize = 1_000_000;

/// The resources of one stack.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stack {
    pub(super) account: AccountName,
    pub(super) region: Region,
    /// Which of several of its place, from 1.
    pub(super) part: usize,
    /// In the order in which they can be made.
    pub(super) resources: Vec<Address>,
}

type Place = (AccountName, Region);

/// The stacks, in an order in which each comes after all that it needs.
pub(super) fn stacks(items: &BTreeMap<Address, Placed>, topology: &Topology) -> Vec<Stack> {
    let needs = items.iter().map(|(address, placed)| (address.clone(), placed.needs.clone())).collect();
    // What has a plan has no cycle.
    let order = dag::order(&needs).unwrap_or_else(|_| items.keys().cloned().collect());
    let homes = homes(items, &order, topology);
    let mut waiting: BTreeMap<Place, Vec<Address>> = BTreeMap::new();
    for address in order {
        let region = address.place.region().or_else(|| homes.get(&address.account));
        let region = region.unwrap_or(&topology.region).clone();
        waiting.entry((address.account.clone(), region)).or_default().push(address);
    }
    let mut made = Making { items, done: BTreeSet::new(), stacks: Vec::new() };
    while !waiting.is_empty() {
        let before = waiting.len();
        waiting.retain(|place, resources| {
            let whole = made.possible(resources).len() == resources.len();
            if whole {
                made.make(place, std::mem::take(resources));
            }
            !whole
        });
        if waiting.len() == before && !made.make_a_part(&mut waiting) {
            break;
        }
    }
    made.stacks
}

/// The region of each account that holds what is in none: that of whatever is made first of what needs it, so that no region
/// waits for another that waits for it; the topology's where there is a choice.
fn homes(
    items: &BTreeMap<Address, Placed>,
    order: &[Address],
    topology: &Topology,
) -> BTreeMap<AccountName, Region> {
    let mut depths: BTreeMap<&Address, usize> = BTreeMap::new();
    let mut homes: BTreeMap<AccountName, (usize, bool, Region)> = BTreeMap::new();
    for address in order {
        let needs = items.get(address).map(|placed| &placed.needs).into_iter().flatten();
        let depth = needs.clone().filter_map(|need| depths.get(need)).max().map_or(0, |depth| depth + 1);
        depths.insert(address, depth);
        let Some(region) = address.place.region() else { continue };
        let waits =
            needs.clone().any(|need| need.place.region().is_none() && need.account == address.account);
        // What needs nothing of the kind decides only where nothing else does.
        let rank = if waits { depth } else { usize::MAX };
        let elsewhere = *region != topology.region;
        let found = (rank, elsewhere, region.clone());
        match homes.get_mut(&address.account) {
            Some(home) if *home <= found => {}
            Some(home) => *home = found,
            None => drop(homes.insert(address.account.clone(), found)),
        }
    }
    homes.into_iter().map(|(account, (_, _, region))| (account, region)).collect()
}

struct Making<'a> {
    items: &'a BTreeMap<Address, Placed>,
    done: BTreeSet<Address>,
    stacks: Vec<Stack>,
}

impl Making<'_> {
    /// What of these can be made now, in their order: all that it needs is made, or is among them.
    fn possible(&self, resources: &[Address]) -> Vec<Address> {
        let mut possible = BTreeSet::new();
        let mut listed = Vec::new();
        for address in resources {
            let made = |need: &Address| {
                self.done.contains(need) || possible.contains(need) || !self.items.contains_key(need)
            };
            if self.items.get(address).is_none_or(|placed| placed.needs.iter().all(made)) {
                possible.insert(address.clone());
                listed.push(address.clone());
            }
        }
        listed
    }

    /// Makes as much as it can of the place of which it can make most. Whether there is any.
    fn make_a_part(&mut self, waiting: &mut BTreeMap<Place, Vec<Address>>) -> bool {
        let parts = waiting.iter().map(|(place, resources)| (place.clone(), self.possible(resources)));
        let most = parts.max_by_key(|(_, possible)| possible.len());
        let Some((place, possible)) = most.filter(|(_, possible)| !possible.is_empty()) else { return false };
        if let Some(resources) = waiting.get_mut(&place) {
            resources.retain(|address| !possible.contains(address));
        }
        self.make(&place, possible);
        true
    }

    /// Makes stacks of these, as many as it takes.
    fn make(&mut self, (account, region): &Place, resources: Vec<Address>) {
        let mut part =
            self.stacks.iter().filter(|one| one.account == *account && one.region == *region).count();
        let (mut held, mut outputs, mut bytes) = (Vec::new(), 0, 0);
        let mut chunks = Vec::new();
        for address in resources {
            let placed = self.items.get(&address);
            let more = placed.map_or(0, |placed| placed.item.outputs.len());
            let size = placed.map_or(0, Placed::bytes);
            if held.len() == RESOURCES || outputs + more > OUTPUTS || bytes + size > BYTES {
                chunks.push(std::mem::take(&mut held));
                (outputs, bytes) = (0, 0);
            }
            (outputs, bytes) = (outputs + more, bytes + size);
            self.done.insert(address.clone());
            held.push(address);
        }
        chunks.push(held);
        for resources in chunks {
            part += 1;
            self.stacks.push(Stack { account: account.clone(), region: region.clone(), part, resources });
        }
    }
}
