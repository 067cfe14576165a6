//! Answers that do not come from AWS: those of proxies, portals and broken connections, and AWS's answers to unknown
//! callers.
//!
//! Owns the bytes of each. Which call they befall is for the faults to say.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body::{Body, Frame};
use tokio::time::Sleep;

use super::fault::Fault;
use super::fault_injection::PendingCall;
use crate::protocol::answers::respond;
use crate::protocol::wire::{WireRequest, WireResponse};

/// What stands instead of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mangled {
    /// A page for people, with this status.
    Page(u16),
    /// This status and nothing else.
    Bare(u16),
    /// The answer without its end; this many percent of it are left.
    Cut(u8),
    /// The answer, which says that it is longer than it is.
    Longer,
    /// Something well-formed that is no answer to this.
    Another,
    /// The answer, which says that there is another page.
    Again,
    /// A redirect to somewhere else.
    Elsewhere,
    /// A body without an end.
    Endless,
    /// A body of a byte a second.
    Trickling,
    /// A refusal that quotes everything that was signed, the session token with it.
    Quoting,
    /// A refusal that holds what terminals and build servers obey.
    Obeyed,
}

/// What a terminal, a build server and a reader of right-to-left scripts would do something about.
const OBEYED: &str = "\u{1b}]0;title\u{7}\u{1b}[2J\r\n::add-mask::x\r\n\u{202e}dlrow\u{2066}\u{0}";

/// How long an endless body is: no caller takes so much.
const ENDLESS: usize = 64;
/// How long a trickling body is: no caller waits so long.
const TRICKLING: usize = 24 * 60 * 60;

impl Mangled {
    /// Whether AWS itself answers so: what it refuses has not taken effect.
    pub(crate) fn refuses(self) -> bool {
        matches!(self, Self::Quoting | Self::Obeyed)
    }

    /// The refusals among them, in the words of the service.
    pub(crate) fn fault(self, request: &WireRequest) -> Option<Fault> {
        match self {
            Self::Quoting => Some(quoting(request)),
            Self::Obeyed => Some(Fault::invalid("ValidationError", format!("{OBEYED} is not valid"))),
            _ => None,
        }
    }

    /// What the caller gets instead of an answer.
    pub(crate) fn instead(self, call: &PendingCall, answer: Option<WireResponse>) -> http::Response<SdkBody> {
        let whole = answer.unwrap_or_else(|| page(502));
        match self {
            Self::Page(status) => page(status).map(SdkBody::from),
            Self::Bare(status) => respond(status, "text/plain", "", &[]).map(SdkBody::from),
            Self::Cut(percent) => whole.map(|body| {
                let left = body.len() * usize::from(percent.min(99)) / 100;
                SdkBody::from(body.slice(..left))
            }),
            Self::Longer => {
                let length = whole.body().len() + 1;
                let mut whole = whole.map(SdkBody::from);
                whole.headers_mut().insert(http::header::CONTENT_LENGTH, length.into());
                whole
            }
            Self::Another => another(call).map(SdkBody::from),
            Self::Again => whole.map(|body| SdkBody::from(again(&body))),
            Self::Elsewhere => {
                let place = [("location", "http://portal.invalid/login")];
                respond(302, "text/html", "", &place).map(SdkBody::from)
            }
            Self::Endless => page(200).map(|body| streamed(body.repeat(4_096).into(), ENDLESS, None)),
            Self::Trickling => {
                page(200).map(|_| streamed(Bytes::from_static(b" "), TRICKLING, Some(Duration::from_secs(1))))
            }
            Self::Quoting | Self::Obeyed => whole.map(SdkBody::from),
        }
    }
}

/// What a portal or a proxy shows.
fn page(status: u16) -> WireResponse {
    let text = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in to go on</h1><br></body></html>\n";
    respond(status, "text/html; charset=utf-8", text, &[("server", "middlebox")])
}

/// A success in the form of the service that says nothing.
fn another(call: &PendingCall) -> WireResponse {
    let id = "00000000-0000-0000-0000-000000000000";
    match call.service {
        "s3" => respond(200, "application/xml", "<Answer/>", &[("x-amz-request-id", id)]),
        "sts" | "iam" | "ec2" => respond(200, "text/xml", "<Answer/>", &[("x-amzn-requestid", id)]),
        "monitoring" => respond(200, "application/cbor", &b"\xa0"[..], &[("x-amzn-requestid", id)]),
        _ => respond(200, "application/x-amz-json-1.1", "[]", &[("x-amzn-requestid", id)]),
    }
}

/// A page of a list that says that it is not the last.
fn again(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    match text.trim_end().strip_suffix('}') {
        Some(start) => {
            let comma = if start.trim_end().ends_with('{') { "" } else { "," };
            format!("{start}{comma}\"nextToken\":\"again\",\"NextToken\":\"again\"}}")
        }
        None => text.replace("<IsTruncated>false</IsTruncated>", "<IsTruncated>true</IsTruncated>"),
    }
}

/// What AWS answers where the signature is wrong: all that was signed, for the caller to compare ("Troubleshoot Signature
/// Version 4 signing of AWS API requests", IAM User Guide).
fn quoting(request: &WireRequest) -> Fault {
    let headers = request
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}:{}\n", String::from_utf8_lossy(value.as_bytes())));
    let canonical = format!(
        "{}\n{}\n{}\n{}",
        request.method(),
        request.uri().path(),
        request.uri().query().unwrap_or_default(),
        headers.collect::<String>()
    );
    let message = format!(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'{canonical}'"
    );
    Fault::new(403, "SignatureDoesNotMatch", message).detail("CanonicalRequest", canonical)
}

/// A body that sends the same piece this many times, with a pause before each.
fn streamed(piece: Bytes, left: usize, pause: Option<Duration>) -> SdkBody {
    SdkBody::from_body_1_x(Streamed { piece, left, pause, waiting: None })
}

struct Streamed {
    piece: Bytes,
    left: usize,
    pause: Option<Duration>,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Body for Streamed {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        if let Some(pause) = self.pause {
            let waiting = self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep(pause)));
            if waiting.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.waiting = None;
        }
        self.left -= 1;
        Poll::Ready(Some(Ok(Frame::data(self.piece.clone()))))
    }
}
