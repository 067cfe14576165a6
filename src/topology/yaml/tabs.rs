//! Tabs that YAML does not allow, found when the parser has given up.
//!
//! The parser often points at the value before the tab, since that is where it began to read.

use crate::topology::finding::Span;

/// The tab that is to blame for a syntax error at a character, if one is: in the indentation of its line, in that of a
/// later line when the parser itself speaks of a tab, or just before it.
pub(in crate::topology) fn to_blame(text: &str, at: usize, info: &str) -> Option<Tab> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.chars().count();
        let reached = end > at;
        if reached && let Some(column) = indented_by_tab(line) {
            return Some(Tab::Indentation(span(start + column)));
        }
        if reached && !info.contains("a tab") {
            break;
        }
        start = end;
    }
    let before = at.checked_sub(1)?;
    (text.chars().nth(before) == Some('\t')).then(|| Tab::Between(span(before)))
}

/// Where a tab is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::topology) enum Tab {
    /// Before everything else on its line.
    Indentation(Span),
    /// Between a key and its value.
    Between(Span),
}

/// The place of the first tab before anything else. A line of blanks is indented by nothing.
fn indented_by_tab(line: &str) -> Option<usize> {
    let indentation = line.chars().take_while(|c| matches!(c, ' ' | '\t'));
    line.trim().chars().next()?;
    indentation.enumerate().find(|(_, c)| *c == '\t').map(|(column, _)| column)
}

fn span(at: usize) -> Span {
    Span { start: at, end: at + 1 }
}
