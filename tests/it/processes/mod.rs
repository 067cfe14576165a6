//! The real binary in processes of its own, killed and stopped in the middle of calls over real connections.
//!
//! `LOGPIPE_PROCESS_KILLS` says how many are killed, `LOGPIPE_STOPS` how many are stopped, `LOGPIPE_SEED` with which seed
//! they begin, and `LOGPIPE_LANES` how many at once.

mod kills;
mod stops;
mod watch;

use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use logpipe::exit::Exit;
use logpipe::sandbox::{CallRecord, Cloud, Timing};
use logpipe::topology::parse;

use crate::simulation::setting;
use crate::support::engine::OPERATOR;
use crate::support::front::Front;
use crate::support::lanes::each_seed;
use crate::support::topologies::{PIPELINE, named, prepare_every_service};

const BUCKET: &str = "logpipe-records";
const KEY: &str = "processes.json";

/// A topology with what is put in.
fn topology(more: &str, record: &str) -> String {
    named("processes", &format!("{record}\n{more}"))
}

/// An AWS in which nothing takes time and nothing has been made.
fn cloud() -> Cloud {
    let cloud = Cloud::starting_at(UNIX_EPOCH + Duration::from_secs(1_767_225_600));
    cloud.set_timing(Timing {
        iam_propagation_ms: 0,
        profile_association_ms: 0,
        stream_creating_ms: 0,
        stream_deleting_ms: 0,
        ..Timing::default()
    });
    let topology = parse("topology.yaml", &topology(PIPELINE, "")).unwrap();
    prepare_every_service(&cloud, &topology, BUCKET);
    cloud
}

/// A folder with a topology.
fn folder(topology: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("topology.yaml"), topology).unwrap();
    folder
}

/// Runs a command to its end, which has to be a good one.
#[track_caller]
fn done(front: &Front, folder: &Path, arguments: &[&str], when: &str) {
    let ended = front.start(folder, arguments).ended();
    assert_eq!(ended.exit, Some(Exit::Done), "{when}: {arguments:?}\n{}", ended.said);
}

/// Whether a call was a write of the record.
fn of_the_record(call: &CallRecord) -> bool {
    call.operation == "PutObject" && call.account.as_ref().is_some_and(|id| id.as_str() == OPERATOR)
}

/// Tries `count` cases, `lanes` at once, and gives back what is wrong with those that end badly.
fn all(count: u64, lanes: u64, case: impl Fn(u64) -> Result<(), String> + Sync) -> Vec<String> {
    let first = setting("LOGPIPE_SEED").unwrap_or(0);
    let lanes = setting("LOGPIPE_LANES").unwrap_or(lanes);
    let bad = each_seed(first..first + count, lanes, || (), |(), seed| case(seed).err());
    bad.iter().map(|(seed, wrong)| format!("seed {seed}: {wrong}")).collect()
}
