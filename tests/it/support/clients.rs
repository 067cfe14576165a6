//! Several machines at work in one simulated AWS at once, some of which fall asleep in the middle.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use futures_util::FutureExt;
use logpipe::aws::{Base, VersionedObject};
use logpipe::clock::Clock;
use logpipe::engine::{Always, Applied, ApplyRequest, Engine, Error, Records, What};
use logpipe::files::Disk;
use logpipe::plan::Allowed;
use logpipe::record::{Keeper, Place, RecordError};
use logpipe::sandbox::{Cloud, SandboxHttp};
use logpipe::stop::Stop;
use logpipe::topology::{Topology, parse};

use super::engine::OPERATOR;
use super::{on_a_deep_stack, prepare};

const LATENCY: Duration = Duration::from_millis(50);

/// The bucket and the key of the record.
pub(crate) const BUCKET: &str = "logpipe-records";
pub(crate) const KEY: &str = "logpipe/quickstart.json";

/// Runs `work` beside a cloud whose accounts are ready for the topology, which has its record in the bucket.
pub(crate) fn in_a_cloud<R: Send + 'static>(
    topology: &'static str,
    work: impl AsyncFnOnce(Site) -> R + Send + 'static,
) -> R {
    on_a_deep_stack(move || {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let clock = Clock::starting_at(Clock::real().now());
            let topology = format!("{topology}record: s3://{BUCKET}/{KEY}\n");
            let topology = parse("topology.yaml", &topology).unwrap();
            let cloud = Cloud::starting_at(clock.now());
            prepare(&cloud, &topology, Some(BUCKET));
            work(Site { cloud, clock, topology }).await
        })
    })
}

/// A cloud, and what is to be made in it.
pub(crate) struct Site {
    pub(crate) cloud: Cloud,
    pub(crate) clock: Clock,
    pub(crate) topology: Topology,
}

impl Site {
    /// A machine that stays awake.
    pub(crate) fn machine(&self) -> Machine {
        self.sleeper(|_, _| false, Duration::ZERO)
    }

    /// A machine whose calls reach AWS so much later, from the first one on of which `when` is true (by method and
    /// target or URL, and body).
    pub(crate) fn sleeper(
        &self,
        when: impl Fn(&str, &str) -> bool + Send + Sync + 'static,
        sleep: Duration,
    ) -> Machine {
        let inner = SandboxHttp::new(self.cloud.clone(), self.clock, LATENCY);
        let connector = SharedHttpConnector::new(inner.clone());
        let sleep =
            Arc::new(Sleep { when: Box::new(when), sleep, clock: self.clock, until: Mutex::default() });
        let http = Sleeper { inner, connector, sleep };
        Machine { base: Base::simulated(self.clock, http, OPERATOR.parse().unwrap()) }
    }
}

/// A machine on which logpipe runs.
pub(crate) struct Machine {
    pub(crate) base: Base,
}

impl Machine {
    /// The shared record, as this machine reaches it.
    pub(crate) fn place(&self, topology: &Topology) -> Place {
        Place::Shared(Arc::new(VersionedObject::new(&self.base, BUCKET, KEY, None, &topology.region)))
    }

    pub(crate) async fn keeper(&self, topology: &Topology, who: &str) -> Result<Keeper, RecordError> {
        Keeper::open(&self.place(topology), topology.name.as_str(), who, self.base.clock()).await
    }

    /// What `logpipe apply --yes` does.
    pub(crate) async fn apply(&self, topology: &Topology, who: &str) -> Applied {
        let request = request(Allowed::default());
        self.engine(topology).run_by(who).apply(&request, &mut Always).await.unwrap()
    }

    /// What `logpipe apply --yes --shard <share>` does, until the user says so.
    pub(crate) async fn apply_shard(&self, topology: &Topology, share: &str, stop: Stop) -> Applied {
        let allowed = Allowed { share: Some(share.parse().unwrap()), ..Allowed::default() };
        self.apply_allowed(topology, allowed, stop).await.unwrap()
    }

    /// What `logpipe apply --yes` does with these options, until the user says so.
    pub(crate) async fn apply_allowed(
        &self,
        topology: &Topology,
        allowed: Allowed,
        stop: Stop,
    ) -> Result<Applied, Error> {
        let who = allowed.share.map_or("ops@build".to_owned(), |share| format!("ops@{share}"));
        let engine = self.engine(topology).run_by(who).until(stop);
        engine.apply(&request(allowed), &mut Always).await
    }

    pub(crate) fn engine(&self, topology: &Topology) -> Engine {
        let records = Records::of(topology, &self.base, &Disk::real(), Path::to_owned);
        Engine::new(topology.clone(), self.base.clone(), records)
    }
}

fn request(allowed: Allowed) -> ApplyRequest {
    ApplyRequest { what: What::Planned(allowed), verified: false, lock_timeout: Duration::ZERO }
}

/// Whether this is the call, by method and target or URL, and body.
type When = dyn Fn(&str, &str) -> bool + Send + Sync;

struct Sleep {
    when: Box<When>,
    sleep: Duration,
    clock: Clock,
    /// By the clock's elapsed time, once it has fallen asleep.
    until: Mutex<Option<Duration>>,
}

impl std::fmt::Debug for Sleep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sleep")
    }
}

#[derive(Debug, Clone)]
struct Sleeper {
    inner: SandboxHttp,
    connector: SharedHttpConnector,
    sleep: Arc<Sleep>,
}

impl HttpConnector for Sleeper {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or(request.uri());
        let call = format!("{} {target}", request.method());
        // It has left already, whatever becomes of its sender.
        let (parts, body) = request.try_into_http1x().unwrap().into_parts();
        let body = ByteStream::new(body).collect().now_or_never().expect("it is in memory");
        let body = body.unwrap().into_bytes();
        let request = http::Request::from_parts(parts, SdkBody::from(body.clone()));
        let request = HttpRequest::try_from(request).unwrap();
        let body = String::from_utf8_lossy(&body).into_owned();
        let now = self.sleep.clock.elapsed();
        let until = {
            let mut until = self.sleep.until.lock().unwrap();
            if until.is_none() && (self.sleep.when)(&call, &body) {
                *until = Some(now + self.sleep.sleep);
            }
            *until
        };
        let connector = self.connector.clone();
        // On its way it arrives, however long nobody waits for the answer any more.
        let under_way = tokio::spawn(async move {
            tokio::time::sleep(until.unwrap_or_default().saturating_sub(now)).await;
            connector.call(request).await
        });
        HttpConnectorFuture::new(async move {
            under_way.await.unwrap_or_else(|error| Err(ConnectorError::other(error.into(), None)))
        })
    }
}

impl HttpClient for Sleeper {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connector = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Self { connector, ..self.clone() })
    }
}
