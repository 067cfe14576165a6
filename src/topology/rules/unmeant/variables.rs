//! What looks like a variable, where there are none.

use crate::lint::Lint;
use crate::topology::finding::Findings;
use crate::topology::yaml::{Kind, Node, Value};

/// Texts that look as if the environment was to be put into them. Variables of policies have a colon, or are no word
/// (IAM User Guide, "IAM policy elements: Variables and tags").
pub(super) fn of(node: &Node, findings: &mut Findings) {
    match &node.value {
        Value::Scalar { text, kind: Kind::Text } => {
            if let Some(variable) = variable(text) {
                findings.warn(node.span, Lint::VariableInText { variable: variable.to_owned() });
            }
        }
        Value::Scalar { .. } => {}
        Value::List(items) => items.iter().for_each(|item| of(item, findings)),
        Value::Map(entries) => entries.iter().for_each(|entry| of(&entry.value, findings)),
    }
}

/// The first `${NAME}` of a text.
fn variable(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (inside, after) = rest[at + 2..].split_once('}')?;
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if inside.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && inside.chars().all(word) {
            return Some(&rest[at..at + inside.len() + 3]);
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_of_a_shell_are_told_from_those_of_policies() {
        let check = |text: &str, expect: Option<&str>| assert_eq!(variable(text), expect);
        check("logs-${ACCOUNT_ID}", Some("${ACCOUNT_ID}"));
        check("a${aws:username}b${HOME}", Some("${HOME}"));
        for text in ["${aws:PrincipalTag/x}", "${*}", "$HOME", "${", "${}", "!{timestamp:yyyy}", "${a b}"] {
            check(text, None);
        }
    }
}
