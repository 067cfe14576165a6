//! Unstructured patterns: words and phrases.

use std::fmt;

use super::doubt::DoubtKind;
use super::error::PatternError;
use super::regex::Regex;
use super::scanner::Scanner;

/// Something looked for anywhere in the message.
#[derive(Debug, Clone)]
pub(super) enum Term {
    Text(String),
    Regex(Regex),
}

impl Term {
    fn read(scanner: &mut Scanner<'_>) -> Result<Self, PatternError> {
        match scanner.peek() {
            Some('"') => phrase(scanner).map(Self::Text),
            Some('%') => scanner.regex().map(Self::Regex),
            _ => word(scanner).map(Self::Text),
        }
    }

    fn occurs_in(&self, message: &str) -> bool {
        match self {
            Self::Text(text) => message.contains(text),
            Self::Regex(regex) => regex.matches(message),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) if text.chars().all(is_bare) => f.write_str(text),
            Self::Text(text) => write!(f, "\"{text}\""),
            Self::Regex(regex) => write!(f, "%{}%", regex.as_str()),
        }
    }
}

/// Whether a character needs no quotes: "characters other than alphanumeric or underscore must be placed inside double
/// quotes" (CloudWatch Logs User Guide, "Filter pattern syntax").
fn is_bare(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

fn phrase(scanner: &mut Scanner<'_>) -> Result<String, PatternError> {
    let start = scanner.offset();
    let phrase = scanner.quoted()?;
    if phrase.is_empty() {
        scanner.doubt(start, DoubtKind::EmptyPhrase);
    }
    Ok(phrase)
}

fn word(scanner: &mut Scanner<'_>) -> Result<String, PatternError> {
    let whole: String = scanner.rest().chars().take_while(|c| !c.is_whitespace()).collect();
    let start = scanner.offset();
    // Whether letters of other scripts count as alphanumeric, the guide does not say.
    let word = scanner.take_while(|c| is_bare(c) || !c.is_ascii() && !c.is_whitespace());
    match scanner.peek() {
        Some('*') => {
            let remedy = format!("write {}: a term matches anywhere in an event", whole.replace('*', ""));
            Err(scanner.error("`*` is not a wildcard in a term", remedy))
        }
        Some(c) if !c.is_whitespace() => {
            let remedy = format!("write \"{}\"", whole.replace('"', ""));
            Err(scanner.error(format!("`{c}` is allowed only inside double quotes"), remedy))
        }
        _ if word.is_empty() => {
            Err(scanner.error("a term is missing", "write a word or a \"quoted phrase\""))
        }
        _ => {
            if !word.is_ascii() {
                scanner.doubt(start, DoubtKind::BareTerm);
            }
            Ok(word.to_owned())
        }
    }
}

/// A list of terms.
#[derive(Debug, Clone, Default)]
pub(super) struct Terms {
    pub(super) all: Vec<Term>,
    pub(super) any: Vec<Term>,
    pub(super) none: Vec<Term>,
}

impl Terms {
    pub(super) fn read(scanner: &mut Scanner<'_>) -> Result<Self, PatternError> {
        let mut terms = Self::default();
        loop {
            scanner.skip_space();
            if scanner.rest().is_empty() {
                return Ok(terms);
            }
            let list = if scanner.take("?") {
                &mut terms.any
            } else if scanner.take("-") {
                scanner.skip_space();
                &mut terms.none
            } else {
                &mut terms.all
            };
            let start = scanner.offset();
            list.push(Term::read(scanner)?);
            if scanner.peek().is_some_and(|c| !c.is_whitespace()) {
                scanner.doubt(start, DoubtKind::AdjacentTerms);
            }
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.all.len() + self.any.len() + self.none.len()
    }

    /// Whether nothing is asked for.
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty() && self.any.is_empty() && self.none.is_empty()
    }

    /// Whether one of the `?` terms is enough: AWS ignores them as soon as there are others.
    pub(super) fn any_will_do(&self) -> bool {
        self.all.is_empty() && self.none.is_empty() && !self.any.is_empty()
    }

    /// Whether `message` has the terms that are asked for, and none that is excluded.
    pub(super) fn matches(&self, message: &str) -> bool {
        if self.any_will_do() {
            return self.any.iter().any(|term| term.occurs_in(message));
        }
        self.all.iter().all(|term| term.occurs_in(message))
            && !self.none.iter().any(|term| term.occurs_in(message))
    }
}
