//! A shared record read, and its lock taken.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::base::{BaseName, unpack};
use super::entry::{Lease, Snapshot};
use super::error::RecordError;
use super::parts;
use super::snapshot::{Record, parse};
use super::stored::{SMALL, Stored};
use super::writer::Held;
use crate::clock::Clock;
use crate::versioned::{VersionRead, Versioned, Written};

/// How many times a write that keeps colliding with others is tried.
pub(super) const TRIES: u32 = 5;

/// Reads the record of a topology.
pub(super) async fn load(text: &dyn Versioned, topology: &str) -> Result<Record, RecordError> {
    let stored = read(text, topology).await?.map(|(_, stored)| stored);
    match stored.as_ref().and_then(|stored| stored.head.split) {
        Some(split) => parts::load(text, topology, split).await,
        None => Ok(Record::of(stored, Vec::new())),
    }
}

/// Reads a record with its base, or what names its parts.
pub(super) async fn read(
    text: &dyn Versioned,
    topology: &str,
) -> Result<Option<(VersionRead, Stored)>, RecordError> {
    let mut missing = None;
    for _ in 0..TRIES {
        let Some((found, head)) = read_head(text, topology).await? else { return Ok(None) };
        let Some(name) = &head.base else {
            return Ok(Some((found, Stored { head, base: BTreeMap::new() })));
        };
        let base = text.beside(&name.ending());
        let packed = base.read().await.map_err(RecordError::unreachable("read", base.name()))?;
        if let Some(packed) = packed {
            let base = unpack(base.name(), topology, &packed.text)?;
            return Ok(Some((found, Stored { head, base })));
        }
        // It goes when another head names another one.
        if missing.as_ref() == Some(name) {
            break;
        }
        missing = head.base;
    }
    let base = missing.map(|name| text.beside(&name.ending()).name().to_owned()).unwrap_or_default();
    Err(RecordError::NoBase { place: text.name().to_owned(), base })
}

/// Reads the text, and refuses one that is not a record of this topology.
pub(super) async fn read_head(
    text: &dyn Versioned,
    topology: &str,
) -> Result<Option<(VersionRead, Snapshot)>, RecordError> {
    let found = text.read().await.map_err(RecordError::unreachable("read", text.name()))?;
    let Some(found) = found else { return Ok(None) };
    let snapshot = parse(text.name(), topology, &found.text)?;
    Ok(Some((found, snapshot)))
}

/// What is there is no part of the record.
pub(super) fn not_part(part: &dyn Versioned) -> RecordError {
    let name = part.name();
    let place = name.rsplit_once(".part-").map_or(name, |(place, _)| place).to_owned();
    RecordError::NoPart { place, part: name.to_owned() }
}

/// What a record is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum For {
    /// To carry out steps.
    Steps,
    /// To split it.
    Splitting,
    /// To carry out steps, as a part of a record that was split with this number.
    PartOf(u64),
}

/// What came of taking it.
#[derive(Debug)]
pub(super) enum Taken {
    /// Nobody else writes it as long as its lease lasts.
    Held(Box<Held>),
    /// It is kept in parts since it had this number, and nobody needs to hold what names them.
    InParts(u64),
}

/// Takes the lock, unless somebody alive has it.
pub(super) async fn take(
    text: &Arc<dyn Versioned>,
    topology: &str,
    holder: &str,
    purpose: For,
    clock: Clock,
) -> Result<Taken, RecordError> {
    let run = uuid::Uuid::new_v4().to_string();
    for _ in 0..TRIES {
        // Before it is asked: however long the answer took, the lease has run since.
        let asked = clock.elapsed_with_sleep();
        let (found, before) = read(text.as_ref(), topology).await?.unzip();
        let head = before.as_ref().map(|before| &before.head);
        match (purpose, head.and_then(|head| head.split)) {
            (For::PartOf(split), None) if head.is_some_and(|head| head.part_of == Some(split)) => {}
            (For::PartOf(_), _) => return Err(not_part(text.as_ref())),
            (_, Some(split)) => return Ok(Taken::InParts(split)),
            (_, None) => {}
        }
        let mut stored = before.unwrap_or_else(|| Stored {
            head: Snapshot::new(topology, BTreeMap::new()),
            base: BTreeMap::new(),
        });
        let head = &mut stored.head;
        if let (true, Some(found)) = (head.run.as_deref() == Some(&*run), &found) {
            // The answer to an earlier try was lost.
            let since = asked.saturating_sub(found.age);
            let version = found.version.clone();
            return Ok(Taken::Held(Box::new(Held { stored, version, since, lease: text.lease() })));
        }
        if let (Some(lease), Some(found)) = (&head.lease, &found)
            && let Some(left) = Duration::from_secs(lease.seconds).checked_sub(found.age)
            && !left.is_zero()
        {
            let (place, holder) = (text.name().to_owned(), lease.holder.clone());
            return Err(match head.splitting {
                true => RecordError::Splitting { place, holder, left },
                false => RecordError::Locked { place, holder, left: Some(left) },
            });
        }
        let killed = head.lease.take().and(head.run.take());
        head.number += 1;
        if let Some(killed) = killed
            && found.as_ref().is_some_and(|found| head.base.is_some() || found.text.len() > SMALL / 2)
        {
            // What it may have been writing when it was killed.
            head.former.insert(BaseName::new(head.number, &killed));
        }
        head.run = Some(run.clone());
        head.splitting = purpose == For::Splitting;
        let lease = text.lease();
        head.lease = Some(Lease { holder: holder.to_owned(), seconds: lease.as_secs() });
        let since = clock.elapsed_with_sleep();
        let content = head.text(text.name())?.into();
        let written = text.write(content, found.map(|found| found.version)).await;
        match written.map_err(RecordError::unreachable("lock", text.name()))? {
            Written::As(version) => {
                return Ok(Taken::Held(Box::new(Held { stored, version, since, lease })));
            }
            Written::Refused => {}
        }
    }
    let by = "other runs kept writing to it; run the command again".to_owned();
    Err(RecordError::TakenOver { place: text.name().to_owned(), by })
}
