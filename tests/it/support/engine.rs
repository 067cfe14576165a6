//! A run through the library over a network that a test can tamper with: what the commands do, without their output.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use logpipe::apply::{Report, Run, Stop, Stopper, apply};
use logpipe::aws::{Accounts, Base};
use logpipe::clock::Clock;
use logpipe::event::Events;
use logpipe::plan::{Allowed, Data, Observed, Surveyor, Targets, decide, destroy};
use logpipe::record::{Keeper, Place};
use logpipe::sandbox::SandboxHttp;
use logpipe::topology::{Topology, load};
use tokio::sync::Notify;

use super::{Bench, on_a_deep_stack, open};

const OPERATOR: &str = "000000000000";
const LATENCY: Duration = Duration::from_millis(50);

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
pub(crate) type Decide = dyn Fn(usize, &str) -> Fate + Send + Sync;

/// What to carry out.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Job {
    Apply,
    /// With `--prune`.
    Prune,
    Destroy,
}

/// A run that ended by itself, and how many writing calls it made.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Nothing when it was killed.
    pub(crate) report: Option<Report>,
    pub(crate) writes: usize,
}

#[derive(Debug, Clone)]
struct Tampered {
    inner: SandboxHttp,
    connector: SharedHttpConnector,
    shared: Arc<Shared>,
}

struct Shared {
    decide: Box<Decide>,
    writes: AtomicUsize,
    killed: Notify,
    stopper: Stopper,
    asked: AtomicUsize,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shared")
    }
}

impl HttpConnector for Tampered {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Some(operation) = writing(&request) else { return self.connector.call(request) };
        let number = self.shared.writes.fetch_add(1, Ordering::Relaxed);
        let fate = (self.shared.decide)(number, &operation);
        let (shared, connector) = (self.shared.clone(), self.connector.clone());
        let json = request.headers().get("x-amz-target").is_some();
        HttpConnectorFuture::new(async move {
            match fate {
                Fate::KilledBefore => shared.kill().await,
                Fate::Refused(code, status) => return Ok(refusal(json, code, status)),
                Fate::Stopped => shared.stop(1),
                Fate::GivenUp => shared.stop(2),
                _ => {}
            }
            let answer = connector.call(request).await;
            match fate {
                Fate::KilledAfter => shared.kill().await,
                Fate::AnswerLost => Err(ConnectorError::io("connection reset by peer".into())),
                _ => answer,
            }
        })
    }
}

impl Shared {
    fn stop(&self, times: usize) {
        for _ in self.asked.swap(times, Ordering::Relaxed)..times {
            self.stopper.ask();
        }
    }

    /// Whoever is killed says nothing more.
    async fn kill<T>(&self) -> T {
        self.killed.notify_one();
        std::future::pending().await
    }
}

impl HttpClient for Tampered {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connector = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Self { connector, ..self.clone() })
    }
}

/// The operation, if it can change something.
fn writing(request: &HttpRequest) -> Option<String> {
    let body = std::str::from_utf8(request.body().bytes().unwrap_or_default()).unwrap_or_default();
    let target = request.headers().get("x-amz-target").and_then(|target| target.rsplit('.').next());
    let action = body.split('&').find_map(|pair| pair.strip_prefix("Action="));
    let operation = match target.or(action) {
        Some(operation) => operation.to_owned(),
        None => format!("{} {}", request.method(), request.uri()),
    };
    let reading = ["Get", "List", "Describe", "Filter", "AssumeRole", "GET ", "HEAD "];
    (!reading.iter().any(|prefix| operation.starts_with(prefix))).then_some(operation)
}

/// As the JSON services word it, or as IAM does.
fn refusal(json: bool, error: &str, status: u16) -> HttpResponse {
    let (code, message) = error.split_once(": ").unwrap_or((error, "refused by the test"));
    let body = if json {
        serde_json::json!({ "__type": code, "message": message }).to_string()
    } else {
        format!(
            "<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
        )
    };
    let response = http::Response::builder().status(status).body(SdkBody::from(body)).unwrap();
    HttpResponse::try_from(response).unwrap()
}

impl Bench {
    /// Carries a job out in this folder's sandbox, as `logpipe apply` and `destroy` do, with `decide` between it and
    /// AWS.
    pub(crate) fn engine(
        &self,
        job: Job,
        decide: impl Fn(usize, &str) -> Fate + Send + Sync + 'static,
    ) -> Ended {
        let topology = load(&self.path("topology.yaml")).unwrap();
        let record = self.path(&format!(".logpipe/sandbox/records/{}.json", topology.name));
        let state = self.state();
        on_a_deep_stack(move || {
            let cloud = open(&state);
            let operator = OPERATOR.parse().unwrap();
            for account in topology.accounts.values() {
                cloud.prepare_account(&account.id, "LogpipeDeployer", None, &operator);
            }
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .start_paused(true)
                .build()
                .unwrap();
            let ended = runtime.block_on(async {
                let clock = Clock::starting_at(cloud.now());
                let inner = SandboxHttp::new(cloud.clone(), clock, LATENCY);
                let (stopper, stop) = Stopper::new();
                let shared = Arc::new(Shared {
                    decide: Box::new(decide),
                    writes: AtomicUsize::new(0),
                    killed: Notify::new(),
                    stopper,
                    asked: AtomicUsize::new(0),
                });
                let connector = SharedHttpConnector::new(inner.clone());
                let http = Tampered { inner, connector, shared: shared.clone() };
                let base = Base::simulated(clock, http, operator);
                let place = Place::file(&record);
                let mut keeper =
                    Keeper::open(&place, topology.name.as_str(), "engine@test", clock).await.unwrap();
                let report = tokio::select! {
                    report = carry_out(job, &topology, &base, &mut keeper, stop) => Some(report),
                    () = shared.killed.notified() => None,
                };
                if report.is_some() {
                    keeper.close().await.unwrap();
                }
                cloud.advance_to(clock.now());
                Ended { report, writes: shared.writes.load(Ordering::Relaxed) }
            });
            cloud.store().unwrap();
            ended
        })
    }
}

async fn carry_out(job: Job, topology: &Topology, base: &Base, keeper: &mut Keeper, stop: Stop) -> Report {
    let events = Events::none();
    let accounts =
        Accounts::connect(topology.accounts.values(), &topology.region, base, &events).await.unwrap();
    let targets = Targets::default();
    let surveyor =
        Surveyor { topology, accounts: &accounts, clock: base.clock(), events: &events, targets: &targets };
    let (plan, observed) = match job {
        Job::Apply | Job::Prune => {
            let survey = surveyor.to_plan(keeper.record()).await.unwrap();
            let allowed = Allowed { prune: matches!(job, Job::Prune), ..Allowed::default() };
            let plan = decide(&survey, keeper.record(), &allowed).unwrap();
            assert_eq!(plan.summary().refuse, 0, "{plan:#?}");
            (plan, survey.observed)
        }
        Job::Destroy => {
            (destroy(topology, keeper.record(), &Data::default(), &targets).unwrap(), Observed::default())
        }
    };
    let run = Run {
        observed: &observed,
        accounts: &accounts,
        clock: base.clock(),
        events: &events,
        parallelism: 32,
    };
    let ended = apply(&plan, &run, keeper, stop).await;
    assert!(ended.trouble.is_none(), "{:?}", ended.trouble);
    ended.report
}
