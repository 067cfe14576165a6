//! Where the record of a command is.

use std::path::{Path, PathBuf};

use crate::aws::Base;
use crate::engine::Records;
use crate::plan::renamed;
use crate::record::Record;
use crate::topology::{RecordPlace, Topology};

use super::answer::error::CommandError;
use super::args::Common;
use super::settings::Environment;

/// Where the record is, and where it would be if the topology said nothing.
pub(crate) fn records(
    topology: &Topology,
    base: &Base,
    environment: &Environment,
    common: &Common,
) -> Records {
    Records::of(topology, base, &environment.disk, |path| file(path, topology, environment, common))
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
