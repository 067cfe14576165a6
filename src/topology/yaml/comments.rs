//! The comments of a YAML text, which no tree holds.

use saphyr_parser::{Event, Parser, ScalarStyle, StrInput};

use crate::topology::finding::Span;

/// A comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::topology) struct Comment<'t> {
    /// Its line, from 0.
    pub(in crate::topology) line: usize,
    /// Whether nothing else is on its line.
    pub(in crate::topology) alone: bool,
    /// The character behind its `#`, by its place in the whole text.
    pub(in crate::topology) start: usize,
    /// What stands behind its `#`.
    pub(in crate::topology) text: &'t str,
}

/// Every comment of a text, in order. What follows a `#` is one where white space or nothing stands before it, outside of
/// quotes and of block scalars (YAML 1.2.2, "Comments").
pub(in crate::topology) fn comments(text: &str) -> Vec<Comment<'_>> {
    let opaque = opaque(text);
    let mut found = Vec::new();
    let mut line_start = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let mut marks = line.char_indices().enumerate().filter(|(_, (_, letter))| *letter == '#');
        let comment = marks.find(|(column, (byte, _))| {
            let behind_space = line[..*byte].chars().next_back().is_none_or(char::is_whitespace);
            behind_space && !within(&opaque, line_start + column)
        });
        if let Some((column, (byte, _))) = comment {
            found.push(Comment {
                line: number,
                alone: line[..byte].trim().is_empty(),
                start: line_start + column + 1,
                text: line[byte + 1..].trim_end_matches(['\n', '\r']),
            });
        }
        line_start += line.chars().count();
    }
    found
}

fn within(spans: &[Span], at: usize) -> bool {
    // They do not overlap: the last that starts before the place is the only one that can hold it.
    let before = spans.partition_point(|span| span.start <= at);
    spans[..before].last().is_some_and(|span| at < span.end)
}

/// The scalars in which a `#` is one character of many, in order. In a plain one, a `#` behind white space ends it.
fn opaque(text: &str) -> Vec<Span> {
    let characters: Vec<char> = text.chars().collect();
    let mut parser = Parser::new(StrInput::new(text));
    let mut spans = Vec::new();
    while let Some(Ok((event, place))) = parser.next_event() {
        let Event::Scalar(_, style, ..) = event else { continue };
        let span = Span { start: place.start.index(), end: place.end.index() };
        match style {
            ScalarStyle::Plain => {}
            ScalarStyle::SingleQuoted => spans.push(closed(span, &characters, '\'')),
            ScalarStyle::DoubleQuoted => spans.push(closed(span, &characters, '"')),
            ScalarStyle::Literal | ScalarStyle::Folded => spans.push(span),
        }
    }
    spans
}

/// A scalar as far as its quotes go: the parser counts an anchor before them, and what follows them on their line.
fn closed(span: Span, characters: &[char], quote: char) -> Span {
    let mut inside = (span.start..span.end).zip(characters.iter().skip(span.start));
    inside.find(|(_, letter)| **letter == quote);
    while let Some((at, letter)) = inside.next() {
        let escapes = match quote {
            '"' => *letter == '\\',
            // Two of them stand for one.
            _ => *letter == quote && characters.get(at + 1) == Some(&quote),
        };
        if escapes {
            inside.next();
        } else if *letter == quote {
            return Span { end: at + 1, ..span };
        }
    }
    span
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The comments as `line alone text`, and what stands at their start.
    #[track_caller]
    fn check(text: &str, expected: &[(usize, bool, &str)]) {
        let found = comments(text);
        let told: Vec<_> = found.iter().map(|comment| (comment.line, comment.alone, comment.text)).collect();
        assert_eq!(told, expected, "{text}");
        for comment in found {
            let from: String = text.chars().skip(comment.start).collect();
            assert!(from.starts_with(comment.text), "{from}");
        }
    }

    #[test]
    fn comments_are_told_from_what_looks_like_one() {
        check("# one\na: 1 # two\n", &[(0, true, " one"), (1, false, " two")]);
        check("a: b#c\nd: 'x # y' # z\n", &[(1, false, " z")]);
        check("a: \"x\n  # no\n  y\" # yes\n", &[(2, false, " yes")]);
        check("\"a # b\": 1\n", &[]);
        check(
            "a: | # head\n  # text\n  more\n# behind\nb: 1\n",
            &[(0, false, " head"), (3, true, " behind")],
        );
        check("a: >-\n  # text\n\n  more # text\n", &[]);
        check("a: 'it''s # no' # yes\nb: \"\\\" # no\" # yes\n", &[(0, false, " yes"), (1, false, " yes")]);
        check("a: [b, # in a list\n  c]\n", &[(0, false, " in a list")]);
        check("é: ü # ö\r\nb: 1\r\n", &[(0, false, " ö")]);
        check("a: &x 'q # q'\nb: *x # alias\n", &[(1, false, " alias")]);
        check("a:   \n  # of nothing\nb: ''\n", &[(1, true, " of nothing")]);
        check("a: plain\n  # between\nb: 2 #\n", &[(1, true, " between"), (2, false, "")]);
    }
}
