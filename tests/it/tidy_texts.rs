//! The rules that nothing is decided by what a text says, and that ARNs are taken apart and put together in one place.

use std::path::Path;

use crate::tidy::{Source, sources};

/// What values are called that hold words for people.
const WORDED: [&str; 9] =
    ["because", "detail", "finding", "hint", "message", "note", "notice", "reason", "why"];

/// What looks into a text.
const LOOKS: [&str; 10] = [
    "contains(",
    "ends_with(",
    "find(",
    "rsplit",
    "split(",
    "split_once(",
    "splitn(",
    "starts_with(",
    "strip_prefix(",
    "strip_suffix(",
];

/// What stands between a value and a look into it.
const BETWEEN: [&str; 6] = [
    "as_str()",
    "as_deref()",
    "to_string()",
    "to_lowercase()",
    "to_ascii_lowercase()",
    "unwrap_or_default()",
];

/// Whether a line looks into a value that holds words.
fn looks_into_words(line: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    WORDED.iter().any(|name| {
        line.match_indices(name).any(|(at, _)| {
            let after = &line[at + name.len()..];
            let whole = !line[..at].ends_with(is_part) && !after.starts_with(is_part);
            let mut rest = after;
            while let Some(call) = rest.strip_prefix('.') {
                if LOOKS.iter().any(|look| call.starts_with(look)) {
                    return whole;
                }
                let Some(between) = BETWEEN.iter().find_map(|one| call.strip_prefix(one)) else { break };
                rest = between;
            }
            false
        })
    })
}

#[track_caller]
fn nowhere(what: &str, is_spared: impl Fn(&Source) -> bool, has: impl Fn(&str) -> bool) {
    let bad: Vec<String> = sources()
        .iter()
        .filter(|source| !is_spared(source))
        .flat_map(|source| {
            let lines = source.code.lines().filter(|line| has(line));
            lines.map(|line| format!("{}: {}", source.path, line.trim())).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(bad, [""; 0], "{what}");
}

#[test]
fn nothing_is_decided_by_words() {
    // Kinds and `aws/` classify errors of AWS by its words where it has no code for them, and filter patterns are about
    // the messages of log events.
    let classifies = |source: &Source| {
        ["aws", "identifiers", "pattern", "policy", "provider", "sandbox", "secrets", "topology"]
            .contains(&source.module())
    };
    nowhere("data decides, and words are made of it", classifies, looks_into_words);
}

#[test]
fn arns_are_made_and_taken_apart_in_one_place() {
    let is_the_place = |source: &Source| {
        source.path == "address/arn.rs"
            // All of it is a test.
            || source.path == "explain/agreement.rs"
            // Patterns of ARNs, and what begins as one; the simulated AWS has ARNs of its own.
            || ["address", "identifiers", "policy", "sandbox"].contains(&source.module())
    };
    let ways = [
        "format!(\"arn:",
        "(f, \"arn:",
        "starts_with(\"arn:",
        "strip_prefix(\"arn:",
        "splitn(6, ':')",
        "splitn(5, ':')",
        "split(':').nth(3)",
        "split(':').nth(4)",
        "split_once(\":role/\")",
        "split_once(\":policy/\")",
        "contains(\":role/\")",
        "contains(\"::aws:policy/\")",
    ];
    nowhere("ARNs are made by `address::arn`, and parsed by `Arn`", is_the_place, |line| {
        ways.iter().any(|way| line.contains(way))
    });
}

/// The codes that a file gives to programs.
fn codes(path: &str) -> Vec<String> {
    let source = sources().iter().find(|source| source.path == path).unwrap();
    let functions = source.code.split("fn code(").skip(1);
    let arms = functions.flat_map(|rest| rest.split("\n    }\n").next().unwrap().lines());
    let codes = arms.filter_map(|line| line.split_once("=> \"")?.1.split('"').next());
    codes.map(str::to_owned).collect()
}

#[test]
fn every_code_is_in_the_docs() {
    let docs = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/json-output.md")).unwrap();
    let (_, table) = docs.split_once("## Codes").unwrap();
    for path in [
        "export/model.rs",
        "graph/note.rs",
        "plan/fleet.rs",
        "plan/model/note.rs",
        "plan/model/reason.rs",
        "provider/notice.rs",
        "provider/obstacle.rs",
        "verify/note.rs",
        "wait_for.rs",
    ] {
        let codes = codes(path);
        assert!(!codes.is_empty(), "{path}");
        // What comes with a reason is in saved plans alone.
        let beside = ["migrates_to_organization", "migrates_to_accounts", "rights_go_later"];
        for code in codes.iter().filter(|code| !beside.contains(&code.as_str())) {
            assert!(table.contains(&format!("`{code}`")), "{path}: {code} is not in docs/json-output.md");
        }
    }
}

#[test]
fn the_rules_see_what_they_are_for() {
    for line in [
        "    .filter(|note| note.starts_with(&place))",
        "match finding.split_once(\": sources.\") {",
        "because.retain(|reason| !reason.contains(&beside));",
        "if step.reason.as_str().contains(\"it\") {",
    ] {
        assert!(looks_into_words(line), "{line}");
    }
    for line in ["notes.contains(&note)", "whys.starts_with(x)", "let reason = text.split_once(':');"] {
        assert!(!looks_into_words(line), "{line}");
    }
}

/// Files move, and documents go on naming them.
#[test]
fn what_documents_name_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["", "docs", "docs/decisions"].map(|folder| root.join(folder));
    let crates = std::fs::read_dir(root.join("crates")).unwrap().map(|entry| entry.unwrap().path());
    let entries = folders.into_iter().chain(crates).flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let documents = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "md"));
    for document in documents {
        let text = std::fs::read_to_string(&document).unwrap();
        // What is between backticks, in fences too.
        for named in text.split('`').skip(1).step_by(2).filter(|named| is_path(named)) {
            let from = [root, &root.join("src"), document.parent().unwrap()];
            let there = from.iter().any(|folder| folder.join(named).exists());
            assert!(there, "{} names {named}, which is not there", document.display());
        }
    }
}

/// Whether a text is a path: from the root of the repository, from `src/`, or from the folder of its document on.
fn is_path(text: &str) -> bool {
    let from_root = ["benches/", "crates/", "docs/", "scripts/", "src/", "tests/", "topologies/"];
    let plain = text.chars().all(|sign| sign.is_ascii_alphanumeric() || "._-/".contains(sign));
    let of_source = text.ends_with(".rs") && text.contains('/');
    plain && (of_source || from_root.iter().any(|folder| text.starts_with(folder)))
}
