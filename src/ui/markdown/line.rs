//! A line of a page: messages, names and what is said more loudly.

use super::escape::{Place, code, message};

/// A line, or the contents of a cell. Text in it is never markup, wherever it comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line(Vec<Span>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Span {
    Message(String),
    Name(String),
    Loud(String),
    Break,
}

impl Line {
    /// A name, as code.
    pub fn name(name: impl Into<String>) -> Self {
        Self::default().and_name(name)
    }

    /// Words that are read first.
    pub fn loud(words: impl Into<String>) -> Self {
        Self(vec![Span::Loud(words.into())])
    }

    /// The line and a message behind it, in which what stands between backticks is code.
    pub fn and(mut self, message: impl Into<String>) -> Self {
        self.0.push(Span::Message(message.into()));
        self
    }

    /// The line and a name behind it, as code.
    pub fn and_name(mut self, name: impl Into<String>) -> Self {
        self.0.push(Span::Name(name.into()));
        self
    }

    /// The line, and another one in the same cell.
    pub fn below(mut self, other: Self) -> Self {
        if !self.0.is_empty() {
            self.0.push(Span::Break);
        }
        self.0.extend(other.0);
        self
    }

    /// The line as Markdown or HTML, its words as `words` makes them.
    pub(super) fn written(&self, place: Place, words: &dyn Fn(&str) -> String) -> String {
        let span = |(index, span): (usize, &Span)| match (span, place) {
            (Span::Message(text), _) => edged(&words(text), place, index == 0),
            (Span::Name(name), _) => code(&words(name), place),
            (Span::Loud(text), Place::Markdown) => {
                format!("**{}**", message(words(text).trim(), place, false))
            }
            (Span::Loud(text), Place::Html) => format!("<b>{}</b>", message(&words(text), place, false)),
            (Span::Break, _) => "<br>".to_owned(),
        };
        let written: String = self.0.iter().enumerate().map(span).collect();
        written.trim().to_owned()
    }
}

/// A message with the spaces at its ends, which part it from its neighbours.
fn edged(text: &str, place: Place, first: bool) -> String {
    let inner = text.trim_matches(' ');
    match text.split_once(inner) {
        Some((before, after)) if !inner.is_empty() => {
            format!("{before}{}{after}", message(inner, place, first))
        }
        _ => text.to_owned(),
    }
}

impl From<&str> for Line {
    fn from(text: &str) -> Self {
        Self::default().and(text)
    }
}

impl From<String> for Line {
    fn from(text: String) -> Self {
        Self::default().and(text)
    }
}
