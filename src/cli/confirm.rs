//! Asking before writing.

use std::io::BufRead;

use super::error::CommandError;
use super::session::Session;

impl Session {
    /// Asks a question to which only `expected` is a yes.
    pub(crate) fn confirm(&self, question: &str, expected: &str) -> Result<(), CommandError> {
        if !self.may_ask {
            return Err(CommandError::NeedsAnswer("this needs an answer, and there is nobody to ask"));
        }
        self.console.ask(&format!("{question}\n  Only `{expected}` is a yes: "));
        let mut answer = String::new();
        std::io::stdin()
            .lock()
            .read_line(&mut answer)
            .map_err(|source| CommandError::Io { verb: "read the answer".to_owned(), source })?;
        if answer.trim() == expected { Ok(()) } else { Err(CommandError::NotConfirmed) }
    }
}
