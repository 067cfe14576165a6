//! Answers that were damaged on their way: every one is refused or does no harm. `LOGPIPE_MUTATIONS` says how many are
//! tried, `LOGPIPE_SEED` with which seed they begin.

mod damage;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use logpipe::apply::Aftermath;
use logpipe::sandbox::{FaultInjection, InjectedFault, Mangled, PendingCall, Phase, Treatment};

use super::dice::Dice;
use super::faults::FaultLevel;
use super::holdings::{holdings, lost_track_of, touched};
use super::kills::{PLAIN, Shape};
use super::others::Foreign;
use super::stage::{Ended, Stage};
use super::{setting, show};
use crate::support::engine::Job;
use crate::support::lanes::{cores, each_seed};
use crate::support::on_a_deep_stack;
use damage::{ALL, Damage, Damaging};

/// How many are tried where nobody says so.
const MUTATIONS: u64 = if cfg!(debug_assertions) { 200 } else { 5_000 };

/// No run takes so long.
const ENDLESS: Duration = Duration::from_secs(6 * 60 * 60);

/// What is done when answers are damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Doing {
    FirstApply,
    SecondApply,
    Change,
    Destroy,
    Verify,
}

const DOINGS: [Doing; 5] =
    [Doing::FirstApply, Doing::SecondApply, Doing::Change, Doing::Destroy, Doing::Verify];

impl Doing {
    fn shape(self) -> Shape {
        match self {
            Self::Change => Shape { source: "web-2", more: "allow: organization", ..PLAIN },
            _ => PLAIN,
        }
    }

    async fn done(self, stage: &Stage, http: Damaging) -> Result<Ended, tokio::time::error::Elapsed> {
        let topology = self.shape().topology();
        let job = match self {
            Self::FirstApply | Self::SecondApply => Job::Apply,
            Self::Change => Job::Prune,
            Self::Destroy => Job::Destroy,
            Self::Verify => {
                let verified = stage.verify(&topology, http);
                return tokio::time::timeout(ENDLESS, verified).await;
            }
        };
        tokio::time::timeout(ENDLESS, stage.run_through(job, &topology, http)).await
    }
}

/// Where it is done: an AWS with neighbours, empty or with a pipeline that others have put things on.
struct Scene {
    stage: Stage,
    foreign: Foreign,
    /// How many calls a run makes.
    calls: BTreeMap<Doing, usize>,
}

impl Scene {
    async fn new(with_pipeline: bool) -> Self {
        let stage = Stage::new(0);
        let mut dice = (0..).map(|seed| Dice::new(seed, 9)).find(|dice| dice.clone().percent(30)).unwrap();
        let mut foreign = Foreign::settle(&stage, &mut dice).await;
        if with_pipeline {
            let ended = stage.run(Job::Apply, &PLAIN.topology(), FaultLevel::None, None).await;
            assert!(matches!(&ended, Ended::Done(_, report) if report.complete()), "{ended:?}");
            for _ in 0..12 {
                foreign.mark(&stage, &mut dice).await;
            }
            stage.pass(Duration::from_secs(600)).await;
        }
        Self { stage, foreign, calls: BTreeMap::new() }
    }
}

/// The scenes of one thread.
struct Theatre {
    empty: Scene,
    built: Scene,
}

/// How a case ended.
#[derive(Debug, Default)]
struct Outcome {
    wrong: Option<String>,
    damaged: usize,
    refused: bool,
}

impl Theatre {
    async fn new() -> Self {
        Self { empty: Scene::new(false).await, built: Scene::new(true).await }
    }

    async fn play(&mut self, seed: u64) -> Outcome {
        let mut dice = Dice::new(seed, 4);
        let doing = dice.pick(&DOINGS);
        let scene = if doing == Doing::FirstApply { &mut self.empty } else { &mut self.built };
        if !scene.calls.contains_key(&doing) {
            let stage = scene.stage.fork(0);
            let http = Damaging::new(stage.http(), usize::MAX - 100, 0, Damage::Cut, dice.clone());
            doing.done(&stage, http.clone()).await.unwrap();
            scene.calls.insert(doing, http.calls());
        }
        let (damage, from) = (dice.pick(&ALL), dice.below(scene.calls[&doing]));
        let times = dice.pick(&[1, 1, 1, 3, 20]);
        let stage = scene.stage.fork(seed);
        let http = Damaging::new(stage.http(), from, times, damage, dice.clone());
        let ended = doing.done(&stage, http.clone()).await;
        let what = format!("{doing:?}, {damage:?} of {times} from call {from} on");
        let mut outcome = Outcome { damaged: http.done(), ..Outcome::default() };
        match ended {
            Err(_) => outcome.wrong = Some(format!("{what}: it has no end")),
            Ok(ended) => {
                outcome.refused = !matches!(&ended, Ended::Done(_, report) if report.complete());
                let wrong = harm(&stage, &scene.foreign, doing, damage);
                let wrong = match wrong {
                    None if seed.is_multiple_of(8) && !damage.may_lie() && doing != Doing::Destroy => {
                        mended(&stage, &scene.foreign, doing, damage).await
                    }
                    wrong => wrong,
                };
                outcome.wrong = wrong.map(|wrong| format!("{what}: {wrong}\n  {ended:?}"));
            }
        }
        outcome
    }
}

/// What has become of what is not ours, and of the record.
fn harm(stage: &Stage, foreign: &Foreign, doing: Doing, damage: Damage) -> Option<String> {
    let there = holdings(&stage.cloud);
    let mut harm = touched(&there, &foreign.things);
    if !damage.may_lie() {
        harm.extend(lost_track_of(&there, &stage.record(), &foreign.things));
        let mut missing = foreign.missing(&there);
        // What is on the things that go, goes with them.
        let goes = matches!(doing, Doing::Destroy | Doing::Change);
        missing.retain(|mark| !goes || mark.contains("/s3_bucket"));
        harm.extend(missing);
    }
    (!harm.is_empty()).then(|| harm.join("\n  "))
}

/// The next apply in peace brings everything in order, whatever was answered before.
async fn mended(stage: &Stage, foreign: &Foreign, doing: Doing, damage: Damage) -> Option<String> {
    stage.pass(Duration::from_secs(600)).await;
    let ended = stage.run(Job::Apply, &doing.shape().topology(), FaultLevel::None, None).await;
    match &ended {
        Ended::Done(_, report) if report.complete() => harm(stage, foreign, doing, damage),
        _ => Some(format!("the next apply fails: {ended:?}")),
    }
}

/// Plays cases on all cores, each thread with scenes of its own.
fn play_all(first: u64, count: u64) -> BTreeMap<u64, String> {
    let (damaged, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let theatre = || {
        // The SDK's back-off and its tokens throw dice of this thread.
        fastrand::seed(first);
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let theatre = runtime.block_on(Theatre::new());
        (runtime, theatre)
    };
    let bad = each_seed(first..first + count, cores(), theatre, |(runtime, theatre), seed| {
        let outcome = runtime.block_on(theatre.play(seed));
        damaged.fetch_add(outcome.damaged, Ordering::Relaxed);
        refused.fetch_add(usize::from(outcome.refused), Ordering::Relaxed);
        outcome.wrong
    });
    show(&format!(
        "{count} runs from seed {first} on with {} damaged answers: {} did not do all they were to, {} did harm",
        damaged.into_inner(),
        refused.into_inner(),
        bad.len()
    ));
    bad
}

#[test]
fn no_damaged_answer_does_harm() {
    let first = setting("LOGPIPE_SEED").unwrap_or(1);
    let bad = play_all(first, setting("LOGPIPE_MUTATIONS").unwrap_or(MUTATIONS));
    let all: Vec<String> = bad.iter().map(|(seed, wrong)| format!("seed {seed}: {wrong}")).collect();
    assert!(all.is_empty(), "{}", all.join("\n"));
}

/// Mangles every answer to one operation.
#[derive(Debug, Clone, Copy)]
struct Mangling(&'static str, Mangled, Phase);

impl FaultInjection for Mangling {
    fn inject(&self, call: &PendingCall) -> Treatment {
        let Self(operation, mangled, moment) = *self;
        let strikes = call.operation == operation;
        let fault = if strikes { InjectedFault::Mangled(mangled, moment) } else { InjectedFault::None };
        Treatment { fault, ..Treatment::answered(Duration::ZERO) }
    }
}

/// On a stage with a pipeline, on which others have put things.
fn on_a_built_stage(play: impl AsyncFnOnce(Scene) + Send + 'static) {
    on_a_deep_stack(move || {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async { play(Scene::new(true).await).await });
    });
}

#[test]
fn a_bucket_policy_that_cannot_be_read_is_not_taken_for_none() {
    on_a_built_stage(async |scene| {
        let before = holdings(&scene.stage.cloud);
        assert!(before.values().any(|it| it.to_string().contains("Auditors")), "others have a statement");
        for mangled in [Mangled::Page(200), Mangled::Bare(200), Mangled::Cut(50), Mangled::Another] {
            let stage = scene.stage.fork(0);
            let http = stage.http().with_faults(Mangling("GetBucketPolicy", mangled, Phase::After));
            let ended = stage.run_through(Job::Apply, &PLAIN.topology(), http).await;
            let Ended::Refused(why) = ended else { panic!("{mangled:?}: {ended:?}") };
            assert!(why.contains("is not AWS's") && why.contains("s3:GetBucketPolicy"), "{why}");
            assert_eq!(holdings(&stage.cloud), before, "{mangled:?}");
        }
    });
}

#[test]
fn a_deletion_that_somebody_else_answers_is_not_done() {
    on_a_built_stage(async |scene| {
        let deletions =
            ["DeleteSubscriptionFilter", "DeleteDestination", "DeleteDeliveryStream", "DeleteRole"];
        for (operation, status) in deletions.into_iter().flat_map(|one| [(one, 404), (one, 200)]) {
            let stage = scene.stage.fork(0);
            let http = stage.http().with_faults(Mangling(operation, Mangled::Page(status), Phase::Before));
            let ended = stage.run_through(Job::Destroy, &PLAIN.topology(), http).await;
            let Ended::Done(_, report) = &ended else { panic!("{operation} {status}: {ended:?}") };
            assert!(!report.failures.is_empty(), "{operation} {status}: {report:?}");
            assert!(report.failures.iter().all(|one| one.aftermath == Aftermath::Unknown), "{report:?}");
            let there = holdings(&stage.cloud);
            let lost = lost_track_of(&there, &stage.record(), &scene.foreign.things);
            assert_eq!(lost, [""; 0], "{operation} {status}");
        }
    });
}

#[test]
fn a_service_that_never_ends_its_answers_ends_a_run_in_minutes() {
    on_a_built_stage(async |scene| {
        for mangled in [Mangled::Trickling, Mangled::Endless] {
            let stage = scene.stage.fork(0);
            let begun = stage.clock.now();
            let http = stage.http().with_faults(Mangling("GetRole", mangled, Phase::After));
            let ended = stage.run_through(Job::Apply, &PLAIN.topology(), http).await;
            assert!(matches!(&ended, Ended::Refused(why) if why.contains("iam:GetRole")), "{ended:?}");
            let took = stage.clock.now().duration_since(begun).unwrap();
            assert!(took < Duration::from_secs(180), "{took:?}");
        }
    });
}
