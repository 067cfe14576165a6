//! A disk that fails at every operation and in every way: nothing is lost, nothing is left half, and what to do is said.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use logpipe::exit::Exit;
use logpipe::files::{Disk, DiskFault, DiskFaults, Operation};

use crate::support::aws::{self, ARCHIVE, TOKYO};
use crate::support::topologies::senders;
use crate::support::{Bench, Ran};
use crate::walkthrough::{TOPOLOGY, applied};

/// Numbers of errors that Linux, macOS and the BSDs share.
const INTERRUPTED: i32 = 4;
const BROKEN: i32 = 5;
const FULL: i32 = 28;

/// Unoptimised, only every this many operations are tried where `LOGPIPE_DISK_STEP` says nothing else.
const STEP: usize = if cfg!(debug_assertions) { 47 } else { 1 };

fn step() -> usize {
    crate::simulation::setting("LOGPIPE_DISK_STEP").map_or(STEP, |step| usize::try_from(step).unwrap()).max(1)
}

/// How an operation fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Way {
    fault: DiskFault,
    /// Whether all writes after it fail too.
    lasts: bool,
    /// Whether only writes can fail so.
    writes: bool,
}

const WAYS: [Way; 6] = [
    Way { fault: DiskFault::Fails(FULL), lasts: false, writes: false },
    Way { fault: DiskFault::Fails(BROKEN), lasts: false, writes: false },
    Way { fault: DiskFault::Fails(INTERRUPTED), lasts: false, writes: false },
    Way { fault: DiskFault::Torn(FULL), lasts: false, writes: true },
    Way { fault: DiskFault::Torn(FULL), lasts: true, writes: true },
    Way { fault: DiskFault::Short, lasts: false, writes: true },
];

impl Way {
    /// Whether nobody notices.
    fn passes(self) -> bool {
        matches!(self.fault, DiskFault::Short | DiskFault::Fails(INTERRUPTED))
    }
}

/// What is done to files, of which one operation fails.
#[derive(Debug)]
struct Failing {
    number: usize,
    way: Way,
    done: Mutex<Vec<(Operation, PathBuf)>>,
}

impl DiskFaults for Failing {
    fn inject(&self, operation: Operation, path: &Path) -> DiskFault {
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        let number = done.len();
        done.push((operation, path.to_owned()));
        let is_write = operation == Operation::Write;
        let hit = number == self.number || (number > self.number && self.way.lasts && is_write);
        if hit && (is_write || !self.way.writes) { self.way.fault } else { DiskFault::None }
    }
}

/// A run with one fault.
struct Unlucky {
    ran: Ran,
    done: Vec<(Operation, PathBuf)>,
    number: usize,
    way: Way,
}

impl Unlucky {
    fn of(bench: &Bench, arguments: &[&str], number: usize, way: Way) -> Self {
        let failing = Arc::new(Failing { number, way, done: Mutex::default() });
        let ran = bench.run_on(&Disk::with_faults(failing.clone()), arguments);
        let done = failing.done.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self { ran, done, number, way }
    }

    /// What failed, where the fault has met something.
    fn failed(&self) -> Option<&(Operation, PathBuf)> {
        self.done.get(self.number).filter(|(operation, _)| !self.way.writes || *operation == Operation::Write)
    }

    #[track_caller]
    fn expect(&self, holds: bool, what: &str) {
        assert!(
            holds,
            "{what}: {:?} at {} of {:?}\n{}",
            self.way,
            self.number,
            self.failed(),
            self.ran.said()
        );
    }

    /// Says what was attempted on which file, and what to do.
    fn is_told(&self) {
        let Some((_, path)) = self.failed() else { return };
        if self.way.passes() {
            self.expect(self.ran.exit == Exit::Done, "it passes unnoticed");
            return;
        }
        self.expect([Exit::Failed, Exit::Incomplete].contains(&self.ran.exit), "it fails");
        // The temporary file and the folder stand for the file.
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let (name, _) = name.split_once('.').unwrap_or((name, ""));
        self.expect(self.ran.said().contains(name) || path.is_dir(), "it says on which file");
        self.expect(self.ran.said().contains("again"), "it says what to do");
    }

    /// Nothing is intended any more once an intention could not be kept.
    fn starts_nothing_more(&self) {
        let is_journal = |path: &Path| path.to_str().is_some_and(|path| path.ends_with(".journal"));
        let Some((operation, path)) = self.failed() else { return };
        if self.way.passes() || !is_journal(path) || !matches!(operation, Operation::Write | Operation::Sync)
        {
            return;
        }
        let after = self.done[self.number + 1..].iter().find(|(operation, path)| {
            is_journal(path) && matches!(operation, Operation::Write | Operation::Sync)
        });
        self.expect(after.is_none(), "the journal is written no more");
    }

    /// No temporary file, and none that nobody knows.
    fn leaves_nothing_behind(&self, bench: &Bench) {
        let mut folders = vec![bench.path("")];
        let mut strange = BTreeSet::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.to_str().unwrap();
                if path.is_dir() {
                    folders.push(path);
                } else if ![".yaml", ".json", ".journal", ".lock", ".plan", ".calls"]
                    .iter()
                    .any(|end| name.ends_with(end))
                {
                    strange.insert(path);
                }
            }
        }
        self.expect(strange.is_empty(), &format!("{strange:?} is left"));
    }
}

/// Has every operation of a command fail in every way, and looks at each outcome.
fn every_operation(
    arguments: &[&str],
    step: usize,
    prepared: &dyn Fn() -> Bench,
    follow: &dyn Fn(&Bench, &Unlucky),
) {
    let mut met = 0;
    for (offset, way) in WAYS.into_iter().enumerate() {
        // Other operations in each way.
        let mut number = offset * step / WAYS.len();
        loop {
            let bench = prepared();
            let unlucky = Unlucky::of(&bench, arguments, number, way);
            if unlucky.done.len() <= number {
                break;
            }
            number += step;
            if unlucky.failed().is_none() {
                continue;
            }
            met += 1;
            unlucky.is_told();
            unlucky.starts_nothing_more();
            unlucky.leaves_nothing_behind(&bench);
            follow(&bench, &unlucky);
        }
    }
    crate::simulation::show(&format!("{}: {met} faults", arguments[1..].join(" ")));
    assert!(met > 3, "{met} faults cannot be all");
}

/// Counts the syncs of journals.
#[derive(Debug, Default)]
struct Counting(AtomicU64);

impl DiskFaults for Counting {
    fn inject(&self, operation: Operation, path: &Path) -> DiskFault {
        let is_journal = path.to_str().is_some_and(|path| path.ends_with(".journal"));
        self.0.fetch_add(u64::from(is_journal && operation == Operation::Sync), Ordering::Relaxed);
        DiskFault::None
    }
}

#[test]
fn steps_that_begin_together_take_one_sync() {
    let bench = Bench::new(&senders(0..40, ""));
    let counting = Arc::new(Counting::default());
    let ran =
        bench.run_on(&Disk::with_faults(counting.clone()), &sandbox("apply", &["--yes", "--output", "json"]));
    let steps = ran.expect(Exit::Done).json_lines().last().unwrap()["done"].as_u64().unwrap();
    let syncs = counting.0.load(Ordering::Relaxed);
    assert!(steps > 80 && syncs * 4 < steps, "{syncs} syncs for {steps} steps");
}

fn sandbox<'a>(command: &'a str, flags: &[&'a str]) -> Vec<&'a str> {
    [&["logpipe", command, "topology.yaml", "--sandbox"], flags].concat()
}

#[test]
fn what_an_apply_on_a_disk_that_fails_has_made_is_known_to_the_next_run() {
    let apply = sandbox("apply", &["--yes"]);
    every_operation(&apply, step(), &|| Bench::new(TOPOLOGY), &|bench, unlucky| {
        if unlucky.number % 3 == 0 {
            gone(bench, unlucky);
            return;
        }
        let next = bench.run(&apply);
        unlucky.expect(next.exit == Exit::Done, &format!("the next apply converges: {}", next.said()));
        if unlucky.number % 3 == 1 {
            let plan = bench.sandbox("plan", &["--detailed-exitcode"]);
            unlucky.expect(plan.exit == Exit::Done, &format!("nothing is left to do: {}", plan.said()));
        }
    });
}

#[test]
fn a_destroy_on_a_disk_that_fails_is_known_to_the_next_one() {
    let applied = applied();
    every_operation(&sandbox("destroy", &["--yes"]), step(), &|| applied.copy(), &gone);
}

/// Destroys, and finds nothing that is left.
fn gone(bench: &Bench, unlucky: &Unlucky) {
    let destroyed = bench.sandbox("destroy", &["--yes"]);
    unlucky.expect(destroyed.exit == Exit::Done, &format!("destroy goes through: {}", destroyed.said()));
    // Where the simulated AWS could not be kept, it is still at the time before it had deleted the stream.
    bench.pass(300);
    let (roles, streams) = bench
        .aws(ARCHIVE, TOKYO, async |config| (aws::roles(&config).await, aws::stream_names(&config).await));
    unlucky.expect(roles.is_empty() && streams.is_empty(), &format!("{roles:?} and {streams:?} are left"));
}

#[test]
fn a_plan_is_saved_whole_or_not_at_all() {
    let applied = applied();
    applied.sandbox("plan", &["--out", "saved.plan"]).expect(Exit::Done);
    let before = std::fs::read(applied.path("saved.plan")).unwrap();
    applied.write(&TOPOLOGY.replace("buffer_seconds: 60", "buffer_seconds: 90"));
    let plan = sandbox("plan", &["--out", "saved.plan"]);
    let after = {
        let bench = applied.copy();
        bench.run(&plan).expect(Exit::Done);
        std::fs::read(bench.path("saved.plan")).unwrap()
    };
    every_operation(&plan, step().min(4), &|| applied.copy(), &|bench, unlucky| {
        let now = std::fs::read(bench.path("saved.plan")).unwrap();
        unlucky.expect(now == before || now == after, "it is the old one or the new one");
    });
}
