//! Ctrl-C and SIGTERM, heard from the moment a command starts, on a thread of their own: a file that never answers keeps a
//! command from everything else, but not the user from ending it.

use std::sync::OnceLock;
use std::sync::mpsc;
use std::time::Duration;

use tokio::sync::watch;

use crate::exit::Exit;

/// At the third signal a command is over.
pub(crate) const LAST: u32 = 3;

/// How long a command that can still hear has for its last words after that.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// How many there were since the process began to listen. There is one process, and these are its signals.
static HEARD: OnceLock<watch::Receiver<u32>> = OnceLock::new();

/// A stream of the user's signals. Where they cannot be heard, none ever comes.
pub(crate) struct Signals {
    heard: watch::Receiver<u32>,
    told: u32,
}

impl Signals {
    /// Those that come from now on.
    pub(crate) fn new() -> Self {
        let heard = HEARD.get_or_init(listening).clone();
        let told = *heard.borrow();
        Self { heard, told }
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) {
        let told = self.told;
        if self.heard.wait_for(|heard| *heard > told).await.is_err() {
            std::future::pending::<()>().await;
        }
        self.told += 1;
    }
}

/// Listens, and returns once signals are heard.
fn listening() -> watch::Receiver<u32> {
    let (counter, heard) = watch::channel(0);
    let (ready, begun) = mpsc::channel();
    let listen = move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(async move {
            let mut source = Source::new();
            if ready.send(()).is_err() {
                return;
            }
            count(&mut source, &counter).await;
        });
        leave();
    };
    let thread = std::thread::Builder::new().name("signals".to_owned()).spawn(listen);
    if thread.is_err() || begun.recv().is_err() {
        tracing::debug!("signals have their usual effect: there is no thread to hear them");
    }
    heard
}

/// Passes signals on until the last one has had its effect, or should have.
async fn count(source: &mut Source, counter: &watch::Sender<u32>) {
    loop {
        source.next().await;
        counter.send_modify(|heard| *heard += 1);
        if *counter.borrow() >= LAST {
            tokio::time::sleep(LAST_WORDS).await;
            return;
        }
    }
}

/// What was under way is in the record, so a process may end anywhere.
#[expect(
    clippy::disallowed_methods,
    clippy::exit,
    reason = "the thread that would return to main.rs is kept from it by a file, a pipe or a terminal"
)]
fn leave() -> ! {
    std::process::exit(i32::from(Exit::Interrupted.code()))
}

/// What the system tells.
struct Source {
    #[cfg(unix)]
    terminate: Option<tokio::signal::unix::Signal>,
    #[cfg(unix)]
    interrupt: Option<tokio::signal::unix::Signal>,
}

impl Source {
    #[cfg(unix)]
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self {
            terminate: signal(SignalKind::terminate()).ok(),
            interrupt: signal(SignalKind::interrupt()).ok(),
        }
    }

    #[cfg(not(unix))]
    fn new() -> Self {
        Self {}
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        tokio::select! {
            () = heard(self.terminate.as_mut()) => {}
            () = heard(self.interrupt.as_mut()) => {}
        }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(unix)]
async fn heard(signal: Option<&mut tokio::signal::unix::Signal>) {
    if let Some(signal) = signal
        && signal.recv().await.is_some()
    {
        return;
    }
    std::future::pending::<()>().await;
}
