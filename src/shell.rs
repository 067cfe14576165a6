//! Quotes words for a shell, so that users can paste what is shown.

use crate::untrusted::is_unseen;

/// The word in one piece, with nothing in it that the shell or the terminal it is pasted into would obey.
///
/// Control characters are obeyed by the line editor before the shell sees any quotes, so they are written in the
/// `$'…'` form (POSIX.1-2024, Shell Command Language, 2.2.4; bash, zsh and ksh have had it long).
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_@%+=:,./#-".contains(c);
    // A leading `#` begins a comment, and a leading `=` is expanded by zsh.
    if !word.is_empty() && word.chars().all(plain) && !word.starts_with(['=', '#']) {
        return word.to_owned();
    }
    if word.chars().any(is_unseen) {
        let escaped: String = word.chars().map(escaped).collect();
        return format!("$'{escaped}'");
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn escaped(character: char) -> String {
    match character {
        '\'' | '\\' => format!("\\{character}"),
        unseen if is_unseen(unseen) => {
            unseen.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("\\{byte:03o}")).collect()
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_needs_it() {
        let check = |word: &str, expect: &str| assert_eq!(quoted(word), expect);
        check("topologies/a.yaml", "topologies/a.yaml");
        check("my topology.yaml", "'my topology.yaml'");
        check("it's", r"'it'\''s'");
        check("a*", "'a*'");
        check("", "''");
        check("=ls", "'=ls'");
        check("a;b", "'a;b'");
    }

    #[test]
    fn what_a_terminal_would_obey_when_it_is_pasted_is_escaped() {
        let check = |word: &str, expect: &str| assert_eq!(quoted(word), expect);
        check("a\nrm -rf it's", r"$'a\012rm -rf it\'s'");
        check("\u{1b}[201~\\", r"$'\033[201~\\'");
        check("\u{202e}x", r"$'\342\200\256x'");
    }
}
