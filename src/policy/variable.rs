//! Policy variables: `${key}`, `${key, 'default'}` and the quoted characters `${*}`, `${?}`, `${$}`.

use super::context::Facts;
use super::document::Version;
use super::wildcard::{Piece, plain};

/// `text` with its variables replaced; `None` when a variable has neither value nor default, in which case the
/// text matches nothing.
///
/// Only documents of the 2012 version have variables; in older ones they are plain text. What a variable stands
/// for is taken literally, so that nobody can put a wildcard into a tag or a name.
pub(super) fn expand(text: &str, version: Version, facts: &Facts<'_>) -> Option<Vec<Piece>> {
    if version == Version::V2008 {
        return Some(plain(text));
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((variable, tail)) = after.split_once('}') else { break };
        pieces.extend(plain(before));
        pieces.extend(value(variable, facts)?.chars().map(|character| Piece { character, quoted: true }));
        rest = tail;
    }
    pieces.extend(plain(rest));
    Some(pieces)
}

fn value(variable: &str, facts: &Facts<'_>) -> Option<String> {
    if matches!(variable, "*" | "?" | "$") {
        return Some(variable.to_owned());
    }
    let (key, default) = match variable.split_once(',') {
        Some((key, default)) => (key, Some(default.trim())),
        None => (variable, None),
    };
    let default = default.and_then(|text| text.strip_prefix('\'')?.strip_suffix('\''));
    facts.single(key.trim()).or_else(|| default.map(str::to_owned))
}

/// Expanded text as a string, for operators without wildcards.
pub(super) fn as_text(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.character).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Context, Principal};
    use super::*;

    fn check(text: &str, version: Version, expect: Option<&str>) {
        let context = Context::new().with("aws:PrincipalTag/team", "blue*").with("aws:username", "ann");
        let facts = Facts { principal: &Principal::Anonymous, context: &context };
        assert_eq!(expand(text, version, &facts).as_deref().map(as_text).as_deref(), expect, "{text}");
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
        let pieces = expand("b/${aws:PrincipalTag/team}/*", Version::V2012, &facts).unwrap();
        assert!(super::super::wildcard::text_matches(&pieces, "b/*/x"));
        assert!(!super::super::wildcard::text_matches(&pieces, "b/red/x"));
    }
}
