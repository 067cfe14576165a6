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

    /// A character that is not a wildcard.
    pub(super) fn literal(character: char) -> Self {
        Self { character, quoted: true, open: false }
    }

    pub(super) fn is(self, character: char) -> bool {
        self.character == character && !self.quoted
    }
}

/// The characters of a text without variables, as written.
pub(super) fn plain(text: &str) -> impl Iterator<Item = Piece> {
    text.chars().map(|character| Piece { character, quoted: false, open: false })
}

/// A pattern taken apart, so that comparing two texts settles most matches: what it begins with, its wildcards with
/// what is between them, and what it ends with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    start: String,
    /// From the first wildcard to the last; nothing in a pattern without any.
    wild: Vec<Token>,
    end: String,
}

/// One step of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Literal(char),
    One { colon: bool },
    Any { colon: bool },
}

impl Pattern {
    /// A pattern whose wildcards stand for any characters.
    pub(super) fn of_text(pieces: impl IntoIterator<Item = Piece>) -> Self {
        pieces.into_iter().map(|piece| token(piece, true)).collect()
    }

    /// The `Resource` entry of a policy.
    ///
    /// A wildcard stays within its colon-separated segment, except a `*` that ends its segment and anything in the
    /// sixth, the resource part (IAM User Guide, "IAM JSON policy elements: Resource").
    pub(super) fn of_resource(pieces: impl IntoIterator<Item = Piece>) -> Self {
        let mut segment = 1;
        let mut pieces = pieces.into_iter().peekable();
        let tokens = std::iter::from_fn(|| {
            let piece = pieces.next()?;
            if piece.character == ':' {
                segment += 1;
            }
            let ends_segment = pieces.peek().is_none_or(|next| next.character == ':');
            Some(token(piece, segment >= 6 || (ends_segment && piece.is('*'))))
        });
        tokens.collect()
    }

    /// Whether a text fits.
    pub(super) fn matches(&self, text: &str) -> bool {
        let Some(rest) = text.strip_prefix(self.start.as_str()) else { return false };
        match self.wild.as_slice() {
            [] => rest.is_empty(),
            wild => rest.strip_suffix(self.end.as_str()).is_some_and(|middle| fits(wild, middle)),
        }
    }
}

impl FromIterator<Token> for Pattern {
    fn from_iter<T: IntoIterator<Item = Token>>(tokens: T) -> Self {
        let mut pattern = Self { start: String::new(), wild: Vec::new(), end: String::new() };
        for token in tokens {
            match token {
                Token::Literal(character) if pattern.wild.is_empty() => pattern.start.push(character),
                Token::Literal(character) => pattern.end.push(character),
                wildcard @ (Token::One { .. } | Token::Any { .. }) => {
                    pattern.wild.extend(pattern.end.drain(..).map(Token::Literal));
                    pattern.wild.push(wildcard);
                }
            }
        }
        pattern
    }
}

/// Whether `text` fits `pattern`, `*` and `?` as in IAM.
pub fn like(pattern: &str, text: &str) -> bool {
    Pattern::of_text(plain(pattern)).matches(text)
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
    let fits = |(pattern, part): (&[Piece], &str)| Pattern::of_text(pattern.iter().copied()).matches(part);
    wanted.len() == 6 && given.len() == 6 && wanted.into_iter().zip(given).all(fits)
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

/// Whether a text fits what is between the first wildcard of a pattern and the last.
fn fits(wild: &[Token], text: &str) -> bool {
    match wild {
        [Token::Any { colon }] => *colon || !text.contains(':'),
        several => ways(several, text),
    }
}

/// Follows every way through the pattern at once, so that no pattern takes exponential time.
fn ways(tokens: &[Token], text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    // Whether the tokens so far can end before each character, and at the end.
    let mut reached = vec![false; characters.len() + 1];
    reached[0] = true;
    for token in tokens {
        step(*token, &mut reached, &characters);
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
    use proptest::prelude::*;

    use super::*;

    fn text_matches(pattern: &[Piece], text: &str) -> bool {
        Pattern::of_text(pattern.iter().copied()).matches(text)
    }

    fn resource_matches(pattern: &[Piece], text: &str) -> bool {
        Pattern::of_resource(pattern.iter().copied()).matches(text)
    }

    fn check(matcher: fn(&[Piece], &str) -> bool, pattern: &str, text: &str, expect: bool) {
        assert_eq!(matcher(&plain(pattern).collect::<Vec<_>>(), text), expect, "{pattern} on {text}");
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

    /// What the documentation says, word by word: a wildcard tries every length that it may stand for.
    fn spelled_out(tokens: &[Token], text: &[char]) -> bool {
        let Some((first, others)) = tokens.split_first() else { return text.is_empty() };
        match *first {
            Token::Literal(wanted) => text.first() == Some(&wanted) && spelled_out(others, &text[1..]),
            Token::One { colon } => {
                text.first().is_some_and(|given| colon || *given != ':') && spelled_out(others, &text[1..])
            }
            Token::Any { colon } => (0..=text.len())
                .take_while(|length| colon || !text[..*length].contains(&':'))
                .any(|length| spelled_out(others, &text[length..])),
        }
    }

    /// Which colons the wildcard at each place of a resource entry may stand for, counted again for each.
    fn resource_tokens(pattern: &[Piece]) -> Vec<Token> {
        let of = |index: usize| {
            let piece = pattern[index];
            let segment = 1 + pattern[..=index].iter().filter(|piece| piece.character == ':').count();
            let ends_segment = pattern.get(index + 1).is_none_or(|next| next.character == ':');
            token(piece, segment >= 6 || (ends_segment && piece.is('*')))
        };
        (0..pattern.len()).map(of).collect()
    }

    /// Few characters, so that much of it matches: wildcards, quoted ones, those of unknown variables, colons.
    fn pattern() -> impl Strategy<Value = Vec<Piece>> {
        let written = prop::sample::select(&['a', 'b', 'é', ':', '*', '?'][..]).prop_map(|character| Piece {
            character,
            quoted: false,
            open: false,
        });
        let quoted = prop::sample::select(&['a', ':', '*', '?'][..]).prop_map(Piece::literal);
        prop::collection::vec(prop_oneof![8 => written, 1 => quoted, 1 => Just(Piece::OPEN)], 0..8)
    }

    /// Short, as the reference takes exponential time.
    fn text() -> impl Strategy<Value = String> {
        prop::collection::vec(prop::sample::select(&['a', 'b', 'é', ':', '*', '?'][..]), 0..5)
            .prop_map(String::from_iter)
    }

    /// A text that fits where wildcards may stand for colons, and now and then where they may not.
    fn filled(pattern: &[Piece], fillings: &[String]) -> String {
        let mut fillings = fillings.iter().cycle();
        let mut next = || fillings.next().map_or("", String::as_str);
        let of = |piece: &Piece| match token(*piece, true) {
            Token::Literal(character) => character.to_string(),
            Token::One { .. } => next().chars().next().unwrap_or('a').to_string(),
            Token::Any { .. } => next().to_owned(),
        };
        pattern.iter().map(of).collect()
    }

    fn assert_as_spelled_out(pattern: &[Piece], text: &str) {
        let characters: Vec<char> = text.chars().collect();
        let of_text: Vec<Token> = pattern.iter().map(|piece| token(*piece, true)).collect();
        assert_eq!(text_matches(pattern, text), spelled_out(&of_text, &characters), "{pattern:?} on {text}");
        let of_resource = resource_tokens(pattern);
        assert_eq!(
            resource_matches(pattern, text),
            spelled_out(&of_resource, &characters),
            "the resource {pattern:?} on {text}"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn a_pattern_matches_what_trying_every_way_matches(pattern in pattern(), text in text()) {
            assert_as_spelled_out(&pattern, &text);
        }

        #[test]
        fn so_it_does_where_the_text_is_made_from_the_pattern(
            pattern in pattern(), fillings in prop::collection::vec(text(), 1..4)
        ) {
            let text = filled(&pattern, &fillings);
            prop_assert!(text_matches(&pattern, &text), "{:?} on {}", pattern, text);
            assert_as_spelled_out(&pattern, &text);
        }
    }
}
