//! A shared record divided into parts, once.
//!
//! Wherever that ends, the record is whole or in parts: parts count for nothing before the record names the number that they
//! bear.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::try_join_all;

use super::entry::{Entry, Snapshot};
use super::error::RecordError;
use super::parts::text_of;
use super::stored::Stored;
use super::taking::{For, TRIES, Taken, read_head, take};
use super::writer::Writer;
use crate::address::Address;
use crate::clock::Clock;
use crate::permit::Issuer;
use crate::share::Part;
use crate::versioned::{Versioned, Written};

/// Divides a record, under its lock, unless that was done before. Gives the number that it was divided with.
pub(super) async fn split(
    record: &Arc<dyn Versioned>,
    topology: &str,
    holder: &str,
    clock: Clock,
) -> Result<u64, RecordError> {
    let mut held = match take(record, topology, holder, For::Splitting, clock).await? {
        Taken::Held(held) => *held,
        Taken::InParts(split) => return Ok(split),
    };
    // That of the write which will name it.
    let split = held.stored.head.number + 1;
    let mut parts: BTreeMap<Part, BTreeMap<Address, Entry>> =
        Part::all().map(|part| (part, BTreeMap::new())).collect();
    for (address, entry) in held.stored.clone().into_entries() {
        parts.entry(Part::of(&entry.account_id)).or_default().insert(address, entry);
    }
    let run = held.stored.head.run.clone();
    let writing = parts.into_iter().map(|(part, entries)| {
        let head = Snapshot { part_of: Some(split), run: run.clone(), ..Snapshot::new(topology, entries) };
        write_part(text_of(record.as_ref(), part), topology, head)
    });
    try_join_all(writing).await?;
    let mut head = Snapshot {
        split: Some(split),
        splitting: false,
        resources: BTreeMap::new(),
        ..held.stored.head.clone()
    };
    head.former.extend(head.base.take());
    held.stored = Stored { head, base: BTreeMap::new() };
    let issuer = Issuer::new(clock, held.trusted_until());
    Writer::new(record.clone(), held, clock, issuer).write(true).await?;
    Ok(split)
}

/// Writes a part over whatever an earlier attempt has left there. What a later one wrote stays, whose number is higher:
/// then this run has lost the record.
async fn write_part(text: Arc<dyn Versioned>, topology: &str, mut head: Snapshot) -> Result<(), RecordError> {
    let content = head.text(text.name())?;
    for _ in 0..TRIES {
        let found = read_head(text.as_ref(), topology).await?;
        match &found {
            // The answer to an earlier try was lost.
            Some((_, there)) if (there.part_of, &there.run) == (head.part_of, &head.run) => return Ok(()),
            Some((_, there)) if there.part_of >= head.part_of => break,
            Some(_) | None => {}
        }
        let over = found.map(|(found, _)| found.version);
        let written = text.write(content.clone().into(), over).await;
        match written.map_err(RecordError::unreachable("write", text.name()))? {
            Written::As(_) => return Ok(()),
            Written::Refused => {}
        }
    }
    let by = "it is a part of another division of the record".to_owned();
    Err(RecordError::TakenOver { place: text.name().to_owned(), by })
}
