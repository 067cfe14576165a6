//! Spreads what calls take over threads: connections, TLS, HTTP, and the check that AWS answered.
//!
//! Signing, retries and everything that decides stays on the thread of the run, so nothing of its state is shared. A run
//! with few calls at a time never leaves that thread: another one would need connections of its own.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How many calls at a time the thread of the run makes by itself before it gives some away.
const OWN: usize = 32;

/// More threads than are kept busy by one that signs and decides.
const MOST: usize = 3;

/// As many threads beside the run's own as this machine has processors for.
pub(in crate::aws) fn beside() -> usize {
    thread::available_parallelism().map_or(1, usize::from).saturating_sub(1).min(MOST)
}

/// A client that spreads its calls over the running thread and `beside` others, each with a client of its own.
pub(in crate::aws) fn spread(make: impl Fn() -> SharedHttpClient, beside: usize) -> SharedHttpClient {
    let own = Arc::new(Lane::new(make()));
    let others = (0..beside).map(|_| Beside { lane: Arc::new(Lane::new(make())), thread: OnceLock::new() });
    SharedHttpClient::new(Client { own, others: others.collect() })
}

/// A client, and how many calls it makes at the moment.
#[derive(Debug)]
struct Lane {
    client: SharedHttpClient,
    calls: AtomicUsize,
}

impl Lane {
    fn new(client: SharedHttpClient) -> Self {
        Self { client, calls: AtomicUsize::new(0) }
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }
}

/// A client with a thread of its own, which starts when it is needed.
#[derive(Debug)]
struct Beside {
    lane: Arc<Lane>,
    thread: OnceLock<Option<Thread>>,
}

impl Beside {
    /// Where its calls are made, unless the machine has no thread to give.
    fn handle(&self) -> Option<Handle> {
        let thread = self.thread.get_or_init(Thread::start).as_ref();
        thread.map(|thread| thread.handle.clone())
    }
}

/// A thread that carries calls until it is dropped.
#[derive(Debug)]
struct Thread {
    handle: Handle,
    _ends: oneshot::Sender<()>,
}

impl Thread {
    fn start() -> Option<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
        let handle = runtime.handle().clone();
        let (ends, ended) = oneshot::channel();
        let run = move || {
            // An error says that the other end is gone, which is what is waited for.
            runtime.block_on(ended).unwrap_or_default();
            runtime.shutdown_background();
        };
        thread::Builder::new().name("calls".to_owned()).spawn(run).ok()?;
        Some(Self { handle, _ends: ends })
    }
}

#[derive(Debug)]
struct Client {
    own: Arc<Lane>,
    others: Vec<Beside>,
}

impl Client {
    /// Who makes the next call, and on which thread if it is not this one.
    fn next(&self) -> (&Arc<Lane>, Option<Handle>) {
        let own = (&self.own, None);
        if self.own.calls() < OWN {
            return own;
        }
        let idlest = self.others.iter().min_by_key(|other| other.lane.calls());
        let Some((other, handle)) = idlest.and_then(|other| Some((other, other.handle()?))) else {
            return own;
        };
        (&other.lane, Some(handle))
    }
}

impl HttpClient for Client {
    /// The SDK asks for every attempt.
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let (lane, thread) = self.next();
        let inner = lane.client.http_connector(settings, components);
        SharedHttpConnector::new(Connector { inner, lane: Arc::clone(lane), thread })
    }
}

#[derive(Debug)]
struct Connector {
    inner: SharedHttpConnector,
    lane: Arc<Lane>,
    thread: Option<Handle>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let under_way = UnderWay::on(&self.lane);
        let Some(thread) = &self.thread else {
            let call = self.inner.call(request);
            return HttpConnectorFuture::new(async move {
                let _under_way = under_way;
                call.await
            });
        };
        let inner = self.inner.clone();
        let carried = Carried(thread.spawn(async move {
            let _under_way = under_way;
            // Called there, because its timers and connections belong to the thread that makes them.
            inner.call(request).await
        }));
        HttpConnectorFuture::new(carried.done())
    }
}

/// Counts a call for as long as it lives.
struct UnderWay(Arc<Lane>);

impl UnderWay {
    fn on(lane: &Arc<Lane>) -> Self {
        lane.calls.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(lane))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.calls.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A call on another thread, which ends there when nobody waits for it any more.
struct Carried<T>(JoinHandle<Result<T, ConnectorError>>);

impl<T> Carried<T> {
    async fn done(mut self) -> Result<T, ConnectorError> {
        match (&mut self.0).await {
            Ok(answer) => answer,
            Err(lost) => Err(ConnectorError::other(lost.into(), None)),
        }
    }
}

impl<T> Drop for Carried<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Mutex;
    use std::thread::ThreadId;

    use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
    use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
    use aws_smithy_types::body::SdkBody;
    use futures_util::future::join_all;
    use tokio::sync::Semaphore;

    use super::*;

    /// A client that notes on which thread it was called, and answers when it is let.
    #[derive(Debug, Clone)]
    struct Noting {
        threads: Arc<Mutex<BTreeMap<u64, ThreadId>>>,
        answers: Arc<Semaphore>,
    }

    impl HttpClient for Noting {
        fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
            SharedHttpConnector::new(self.clone())
        }
    }

    impl HttpConnector for Noting {
        fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
            let number = request.uri().trim_start_matches("http://aws/").parse().unwrap();
            self.threads.lock().unwrap().insert(number, thread::current().id());
            let answers = Arc::clone(&self.answers);
            HttpConnectorFuture::new(async move {
                answers.acquire().await.unwrap().forget();
                Ok(HttpResponse::new(200.try_into().unwrap(), SdkBody::from(number.to_string())))
            })
        }
    }

    fn components() -> RuntimeComponents {
        let nothing = RuntimeComponentsBuilder::for_tests();
        nothing.build().unwrap()
    }

    /// What so many calls at the same time are answered, and on how many threads which of them were made.
    async fn made(calls: u64, beside: usize) -> (Vec<String>, BTreeMap<bool, usize>) {
        let noting = Noting { threads: Arc::default(), answers: Arc::new(Semaphore::new(0)) };
        let client = spread(|| SharedHttpClient::new(noting.clone()), beside);
        let (settings, components) = (HttpConnectorSettings::default(), components());
        let under_way: Vec<_> = (0..calls)
            .map(|number| {
                let connector = client.http_connector(&settings, &components);
                connector.call(HttpRequest::get(format!("http://aws/{number}")).unwrap())
            })
            .collect();
        noting.answers.add_permits(usize::try_from(calls).unwrap());
        let answers = join_all(under_way).await.into_iter().map(|answer| {
            let answer = answer.unwrap();
            String::from_utf8(answer.body().bytes().unwrap().to_vec()).unwrap()
        });
        let mut threads = BTreeMap::new();
        let own = thread::current().id();
        let answers = answers.collect();
        for thread in noting.threads.lock().unwrap().values() {
            *threads.entry(*thread == own).or_default() += 1;
        }
        (answers, threads)
    }

    #[tokio::test]
    async fn many_calls_are_made_on_other_threads_too_and_each_gets_its_answer() {
        let (answers, threads) = made(100, 2).await;
        assert_eq!(answers, (0..100).map(|number| number.to_string()).collect::<Vec<_>>());
        assert_eq!(threads, BTreeMap::from([(true, OWN), (false, 100 - OWN)]));
    }

    #[tokio::test]
    async fn few_calls_and_those_of_a_small_machine_stay_where_they_are() {
        assert_eq!(made(30, 2).await.1, BTreeMap::from([(true, 30)]));
        assert_eq!(made(100, 0).await.1, BTreeMap::from([(true, 100)]));
    }

    #[tokio::test]
    async fn who_gives_up_makes_room() {
        let noting = Noting { threads: Arc::default(), answers: Arc::new(Semaphore::new(0)) };
        let lane = Arc::new(Lane::new(SharedHttpClient::new(noting)));
        let (settings, components) = (HttpConnectorSettings::default(), components());
        let inner = lane.client.http_connector(&settings, &components);
        let connector = Connector { inner, lane: Arc::clone(&lane), thread: Some(Handle::current()) };
        let call = connector.call(HttpRequest::get("http://aws/1").unwrap());
        assert_eq!(lane.calls(), 1);
        drop(call);
        tokio::task::yield_now().await;
        assert_eq!(lane.calls(), 0);
    }
}
