//! Text helpers: durations, counts, widths and characters that must not reach a terminal.

use std::time::{Duration, SystemTime};

use ::console::{Alignment, measure_text_width, pad_str, strip_ansi_codes, truncate_str};
use textwrap::core::Word;
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::address::{AccountId, AccountName};
use crate::untrusted::cleaned;

/// A duration for reading: `1.2 s` below a minute, then `3:05` and `1:02:03`.
///
/// These are not the words of `humantime` (`3m 5s`): a time that counts up keeps its form, and as many of them as stand
/// below one another stay in line.
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

/// A round stretch of time in its largest unit: `3 days`, `24 hours`, `90 minutes`.
pub fn stretch(time: Duration) -> String {
    const UNITS: [(u64, &str); 3] = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let seconds = time.as_secs();
    // A single day is told in hours.
    let fits = |(unit, _): &(u64, &str)| seconds >= 2 * unit && seconds.is_multiple_of(*unit);
    let (unit, noun) = UNITS.into_iter().find(fits).unwrap_or((1, "second"));
    count(usize::try_from(seconds / unit).unwrap_or(usize::MAX), noun)
}

/// A moment for programs: `2026-12-01T06:38:51Z`.
pub fn moment(time: SystemTime) -> Option<String> {
    OffsetDateTime::from(time)
        .format(format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z"))
        .ok()
}

/// A moment for people: `2026-12-01 06:38 UTC`.
pub fn minute(time: SystemTime) -> Option<String> {
    OffsetDateTime::from(time).format(format_description!("[year]-[month]-[day] [hour]:[minute] UTC")).ok()
}

/// `1 resource`, `2 resources`.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// An amount of data in the largest unit that it has one of: `0 B`, `1.5 KiB`, `2.0 TiB`.
pub fn bytes(number: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    let (mut amount, mut in_unit) = (number as f64, "B");
    for unit in UNITS {
        // Just under a unit would round up to 1,024.0 of the smaller one.
        if amount < 1_023.95 {
            break;
        }
        (amount, in_unit) = (amount / 1_024.0, unit);
    }
    if in_unit == "B" { format!("{number} B") } else { format!("{amount:.1} {in_unit}") }
}

/// `app (111111111111)`, or the name alone where the id is not known or is the name.
pub fn account(name: &AccountName, id: Option<&AccountId>) -> String {
    match id {
        Some(id) if id.as_str() != name.as_str() => format!("{name} ({id})"),
        _ => name.to_string(),
    }
}

/// Columns a text takes on a terminal; what colours it takes none.
pub fn width(text: &str) -> usize {
    measure_text_width(text)
}

/// The text, or as much of it as fits into `columns` with an ellipsis at the end.
pub fn truncate(text: &str, columns: usize) -> String {
    let ellipsis = if columns > 0 { "…" } else { "" };
    truncate_str(text, columns, ellipsis).into_owned()
}

/// The text, or as much of both its ends as fits into `columns`: names that start alike often end differently.
pub fn shorten(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let tail = columns.saturating_sub(1) / 2;
    let head = truncate(text, columns.saturating_sub(tail));
    let starts = text.char_indices().rev().map(|(start, _)| start);
    let end =
        starts.take_while(|start| width(&text[*start..]) <= tail).last().map_or("", |start| &text[start..]);
    head + end
}

/// The text without the escape sequences that colour it.
pub fn without_styles(text: &str) -> String {
    strip_ansi_codes(text).into_owned()
}

/// The text with spaces up to `columns`.
pub fn pad(text: &str, columns: usize) -> String {
    pad_str(text, columns, Alignment::Left, None).into_owned()
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
    let lines = text.lines().map(|line| match width(line) <= columns {
        true => line.to_owned(),
        false => wrapped(line, columns),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn wrapped(line: &str, columns: usize) -> String {
    let start = line.len() - line.trim_start().len();
    let hanging = " ".repeat((start + 4).min(columns / 2));
    if let Some((head, note)) = line[start..].rsplit_once("  ") {
        let (head, note) = (format!("{}{}", &line[..start], head.trim_end()), note.trim_start());
        let fits = (shortest(columns)..=columns).contains(&width(&head));
        if fits && hanging.len() + width(note) <= columns {
            return format!("{head}\n{hanging}{note}");
        }
    }
    let options = Options::new(columns)
        .subsequent_indent(&hanging)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .break_words(false)
        .wrap_algorithm(WrapAlgorithm::Custom(fitted));
    textwrap::wrap(line, options).join("\n")
}

/// Columns that a line has at least: a sign or a word of its own looks lost.
fn shortest(columns: usize) -> usize {
    columns / 4
}

/// The words of each line: as many as fit, but no line is broken that is too short, and what fits on no line at all stays
/// where it is, before which `textwrap` by itself would break. The widths are those of the first line and of all others.
fn fitted<'a, 'b>(words: &'b [Word<'a>], widths: &'b [usize]) -> Vec<&'b [Word<'a>]> {
    let &[columns, room] = widths else { return vec![words] };
    let (mut lines, mut start, mut used) = (Vec::new(), 0, Used::default());
    let mut at = 0;
    while at < words.len() {
        let end = at + together(&words[at..], room);
        let next = Used::of(&words[at..end]);
        let over = next.text > 0 && used.all + next.text > columns;
        if over && used.text > 0 && used.text >= shortest(columns) && next.text <= room {
            lines.push(&words[start..at]);
            let indent = columns - room;
            (start, used) = (at, Used { text: indent, all: indent });
        }
        used = used.and(next);
        at = end;
    }
    lines.push(&words[start..]);
    lines
}

/// Columns that words take.
#[derive(Clone, Copy, Default)]
struct Used {
    /// Up to the end of the last of them.
    text: usize,
    /// With the spaces behind it.
    all: usize,
}

impl Used {
    fn of(words: &[Word<'_>]) -> Self {
        words.iter().fold(Self::default(), |used, word| {
            let text = width(word);
            used.and(Self { text, all: text + word.whitespace.len() })
        })
    }

    fn and(self, next: Self) -> Self {
        let text = if next.text > 0 { self.all + next.text } else { self.text };
        Self { text, all: self.all + next.all }
    }
}

/// How many of the words stay on one line with the first: a command to type does where a line has room for it, so that it
/// can be copied.
fn together(words: &[Word<'_>], room: usize) -> usize {
    let Some(open) = words.first().and_then(|word| word.find("`logpipe")) else { return 1 };
    let closes = |(at, word): (usize, &Word<'_>)| word[if at == 0 { open + 1 } else { 0 }..].contains('`');
    let last = words.iter().enumerate().position(closes).unwrap_or_default();
    if Used::of(&words[..=last]).text <= room { last + 1 } else { 1 }
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
    fn stretches_read_well() {
        let check = |seconds, expect: &str| assert_eq!(stretch(Duration::from_secs(seconds)), expect);
        check(1, "1 second");
        check(90, "90 seconds");
        check(5_400, "90 minutes");
        check(86_400, "24 hours");
        check(259_200, "3 days");
    }

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
