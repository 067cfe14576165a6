//! The user's request to stop, which becomes more urgent each time.

use tokio::sync::watch;

/// Says "stop". Cheap to clone.
#[derive(Debug, Clone)]
pub struct Stopper(watch::Sender<u32>);

/// Hears "stop".
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<u32>);

impl Stopper {
    /// A stopper and what hears it.
    pub fn new() -> (Self, Stop) {
        let (sender, receiver) = watch::channel(0);
        (Self(sender), Stop(receiver))
    }

    /// Says it once more, and tells how often it has been said.
    pub fn ask(&self) -> u32 {
        self.0.send_modify(|times| *times += 1);
        *self.0.borrow()
    }
}

impl Stop {
    /// Never hears it.
    pub fn never() -> Self {
        Stopper::new().1
    }

    /// How often it has been said: once, start nothing new; twice, stop waiting for what runs.
    pub fn times(&self) -> u32 {
        *self.0.borrow()
    }

    /// Waits until it is said again.
    pub async fn changed(&mut self) {
        if self.0.changed().await.is_err() {
            // Nobody is left to say it.
            std::future::pending::<()>().await;
        }
    }
}
