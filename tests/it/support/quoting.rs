//! An AWS that quotes whatever it is asked, as it does where a signature does not match: a server in front of the
//! simulated one, which answers some of the calls itself.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use logpipe::clock::Clock;
use logpipe::sandbox::Cloud;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::loopback::Loopback;

/// How a call is answered.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// By the simulated AWS.
    Made,
    /// With an error of this code that quotes all of the request.
    Quoted(&'static str),
    /// With an error that says this.
    Said(String),
    /// By the simulated AWS, with one text in the place of another.
    Altered(&'static str, &'static str),
}

/// Runs `work` beside such an AWS, whose URL it is given. Returns what STS has issued meanwhile, too: keys and tokens.
pub(crate) fn beside_quoting<R>(
    cloud: &Cloud,
    // By the name of the operation, which is the path for S3.
    decide: impl Fn(&str) -> Answer + Send + Sync + 'static,
    work: impl FnOnce(&str) -> R,
) -> (R, Vec<String>) {
    let issued = Arc::new(Mutex::new(Vec::new()));
    let (cloud, heard) = (cloud.clone(), issued.clone());
    let server = Loopback::answering(move |request| {
        let answer = answered(&cloud, &decide, &request, &heard);
        std::future::ready(Ok(answer))
    });
    let result = work(&server.url);
    drop(server);
    let issued = std::mem::take(&mut *issued.lock().unwrap());
    (result, issued)
}

fn answered(
    cloud: &Cloud,
    decide: &impl Fn(&str) -> Answer,
    request: &http::Request<Bytes>,
    issued: &Mutex<Vec<String>>,
) -> http::Response<Bytes> {
    let alteration = match decide(&operation(request)) {
        Answer::Quoted(code) => return refused(request, code, &everything(request)),
        Answer::Said(message) => return refused(request, "ValidationException", &message),
        Answer::Made => None,
        Answer::Altered(from, to) => Some((from, to)),
    };
    let (mut parts, body) = cloud.handle_and_store(Clock::real().now(), request).unwrap().into_parts();
    let text = String::from_utf8_lossy(&body);
    for name in ["AccessKeyId", "SecretAccessKey", "SessionToken"] {
        let value = text.split_once(&format!("<{name}>")).and_then(|(_, rest)| rest.split_once('<'));
        issued.lock().unwrap().extend(value.map(|(value, _)| value.to_owned()));
    }
    let body = match alteration {
        Some((from, to)) => {
            parts.headers.remove("content-length");
            Bytes::from(text.replace(from, to))
        }
        None => body,
    };
    http::Response::from_parts(parts, body)
}

fn header<'r>(request: &'r http::Request<Bytes>, name: &str) -> &'r str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn operation(request: &http::Request<Bytes>) -> String {
    let body = String::from_utf8_lossy(request.body());
    let action = body.split('&').find_map(|pair| pair.strip_prefix("Action="));
    match (header(request, "x-amz-target").rsplit_once('.'), action) {
        (Some((_, target)), _) => target.to_owned(),
        (None, Some(action)) => action.to_owned(),
        (None, None) => request.uri().path().to_owned(),
    }
}

/// The request as a canonical one, and the same in every encoding.
fn everything(request: &http::Request<Bytes>) -> String {
    let headers: Vec<String> = request
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}:{}", value.to_str().unwrap_or_default()))
        .collect();
    let body = String::from_utf8_lossy(request.body());
    let canonical = format!("{}\n{}\n{}\n\n{body}", request.method(), request.uri(), headers.join("\n"));
    let token = header(request, "x-amz-security-token");
    // The token first: only the beginning of such a message is shown.
    format!(
        "The request signature we calculated does not match the signature you provided: {}, {}. The Canonical String for \
         this request should have been\n'{canonical}'\n{}",
        encoded(&format!("token:{token}")),
        encoded(&format!("body {body}")),
        encoded(&canonical),
    )
}

/// A text in the encodings in which services quote.
fn encoded(text: &str) -> String {
    let hex: Vec<String> = text.bytes().map(|byte| format!("{byte:02X}")).collect();
    let percent = utf8_percent_encode(text, NON_ALPHANUMERIC);
    format!("{text} {percent} {} {} {}", STANDARD.encode(text), hex.join(" "), hex.concat())
}

/// An error in the protocol of the request.
fn refused(request: &http::Request<Bytes>, code: &str, message: &str) -> http::Response<Bytes> {
    let (kind, body) = if header(request, "x-amz-target").is_empty() {
        let text = message.replace('&', "&amp;").replace('<', "&lt;").replace('\u{1b}', "");
        let error = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>{text}</Message></Error>");
        let form = header(request, "content-type").starts_with("application/x-www-form-urlencoded");
        let body = if form {
            format!("<ErrorResponse>{error}<RequestId>r-1</RequestId></ErrorResponse>")
        } else {
            error
        };
        ("text/xml", body)
    } else {
        ("application/x-amz-json-1.1", json!({ "__type": code, "message": message }).to_string())
    };
    let response = http::Response::builder().status(403).header("content-type", kind);
    response.header("x-amzn-requestid", "r-1").body(Bytes::from(body)).unwrap()
}
