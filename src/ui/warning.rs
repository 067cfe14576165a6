//! The words of warnings, in one place.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, Severity, SourceCode};

use super::diagnostic::diagnostic_text;
use super::markdown::{Item, Line};
use super::terminal::style::Paint;
use super::text::clean;
use crate::lint::{Lint, Warning};
use crate::pattern::{Doubt, DoubtKind, Surprise};

/// One warning as JSON tells it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct WarningView {
    /// The name of the rule.
    pub code: &'static str,
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is there.
    pub warning: String,
    /// What it means.
    pub why: String,
    /// What to write instead.
    pub help: String,
}

impl From<&Warning> for WarningView {
    fn from(warning: &Warning) -> Self {
        let Words { message, why, help } = words(&warning.lint);
        let excerpt = &warning.excerpt;
        Self {
            code: warning.lint.code(),
            file: excerpt.file().to_owned(),
            line: excerpt.line(),
            column: excerpt.column(),
            warning: message,
            why,
            help,
        }
    }
}

/// A warning with the lines of the file it is about.
pub fn warning_text(warning: &Warning, columns: usize, paint: Paint) -> String {
    diagnostic_text(&Shown { warning, words: words(&warning.lint) }, columns, paint)
}

/// A warning on one line, for a plan.
pub(super) fn warning_line(warning: &Warning, paint: Paint) -> String {
    format!("{} {}", paint.hint("warning:"), clean(&warning_sentence(warning)))
}

/// A warning as a sentence that starts with its place.
pub(super) fn warning_sentence(warning: &Warning) -> String {
    let (Words { message, why, help }, place) = (words(&warning.lint), &warning.excerpt);
    format!("{}:{}:{}: {message}: {why}; {help}", place.file(), place.line(), place.column())
}

/// A warning at its place, as an item of a page.
pub(super) fn warning_item(at: &WarningView) -> Item {
    let place = Line::name(format!("{}:{}:{}", at.file, at.line, at.column));
    Item::new(place.and(" ").and(at.warning.as_str()))
        .with(Line::loud("why:").and(" ").and(at.why.as_str()))
        .with(Line::loud("fix:").and(" ").and(at.help.as_str()))
}

/// What is there, what it means, and what to write instead.
struct Words {
    message: String,
    why: String,
    help: String,
}

fn words(lint: &Lint) -> Words {
    match lint {
        Lint::PatternSurprise { pattern, surprise } => of_surprise(pattern, surprise),
        Lint::PatternDoubt { pattern, doubt, unanswered } => of_doubt(pattern, doubt, unanswered.as_deref()),
        Lint::RetentionWithoutCreate { source } => Words {
            message: format!("`retention_days` of `{source}` has no effect"),
            why: "it applies to log groups that logpipe creates, and without `create: true` it creates none".to_owned(),
            help: "remove it, or add `create: true`; logpipe leaves the retention of existing log groups to their owners"
                .to_owned(),
        },
        Lint::CreateWithoutNames { source } => Words {
            message: format!("`create` of `{source}` has no effect"),
            why: "only log groups that are named in full can be created, and all of these are globs".to_owned(),
            help: "name the log groups to create, or remove it".to_owned(),
        },
        Lint::UnusedAccount { account } => Words {
            message: format!("nothing refers to the account `{account}`"),
            why: "no destination, source, agent or reader is in it, so logpipe does not enter it".to_owned(),
            help: "remove it, or name it where it belongs; it may stay until `logpipe apply --prune` has removed what logpipe made in it"
                .to_owned(),
        },
        Lint::UnusedDestination { destination } => Words {
            message: format!("no source delivers to the destination `{destination}`"),
            why: "its bucket, stream and roles are created anyway, but nothing arrives".to_owned(),
            help: "name it as the `destination` of a source, or remove it".to_owned(),
        },
        Lint::TrustWithoutOrganization => Words {
            message: "`trust_organization` has no effect".to_owned(),
            why: "it is for destinations with `allow: organization`, and there is none".to_owned(),
            help: "remove it, or write `allow: organization` at a destination".to_owned(),
        },
        Lint::VariableInText { variable } => Words {
            message: format!("`{variable}` is taken literally"),
            why: "a topology has no variables, and environment variables are not expanded".to_owned(),
            help: "write the value itself".to_owned(),
        },
        Lint::PrefixWithoutSlash { key, prefix } => Words {
            message: format!("`{key}` does not end in `/`"),
            why: format!("Firehose appends the rest of the key directly to it, so there is no folder `{prefix}`"),
            help: format!("write `{prefix}/`, unless it is the start of a name"),
        },
    }
}

fn of_surprise(pattern: &str, surprise: &Surprise) -> Words {
    match surprise {
        Surprise::OneField { field } => Words {
            message: format!("the filter pattern `{pattern}` does not search for a word"),
            why: format!(
                "in brackets it is a space-delimited pattern with one field, named `{field}`: it matches events by their number of fields, for example one-word events"
            ),
            help: format!(
                "write `\"{pattern}\"` in double quotes to match this text, `{field}` to match the word, or `[{field}, ...]` if you mean fields"
            ),
        },
        Surprise::OptionalTermsIgnored { ignored, required, excluded } => Words {
            message: format!("{} in the filter pattern `{pattern}` has no effect", listed(ignored)),
            why: format!(
                "CloudWatch Logs ignores `?` terms next to other terms: this matches every event {}",
                taken(required, excluded)
            ),
            help: "remove the `?` terms, or all the others".to_owned(),
        },
        Surprise::OperatorAsTerm { word } => Words {
            message: format!("`{word}` in the filter pattern `{pattern}` is a search term like the others"),
            why: "terms are separated by spaces alone: this matches events that contain every one of them"
                .to_owned(),
            help: match word.as_str() {
                "OR" => {
                    "put `?` before each term to match events that contain any of them, as in `?ERROR ?WARN`"
                }
                _ => "remove it: events must contain all terms anyway",
            }
            .to_owned(),
        },
    }
}

fn listed(ignored: &[String]) -> String {
    ignored.iter().map(|term| format!("`?{term}`")).collect::<Vec<_>>().join(", ")
}

/// Which events terms take, behind "every event".
fn taken(required: &[String], excluded: &[String]) -> String {
    let all = |terms: &[String], and: &str| {
        terms.iter().map(|term| format!("`{term}`")).collect::<Vec<_>>().join(and)
    };
    match (required, excluded) {
        ([], excluded) => format!("without {}", all(excluded, " or ")),
        (required, []) => format!("with {}", all(required, " and ")),
        (required, excluded) => {
            format!("with {} and without {}", all(required, " and "), all(excluded, " or "))
        }
    }
}

fn of_doubt(pattern: &str, doubt: &Doubt, unanswered: Option<&str>) -> Words {
    let part = &doubt.text;
    let (what, instead) = match doubt.kind {
        DoubtKind::BracketsWithoutDot => ("there, brackets follow a dot", "write `$.['name']`"),
        DoubtKind::DoubleQuotedName => ("there, names are in single quotes", "write `$.['name']`"),
        DoubtKind::PropertyName => {
            ("there, names consist of letters, digits, `_` and `-`", "write any other name as `$.['name']`")
        }
        DoubtKind::BareValue => ("there, such values are in double quotes", "write it in double quotes"),
        DoubtKind::KeywordCase => ("there, it is in upper case", "write it in upper case"),
        DoubtKind::BareTerm => {
            ("there, terms without quotes consist of letters, digits and `_`", "write it in double quotes")
        }
        DoubtKind::AdjacentTerms => ("there, terms are separated by spaces", "put a space between the terms"),
        DoubtKind::EmptyPhrase => {
            ("there, the pattern for every event is `\" \"` or none at all", "leave the pattern out")
        }
        DoubtKind::RegexBesideTerms => (
            "there, a regular expression stands alone or is part of a JSON or space-delimited pattern",
            "use one or the other",
        ),
        DoubtKind::RegexSpace => ("only one of its examples contains a space", "write `\\s` for a space"),
        DoubtKind::RegexEscape => ("this escape is not in its list", "write `\\xhh` for a character"),
    };
    let message = match part == pattern {
        true => format!("the filter pattern `{pattern}` may be refused"),
        false => format!("`{part}` in the filter pattern `{pattern}` may be refused"),
    };
    let why = format!("the CloudWatch Logs guide does not show this form: {what}");
    match unanswered {
        None => Words { message, why, help: format!("{instead}; `logpipe plan` asks CloudWatch Logs") },
        Some(unanswered) => Words {
            message,
            why: format!("{why}; and CloudWatch Logs did not answer: {unanswered}"),
            help: format!("{instead}, or allow logs:TestMetricFilter; otherwise, only applying it will tell"),
        },
    }
}

/// A warning as the renderer of problems takes it.
struct Shown<'w> {
    warning: &'w Warning,
    words: Words,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.warning, f)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.warning.lint.code()))
    }

    fn severity(&self) -> Option<Severity> {
        Some(Severity::Warning)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.words.help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.warning.excerpt.source_code()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let why = Some(self.words.why.clone());
        let here = LabeledSpan::new_primary_with_span(why, self.warning.excerpt.span()?);
        Some(Box::new(std::iter::once(here)))
    }
}
