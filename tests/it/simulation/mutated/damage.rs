//! What is done to an answer on its way, and the client that does it.

use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use logpipe::sandbox::SandboxHttp;
use serde_json::Value;

use super::super::dice::Dice;

/// What happens to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Damage {
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

pub(super) const ALL: [Damage; 13] = [
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
    pub(super) fn may_lie(self) -> bool {
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
pub(super) struct Damaging {
    http: SandboxHttp,
    state: Arc<Mutex<State>>,
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
    pub(super) fn new(http: SandboxHttp, from: usize, times: usize, damage: Damage, dice: Dice) -> Self {
        let state = State { calls: 0, from, times, damage, dice, done: 0 };
        Self { http, state: Arc::new(Mutex::new(state)) }
    }

    pub(super) fn calls(&self) -> usize {
        self.state.lock().unwrap().calls
    }

    pub(super) fn done(&self) -> usize {
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
