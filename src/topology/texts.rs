//! The texts that a topology is read from: its own, those that it includes, and files of values.
//!
//! They stand one behind the other in one count of characters, so that a [`Span`] tells both the file and the place in it.

use super::finding::Span;

/// Characters between two texts. A span may end just behind its text.
const GAP: usize = 16;

/// All texts, in the order in which they were read.
#[derive(Debug)]
pub(super) struct Texts(Vec<Text>);

/// One of them.
#[derive(Debug)]
pub(super) struct Text {
    /// What the user calls its file.
    pub(super) name: String,
    /// All of it.
    pub(super) text: String,
    /// The place of its first character.
    pub(super) start: usize,
    /// The place behind its last one.
    pub(super) end: usize,
}

impl Texts {
    /// A single text, which starts at 0.
    pub(super) fn of(name: &str, text: &str) -> Self {
        let mut texts = Self(Vec::new());
        texts.add(name, text);
        texts
    }

    /// Adds a text. The place of its first character.
    pub(super) fn add(&mut self, name: &str, text: &str) -> usize {
        let start = self.0.last().map_or(0, |last| last.end + GAP);
        let end = start + text.chars().count();
        self.0.push(Text { name: name.to_owned(), text: text.to_owned(), start, end });
        start
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Text> {
        self.0.iter()
    }

    /// Which of them a place is in.
    pub(super) fn index_of(&self, place: usize) -> usize {
        self.0.partition_point(|text| text.start <= place).saturating_sub(1)
    }
}

impl Text {
    /// Whether a stretch is in this text.
    pub(super) fn holds(&self, span: Span) -> bool {
        (self.start..=self.end).contains(&span.start)
    }
}

impl Span {
    /// The same stretch of a text that starts elsewhere.
    pub(super) fn moved(self, by: usize) -> Self {
        Self { start: self.start + by, end: self.end + by }
    }
}
