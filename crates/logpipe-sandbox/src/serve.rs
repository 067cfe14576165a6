//! The sandbox over loopback, for clients in other processes and other languages.
//!
//! Owns the mapping of real time to simulated time and the control paths under `/_sandbox/`.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Method;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use logpipe_machine::clock::Clock;

use super::browser;
use super::cloud::Cloud;
use super::protocol::answers::respond;
use super::protocol::wire::{Parameters, WireRequest, WireResponse};
use super::state::store::StoreError;
use super::state::world::{CallersTime, to_ms};

/// The largest body taken.
const BODY_LIMIT: usize = 256 * 1_024 * 1_024;

/// The most bytes of a request before its body, and of its headers.
const HEAD_LIMIT: usize = 64 * 1_024;
const HEADERS_LIMIT: usize = 100;

/// How long nobody is accepted where that has just failed.
const REST: Duration = Duration::from_millis(100);

/// The server could not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address can be reached from other machines.
    #[error("the sandbox verifies no signatures and is served on loopback only, not on {0}")]
    NotLoopback(std::net::IpAddr),
    /// The operating system refused.
    #[error("the sandbox server failed")]
    Io(#[from] std::io::Error),
    /// The state could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Serves a cloud until `shutdown` completes, then stores its state.
///
/// Simulated time starts where the cloud is, passes `speed` times as fast as the clock, and jumps ahead by
/// `POST /_sandbox/advance?seconds=N`. `GET /_sandbox/state` shows what there is; `POST /_sandbox/reset` forgets it.
pub async fn serve(
    cloud: Cloud,
    listener: TcpListener,
    clock: Clock,
    speed: f64,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let address = listener.local_addr()?.ip();
    if !address.is_loopback() {
        return Err(ServeError::NotLoopback(address));
    }
    let server = Server(Arc::new(Shared {
        base: cloud.now(),
        started: clock.elapsed(),
        cloud,
        clock,
        speed,
        ahead: Mutex::default(),
    }));
    let mut shutdown = pin!(shutdown);
    // Dropping the set at the end of this function ends the connections.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else {
                    // No file handles are left, or the client has gone away: others will be served again.
                    tokio::time::sleep(REST).await;
                    continue;
                };
                let server = server.clone();
                let service = service_fn(move |request| server.clone().answer(request));
                let connection = server_of_one().serve_connection(TokioIo::new(stream), service);
                // A client that goes away mid-request is its own business.
                connections.spawn(async move { drop(connection.await) });
            }
            Some(_) = connections.join_next() => {}
        }
    }
    server.0.cloud.advance_to(server.now());
    server.0.cloud.store()?;
    Ok(())
}

fn server_of_one() -> http1::Builder {
    let mut server = http1::Builder::new();
    server.max_buf_size(HEAD_LIMIT).max_headers(HEADERS_LIMIT);
    server
}

#[derive(Clone)]
struct Server(Arc<Shared>);

struct Shared {
    cloud: Cloud,
    clock: Clock,
    base: SystemTime,
    started: Duration,
    speed: f64,
    ahead: Mutex<Duration>,
}

impl Server {
    /// Simulated time now.
    fn now(&self) -> SystemTime {
        let real = self.0.clock.elapsed().saturating_sub(self.0.started);
        self.0.base
            + real.mul_f64(self.0.speed)
            + *self.0.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn answer(
        self,
        request: http::Request<Incoming>,
    ) -> Result<http::Response<Full<Bytes>>, Infallible> {
        let (parts, body) = request.into_parts();
        if let Err(stranger) = browser::admitted(&parts.headers) {
            return Ok(plain(403, &json!({ "error": stranger.to_string() })).map(Full::new));
        }
        let response = match Limited::new(body, BODY_LIMIT).collect().await {
            Ok(body) => self.handle(&http::Request::from_parts(parts, body.to_bytes())),
            Err(_) => plain(413, &json!({ "error": "the body is too large or was cut off" })),
        };
        Ok(response.map(Full::new))
    }

    fn handle(&self, request: &WireRequest) -> WireResponse {
        if let Some(control) = request.uri().path().strip_prefix("/_sandbox/") {
            return self.control(control, request);
        }
        let callers = CallersTime { now_ms: to_ms(self.0.clock.now()), speed: self.0.speed };
        let answer = self.0.cloud.handle_over_wire(self.now(), callers, request);
        answer.unwrap_or_else(|error| unstored(&error))
    }

    fn control(&self, what: &str, request: &WireRequest) -> WireResponse {
        let query = Parameters::parse(request.uri().query().unwrap_or_default());
        match (request.method(), what) {
            (&Method::GET, "state") => {
                self.0.cloud.advance_to(self.now());
                plain(200, &self.0.cloud.summary())
            }
            (&Method::POST, "advance") => {
                let seconds = query.get("seconds").and_then(|text| text.parse::<u32>().ok());
                let Some(seconds) = seconds else {
                    return plain(400, &json!({ "error": "seconds must be a whole number" }));
                };
                *self.0.ahead.lock().unwrap_or_else(PoisonError::into_inner) +=
                    Duration::from_secs(seconds.into());
                self.0.cloud.advance_to(self.now());
                self.stored()
            }
            (&Method::POST, "reset") => {
                self.0.cloud.reset();
                self.stored()
            }
            _ => plain(404, &json!({ "error": "GET state, POST advance?seconds=N, POST reset" })),
        }
    }

    fn stored(&self) -> WireResponse {
        match self.0.cloud.store() {
            Ok(()) => plain(200, &json!({ "now": self.0.cloud.summary()["now"] })),
            Err(error) => unstored(&error),
        }
    }
}

fn plain(status: u16, body: &Value) -> WireResponse {
    respond(status, "application/json", format!("{body:#}\n"), &[])
}

/// 507 rather than 500, which clients would retry: the call has been made, its outcome could not be kept.
fn unstored(error: &StoreError) -> WireResponse {
    plain(507, &json!({ "error": error.to_string() }))
}
