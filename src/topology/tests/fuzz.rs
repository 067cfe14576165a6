//! No text makes the loader panic, and whatever it says is about a place in the file.

use proptest::prelude::*;

use super::{FULL, VALID, parse};

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

/// Values that are right somewhere and wrong elsewhere, as flow YAML.
const VALUES: [&str; 26] = [
    "",
    "~",
    "0",
    "-1",
    "1",
    "99999999999999999999",
    "1.5",
    "true",
    "'true'",
    "app",
    "'111111111111'",
    "111111111111",
    "us-east-1",
    "cn-north-1",
    "decompressed",
    "'!{timestamp:yyyy'",
    "'%[a%'",
    "'/app/*['",
    "arn:aws:kms:us-east-1:1:alias/a",
    "\"\\u00e9\\u0000\"",
    "i-0134c94a",
    "policies/s3.json",
    "broken.json",
    "arn:aws:iam::111111111111:policy/a",
    "CloudWatchAgentServerPolicy",
    "{ Statement: [{ Effect: Allow }] }",
];

/// Renders too: excerpts slice the text by the spans.
fn survives(text: &str) {
    let Err(invalid) = parse("t.yaml", text) else { return };
    assert!(!invalid.problems().is_empty());
    super::rendering::rendered(&invalid);
    let lines: Vec<&str> = text.strip_prefix('\u{feff}').unwrap_or(text).split('\n').collect();
    for problem in invalid.problems() {
        let line = lines.get(problem.line() - 1);
        let line = line.unwrap_or_else(|| panic!("line {} of {}: {problem}", problem.line(), lines.len()));
        let columns = line.chars().count() + 1;
        assert!(problem.column() <= columns, "column {} of {columns}: {problem}", problem.column());
    }
}

/// A map whose keys are mostly those of a topology, with values of any shape.
fn tree() -> impl Strategy<Value = String> {
    let words = FULL
        .split([' ', '\n', ':', '{', ','])
        .filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase()));
    let keys: Vec<String> = words
        .filter(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        .map(Into::into)
        .collect();
    let leaf = prop::sample::select(VALUES.to_vec()).prop_map(ToOwned::to_owned);
    leaf.prop_recursive(5, 60, 6, move |inner| {
        let entry = (prop::sample::select(keys.clone()), inner.clone());
        let map = prop::collection::vec(entry, 0..6).prop_map(|entries| {
            let entries: Vec<String> = entries.iter().map(|(key, value)| format!("{key}: {value}")).collect();
            format!("{{ {} }}", entries.join(", "))
        });
        let list = prop::collection::vec(inner, 0..3).prop_map(|items| format!("[{}]", items.join(", ")));
        prop_oneof![3 => map, 1 => list]
    })
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
        edits in prop::collection::vec((0..FULL.len(), 0..20_usize, prop::sample::select(PIECES.to_vec())), 1..6),
    ) {
        for valid in [VALID, FULL] {
            let mut characters: Vec<char> = valid.chars().collect();
            for (at, removed, piece) in &edits {
                let start = at % characters.len().max(1);
                let end = (start + removed).min(characters.len());
                characters.splice(start.min(end)..end, piece.chars());
            }
            survives(&characters.into_iter().collect::<String>());
        }
    }

    /// Lines lost, doubled, swapped and given another value: what an editor or a merge does to a file.
    #[test]
    fn any_change_of_lines(
        changes in prop::collection::vec((0..105_usize, 0..4_usize, prop::sample::select(VALUES.to_vec())), 1..8),
    ) {
        let mut lines: Vec<String> = FULL.lines().map(ToOwned::to_owned).collect();
        for (at, change, value) in changes {
            let at = at % lines.len();
            match change {
                0 => { lines.remove(at); }
                1 => lines.insert(at, lines[at].clone()),
                2 => lines.swap(at, 0),
                _ => {
                    let key = lines[at].split(':').next().unwrap_or_default();
                    lines[at] = format!("{key}: {value}");
                }
            }
        }
        survives(&lines.join("\n"));
    }

    #[test]
    fn any_tree_of_known_keys(tree in tree()) {
        survives(&tree);
        let head = "version: 1\nname: logs\nregion: us-east-1\n";
        survives(&format!("{head}destinations: {tree}\nsources: {tree}\n"));
        survives(&format!("{head}agents: {{ a: {tree} }}\nreaders: {{ r: {tree} }}\n"));
    }
}
