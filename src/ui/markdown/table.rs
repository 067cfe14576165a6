//! Tables of a page.

use super::line::Line;

/// A table: a row of titles, and rows of as many cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The titles, with whether the column holds numbers, which stand on the right.
    pub(super) columns: Vec<(&'static str, bool)>,
    pub(super) rows: Vec<Vec<Line>>,
}

impl Table {
    /// A table whose first columns hold words and the rest numbers.
    pub fn new(words: &[&'static str], numbers: &[&'static str]) -> Self {
        let words = words.iter().map(|title| (*title, false));
        let numbers = numbers.iter().map(|title| (*title, true));
        Self { columns: words.chain(numbers).collect(), rows: Vec::new() }
    }

    /// The table with one row more.
    pub fn row(mut self, cells: impl IntoIterator<Item = Line>) -> Self {
        self.rows.push(cells.into_iter().collect());
        self
    }
}
