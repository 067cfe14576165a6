//! Where the record of a topology is.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::aws::{Base, VersionedObject};
use crate::files::Disk;
use crate::record::{LeftBehind, Place, Record, left_behind};
use crate::topology::{RecordPlace, Topology};

/// Where the record is, and where it would be if the topology said nothing.
#[derive(Debug, Clone)]
pub struct Records {
    pub(super) place: Place,
    usual: PathBuf,
    disk: Disk,
}

impl Records {
    /// As the topology says; `file` tells where a file lies that it names.
    pub fn of(topology: &Topology, base: &Base, disk: &Disk, file: impl Fn(&Path) -> PathBuf) -> Self {
        let place = match &topology.record {
            RecordPlace::File(path) => Place::on(disk, file(path)),
            // In the sandbox this is an object of the sandbox.
            RecordPlace::Object { bucket, key, profile, lease } => {
                let object = VersionedObject::new(base, bucket, key, profile.as_deref(), &topology.region);
                Place::Shared(Arc::new(object.leased_for(*lease)))
            }
        };
        Self { place, usual: file(&topology.usual_record), disk: disk.clone() }
    }

    /// Where the record is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// What to do where the record is empty, and the file that it would otherwise be in is not.
    pub(super) async fn left_behind(&self, topology: &Topology, record: &Record) -> Option<LeftBehind> {
        if !record.entries().is_empty() {
            return None;
        }
        left_behind(&self.disk, &self.usual, &self.place, topology.name.as_str()).await
    }
}
