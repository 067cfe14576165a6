//! What a topology itself says of lint: `# logpipe: allow LP007, LP008 -- the reason`, on the line of what is found or above it.

use std::collections::BTreeSet;

use super::finding::{Findings, Span};
use super::keys::nearest::nearest;
use super::texts::Text;
use super::yaml::{Comment, comments};
use crate::lint::{Lint, Rule};

/// How a comment for logpipe begins.
const MARK: &str = "logpipe:";

/// The one word that means something behind it.
const ALLOW: &str = "allow";

/// What the reason stands behind.
const REASON: &str = " -- ";

/// The most characters of a word that is quoted.
const LONGEST: usize = 40;

/// Rules that are allowed in a line.
struct Allowance {
    /// The line it is about, from 0.
    line: usize,
    /// The rules, each with the place of its code.
    rules: Vec<(Rule, Span)>,
    /// Why.
    reason: Option<String>,
}

/// Takes what is allowed out of the findings, and notes comments that say nothing. `whole` says whether all rules have had
/// their say: only then it is known that there is nothing to allow.
pub(super) fn apply(of: &Text, whole: bool, findings: &mut Findings) {
    let Text { text, start, .. } = of;
    if !text.contains(MARK) {
        return;
    }
    let starts: Vec<usize> = line_starts(text).into_iter().map(|line| line + start).collect();
    let line_of = |span: Span| starts.partition_point(|start| *start <= span.start).saturating_sub(1);
    let comments =
        comments(text).into_iter().map(|comment| Comment { start: comment.start + start, ..comment });
    for allowance in read(&comments.collect::<Vec<_>>(), findings) {
        for (rule, place) in allowance.rules {
            let is_meant = |lint: &Lint, span: Span| {
                lint.rule() == rule && of.holds(span) && line_of(span) == allowance.line
            };
            let allows = findings.allow(is_meant, allowance.reason.as_deref());
            if !allows && whole {
                findings.warn(place, Lint::AllowWithoutEffect { rule });
            }
        }
    }
}

/// The place of the first character of every line.
fn line_starts(text: &str) -> Vec<usize> {
    let breaks = text.chars().enumerate().filter(|(_, letter)| *letter == '\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(breaks).collect()
}

/// Every comment that allows something. One above others is about the line below all of them.
fn read(comments: &[Comment<'_>], findings: &mut Findings) -> Vec<Allowance> {
    let alone: BTreeSet<usize> =
        comments.iter().filter(|comment| comment.alone).map(|comment| comment.line).collect();
    let mut read = Vec::new();
    for comment in comments {
        let below = (comment.line + 1..).find(|line| !alone.contains(line));
        let line = if comment.alone { below.unwrap_or(comment.line) } else { comment.line };
        read.extend(one(comment, line, findings));
    }
    read
}

fn one(comment: &Comment<'_>, line: usize, findings: &mut Findings) -> Option<Allowance> {
    let said = comment.text.trim_start().strip_prefix(MARK)?.trim_start();
    // A part of the comment by the bytes from its first one to the end of the comment.
    let place = |left: usize, part: &str| {
        let before = &comment.text[..comment.text.len() - left];
        let start = comment.start + before.chars().count();
        Span { start, end: start + part.chars().count() }
    };
    let (verb, rest) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
    if verb != ALLOW {
        // Other comments may begin with the name of the program; what is nearly the word was most likely meant as it.
        let meant = nearest(&verb.to_lowercase(), [ALLOW].into_iter())?;
        findings.warn(place(said.len(), verb), not_understood(verb, Some(meant.to_owned())));
        return None;
    }
    let (codes, reason) = match rest.split_once(REASON) {
        Some((codes, reason)) => (codes, Some(reason.trim().to_owned())),
        None => (rest, None),
    };
    let mut rules = Vec::new();
    let mut left = rest.len();
    for part in codes.split(',') {
        let word = part.trim();
        let from = left - (part.len() - part.trim_start().len());
        match Rule::of(word) {
            Some(rule) => rules.push((rule, place(from, word))),
            None if word.is_empty() => findings.warn(place(said.len(), verb), not_understood("", None)),
            None => findings.warn(place(from, word), not_understood(word, nearest_rule(word))),
        }
        left = left.saturating_sub(part.len() + 1);
    }
    let reason = reason.filter(|reason| !reason.is_empty());
    (!rules.is_empty()).then_some(Allowance { line, rules, reason })
}

fn nearest_rule(word: &str) -> Option<String> {
    let all = Rule::ALL.iter().flat_map(|rule| [rule.code(), rule.name()]);
    nearest(&word.to_uppercase(), all.clone())
        .or_else(|| nearest(&word.to_lowercase(), all))
        .map(str::to_owned)
}

/// Of what is no code only its first word is quoted: it may be anything.
fn not_understood(word: &str, instead: Option<String>) -> Lint {
    let first = word.split_whitespace().next().unwrap_or_default();
    Lint::AllowNotUnderstood { word: first.chars().take(LONGEST).collect(), instead }
}
