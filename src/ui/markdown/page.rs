//! A page: a verdict as its heading, and below it what there is to say, the longest folded and last.

use super::line::Line;
use super::table::Table;
use super::writer::Writer;

/// The most characters of a comment on GitHub are 65,536 (GitHub Docs, "Issue comments", refuses longer bodies). A job
/// writes a heading or a mark of its own around it.
const COMMENT: usize = 64_000;

/// How the verdict reads at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// As it should be.
    Good,
    /// To be looked at.
    Caution,
    /// Wrong.
    Bad,
    /// Neither.
    Neutral,
}

impl Mark {
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Good => "✅ ",
            Self::Caution => "⚠️ ",
            Self::Bad => "❌ ",
            Self::Neutral => "",
        }
    }
}

/// An item of a list, and what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub(super) line: Line,
    pub(super) below: Vec<Line>,
}

impl Item {
    /// An item with nothing below it.
    pub fn new(line: impl Into<Line>) -> Self {
        Self { line: line.into(), below: Vec::new() }
    }

    /// The item with a line below it.
    pub fn with(mut self, line: impl Into<Line>) -> Self {
        self.below.push(line.into());
        self
    }
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Line(Line),
    /// A list.
    List(Vec<Item>),
    /// A table.
    Table(Table),
    /// Lines as they are, in the language that colours them.
    Lines(&'static str, Vec<String>),
    /// What is shown when somebody wants to see it.
    Fold(Line, Vec<Block>),
}

/// What a report is in Markdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub(super) heading: Option<(Mark, Line)>,
    pub(super) blocks: Vec<Block>,
    pub(super) most: Option<usize>,
}

impl Page {
    /// A page with its verdict.
    pub fn new(mark: Mark, heading: impl Into<Line>) -> Self {
        Self { heading: Some((mark, heading.into())), blocks: Vec::new(), most: Some(COMMENT) }
    }

    /// Lines alone, as they are: something that is told piece by piece.
    pub fn piece(lines: Vec<String>) -> Self {
        Self { heading: None, blocks: vec![Block::Lines("", lines)], most: Some(COMMENT) }
    }

    /// The page with a paragraph more.
    pub fn line(self, line: impl Into<Line>) -> Self {
        self.block(Block::Line(line.into()))
    }

    /// The page with a list more, unless it is empty.
    pub fn list(self, items: impl IntoIterator<Item = Item>) -> Self {
        let items: Vec<Item> = items.into_iter().collect();
        if items.is_empty() { self } else { self.block(Block::List(items)) }
    }

    /// The page with a list more below a title, unless it is empty.
    pub fn titled(self, title: &str, items: impl IntoIterator<Item = Item>) -> Self {
        let items: Vec<Item> = items.into_iter().collect();
        if items.is_empty() { self } else { self.line(Line::loud(title)).block(Block::List(items)) }
    }

    /// The page with a table more, unless it has no rows.
    pub fn table(self, table: Table) -> Self {
        if table.rows.is_empty() { self } else { self.block(Block::Table(table)) }
    }

    /// The page with something more that is folded.
    pub fn fold(self, title: impl Into<Line>, blocks: Vec<Block>) -> Self {
        self.block(Block::Fold(title.into(), blocks))
    }

    /// The page with a part more.
    pub fn block(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// The page with everything on it, for a file, which takes any length.
    pub fn whole(self) -> Self {
        Self { most: None, ..self }
    }

    /// The page as one of so many that go into a comment together.
    pub fn one_of(self, pages: usize) -> Self {
        Self { most: self.most.map(|most| most / pages.max(1)), ..self }
    }

    /// The page as GitHub takes it, without a line break at the end. `words` masks and completes what is said.
    pub fn text(&self, words: &dyn Fn(&str) -> String) -> String {
        Writer::new(self.most, words).page(self)
    }
}
