//! A server on loopback, on a thread of its own, whose answers a test makes.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread::JoinHandle;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use logpipe::sandbox::WireRequest;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::STACK;

/// What a request is answered; after an error the connection is closed without an answer.
pub(crate) type Answered = io::Result<http::Response<Bytes>>;

/// The server, until it is dropped.
pub(crate) struct Loopback {
    pub(crate) url: String,
    shutdown: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Loopback {
    pub(crate) fn answering<A>(answer: impl Fn(WireRequest) -> A + Send + Sync + 'static) -> Self
    where
        A: Future<Output = Answered> + Send + 'static,
    {
        let (ready, port) = channel();
        let (shutdown, ended) = oneshot::channel();
        let serve = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
                ready.send(listener.local_addr().unwrap()).unwrap();
                tokio::select! {
                    () = accept(listener, Arc::new(answer)) => {}
                    _ = ended => {}
                }
            });
        };
        let thread = std::thread::Builder::new().stack_size(STACK).spawn(serve).unwrap();
        let url = format!("http://{}", port.recv().unwrap());
        Self { url, shutdown: Some(shutdown), thread: Some(thread) }
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        drop(self.shutdown.take());
        if let Some(thread) = self.thread.take() {
            // Whatever went wrong there, the test has seen.
            drop(thread.join());
        }
    }
}

async fn accept<A>(listener: TcpListener, answer: Arc<impl Fn(WireRequest) -> A + Send + Sync + 'static>)
where
    A: Future<Output = Answered> + Send + 'static,
{
    loop {
        let Ok((stream, _)) = listener.accept().await else { return };
        let answer = answer.clone();
        let service = service_fn(move |request: http::Request<Incoming>| {
            let answer = answer.clone();
            async move {
                let (parts, body) = request.into_parts();
                let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
                answer(http::Request::from_parts(parts, body)).await.map(|answer| answer.map(Full::new))
            }
        });
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        // A client that goes away in the middle is its own business.
        tokio::spawn(async move { drop(connection.await) });
    }
}
