//! Writes pages, as much of them as a comment takes, and says what is left out.

use super::escape::Place;
use super::line::Line;
use super::page::{Block, Item, Page};
use super::table::Table;
use crate::ui::text::{clean, count};

/// Kept for saying what is left out.
const LAST_WORDS: usize = 600;

/// Details of this many lines in all are as quickly read as opened.
const OPEN: usize = 12;

/// Titles named of what is left out.
const MOST_NAMED: usize = 5;

/// A page that is being written.
pub(super) struct Writer<'w> {
    words: &'w dyn Fn(&str) -> String,
    text: String,
    used: usize,
    most: usize,
    /// Whether folded parts are shown open.
    open: bool,
    /// Whether the page is for a file, in which they have headings.
    whole: bool,
    /// Parts that are left out whole, by their titles.
    parts: Vec<Line>,
    /// Rows, items and lines that are left out of parts.
    lines: usize,
}

/// How much a comment counts a text as.
fn size(text: &str) -> usize {
    text.encode_utf16().count()
}

impl<'w> Writer<'w> {
    pub(super) fn new(most: Option<usize>, words: &'w dyn Fn(&str) -> String) -> Self {
        let (text, parts, whole) = (String::new(), Vec::new(), most.is_none());
        let most = most.unwrap_or(usize::MAX).saturating_sub(LAST_WORDS);
        Self { words, text, used: 0, most, open: false, whole, parts, lines: 0 }
    }

    pub(super) fn page(mut self, page: &Page) -> String {
        self.open = page.blocks.iter().map(folded_lines).sum::<usize>() <= OPEN;
        if let Some((mark, heading)) = &page.heading {
            let heading = self.markdown(heading);
            self.put(&format!("### {}{heading}\n", mark.sign()));
        }
        for block in &page.blocks {
            self.block(block, 0);
        }
        self.left_out();
        // What follows on stdout starts a paragraph of its own; pieces continue.
        let end = if page.heading.is_some() { "\n" } else { "" };
        self.text.trim_end().to_owned() + end
    }

    /// Writes a part; `closing` characters are needed behind it.
    fn block(&mut self, block: &Block, closing: usize) {
        match block {
            Block::Line(line) => {
                let line = format!("\n{}\n", self.markdown(line));
                if !self.fits(&line, closing) {
                    self.lines += 1;
                    return;
                }
                self.put(&line);
            }
            Block::List(items) => self.list(items, closing),
            Block::Table(table) => self.table(table, closing),
            Block::Lines("", lines) => self.indented(lines),
            Block::Lines(language, lines) => self.fenced(language, lines, closing),
            Block::Fold(title, blocks) => self.fold(title, blocks, closing),
        }
    }

    fn list(&mut self, items: &[Item], closing: usize) {
        let mut start = "\n";
        for (index, item) in items.iter().enumerate() {
            let below = item.below.iter().map(|line| format!("  - {}\n", self.markdown(line)));
            let below: String = below.collect();
            let text = format!("{start}- {}\n{below}", self.markdown(&item.line));
            if !self.fits(&text, closing) {
                self.lines += items.len() - index;
                return;
            }
            self.put(&text);
            start = "";
        }
    }

    fn table(&mut self, table: &Table, closing: usize) {
        let titles = table.columns.iter().map(|(title, _)| (*title).to_owned());
        let rules = table.columns.iter().map(|(_, number)| if *number { "---:" } else { "---" }.to_owned());
        let head = format!("\n{}{}", row(titles), row(rules));
        for (index, cells) in table.rows.iter().enumerate() {
            let text = row(cells.iter().map(|cell| self.markdown(cell)));
            let text = if index == 0 { format!("{head}{text}") } else { text };
            if !self.fits(&text, closing) {
                self.lines += table.rows.len() - index;
                return;
            }
            self.put(&text);
        }
    }

    /// Code without a fence: pieces of it can be told one by one.
    fn indented(&mut self, lines: &[String]) {
        let lines: Vec<String> = lines.iter().map(|line| format!("    {}", self.plain(line))).collect();
        self.put(&lines.join("\n"));
    }

    fn fenced(&mut self, language: &str, lines: &[String], closing: usize) {
        let lines: Vec<String> = lines.iter().map(|line| self.plain(line)).collect();
        let fence = fence(&lines);
        let (open, close) = (format!("\n{fence}{language}\n"), format!("{fence}\n"));
        // With room for how many lines are left out.
        let closing = closing + close.len() + 40;
        if !self.fits(&open, closing) {
            self.lines += lines.len();
            return;
        }
        self.put(&open);
        for (index, line) in lines.iter().enumerate() {
            let line = format!("{line}\n");
            if !self.fits(&line, closing) {
                let rest = lines.len() - index;
                self.lines += rest;
                self.put(&format!("… {}\n", count(rest, "more line")));
                break;
            }
            self.put(&line);
        }
        self.put(&close);
    }

    fn fold(&mut self, title: &Line, blocks: &[Block], closing: usize) {
        const CLOSE: &str = "\n</details>\n";
        if self.whole {
            self.put(&format!("\n#### {}\n", self.markdown(title)));
            return blocks.iter().for_each(|block| self.block(block, closing));
        }
        let open = if self.open { " open" } else { "" };
        let summary = title.written(Place::Html, self.words);
        let head = format!("\n<details{open}><summary>{summary}</summary>\n");
        let closing = closing + CLOSE.len();
        // A fold with next to nothing in it helps nobody.
        if !self.fits(&head, closing + 300) {
            self.parts.push(title.clone());
            return;
        }
        self.put(&head);
        blocks.iter().for_each(|block| self.block(block, closing));
        self.put(CLOSE);
    }

    /// What is left out, and how to see it.
    fn left_out(&mut self) {
        let (parts, lines) = (self.parts.len(), self.lines);
        let what = match (parts, lines) {
            (0, 0) => return,
            (0, lines) => format!("{} left out", count(lines, "line")),
            (parts, 0) => format!("{} left out", count(parts, "part")),
            (parts, lines) => format!("{} and {} left out", count(parts, "part"), count(lines, "line")),
        };
        let said = format!("{what} to fit into a comment; `logpipe …` prints all of it");
        let mut note = format!("\n> [!NOTE]\n> {}\n", self.markdown(&said.into()));
        let named: Vec<String> = self.parts.iter().take(MOST_NAMED).map(|part| self.markdown(part)).collect();
        let room = self.most.saturating_sub(self.used) + LAST_WORDS;
        for (index, part) in named.iter().enumerate() {
            let more = if index + 1 == MOST_NAMED && parts > MOST_NAMED { " …" } else { "" };
            let line = format!("> - {part}{more}\n");
            if size(&note) + size(&line) > room {
                break;
            }
            let start = if index == 0 { ">\n" } else { "" };
            note += &format!("{start}{line}");
        }
        self.text += &note;
    }

    fn markdown(&self, line: &Line) -> String {
        line.written(Place::Markdown, self.words)
    }

    /// A line of code, which is not read as Markdown.
    fn plain(&self, line: &str) -> String {
        clean(&(self.words)(line))
    }

    fn fits(&self, text: &str, closing: usize) -> bool {
        self.used + size(text) + closing <= self.most
    }

    fn put(&mut self, text: &str) {
        self.used += size(text);
        self.text += text;
    }
}

fn row(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.collect();
    format!("| {} |\n", cells.join(" | "))
}

/// A fence that is in none of the lines.
fn fence(lines: &[String]) -> String {
    let runs = lines.iter().flat_map(|line| line.split(|sign| sign != '`')).map(str::len);
    "`".repeat(runs.max().unwrap_or(0).max(2) + 1)
}

/// How many lines are folded away in a part.
fn folded_lines(block: &Block) -> usize {
    fn lines(block: &Block) -> usize {
        match block {
            Block::Line(_) => 1,
            Block::List(items) => items.iter().map(|item| 1 + item.below.len()).sum(),
            Block::Table(table) => table.rows.len(),
            Block::Lines(_, lines) => lines.len(),
            Block::Fold(_, blocks) => blocks.iter().map(lines).sum(),
        }
    }
    if let Block::Fold(..) = block { lines(block) } else { 0 }
}
