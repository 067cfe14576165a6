//! A shared record that is kept in parts, each with a lock of its own, so that several processes can write at once. The
//! entries of an account are in its part, whoever writes them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{join_all, try_join_all};

use super::durable::{Durable, Kept, Loss};
use super::entry::{Entry, Line};
use super::error::RecordError;
use super::shared::SharedJournal;
use super::snapshot::Record;
use super::taking::{not_part, read};
use crate::address::{AccountId, Address};
use crate::clock::Clock;
use crate::permit::{Issuer, Permit};
use crate::share::{Part, Share};
use crate::versioned::Versioned;

/// The parts of a record that a run holds.
#[derive(Debug)]
pub(super) struct Parts {
    place: String,
    held: BTreeMap<Part, SharedJournal>,
    /// No leave, for accounts of others.
    none: Permit,
}

/// The text of a part.
pub(super) fn text_of(record: &dyn Versioned, part: Part) -> Arc<dyn Versioned> {
    record.beside(&format!(".part-{part}"))
}

/// Reads every part of a record that was split with this number.
pub(super) async fn load(record: &dyn Versioned, topology: &str, split: u64) -> Result<Record, RecordError> {
    let entries = Part::all().map(|part| entries_of(record, topology, split, part));
    Ok(Record::of_parts(try_join_all(entries).await?).0)
}

async fn entries_of(
    record: &dyn Versioned,
    topology: &str,
    split: u64,
    part: Part,
) -> Result<BTreeMap<Address, Entry>, RecordError> {
    let text = text_of(record, part);
    match read(text.as_ref(), topology).await? {
        Some((_, stored)) if stored.head.part_of == Some(split) => Ok(stored.into_entries()),
        Some(_) | None => Err(not_part(text.as_ref())),
    }
}

impl Parts {
    /// Locks the parts of a process, or all of them, and reads the others.
    pub(super) async fn open(
        record: &Arc<dyn Versioned>,
        topology: &str,
        split: u64,
        share: Option<Share>,
        (holder, clock): (&str, Clock),
    ) -> Result<(Self, Record), RecordError> {
        let (own, others): (Vec<Part>, Vec<Part>) =
            Part::all().partition(|part| share.is_none_or(|share| share.holds(*part)));
        let opening = own.into_iter().map(async |part| {
            let text = text_of(record.as_ref(), part);
            let opened = SharedJournal::open_part(&text, topology, holder, split, clock).await;
            opened.map(|(journal, entries)| ((part, journal), entries))
        });
        let (mut opened, mut failed) = (Vec::new(), None);
        for result in join_all(opening).await {
            match result {
                Ok(part) => opened.push(part),
                Err(error) => drop(failed.get_or_insert(error)),
            }
        }
        let (held, mut entries): (BTreeMap<_, _>, Vec<_>) = opened.into_iter().unzip();
        let none = Issuer::new(clock, Duration::ZERO).permit();
        let parts = Self { place: record.name().to_owned(), held, none };
        if failed.is_none() {
            // After its own, so that what others have recorded meanwhile is known.
            let reading = others.into_iter().map(|part| entries_of(record.as_ref(), topology, split, part));
            match try_join_all(reading).await {
                Ok(others) => entries.extend(others),
                Err(error) => failed = Some(error),
            }
        }
        let Some(error) = failed else {
            let (record, stepped) = Record::of_parts(entries);
            for (address, aside, entry) in
                stepped.into_iter().filter(|(.., entry)| parts.holds(&entry.account_id))
            {
                let account = entry.account_id.clone();
                parts.note(&Line { address: aside, entry: Some(entry) }, None)?;
                parts.note(&Line { address, entry: None }, Some(&account))?;
            }
            return Ok((parts, record));
        };
        // Others may have them at once; otherwise their leases run out.
        drop(parts.close().await);
        Err(error)
    }

    /// Whether it holds the part of an account.
    pub(super) fn holds(&self, account: &AccountId) -> bool {
        self.held.contains_key(&Part::of(account))
    }

    fn journal(&self, account: &AccountId) -> Result<&SharedJournal, RecordError> {
        let not_held = || RecordError::TakenOver {
            place: self.place.clone(),
            by: format!("the part of account {account} is another process's"),
        };
        self.held.get(&Part::of(account)).ok_or_else(not_held)
    }

    /// Adds a line. `before` is the account whose entry had the address until then.
    pub(super) fn note(&self, line: &Line, before: Option<&AccountId>) -> Result<(), RecordError> {
        if let Some(entry) = &line.entry {
            self.journal(&entry.account_id)?.note(line.clone())?;
        }
        self.forget(line, before)
    }

    /// Adds a line, and writes it as soon as its part can be written.
    pub(super) fn announce(
        &self,
        line: &Line,
        account: &AccountId,
        before: Option<&AccountId>,
    ) -> Result<Durable, RecordError> {
        let durable = self.journal(account)?.announce(line.clone())?;
        self.forget(line, before).map(|()| durable)
    }

    /// Adds a line of a record that follows new names, as far as it is of accounts whose parts are held. The others are for
    /// other processes to follow.
    pub(super) fn follow(&self, line: &Line, before: Option<&AccountId>) -> Result<(), RecordError> {
        match &line.entry {
            Some(entry) if !self.holds(&entry.account_id) => self.forget(line, before),
            _ => self.note(line, before),
        }
    }

    /// What has no entry any more in the part that it was in goes from there.
    fn forget(&self, line: &Line, before: Option<&AccountId>) -> Result<(), RecordError> {
        let now = line.entry.as_ref().map(|entry| Part::of(&entry.account_id));
        let Some(before) = before.filter(|before| Some(Part::of(before)) != now && self.holds(before)) else {
            return Ok(());
        };
        self.journal(before)?.note(Line { address: line.address.clone(), entry: None })
    }

    /// Leave to write in an account, for as long as the lease on its part is trusted.
    pub(super) fn permit(&self, account: &AccountId) -> Permit {
        self.held.get(&Part::of(account)).map_or_else(|| self.none.clone(), SharedJournal::permit)
    }

    pub(super) fn loss(&self) -> Loss {
        Loss::of_any(self.held.values().map(SharedJournal::loss))
    }

    /// Writes everything down and gives the locks back.
    pub(super) async fn close(self) -> Kept {
        let closed = join_all(self.held.into_values().map(SharedJournal::close)).await;
        closed.into_iter().collect()
    }
}
