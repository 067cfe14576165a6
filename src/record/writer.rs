//! The one task that writes a shared record, one write at a time. Entries that arrive during a write go together into
//! the next one, so that many steps cost few writes and none waits for more than two.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot, watch};

use super::base::{BaseName, pack};
use super::durable::Kept;
use super::entry::Line;
use super::error::RecordError;
use super::stored::Stored;
use super::syncing::aside;
use super::taking::{TRIES, read_head};
use crate::clock::Clock;
use crate::permit::Issuer;
use crate::versioned::{Versioned, Written};

/// The fraction of a lease after which a write is due that only says that the run is alive.
const RENEWAL: u32 = 3;

/// The fraction of it after which a failed renewal is tried again.
const AGAIN: u32 = 24;

/// The fraction of it that is left when its holder no longer trusts it, so that an attempt of a call that was sent just
/// before has reached AWS when others may write.
const MARGIN: u32 = 6;

/// What the writer is asked to do.
#[derive(Debug)]
pub(super) enum Order {
    /// Take this into the next write.
    Note(Line),
    /// Write, and say so.
    Write(oneshot::Sender<Kept>),
    /// Write once more, give the lock back, and end.
    Close(oneshot::Sender<Kept>),
}

/// A record that is held.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) stored: Stored,
    pub(super) version: String,
    /// When the write was begun that the lease runs from, by the clock's elapsed time with sleep.
    pub(super) since: Duration,
    /// How long it is.
    pub(super) lease: Duration,
}

impl Held {
    /// Until when nobody else can hold it, by the clock's elapsed time with sleep.
    pub(super) fn trusted_until(&self) -> Duration {
        self.since + self.lease - self.lease / MARGIN
    }

    /// When to write it again at the latest.
    fn renewed_at(&self) -> Duration {
        self.since + self.lease / RENEWAL
    }
}

#[derive(Debug)]
pub(super) struct Writer {
    text: Arc<dyn Versioned>,
    held: Held,
    clock: Clock,
    /// When to renew, by the clock's elapsed time with sleep.
    renew: Duration,
    /// Gives leave to make calls.
    issuer: Issuer,
    /// A base may not be written, so everything stays in the head.
    baseless: bool,
}

impl Writer {
    pub(super) fn new(text: Arc<dyn Versioned>, held: Held, clock: Clock, issuer: Issuer) -> Self {
        let renew = held.renewed_at();
        Self { text, held, clock, renew, issuer, baseless: false }
    }

    /// Writes until the record is closed or lost.
    pub(super) async fn run(
        mut self,
        mut orders: mpsc::UnboundedReceiver<Order>,
        lost: watch::Sender<Option<RecordError>>,
    ) {
        loop {
            let patience = self.renew.saturating_sub(self.clock.elapsed_with_sleep());
            let next = async {
                tokio::select! {
                    order = orders.recv() => order.map(Some),
                    // Whether the record is still this run's has to be known before a call is made.
                    () = self.issuer.asked() => Some(None),
                }
            };
            let first = match tokio::time::timeout(patience, next).await {
                Ok(Some(first)) => first,
                Ok(None) => return,
                Err(_) => None,
            };
            let due = first.is_none();
            let mut waiting = Vec::new();
            let mut closes = false;
            for order in first.into_iter().chain(std::iter::from_fn(|| orders.try_recv().ok())) {
                match order {
                    Order::Note(line) => self.held.stored.note(line),
                    Order::Write(answer) => waiting.push(answer),
                    Order::Close(answer) => {
                        waiting.push(answer);
                        closes = true;
                    }
                }
            }
            if waiting.is_empty() && !due {
                continue;
            }
            if closes {
                self.issuer.withdraw("the run has released the record");
            }
            let kept = self.write(closes).await;
            let loss = kept.as_ref().err().and_then(|error| self.loss(error));
            let kept = loss.clone().map_or(kept, Err);
            for answer in waiting {
                // Whoever gave up waiting needs no answer.
                drop(answer.send(kept.clone()));
            }
            if let Some(loss) = loss {
                self.issuer.withdraw(loss.to_string());
                lost.send_replace(Some(loss));
                return;
            }
            if closes {
                return;
            }
        }
    }

    /// Writes what is held, which keeps others off for a lease from when that was begun.
    pub(super) async fn write(&mut self, closes: bool) -> Kept {
        self.renew = self.clock.elapsed_with_sleep() + self.held.lease / AGAIN;
        let head = &mut self.held.stored.head;
        head.number += 1;
        if closes {
            head.lease = None;
        }
        let mut content = Bytes::from(head.text(self.text.name())?);
        let mut based = None;
        if self.held.stored.is_small_again() {
            based = Some(self.held.stored.alone());
        } else if self.held.stored.outgrown(content.len()) && !closes {
            // Whoever ends leaves to the next run what it may never need.
            based = self.on_base().await?;
        }
        if let Some(based) = &mut based {
            content = based.head.text(self.text.name())?.into();
        }
        for _ in 0..TRIES {
            let since = self.clock.elapsed_with_sleep();
            let written = self.text.write(content.clone(), Some(self.held.version.clone())).await;
            match written.map_err(RecordError::unreachable("write", self.text.name()))? {
                Written::As(version) => self.held.version = version,
                Written::Refused if self.was_ours().await? => {}
                // An earlier write of ours is there, whose answer was lost: this one goes over it.
                Written::Refused => continue,
            }
            if let Some(based) = based {
                self.held.stored = based;
            }
            // However long the answer took, the lease may have run since.
            self.held.since = since;
            self.renew = self.held.renewed_at();
            if !closes {
                self.issuer.extend(self.held.trusted_until());
            }
            self.clear().await;
            return Ok(());
        }
        Err(self.taken_over("it kept changing".to_owned()))
    }

    /// Writes a base with all entries, and gives the record that is to name it. Where rights are missing, which the record
    /// did not take while it was small, it stays in one text.
    async fn on_base(&mut self) -> Result<Option<Stored>, RecordError> {
        let head = &mut self.held.stored.head;
        let (Some(run), false) = (&head.run, self.baseless) else { return Ok(None) };
        let name = BaseName::new(head.number, run);
        let base = self.text.beside(&name.ending());
        // Until a head names it, it is of no use.
        head.former.insert(name.clone());
        let (stored, place) = (self.held.stored.on_base(name), base.name().to_owned());
        let packing = move || (pack(&place, &stored.head.topology, &stored.base), stored);
        let (packed, stored) = aside(self.clock, packing).await;
        match base.write(packed?, None).await {
            // Refused where it is there already: the answer to an earlier attempt was lost.
            Ok(Written::As(_) | Written::Refused) => Ok(Some(stored)),
            Err(trouble) if trouble.denied => {
                self.baseless = true;
                Ok(None)
            }
            Err(trouble) => Err(RecordError::unreachable("write", base.name())(trouble)),
        }
    }

    /// Removes bases that are of no use any more. What remains is tried again by the next write.
    async fn clear(&mut self) {
        let former = &mut self.held.stored.head.former;
        for name in std::mem::take(former) {
            if self.text.beside(&name.ending()).remove().await.is_err_and(|trouble| !trouble.denied) {
                former.insert(name);
            }
        }
    }

    /// What is there was written by this run: by this very write, or by an earlier one.
    async fn was_ours(&mut self) -> Result<bool, RecordError> {
        let head = &self.held.stored.head;
        let Some((found, there)) = read_head(self.text.as_ref(), &head.topology).await? else {
            return Err(self.taken_over("somebody deleted it".to_owned()));
        };
        if there.run != head.run {
            let holder = there.lease.map(|lease| lease.holder);
            return Err(self.taken_over(match holder {
                Some(holder) => format!("it was taken over by {holder}"),
                None => "another run took it over, and has ended since".to_owned(),
            }));
        }
        let this_very = there.number == head.number;
        self.held.version = found.version;
        Ok(this_very)
    }

    fn taken_over(&self, by: String) -> RecordError {
        RecordError::TakenOver { place: self.text.name().to_owned(), by }
    }

    /// Whether a failed write means that the record is no longer this run's.
    fn loss(&self, error: &RecordError) -> Option<RecordError> {
        let place = || self.text.name().to_owned();
        match error {
            RecordError::Unreachable { .. }
                if self.clock.elapsed_with_sleep() < self.held.trusted_until() =>
            {
                None
            }
            RecordError::Unreachable { .. } => Some(RecordError::RanOut { place: place() }),
            other => Some(other.clone()),
        }
    }
}
