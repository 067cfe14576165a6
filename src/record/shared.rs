//! A record that several machines share: one text with everything in it, its lock included, but for what is in its base.
//!
//! Every write replaces the version that its writer saw last, and carries a number and the run that wrote it. So a run
//! that takes over a dead run's record writes a version that the dead run has not seen, and S3 refuses the dead run's
//! late writes.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use super::durable::{Durable, Loss, Pending};
use super::entry::{Entry, Line};
use super::error::RecordError;
use super::snapshot::Record;
use super::taking::{For, Taken, not_part, take};
use super::writer::{Held, Order, Writer};
use crate::address::Address;
use crate::clock::Clock;
use crate::permit::{Issuer, Permit};
use crate::versioned::Versioned;

/// A record that was locked, or is kept in parts.
#[derive(Debug)]
pub(super) enum Opened {
    /// All of it is held.
    Whole(SharedJournal, Record),
    /// It is kept in parts since it had this number.
    InParts(u64),
}

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

impl SharedJournal {
    /// Locks the record in the name of `holder` and reads it.
    pub(super) async fn open(
        text: &Arc<dyn Versioned>,
        topology: &str,
        holder: &str,
        clock: Clock,
    ) -> Result<Opened, RecordError> {
        Ok(match take(text, topology, holder, For::Steps, clock).await? {
            Taken::Held(held) => {
                let record = Record::of(Some(held.stored.clone()), Vec::new());
                Opened::Whole(Self::of(text, *held, clock), record)
            }
            Taken::InParts(split) => Opened::InParts(split),
        })
    }

    /// Locks a part of a record that was split with this number, and gives its entries.
    pub(super) async fn open_part(
        part: &Arc<dyn Versioned>,
        topology: &str,
        holder: &str,
        split: u64,
        clock: Clock,
    ) -> Result<(Self, BTreeMap<Address, Entry>), RecordError> {
        match take(part, topology, holder, For::PartOf(split), clock).await? {
            Taken::Held(held) => {
                let entries = held.stored.clone().into_entries();
                Ok((Self::of(part, *held, clock), entries))
            }
            Taken::InParts(_) => Err(not_part(part.as_ref())),
        }
    }

    fn of(text: &Arc<dyn Versioned>, held: Held, clock: Clock) -> Self {
        let (orders, received) = mpsc::unbounded_channel();
        let (loses, lost) = watch::channel(None);
        let issuer = Issuer::new(clock, held.trusted_until());
        let permit = issuer.permit();
        let writer = tokio::spawn(Writer::new(text.clone(), held, clock, issuer).run(received, loses));
        Self { place: text.name().to_owned(), permit, orders, lost, writer }
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
