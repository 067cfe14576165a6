//! Asking before writing.

use super::error::CommandError;
use super::session::Session;

impl Session {
    /// Asks a question to which only `expected` is a yes; `flag` answers it beforehand.
    pub(crate) async fn confirm(
        &self,
        question: &str,
        expected: &str,
        flag: &str,
    ) -> Result<(), CommandError> {
        if !self.may_ask {
            return Err(CommandError::NeedsAnswer { flag: flag.to_owned() });
        }
        self.console.ask(&format!("{question}\n  Only `{expected}` is a yes: "));
        let mut stop = self.stop.clone();
        // On a thread of its own, so that Ctrl-C is heard while the question stands.
        let line = tokio::task::spawn_blocking(|| {
            let mut answer = String::new();
            std::io::stdin().read_line(&mut answer).map(|_| answer)
        });
        let answer = tokio::select! {
            line = line => line.unwrap_or_else(|error| Err(std::io::Error::other(error))),
            () = stop.changed() => return Err(CommandError::Interrupted),
        };
        let answer =
            answer.map_err(|source| CommandError::Io { verb: "read the answer".to_owned(), source })?;
        if answer.trim() == expected { Ok(()) } else { Err(CommandError::NotConfirmed) }
    }
}
