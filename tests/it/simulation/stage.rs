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
use super::shared::{BUCKET, as_it_is};
use crate::support::engine::{Job, OPERATOR};
use crate::support::rights::give_rights_for;
use crate::support::{EC2_TRUST, sdk};

/// When every schedule begins, so that the same seed gives the same trace.
fn beginning() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_767_225_600)
}

/// How often applications write while a run is under way, beside what they write between its calls.
const WRITING: Duration = Duration::from_secs(35);

/// What is attached to them.
const SSM: &str = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";

/// How long runs wait for a record in S3, whose lease outlives whoever was killed.
const PATIENCE: Duration = Duration::from_secs(300);

/// One simulated AWS with what logpipe keeps of it.
pub(super) struct Stage {
    pub(super) cloud: Cloud,
    pub(super) clock: Clock,
    pub(super) faults: Faults,
    pub(super) events: Events,
    folder: tempfile::TempDir,
    /// Whether the record is in S3.
    shared: bool,
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

impl Ended {
    /// How, for a trace.
    pub(super) fn told(&self) -> String {
        let (plan, report) = match self {
            Self::Done(plan, report) => (plan, report),
            Self::Refused(why) => return format!("ended: {why}"),
            Self::Killed => return "killed".to_owned(),
        };
        let failures = report.failures.iter().map(|failure| {
            format!("\n            {}: {} ({:?})", failure.address, failure.error, failure.aftermath)
        });
        format!(
            "ended: {:?}; {} done, {} skipped, {} not started, {} unknown{}",
            plan.summary(),
            report.done.len(),
            report.skipped.len(),
            report.not_started.len(),
            report.unknown.len(),
            failures.collect::<String>()
        )
    }

    /// Whether everything was done.
    pub(super) fn complete(&self) -> bool {
        matches!(self, Self::Done(_, report) if report.complete())
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
            shared: false,
        }
    }

    /// The same with a record in S3, for topologies that have it there.
    pub(super) fn shared(seed: u64) -> Self {
        let stage = Self { shared: true, ..Self::new(seed) };
        stage.cloud.prepare_bucket(&OPERATOR.parse().unwrap(), &REGIONS[0].parse().unwrap(), BUCKET);
        stage
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
        let (faults, shared) = (Faults::new(clock, Dice::new(seed, 1), events.clone()), self.shared);
        Self { faults, events, cloud, clock, folder, shared }
    }

    fn record_path(&self) -> PathBuf {
        self.folder.path().join("record.json")
    }

    fn place(&self) -> Place {
        if self.shared { as_it_is(&self.cloud) } else { Place::file(self.record_path()) }
    }

    /// The record as it is on the disk, or in S3.
    pub(super) fn record(&self) -> Record {
        let loaded = Record::load(&self.place(), "sim").now_or_never();
        loaded.expect("what is here is read at once").unwrap()
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
        tokio::select! {
            biased;
            () = self.applications() => Ended::Refused("applications have no end".to_owned()),
            ended = self.run_in(&self.faults, job, topology, level, interruption) => ended,
        }
    }

    /// The same in faults of its own, beside others, and without applications that write meanwhile.
    pub(super) async fn run_in(
        &self,
        faults: &Faults,
        job: Job,
        topology: &Topology,
        level: FaultLevel,
        interruption: Option<Interruption>,
    ) -> Ended {
        give_rights_for(&self.cloud, topology, self.record());
        let (stopper, stop) = Stopper::new();
        let killed = faults.begin(level, interruption, stopper);
        self.cloud.advance_to(self.clock.now());
        let engine = self.engine(topology, self.http().with_faults(faults.clone())).until(stop);
        let patience = if self.shared { PATIENCE } else { Duration::ZERO };
        tokio::select! {
            biased;
            () = killed.notified() => Ended::Killed,
            applied = job.carried_out_within(&engine, patience) => applied.into(),
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
        give_rights_for(&self.cloud, topology, self.record());
        self.cloud.advance_to(self.clock.now());
        job.carried_out(&self.engine(topology, http)).await.into()
    }

    /// Verifies a pipeline through this client, as the command does.
    pub(super) async fn verify(&self, topology: &Topology, http: impl HttpClient + 'static) -> Ended {
        give_rights_for(&self.cloud, topology, self.record());
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
    pub(super) async fn applications(&self) {
        loop {
            tokio::time::sleep(WRITING).await;
            self.events.write();
        }
    }

    /// Leaves half a line in the journal, as a run that is killed while it writes one. In S3 there is none.
    pub(super) fn tear_journal(&self) {
        use std::io::Write as _;
        if self.shared {
            return;
        }
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
