//! Policy variables: `${key}`, `${key, 'default'}` and the quoted characters `${*}`, `${?}`, `${$}`.

use std::collections::BTreeSet;

use super::context::{Facts, Single};
use super::document::Version;
use super::wildcard::{Piece, plain};

/// What a text comes to once its variables are replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expanded {
    Text(Vec<Piece>),
    /// A variable has neither value nor default, so the text matches nothing.
    Nothing,
    /// Variables of these keys are not known; the pieces leave open what they stand for.
    Unknown(BTreeSet<String>, Vec<Piece>),
}

/// `text` with its variables replaced.
///
/// Only documents of the 2012 version have variables; in older ones they are plain text. What a variable stands
/// for is taken literally, so that nobody can put a wildcard into a tag or a name.
pub(super) fn expand(text: &str, version: Version, facts: &Facts<'_>) -> Expanded {
    if version == Version::V2008 {
        return Expanded::Text(plain(text).collect());
    }
    let (mut pieces, mut unknown) = (Vec::new(), BTreeSet::new());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((variable, tail)) = after.split_once('}') else { break };
        pieces.extend(plain(before));
        match value(variable, facts) {
            Variable::Value(value) => pieces.extend(value.chars().map(Piece::literal)),
            Variable::None => return Expanded::Nothing,
            Variable::Unknown(key) => {
                unknown.insert(key);
                pieces.push(Piece::OPEN);
            }
        }
        rest = tail;
    }
    pieces.extend(plain(rest));
    if unknown.is_empty() { Expanded::Text(pieces) } else { Expanded::Unknown(unknown, pieces) }
}

enum Variable {
    Value(String),
    None,
    Unknown(String),
}

fn value(variable: &str, facts: &Facts<'_>) -> Variable {
    if matches!(variable, "*" | "?" | "$") {
        return Variable::Value(variable.to_owned());
    }
    let (key, default) = match variable.split_once(',') {
        Some((key, default)) => (key, Some(default.trim())),
        None => (variable, None),
    };
    let default = default.and_then(|text| text.strip_prefix('\'')?.strip_suffix('\''));
    match (facts.single(key.trim()), default) {
        (Single::Value(value), _) => Variable::Value(value),
        (Single::None, Some(default)) => Variable::Value(default.to_owned()),
        (Single::None, None) => Variable::None,
        (Single::Unknown, _) => Variable::Unknown(key.trim().to_owned()),
    }
}

/// Expanded text as a string, for operators without wildcards.
pub(super) fn as_text(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.character).collect()
}

#[cfg(test)]
mod tests {
    use super::super::wildcard::Pattern;
    use super::super::{Context, Principal};
    use super::*;

    fn check(text: &str, version: Version, expect: Option<&str>) {
        let context = Context::complete().with("aws:PrincipalTag/team", "blue*").with("aws:username", "ann");
        let facts = Facts { principal: &Principal::Anonymous, context: &context };
        let expanded = match expand(text, version, &facts) {
            Expanded::Text(pieces) => Some(as_text(&pieces)),
            Expanded::Nothing => None,
            unknown @ Expanded::Unknown(..) => panic!("{unknown:?}"),
        };
        assert_eq!(expanded.as_deref(), expect, "{text}");
    }

    #[test]
    fn variables_become_values() {
        check("a/${aws:username}/b", Version::V2012, Some("a/ann/b"));
        check("${AWS:UserName}${*}${?}${$}", Version::V2012, Some("ann*?$"));
        check("${aws:nothing, 'all'}", Version::V2012, Some("all"));
        check("${aws:username, 'all'}", Version::V2012, Some("ann"));
        check("${aws:nothing}", Version::V2012, None);
        check("open ${brace", Version::V2012, Some("open ${brace"));
        check("a/${aws:username}", Version::V2008, Some("a/${aws:username}"));
    }

    #[test]
    fn a_wildcard_in_a_value_is_no_wildcard() {
        let context = Context::new().with("aws:PrincipalTag/team", "*");
        let facts = Facts { principal: &Principal::Anonymous, context: &context };
        let Expanded::Text(pieces) = expand("b/${aws:PrincipalTag/team}/*", Version::V2012, &facts) else {
            panic!("the tag is known");
        };
        let pattern = Pattern::of_text(pieces);
        assert!(pattern.matches("b/*/x"));
        assert!(!pattern.matches("b/red/x"));
    }

    #[test]
    fn what_is_not_known_is_left_open() {
        let context = Context::new();
        let facts = Facts { principal: &Principal::Anonymous, context: &context };
        let expanded = expand("b/${aws:PrincipalTag/team, 'all'}/x", Version::V2012, &facts);
        let Expanded::Unknown(keys, pieces) = expanded else { panic!("{expanded:?}") };
        assert_eq!(keys, ["aws:PrincipalTag/team".to_owned()].into());
        let pattern = Pattern::of_resource(pieces);
        assert!(pattern.matches("b/red:1/x"));
        assert!(!pattern.matches("c/red/x"));
    }
}
