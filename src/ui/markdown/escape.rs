//! Text of others in Markdown: nothing in it is markup, a link, a mention, or the end of what it stands in.
//!
//! A word that GitHub would make something else of is shown as code, where it makes nothing of anything. Backslashes
//! would not do: mentions, references and emoji are looked for when the Markdown is HTML already (GitHub Docs, "Basic
//! writing and formatting syntax"; GitHub Flavored Markdown Spec, 6.1 "Code spans").

use crate::ui::text::clean;

/// How code is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Where Markdown is read: between backticks.
    Markdown,
    /// Inside HTML, in which no Markdown is read.
    Html,
}

/// A message on one line. What it has between backticks is code. `first` says whether it starts its line.
pub(super) fn message(text: &str, place: Place, first: bool) -> String {
    let text = clean(text);
    let mut shown = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, from)) = rest.split_once('`') {
        let Some((inside, after)) = from.split_once('`') else { break };
        shown += &words(before, place, first && shown.is_empty());
        shown += &code(inside, place);
        rest = after;
    }
    let first = first && shown.is_empty();
    shown + &words(rest, place, first)
}

/// A name in the typeface of code.
pub(super) fn code(text: &str, place: Place) -> String {
    let text = clean(text);
    if text.trim().is_empty() {
        return String::new();
    }
    // A table ends its cell at a bar even in code, and code ends at a backtick.
    if place == Place::Markdown && !text.contains(['`', '|']) {
        return format!("`{}`", text.trim());
    }
    let entity = |character: char| match character {
        '-' | '/' => character.to_string(),
        sign if sign.is_ascii_punctuation() => format!("&#{};", u32::from(sign)),
        other => other.to_string(),
    };
    format!("<code>{}</code>", text.chars().map(entity).collect::<String>())
}

/// Words between code, each as it is or as code. `first` says whether they start a line.
fn words(text: &str, place: Place, first: bool) -> String {
    let word = |(index, word): (usize, &str)| {
        let inner = word.trim_matches(['(', ')', ',', '.', ';', ':', '"', '\'', '!', '?']);
        // Between two colons there may be the name of an emoji; ARNs read better as code anyway.
        let coloned = word.matches(':').count() > 1;
        let marks = coloned || is_marked(inner) || (first && index == 0 && starts_a_block(word));
        match word.split_once(inner).filter(|_| marks && !inner.is_empty()) {
            Some((before, after)) => format!("{before}{}{after}", code(inner, place)),
            None if marks => code(word, place),
            None => word.to_owned(),
        }
    };
    text.split(' ').enumerate().map(word).collect::<Vec<_>>().join(" ")
}

/// Whether Markdown, HTML or GitHub would make something else of a word.
fn is_marked(word: &str) -> bool {
    const SIGNS: [char; 15] = ['@', '$', '#', '_', '*', '~', '\\', '<', '>', '&', '|', '[', ']', '`', '^'];
    word.contains(SIGNS) || word.contains("://") || word.starts_with("www.") || word.starts_with("GH-")
}

/// Whether a word at the start of a line would make a list or a heading of it.
fn starts_a_block(word: &str) -> bool {
    let number = word.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let numbered = number.len() < word.len() && (number == "." || number == ")");
    numbered || (!word.is_empty() && word.chars().all(|sign| matches!(sign, '-' | '+' | '=' | ':')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_plain_stays_as_it_is() {
        for text in
            ["the log group is not there; make it, or don't (1 of 2).", "30 days: 5 → 64", "日本語 a/b"]
        {
            assert_eq!(message(text, Place::Markdown, true), text);
            assert_eq!(message(text, Place::Html, true), text);
        }
    }

    #[test]
    fn what_github_would_make_something_of_is_code() {
        let check = |text: &str, expect: &str| assert_eq!(message(text, Place::Markdown, true), expect);
        check("ask @octocat, or @org/team.", "ask `@octocat`, or `@org/team`.");
        check("fixes #12 and GH-7", "fixes `#12` and `GH-7`");
        check("<img src=x onerror=y> & </details>", "`<img` src=x `onerror=y>` `&` `</details>`");
        check("an *emphasis* with snake_case :tada:", "an `*emphasis*` with `snake_case` :`tada`:");
        check("$x$ [a](https://b.c) ![i](j)", "`$x$` `[a](https://b.c`) !`[i](j`)");
        check("(arn:aws:iam::111111111111:role/x)", "(`arn:aws:iam::111111111111:role/x`)");
        check("a|b\\|c", "<code>a&#124;b&#92;&#124;c</code>");
        check("line\nbreak\u{202e}", "`line\\nbreak\\u{202e}`");
        check("see `logpipe plan --out a_b` first", "see `logpipe plan --out a_b` first");
        check("one ` alone @x", "one <code>&#96;</code> alone `@x`");
        check("`a|b`", "<code>a&#124;b</code>");
    }

    #[test]
    fn nothing_starts_a_block() {
        let check = |text: &str, expect: &str| assert_eq!(message(text, Place::Markdown, true), expect);
        check("- a", "`-` a");
        check("1. a", "`1`. a");
        check("12) a", "`12`) a");
        check("=== a", "`===` a");
        check("# a", "`#` a");
        check("> a", "`>` a");
        check("a - 1. b", "a - 1. b");
    }

    #[test]
    fn html_is_written_out_inside_html() {
        assert_eq!(
            message("a <b>&co @me", Place::Html, true),
            "a <code>&#60;b&#62;&#38;co</code> <code>&#64;me</code>"
        );
        assert_eq!(code("</summary>", Place::Html), "<code>&#60;/summary&#62;</code>");
        assert_eq!(code(" ", Place::Html), "");
    }
}
