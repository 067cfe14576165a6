//! The formats of `!{timestamp:…}` in a Firehose prefix: those of Java's DateTimeFormatter, as Firehose Developer Guide,
//! "Custom prefixes for Amazon S3 objects" says.
//!
//! A pure function from a format to the reason it would be refused. Knows no prefix.

use std::collections::BTreeSet;

use super::prefix::Refusal;

/// Every letter that means something, with the most times it may stand in a row (Java, DateTimeFormatterBuilder,
/// `appendPattern`).
const LETTERS: [(&str, usize); 7] =
    [("aF", 1), ("WdwhHkKms", 2), ("D", 3), ("zO", 4), ("GMLQqEecXxZB", 5), ("S", 9), ("uyYgAnN", 19)];

/// Checks a format; gives the fewest characters of a time written in it.
pub(in crate::topology) fn check(format: &str) -> Result<usize, Refusal> {
    if format.trim().is_empty() {
        return refuse(
            "a timestamp needs a format".to_owned(),
            "write, for instance, `!{timestamp:yyyy/MM/dd}`",
        );
    }
    let mut used = BTreeSet::new();
    let mut shortest = 0;
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => quoted(rest)?,
            letter if letter.is_ascii_alphabetic() => {
                used.insert(letter);
                run(rest, letter)?
            }
            '{' | '#' | '[' | ']' => {
                let why = format!("`{first}` is reserved in a timestamp format");
                return refuse(why, "quote it with `'`, or leave it out");
            }
            other => other.len_utf8(),
        };
        let characters = rest[..length].chars().count();
        shortest += if first == '\'' { characters.saturating_sub(2) } else { characters };
        rest = &rest[length..];
    }
    if used.contains(&'Y') && (used.contains(&'M') || used.contains(&'d')) {
        let why =
            "`Y` is the week-based year: in the days around New Year, the folder would have the wrong year";
        return refuse(why.to_owned(), "write `yyyy` for the year");
    }
    Ok(shortest)
}

/// How long the quoted text at the start is.
fn quoted(rest: &str) -> Result<usize, Refusal> {
    rest[1..].find('\'').map_or_else(
        || refuse("a quote `'` in the timestamp is not closed".to_owned(), "close it with `'`"),
        |end| Ok(end + 2),
    )
}

/// How many of the letter are at the start.
fn run(rest: &str, letter: char) -> Result<usize, Refusal> {
    let length = rest.chars().take_while(|c| *c == letter).count();
    let Some((_, most)) = LETTERS.iter().find(|(letters, _)| letters.contains(letter)) else {
        let why = format!("`{letter}` means nothing in a timestamp format");
        return refuse(why, "use letters such as `yyyy`, `MM`, `dd` and `HH`, and quote words with `'`");
    };
    if length > *most {
        let why =
            format!("the timestamp has `{letter}` {length} times in a row, and at most {most} are allowed");
        return refuse(why, "use, for instance, `yyyy`, `MM`, `dd` and `HH`, and quote words with `'`");
    }
    Ok(length)
}

fn refuse<T>(why: String, help: &'static str) -> Result<T, Refusal> {
    Err(Refusal { why, help })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_format(format: &str, expected: Result<usize, &str>) {
        match (check(format), expected) {
            (Ok(shortest), Ok(expected)) => assert_eq!(shortest, expected, "{format}"),
            (Err(refusal), Err(expected)) => {
                assert!(refusal.why.contains(expected), "{format}: {}", refusal.why);
            }
            (found, expected) => panic!("{format}: {found:?} instead of {expected:?}"),
        }
    }

    #[test]
    fn formats() {
        check_format("yyyy/MM/dd/HH", Ok(13));
        check_format("'year='yyyy'/month='MM", Ok(18));
        check_format("yyyy-MM-dd'T'HH:mm:ss.SSSZ", Ok(24));
        check_format("YYYY-'W'ww", Ok(8));
        check_format("", Err("needs a format"));
        check_format("yyyy/month", Err("`o` means nothing"));
        check_format("yyyy/MMMMMM", Err("6 times"));
        check_format("'year=yyyy", Err("not closed"));
        check_format("YYYY/MM/dd", Err("week-based year"));
        check_format("yyyy[MM]", Err("reserved"));
    }
}
