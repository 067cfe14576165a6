//! The HTTP client around every other one: it limits time and size, and passes on only answers from AWS.
//!
//! Every attempt of every call passes here, after its turn and with its request signed, and no caller can avoid it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use aws_smithy_types::retry::ErrorKind;
use tokio::sync::Semaphore;

use super::asked::AskedCall;
use super::authenticity::Answer;
use super::flaw::{Flaw, NotOfAws, Silence, beginning, cleaned};
use super::patience::Patience;
use super::shape::{self, Form};
use super::streamed::in_time;
use crate::aws::pace::Turn;
use crate::clock::Clock;

/// More bytes than the answer to any call has but an object's. A page of log events is a megabyte at most (CloudWatch
/// Logs API Reference, FilterLogEvents), the metadata of a thousand objects less.
const LONGEST: usize = 16 * 1024 * 1024;

/// How much later than planned this process gives up at most while it runs. What is later has been stopped, or has slept.
const LATE: Duration = Duration::from_secs(5);

/// Says of an address who is asked there, and through what.
pub(crate) type Whom = Arc<dyn Fn(&str) -> String + Send + Sync>;

/// A client that passes on what `inner` brings, if it comes in time and is of AWS.
pub(crate) fn client(inner: SharedHttpClient, rules: Rules) -> SharedHttpClient {
    SharedHttpClient::new(Client { inner, rules })
}

/// What holds for every answer. Clients with clones of the same rules share the wire.
#[derive(Clone)]
pub(crate) struct Rules {
    patience: Patience,
    clock: Clock,
    whom: Whom,
    /// Whoever is on the wire holds a part of it.
    wire: Arc<Semaphore>,
}

impl Rules {
    /// No more than `at_once` calls are on the wire at once.
    pub(crate) fn new(patience: Patience, clock: Clock, whom: Whom, at_once: usize) -> Self {
        Self { patience, clock, whom, wire: Arc::new(Semaphore::new(at_once)) }
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules").field("patience", &self.patience).finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct Client {
    inner: SharedHttpClient,
    rules: Rules,
}

impl HttpClient for Client {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Connector { inner, rules: self.rules.clone() })
    }
}

#[derive(Debug)]
struct Connector {
    inner: SharedHttpConnector,
    rules: Rules,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let attempt = Attempt {
            rules: self.rules.clone(),
            // What the SDK's own sources of credentials ask is not listed, and only has to come in time.
            asked: request.extension::<AskedCall>().cloned(),
            turn: request.extension::<Turn>().cloned(),
            uri: request.uri().to_owned(),
            head: request.method() == "HEAD",
            begun: self.rules.clock.elapsed(),
        };
        HttpConnectorFuture::new(attempt.made(self.inner.call(request)))
    }
}

/// One attempt of a call.
struct Attempt {
    rules: Rules,
    asked: Option<AskedCall>,
    turn: Option<Turn>,
    uri: String,
    head: bool,
    begun: Duration,
}

impl Attempt {
    async fn made(mut self, call: HttpConnectorFuture) -> Result<HttpResponse, ConnectorError> {
        let wire = Arc::clone(&self.rules.wire);
        let _on_the_wire = wire.acquire().await.expect("nobody closes it");
        // Until then nothing was asked.
        self.begun = self.rules.clock.elapsed();
        if let Some(turn) = &self.turn {
            turn.sent(self.begun);
        }
        let heard = self.heard(call).await;
        if let Some(asked) = &self.asked {
            asked.wait(self.waited());
        }
        heard
    }

    async fn heard(&self, call: HttpConnectorFuture) -> Result<HttpResponse, ConnectorError> {
        let limit = self.left().min(self.rules.patience.attempt());
        let Ok(came) = tokio::time::timeout(limit, call).await else { return Err(self.silent(None)) };
        let mut answer = came?;
        let body = answer.take_body();
        if self.is_object(&answer) {
            self.judge(&answer, &[])?;
            *answer.body_mut() = in_time(body, self.rules.patience, self.whom());
            return Ok(answer);
        }
        let body = self.collected(&answer, body).await?;
        self.judge(&answer, &body)?;
        *answer.body_mut() = SdkBody::from(body);
        Ok(answer)
    }

    fn is_object(&self, answer: &HttpResponse) -> bool {
        let shape = self.asked.as_ref().and_then(|asked| shape::of(&asked.service, &asked.operation));
        answer.status().is_success() && shape.is_some_and(|shape| shape.form == Form::Object)
    }

    /// The whole body, if it ends in time and is no longer than bodies are.
    async fn collected(&self, answer: &HttpResponse, body: SdkBody) -> Result<Vec<u8>, ConnectorError> {
        let (mut stream, mut collected) = (ByteStream::new(body), Vec::new());
        loop {
            let Ok(chunk) = tokio::time::timeout(self.left(), stream.next()).await else {
                return Err(self.silent(Some(collected.len() as u64)));
            };
            match chunk {
                None => break,
                Some(Ok(chunk)) if collected.len() + chunk.len() > LONGEST => {
                    return Err(self.not_of_aws(answer, &collected, Flaw::TooLong(LONGEST)));
                }
                Some(Ok(chunk)) => collected.extend_from_slice(&chunk),
                Some(Err(error)) => {
                    let why = crate::aws::call::chain(&error);
                    return Err(self.not_of_aws(answer, &collected, Flaw::BrokeOff(why)));
                }
            }
        }
        let announced = answer.headers().get("content-length").and_then(|length| length.parse::<u64>().ok());
        match announced.filter(|length| !self.head && *length != collected.len() as u64) {
            Some(announced) => {
                let flaw = Flaw::Length { came: collected.len(), announced };
                Err(self.not_of_aws(answer, &collected, flaw))
            }
            None => Ok(collected),
        }
    }

    fn judge(&self, answer: &HttpResponse, body: &[u8]) -> Result<(), ConnectorError> {
        let Some(asked) = &self.asked else { return Ok(()) };
        let status = answer.status().as_u16();
        let judged = Answer { status, headers: answer.headers(), head: self.head, body }.judged(asked);
        judged.map_err(|flaw| self.not_of_aws(answer, body, flaw))
    }

    fn not_of_aws(&self, answer: &HttpResponse, body: &[u8], flaw: Flaw) -> ConnectorError {
        let kind = answer.headers().get("content-type").unwrap_or_default();
        let error = NotOfAws {
            whom: self.whom(),
            status: answer.status().as_u16(),
            kind: cleaned(kind, 80),
            beginning: beginning(body),
            flaw,
        };
        let repeated = match error.status {
            429 => Some(ErrorKind::ThrottlingError),
            _ => error.may_pass().then_some(ErrorKind::TransientError),
        };
        ConnectorError::other(Box::new(error), repeated)
    }

    /// Is tried again while the call may wait any longer.
    fn silent(&self, received: Option<u64>) -> ConnectorError {
        let waited = self.took();
        let altogether = self.asked.as_ref().map_or(Duration::ZERO, AskedCall::waited) + waited;
        let error = Box::new(Silence { whom: self.whom(), waited, altogether, received });
        if self.left().is_zero() {
            ConnectorError::other(error, None)
        } else {
            ConnectorError::timeout(error)
        }
    }

    fn took(&self) -> Duration {
        self.rules.clock.elapsed().saturating_sub(self.begun)
    }

    /// What counts of that. While this process was stopped nobody could answer it, so that it counts as one attempt.
    fn waited(&self) -> Duration {
        let took = self.took();
        if took > self.rules.patience.call() + LATE { self.rules.patience.attempt() } else { took }
    }

    /// How long the call may wait yet.
    fn left(&self) -> Duration {
        let before = self.asked.as_ref().map_or(Duration::ZERO, AskedCall::waited);
        self.rules.patience.call().saturating_sub(before + self.waited())
    }

    fn whom(&self) -> String {
        (self.rules.whom)(&self.uri)
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::http::StatusCode;

    use super::*;

    /// Answers every request with what a test says.
    #[derive(Clone)]
    struct Fake(Arc<dyn Fn() -> HttpConnectorFuture + Send + Sync>);

    impl fmt::Debug for Fake {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("Fake")
        }
    }

    impl HttpConnector for Fake {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            (self.0)()
        }
    }

    fn connector(answer: impl Fn() -> HttpConnectorFuture + Send + Sync + 'static) -> Connector {
        let rules = Rules {
            wire: Arc::new(Semaphore::new(8)),
            patience: Patience::default(),
            clock: Clock::real(),
            whom: Arc::new(|uri| format!("{uri} through the proxy http://p:3128")),
        };
        Connector { inner: SharedHttpConnector::new(Fake(Arc::new(answer))), rules }
    }

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: SdkBody) -> HttpConnectorFuture {
        let mut answer = HttpResponse::new(StatusCode::try_from(status).unwrap(), body);
        for (name, value) in headers {
            answer.headers_mut().insert(*name, *value);
        }
        HttpConnectorFuture::ready(Ok(answer))
    }

    fn request(asked: &AskedCall) -> HttpRequest {
        let mut request = HttpRequest::empty();
        request.set_uri("https://s3.eu-west-1.amazonaws.com").unwrap();
        request.add_extension(asked.clone());
        request
    }

    fn words(error: ConnectorError) -> String {
        error.into_source().to_string()
    }

    /// A body of `pieces` of this many bytes, each after a pause.
    fn dripping(pieces: usize, bytes: usize, pause: Duration) -> SdkBody {
        SdkBody::from_body_1_x(Dripping { left: pieces, piece: vec![b' '; bytes], pause, waiting: None })
    }

    struct Dripping {
        left: usize,
        piece: Vec<u8>,
        pause: Duration,
        waiting: Option<std::pin::Pin<Box<tokio::time::Sleep>>>,
    }

    impl http_body::Body for Dripping {
        type Data = bytes::Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            context: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<bytes::Bytes>, Self::Error>>> {
            // At its end it is asked once more, for trailers.
            let Some(left) = self.left.checked_sub(1) else { return std::task::Poll::Ready(None) };
            let pause = self.pause;
            let waiting = self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep(pause)));
            std::task::ready!(waiting.as_mut().poll(context));
            self.waiting = None;
            self.left = left;
            let piece = bytes::Bytes::from(self.piece.clone());
            std::task::Poll::Ready(Some(Ok(http_body::Frame::data(piece))))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_never_answers_is_left_after_a_minute_in_all_attempts() {
        let connector = connector(|| HttpConnectorFuture::new(std::future::pending()));
        let asked = AskedCall::of("S3", "GetBucketPolicy");
        let begun = tokio::time::Instant::now();
        let first = connector.call(request(&asked)).await.unwrap_err();
        assert!(first.is_timeout(), "it is tried again");
        assert_eq!(begun.elapsed().as_secs(), 30);
        let second = connector.call(request(&asked)).await.unwrap_err();
        assert!(!second.is_timeout() && second.as_other().is_none(), "it is not tried again");
        assert_eq!(
            words(second),
            "no answer from https://s3.eu-west-1.amazonaws.com through the proxy http://p:3128 within 30 s, 60 s over all attempts of this call"
        );
        assert_eq!(begun.elapsed().as_secs(), 60);
    }

    #[tokio::test(start_paused = true)]
    async fn a_process_that_was_stopped_tries_again() {
        let connector = connector(|| HttpConnectorFuture::new(std::future::pending()));
        let request = request(&AskedCall::of("S3", "GetBucketPolicy"));
        let (call, ()) =
            tokio::join!(connector.call(request), tokio::time::advance(Duration::from_secs(600)));
        assert!(call.unwrap_err().is_timeout());
    }

    #[tokio::test(start_paused = true)]
    async fn who_trickles_is_left_after_a_minute() {
        let drip = || answer(200, &[], dripping(100_000, 1, Duration::from_secs(1)));
        for operation in ["GetBucketPolicy", "PutBucketPolicy", "CreateBucket"] {
            let begun = tokio::time::Instant::now();
            let asked = AskedCall::of("S3", operation);
            let error = connector(drip).call(request(&asked)).await.unwrap_err();
            assert_eq!(begun.elapsed().as_secs(), 60);
            assert!(words(error).contains("was still incomplete after 60 s and "));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_object_may_take_its_time_and_not_trickle() {
        let id = [("x-amz-request-id", "r-1")];
        let read = async |bytes: usize| {
            let answered = move || answer(200, &id, dripping(120, bytes, Duration::from_secs(1)));
            let mut object =
                connector(answered).call(request(&AskedCall::of("S3", "GetObject"))).await.unwrap();
            ByteStream::new(object.take_body()).collect().await.map(|body| body.into_bytes().len())
        };
        assert_eq!(read(10_000).await.unwrap(), 1_200_000);
        let begun = tokio::time::Instant::now();
        assert!(read(100).await.is_err());
        assert!(begun.elapsed() < Duration::from_secs(90), "{:?}", begun.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_is_taken_than_an_answer_has() {
        let piece = 1024 * 1024;
        let endless = move || answer(200, &[], dripping(1_000, piece, Duration::ZERO));
        let error =
            connector(endless).call(request(&AskedCall::of("S3", "GetBucketPolicy"))).await.unwrap_err();
        assert!(words(error).contains("longer than 16777216 bytes"));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_not_of_aws_is_said_with_who_was_asked_and_what_came() {
        let html = || {
            answer(404, &[("content-type", "text/html")], SdkBody::from("<html>\n <b>Not here</b></html>"))
        };
        let error = connector(html).call(request(&AskedCall::of("IAM", "DeleteRole"))).await.unwrap_err();
        assert!(error.as_other().is_none(), "it is not tried again");
        assert_eq!(
            words(error),
            "the answer from https://s3.eu-west-1.amazonaws.com through the proxy http://p:3128 is not AWS's: status 404, text/html, `<html> <b>Not here</b></html>`; it has no AWS error code"
        );
        let unavailable = || answer(503, &[], SdkBody::from("busy"));
        let error = connector(unavailable).call(request(&AskedCall::of("IAM", "GetRole"))).await.unwrap_err();
        assert_eq!(error.as_other(), Some(ErrorKind::TransientError), "it is tried again");
        let short = || answer(200, &[("content-length", "100")], SdkBody::from("{}"));
        let error = connector(short).call(request(&AskedCall::of("SSM", "GetParameter"))).await.unwrap_err();
        assert_eq!(error.as_other(), Some(ErrorKind::TransientError), "it is tried again");
        assert!(words(error).contains("2 of 100 bytes arrived"));
    }
}
