//! IAM patterns: quotes text for them, turns globs of log groups into them, and tells which pattern covers which.

use std::collections::{BTreeMap, BTreeSet};

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
///
/// Between two `*` of the wide pattern the first place that fits is as good as any, so nothing is tried twice.
pub(super) fn covers(wide: &str, narrow: &str) -> bool {
    let mut parts = wide.split('*');
    let Some(mut rest) = parts.next().and_then(|start| behind(start, narrow)) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(left) = ends(rest).find_map(|end| behind(part, end)) else { return false };
        rest = left;
    }
    ends(rest).any(|end| behind(last, end) == Some(""))
}

/// Patterns by what they begin with, so that of thousands only a few are looked at for each.
pub(super) struct Patterns<'a, T> {
    by_beginning: BTreeMap<&'a str, Vec<(&'a str, T)>>,
    lengths: BTreeSet<usize>,
}

impl<'a, T> Patterns<'a, T> {
    pub(super) fn new(patterns: impl IntoIterator<Item = (&'a str, T)>) -> Self {
        let mut by_beginning: BTreeMap<&str, Vec<(&str, T)>> = BTreeMap::new();
        for (pattern, of) in patterns {
            let beginning = &pattern[..pattern.find(['*', '?']).unwrap_or(pattern.len())];
            by_beginning.entry(beginning).or_default().push((pattern, of));
        }
        let lengths = by_beginning.keys().map(|beginning| beginning.len()).collect();
        Self { by_beginning, lengths }
    }

    /// Those that cover a pattern, which all begin as it does.
    pub(super) fn covering<'s>(&'s self, narrow: &'s str) -> impl Iterator<Item = &'s (&'a str, T)> {
        let beginnings = self.lengths.iter().filter_map(|length| narrow.get(..*length));
        let near = beginnings.filter_map(|beginning| self.by_beginning.get(beginning)).flatten();
        near.filter(move |(wide, _)| covers(wide, narrow))
    }
}

/// Every end of a text, from the whole of it to nothing.
fn ends(text: &str) -> impl Iterator<Item = &str> {
    text.char_indices().map(|(at, _)| &text[at..]).chain([""])
}

/// What is left of a pattern behind what a part without `*` covers at its start.
fn behind<'a>(part: &str, narrow: &'a str) -> Option<&'a str> {
    if !part.contains('?') {
        return narrow.strip_prefix(part);
    }
    part.chars().try_fold(narrow, |rest, wanted| {
        let mut given = rest.chars();
        let fits =
            given.next().is_some_and(|given| if wanted == '?' { given != '*' } else { given == wanted });
        fits.then_some(given.as_str())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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

    /// Every way to put characters for the wildcards of the wide pattern.
    fn spelled_out(wide: &[char], narrow: &[char]) -> bool {
        let Some((first, behind)) = wide.split_first() else { return narrow.is_empty() };
        match first {
            '*' => (0..=narrow.len()).any(|length| spelled_out(behind, &narrow[length..])),
            '?' => narrow.first().is_some_and(|other| *other != '*') && spelled_out(behind, &narrow[1..]),
            first => narrow.first() == Some(first) && spelled_out(behind, &narrow[1..]),
        }
    }

    fn pattern() -> impl Strategy<Value = String> {
        prop::collection::vec(prop::sample::select(&['a', 'b', 'é', '*', '?'][..]), 0..8)
            .prop_map(String::from_iter)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn what_covers_a_pattern_is_found_by_how_it_begins(
            wide in prop::collection::vec(pattern(), 0..8), narrow in pattern()
        ) {
            let patterns = Patterns::new(wide.iter().map(|wide| (wide.as_str(), ())));
            let found: BTreeSet<&str> = patterns.covering(&narrow).map(|(wide, ())| *wide).collect();
            let expected = wide.iter().map(String::as_str).filter(|wide| covers(wide, &narrow));
            prop_assert_eq!(found, expected.collect::<BTreeSet<_>>());
        }

        #[test]
        fn one_covers_another_where_some_way_through_it_does(wide in pattern(), narrow in pattern()) {
            let (of_wide, of_narrow): (Vec<char>, Vec<char>) = (wide.chars().collect(), narrow.chars().collect());
            prop_assert_eq!(covers(&wide, &narrow), spelled_out(&of_wide, &of_narrow), "{} {}", wide, narrow);
        }
    }

    #[test]
    fn many_wildcards_take_no_time() {
        assert!(!covers(&"*a".repeat(60), &"a".repeat(59)));
    }
}
