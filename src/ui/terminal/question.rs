//! Questions: what somebody has to see and answer, on the terminal even where stderr goes elsewhere.

use super::console::Console;
use super::screen::Screened;
use super::size::{self, Width};
use super::stream::Stream;
use super::style::{ColourChoice, Paint};
use crate::ui::text::wrap;

impl Console {
    /// Whether a question would be seen: stderr is a terminal, or there is one beside it.
    pub fn reaches_somebody(&self) -> bool {
        self.inner.err.terminal || self.beside_stderr().is_some()
    }

    /// Writes what somebody has to see before a question, quiet or not.
    pub fn show_before_asking(&self, text: &str) {
        match self.beside_stderr() {
            Some(terminal) => {
                self.clear();
                let text = wrap(&self.worded(text), Width::OfTerminal.columns());
                let text = self.screen.lines(&format!("{text}\n"), terminal.paint.is_on());
                self.forgive(terminal.write(&text));
            }
            None => self.error(text),
        }
    }

    /// Writes a question to the terminal and leaves the cursor behind it.
    pub fn ask(&self, question: &str) {
        self.clear();
        let stream = self.beside_stderr().unwrap_or(&self.inner.err);
        self.forgive(stream.write(&self.screen.lines(&self.worded(question), stream.paint.is_on())));
    }

    /// Ends the line of a question that was not answered.
    pub fn end_question(&self) {
        let stream = self.beside_stderr().unwrap_or(&self.inner.err);
        self.forgive(stream.write(&Screened::line_end()));
    }

    /// Paint for what is shown before a question.
    pub fn asking_paint(&self) -> Paint {
        self.beside_stderr().map_or(self.inner.err.paint, |terminal| terminal.paint)
    }

    /// The terminal of this process, where stderr goes elsewhere (`2>log`).
    fn beside_stderr(&self) -> Option<&Stream> {
        // Streams kept in memory have none beside them.
        if self.inner.err.terminal || !matches!(self.inner.width, Width::Unknown) {
            return None;
        }
        let open = || {
            let choice = ColourChoice { never: true, ..ColourChoice::default() };
            Some(Stream::new(size::open()?, true, choice))
        };
        self.inner.terminal.get_or_init(open).as_ref()
    }
}
