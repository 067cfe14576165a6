//! Answers to questions, each checked as it is given.

use std::io::Result;

use crate::cli::answer::error::CommandError;
use crate::ui::Console;

/// Who is asked, and where the answers come from.
pub(crate) struct Answers<'a, R> {
    pub(crate) console: &'a Console,
    /// Whether somebody is there to answer.
    pub(crate) may_ask: bool,
    /// The next line; an empty text at the end.
    pub(crate) read: R,
}

/// A question with the flag that answers it beforehand.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) flag: &'static str,
    pub(crate) given: Option<&'a str>,
    pub(crate) words: &'a str,
    /// The answer of whoever only presses Return.
    pub(crate) usual: Option<&'a str>,
}

impl<R: FnMut() -> Result<String>> Answers<'_, R> {
    /// The answer, as what it means. A wrong one is asked again, and a wrong flag refused.
    ///
    /// # Errors
    /// [`CommandError::NeedsAnswer`], where nobody answers and nothing is usual.
    pub(crate) fn one<T>(
        &mut self,
        question: Question<'_>,
        understand: impl Fn(&str) -> std::result::Result<T, String>,
    ) -> std::result::Result<T, CommandError> {
        let Question { flag, given, words, usual } = question;
        let refused = |text: &str, why: String| CommandError::Usage(format!("{flag} {text}: {why}"));
        if let Some(given) = given {
            return understand(given).map_err(|why| refused(given, why));
        }
        if !self.may_ask {
            let usual = usual.ok_or_else(|| CommandError::NeedsAnswer { flag: flag.to_owned() })?;
            return understand(usual).map_err(|why| refused(usual, why));
        }
        loop {
            let shown = usual.filter(|usual| !usual.is_empty()).map(|usual| format!(" [{usual}]"));
            self.console.ask(&format!("{words}{}: ", shown.unwrap_or_default()));
            let line = (self.read)();
            if !line.as_ref().is_ok_and(|line| line.ends_with('\n')) {
                self.console.end_question();
            }
            let line =
                line.map_err(|source| CommandError::Io { verb: "read the answer".to_owned(), source })?;
            if line.is_empty() {
                return Err(CommandError::NeedsAnswer { flag: flag.to_owned() });
            }
            let answer = Some(line.trim()).filter(|answer| !answer.is_empty()).or(usual);
            match answer.map(&understand) {
                Some(Ok(meant)) => return Ok(meant),
                Some(Err(why)) => self.console.show_before_asking(&format!("  {why}")),
                None => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::Verbosity;

    #[test]
    fn a_wrong_answer_is_asked_again_and_return_takes_what_is_usual() {
        let (console, captured) = Console::captured(Verbosity::Normal, true, 80);
        let mut lines = ["x\n", "7\n", "\n", ""].into_iter();
        let read = || Ok(lines.next().unwrap_or_default().to_owned());
        let mut answers = Answers { console: &console, may_ask: true, read };
        let number = |text: &str| text.parse::<u8>().map_err(|_| format!("`{text}` is no number"));
        let asked = |usual| Question { flag: "--number", given: None, words: "Number", usual };
        assert_eq!(answers.one(asked(None), number).unwrap(), 7);
        assert_eq!(answers.one(asked(Some("3")), number).unwrap(), 3);
        let ended = answers.one(asked(Some("3")), number).unwrap_err();
        assert!(matches!(ended, CommandError::NeedsAnswer { flag } if flag == "--number"));
        let said = captured.err();
        assert!(said.contains("`x` is no number") && said.contains("Number [3]: "), "{said}");
    }

    #[test]
    fn a_flag_is_not_asked_for_and_nobody_is_asked_who_is_not_there() {
        let (console, captured) = Console::captured(Verbosity::Normal, false, 80);
        let read = || Ok(String::new());
        let mut answers = Answers { console: &console, may_ask: false, read };
        let text = |text: &str| match text {
            "bad" => Err("no".to_owned()),
            text => Ok(text.to_owned()),
        };
        let question = |given, usual| Question { flag: "--a", given, words: "A", usual };
        assert_eq!(answers.one(question(Some("b"), None), text).unwrap(), "b");
        assert_eq!(answers.one(question(None, Some("c")), text).unwrap(), "c");
        assert!(matches!(answers.one(question(Some("bad"), None), text), Err(CommandError::Usage(_))));
        assert!(matches!(answers.one(question(None, None), text), Err(CommandError::NeedsAnswer { .. })));
        assert_eq!(captured.err(), "");
    }
}
