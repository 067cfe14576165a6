//! The only object that writes: data to stdout, talk to stderr, and nothing over a live progress display.
//!
//! Owns both streams, what is known of them, and how much is said. Knows nothing of what is written.

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::time::Duration;

use super::ascii;
use super::captured::Captured;
use super::live::{Draw, Live};
use super::mask::masked;
use super::style::{ColourChoice, Paint, colour};
use super::terminal::{self, Width};
use super::text::wrap;

/// How long a frame of the live display stands; shorter only costs bandwidth over SSH.
const FRAME: Duration = Duration::from_millis(100);

/// How much is said on stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Errors only.
    Quiet,
    /// What a person wants to know.
    Normal,
    /// Details too.
    Verbose,
}

/// A stream as it is shared between the console and the progress display.
pub(super) type Sink = Arc<Mutex<Box<dyn Write + Send>>>;

/// One output stream and what is known of it.
pub struct Stream {
    sink: Sink,
    terminal: bool,
    paint: Paint,
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
    fn write(&self, text: &str) -> io::Result<()> {
        let mut sink = locked(&self.sink);
        sink.write_all(text.as_bytes())?;
        sink.flush()
    }
}

/// Completes the commands that a text names, see [`Console::with_commands`].
type Complete = Arc<dyn Fn(&str) -> String + Send + Sync>;

/// Everything that is printed goes through here. Cheap to clone.
#[derive(Clone)]
pub struct Console {
    inner: Arc<Inner>,
    complete: Option<Complete>,
    /// Whether no more than ASCII is shown of our own signs.
    ascii: bool,
}

struct Inner {
    out: Stream,
    err: Stream,
    width: Width,
    verbosity: Verbosity,
    /// The terminal itself, where stderr goes elsewhere and somebody may be asked. Opened when that is known to matter.
    terminal: OnceLock<Option<Stream>>,
    live: Mutex<Option<Shown>>,
    failure: Mutex<Option<io::Error>>,
    unheard: AtomicBool,
}

/// A live display on the screen.
struct Shown {
    live: Live,
    /// Its drawing thread ends when this is dropped.
    _drawing: mpsc::Sender<()>,
}

impl Console {
    /// The console of this process.
    pub fn of_process(choice: ColourChoice<'_>, verbosity: Verbosity) -> Self {
        let (out, err) = (io::stdout(), io::stderr());
        let (out_terminal, err_terminal) = (out.is_terminal(), err.is_terminal());
        let width = if err_terminal { Width::OfStderr } else { Width::Unknown };
        Self::new(
            Stream::new(out, out_terminal, choice),
            Stream::new(err, err_terminal, choice),
            width,
            verbosity,
        )
    }

    /// The same, showing commands in backticks as `complete` makes them: with what was typed and the hint cannot know.
    /// Data stays as it is.
    pub fn with_commands(&self, complete: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        Self { complete: Some(Arc::new(complete)), ..self.clone() }
    }

    /// The same, with ASCII in the place of our own signs. Data stays as it is.
    pub fn in_ascii(self) -> Self {
        Self { ascii: true, ..self }
    }

    /// A console over any two streams.
    pub fn new(out: Stream, err: Stream, width: Width, verbosity: Verbosity) -> Self {
        let inner = Inner {
            out,
            err,
            width,
            verbosity,
            terminal: OnceLock::new(),
            live: Mutex::default(),
            failure: Mutex::default(),
            unheard: AtomicBool::default(),
        };
        Self { inner: Arc::new(inner), complete: None, ascii: false }
    }

    /// A console whose streams are kept in memory, for tests.
    pub fn captured(verbosity: Verbosity, terminal: bool, columns: usize) -> (Self, Captured) {
        let captured = Captured::default();
        let choice = ColourChoice { never: true, ..ColourChoice::default() };
        let console = Self::new(
            Stream::new(captured.out.clone(), terminal, choice),
            Stream::new(captured.err.clone(), terminal, choice),
            Width::Fixed(columns),
            verbosity,
        );
        (console, captured)
    }

    /// Writes a line of data to stdout: what could be piped into another program.
    pub fn data(&self, text: &str) {
        self.give(&format!("{text}\n"));
    }

    /// Writes an answer for people to stdout, its lines broken where a terminal is too narrow for them.
    pub fn answer(&self, text: &str) {
        let text = self.worded(text);
        match self.inner.out.terminal {
            true => self.data(&wrap(&text, self.width())),
            false => self.data(&text),
        }
    }

    /// Writes an answer for people to stdout as it is: tables, which are as wide as they are.
    pub fn table(&self, text: &str) {
        self.data(&self.worded(text));
    }

    /// Writes a line of talk to stderr, unless quiet.
    pub fn say(&self, text: &str) {
        if self.inner.verbosity >= Verbosity::Normal {
            self.talk(text);
        }
    }

    /// Writes lines that are there to be pasted to stderr, unless quiet: whole, however narrow the terminal is.
    pub fn to_paste(&self, text: &str) {
        if self.inner.verbosity >= Verbosity::Normal {
            self.beside(&format!("{text}\n"));
        }
    }

    /// Writes a line to stderr when verbose.
    pub fn detail(&self, text: &str) {
        if self.inner.verbosity >= Verbosity::Verbose {
            self.talk(text);
        }
    }

    /// Writes a line to stderr, quiet or not.
    pub fn error(&self, text: &str) {
        self.talk(text);
    }

    /// Whether a question would be seen: stderr is a terminal, or there is one beside it.
    pub fn reaches_somebody(&self) -> bool {
        self.inner.err.terminal || self.beside_stderr().is_some()
    }

    /// Writes what somebody has to see before a question, quiet or not.
    pub fn show_before_asking(&self, text: &str) {
        match self.beside_stderr() {
            Some(terminal) => {
                self.clear();
                let columns = Width::OfTerminal.columns();
                self.forgive(terminal.write(&format!("{}\n", wrap(&self.worded(text), columns))));
            }
            None => self.error(text),
        }
    }

    /// Writes a question to the terminal and leaves the cursor behind it.
    pub fn ask(&self, question: &str) {
        self.clear();
        let stream = self.beside_stderr().unwrap_or(&self.inner.err);
        self.forgive(stream.write(&self.worded(question)));
    }

    /// Ends the line of a question that was not answered.
    pub fn end_question(&self) {
        let stream = self.beside_stderr().unwrap_or(&self.inner.err);
        self.forgive(stream.write("\n"));
    }

    /// Paint for what is shown before a question.
    pub fn asking_paint(&self) -> Paint {
        self.beside_stderr().map_or(self.inner.err.paint, |terminal| terminal.paint)
    }

    /// The terminal of this process, where stderr goes elsewhere (`2>log`).
    fn beside_stderr(&self) -> Option<&Stream> {
        let Inner { err, width, terminal, .. } = &*self.inner;
        // Streams kept in memory have none beside them.
        if err.terminal || !matches!(width, Width::Unknown) {
            return None;
        }
        let open = || {
            Some(Stream::new(
                terminal::open()?,
                true,
                ColourChoice { never: true, ..ColourChoice::default() },
            ))
        };
        terminal.get_or_init(open).as_ref()
    }

    /// A writer for logs, which keeps them apart from a progress display.
    pub fn log(&self) -> LogWriter {
        LogWriter { console: self.clone() }
    }

    /// Paint for stdout.
    pub fn out_paint(&self) -> Paint {
        self.inner.out.paint
    }

    /// Paint for stderr.
    pub fn err_paint(&self) -> Paint {
        self.inner.err.paint
    }

    /// Whether stdout is a terminal.
    pub fn out_is_terminal(&self) -> bool {
        self.inner.out.terminal
    }

    /// Whether stderr is a terminal.
    pub fn err_is_terminal(&self) -> bool {
        self.inner.err.terminal
    }

    /// How much is said.
    pub fn verbosity(&self) -> Verbosity {
        self.inner.verbosity
    }

    /// Columns of the terminal at this moment.
    pub fn width(&self) -> usize {
        self.inner.width.columns()
    }

    /// The first error of stdout. A reader that went away, as `head` does, is none.
    pub fn finish(&self) -> io::Result<()> {
        locked(&self.inner.failure).take().map_or(Ok(()), Err)
    }

    /// Whether the reader of stdout has gone away, so that nothing more needs to be said.
    pub fn is_unheard(&self) -> bool {
        self.inner.unheard.load(Ordering::Relaxed)
    }

    /// Shows what `draw` makes at the bottom of stderr until [`Console::clear`]; everything else is written above it.
    pub(super) fn show(&self, draw: Draw) {
        let draw: Draw = match self.ascii {
            true => Box::new(move |size, frame| {
                draw(size, frame).iter().map(|line| ascii::of_width(line)).collect()
            }),
            false => draw,
        };
        let mut live = Live::new(self.inner.err.sink.clone(), self.inner.width, draw);
        self.forgive(live.redraw());
        let (drawing, ended) = mpsc::channel();
        *locked(&self.inner.live) = Some(Shown { live, _drawing: drawing });
        let inner = Arc::downgrade(&self.inner);
        // A thread and no task: a command may keep its runtime busy, and the simulated one's time stands still.
        std::thread::spawn(move || {
            while ended.recv_timeout(FRAME) == Err(RecvTimeoutError::Timeout) {
                let Some(inner) = inner.upgrade() else { return };
                if let Some(shown) = locked(&inner.live).as_mut() {
                    drop(shown.live.redraw());
                }
            }
        });
    }

    /// Whether a live display is on the screen.
    pub(super) fn shows(&self) -> bool {
        locked(&self.inner.live).is_some()
    }

    /// Writes what a process says that cannot go on: data to stdout and an error to stderr, whoever holds the streams.
    /// What held them may be what went wrong.
    pub fn last_words(&self, data: Option<&str>, error: &str) {
        if let Some(mut live) = unlocked(&self.inner.live) {
            // Without its display the drawing thread has nothing to draw.
            if let Some(mut shown) = live.take() {
                drop(shown.live.wipe());
            }
        }
        let write = |stream: &Stream, usual: &mut dyn Write, text: &str| match unlocked(&stream.sink) {
            Some(mut sink) => drop(sink.write_all(text.as_bytes()).and_then(|()| sink.flush())),
            None => drop(usual.write_all(text.as_bytes()).and_then(|()| usual.flush())),
        };
        write(&self.inner.err, &mut io::stderr(), &masked(&format!("{error}\n")));
        if let Some(data) = data {
            write(&self.inner.out, &mut io::stdout(), &masked(&format!("{data}\n")));
        }
    }

    /// Takes the live display away.
    pub fn clear(&self) {
        if let Some(mut shown) = locked(&self.inner.live).take() {
            self.forgive(shown.live.wipe());
        }
    }

    /// The text with the commands in it completed, for what is not written through the console.
    pub fn completed(&self, text: &str) -> String {
        self.complete.as_ref().map_or_else(|| text.to_owned(), |complete| complete(text))
    }

    /// The text as it is shown: with the commands in it completed, and in the letters there are.
    fn worded(&self, text: &str) -> String {
        let text = self.completed(text);
        if self.ascii { ascii::flowing(&text) } else { text }
    }

    fn talk(&self, text: &str) {
        let text = self.worded(text);
        let text = if self.inner.err.terminal { wrap(&text, self.width()) } else { text };
        self.beside(&format!("{text}\n"));
    }

    /// Writes to stderr above the live display.
    fn beside(&self, text: &str) {
        let mut live = locked(&self.inner.live);
        self.forgive(match live.as_mut() {
            Some(shown) => shown.live.above(text),
            None => self.inner.err.write(text),
        });
    }

    /// Writes to stdout with the live display out of the way: both may be the same terminal.
    fn give(&self, text: &str) {
        let mut live = locked(&self.inner.live);
        let Some(shown) = live.as_mut() else { return self.note(self.inner.out.write(text)) };
        self.forgive(shown.live.wipe());
        self.note(self.inner.out.write(text));
        self.forgive(shown.live.redraw());
    }

    fn note(&self, result: io::Result<()>) {
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.inner.unheard.store(true, Ordering::Relaxed);
            }
            Err(error) => drop(locked(&self.inner.failure).get_or_insert(error)),
            Ok(()) => {}
        }
    }

    /// Talk that nobody can hear is no reason to stop, and there is nowhere left to say so.
    fn forgive(&self, result: io::Result<()>) {
        drop(result);
    }
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console").field("verbosity", &self.inner.verbosity).finish_non_exhaustive()
    }
}

/// Writes log lines to stderr beside whatever else is there.
#[derive(Debug, Clone)]
pub struct LogWriter {
    console: Console,
}

impl Write for LogWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        self.console.beside(&masked(&text));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A lock that is free, whatever became of the thread that held it.
fn unlocked<T: ?Sized>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match mutex.try_lock() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// A lock whatever became of the thread that held it: half a line printed is no reason to stop printing.
pub(super) fn locked<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(verbosity: Verbosity) -> (String, String) {
        let (console, captured) = Console::captured(verbosity, false, 80);
        console.data("data");
        console.say("say");
        console.detail("detail");
        console.error("error");
        (captured.out(), captured.err())
    }

    #[test]
    fn verbosity_decides_what_is_said_and_never_hides_data_or_errors() {
        assert_eq!(written(Verbosity::Quiet), ("data\n".into(), "error\n".into()));
        assert_eq!(written(Verbosity::Normal), ("data\n".into(), "say\nerror\n".into()));
        assert_eq!(written(Verbosity::Verbose), ("data\n".into(), "say\ndetail\nerror\n".into()));
    }

    #[test]
    fn commands_are_completed_for_people_and_data_stays_as_it_is() {
        let (console, captured) = Console::captured(Verbosity::Normal, false, 80);
        let console = console.with_commands(|text| text.replace("`logpipe plan", "`logpipe plan t.yaml"));
        console.say("see `logpipe plan`");
        console.answer("see `logpipe plan`");
        console.data("see `logpipe plan`");
        assert_eq!(captured.err(), "see `logpipe plan t.yaml`\n");
        assert_eq!(captured.out(), "see `logpipe plan t.yaml`\nsee `logpipe plan`\n");
    }

    #[test]
    fn without_utf8_people_are_shown_ascii_and_data_stays_as_it_is() {
        let (console, captured) = Console::captured(Verbosity::Normal, true, 80);
        let console = console.in_ascii();
        console.show(Box::new(|_, _| vec!["⠋ Connecting…".to_owned()]));
        console.clear();
        console.say("a → b");
        console.answer("✓ a");
        console.data("✓ a");
        assert!(captured.err().is_ascii() && captured.err().ends_with("a -> b\n"), "{}", captured.err());
        assert_eq!(captured.out(), "v a\n✓ a\n");
    }

    struct Failing(io::ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn finished_after(kind: io::ErrorKind) -> io::Result<()> {
        let stream = || Stream::new(Failing(kind), false, ColourChoice::default());
        let console = Console::new(stream(), stream(), Width::Fixed(80), Verbosity::Normal);
        console.data("data");
        console.say("say");
        console.finish()
    }

    #[test]
    fn a_reader_that_went_away_is_no_error_but_a_full_disk_is() {
        assert!(finished_after(io::ErrorKind::BrokenPipe).is_ok());
        assert_eq!(
            finished_after(io::ErrorKind::StorageFull).map_err(|error| error.kind()),
            Err(io::ErrorKind::StorageFull)
        );
    }

    #[test]
    fn everything_is_written_above_a_live_display() {
        let (console, captured) = Console::captured(Verbosity::Normal, true, 80);
        console.show(Box::new(|_, _| vec!["working".to_owned()]));
        console.say("said");
        console.data("data");
        console.log().write_all(b"logged\n").unwrap();
        console.clear();
        assert!(captured.err().contains("said\nworking"));
        assert!(captured.err().contains("logged\n"));
        assert_eq!(captured.out(), "data\n");
    }
}
