//! The only object that writes: data to stdout, talk to stderr, and nothing over a live progress display.
//!
//! Owns both streams, what is known of them, and how much is said. Knows nothing of what is written.

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use indicatif::{ProgressBar, ProgressDrawTarget};

use super::style::{ColourChoice, Paint, colour};
use super::terminal::{Screen, Width};

/// Draws a second at most; more only costs bandwidth over SSH.
const FRAMES_PER_SECOND: u8 = 10;

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

/// Everything that is printed goes through here. Cheap to clone.
#[derive(Clone)]
pub struct Console {
    inner: Arc<Inner>,
}

struct Inner {
    out: Stream,
    err: Stream,
    width: Width,
    verbosity: Verbosity,
    live: Mutex<Option<ProgressBar>>,
    failure: Mutex<Option<io::Error>>,
}

impl Console {
    /// The console of this process.
    pub fn of_process(choice: ColourChoice<'_>, verbosity: Verbosity) -> Self {
        let (out, err) = (io::stdout(), io::stderr());
        let (out_terminal, err_terminal) = (out.is_terminal(), err.is_terminal());
        let width = if err_terminal { Width::OfStderr } else { Width::Fixed(Width::UNKNOWN) };
        Self::new(
            Stream::new(out, out_terminal, choice),
            Stream::new(err, err_terminal, choice),
            width,
            verbosity,
        )
    }

    /// A console over any two streams.
    pub fn new(out: Stream, err: Stream, width: Width, verbosity: Verbosity) -> Self {
        let inner = Inner { out, err, width, verbosity, live: Mutex::default(), failure: Mutex::default() };
        Self { inner: Arc::new(inner) }
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
        self.apart(|| self.note(self.inner.out.write(&format!("{text}\n"))));
    }

    /// Writes a line of talk to stderr, unless quiet.
    pub fn say(&self, text: &str) {
        if self.inner.verbosity >= Verbosity::Normal {
            self.talk(text);
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

    /// Writes a question to stderr and leaves the cursor behind it.
    pub fn ask(&self, question: &str) {
        self.clear();
        self.forgive(self.inner.err.write(question));
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

    /// Draws `bar` at the bottom of stderr until [`Console::clear`]; everything else is written above it.
    pub(super) fn show(&self, bar: &ProgressBar) {
        let screen = Screen::new(self.inner.err.sink.clone(), self.inner.width);
        bar.set_draw_target(ProgressDrawTarget::term_like_with_hz(Box::new(screen), FRAMES_PER_SECOND));
        *locked(&self.inner.live) = Some(bar.clone());
    }

    /// Takes the live display away.
    pub fn clear(&self) {
        let live = locked(&self.inner.live).take();
        if let Some(bar) = live {
            bar.finish_and_clear();
        }
    }

    fn talk(&self, text: &str) {
        self.apart(|| self.forgive(self.inner.err.write(&format!("{text}\n"))));
    }

    /// Runs `write` with the live display out of the way.
    fn apart(&self, write: impl FnOnce()) {
        let live = locked(&self.inner.live).clone();
        match live {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    fn note(&self, result: io::Result<()>) {
        if let Err(error) = result
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            locked(&self.inner.failure).get_or_insert(error);
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
        self.console.apart(|| self.console.forgive(self.console.inner.err.write(&text)));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What was written to a captured console.
#[derive(Debug, Clone, Default)]
pub struct Captured {
    out: Buffer,
    err: Buffer,
}

impl Captured {
    /// What went to stdout.
    pub fn out(&self) -> String {
        self.out.text()
    }

    /// What went to stderr.
    pub fn err(&self) -> String {
        self.err.text()
    }
}

#[derive(Debug, Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&locked(&self.0)).into_owned()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        locked(&self.0).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
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
        let bar = ProgressBar::hidden();
        console.show(&bar);
        console.say("said");
        console.data("data");
        console.log().write_all(b"logged\n").unwrap();
        console.clear();
        assert!(captured.err().contains("said"));
        assert!(captured.err().contains("logged\n"));
        assert_eq!(captured.out(), "data\n");
    }
}
