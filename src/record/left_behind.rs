//! A record in the usual place that the topology no longer points to.

use std::fmt;
use std::path::Path;

use super::{Place, Record};
use crate::files::{Disk, beside};
use crate::shell::quoted;

/// A record that owns something, beside one that is in use and owns nothing. Its words are here and not in `ui/`, because
/// it is told in an event too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftBehind {
    /// Where the record is that is in use.
    pub in_use: String,
    /// Where the other one is.
    pub other: String,
    /// How much that owns.
    pub owns: usize,
    /// What to do.
    pub remedy: Remedy,
}

/// How to continue with a record that was left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Its last run did not end, which has to be brought to its end first.
    ApplyOnceMore,
    /// Its file is moved.
    Move,
    /// Its file is copied to S3.
    Copy,
}

/// The record in the file that is used where a topology names none, where an empty one is kept in another place.
pub async fn left_behind(disk: &Disk, usual: &Path, place: &Place, topology: &str) -> Option<LeftBehind> {
    let usual_place = Place::on(disk, usual);
    let (in_use, other) = (place.to_string(), usual_place.to_string());
    if in_use == other {
        return None;
    }
    let before = Record::load(&usual_place, topology).await.ok()?;
    let owns = before.entries().len();
    if owns == 0 {
        return None;
    }
    let file = disk.resolve(usual).ok()?;
    let unfinished = beside(&file, ".journal").metadata().is_ok_and(|journal| journal.len() > 0);
    let remedy = match place {
        _ if unfinished => Remedy::ApplyOnceMore,
        Place::File { .. } => Remedy::Move,
        Place::Shared(_) => Remedy::Copy,
    };
    Some(LeftBehind { in_use, other, owns, remedy })
}

impl fmt::Display for LeftBehind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { in_use, other, owns, remedy } = self;
        let resources = if *owns == 1 { "resource" } else { "resources" };
        write!(
            f,
            "the record {in_use} owns nothing, but {other} belongs to this topology and owns {owns} {resources}; "
        )?;
        let (from, to) = (quoted(other), quoted(in_use));
        match remedy {
            Remedy::ApplyOnceMore => {
                f.write_str("its last run did not finish: apply once more without `record`")
            }
            Remedy::Move => write!(f, "to continue with it: `mv {from} {to}`"),
            Remedy::Copy => write!(f, "to continue with it: `aws s3 cp {from} {to}`, and move the file away"),
        }
    }
}
