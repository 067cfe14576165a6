//! What may reach a stream: every text passes here before it is written.
//!
//! Secrets are masked, overlong lines are cut, and control sequences are escaped: a terminal executes escape sequences,
//! and a CI runner executes certain lines. Only [`Screened`] can be written, and only this file makes one.

use crate::secrets::Secrets;
use crate::untrusted::{cut, is_unseen, written_in_json, written_out};

/// The most characters of a line for people. A plan shows whole policies, of which that of a bucket may have 20 KB (S3 User
/// Guide, "Bucket policies"); messages are cut far below where they are made.
const LONGEST_LINE: usize = 50_000;

/// The most characters of a line of the log, which is read by whoever looks for a fault.
const LONGEST_LOG_LINE: usize = 10_000;

/// What starts a document of YAML.
pub(crate) const DOCUMENT: &str = "---\n";

/// Text that may be written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Screened(String);

impl Screened {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The end of a line.
    pub(crate) fn line_end() -> Self {
        Self("\n".to_owned())
    }
}

/// What is kept from a stream.
#[derive(Debug, Clone, Default)]
pub(crate) struct Screen {
    /// What must not be shown.
    pub(crate) secrets: Secrets,
    /// Whether the lines are read by the runner of a CI job, which obeys some of them.
    pub(crate) obeyed: bool,
}

impl Screen {
    /// Lines for people, on a stream that is painted or not.
    pub(crate) fn lines(&self, text: &str, painted: bool) -> Screened {
        let masked = self.secrets.masked(text);
        let lines = masked.split('\n').map(|line| cut(line, LONGEST_LINE));
        let text = lines.collect::<Vec<_>>().join("\n");
        Screened(self.disobeyed(plain(&text, painted)))
    }

    /// Lines to paste: whole, however long.
    pub(crate) fn to_paste(&self, text: &str) -> Screened {
        Screened(self.disobeyed(plain(&self.secrets.masked(text), false)))
    }

    /// A line of a live display, which is cut to the terminal already.
    pub(crate) fn frame_line(&self, line: &str, painted: bool) -> String {
        plain(&self.secrets.masked(line), painted).replace('\n', "\\n")
    }

    /// A line of the log.
    pub(crate) fn log_line(&self, text: &str) -> Screened {
        let masked = self.secrets.masked(text.trim_end());
        let line = cut(&masked, LONGEST_LOG_LINE).replace('\n', "\\n");
        Screened(self.disobeyed(plain(&line, false)) + "\n")
    }

    /// Data: JSON reads the same afterwards. Anything else is left as it is for a program, and cleaned for a terminal.
    pub(crate) fn data(&self, text: &str, terminal: bool, painted: bool) -> Screened {
        // A document of YAML may be JSON, too.
        let (head, body) = text.strip_prefix(DOCUMENT).map_or(("", text), |body| (DOCUMENT, body));
        if !body.starts_with('{') {
            let masked = self.secrets.masked(text);
            let text = if terminal { plain(&masked, painted) } else { masked.into_owned() };
            return Screened(self.disobeyed(text));
        }
        let masked = self.secrets.masked_json(body);
        let mut json = String::with_capacity(head.len() + masked.len());
        json.push_str(head);
        for character in masked.chars() {
            // Line breaks in values are escaped already.
            match character != '\n' && is_unseen(character) {
                true => json.push_str(&written_in_json(character)),
                false => json.push(character),
            }
        }
        if self.obeyed {
            json = json.replace("##", "#\\u0023");
        }
        Screened(json)
    }

    /// Whether nothing of a text has to be written out: nothing in it is unseen, and no runner obeys it.
    pub(crate) fn is_harmless(&self, text: &str) -> bool {
        let unseen = text.chars().any(|character| character != '\n' && is_unseen(character));
        !unseen && self.disobeyed(text.to_owned()) == text
    }

    /// A line that the runner of a CI job is to obey; it has been escaped as the runner wants it. It holds one command.
    pub(crate) fn command(&self, line: &str) -> Screened {
        let line = plain(&self.secrets.masked(line), false).replace('\n', "\\n");
        Screened(without_marks(line) + "\n")
    }

    /// The text with nothing in it that a runner obeys.
    ///
    /// That of GitHub Actions takes a line for a command that starts with `::` behind any blanks, and for one of the
    /// older form that has `##[` anywhere (actions/runner, `ActionCommand.TryParseV2` and `TryParse`); Azure Pipelines
    /// and TeamCity know `##vso[` and `##teamcity[`.
    fn disobeyed(&self, text: String) -> String {
        if !self.obeyed || !(text.contains("::") || text.contains("##")) {
            return text;
        }
        let line = |line: &str| {
            let start = line.trim_start();
            let blank = &line[..line.len() - start.len()];
            let line = match start.strip_prefix("::") {
                Some(rest) => format!("{blank}\\u{{3a}}:{rest}"),
                None => line.to_owned(),
            };
            ["[", "vso[", "teamcity["]
                .iter()
                .fold(line, |line, mark| line.replace(&format!("##{mark}"), &format!("#\\u{{23}}{mark}")))
        };
        text.split('\n').map(line).collect::<Vec<_>>().join("\n")
    }
}

/// A line without what makes it a command wherever it stands.
fn without_marks(line: String) -> String {
    let marks = ["[", "vso[", "teamcity["];
    marks.iter().fold(line, |line, mark| line.replace(&format!("##{mark}"), &format!("#\\u{{23}}{mark}")))
}

/// The text without anything that steers a terminal, but for line breaks, tabs and our own colours where there are any.
fn plain(text: &str, painted: bool) -> String {
    if !text.chars().any(|character| is_unseen(character) && character != '\n') {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    let mut coloured = false;
    while let Some(character) = rest.chars().next() {
        if let Some(sequence) = our_colour(rest).filter(|_| painted) {
            coloured = sequence != RESET;
            plain.push_str(sequence);
            rest = &rest[sequence.len()..];
            continue;
        }
        match character {
            '\n' | '\t' => plain.push(character),
            unseen if is_unseen(unseen) => plain.push_str(&written_out(unseen)),
            other => plain.push(other),
        }
        rest = &rest[character.len_utf8()..];
    }
    // A line that was cut may have lost the end of its colour.
    if coloured {
        plain.push_str(RESET);
    }
    plain
}

const RESET: &str = "\u{1b}[0m";

/// The sequence at the beginning of a text, if it is one that sets a colour or weight that can be read on every ground.
/// Neither what hides, inverts or blinks is, nor anything that does more than to paint.
fn our_colour(text: &str) -> Option<&str> {
    let parameters = text.strip_prefix("\u{1b}[")?;
    let end = parameters.bytes().take(12).position(|byte| byte == b'm')?;
    let parameters = &parameters[..end];
    let ours = |parameter: &str| {
        matches!(parameter, "0" | "1" | "2" | "4" | "22" | "31" | "32" | "33" | "34" | "35" | "36" | "39")
    };
    (parameters.split(';').all(ours)).then(|| &text[..2 + end + 1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::terminal::style::Paint;

    fn obeyed() -> Screen {
        Screen { obeyed: true, ..Screen::default() }
    }

    #[test]
    fn only_our_own_colours_reach_a_terminal() {
        let paint = Paint::new(true);
        let painted = format!("{} {} {}", paint.failing("no"), paint.dim("x"), paint.hint("hint:"));
        let screen = Screen::default();
        assert_eq!(screen.lines(&painted, true).as_str(), painted);
        let hostile = "a\u{1b}[2J\u{1b}]0;title\u{7}\u{1b}[8mhidden\u{9b}1A\u{202e}b\rc\n\td";
        let shown = "a\\u{1b}[2J\\u{1b}]0;title\\u{7}\\u{1b}[8mhidden\\u{9b}1A\\u{202e}b\\rc\n\td";
        assert_eq!(screen.lines(hostile, true).as_str(), shown);
        assert_eq!(
            screen.lines("\u{1b}[31mred", false).as_str(),
            "\\u{1b}[31mred",
            "nothing is painted here"
        );
        assert_eq!(
            screen.lines("\u{1b}[31mred", true).as_str(),
            "\u{1b}[31mred\u{1b}[0m",
            "no colour stays behind"
        );
    }

    #[test]
    fn nobody_reads_a_line_without_end() {
        let text = format!("error: {}\nhint: x", "é".repeat(100_000));
        let shown = Screen::default().lines(&text, false);
        assert!(shown.as_str().ends_with("é… (50007 more characters)\nhint: x"), "{}", shown.as_str().len());
        let long = "x".repeat(60_000);
        assert_eq!(Screen::default().to_paste(&long).as_str(), long);
        assert_eq!(Screen::default().data(&long, true, false).as_str(), long);
    }

    #[test]
    fn what_a_runner_would_obey_is_written_out() {
        let check = |text: &str, expect: &str| assert_eq!(obeyed().lines(text, false).as_str(), expect);
        check("a\n::add-mask::x\n  \t::x", "a\n\\u{3a}:add-mask::x\n  \t\\u{3a}:x");
        check("a ##[group]x ##vso[task] ## b", "a #\\u{23}[group]x #\\u{23}vso[task] ## b");
        check("aws::s3::bucket", "aws::s3::bucket");
        assert_eq!(Screen::default().lines("::x", false).as_str(), "::x", "nobody obeys it here");
        assert_eq!(obeyed().command("::error::x ##[y]").as_str(), "::error::x #\\u{23}[y]\n");
        let json = serde_json::json!({ "message": "##[add-mask]x\u{9b}\u{202e}" });
        let shown = obeyed().data(&json.to_string(), false, false);
        assert!(!shown.as_str().contains("##["), "{}", shown.as_str());
        assert_eq!(serde_json::from_str::<serde_json::Value>(shown.as_str()).unwrap(), json);
    }

    #[test]
    fn a_document_of_yaml_that_is_json_reads_the_same() {
        let json = serde_json::json!({ "message": "##[x\u{202e}" });
        let shown = obeyed().data(&format!("---\n{json}\n"), false, false);
        assert_eq!(shown.as_str(), "---\n{\"message\":\"#\\u0023[x\\u202e\"}\n");
        assert!(!obeyed().is_harmless("a: |\n  ::x") && !obeyed().is_harmless("a: ##[x"));
        assert!(Screen::default().is_harmless("a: |\n  ::x") && !Screen::default().is_harmless("\u{9b}"));
    }

    #[test]
    fn a_line_of_the_log_is_one() {
        assert_eq!(obeyed().log_line("a\n::b\u{1b}\n").as_str(), "a\\n::b\\u{1b}\n");
    }

    #[test]
    fn data_is_left_to_programs_and_cleaned_for_terminals() {
        let text = "name\u{1b}[2J";
        assert_eq!(Screen::default().data(text, false, false).as_str(), text);
        assert_eq!(Screen::default().data(text, true, false).as_str(), "name\\u{1b}[2J");
    }
}
