//! Asking before writing.

use std::io;

use crate::cli::answer::error::CommandError;
use crate::cli::session::Session;
use crate::engine;
use crate::ui::Console;

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
        self.console.ask(&format!("{question}\n  Type `{expected}` to confirm: "));
        let mut stop = self.engine.stop().clone();
        // On a thread of its own, so that Ctrl-C is heard while the question stands.
        let line = tokio::task::spawn_blocking(|| {
            let mut answer = String::new();
            std::io::stdin().read_line(&mut answer).map(|_| answer)
        });
        let answer = tokio::select! {
            line = line => line.unwrap_or_else(|error| Err(std::io::Error::other(error))),
            () = stop.changed() => {
                end_line(&self.console);
                return Err(engine::Error::Interrupted.into());
            }
        };
        judged(answer, expected, &self.console)
    }
}

/// What an answer means. One that ended without Return leaves the cursor behind the question.
fn judged(answer: io::Result<String>, expected: &str, console: &Console) -> Result<(), CommandError> {
    if !answer.as_ref().is_ok_and(|answer| answer.ends_with('\n')) {
        end_line(console);
    }
    let answer = answer.map_err(|source| CommandError::Io { verb: "read the answer".to_owned(), source })?;
    if answer.trim() == expected { Ok(()) } else { Err(CommandError::NotConfirmed) }
}

fn end_line(console: &Console) {
    console.end_question();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::Verbosity;

    #[test]
    fn what_is_said_after_the_answer_starts_a_line() {
        let check = |answer: &str, yes: bool, said: &str| {
            let (console, captured) = Console::captured(Verbosity::Normal, true, 80);
            let judged = judged(Ok(answer.to_owned()), "yes", &console);
            assert_eq!((judged.is_ok(), captured.err().as_str()), (yes, said), "{answer:?}");
        };
        check("yes\n", true, "");
        check("y\n", false, "");
        // Ctrl-D, on an empty line and, pressed twice, behind an answer.
        check("", false, "\n");
        check("yes", true, "\n");
    }
}
