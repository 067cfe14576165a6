//! Stopped in process, at any call and at any time, for longer than a lease: whoever wakes up after another run has taken
//! the record over makes no writing call any more. The stop is a jump of the clock while nothing of the run moves.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use futures_util::FutureExt;
use logpipe::aws::Base;
use logpipe::clock::Clock;
use logpipe::engine::{Engine, Records};
use logpipe::files::Disk;
use logpipe::sandbox::{CallRecord, Cloud, WireRequest};
use logpipe::topology::{Topology, parse};

use crate::support::engine::{Job, OPERATOR};
use crate::support::on_a_deep_stack;
use crate::support::topologies::{PIPELINE, READER, named, prepare_every_service};

const LATENCY: Duration = Duration::from_millis(50);

/// How many calls are passed over between two stops.
const STEP: usize = 5;

/// How long a stopped run stays away at least.
const AWAY: Duration = Duration::from_secs(600);

/// When others may have what a stopped run held.
const FREE: Duration = Duration::from_secs(125);

const BUCKET: &str = "logpipe-records";
const KEY: &str = "stops.json";

/// Something of every service.
fn topology() -> Topology {
    let more = format!("{PIPELINE}{READER}record: s3://{BUCKET}/{KEY}");
    parse("topology.yaml", &named("stops", &more)).unwrap()
}

/// What the process is stopped in the middle of.
#[derive(Debug, Clone, Copy)]
enum When {
    /// A call that takes effect and is answered.
    Answered(usize),
    /// A call that the service could not take: it is tried again afterwards.
    Refused(usize),
    /// A call that takes effect, and whose connection is gone afterwards: it is tried again too.
    CutOff(usize),
    /// Whatever is going on at a time, waiting for instance.
    At(Duration),
}

impl When {
    fn is_at(self, call: usize) -> bool {
        matches!(self, Self::Answered(at) | Self::Refused(at) | Self::CutOff(at) if at == call)
    }
}

/// What happens while the process is stopped.
type Meanwhile = Box<dyn FnOnce() + Send>;

/// A client whose calls take effect at once when they are sent, so that none is on its way when the process is stopped.
#[derive(Clone)]
struct Network {
    cloud: Cloud,
    clock: Clock,
    when: When,
    calls: Arc<AtomicUsize>,
    meanwhile: Arc<Mutex<Option<Meanwhile>>>,
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Network")
    }
}

impl Network {
    fn stop(&self) {
        if let Some(meanwhile) = self.meanwhile.lock().unwrap().take() {
            meanwhile();
        }
    }

    /// What a request is answered, unless it is lost.
    fn exchange(&self, request: HttpRequest) -> Option<HttpResponse> {
        let stops = self.when.is_at(self.calls.fetch_add(1, Ordering::Relaxed));
        let taken = !(stops && matches!(self.when, When::Refused(_)));
        let answer = taken.then(|| {
            let answer = self.cloud.handle_and_store(self.clock.now(), &wire(request)).unwrap();
            HttpResponse::try_from(answer.map(SdkBody::from)).unwrap()
        });
        if stops {
            self.stop();
        }
        match self.when {
            When::CutOff(_) if stops => None,
            _ => Some(answer.unwrap_or_else(|| HttpResponse::new(503.try_into().unwrap(), SdkBody::empty()))),
        }
    }
}

fn wire(request: HttpRequest) -> WireRequest {
    let (parts, body) = request.try_into_http1x().unwrap().into_parts();
    let body = ByteStream::new(body).collect().now_or_never();
    let body = body.expect("logpipe sends what it has in memory").unwrap();
    http::Request::from_parts(parts, body.into_bytes())
}

impl HttpConnector for Network {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = self.exchange(request);
        HttpConnectorFuture::new(async move {
            tokio::time::sleep(LATENCY).await;
            answer.ok_or_else(|| ConnectorError::io("connection reset by peer".into()))
        })
    }
}

impl HttpClient for Network {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

/// An AWS in which nothing has been made yet.
fn cloud(topology: &Topology) -> Cloud {
    let cloud = Cloud::starting_at(UNIX_EPOCH + Duration::from_secs(1_767_225_600));
    prepare_every_service(&cloud, topology, BUCKET);
    cloud
}

async fn carried_out(job: Job, topology: Topology, network: Network) -> Result<(), String> {
    let base = Base::simulated(network.clock, network, OPERATOR.parse().unwrap());
    let records = Records::of(&topology, &base, &Disk::real(), Path::to_owned);
    let engine = Engine::new(topology, base, records).run_by("stops@test");
    job.carried_out(&engine).await.map(drop)
}

/// Runs a job in time of its own that begins with `now`, stopped at `when` for what happens `meanwhile`.
fn run(
    job: Job,
    cloud: &Cloud,
    now: SystemTime,
    when: When,
    meanwhile: impl FnOnce(Clock) + Send + 'static,
) -> Result<(), String> {
    let cloud = cloud.clone();
    on_a_deep_stack(move || {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let clock = Clock::starting_at(now);
            let meanwhile: Meanwhile = Box::new(move || meanwhile(clock));
            let meanwhile = Arc::new(Mutex::new(Some(meanwhile)));
            let network = Network { cloud: cloud.clone(), clock, when, calls: Arc::default(), meanwhile };
            if let When::At(time) = when {
                let network = network.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(time).await;
                    network.stop();
                });
            }
            let carried = carried_out(job, topology(), network).await;
            cloud.advance_to(clock.now());
            carried
        })
    })
}

fn undisturbed(job: Job, cloud: &Cloud, now: SystemTime) -> Result<(), String> {
    run(job, cloud, now, When::Answered(usize::MAX), |_| {})
}

/// Whether a call wrote the record.
fn of_the_record(call: &CallRecord) -> bool {
    call.operation == "PutObject" && call.account.as_ref().is_some_and(|id| id.as_str() == OPERATOR)
}

/// Moves the clock of the running task without letting anything else move: the first poll does that.
fn jumps(time: Duration) {
    assert_eq!(tokio::time::advance(time).now_or_never(), None, "others have had their turn");
}

/// What became of a run that was stopped.
struct Stopped {
    ended: Result<(), String>,
    /// Its writing calls after it woke up, with the status of each answer; nothing when it ended before.
    late: Option<Vec<CallRecord>>,
}

/// Stops a job, lets another run take over and end, and wakes the first one up.
fn stopped(job: Job, heirs: Job, cloud: &Cloud, when: When) -> Stopped {
    let cloud = cloud.fork();
    let woken = Arc::new(Mutex::new(None));
    let (there, note) = (cloud.clone(), woken.clone());
    let ended = run(job, &cloud, cloud.now(), when, move |clock| {
        let began = clock.now();
        undisturbed(heirs, &there, began + FREE).unwrap_or_else(|why| panic!("{when:?}: the heir: {why}"));
        let until = (began + AWAY).max(there.now() + Duration::from_secs(1));
        let jump = until.duration_since(began).unwrap();
        jumps(jump);
        *note.lock().unwrap() = Some(until);
    });
    let woken = *woken.lock().unwrap();
    let late = woken.map(|woken| {
        let since = u64::try_from(woken.duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
        let late = |call: &CallRecord| call.at_ms >= since && call.writes();
        cloud.calls().into_iter().filter(late).collect()
    });
    Stopped { ended, late }
}

/// Stops a job everywhere, from its third call on: with the second it takes the record.
fn stopped_everywhere(before: &[Job], job: Job, heirs: Job) {
    let topology = topology();
    let cloud = cloud(&topology);
    for job in before {
        undisturbed(*job, &cloud, cloud.now()).unwrap();
    }
    let hows: [fn(usize) -> When; 3] = [When::Answered, When::Refused, When::CutOff];
    let (mut stops, mut after_all) = (0, 0);
    for call in (2..).step_by(STEP) {
        let when = hows[call % 3](call);
        let Stopped { ended, late } = stopped(job, heirs, &cloud, when);
        let Some(late) = late else { break };
        stops += 1;
        after_all += usize::from(ended.is_ok());
        harmless(when, &late, &ended);
    }
    for seconds in (1..).step_by(13) {
        let when = When::At(Duration::from_millis(seconds * 1_000 + 500));
        let Stopped { ended, late } = stopped(job, heirs, &cloud, when);
        let Some(late) = late else { break };
        stops += 1;
        after_all += usize::from(ended.is_ok());
        harmless(when, &late, &ended);
    }
    assert!(stops > 8 && after_all <= 1, "{job:?}: {stops} stops, {after_all} of which did not matter");
}

/// Nothing was written late but the record, and that was refused.
#[track_caller]
fn harmless(when: When, late: &[CallRecord], ended: &Result<(), String>) {
    let bad: Vec<_> = late.iter().filter(|call| !(of_the_record(call) && call.status == 412)).collect();
    assert!(bad.is_empty(), "{when:?}: {bad:#?}\n{ended:?}");
    if let Err(why) = ended {
        assert!(why.contains("TakenOver") || why.contains("RanOut"), "{when:?}: {why}");
    }
}

#[test]
fn an_apply_that_was_stopped_makes_nothing_after_another_run_has_destroyed_it() {
    stopped_everywhere(&[], Job::Apply, Job::Destroy);
}

#[test]
fn a_destroy_that_was_stopped_deletes_nothing_after_another_run_has_applied() {
    stopped_everywhere(&[Job::Apply], Job::Destroy, Job::Apply);
}

#[test]
fn whoever_was_stopped_and_not_taken_over_goes_on() {
    let topology = topology();
    let cloud = cloud(&topology);
    for call in (2..40).step_by(9) {
        let cloud = cloud.fork();
        run(Job::Apply, &cloud, cloud.now(), When::CutOff(call), |_| jumps(AWAY)).unwrap();
    }
}
