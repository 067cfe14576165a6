//! A record as it is stored: a head that every write replaces, and the base that it names, if it has become large.

use std::collections::BTreeMap;

use super::base::BaseName;
use super::entry::{Entry, Line, Snapshot};
use crate::address::Address;

/// Bytes of a head that are not worth a base.
pub(super) const SMALL: usize = 64 * 1024;

/// The head may become this fraction of what a base would hold. It is written with every round of steps, and a new base,
/// a tenth of what it holds, only each time it has grown that far: so the two cost about the same.
const SHARE: usize = 16;

/// About what an entry takes up.
const ENTRY: usize = 300;

/// A head, and the entries of its base.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) head: Snapshot,
    pub(super) base: BTreeMap<Address, Entry>,
}

impl Stored {
    /// The entry of an address becomes what the line says.
    pub(super) fn note(&mut self, Line { address, entry }: Line) {
        if entry.is_some() || self.base.contains_key(&address) {
            self.head.resources.insert(address, entry);
        } else {
            self.head.resources.remove(&address);
        }
    }

    /// Every entry.
    pub(super) fn into_entries(self) -> BTreeMap<Address, Entry> {
        let mut entries = self.base;
        for (address, entry) in self.head.resources {
            match entry {
                Some(entry) => entries.insert(address, entry),
                None => entries.remove(&address),
            };
        }
        entries
    }

    /// Whether a head of so many bytes is better off with a base, or a new one.
    pub(super) fn outgrown(&self, bytes: usize) -> bool {
        bytes > SMALL.max(self.base.len() * ENTRY / SHARE)
    }

    /// Whether so few entries are left that they need no base.
    pub(super) fn is_small_again(&self) -> bool {
        if self.head.base.is_none() {
            return false;
        }
        let (forgotten, noted): (Vec<_>, Vec<_>) =
            self.head.resources.iter().partition(|(_, entry)| entry.is_none());
        let added = noted.iter().filter(|(address, _)| !self.base.contains_key(*address)).count();
        let left = (self.base.len() + added).saturating_sub(forgotten.len());
        left * ENTRY < SMALL / 2
    }

    /// The same record without a base.
    pub(super) fn alone(&self) -> Self {
        let entries = self.clone().into_entries().into_iter();
        let resources = entries.map(|(address, entry)| (address, Some(entry))).collect();
        let mut head = Snapshot { resources, ..self.head.clone() };
        head.former.extend(head.base.take());
        Self { head, base: BTreeMap::new() }
    }

    /// The same record with all entries in a base of this name. What was the base until then is of no use from then on.
    pub(super) fn on_base(&self, name: BaseName) -> Self {
        let mut head = Snapshot { resources: BTreeMap::new(), ..self.head.clone() };
        head.former.extend(head.base.take());
        head.former.remove(&name);
        head.base = Some(name);
        Self { head, base: self.clone().into_entries() }
    }
}
