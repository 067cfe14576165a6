//! A simulated AWS on loopback that holds a caller up in the middle of a call when a test wants it to.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use logpipe::clock::Clock;
use logpipe::sandbox::{CallRecord, Cloud, WireRequest};
use tokio::sync::oneshot;

use super::engine::OPERATOR;
use super::loopback::{Answered, Loopback};
use super::process::Running;

/// What becomes of the call in the middle of which its caller is held up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// It takes effect and is answered.
    Answered,
    /// It is not taken (503), so that it is tried again.
    Refused,
    /// It takes effect, and the connection is closed without an answer.
    CutOff,
}

/// A call that is waited for. The server holds its answer back until it is let continue.
pub(crate) struct Held {
    reached: Receiver<()>,
    go_on: Option<oneshot::Sender<()>>,
}

impl Held {
    /// Waits until the call has come; false when the caller ends without it.
    pub(crate) fn reached(&self, caller: &mut Running) -> bool {
        loop {
            if self.reached.recv_timeout(Duration::from_millis(50)).is_ok() {
                return true;
            }
            if caller.has_ended() {
                return false;
            }
        }
    }

    /// Lets the server answer.
    pub(crate) fn go_on(&mut self) {
        if let Some(go_on) = self.go_on.take() {
            // A server that was shut down answers nobody.
            go_on.send(()).unwrap_or_default();
        }
    }
}

struct Hold {
    at: usize,
    how: How,
    reached: Sender<()>,
    gone_on: oneshot::Receiver<()>,
}

struct Desk {
    cloud: Cloud,
    clock: Clock,
    began: SystemTime,
    ahead: Mutex<Duration>,
    calls: AtomicUsize,
    hold: Mutex<Option<Hold>>,
}

/// The server, until it is dropped.
pub(crate) struct Front {
    server: Loopback,
    desk: Arc<Desk>,
}

impl Front {
    pub(crate) fn serving(cloud: Cloud) -> Self {
        let desk = Arc::new(Desk {
            began: cloud.now(),
            cloud,
            clock: Clock::real(),
            ahead: Mutex::default(),
            calls: AtomicUsize::new(0),
            hold: Mutex::default(),
        });
        let served = desk.clone();
        Self { server: Loopback::answering(move |request| served.clone().answer(request)), desk }
    }

    pub(crate) fn cloud(&self) -> &Cloud {
        &self.desk.cloud
    }

    /// How many calls have come.
    pub(crate) fn calls(&self) -> usize {
        self.desk.calls.load(Ordering::Relaxed)
    }

    /// Lets time pass for AWS alone.
    pub(crate) fn pass(&self, time: Duration) {
        *self.desk.ahead.lock().unwrap() += time;
    }

    /// Holds up whoever makes the call of this number, counted from now on and from 0.
    pub(crate) fn hold(&self, at: usize, how: How) -> Held {
        let ((reaches, reached), (go_on, gone_on)) = (channel(), oneshot::channel());
        let at = self.calls() + at;
        *self.desk.hold.lock().unwrap() = Some(Hold { at, how, reached: reaches, gone_on });
        Held { reached, go_on: Some(go_on) }
    }

    /// Starts the binary in a folder, with its credentials and this AWS.
    pub(crate) fn start(&self, folder: &Path, arguments: &[&str]) -> Running {
        let environment = [
            ("HOME", folder.to_str().unwrap()),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_ENDPOINT_URL", self.server.url.as_str()),
            ("AWS_ACCESS_KEY_ID", &format!("SANDBOX{OPERATOR}")),
            ("AWS_SECRET_ACCESS_KEY", "sandbox"),
        ];
        Running::start(folder, &environment, arguments)
    }

    /// A moment that all calls so far are before, and all later ones are not.
    pub(crate) fn mark(&self) -> u64 {
        self.pass(Duration::from_secs(1));
        let mark = self.desk.now();
        u64::try_from(mark.duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
    }

    /// The writing calls since a mark.
    pub(crate) fn written_since(&self, mark: u64) -> Vec<CallRecord> {
        let calls = self.cloud().calls().into_iter();
        calls.filter(|call| call.at_ms >= mark && call.writes()).collect()
    }
}

impl Desk {
    fn now(&self) -> SystemTime {
        self.began + self.clock.elapsed() + *self.ahead.lock().unwrap()
    }

    async fn answer(self: Arc<Self>, request: WireRequest) -> Answered {
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        let hold = self.hold.lock().unwrap().take_if(|hold| hold.at == number);
        let Some(Hold { how, reached, gone_on, .. }) = hold else { return self.made(&request) };
        let answer = (how != How::Refused).then(|| self.made(&request));
        // Who does not wait any more needs to hear nothing, and lets it go on by that.
        reached.send(()).unwrap_or_default();
        gone_on.await.unwrap_or_default();
        match (how, answer) {
            (How::Answered, Some(answer)) => answer,
            (How::CutOff, _) => Err(io::Error::other("cut off by the test")),
            _ => Ok(http::Response::builder().status(503).body(Bytes::new()).unwrap()),
        }
    }

    fn made(&self, request: &WireRequest) -> Answered {
        self.cloud.handle_and_store(self.now(), request).map_err(io::Error::other)
    }
}
