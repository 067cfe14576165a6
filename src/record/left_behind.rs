//! A record in the usual place that the topology no longer points to.

use std::path::Path;

use super::{Place, Record};
use crate::files::{Disk, beside};
use crate::shell::quoted;

/// What to do where an empty record is kept in one place, and the file that it would otherwise be in is not empty.
pub async fn left_behind(disk: &Disk, usual: &Path, place: &Place, topology: &str) -> Option<String> {
    let usual_place = Place::on(disk, usual);
    let (new, old) = (place.to_string(), usual_place.to_string());
    if new == old {
        return None;
    }
    let before = Record::load(&usual_place, topology).await.ok()?;
    let count = before.entries().len();
    if count == 0 {
        return None;
    }
    let file = disk.resolve(usual).ok()?;
    let unfinished = beside(&file, ".journal").metadata().is_ok_and(|journal| journal.len() > 0);
    let (from, to) = (quoted(&old), quoted(&new));
    let how = match place {
        _ if unfinished => "its last run did not end: apply once more without `record`".to_owned(),
        Place::File { .. } => format!("to go on with it: `mv {from} {to}`"),
        Place::Shared(_) => format!("to go on with it: `aws s3 cp {from} {to}`, and move the file away"),
    };
    Some(format!("the record {new} owns nothing, but {old} is of this topology and owns {count}; {how}"))
}
