//! Where a schedule happens: one simulated AWS, one record on the disk, one clock, and the runs that are killed there.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_runtime_api::client::http::HttpClient;
use aws_types::SdkConfig;
use futures_util::FutureExt;
use logpipe::apply::Report;
use logpipe::aws::{Base, Unreachable};
use logpipe::clock::Clock;
use logpipe::engine::{Applied, Engine, Probe, Records, VerifyRequest};
use logpipe::files::Disk;
use logpipe::plan::{Plan, Targets};
use logpipe::record::{Keeper, Place, Record, RecordError};
use logpipe::sandbox::{Cloud, SandboxHttp};
use logpipe::stop::Stopper;
use logpipe::topology::Topology;

use super::design::{ACCOUNTS, EXISTING, REGIONS};
use super::dice::Dice;
use super::events::Events;
use super::faults::{FaultLevel, Faults, Interruption};
use super::machines::ROLES_OF_OTHERS;
use crate::support::engine::{Job, OPERATOR};
use crate::support::rights::give_rights;
use crate::support::{EC2_TRUST, sdk};

/// When every schedule begins, so that the same seed gives the same trace.
fn beginning() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_767_225_600)
}

/// How often applications write while a run is under way, beside what they write between its calls.
const WRITING: Duration = Duration::from_secs(35);

/// What is attached to them.
const SSM: &str = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";

/// One simulated AWS with what logpipe keeps of it.
pub(super) struct Stage {
    pub(super) cloud: Cloud,
    pub(super) clock: Clock,
    pub(super) faults: Faults,
    pub(super) events: Events,
    folder: tempfile::TempDir,
}

/// How a run ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// By itself, with a report.
    Done(Box<Plan>, Report),
    /// By itself, before it had anything to report: why.
    Refused(String),
    /// By a kill.
    Killed,
}

impl From<Result<Applied, String>> for Ended {
    fn from(applied: Result<Applied, String>) -> Self {
        match applied {
            Ok(Applied { plan, report, .. }) => Self::Done(Box::new(plan), report),
            Err(why) => Self::Refused(why),
        }
    }
}

impl Stage {
    /// An empty AWS with every account prepared. Inside a runtime whose time is paused.
    pub(super) fn new(seed: u64) -> Self {
        let cloud = Cloud::starting_at(beginning());
        let operator = OPERATOR.parse().unwrap();
        for (_, id) in ACCOUNTS {
            let id = id.parse().unwrap();
            cloud.prepare_account(&id, "LogpipeDeployer", None, &operator);
            for (region, group) in REGIONS.iter().flat_map(|region| EXISTING.map(|group| (region, group))) {
                cloud.prepare_log_group(&id, &region.parse().unwrap(), group);
            }
        }
        for (account, role) in ROLES_OF_OTHERS {
            cloud.prepare_role(&account.parse().unwrap(), role, EC2_TRUST, &[], &[SSM]);
        }
        let clock = Clock::starting_at(beginning());
        let events = Events::new(cloud.clone(), clock, seed);
        Self {
            faults: Faults::new(clock, Dice::new(seed, 1), events.clone()),
            events,
            cloud,
            clock,
            folder: folder(),
        }
    }

    /// The same again, for another way on from here. Its trace is empty.
    pub(super) fn fork(&self, seed: u64) -> Self {
        let folder = folder();
        for entry in std::fs::read_dir(self.folder.path()).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
        let (cloud, clock) = (self.cloud.fork(), Clock::starting_at(self.clock.now()));
        let events = self.events.fork(cloud.clone(), clock);
        Self { faults: Faults::new(clock, Dice::new(seed, 1), events.clone()), events, cloud, clock, folder }
    }

    fn record_path(&self) -> PathBuf {
        self.folder.path().join("record.json")
    }

    fn place(&self) -> Place {
        Place::file(self.record_path())
    }

    /// The record as it is on the disk.
    pub(super) fn record(&self) -> Record {
        let loaded = Record::load(&self.place(), "sim").now_or_never();
        loaded.expect("a file is read at once").unwrap()
    }

    /// Locks the record, as every run that writes does first.
    pub(super) fn lock(&self) -> Result<Keeper, RecordError> {
        let opened = Keeper::open(&self.place(), "sim", "simulation@test", self.clock).now_or_never();
        opened.expect("a file is locked at once")
    }

    /// Carries a job out as the command does, with the rights that it computes, in this level, until it ends or this
    /// interruption ends it.
    pub(super) async fn run(
        &self,
        job: Job,
        topology: &Topology,
        level: FaultLevel,
        interruption: Option<Interruption>,
    ) -> Ended {
        give_rights(&self.cloud, topology, &self.record_path());
        let (stopper, stop) = Stopper::new();
        let killed = self.faults.begin(level, interruption, stopper);
        self.cloud.advance_to(self.clock.now());
        let engine = self.engine(topology, self.http().with_faults(self.faults.clone())).until(stop);
        tokio::select! {
            biased;
            () = killed.notified() => Ended::Killed,
            () = self.applications() => Ended::Refused("applications have no end".to_owned()),
            applied = job.carried_out(&engine) => applied.into(),
        }
    }

    /// A client of this AWS in no faults.
    pub(super) fn http(&self) -> SandboxHttp {
        SandboxHttp::new(self.cloud.clone(), self.clock, Duration::ZERO)
    }

    fn engine(&self, topology: &Topology, http: impl HttpClient + 'static) -> Engine {
        let base = Base::simulated(self.clock, http, OPERATOR.parse().unwrap());
        let records = Records::of(topology, &base, &Disk::real(), |_| self.record_path());
        Engine::new(topology.clone(), base, records).run_by("simulation@test")
    }

    /// Carries a job out through this client, with the rights that it computes.
    pub(super) async fn run_through(
        &self,
        job: Job,
        topology: &Topology,
        http: impl HttpClient + 'static,
    ) -> Ended {
        give_rights(&self.cloud, topology, &self.record_path());
        self.cloud.advance_to(self.clock.now());
        job.carried_out(&self.engine(topology, http)).await.into()
    }

    /// Verifies a pipeline through this client, as the command does.
    pub(super) async fn verify(&self, topology: &Topology, http: impl HttpClient + 'static) -> Ended {
        give_rights(&self.cloud, topology, &self.record_path());
        self.cloud.advance_to(self.clock.now());
        let request = VerifyRequest {
            targets: Targets::default(),
            unreachable: Unreachable::Fails,
            source: None,
            probe: Probe { timeout: Some(Duration::from_secs(300)), ..Probe::default() },
        };
        Ended::Refused(match self.engine(topology, http).verify(&request).await {
            Ok(verified) => format!("verified: {:?}", verified.verification.verdict),
            Err(error) => format!("{error:?}"),
        })
    }

    /// Applications write while a run waits for something, too.
    async fn applications(&self) {
        loop {
            tokio::time::sleep(WRITING).await;
            self.events.write();
        }
    }

    /// Leaves half a line in the journal, as a run that is killed while it writes one.
    pub(super) fn tear_journal(&self) {
        use std::io::Write as _;
        let path = self.folder.path().join("record.json.journal");
        let mut journal = std::fs::OpenOptions::new().append(true).create(true).open(path).unwrap();
        journal.write_all(b"{\"address\":\"archive/glo").unwrap();
    }

    /// Lets time pass.
    pub(super) async fn pass(&self, time: Duration) {
        tokio::time::sleep(time).await;
        self.cloud.advance_to(self.clock.now());
    }

    /// The configuration of plain SDK clients, for what others do meanwhile.
    pub(super) fn operator(&self, account: &str, region: &str) -> SdkConfig {
        sdk(&self.cloud, self.clock, account, region)
    }
}

/// Nothing here has to survive the machine, so it is in memory where that can be had.
fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir()
        && let Ok(folder) = tempfile::tempdir_in(memory)
    {
        return folder;
    }
    tempfile::tempdir().unwrap()
}
