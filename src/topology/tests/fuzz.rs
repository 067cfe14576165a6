//! No text makes the loader panic.

use proptest::prelude::*;

use super::super::parse;
use super::VALID;

/// Pieces that mean something to YAML or to the loader.
const PIECES: [&str; 24] = [
    ": ",
    "- ",
    "\n",
    "  ",
    "\t",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "#",
    "&a ",
    "*a",
    "!x ",
    "|\n",
    ">\n",
    "---\n",
    "<<: ",
    "? ",
    "!{",
    "é\u{feff}\r",
    "999999999999",
    "external_id: ",
];

/// Renders too: excerpts slice the text by the spans.
fn survives(text: &str) {
    if let Err(invalid) = parse("t.yaml", text) {
        assert!(!invalid.problems().is_empty());
        super::rendering::rendered(&invalid);
    }
}

proptest! {
    #[test]
    fn any_text(text in "\\PC{0,200}") {
        survives(&text);
    }

    #[test]
    fn any_pieces(pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..40)) {
        survives(&pieces.concat());
    }

    #[test]
    fn any_edit_of_a_valid_topology(
        edits in prop::collection::vec((0..VALID.len(), 0..20_usize, prop::sample::select(PIECES.to_vec())), 1..6),
    ) {
        let mut characters: Vec<char> = VALID.chars().collect();
        for (at, removed, piece) in edits {
            let start = at.min(characters.len());
            let end = (start + removed).min(characters.len());
            characters.splice(start..end, piece.chars());
        }
        survives(&characters.into_iter().collect::<String>());
    }
}
