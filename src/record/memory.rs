//! A place in memory for texts that machines share, for tests: what is written to it may be lost, refused or cut off.

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::versioned::{Trouble, VersionRead, Versioned, Written};

/// The name of the text that others are beside.
pub(super) const NAME: &str = "s3://records/t.json";

/// One text of a place.
#[derive(Debug, Clone)]
pub(super) struct Memory {
    name: String,
    shelf: Arc<Shelf>,
}

#[derive(Debug, Default)]
struct Shelf {
    state: Mutex<State>,
    killed: Notify,
}

/// Every text that is there, and what befalls the calls to come.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) texts: BTreeMap<String, Kept>,
    versions: u64,
    /// How many writes to come take effect without an answer, and are then repeated as the SDK does.
    pub(super) repeated: u32,
    /// How many writes to come take effect and fail.
    pub(super) cut_off: u32,
    /// What the next read of the first text finds, as if it had been sent before the last write.
    pub(super) earlier: Option<Bytes>,
    /// Nothing may be written but the first text.
    pub(super) only_first: bool,
    /// The call that a run is killed at, from now on, and whether that takes effect.
    pub(super) dies: Option<(usize, bool)>,
    pub(super) slow: bool,
    pub(super) writes: u32,
    pub(super) bytes: usize,
    pub(super) calls: usize,
}

/// A text with its version and when it was written.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) text: Bytes,
    version: u64,
    written: Instant,
}

impl Default for Memory {
    fn default() -> Self {
        Self { name: NAME.to_owned(), shelf: Arc::default() }
    }
}

impl State {
    /// The first text, if it is there.
    pub(super) fn head(&self) -> Option<String> {
        self.texts.get(NAME).map(|kept| String::from_utf8(kept.text.to_vec()).unwrap())
    }

    /// Puts a text there, as somebody else would.
    pub(super) fn put(&mut self, name: &str, text: impl Into<Bytes>) {
        self.versions += 1;
        let kept = Kept { text: text.into(), version: self.versions, written: Instant::now() };
        self.texts.insert(name.to_owned(), kept);
    }

    fn write(&mut self, name: &str, text: Bytes, over: Option<&str>) -> Result<Written, Trouble> {
        if self.only_first && name != NAME {
            return Err(Trouble { text: "AccessDenied".to_owned(), denied: true, hint: None });
        }
        self.writes += 1;
        self.bytes += text.len();
        let there = self.texts.get(name).map(|kept| kept.version.to_string());
        if there.as_deref() != over {
            return Ok(Written::Refused);
        }
        self.put(name, text);
        if self.repeated > 0 {
            self.repeated -= 1;
            return Ok(Written::Refused);
        }
        if self.cut_off > 0 {
            self.cut_off -= 1;
            let text = "connection reset by peer".to_owned();
            return Err(Trouble { text, denied: false, hint: None });
        }
        Ok(Written::As(self.versions.to_string()))
    }
}

impl Memory {
    pub(super) fn change<T>(&self, how: impl FnOnce(&mut State) -> T) -> T {
        how(&mut self.shelf.state.lock().unwrap())
    }

    /// Waits until a run was killed at one of its calls.
    pub(super) async fn killed(&self) {
        self.shelf.killed.notified().await;
    }

    /// Makes a call, unless it is the one that its run is killed at.
    async fn call<T>(&self, make: impl FnOnce(&mut State) -> T) -> T {
        let (answer, slow) = self.change(|state| {
            state.calls += 1;
            let dies = state.dies.is_some_and(|(call, _)| call < state.calls);
            let last = state.dies.is_some_and(|(call, lands)| lands && call + 1 == state.calls);
            let answer = (!dies || last).then(|| make(state));
            (answer.filter(|_| !dies), state.slow)
        });
        if slow {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        match answer {
            Some(answer) => answer,
            None => {
                self.shelf.killed.notify_one();
                pending().await
            }
        }
    }
}

impl Versioned for Memory {
    fn name(&self) -> &str {
        &self.name
    }

    fn lease(&self) -> Duration {
        Duration::from_secs(120)
    }

    fn read(&self) -> BoxFuture<'_, Result<Option<VersionRead>, Trouble>> {
        let read = |state: &mut State| {
            let Kept { text, version, written } = state.texts.get(&self.name)?.clone();
            let text = state.earlier.take_if(|_| self.name == NAME).unwrap_or(text);
            Some(VersionRead { text, version: version.to_string(), age: written.elapsed() })
        };
        async move { Ok(self.call(read).await) }.boxed()
    }

    fn write(&self, text: Bytes, over: Option<String>) -> BoxFuture<'_, Result<Written, Trouble>> {
        self.call(move |state| state.write(&self.name, text, over.as_deref())).boxed()
    }

    fn remove(&self) -> BoxFuture<'_, Result<(), Trouble>> {
        let remove = |state: &mut State| state.texts.remove(&self.name);
        async move {
            self.call(remove).await;
            Ok(())
        }
        .boxed()
    }

    fn beside(&self, ending: &str) -> Arc<dyn Versioned> {
        Arc::new(Self { name: format!("{}{ending}", self.name), shelf: self.shelf.clone() })
    }
}
