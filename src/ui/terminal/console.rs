//! The only object that writes: data to stdout, messages to stderr, and nothing over a live progress display.
//!
//! Owns both streams, their properties, and the verbosity. Knows nothing of the content: `screen.rs` decides what may
//! be written.

use std::fmt;
use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use super::ascii;
use super::captured::Captured;
use super::display::Shown;
use super::screen::{Screen, Screened};
use super::size::Width;
use super::stream::{Stream, locked, unlocked};
use super::style::{ColourChoice, Paint};
use crate::secrets::Secrets;
use crate::ui::github::WorkflowCommand;
use crate::ui::text::wrap;

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

/// Completes the commands that a text names, see [`Console::with_commands`].
type Complete = Arc<dyn Fn(&str) -> String + Send + Sync>;

/// Everything that is printed goes through here. Cheap to clone.
#[derive(Clone)]
pub struct Console {
    pub(crate) inner: Arc<Inner>,
    complete: Option<Complete>,
    /// Whether no more than ASCII is shown of our own signs.
    pub(super) ascii: bool,
    pub(crate) screen: Screen,
}

pub(crate) struct Inner {
    out: Stream,
    pub(crate) err: Stream,
    pub(crate) width: Width,
    verbosity: Verbosity,
    /// The terminal itself, where stderr goes elsewhere and somebody may be asked. Opened when that is known to matter.
    pub(crate) terminal: OnceLock<Option<Stream>>,
    pub(super) live: Mutex<Option<Shown>>,
    failure: Mutex<Option<io::Error>>,
    unheard: AtomicBool,
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

    /// The same, without the secrets that `secrets` knows or is told of later.
    pub fn masking(self, secrets: &Secrets) -> Self {
        Self { screen: Screen { secrets: secrets.clone(), ..self.screen }, ..self }
    }

    /// The same, where the runner of a CI job reads the lines and would obey some of them.
    pub fn under_a_runner(self) -> Self {
        Self { screen: Screen { obeyed: true, ..self.screen }, ..self }
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
        Self { inner: Arc::new(inner), complete: None, ascii: false, screen: Screen::default() }
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
        let Stream { terminal, paint, .. } = &self.inner.out;
        self.give(&self.screen.data(&format!("{text}\n"), *terminal, paint.is_on()));
    }

    /// Writes an answer for people to stdout, its lines broken where a terminal is too narrow for them.
    pub fn answer(&self, text: &str) {
        match self.inner.out.terminal {
            true => self.show_lines(&wrap(&self.worded(text), self.width())),
            false => self.table(text),
        }
    }

    /// Writes an answer for people to stdout as it is: tables, which are as wide as they are.
    pub fn table(&self, text: &str) {
        self.show_lines(&self.worded(text));
    }

    fn show_lines(&self, text: &str) {
        self.give(&self.screen.lines(&format!("{text}\n"), self.inner.out.paint.is_on()));
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
            self.beside(&self.screen.to_paste(&format!("{text}\n")));
        }
    }

    /// Writes a line for the runner of a CI job, which obeys it, to stderr.
    pub fn command(&self, command: &WorkflowCommand) {
        self.beside(&self.screen.command(command.as_str()));
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

    /// The first error of stdout. A reader that goes away, as `head` does, is not an error.
    pub fn finish(&self) -> io::Result<()> {
        locked(&self.inner.failure).take().map_or(Ok(()), Err)
    }

    /// Whether the reader of stdout has gone away, so that nothing more needs to be said.
    pub fn is_unheard(&self) -> bool {
        self.inner.unheard.load(Ordering::Relaxed)
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
        let Inner { out, err, .. } = &*self.inner;
        let error = self.screen.lines(&format!("{error}\n"), err.paint.is_on());
        err.write_last(&mut io::stderr(), &error);
        if let Some(data) = data {
            let data = self.screen.data(&format!("{data}\n"), out.terminal, out.paint.is_on());
            out.write_last(&mut io::stdout(), &data);
        }
    }

    /// The text without secrets, for what is not written through the console.
    pub fn masked(&self, text: &str) -> String {
        self.screen.secrets.masked(text).into_owned()
    }

    /// The text with the commands in it completed, for what is not written through the console.
    pub fn completed(&self, text: &str) -> String {
        self.complete.as_ref().map_or_else(|| text.to_owned(), |complete| complete(text))
    }

    /// The text as it is shown: with the commands in it completed, and in the letters there are.
    pub(crate) fn worded(&self, text: &str) -> String {
        let text = self.completed(text);
        if self.ascii { ascii::flowing(&text) } else { text }
    }

    fn talk(&self, text: &str) {
        let text = self.worded(text);
        let text = if self.inner.err.terminal { wrap(&text, self.width()) } else { text };
        self.beside(&self.screen.lines(&format!("{text}\n"), self.inner.err.paint.is_on()));
    }

    /// Writes to stderr above the live display.
    pub(crate) fn beside(&self, text: &Screened) {
        let mut live = locked(&self.inner.live);
        self.forgive(match live.as_mut() {
            Some(shown) => shown.live.above(text),
            None => self.inner.err.write(text),
        });
    }

    /// Writes to stdout with the live display out of the way: both may be the same terminal.
    fn give(&self, text: &Screened) {
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
    pub(crate) fn forgive(&self, result: io::Result<()>) {
        drop(result);
    }
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console").field("verbosity", &self.inner.verbosity).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

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
}
