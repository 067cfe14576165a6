//! The table: the question, the answer in plain words, and beside it the element that gives it.

use super::cells::{element, questions};
use crate::explain::{ExplainedPolicy, ExplainedStatement, Explanation};
use crate::ui::terminal::style::Paint;
use crate::ui::text::{clean, count, pad, width};

/// Columns before the answers: the indentation and the longest question.
const BEFORE: usize = 10;

/// Columns between the answer and the element.
const GAP: usize = 3;

/// Most lines of a cell: a policy can name hundreds of accounts.
const LINES: usize = 16;

/// Every policy, in as many columns as there are.
pub(crate) fn explain_text(explanation: &Explanation, columns: usize, paint: Paint) -> String {
    let policies = explanation.policies.iter().map(|policy| of_policy(policy, columns, paint));
    let parts: Vec<String> = policies.collect();
    if parts.is_empty() { "There is no policy to explain.".to_owned() } else { parts.join("\n\n") }
}

fn of_policy(policy: &ExplainedPolicy, columns: usize, paint: Paint) -> String {
    let mut lines: Vec<String> =
        folded(&title(policy), columns).iter().map(|line| paint.bold(line)).collect();
    for (index, statement) in policy.statements.iter().enumerate() {
        let sid = statement.sid.as_deref().map(|sid| format!(", {}", clean(sid))).unwrap_or_default();
        lines.push(paint.dim(&format!("  statement {} of {}{sid}", index + 1, policy.statements.len())));
        lines.extend(of_statement(statement, columns, paint));
    }
    if policy.statements.is_empty() {
        lines.push("  no statements".to_owned());
    }
    lines.join("\n")
}

/// What a policy is called.
pub(crate) fn title(policy: &ExplainedPolicy) -> String {
    let called = policy.name.as_ref().map(|name| format!(" `{name}`")).unwrap_or_default();
    let name = match &policy.address {
        Some(address) => format!("{address}, {}{called}", policy.kind),
        None => format!("{}{called}", policy.kind),
    };
    format!("{} ({})", clean(&name), count(policy.statements.len(), "statement"))
}

fn of_statement(statement: &ExplainedStatement, columns: usize, paint: Paint) -> Vec<String> {
    let room = columns.saturating_sub(BEFORE + GAP).max(20);
    let left = room * 9 / 20;
    let right = room - left;
    let mut lines = Vec::new();
    for (question, answer) in questions(statement) {
        let words = cell(&[clean(&answer.words)], left);
        let elements: Vec<String> = element(answer).iter().map(|line| clean(line)).collect();
        let elements = cell(&elements, right);
        for at in 0..words.len().max(elements.len()) {
            let question = if at == 0 { question } else { "" };
            let word = words.get(at).map_or("", String::as_str);
            let element = elements.get(at).map(|element| paint.dim(element)).unwrap_or_default();
            let line = format!("  {question:<8}{}{}{element}", pad(word, left), " ".repeat(GAP));
            lines.push(line.trim_end().to_owned());
        }
    }
    lines
}

/// Lines that are no wider than a cell, and not more than it takes.
fn cell(lines: &[String], columns: usize) -> Vec<String> {
    let mut all: Vec<String> = lines.iter().flat_map(|line| folded(line, columns)).collect();
    if all.len() > LINES {
        let more = all.len() - LINES + 1;
        all.truncate(LINES - 1);
        all.push(format!("… {}", count(more, "more line")));
    }
    all
}

/// A line broken at spaces, and where a word is wider than the cell, behind a sign of an ARN or wherever it must. `textwrap`
/// would put a hyphen there, which whoever copies the ARN would copy with it.
fn folded(line: &str, columns: usize) -> Vec<String> {
    let space = line.len() - line.trim_start().len();
    let hanging = " ".repeat((space + 2).min(columns / 2));
    let mut lines = Vec::new();
    let mut current = " ".repeat(space);
    let mut bare = true;
    for word in line.split_whitespace() {
        let mut word = word;
        let gap = usize::from(!bare);
        if width(&current) + gap + width(word) > columns && !bare {
            lines.push(std::mem::replace(&mut current, hanging.clone()));
            bare = true;
        }
        while width(&current) + width(word) > columns {
            let (head, rest) = word.split_at(cut(word, columns.saturating_sub(width(&current)).max(1)));
            current.push_str(head);
            lines.push(std::mem::replace(&mut current, hanging.clone()));
            word = rest;
        }
        if !bare {
            current.push(' ');
        }
        current.push_str(word);
        bare = false;
    }
    lines.push(current);
    lines
}

/// The byte at which a word is cut so that its head fits.
fn cut(word: &str, columns: usize) -> usize {
    let mut wide = 0;
    let mut last = 0;
    let mut behind_sign = 0;
    for (at, character) in word.char_indices() {
        wide += width(character.encode_utf8(&mut [0; 4]));
        if wide > columns && last > 0 {
            break;
        }
        last = at + character.len_utf8();
        if matches!(character, ':' | '/' | '-') {
            behind_sign = last;
        }
    }
    // A sign right at the start would leave next to nothing on the line.
    if behind_sign * 2 > last { behind_sign } else { last }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_never_wider_than_they_may_be() {
        let check = |line: &str, columns: usize, expected: &[&str]| {
            let lines = folded(line, columns);
            assert_eq!(lines, expected);
            assert!(lines.iter().all(|line| width(line) <= columns), "{lines:?}");
        };
        check("one two three", 8, &["one two", "  three"]);
        check("  one two", 7, &["  one", "   two"]);
        check("arn:aws:s3:::bucket-name", 12, &["arn:aws:s3::", "  :bucket-", "  name"]);
        check("日本語日本語", 5, &["日本", "  語", "  日", "  本", "  語"]);
        check("", 5, &[""]);
    }
}
