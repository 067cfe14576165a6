//! The form of a text, in terms that the reader and JSON Schema both take: a length, characters, and patterns.

use std::cell::RefCell;
use std::collections::HashMap;

use regex_lite::Regex;

use super::characters;
use crate::address::Arn;

/// What a text may look like.
#[derive(Debug, Clone, Copy)]
pub(in crate::topology) struct Form {
    /// What the text is, as a noun phrase with its article.
    pub(in crate::topology) what: &'static str,
    /// What the reference calls it.
    pub(in crate::topology) brief: &'static str,
    /// The fewest characters it may have.
    pub(in crate::topology) shortest: usize,
    /// The most characters it may have, if anything bounds them.
    pub(in crate::topology) longest: Option<usize>,
    /// Its characters, as a regular expression has them between brackets; empty is any.
    pub(in crate::topology) characters: &'static str,
    /// Its characters in words.
    pub(in crate::topology) alphabet: &'static str,
    /// What else holds of a text of the right length and characters.
    pub(in crate::topology) further: &'static [Condition],
}

/// What else holds of a text. Patterns are of the common ground of ECMAScript, which JSON Schema takes, and RE2.
#[derive(Debug, Clone, Copy)]
pub(in crate::topology) struct Condition {
    /// A regular expression.
    pub(in crate::topology) pattern: &'static str,
    /// Whether it has to match, or must not.
    pub(in crate::topology) wanted: bool,
    /// Why a text is refused that breaks it.
    pub(in crate::topology) why: &'static str,
}

/// A text has to match.
pub(in crate::topology) const fn matches(pattern: &'static str, why: &'static str) -> Condition {
    Condition { pattern, wanted: true, why }
}

/// A text must not match.
pub(in crate::topology) const fn lacks(pattern: &'static str, why: &'static str) -> Condition {
    Condition { pattern, wanted: false, why }
}

impl Form {
    /// Any text, until more is said.
    pub(in crate::topology) const fn new(what: &'static str) -> Self {
        Self {
            what,
            brief: what,
            shortest: 0,
            longest: None,
            characters: "",
            alphabet: "any characters",
            further: &[],
        }
    }

    /// How many characters it has.
    pub(in crate::topology) const fn sized(self, shortest: usize, longest: usize) -> Self {
        Self { shortest, longest: Some(longest), ..self }
    }

    /// Of which characters it is, between brackets and in words.
    pub(in crate::topology) const fn of(self, characters: &'static str, alphabet: &'static str) -> Self {
        Self { characters, alphabet, ..self }
    }

    /// What else holds.
    pub(in crate::topology) const fn and(self, further: &'static [Condition]) -> Self {
        Self { further, ..self }
    }

    /// The same form of something else, without what else holds.
    pub(in crate::topology) const fn named(self, what: &'static str) -> Self {
        Self { what, brief: what, further: &[], ..self }
    }

    /// What the reference calls it, where that is not what messages say.
    pub(in crate::topology) const fn briefly(self, brief: &'static str) -> Self {
        Self { brief, ..self }
    }

    /// Why the text would be refused.
    pub(in crate::topology) fn check(&self, text: &str) -> Result<(), String> {
        self.check_text(text).map_err(|why| match self.name_in(text) {
            Some(short) => format!("this is an ARN, not {}: write `{short}`", self.what),
            None => why,
        })
    }

    /// The name in an ARN.
    fn name_in<'n>(&self, arn: &'n str) -> Option<&'n str> {
        let resource = Arn::parse(arn)?.resource.trim_end_matches(":*");
        let behind = |separator| resource.split_once(separator).map(|(_, name)| name);
        let parts = [behind('/'), behind(':'), resource.rsplit('/').next(), Some(resource)];
        parts.into_iter().flatten().find(|name| self.check_text(name).is_ok())
    }

    fn check_text(&self, text: &str) -> Result<(), String> {
        let length = text.chars().count();
        if length < self.shortest {
            return Err(match self.shortest {
                1 => format!("{} cannot be empty", self.what),
                least => format!("{} must have at least {least} characters", self.what),
            });
        }
        if let Some(longest) = self.longest.filter(|longest| length > *longest) {
            return Err(format!(
                "this has {length} characters, and {} can have at most {longest}",
                self.what
            ));
        }
        if let Some(wrong) = self.wrong_character(text) {
            return Err(format!("`{wrong}` is not allowed: {} can contain {}", self.what, self.alphabet));
        }
        let broken = |condition: &&Condition| found(condition.pattern, text) != condition.wanted;
        self.further.iter().find(broken).map_or(Ok(()), |condition| Err(condition.why.to_owned()))
    }

    /// The first character that the form does not have.
    fn wrong_character(&self, text: &str) -> Option<char> {
        let any = self.characters.is_empty();
        text.chars().find(|character| !any && !characters::contain(self.characters, *character))
    }

    /// The pattern that says which characters it is made of; one of any characters has none.
    pub(in crate::topology) fn pattern(&self) -> Option<String> {
        let many = if self.shortest > 0 { "+" } else { "*" };
        (!self.characters.is_empty()).then(|| format!("^[{}]{many}$", self.characters))
    }
}

/// Whether a pattern is found in a text. There are a few dozen patterns, each of them compiled once.
fn found(pattern: &'static str, text: &str) -> bool {
    thread_local! {
        static COMPILED: RefCell<HashMap<&'static str, Option<Regex>>> = RefCell::new(HashMap::new());
    }
    COMPILED.with_borrow_mut(|compiled| {
        let regex = compiled.entry(pattern).or_insert_with(|| Regex::new(pattern).ok());
        regex.as_ref().is_some_and(|regex| regex.is_match(text))
    })
}
