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
        let answer = self.heard(&format!("{question}\n  Type `{expected}` to confirm: ")).await?;
        judged(answer, expected, &self.console)
    }

    /// Asks a question of somebody who is there, and returns what they answer.
    pub(crate) async fn answer(&self, question: &str) -> Result<String, CommandError> {
        let answer = self.heard(question).await?;
        if !answer.as_ref().is_ok_and(|answer| answer.ends_with('\n')) {
            end_line(&self.console);
        }
        answer.map_err(|source| CommandError::Io { verb: "read the answer".to_owned(), source })
    }

    /// What is typed below a question.
    async fn heard(&self, question: &str) -> Result<io::Result<String>, CommandError> {
        self.console.ask(question);
        let mut stop = self.engine.stop().clone();
        // On a thread of its own, so that Ctrl-C is heard while the question stands.
        let line = tokio::task::spawn_blocking(|| {
            let mut answer = String::new();
            std::io::stdin().read_line(&mut answer).map(|_| answer)
        });
        tokio::select! {
            line = line => Ok(line.unwrap_or_else(|error| Err(std::io::Error::other(error)))),
            () = stop.changed() => {
                end_line(&self.console);
                Err(engine::Error::Interrupted.into())
            }
        }
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
