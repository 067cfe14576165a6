//! Filter patterns: read and matched in a time that grows with their length, whatever they are.

use logpipe::pattern::parse;
use proptest::prelude::*;

/// Pieces that mean something in one of the three forms.
const PIECES: [&str; 28] = [
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "$.",
    "$",
    ".a",
    "[0]",
    "=",
    "!=",
    ">",
    "\"",
    "*",
    "%",
    "?",
    "-",
    "&&",
    "||",
    ",",
    "...",
    "IS",
    "NULL",
    "NOT EXISTS",
    " ",
    "10.*",
    "あ",
];

proptest! {
    #[test]
    fn any_pieces_are_a_pattern_or_an_error_at_a_place(
        pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..60), message in ".{0,60}"
    ) {
        let text = pieces.concat();
        match parse(&text) {
            Ok(pattern) => {
                prop_assert_eq!(pattern.matches(&message), pattern.matches(&message));
                pattern.values(&message);
            }
            Err(error) => prop_assert!(text.is_char_boundary(error.offset)),
        }
    }
}

/// Each would take longer than the universe has if alternatives were tried one by one.
#[test]
fn no_pattern_takes_exponential_time() {
    let stars = "*a".repeat(200);
    let long = "a".repeat(20_000);
    let nested = format!("%{}a{}%", "(".repeat(10), "+)+".repeat(10));
    let patterns = [
        format!("{{ $.a = \"{stars}b\" }}"),
        format!("[a = \"{stars}b\", ...]"),
        "%(a*)*b%".to_owned(),
        "%(a|aa)+b%".to_owned(),
        "%a*a*a*a*a*a*a*a*a*a*b%".to_owned(),
        nested,
    ];
    let json = serde_json::json!({ "a": long }).to_string();
    for text in &patterns {
        if let Ok(pattern) = parse(text) {
            assert!(!pattern.matches(&json) && !pattern.matches(&long), "{text}");
        }
    }
}

#[test]
fn no_depth_exhausts_the_stack() {
    for (open, close) in [("(", ")"), ("[", "]"), ("{", "}"), ("%(", ")%")] {
        let text = format!("{{ {}$.a = 1{} }}", open.repeat(100_000), close.repeat(100_000));
        assert!(parse(&text).is_err());
        assert!(
            parse(&format!("{}a{}", open.repeat(100_000), close.repeat(100_000))).is_err() || open == "("
        );
    }
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(!parse("{ $.a = 1 }").unwrap().matches(&deep));
}
