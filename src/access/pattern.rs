//! Patterns of IAM: text quoted for them, globs of log groups turned into them, and which of them covers which.

/// Text as part of a `Resource`, in which nothing stands for anything else (IAM User Guide, "IAM policy elements:
/// Variables and tags").
pub(super) fn quoted(text: &str) -> String {
    text.chars().fold(String::new(), |mut quoted, character| {
        match character {
            '*' | '?' | '$' => quoted.extend(['$', '{', character, '}']),
            other => quoted.push(other),
        }
        quoted
    })
}

/// The narrowest pattern that covers a glob of log groups: IAM knows no classes, so one stands for any character.
pub(super) fn of_glob(glob: &str) -> String {
    let mut pattern = String::new();
    let mut rest = glob;
    while let Some(first) = rest.chars().next() {
        let taken = if first == '[' { class(rest) } else { first.len_utf8() };
        match first {
            '[' => pattern.push('?'),
            '*' if pattern.ends_with('*') => {}
            other => pattern.push(other),
        }
        rest = &rest[taken..];
    }
    pattern
}

/// How long the class is that a text starts with. A `]` in the first place, or behind the negation, is one of it.
fn class(text: &str) -> usize {
    let inside = text[1..].trim_start_matches(['!', '^']);
    let start = text.len() - inside.len();
    let behind = inside.char_indices().skip(1).find(|(_, character)| *character == ']');
    behind.map_or(text.len(), |(at, _)| start + at + 1)
}

/// Whether everything that one pattern fits is fitted by another.
pub(super) fn covers(wide: &str, narrow: &str) -> bool {
    let Some(first) = wide.chars().next() else { return narrow.is_empty() };
    let behind = &wide[first.len_utf8()..];
    let Some(other) = narrow.chars().next() else { return first == '*' && covers(behind, narrow) };
    let less = &narrow[other.len_utf8()..];
    match first {
        '*' => behind.is_empty() || covers(behind, narrow) || covers(wide, less),
        '?' => other != '*' && covers(behind, less),
        first => first == other && covers(behind, less),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_become_the_narrowest_pattern() {
        let check = |glob: &str, expect: &str| assert_eq!(of_glob(glob), expect, "{glob}");
        check("/app/*", "/app/*");
        check("/app/**/web", "/app/*/web");
        check("/app/[ab]x", "/app/?x");
        check("/app/[!]a]*", "/app/?*");
        check("/app/w?b", "/app/w?b");
    }

    #[test]
    fn quoted_text_stands_for_itself() {
        assert_eq!(quoted("a*b?c$d"), "a${*}b${?}c${$}d");
    }

    #[test]
    fn a_pattern_covers_what_is_narrower() {
        let check =
            |wide: &str, narrow: &str, expect| assert_eq!(covers(wide, narrow), expect, "{wide} {narrow}");
        check("log-group:/app/*", "log-group:/app/web:*", true);
        check("log-group:/app/*", "log-group:/app/*", true);
        check("log-group:*:log-stream:x/*", "log-group:/app/web:log-stream:x/*", true);
        check("log-group:/app/?", "log-group:/app/*", false);
        check("log-group:/app/?", "log-group:/app/?", true);
        check("log-group:/app/web:*", "log-group:/app/web", false);
        check("log-group:/app/web", "log-group:/app/*", false);
        check("*", "", true);
    }
}
