//! A run of the engine over a network that a test can tamper with.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use logpipe::apply::Report;
use logpipe::aws::Base;
use logpipe::clock::Clock;
use logpipe::engine::{Always, Applied, ApplyRequest, DestroyRequest, Engine, Records, What};
use logpipe::files::Disk;
use logpipe::plan::Allowed;
use logpipe::sandbox::{
    self, Answered, Cloud, FaultInjection, InjectedFault, PendingCall, Phase, SandboxHttp,
};
use logpipe::share::Share;
use logpipe::stop::Stopper;
use logpipe::topology::{RecordPlace, load};
use tokio::sync::Notify;

use super::rights::give_rights;
use super::{Bench, on_a_deep_stack, open, prepare};

pub(crate) const OPERATOR: &str = "000000000000";
const LATENCY: Duration = Duration::from_millis(50);

/// What becomes of a writing call.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Treatment {
    /// It is made and answered.
    Answered,
    /// The process is killed before it reaches AWS.
    KilledBefore,
    /// It takes effect, and the process is killed before it hears of it.
    KilledAfter,
    /// It takes effect, and the connection breaks before the answer comes.
    AnswerLost,
    /// AWS refuses it with this code and status. After `: ` the code may be followed by the message.
    Refused(&'static str, u16),
    /// The user asks to stop while it is under way, unless that was asked before.
    Stopped,
    /// The user asks to stop twice while it is under way.
    GivenUp,
}

/// Decides by the number of the writing call, from 0, and its operation.
type Decide = dyn Fn(usize, &str) -> Treatment + Send + Sync;

/// Somebody who acts in the simulated AWS at any call of a run, before it gets there.
type Beside = dyn Fn(&Cloud, &PendingCall) + Send + Sync;

/// What to carry out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Job {
    Apply,
    /// With `--prune`.
    Prune,
    /// With `--adopt`.
    Adopt,
    /// With `--shard`.
    Shard(Share),
    Destroy,
}

/// A run that ended by itself, and how many writing calls it made.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Nothing when it was killed.
    pub(crate) report: Option<Report>,
    pub(crate) writes: usize,
}

/// Lets what a test decides befall the writing calls.
#[derive(Clone)]
struct Tampered(Arc<Shared>);

struct Shared {
    decide: Box<Decide>,
    beside: Box<Beside>,
    cloud: Cloud,
    writes: AtomicUsize,
    killed: Notify,
    stopper: Stopper,
    asked: AtomicUsize,
}

impl std::fmt::Debug for Tampered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tampered")
    }
}

impl FaultInjection for Tampered {
    fn inject(&self, call: &PendingCall) -> sandbox::Treatment {
        (self.0.beside)(&self.0.cloud, call);
        let fault = if call.writes() { self.fault(call) } else { InjectedFault::None };
        // Who is refused is so at once, before others are under way.
        let latency = if matches!(fault, InjectedFault::Refused { .. }) { Duration::ZERO } else { LATENCY };
        sandbox::Treatment { latency, fault, lands: false }
    }

    fn observe(&self, _: &PendingCall, treatment: &sandbox::Treatment, _: Option<Answered<'_>>) {
        if matches!(treatment.fault, InjectedFault::Killed(_)) {
            self.0.killed.notify_one();
        }
    }
}

impl Tampered {
    fn fault(&self, call: &PendingCall) -> InjectedFault {
        let number = self.0.writes.fetch_add(1, Ordering::Relaxed);
        match (self.0.decide)(number, &call.operation) {
            Treatment::Answered => InjectedFault::None,
            Treatment::KilledBefore => InjectedFault::Killed(Phase::Before),
            Treatment::KilledAfter => InjectedFault::Killed(Phase::After),
            Treatment::AnswerLost => InjectedFault::Reset(Phase::After),
            Treatment::Refused(error, status) => refused(error, status),
            Treatment::Stopped => self.stop(1),
            Treatment::GivenUp => self.stop(2),
        }
    }

    fn stop(&self, times: usize) -> InjectedFault {
        for _ in self.0.asked.swap(times, Ordering::Relaxed)..times {
            self.0.stopper.ask();
        }
        InjectedFault::None
    }
}

fn refused(error: &str, status: u16) -> InjectedFault {
    let (code, message) = error.split_once(": ").unwrap_or((error, "refused by the test"));
    InjectedFault::Refused { code: code.to_owned(), message: message.to_owned(), status }
}

/// Steps at once, as many as a run over a few accounts has by itself.
const AT_ONCE: usize = 32;

impl Bench {
    /// Carries a job out in this folder's sandbox, as `logpipe apply` and `destroy` do, with `decide` between it and
    /// AWS.
    pub(crate) fn engine(
        &self,
        job: Job,
        decide: impl Fn(usize, &str) -> Treatment + Send + Sync + 'static,
    ) -> Ended {
        self.engine_with(job, AT_ONCE, decide, |_, _| {})
    }

    /// Carries a job out one step after the other, while somebody else acts in the same AWS at its calls.
    pub(crate) fn engine_beside(
        &self,
        job: Job,
        beside: impl Fn(&Cloud, &PendingCall) + Send + Sync + 'static,
    ) -> Report {
        self.engine_with(job, 1, |_, _| Treatment::Answered, beside).report.unwrap()
    }

    /// Both, with this many steps at once.
    pub(crate) fn engine_with(
        &self,
        job: Job,
        parallelism: usize,
        decide: impl Fn(usize, &str) -> Treatment + Send + Sync + 'static,
        beside: impl Fn(&Cloud, &PendingCall) + Send + Sync + 'static,
    ) -> Ended {
        let topology = load(&self.path("topology.yaml")).unwrap();
        let record = self.path(&format!(".logpipe/sandbox/records/{}.json", topology.name));
        let state = self.state();
        on_a_deep_stack(move || {
            let cloud = open(&state);
            let record_bucket = match &topology.record {
                RecordPlace::Object { bucket, .. } => Some(bucket.as_str()),
                RecordPlace::File(_) => None,
            };
            prepare(&cloud, &topology, record_bucket);
            give_rights(&cloud, &topology, &record);
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .start_paused(true)
                .build()
                .unwrap();
            let ended = runtime.block_on(async {
                let clock = Clock::starting_at(cloud.now());
                let (stopper, stop) = Stopper::new();
                let shared = Arc::new(Shared {
                    decide: Box::new(decide),
                    beside: Box::new(beside),
                    cloud: cloud.clone(),
                    writes: AtomicUsize::new(0),
                    killed: Notify::new(),
                    stopper,
                    asked: AtomicUsize::new(0),
                });
                let http = SandboxHttp::new(cloud.clone(), clock, LATENCY);
                let http = http.with_faults(Tampered(shared.clone()));
                let base = Base::simulated(clock, http, OPERATOR.parse().unwrap());
                let records = Records::of(&topology, &base, &Disk::real(), |_| record.clone());
                let engine = Engine::new(topology, base, records)
                    .run_by("engine@test")
                    .until(stop)
                    .with_parallelism(parallelism);
                let report = tokio::select! {
                    applied = job.carried_out(&engine) => Some(applied.unwrap().report),
                    () = shared.killed.notified() => None,
                };
                cloud.advance_to(clock.now());
                Ended { report, writes: shared.writes.load(Ordering::Relaxed) }
            });
            cloud.store().unwrap();
            ended
        })
    }
}

impl Job {
    /// What `logpipe apply --yes` and `destroy --yes` do. The error is what they would fail with.
    pub(crate) async fn carried_out(self, engine: &Engine) -> Result<Applied, String> {
        self.carried_out_within(engine, Duration::ZERO).await
    }

    /// The same, waiting so long for another run to release the record.
    pub(crate) async fn carried_out_within(
        self,
        engine: &Engine,
        lock_timeout: Duration,
    ) -> Result<Applied, String> {
        let applied = match self {
            Self::Destroy => {
                let request = DestroyRequest { lock_timeout, ..DestroyRequest::default() };
                engine.destroy(&request, &mut Always).await
            }
            Self::Apply | Self::Prune | Self::Adopt | Self::Shard(_) => {
                engine.apply(&self.request(lock_timeout), &mut Always).await
            }
        };
        let applied = applied.map_err(|error| format!("{error:?}"))?;
        match applied.lost {
            Some(lost) => Err(format!("{lost:?}")),
            None => Ok(applied),
        }
    }

    fn request(self, lock_timeout: Duration) -> ApplyRequest {
        let (prune, adopt) = (self == Self::Prune, self == Self::Adopt);
        let share = if let Self::Shard(share) = self { Some(share) } else { None };
        let what = What::Planned(Allowed { prune, adopt, share, ..Allowed::default() });
        ApplyRequest { what, verified: false, lock_timeout }
    }
}
