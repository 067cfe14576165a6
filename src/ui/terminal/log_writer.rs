//! Log lines on stderr, beside whatever else is there.

use std::io::{self, Write};

use super::console::Console;

/// Writes log lines, each given as a whole.
#[derive(Debug, Clone)]
pub struct LogWriter {
    console: Console,
}

impl Console {
    /// A writer for logs, which keeps them apart from a progress display.
    pub fn log(&self) -> LogWriter {
        LogWriter { console: self.clone() }
    }
}

impl Write for LogWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        self.console.beside(&self.console.screen.log_line(&text));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
