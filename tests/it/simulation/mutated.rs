//! Answers that were damaged on their way: every one is refused or does no harm. `LOGPIPE_MUTATIONS` says how many are
//! tried, `LOGPIPE_SEED` with which seed they begin.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use logpipe::apply::Aftermath;
use logpipe::sandbox::{Fate, Mangled, Moment, SandboxHttp, Trouble, Underway, Weather};
use serde_json::Value;

use super::dice::Dice;
use super::holdings::{holdings, lost_track_of, touched};
use super::kills::{PLAIN, Shape};
use super::others::Foreign;
use super::sky::Climate;
use super::stage::{Ended, Stage};
use super::{setting, show};
use crate::support::engine::Job;
use crate::support::{STACK, on_a_deep_stack};

/// How many are tried where nobody says so.
const MUTATIONS: u64 = if cfg!(debug_assertions) { 200 } else { 5_000 };

/// No run takes so long.
const ENDLESS: Duration = Duration::from_secs(6 * 60 * 60);

/// What happens to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Damage {
    /// A page for people comes in its place.
    Page(u16),
    /// Its body is gone.
    Empty,
    /// Its body ends early.
    Cut,
    /// It says that it is longer than it is.
    Longer,
    /// Its body comes twice.
    Twice,
    /// It is something else of the same form.
    Hollow,
    /// A list or an object in it is something else.
    Swapped,
    /// Its error code is gone.
    Codeless,
    /// A bit of it is another one. It may still be an answer, and a lie: then only what is somebody else's by itself is
    /// safe from it.
    Flipped,
    /// A part of it is gone, likewise.
    Dropped,
}

const ALL: [Damage; 13] = [
    Damage::Page(200),
    Damage::Page(403),
    Damage::Page(404),
    Damage::Page(503),
    Damage::Empty,
    Damage::Cut,
    Damage::Longer,
    Damage::Twice,
    Damage::Hollow,
    Damage::Swapped,
    Damage::Codeless,
    Damage::Flipped,
    Damage::Dropped,
];

impl Damage {
    /// Whether what is left may pass for another answer of AWS.
    fn may_lie(self) -> bool {
        matches!(self, Self::Flipped | Self::Dropped)
    }

    fn done_to(self, answer: &mut HttpResponse, dice: &mut Dice) {
        let body = answer.body().bytes().unwrap_or_default().to_vec();
        let damaged = match self {
            Self::Page(status) => {
                *answer.status_mut() = status.try_into().unwrap();
                for name in ["x-amz-request-id", "x-amzn-requestid"] {
                    answer.headers_mut().remove(name);
                }
                answer.headers_mut().insert("content-type", "text/html");
                b"<!DOCTYPE html><html><body>no</body></html>".to_vec()
            }
            Self::Empty => {
                answer.headers_mut().remove("x-amz-request-id");
                answer.headers_mut().remove("x-amzn-requestid");
                Vec::new()
            }
            Self::Cut => body[..dice.below(body.len())].to_vec(),
            Self::Longer => {
                answer.headers_mut().insert("content-length", (body.len() + 1).to_string());
                body
            }
            Self::Twice => body.repeat(2),
            Self::Hollow => hollow(&body),
            Self::Swapped => swapped(&body, dice),
            Self::Codeless => {
                answer.headers_mut().remove("x-amzn-errortype");
                let text = String::from_utf8_lossy(&body);
                text.replace("\"__type\"", "\"type\"").replace("Code>", "Kind>").into_bytes()
            }
            Self::Flipped => flipped(body, dice),
            Self::Dropped => dropped(&body, dice),
        };
        *answer.body_mut() = SdkBody::from(damaged);
    }
}

/// The outermost brackets or element with nothing in them.
fn hollow(body: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(body);
    if text.starts_with('{') {
        return b"{}".to_vec();
    }
    match text.trim_end().rsplit_once("</") {
        Some((_, name)) => format!("<{name}</{name}").into_bytes(),
        None => Vec::new(),
    }
}

/// A list or an object of JSON made something else; of XML, the elements of a list.
fn swapped(body: &[u8], dice: &mut Dice) -> Vec<u8> {
    let Ok(mut value) = serde_json::from_slice::<Value>(body) else {
        return String::from_utf8_lossy(body).replace("member>", "></").into_bytes();
    };
    let others = [Value::Null, Value::from("x"), Value::from(1), Value::Bool(true)];
    let Some(members) = value.as_object_mut().filter(|members| !members.is_empty()) else {
        return b"[]".to_vec();
    };
    let at = dice.below(members.len());
    if let Some(member) =
        members.values_mut().nth(at).filter(|member| member.is_array() || member.is_object())
    {
        *member = dice.pick(&others);
        return value.to_string().into_bytes();
    }
    b"\"x\"".to_vec()
}

fn flipped(mut body: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    if !body.is_empty() {
        let at = dice.below(body.len());
        body[at] ^= 1 << dice.below(8);
    }
    body
}

/// Without some member, however deep.
fn dropped(body: &[u8], dice: &mut Dice) -> Vec<u8> {
    let Ok(mut value) = serde_json::from_slice::<Value>(body) else {
        let (from, length) = (dice.below(body.len()), dice.below(200));
        return [&body[..from], &body[(from + length).min(body.len())..]].concat();
    };
    let mut inner = &mut value;
    loop {
        let deeper = dice.percent(60);
        inner = match inner {
            Value::Object(members) if !members.is_empty() => {
                let name = members.keys().nth(dice.below(members.len())).unwrap().clone();
                if !deeper {
                    members.remove(&name);
                    break;
                }
                members.get_mut(&name).unwrap()
            }
            Value::Array(items) if !items.is_empty() => {
                let at = dice.below(items.len());
                if !deeper {
                    items.remove(at);
                    break;
                }
                &mut items[at]
            }
            _ => break,
        };
    }
    value.to_string().into_bytes()
}

/// An HTTP client that damages the answers to some calls of a run.
#[derive(Debug, Clone)]
struct Damaging {
    http: SandboxHttp,
    state: std::sync::Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    calls: usize,
    from: usize,
    /// How many calls one after the other.
    times: usize,
    damage: Damage,
    dice: Dice,
    done: usize,
}

impl Damaging {
    fn new(http: SandboxHttp, from: usize, times: usize, damage: Damage, dice: Dice) -> Self {
        let state = State { calls: 0, from, times, damage, dice, done: 0 };
        Self { http, state: std::sync::Arc::new(Mutex::new(state)) }
    }

    fn calls(&self) -> usize {
        self.state.lock().unwrap().calls
    }

    fn done(&self) -> usize {
        self.state.lock().unwrap().done
    }
}

impl HttpConnector for Damaging {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let strikes = {
            let mut state = self.state.lock().unwrap();
            state.calls += 1;
            (state.from + 1..=state.from + state.times).contains(&state.calls)
        };
        let (answer, state) = (self.http.call(request), self.state.clone());
        HttpConnectorFuture::new(async move {
            let mut answer = answer.await?;
            if strikes {
                let mut state = state.lock().unwrap();
                let State { damage, dice, done, .. } = &mut *state;
                damage.done_to(&mut answer, dice);
                *done += 1;
            }
            Ok(answer)
        })
    }
}

impl HttpClient for Damaging {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

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
            let ended = stage.run(Job::Apply, &PLAIN.topology(), Climate::Fair, None).await;
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
    let ended = stage.run(Job::Apply, &doing.shape().topology(), Climate::Fair, None).await;
    match &ended {
        Ended::Done(_, report) if report.complete() => harm(stage, foreign, doing, damage),
        _ => Some(format!("the next apply fails: {ended:?}")),
    }
}

/// Plays cases on all cores, each thread with scenes of its own.
fn play_all(first: u64, count: u64) -> BTreeMap<u64, String> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicU64::new(first);
    let (damaged, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let bad = Mutex::new(BTreeMap::new());
    let work = || {
        // The SDK's back-off and its tokens throw dice of this thread.
        fastrand::seed(first);
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let mut theatre = runtime.block_on(Theatre::new());
        while let Some(seed) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|seed| *seed < first + count)
        {
            let played = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                runtime.block_on(theatre.play(seed))
            }));
            let outcome = played
                .unwrap_or_else(|_| Outcome { wrong: Some("it panics".to_owned()), ..Outcome::default() });
            damaged.fetch_add(outcome.damaged, Ordering::Relaxed);
            refused.fetch_add(usize::from(outcome.refused), Ordering::Relaxed);
            if let Some(wrong) = outcome.wrong {
                bad.lock().unwrap().insert(seed, wrong);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..cores {
            std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).unwrap();
        }
    });
    let bad = bad.into_inner().unwrap();
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
struct Mangling(&'static str, Mangled, Moment);

impl Weather for Mangling {
    fn befalls(&self, call: &Underway) -> Fate {
        let Self(operation, mangled, moment) = *self;
        let strikes = call.operation == operation;
        let trouble = if strikes { Trouble::Mangled(mangled, moment) } else { Trouble::None };
        Fate { trouble, ..Fate::answered(Duration::ZERO) }
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
            let http = stage.http().with_weather(Mangling("GetBucketPolicy", mangled, Moment::After));
            let ended = stage.run_through(Job::Apply, &PLAIN.topology(), http).await;
            let Ended::Refused(why) = ended else { panic!("{mangled:?}: {ended:?}") };
            assert!(why.contains("is no answer of AWS") && why.contains("s3:GetBucketPolicy"), "{why}");
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
            let http = stage.http().with_weather(Mangling(operation, Mangled::Page(status), Moment::Before));
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
            let http = stage.http().with_weather(Mangling("GetRole", mangled, Moment::After));
            let ended = stage.run_through(Job::Apply, &PLAIN.topology(), http).await;
            assert!(matches!(&ended, Ended::Refused(why) if why.contains("iam:GetRole")), "{ended:?}");
            let took = stage.clock.now().duration_since(begun).unwrap();
            assert!(took < Duration::from_secs(180), "{took:?}");
        }
    });
}
