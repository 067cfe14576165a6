//! Killed (SIGKILL) at random moments, over real connections: nothing is lost track of or touched, and the same command
//! brings everything in order.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use logpipe::aws::{Base, VersionedObject};
use logpipe::clock::Clock;
use logpipe::record::{Place, Record};
use logpipe::sandbox::{Cloud, SandboxHttp};

use super::{BUCKET, KEY, all, cloud, done, folder, of_the_record, topology};
use crate::simulation::holdings::{Holdings, holdings, left_behind, lost_track_of, touched};
use crate::simulation::{setting, show};
use crate::support::engine::OPERATOR;
use crate::support::front::{Front, How};
use crate::support::on_a_deep_stack;
use crate::support::topologies::{PIPELINE, READER};

/// How many are killed where nobody says so.
const KILLS: u64 = 8;

/// How many at once, on few cores.
const LANES: u64 = 4;

/// After this, others may have the record of whoever was killed.
const FREE: Duration = Duration::from_secs(125);

/// The pipeline with a log group more.
fn more_groups() -> String {
    PIPELINE.replace("[/app/web]", "[/app/web, /app/more]")
}

// What was killed may have sent a write of the record that AWS takes after it is dead.
const APPLY: &[&str] = &["apply", "topology.yaml", "--yes", "--lock-timeout", "4m"];
const PRUNE: &[&str] = &["apply", "topology.yaml", "--yes", "--prune", "--lock-timeout", "4m"];
const DESTROY: &[&str] = &["destroy", "topology.yaml", "--yes", "--lock-timeout", "4m"];

/// Where the record is.
#[derive(Debug, Clone, Copy)]
enum Kept {
    InAFile,
    InS3,
}

impl Kept {
    fn line(self) -> &'static str {
        match self {
            Self::InAFile => "",
            Self::InS3 => "record: s3://logpipe-records/processes.json",
        }
    }
}

/// A command, and what is there before it.
struct Flow {
    folder: tempfile::TempDir,
    cloud: Cloud,
    foreign: Holdings,
    kept: Kept,
    command: &'static [&'static str],
    /// How many calls it makes when nobody kills it.
    calls: usize,
}

impl Flow {
    fn new(before: Option<&str>, topology_now: &str, command: &'static [&str], kept: Kept) -> Self {
        let (cloud, folder) = (cloud(), folder(""));
        let foreign = holdings(&cloud);
        let write = |more| std::fs::write(folder.path().join("topology.yaml"), topology(more, kept.line()));
        if let Some(before) = before {
            write(before).unwrap();
            done(&Front::serving(cloud.clone()), folder.path(), APPLY, "before");
        }
        write(topology_now).unwrap();
        let mut flow = Self { folder, cloud, foreign, kept, command, calls: 0 };
        let (front, folder) = flow.again();
        done(&front, folder.path(), command, "undisturbed");
        flow.calls = front.calls();
        flow
    }

    /// The same once more, for another way on from there.
    fn again(&self) -> (Front, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        copy(self.folder.path(), folder.path());
        (Front::serving(self.cloud.fork()), folder)
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// What the record says.
fn record(front: &Front, folder: &Path, kept: Kept) -> Record {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let place = match kept {
            Kept::InAFile => Place::file(folder.join(".logpipe/processes.json")),
            Kept::InS3 => {
                // What a command reads, without a connection. Its copy of the cloud is its own.
                let cloud = front.cloud().fork();
                let clock = Clock::starting_at(cloud.now());
                let http = SandboxHttp::new(cloud, clock, Duration::ZERO);
                let base = Base::simulated(clock, http, OPERATOR.parse().unwrap());
                let region = "ap-northeast-1".parse().unwrap();
                Place::Shared(Arc::new(VersionedObject::new(&base, BUCKET, KEY, None, &region)))
            }
        };
        Record::load(&place, "processes").await.unwrap()
    })
}

/// Nothing that is there is unknown, and nothing of others was touched.
fn kept(flow: &Flow, front: &Front, folder: &Path, when: &str) -> Result<(), String> {
    let record = record(front, folder, flow.kept);
    let there = holdings(front.cloud());
    let (lost, touched) = (lost_track_of(&there, &record, &flow.foreign), touched(&there, &flow.foreign));
    if lost.is_empty() && touched.is_empty() {
        return Ok(());
    }
    Err(format!("{when}: lost track of {lost:?}, touched {touched:?}"))
}

/// Kills the command of a flow in the middle of a call or a little later, and has it run again.
fn killed(flow: &Flow, dice: &mut fastrand::Rng, kills: &AtomicUsize) -> Result<(), String> {
    let (front, folder) = flow.again();
    let at = dice.usize(0..flow.calls);
    let how = dice.choice([How::Answered, How::Refused, How::CutOff]).unwrap();
    let later = Duration::from_micros(dice.u64(0..20_000));
    let mut held = front.hold(at, how);
    let mut command = front.start(folder.path(), flow.command);
    if held.reached(&mut command) {
        if dice.bool() {
            held.go_on();
            rest(later);
        }
        command.kill();
        held.go_on();
    }
    let ended = command.ended();
    kills.fetch_add(usize::from(ended.exit.is_none()), Ordering::Relaxed);
    let (command, kept_in) = (flow.command, flow.kept);
    let when = format!("{command:?} killed at call {at} ({how:?}), with its record {kept_in:?}");
    kept(flow, &front, folder.path(), &when)?;
    front.pass(FREE);
    done(&front, folder.path(), flow.command, &when);
    kept(flow, &front, folder.path(), &when)?;
    if flow.command == DESTROY {
        let left = left_behind(&holdings(front.cloud()), &flow.foreign);
        return if left.is_empty() { Ok(()) } else { Err(format!("{when}: {left:?} is left")) };
    }
    let mark = front.mark();
    done(&front, folder.path(), flow.command, &when);
    let written: Vec<_> = front.written_since(mark).into_iter().filter(|call| !of_the_record(call)).collect();
    if written.is_empty() { Ok(()) } else { Err(format!("{when}: not at rest: {written:#?}")) }
}

#[expect(clippy::disallowed_methods, reason = "another process runs in real time")]
fn rest(time: Duration) {
    std::thread::sleep(time);
}

#[test]
fn whatever_is_killed_anywhere_is_brought_in_order_by_the_same_command() {
    on_a_deep_stack(|| {
        let more = format!("{}{READER}", more_groups());
        let otherwise =
            format!("tags: {{ Project: poc }}{}", more_groups().replace("_seconds: 60", "_seconds: 90"));
        let flows: Vec<Flow> = [Kept::InAFile, Kept::InS3]
            .into_iter()
            .flat_map(|kept| {
                [
                    Flow::new(None, &more, APPLY, kept),
                    Flow::new(Some(&more), &more, DESTROY, kept),
                    Flow::new(Some(&more), PIPELINE, PRUNE, kept),
                    Flow::new(Some(PIPELINE), &otherwise, APPLY, kept),
                ]
            })
            .collect();
        let count = setting("LOGPIPE_PROCESS_KILLS").unwrap_or(KILLS);
        let kills = AtomicUsize::new(0);
        let bad = all(count, LANES, |seed| {
            let flow = &flows[usize::try_from(seed).unwrap() % flows.len()];
            killed(flow, &mut fastrand::Rng::with_seed(seed), &kills)
        });
        let kills = kills.into_inner();
        let calls: BTreeMap<String, usize> =
            flows.iter().map(|flow| (format!("{:?} {:?}", flow.command[0], flow.kept), flow.calls)).collect();
        show(&format!(
            "{kills} kills in {count} runs over HTTP, {} of which ended badly; calls: {calls:?}",
            bad.len()
        ));
        assert!(bad.is_empty(), "{}", bad.join("\n"));
        assert!(kills * 3 > usize::try_from(count).unwrap() * 2, "{kills} of {count} were killed");
    });
}
