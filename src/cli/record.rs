//! The record of a command: where it is, how it is locked and given back.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::aws::wait::{self, Answer, TimedOut, Wait};
use crate::aws::{Base, VersionedObject};
use crate::files::beside;
use crate::plan::renamed;
use crate::record::{Keeper, Place, Record, RecordError};
use crate::shell::quoted;
use crate::topology::{RecordPlace, Topology};

use super::args::{Common, Lock};
use super::error::CommandError;
use super::session::Session;
use super::settings::Environment;

/// Where the record is, and where it would be if the topology said nothing.
pub(crate) struct RecordPlaces {
    pub(crate) record_place: Place,
    pub(crate) usual_record: PathBuf,
}

impl RecordPlaces {
    pub(crate) fn of(topology: &Topology, base: &Base, environment: &Environment, common: &Common) -> Self {
        let record_place = match &topology.record {
            RecordPlace::File(path) => {
                Place::on(&environment.disk, file(path, topology, environment, common))
            }
            // In the sandbox this is an object of the sandbox.
            RecordPlace::Object { bucket, key, profile, lease } => {
                let object = VersionedObject::new(base, bucket, key, profile.as_deref(), &topology.region);
                Place::Shared(Arc::new(object.leased_for(*lease)))
            }
        };
        Self { record_place, usual_record: file(&topology.usual_record, topology, environment, common) }
    }
}

/// A record in a file. What was made in the sandbox must never count as made in AWS.
fn file(path: &Path, topology: &Topology, environment: &Environment, common: &Common) -> PathBuf {
    if common.sandbox {
        environment.sandbox_folder().join("records").join(format!("{}.json", topology.name))
    } else {
        environment.folder.join(path)
    }
}

/// What logpipe owns as far as that is known without a call.
pub(crate) fn without_calls(
    topology: &Topology,
    environment: &Environment,
    common: &Common,
) -> Result<Record, CommandError> {
    match &topology.record {
        RecordPlace::File(path) => {
            let path = file(path, topology, environment, common);
            let record = Record::load_file_on(&environment.disk, &path, topology.name.as_str())?;
            Ok(record.following(|name, id| renamed(topology, name, id)))
        }
        RecordPlace::Object { .. } => Ok(Record::default()),
    }
}

/// How often a record that is held is asked for again.
fn patience(limit: Duration) -> Wait {
    let (first, longest) = (Duration::from_secs(1), Duration::from_secs(10));
    Wait { what: "the record", limit, first, longest }
}

/// Why the record was not had.
enum NotHad {
    Record(RecordError),
    StillHeld,
}

impl From<TimedOut> for NotHad {
    fn from(_: TimedOut) -> Self {
        Self::StillHeld
    }
}

impl Session {
    /// What logpipe owns. Commands that write have it from the keeper, who holds the lock.
    pub(crate) async fn record(&self) -> Result<Record, CommandError> {
        let mut stop = self.stop.clone();
        tokio::select! {
            record = Record::load(&self.record_place, self.topology.name.as_str()) => {
                Ok(record?.following(|name, id| renamed(&self.topology, name, id)))
            }
            () = stop.changed() => Err(CommandError::Interrupted),
        }
    }

    /// The record, locked for a run that writes.
    pub(crate) async fn keeper(&self, lock: &Lock) -> Result<Keeper, CommandError> {
        let held = RefCell::new(None);
        let (topology, clock) = (self.topology.name.as_str(), self.clock());
        let ask = || async {
            match Keeper::open(&self.record_place, topology, &self.who, clock).await {
                Ok(keeper) => Ok(Answer::Ready(keeper)),
                Err(error @ RecordError::Locked { .. }) => {
                    let words = error.to_string();
                    held.replace(Some(error));
                    Ok(Answer::NotYet(words))
                }
                Err(error) => Err(NotHad::Record(error)),
            }
        };
        let mut said = String::new();
        let tell = |words: &str, _| {
            if !lock.lock_timeout.is_zero() && said != words {
                let limit = lock.lock_timeout.as_secs();
                self.console.say(&format!("{words}; waiting up to {limit} s for it to let go"));
                words.clone_into(&mut said);
            }
        };
        let (mut stop, process) = (self.stop.clone(), std::process::id());
        let outcome = tokio::select! {
            outcome = wait::until(patience(lock.lock_timeout), clock, &process, tell, ask) => outcome,
            () = stop.changed() => return Err(CommandError::Interrupted),
        };
        let mut keeper = outcome.map_err(|error| match (error, held.take()) {
            (NotHad::Record(error), _) | (NotHad::StillHeld, Some(error)) => error.into(),
            (NotHad::StillHeld, None) => CommandError::Interrupted,
        })?;
        keeper.follow(|name, id| renamed(&self.topology, name, id))?;
        Ok(keeper)
    }

    /// Lets others have the record, whatever came of the command.
    pub(crate) async fn hand_back<T>(
        &self,
        keeper: Keeper,
        outcome: Result<T, CommandError>,
    ) -> Result<T, CommandError> {
        match outcome {
            Ok(value) => {
                keeper.close().await.map_err(CommandError::not_closed)?;
                Ok(value)
            }
            Err(error) => {
                // The error says more than that the record could not be given back, whose lease runs out anyway.
                drop(keeper.release().await);
                Err(error)
            }
        }
    }

    /// What to do where the record is empty, and the file that it would otherwise be in is not.
    pub(crate) async fn left_behind(&self, record: &Record) -> Option<String> {
        let usual = Place::on(&self.disk, &self.usual_record);
        let (new, old) = (self.record_place.to_string(), usual.to_string());
        if !record.entries().is_empty() || new == old {
            return None;
        }
        let before = Record::load(&usual, self.topology.name.as_str()).await.ok()?;
        let count = before.entries().len();
        if count == 0 {
            return None;
        }
        let file = self.disk.resolve(&self.usual_record).ok()?;
        let unfinished = beside(&file, ".journal").metadata().is_ok_and(|journal| journal.len() > 0);
        let (from, to) = (quoted(&old), quoted(&new));
        let how = match &self.record_place {
            _ if unfinished => "its last run did not end: apply once more without `record`".to_owned(),
            Place::File { .. } => format!("to go on with it: `mv {from} {to}`"),
            Place::Shared(_) => format!("to go on with it: `aws s3 cp {from} {to}`, and move the file away"),
        };
        Some(format!("the record {new} owns nothing, but {old} is of this topology and owns {count}; {how}"))
    }
}
