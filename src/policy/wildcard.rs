//! Matching of `*` and `?`, in plain text and in ARNs. Knows no policy.

/// One character of a pattern; `quoted` ones come from a variable and are never wildcards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) character: char,
    pub(super) quoted: bool,
    /// It stands for a text that is not known, of whatever characters.
    pub(super) open: bool,
}

impl Piece {
    /// A text that is not known.
    pub(super) const OPEN: Self = Self { character: '*', quoted: false, open: true };

    /// A character that is no wildcard.
    pub(super) fn literal(character: char) -> Self {
        Self { character, quoted: true, open: false }
    }

    pub(super) fn is(self, character: char) -> bool {
        self.character == character && !self.quoted
    }
}

/// A pattern without variables, every character as written.
pub(super) fn plain(text: &str) -> Vec<Piece> {
    text.chars().map(|character| Piece { character, quoted: false, open: false }).collect()
}

/// One step of a compiled pattern.
#[derive(Clone, Copy)]
enum Token {
    Literal(char),
    One { colon: bool },
    Any { colon: bool },
}

/// Whether `text` fits `pattern`, wildcards standing for any characters.
pub(super) fn text_matches(pattern: &[Piece], text: &str) -> bool {
    run(pattern.iter().map(|piece| token(*piece, true)), text)
}

/// Whether `text` fits `pattern`, `*` and `?` as in IAM.
pub fn like(pattern: &str, text: &str) -> bool {
    text_matches(&plain(pattern), text)
}

/// Whether the ARN `text` fits the `Resource` entry `pattern`.
///
/// A wildcard stays within its colon-separated segment, except a `*` that ends its segment and anything in the
/// sixth, the resource part (IAM User Guide, "IAM JSON policy elements: Resource").
pub(super) fn resource_matches(pattern: &[Piece], text: &str) -> bool {
    let mut segment = 1;
    let tokens = pattern.iter().enumerate().map(|(index, piece)| {
        if piece.character == ':' {
            segment += 1;
        }
        let ends_segment = pattern.get(index + 1).is_none_or(|next| next.character == ':');
        token(*piece, segment >= 6 || (ends_segment && piece.is('*')))
    });
    run(tokens, text)
}

/// Whether the ARN `text` fits the ARN condition value `pattern`: each of the six parts on its own, the last one
/// holding whatever colons are left (IAM User Guide, "ARN condition operators").
pub(super) fn arn_matches(pattern: &[Piece], text: &str) -> bool {
    if let [only] = pattern
        && only.is('*')
    {
        return true;
    }
    let wanted: Vec<&[Piece]> = pattern.splitn(6, |piece| piece.character == ':').collect();
    let given: Vec<&str> = text.splitn(6, ':').collect();
    wanted.len() == 6
        && given.len() == 6
        && wanted.into_iter().zip(given).all(|(pattern, part)| text_matches(pattern, part))
}

fn token(piece: Piece, colon: bool) -> Token {
    if piece.is('*') {
        Token::Any { colon: colon || piece.open }
    } else if piece.is('?') {
        Token::One { colon }
    } else {
        Token::Literal(piece.character)
    }
}

/// Compares up to the first wildcard, which settles most pairs, and only then looks for ways through the rest.
fn run(mut tokens: impl Iterator<Item = Token>, text: &str) -> bool {
    let mut rest = text.chars();
    loop {
        match tokens.next() {
            None => return rest.next().is_none(),
            Some(Token::Literal(wanted)) if rest.next() == Some(wanted) => {}
            Some(Token::Literal(_)) => return false,
            Some(wildcard) => return ways(wildcard, tokens, rest.as_str()),
        }
    }
}

/// Follows every way through the pattern at once, so that no pattern takes exponential time.
fn ways(first: Token, others: impl Iterator<Item = Token>, text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    // Whether the tokens so far can end before each character, and at the end.
    let mut reached = vec![false; characters.len() + 1];
    reached[0] = true;
    for token in std::iter::once(first).chain(others) {
        step(token, &mut reached, &characters);
    }
    reached[characters.len()]
}

fn step(token: Token, reached: &mut [bool], characters: &[char]) {
    match token {
        Token::Any { colon } => {
            for (index, character) in characters.iter().enumerate() {
                reached[index + 1] |= reached[index] && (colon || *character != ':');
            }
        }
        // Backwards, so that what is read has not been written yet.
        Token::Literal(_) | Token::One { .. } => {
            for (index, character) in characters.iter().enumerate().rev() {
                reached[index + 1] = reached[index]
                    && match token {
                        Token::Literal(wanted) => *character == wanted,
                        Token::One { colon } | Token::Any { colon } => colon || *character != ':',
                    };
            }
            reached[0] = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(matcher: fn(&[Piece], &str) -> bool, pattern: &str, text: &str, expect: bool) {
        assert_eq!(matcher(&plain(pattern), text), expect, "{pattern} on {text}");
    }

    #[test]
    fn text_wildcards_stand_for_any_characters() {
        check(text_matches, "", "", true);
        check(text_matches, "*", "", true);
        check(text_matches, "a*b*c", "a:x/b-c", true);
        check(text_matches, "a*b*c", "a:x/b-", false);
        check(text_matches, "a?c", "abc", true);
        check(text_matches, "a?c", "ac", false);
        check(text_matches, "ログ*", "ログ群", true);
        check(text_matches, &"*a".repeat(40), &"a".repeat(39), false);
    }

    #[test]
    fn quoted_wildcards_are_characters() {
        let pattern = [Piece::literal('*')];
        assert!(text_matches(&pattern, "*"));
        assert!(!text_matches(&pattern, "x"));
    }

    #[test]
    fn resource_wildcards_keep_to_their_segment_unless_they_end_it() {
        check(resource_matches, "*", "anything", true);
        check(resource_matches, "arn:aws:logs:*", "arn:aws:logs:eu-west-1:1:destination:d", true);
        check(resource_matches, "arn:aws:logs:eu-*-1:1:*", "arn:aws:logs:eu-west-1:1:log-group:g:*", true);
        check(resource_matches, "arn:aws:logs:eu-*-1:1:*", "arn:aws:logs:eu-west-2:1-1:1:x", false);
        check(resource_matches, "arn:aws:logs:r:1:log-group:a*z", "arn:aws:logs:r:1:log-group:a:b:z", true);
    }

    #[test]
    fn arn_parts_are_compared_one_by_one() {
        check(arn_matches, "*", "arn:aws:s3:::b", true);
        check(arn_matches, "arn:aws:logs:*:1:*", "arn:aws:logs:r:1:log-group:g:*", true);
        check(arn_matches, "arn:aws:logs:*:2:*", "arn:aws:logs:r:1:x:2:y", false);
        check(arn_matches, "arn:aws:logs:*", "arn:aws:logs:r:1:log-group:g", false);
        check(arn_matches, "arn:aws:logs:*:1:*", "not an arn", false);
    }
}
