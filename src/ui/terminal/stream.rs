//! One output stream, and the one kind of text that is written to it.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use super::screen::Screened;
use super::style::{ColourChoice, Paint, colour};

/// A stream as it is shared between the console and the progress display.
pub(crate) type Sink = Arc<Mutex<Box<dyn Write + Send>>>;

/// One output stream and what is known of it.
pub struct Stream {
    pub(crate) sink: Sink,
    pub(crate) terminal: bool,
    pub(crate) paint: Paint,
}

impl Stream {
    /// A stream over any writer.
    pub fn new(writer: impl Write + Send + 'static, terminal: bool, choice: ColourChoice<'_>) -> Self {
        Self {
            sink: Arc::new(Mutex::new(Box::new(writer))),
            terminal,
            paint: Paint::new(colour(choice, terminal)),
        }
    }

    /// Writes and flushes, so that lines of both streams come in the order they were written in.
    pub(crate) fn write(&self, text: &Screened) -> io::Result<()> {
        let mut sink = locked(&self.sink);
        sink.write_all(text.as_bytes())?;
        sink.flush()
    }

    /// Writes whoever holds the stream, to `usual` then: what held it may be what went wrong.
    pub(crate) fn write_last(&self, usual: &mut dyn Write, text: &Screened) {
        let bytes = text.as_bytes();
        match unlocked(&self.sink) {
            Some(mut sink) => drop(sink.write_all(bytes).and_then(|()| sink.flush())),
            None => drop(usual.write_all(bytes).and_then(|()| usual.flush())),
        }
    }
}

/// A lock that is free, whatever became of the thread that held it.
pub(crate) fn unlocked<T: ?Sized>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match mutex.try_lock() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// A lock whatever became of the thread that held it: half a line printed is no reason to stop printing.
pub(crate) fn locked<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
