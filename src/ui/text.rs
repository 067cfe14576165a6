//! Small matters of text: durations, counts, widths and characters that must not reach a terminal.

use std::time::Duration;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::address::{AccountId, AccountName};
use crate::untrusted::cleaned;

/// A duration for reading: `1.2 s` below a minute, then `3:05` and `1:02:03`.
pub fn duration(time: Duration) -> String {
    // Just under a minute would round up to "60.0 s".
    if time < Duration::from_millis(59_950) {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        stopwatch(time)
    }
}

/// A duration that counts up or stands beside a limit: `0:42`, `20:00`, `1:02:03`.
pub fn stopwatch(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{rest:02}") } else { format!("{minutes}:{rest:02}") }
}

/// `1 resource`, `2 resources`.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// `app (111111111111)`, or the name alone where the id is not known or is the name.
pub fn account(name: &AccountName, id: Option<&AccountId>) -> String {
    match id {
        Some(id) if id.as_str() != name.as_str() => format!("{name} ({id})"),
        _ => name.to_string(),
    }
}

/// Columns a text takes on a terminal.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text, or as much of it as fits into `columns` with an ellipsis at the end.
pub fn truncate(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut left = columns.saturating_sub(1);
    let mut kept = String::new();
    for character in text.chars() {
        let wide = character.width().unwrap_or(0);
        if wide > left {
            break;
        }
        left -= wide;
        kept.push(character);
    }
    if columns > 0 {
        kept.push('…');
    }
    kept
}

/// The text, or as much of both its ends as fits into `columns`: names that start alike often end differently.
pub fn shorten(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let tail = columns.saturating_sub(1) / 2;
    let head = columns.saturating_sub(tail);
    let mut kept = truncate(text, head);
    let mut left = tail;
    let end = text.chars().rev().take_while(|character| {
        let wide = character.width().unwrap_or(0);
        left.checked_sub(wide).map(|rest| left = rest).is_some()
    });
    let end: Vec<char> = end.collect();
    kept.extend(end.into_iter().rev());
    kept
}

/// The text without the escape sequences that colour it.
pub fn without_styles(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, after)| after);
    }
    plain + rest
}

/// The text with spaces up to `columns`.
pub fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(text.width())))
}

/// The text with control characters and what is not seen written out, line breaks included.
///
/// Messages of AWS and delivered log lines are other people's text, and must not steer the terminal. The console cleans
/// all that it writes; a value that must stay on its line, or whose width counts, is cleaned before.
pub fn clean(text: &str) -> String {
    cleaned(text)
}

/// The text with lines that are too long broken at spaces, the rest of them indented. What has no space stays whole,
/// so that addresses and ARNs can be copied.
pub fn wrap(text: &str, columns: usize) -> String {
    let lines = text.lines().map(|line| match width(&without_styles(line)) <= columns {
        true => line.to_owned(),
        false => wrapped(line, columns),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn wrapped(line: &str, columns: usize) -> String {
    let start = line.len() - line.trim_start().len();
    let (space, rest) = line.split_at(start);
    let hanging = " ".repeat((start + 4).min(columns / 2));
    // A sign or a word of its own in front looks lost on a line.
    let shortest = columns / 4;
    if let Some((head, note)) = rest.rsplit_once("  ") {
        let (head, note) = (format!("{space}{}", head.trim_end()), note.trim_start());
        let used = width(&without_styles(&head));
        if (shortest..=columns).contains(&used) && hanging.len() + width(&without_styles(note)) <= columns {
            return format!("{head}\n{hanging}{note}");
        }
    }
    let mut words = words(rest, columns.saturating_sub(hanging.len())).into_iter();
    let mut done = format!("{space}{}", words.next().unwrap_or_default());
    let mut used = width(&without_styles(&done));
    for word in words {
        let wide = width(&without_styles(word));
        let over = wide > 0 && used + 1 + wide > columns;
        // What fits on no line is better left where it is.
        if over && used >= shortest && hanging.len() + wide <= columns {
            done.truncate(done.trim_end_matches(' ').len());
            done.push('\n');
            done.push_str(&hanging);
            used = hanging.len() + wide;
        } else {
            done.push(' ');
            used += 1 + wide;
        }
        done.push_str(word);
    }
    done
}

/// The words of a line. A command to type is one where a line has room for it, so that it can be copied.
fn words(line: &str, columns: usize) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = line;
    while let Some(space) = rest.find(' ') {
        let quoted = rest[..space].find("`logpipe").and_then(|open| {
            let close = open + 1 + rest[open + 1..].find('`')?;
            let end = rest[close..].find(' ').map_or(rest.len(), |space| close + space);
            (width(&without_styles(&rest[..end])) <= columns).then_some(end)
        });
        let (word, after) = rest.split_at(quoted.unwrap_or(space));
        words.push(word);
        let Some(after) = after.strip_prefix(' ') else { return words };
        rest = after;
    }
    words.push(rest);
    words
}

/// Every line of `text` behind `indent` spaces.
pub fn indent(text: &str, indent: usize) -> String {
    let space = " ".repeat(indent);
    text.lines()
        .map(|line| if line.is_empty() { String::new() } else { format!("{space}{line}") })
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        let check = |millis: u64, expect: &str| assert_eq!(duration(Duration::from_millis(millis)), expect);
        check(0, "0.0 s");
        check(1_234, "1.2 s");
        check(59_949, "59.9 s");
        check(59_999, "0:59");
        check(185_000, "3:05");
        check(3_723_000, "1:02:03");
        assert_eq!(stopwatch(Duration::from_millis(42_900)), "0:42");
        assert_eq!(stopwatch(Duration::from_secs(1200)), "20:00");
    }

    #[test]
    fn truncation_counts_columns_and_not_characters() {
        let check = |text: &str, columns: usize, expect: &str| {
            let cut = truncate(text, columns);
            assert_eq!(cut, expect);
            assert!(width(&cut) <= columns, "{cut}");
        };
        check("archive", 7, "archive");
        check("archive", 6, "archi…");
        check("archive", 1, "…");
        check("archive", 0, "");
        check("日本語", 6, "日本語");
        check("日本語", 5, "日本…");
        check("日本語", 4, "日…");
        check("e\u{301}tat", 3, "e\u{301}t…");
    }

    #[test]
    fn long_names_keep_both_ends() {
        let check = |text: &str, columns: usize, expect: &str| {
            let cut = shorten(text, columns);
            assert_eq!(cut, expect);
            assert!(width(&cut) <= columns, "{cut}");
        };
        check("firehose_stream.central", 23, "firehose_stream.central");
        check("firehose_stream.central", 12, "fireho…ntral");
        check("firehose_stream.central", 2, "f…");
        check("firehose_stream.central", 1, "…");
        check("日本語日本語", 6, "日…語");
    }

    #[test]
    fn long_lines_break_at_spaces_only() {
        let check = |text: &str, expect: &str| assert_eq!(wrap(text, 16), expect);
        check("short", "short");
        check("  + one two three four", "  + one two\n      three four");
        check("a-name-that-has-no-space and more", "a-name-that-has-no-space\n    and more");
        check("\u{1b}[1mone two three\u{1b}[0m four", "\u{1b}[1mone two three\u{1b}[0m\n    four");
        check("a b\n\nc", "a b\n\nc");
        check("  + a-name  in one s", "  + a-name\n      in one s");
        check("in sync-name-that-is-long", "in sync-name-that-is-long");
        check("  + a-name-that-has-no-space  in 1.0 s", "  + a-name-that-has-no-space\n      in 1.0 s");
        check("type `logpipe …`", "type `logpipe …`");
        check("then type `logpipe …`", "then type\n    `logpipe …`");
        check("type `logpipe plan t.yaml`", "type `logpipe\n    plan t.yaml`");
    }

    #[test]
    fn colours_take_no_columns() {
        assert_eq!(without_styles("\u{1b}[1m\u{1b}[31mno\u{1b}[0m, yes"), "no, yes");
    }

    #[test]
    fn counts_know_the_singular() {
        assert_eq!(count(1, "resource"), "1 resource");
        assert_eq!(count(0, "resource"), "0 resources");
    }
}
