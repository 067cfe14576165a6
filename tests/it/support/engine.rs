//! A run through the library over a network that a test can tamper with: what the commands do, without their output.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use logpipe::apply::{Report, Run, apply};
use logpipe::aws::{Accounts, Base, VersionedObject};
use logpipe::clock::Clock;
use logpipe::event::Events;
use logpipe::plan::{
    Action, Allowed, Data, Entered, Observed, Plan, Surveyor, Targets, accounts_in_doubt, accounts_of,
    decide, destroy, enter, observe_doubtful, observe_uses, renamed, with_recorded,
};
use logpipe::record::{Keeper, Place};
use logpipe::sandbox::{self, Answered, Cloud, Moment, SandboxHttp, Trouble, Underway, Weather};
use logpipe::stop::{Stop, Stopper};
use logpipe::topology::{RecordPlace, Topology, load};
use tokio::sync::Notify;

use super::rights::give_rights;
use super::{Bench, on_a_deep_stack, open, prepare};

pub(crate) const OPERATOR: &str = "000000000000";
const LATENCY: Duration = Duration::from_millis(50);

/// As many steps at once as the commands have by default.
const PARALLELISM: usize = 32;

/// What becomes of a writing call.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fate {
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
type Decide = dyn Fn(usize, &str) -> Fate + Send + Sync;

/// Somebody who acts in the simulated AWS at any call of a run, before it gets there.
type Beside = dyn Fn(&Cloud, &Underway) + Send + Sync;

/// What to carry out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Job {
    Apply,
    /// With `--prune`.
    Prune,
    /// With `--adopt`.
    Adopt,
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

impl Weather for Tampered {
    fn befalls(&self, call: &Underway) -> sandbox::Fate {
        (self.0.beside)(&self.0.cloud, call);
        let trouble = if call.writes() { self.trouble(call) } else { Trouble::None };
        // Who is refused is so at once, before others are under way.
        let latency = if matches!(trouble, Trouble::Refused { .. }) { Duration::ZERO } else { LATENCY };
        sandbox::Fate { latency, trouble, lands: false }
    }

    fn came_of(&self, _: &Underway, fate: &sandbox::Fate, _: Option<Answered<'_>>) {
        if matches!(fate.trouble, Trouble::Killed(_)) {
            self.0.killed.notify_one();
        }
    }
}

impl Tampered {
    fn trouble(&self, call: &Underway) -> Trouble {
        let number = self.0.writes.fetch_add(1, Ordering::Relaxed);
        match (self.0.decide)(number, &call.operation) {
            Fate::Answered => Trouble::None,
            Fate::KilledBefore => Trouble::Killed(Moment::Before),
            Fate::KilledAfter => Trouble::Killed(Moment::After),
            Fate::AnswerLost => Trouble::Reset(Moment::After),
            Fate::Refused(error, status) => refused(error, status),
            Fate::Stopped => self.stop(1),
            Fate::GivenUp => self.stop(2),
        }
    }

    fn stop(&self, times: usize) -> Trouble {
        for _ in self.0.asked.swap(times, Ordering::Relaxed)..times {
            self.0.stopper.ask();
        }
        Trouble::None
    }
}

fn refused(error: &str, status: u16) -> Trouble {
    let (code, message) = error.split_once(": ").unwrap_or((error, "refused by the test"));
    Trouble::Refused { code: code.to_owned(), message: message.to_owned(), status }
}

impl Bench {
    /// Carries a job out in this folder's sandbox, as `logpipe apply` and `destroy` do, with `decide` between it and
    /// AWS.
    pub(crate) fn engine(
        &self,
        job: Job,
        decide: impl Fn(usize, &str) -> Fate + Send + Sync + 'static,
    ) -> Ended {
        self.engine_with(job, PARALLELISM, decide, |_, _| {})
    }

    /// Carries a job out one step after the other, while somebody else acts in the same AWS at its calls.
    pub(crate) fn engine_beside(
        &self,
        job: Job,
        beside: impl Fn(&Cloud, &Underway) + Send + Sync + 'static,
    ) -> Report {
        self.engine_with(job, 1, |_, _| Fate::Answered, beside).report.unwrap()
    }

    /// Both, with so many steps at once.
    pub(crate) fn engine_with(
        &self,
        job: Job,
        parallelism: usize,
        decide: impl Fn(usize, &str) -> Fate + Send + Sync + 'static,
        beside: impl Fn(&Cloud, &Underway) + Send + Sync + 'static,
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
                let http = http.with_weather(Tampered(shared.clone()));
                let base = Base::simulated(clock, http, OPERATOR.parse().unwrap());
                let place = match &topology.record {
                    RecordPlace::File(_) => Place::file(&record),
                    RecordPlace::Object { bucket, key, .. } => {
                        let object = VersionedObject::new(&base, bucket, key, None, &topology.region);
                        Place::Shared(Arc::new(object))
                    }
                };
                let whole = async {
                    let opening = Keeper::open(&place, topology.name.as_str(), "engine@test", clock);
                    let mut keeper = opening.await.unwrap();
                    keeper.follow(|name, id| renamed(&topology, name, id)).unwrap();
                    let report = carry_out_at(job, parallelism, &topology, &base, &mut keeper, stop).await;
                    keeper.close().await.unwrap();
                    report
                };
                let report = tokio::select! {
                    report = whole => Some(report.unwrap().report),
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

/// What was planned, and what became of it.
#[derive(Debug)]
pub(crate) struct Carried {
    pub(crate) plan: Plan,
    pub(crate) report: Report,
}

fn says(error: &dyn std::error::Error) -> String {
    format!("{error:?}")
}

/// What `logpipe apply --yes` and `destroy --yes` do, without their output. The error is what they would say.
pub(crate) async fn carry_out(
    job: Job,
    topology: &Topology,
    base: &Base,
    keeper: &mut Keeper,
    stop: Stop,
) -> Result<Carried, String> {
    carry_out_at(job, PARALLELISM, topology, base, keeper, stop).await
}

/// The same, with so many steps at once.
async fn carry_out_at(
    job: Job,
    parallelism: usize,
    topology: &Topology,
    base: &Base,
    keeper: &mut Keeper,
    stop: Stop,
) -> Result<Carried, String> {
    let events = Events::none();
    let targets = Targets::default();
    let (entered, plan, observed) = match job {
        Job::Apply | Job::Prune | Job::Adopt => {
            let entered = enter(topology, base, &events).await.map_err(|error| says(&error))?;
            let Entered { topology, accounts } = &entered;
            let (clock, events, targets) = (base.clock(), &events, &targets);
            let surveyor = Surveyor { topology, accounts, clock, events, targets };
            let mut survey = surveyor.to_plan(keeper.record()).await.map_err(|error| says(&error))?;
            let (prune, adopt) = (job == Job::Prune, job == Job::Adopt);
            let allowed = Allowed { prune, adopt, ..Allowed::default() };
            if prune {
                let all = with_recorded(topology, keeper.record());
                let names = accounts_in_doubt(keeper.record(), accounts);
                let further = names.into_iter().filter_map(|name| all.accounts.get(name));
                let further = Accounts::connect(further, &topology.region, base, events).await;
                if let Ok(further) = further {
                    let seen = survey.observed.clone();
                    let seen = observe_doubtful(seen, keeper.record(), &further, clock, events).await;
                    survey.observed = seen.unwrap_or(survey.observed);
                }
            }
            let plan = decide(&survey, keeper.record(), &allowed).map_err(|error| says(&error))?;
            // Accounts that the topology no longer names, with something to remove.
            let all = with_recorded(topology, keeper.record());
            let named = topology.accounts_in_use();
            let further = accounts_of(&plan).into_iter().filter(|name| !named.contains_key(name));
            let further: Vec<_> = further.filter_map(|name| all.accounts.get(name)).collect();
            let further = Accounts::connect(further, &topology.region, base, events).await;
            let Entered { topology, accounts } = entered;
            let accounts = accounts.and(further.map_err(|error| says(&error))?);
            (Entered { topology, accounts }, plan, survey.observed)
        }
        Job::Destroy => {
            let topology = with_recorded(topology, keeper.record());
            let data = Data::default();
            let plan = |observed: &Observed| {
                let plan = destroy(&topology, keeper.record(), &data, &targets, observed);
                plan.map_err(|error| says(&error))
            };
            let needed = plan(&Observed::default())?;
            let needed = accounts_of(&needed);
            let needed = topology.accounts.values().filter(|account| needed.contains(&account.name));
            let accounts = Accounts::connect(needed, &topology.region, base, &events).await;
            let accounts = accounts.map_err(|error| says(&error))?;
            let clock = base.clock();
            let observed = observe_doubtful(Observed::default(), keeper.record(), &accounts, clock, &events);
            let observed = observed.await.map_err(|failures| format!("{failures:?}"))?;
            let uses = observe_uses(keeper.record(), |_| true, &accounts, clock, &events);
            let observed = observed.with_uses(uses.await.map_err(|failures| format!("{failures:?}"))?);
            let plan = plan(&observed)?;
            (Entered { topology, accounts }, plan, observed)
        }
    };
    if plan.summary().refuse > 0 {
        let refused = plan.steps.iter().filter(|step| matches!(step.action, Action::Refuse));
        let reasons: Vec<String> = refused.map(|step| format!("{}: {}", step.address, step.reason)).collect();
        return Err(format!("refused: {}", reasons.join("; ")));
    }
    let run = Run {
        observed: &observed,
        accounts: &entered.accounts,
        clock: base.clock(),
        events: &events,
        parallelism,
    };
    let ended = apply(&plan, &run, keeper, stop).await;
    match ended.trouble {
        Some(trouble) => Err(says(&trouble)),
        None => Ok(Carried { plan, report: ended.report }),
    }
}
