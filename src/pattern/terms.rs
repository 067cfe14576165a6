//! Unstructured patterns: words and phrases.

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
            Some('"') => scanner.quoted().map(Self::Text),
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

fn word(scanner: &mut Scanner<'_>) -> Result<String, PatternError> {
    let whole: String = scanner.rest().chars().take_while(|c| !c.is_whitespace()).collect();
    let word = scanner.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
    match scanner.peek() {
        Some(c) if !c.is_whitespace() => {
            let remedy = format!("write \"{}\"", whole.replace('"', ""));
            Err(scanner.error(format!("`{c}` is allowed only inside double quotes"), remedy))
        }
        _ if word.is_empty() => {
            Err(scanner.error("a term is missing", "write a word or a \"quoted phrase\""))
        }
        _ => Ok(word.to_owned()),
    }
}

/// A list of terms.
#[derive(Debug, Clone, Default)]
pub(super) struct Terms {
    pub(super) all: Vec<Term>,
    pub(super) any: Vec<Term>,
    none: Vec<Term>,
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
            list.push(Term::read(scanner)?);
            if scanner.peek().is_some_and(|c| !c.is_whitespace()) {
                let message = format!("a space is missing before {}", scanner.found());
                return Err(scanner.error(message, "separate terms by spaces"));
            }
        }
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
