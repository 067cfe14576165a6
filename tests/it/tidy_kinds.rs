//! The rule that no list of kinds has a rest: a kind that is added later would fall into it, and nobody would be told.

use crate::tidy::sources;

/// What a pattern over kinds has in it.
const KINDS: [&str; 3] = ["KindName::", "Resource::", "Live::"];

/// Goes through all kinds, and its rest is an error.
const TABLE: &str = "provider/table.rs";

/// Code without what is in its strings and characters, whose brackets say nothing.
fn without_texts(code: &str) -> String {
    let mut bare = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = rest.find(['"', '\'']) {
        let (before, from) = rest.split_at(at);
        bare.push_str(before);
        rest = match text_length(from) {
            Some(length) => &from[length..],
            // A lifetime.
            None => &from[1..],
        };
    }
    bare + rest
}

/// How long the string or character is that some code starts with.
fn text_length(code: &str) -> Option<usize> {
    let quote = code.chars().next()?;
    let mut escaped = false;
    for (at, letter) in code.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == quote => return Some(at + 1),
            _ if quote == '\'' && at > 1 => return None,
            _ => {}
        }
    }
    None
}

/// The patterns of each `match` in some code.
fn patterns_of_matches(code: &str) -> Vec<Vec<String>> {
    let starts = code.match_indices("match ").filter(|(at, _)| {
        !code[..*at].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_' || letter == '.')
    });
    starts.filter_map(|(at, _)| Some(patterns(&code[at + code[at..].find('{')?..]))).collect()
}

/// The patterns of a block of arms that some code starts with.
fn patterns(code: &str) -> Vec<String> {
    let (mut depth, mut arm, mut found) = (0_usize, String::new(), Vec::new());
    let mut letters = code.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth -= 1,
            _ => {}
        }
        match letter {
            '}' if depth == 0 => break,
            // The end of an arm: with its block, or with a comma.
            '}' | ',' if depth == 1 => arm.clear(),
            '=' if depth == 1 && letters.peek() == Some(&'>') => found.push(std::mem::take(&mut arm)),
            '{' if depth == 1 => {}
            _ => arm.push(letter),
        }
    }
    found
}

/// Whether a pattern takes whatever the others leave.
fn takes_the_rest(pattern: &str) -> bool {
    let pattern = pattern.trim().trim_start_matches('|').trim();
    let inner = pattern.trim_start_matches("Some").trim_start_matches("Ok");
    let inner = inner.trim_matches(['(', ')']);
    let any = |part: &str| {
        part.trim().trim_start_matches(|letter: char| letter.is_lowercase() || letter == '_').is_empty()
    };
    inner.split(',').all(any)
}

/// Whether a pattern, or one in its tuple, is of a kind, and not of something that holds one.
fn is_of_kinds(pattern: &str) -> bool {
    pattern.split(',').any(|part| {
        let part = part.trim_start_matches(|letter: char| "(|&".contains(letter) || letter.is_whitespace());
        let part = part.trim_start_matches("Some(").trim_start_matches("Ok(");
        KINDS.iter().any(|kind| part.starts_with(kind))
    })
}

fn has_a_rest(patterns: &[String]) -> bool {
    patterns.iter().any(|pattern| is_of_kinds(pattern))
        && patterns.iter().any(|pattern| takes_the_rest(pattern))
}

/// What is in the brackets that some code starts with.
fn in_brackets(code: &str) -> String {
    let within = code.chars().scan(0_usize, |depth, letter| {
        match letter {
            '(' => *depth += 1,
            ')' => *depth -= 1,
            _ => {}
        }
        (*depth > 0).then_some(letter)
    });
    within.collect()
}

/// Whether several kinds are listed where a fact would say what they have in common.
fn lists_kinds(code: &str) -> bool {
    code.match_indices("matches!(").any(|(at, _)| {
        let list = in_brackets(&code[at + "matches!".len()..]);
        KINDS.iter().any(|kind| list.matches(kind).count() > 1)
    })
}

#[test]
fn no_list_of_kinds_has_a_rest() {
    let others = sources().iter().filter(|source| source.path != TABLE && source.module() != "sandbox");
    let bad: Vec<&str> = others
        .filter(|source| {
            let code = without_texts(&source.code);
            lists_kinds(&code) || patterns_of_matches(&code).iter().any(|patterns| has_a_rest(patterns))
        })
        .map(|source| source.path.as_str())
        .collect();
    assert_eq!(bad, [""; 0], "decide by a fact of the kind, or say with `of` that one kind is meant");
}

#[test]
fn lists_with_a_rest_are_found() {
    let check = |code: &str, expect: bool| {
        let bare = without_texts(code);
        let found =
            patterns_of_matches(&bare).iter().any(|patterns| has_a_rest(patterns)) || lists_kinds(&bare);
        assert_eq!(found, expect, "{code}");
    };
    check("match kind { KindName::IamRole => 1, _ => 2 }", true);
    check("match kind { KindName::IamRole => { 1 } kind => 2 }", true);
    check("match (kind, x) { (KindName::IamRole, _) => f(a, b), (_, _) => '{' }", true);
    check("match live { Some(Live::IamRole(it)) if it.is(\"{\") => 1, Some(_) => 2, None => 3 }", true);
    check("matches!(kind, KindName::IamRole | KindName::LogGroup)", true);
    check("matches!(it, Resource::IamRole(_) | Resource::LogGroup(_))", true);
    check("matches!(kind, KindName::IamRole)", false);
    check("match kind { KindName::IamRole | KindName::LogGroup => 1, kind if is(kind) => 2 }", false);
    check("match action { Action::Keep(Live::IamRole(it)) => 1, _ => 2 }", false);
    check("match flow { Flow::Passes => Resource::of(x), _ => 2 }", false);
}
