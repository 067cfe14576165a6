//! A record that several machines share: one text with everything in it, its lock included, but for what is in its base.
//!
//! Every write replaces the version that its writer saw last, and carries a number and the run that wrote it. So a run
//! that takes over a dead run's record writes a version that the dead run has not seen, and S3 refuses the dead run's
//! late writes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use super::base::{BaseName, unpack};
use super::durable::{Durable, Loss, Pending};
use super::entry::{Lease, Line, Snapshot};
use super::error::RecordError;
use super::snapshot::{Record, parse};
use super::stored::{SMALL, Stored};
use super::writer::{Held, Order, Writer};
use crate::clock::Clock;
use crate::permit::{Issuer, Permit};
use crate::versioned::{VersionRead, Versioned, Written};

/// How many times a write that keeps colliding with others is tried.
pub(super) const TRIES: u32 = 5;

/// A shared record, locked for one run that writes.
#[derive(Debug)]
pub(super) struct SharedJournal {
    place: String,
    permit: Permit,
    orders: mpsc::UnboundedSender<Order>,
    lost: watch::Receiver<Option<RecordError>>,
    writer: JoinHandle<()>,
}

impl Drop for SharedJournal {
    /// Whoever is killed writes nothing more.
    fn drop(&mut self) {
        self.writer.abort();
    }
}

/// Reads the record of a topology.
pub(super) async fn load(text: &dyn Versioned, topology: &str) -> Result<Record, RecordError> {
    let found = read(text, topology).await?;
    Ok(Record::of(found.map(|(_, stored)| stored), Vec::new()))
}

/// Reads a record with its base.
async fn read(text: &dyn Versioned, topology: &str) -> Result<Option<(VersionRead, Stored)>, RecordError> {
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

impl SharedJournal {
    /// Locks the record in the name of `holder` and reads it.
    pub(super) async fn open(
        text: &Arc<dyn Versioned>,
        topology: &str,
        holder: &str,
        clock: Clock,
    ) -> Result<(Self, Record), RecordError> {
        let run = uuid::Uuid::new_v4().to_string();
        let (held, record) = take(text, topology, (holder, &run), clock).await?;
        let (orders, received) = mpsc::unbounded_channel();
        let (loses, lost) = watch::channel(None);
        let issuer = Issuer::new(clock, held.trusted_until());
        let permit = issuer.permit();
        let writer = tokio::spawn(Writer::new(text.clone(), held, clock, issuer).run(received, loses));
        Ok((Self { place: text.name().to_owned(), permit, orders, lost, writer }, record))
    }

    /// Adds a line, which the next write includes.
    pub(super) fn note(&self, line: Line) -> Result<(), RecordError> {
        self.order(Order::Note(line))
    }

    /// Adds a line, and writes it as soon as no other write is in progress.
    pub(super) fn announce(&self, line: Line) -> Result<Durable, RecordError> {
        let (answer, kept) = oneshot::channel();
        self.order(Order::Note(line))?;
        self.order(Order::Write(answer))?;
        Ok(Durable::pending(Pending { kept, place: self.place.clone() }))
    }

    /// Leave for as long as the lease is trusted.
    pub(super) fn permit(&self) -> Permit {
        self.permit.clone()
    }

    pub(super) fn loss(&self) -> Loss {
        Loss::heard(self.lost.clone())
    }

    /// Writes everything down and gives the lock back.
    pub(super) async fn close(self) -> Result<(), RecordError> {
        let (answer, kept) = oneshot::channel();
        self.order(Order::Close(answer))?;
        match kept.await {
            Ok(kept) => kept,
            Err(_) => Err(self.gone()),
        }
    }

    fn order(&self, order: Order) -> Result<(), RecordError> {
        self.orders.send(order).map_err(|_| self.gone())
    }

    /// Why there is no writer any more.
    fn gone(&self) -> RecordError {
        let lost = self.lost.borrow().clone();
        lost.unwrap_or_else(|| RecordError::RanOut { place: self.place.clone() })
    }
}

/// Takes the lock, unless somebody alive has it.
async fn take(
    text: &Arc<dyn Versioned>,
    topology: &str,
    (holder, run): (&str, &str),
    clock: Clock,
) -> Result<(Held, Record), RecordError> {
    for _ in 0..TRIES {
        // Before it is asked: however long the answer took, the lease has run since.
        let asked = clock.elapsed_with_sleep();
        let (found, before) = read(text.as_ref(), topology).await?.unzip();
        let record = Record::of(before.clone(), Vec::new());
        let mut stored = before.unwrap_or_else(|| Stored {
            head: Snapshot::new(topology, BTreeMap::new()),
            base: BTreeMap::new(),
        });
        let head = &mut stored.head;
        if let (true, Some(found)) = (head.run.as_deref() == Some(run), &found) {
            // The answer to an earlier try was lost.
            let since = asked.saturating_sub(found.age);
            return Ok((Held { stored, version: found.version.clone(), since, lease: text.lease() }, record));
        }
        if let (Some(lease), Some(found)) = (&head.lease, &found)
            && let Some(left) = Duration::from_secs(lease.seconds).checked_sub(found.age)
            && !left.is_zero()
        {
            let (place, holder) = (text.name().to_owned(), lease.holder.clone());
            return Err(RecordError::Locked { place, holder, left: Some(left) });
        }
        let killed = head.lease.take().and(head.run.take());
        head.number += 1;
        if let Some(killed) = killed
            && found.as_ref().is_some_and(|found| head.base.is_some() || found.text.len() > SMALL / 2)
        {
            // What it may have been writing when it was killed.
            head.former.insert(BaseName::new(head.number, &killed));
        }
        head.run = Some(run.to_owned());
        let lease = text.lease();
        head.lease = Some(Lease { holder: holder.to_owned(), seconds: lease.as_secs() });
        let since = clock.elapsed_with_sleep();
        let content = head.text(text.name())?.into();
        let written = text.write(content, found.map(|found| found.version)).await;
        match written.map_err(RecordError::unreachable("lock", text.name()))? {
            Written::As(version) => return Ok((Held { stored, version, since, lease }, record)),
            Written::Refused => {}
        }
    }
    let by = "other runs kept writing to it; run the command again".to_owned();
    Err(RecordError::TakenOver { place: text.name().to_owned(), by })
}
