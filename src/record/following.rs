//! Renamed accounts: recorded resources follow, since the account's id identifies where a resource is.

use std::collections::BTreeMap;

use super::entry::{Entry, Line};
use super::snapshot::Record;
use crate::address::{AccountId, AccountName, Address};

/// What became of addresses, by what they were.
pub type Moved = BTreeMap<Address, Address>;

impl Record {
    /// The record in which every account has the name that `name_of` gives it; `None` leaves it as it is.
    pub fn following(&self, name_of: impl Fn(&AccountName, &AccountId) -> Option<AccountName>) -> Self {
        let moved: Moved = self
            .entries()
            .iter()
            .filter_map(|(address, entry)| {
                let account = name_of(&address.account, &entry.account_id)?;
                Some((address.clone(), address.of_account(account)))
            })
            .collect();
        if moved.is_empty() {
            return self.clone();
        }
        let now = |address: &Address| moved.get(address).unwrap_or(address).clone();
        let entries = self.entries().iter().map(|(address, entry)| {
            let needs = entry.needs.iter().map(now).collect();
            (now(address), Entry { needs, ..entry.clone() }, moved.contains_key(address))
        });
        // Where a run was killed while it followed, both are there, and the new one is the later.
        let (later, kept): (Vec<_>, Vec<_>) = entries.partition(|(.., moves)| *moves);
        let entries = later.into_iter().chain(kept).map(|(address, entry, _)| (address, entry)).collect();
        Self::of_entries(entries, moved)
    }
}

/// What to write so that one record becomes another, in an order in which nothing is lost track of wherever it ends:
/// what another one takes the place of steps aside first, under its account's id.
pub(super) fn lines(from: &Record, to: &Record) -> Vec<Line> {
    let taken = |address: &&Address| to.moved().values().any(|place| place == *address);
    let mut now = from.clone();
    let mut lines = Vec::new();
    let mut write = |line: Line, now: &mut Record| {
        now.note(line.clone());
        lines.push(line);
    };
    for address in to.moved().keys().filter(taken) {
        let Some((entry, aside)) = from.get(address).and_then(|entry| Some((entry, aside(address, entry)?)))
        else {
            continue;
        };
        write(Line { address: aside, entry: Some(entry.clone()) }, &mut now);
    }
    for (address, entry) in to.entries() {
        if now.get(address) != Some(entry) {
            write(Line { address: address.clone(), entry: Some(entry.clone()) }, &mut now);
        }
    }
    let gone: Vec<Address> =
        now.entries().keys().filter(|address| to.get(address).is_none()).cloned().collect();
    for address in gone {
        write(Line { address, entry: None }, &mut now);
    }
    lines
}

/// Where an entry is put whose place another account has: under the id of its own.
pub(super) fn aside(address: &Address, entry: &Entry) -> Option<Address> {
    Some(address.of_account(entry.account_id.as_str().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::few::Few;
    use crate::record::entry::{Origin, State};

    fn entry(id: &str, needs: &[&str]) -> Entry {
        Entry {
            account_id: id.parse().unwrap(),
            origin: Origin::Created,
            state: State::Present,
            needs: needs.iter().map(|need| need.parse().unwrap()).collect(),
            tags: Few::default(),
            fingerprints: Few::default(),
            applied: None,
            changed_at: 0,
        }
    }

    fn record(entries: &[(&str, &str, &[&str])]) -> Record {
        let entries = entries.iter().map(|(address, id, needs)| (address.parse().unwrap(), entry(id, needs)));
        Record::of_entries(entries.collect(), Moved::new())
    }

    /// Follows, and checks that the lines lead there wherever they end.
    #[track_caller]
    fn check(from: &Record, names: &[(&str, &str)], expect: &[(&str, &str, &[&str])]) {
        let names: BTreeMap<&str, AccountName> =
            names.iter().map(|(id, name)| (*id, name.parse().unwrap())).collect();
        let name_of =
            |name: &AccountName, id: &AccountId| names.get(id.as_str()).filter(|now| *now != name).cloned();
        let to = from.following(name_of);
        assert_eq!(to.entries(), record(expect).entries());
        let lines = lines(from, &to);
        for killed in 0..=lines.len() {
            let mut left = from.clone();
            lines[..killed].iter().for_each(|line| left.note(line.clone()));
            let again = left.following(name_of);
            let known = |record: &Record| -> BTreeSet<(Address, AccountId)> {
                record.entries().iter().map(|(at, entry)| (at.clone(), entry.account_id.clone())).collect()
            };
            assert_eq!(known(&again), known(&to), "after {killed} lines");
        }
    }

    #[test]
    fn what_is_recorded_follows_its_account() {
        let from = record(&[
            ("app/global/iam_role.x", "111111111111", &[]),
            ("archive/global/iam_role.y", "999999999999", &["app/global/iam_role.x"]),
        ]);
        check(
            &from,
            &[("111111111111", "shop")],
            &[
                ("shop/global/iam_role.x", "111111111111", &[]),
                ("archive/global/iam_role.y", "999999999999", &["shop/global/iam_role.x"]),
            ],
        );
        check(
            &from,
            &[],
            &[
                ("app/global/iam_role.x", "111111111111", &[]),
                ("archive/global/iam_role.y", "999999999999", &["app/global/iam_role.x"]),
            ],
        );
    }

    #[test]
    fn accounts_may_swap_their_names() {
        let from = record(&[
            ("a/global/iam_role.x", "111111111111", &[]),
            ("b/global/iam_role.x", "222222222222", &[]),
            ("b/global/iam_role.z", "222222222222", &[]),
        ]);
        check(
            &from,
            &[("111111111111", "b"), ("222222222222", "a")],
            &[
                ("b/global/iam_role.x", "111111111111", &[]),
                ("a/global/iam_role.x", "222222222222", &[]),
                ("a/global/iam_role.z", "222222222222", &[]),
            ],
        );
    }
}
