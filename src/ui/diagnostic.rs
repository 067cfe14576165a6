//! Problems: those of a topology with the place in the file, and errors with their causes and what to do.

use std::error::Error;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, ThemeStyles};
use serde_json::{Value, json};

use super::terminal::style::Paint;
use super::text;
use super::warning::WarningView;
use crate::exit::Exit;
use crate::lint::Severity;
use crate::secrets::secret_keys;
use crate::untrusted::cut;

/// Below this the frames around source lines no longer help.
const NARROWEST: usize = 40;

/// The most characters of one message: AWS, or whatever answers in its place, may say megabytes.
const LONGEST: usize = 2_000;

/// One problem of a topology as JSON tells it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ProblemView {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is wrong.
    pub problem: String,
    /// Why that is wrong.
    pub why: Option<String>,
    /// What to write instead.
    pub help: Option<String>,
}

/// A problem with the lines of the file it is about, without a line break at the end.
pub fn diagnostic_text(diagnostic: &dyn Diagnostic, columns: usize, paint: Paint) -> String {
    if columns <= NARROWEST {
        return narrow(diagnostic, paint);
    }
    let mut theme = GraphicalTheme::unicode_nocolor();
    if paint.is_on() {
        // The sixteen colours of the terminal's own choice, as everywhere else.
        theme.styles = ThemeStyles::ansi();
    }
    let handler = GraphicalReportHandler::new_themed(theme).with_width(columns).with_links(false);
    let mut shown = String::new();
    match handler.render_report(&mut shown, diagnostic) {
        Ok(()) => shown.trim_matches('\n').lines().map(without_secrets).collect::<Vec<_>>().join("\n"),
        // A span beyond the end of its source must not hide the problem itself.
        Err(std::fmt::Error) => error_text(&Message(diagnostic.to_string()), &[], paint),
    }
}

/// A problem without the lines of the file, for terminals in which these would be broken.
fn narrow(diagnostic: &dyn Diagnostic, paint: Paint) -> String {
    let label = diagnostic.labels().and_then(|mut labels| labels.next());
    let place = label.as_ref().zip(diagnostic.source_code()).and_then(|(label, source)| {
        let here = source.read_span(label.inner(), 0, 0).ok()?;
        Some(format!("{}:{}:{}", here.name().unwrap_or_default(), here.line() + 1, here.column() + 1))
    });
    let labelled = |label: &str, words: String| format!("  {} {}", paint.dim(label), text::clean(&words));
    let why = label.and_then(|label| label.label().map(str::to_owned));
    let lines = [
        Some(format!("{} {}", paint.failing("✗"), text::clean(&diagnostic.to_string()))),
        place.map(|place| format!("  {place}")),
        why.map(|why| labelled("because:", why)),
        diagnostic.help().map(|help| labelled("help:", help.to_string())),
    ];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// A line without the secrets in it: the lines around a problem are shown too, and may hold one.
fn without_secrets(line: &str) -> String {
    match line.split_once('│') {
        // The gutter of a line of the file holds its number, that of a label a dot.
        Some((gutter, source)) if !gutter.contains('·') => format!("{gutter}│{}", masked(source)),
        _ => line.to_owned(),
    }
}

fn masked(source: &str) -> String {
    let Some(key) = secret_keys(source).into_iter().next() else { return source.to_owned() };
    // The quote that ends the key, and what stands between it and the value.
    let rest = &source[key.end..];
    let rest = rest.strip_prefix(['"', '\'']).unwrap_or(rest).trim_start_matches([' ', ':', '=']);
    let (before, value) = source.split_at(source.len() - rest.len());
    if value.is_empty() {
        return source.to_owned();
    }
    let end = match value.chars().next() {
        Some(quote @ ('"' | '\'')) => value[1..].find(quote).map(|end| end + 2),
        _ => value.find([',', '}', '#']),
    };
    format!("{before}…{}", masked(&value[end.unwrap_or(value.len())..]))
}

/// The outcome of `validate` as one JSON object.
pub(super) fn problems_json(problems: &[ProblemView], warnings: &[WarningView]) -> Value {
    let denied = warnings.iter().any(|warning| warning.severity == Severity::Error);
    let valid = problems.is_empty() && !denied;
    json!({ "format": 1, "valid": valid, "problems": problems, "warnings": warnings })
}

/// The message of a diagnostic, which need not be an error of its own.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Message(String);

/// An error with its causes and hints, without a line break at the end. No message is said twice.
pub fn error_text(error: &dyn Error, hints: &[String], paint: Paint) -> String {
    let mut causes = messages(error).into_iter();
    let first = causes.next().unwrap_or_default();
    let mut lines = vec![format!("{} {first}", paint.failing("error:"))];
    lines.extend(causes.map(|cause| format!("  {} {cause}", paint.dim("because:"))));
    let mut said: Vec<&String> = Vec::new();
    for hint in hints {
        if !said.contains(&hint) {
            if said.is_empty() {
                lines.push(String::new());
            }
            lines.push(format!("{} {}", paint.hint("hint:"), text::clean(hint)));
            said.push(hint);
        }
    }
    lines.join("\n")
}

/// The chain in one line, for reports and JSON.
pub fn error_line(error: &dyn Error) -> String {
    messages(error).join(": ")
}

/// A failed command as one JSON object, the last line of its output.
pub(super) fn error_json(error: &str, exit: Exit) -> Value {
    json!({ "format": 1, "type": "error", "error": error, "exit": exit.code() })
}

/// The messages of a chain, each only where an earlier one has not said it already.
fn messages(error: &dyn Error) -> Vec<String> {
    let mut messages: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let message = error.to_string();
        let message = text::clean(&message.lines().map(str::trim).collect::<Vec<_>>().join(" "));
        let message = cut(&message, LONGEST).into_owned();
        if !message.is_empty() && !messages.iter().any(|earlier| earlier.contains(&message)) {
            messages.push(message);
        }
        next = error.source();
    }
    messages
}

#[cfg(test)]
mod tests {
    use miette::{NamedSource, SourceSpan};

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{message}")]
    struct Chained {
        message: &'static str,
        source: Option<Box<Chained>>,
    }

    fn chain(messages: &[&'static str]) -> Chained {
        let (message, rest) = messages.split_first().expect("a chain has a message");
        let source = (!rest.is_empty()).then(|| Box::new(chain(rest)));
        Chained { message, source }
    }

    fn shown(messages: &[&'static str], hints: &[&str]) -> String {
        let hints: Vec<String> = hints.iter().map(|hint| (*hint).to_owned()).collect();
        error_text(&chain(messages), &hints, Paint::new(false))
    }

    #[test]
    fn a_narrow_terminal_gets_the_words_without_the_lines_of_the_file() {
        let invalid = crate::topology::parse("t.yaml", "version: 9\n").unwrap_err();
        let problem = invalid.problems().iter().find(|problem| problem.line() == 1).unwrap();
        let shown = diagnostic_text(problem, 40, Paint::new(false));
        assert!(
            shown.starts_with("✗ ") && shown.contains("\n  t.yaml:1:") && shown.contains("\n  help: "),
            "{shown}"
        );
        assert!(
            !shown.contains('│') && diagnostic_text(problem, 41, Paint::new(false)).contains('│'),
            "{shown}"
        );
    }

    #[test]
    fn causes_and_hints_have_lines_of_their_own() {
        let causes = ["could not read account `app`", "AssumeRole was denied", "service error"];
        let hints = ["check the trust policy of LogpipeDeployer", "`logpipe access` prints it"];
        insta::assert_snapshot!(shown(&causes, &hints), @r"
        error: could not read account `app`
          because: AssumeRole was denied
          because: service error

        hint: check the trust policy of LogpipeDeployer
        hint: `logpipe access` prints it
        ");
    }

    #[test]
    fn nothing_is_said_twice() {
        let causes = ["could not start: no such file", "no such file", "no such file"];
        assert_eq!(
            shown(&causes, &["try again", "try again"]),
            "error: could not start: no such file\n\nhint: try again"
        );
        assert_eq!(error_line(&chain(&["a role", "b", "a role", "c\nd"])), "a role: b: c d");
    }

    #[derive(Debug, thiserror::Error, Diagnostic)]
    #[error("unknown key `acount`")]
    #[diagnostic(help("write `account`"))]
    struct UnknownKey {
        #[source_code]
        source_code: NamedSource<String>,
        #[label("destinations have no such key")]
        place: SourceSpan,
    }

    #[test]
    fn a_problem_shows_its_place_in_the_file() {
        let text = "destinations:\n  central:\n    acount: archive\n".to_owned();
        let problem = UnknownKey {
            place: (text.find("acount").unwrap(), "acount".len()).into(),
            source_code: NamedSource::new("topology.yaml", text),
        };
        insta::assert_snapshot!(diagnostic_text(&problem, 80, Paint::new(false)), @r"
         × unknown key `acount`
          ╭─[topology.yaml:3:5]
        2 │   central:
        3 │     acount: archive
          ·     ───┬──
          ·        ╰── destinations have no such key
          ╰────
         help: write `account`
        ");
    }

    #[test]
    fn external_ids_in_the_lines_around_a_problem_are_not_shown() {
        let check = |source: &str, expect: &str| assert_eq!(masked(source), expect);
        check("  external_id: abc123", "  external_id: …");
        check("a: { external_id: \"a,b\", role_name: x }", "a: { external_id: …, role_name: x }");
        check("{external_id: a}, {external_id: b}", "{external_id: …}, {external_id: …}");
        check("  external_id:", "  external_id:");
        check("  externalId: a # b", "  externalId: …# b");
        check("\"EXTERNAL-ID\": 'a', b: 1", "\"EXTERNAL-ID\": …, b: 1");
        check("external_id a", "external_id …");
        let text = "access:\n  external_id: abc123\n  acount: archive\n".to_owned();
        let problem = UnknownKey {
            place: (text.find("acount").unwrap(), "acount".len()).into(),
            source_code: NamedSource::new("topology.yaml", text),
        };
        let shown = diagnostic_text(&problem, 80, Paint::new(true));
        assert!(shown.contains("external_id: …") && !shown.contains("abc123"), "{shown}");
    }

    #[test]
    fn problems_are_listed_as_json() {
        let problem = ProblemView {
            file: "topology.yaml".to_owned(),
            line: 3,
            column: 5,
            problem: "unknown key `acount`".to_owned(),
            why: None,
            help: Some("write `account`".to_owned()),
        };
        insta::assert_snapshot!(format!("{:#}", problems_json(&[problem], &[])), @r#"
        {
          "format": 1,
          "valid": false,
          "problems": [
            {
              "file": "topology.yaml",
              "line": 3,
              "column": 5,
              "problem": "unknown key `acount`",
              "why": null,
              "help": "write `account`"
            }
          ],
          "warnings": []
        }
        "#);
        assert_eq!(problems_json(&[], &[])["valid"], true);
    }
}
