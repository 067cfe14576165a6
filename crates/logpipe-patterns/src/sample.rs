//! Texts that a regular expression of a filter pattern matches. Pure.
//!
//! There are no groups in these expressions, so each is a choice of sequences of repeated characters, and a text is
//! written down by walking along one of them.

use super::regex::Regex;

/// Alternatives and variants of each that are tried.
const MOST_SEQUENCES: usize = 16;
const VARIANTS: usize = 4;

/// More repetitions are not written.
const MOST_REPEATED: usize = 256;

/// Every character a text may be made of, best first.
const CHOICE: &str =
    "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_-:/.,=#@;+*%&!?'\"()<>[]{}|\\^$~` \t";

/// A text that an expression matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sample {
    pub(super) text: String,
    /// Whether it holds the mark.
    pub(super) marked: bool,
    /// Whether nothing may come before it.
    pub(super) first: bool,
    /// Whether nothing may come after it.
    pub(super) last: bool,
}

impl Sample {
    pub(super) fn of_text(text: &str) -> Self {
        Self { text: text.to_owned(), marked: false, first: false, last: false }
    }
}

impl Regex {
    /// Texts that it matches, those without the mark first.
    pub(super) fn samples(&self, mark: &str) -> Vec<Sample> {
        let sequences: Vec<Sequence> =
            Reader::new(self.as_str()).sequences().into_iter().take(MOST_SEQUENCES).collect();
        let plain = sequences.iter().flat_map(|one| (0..VARIANTS).map(move |variant| one.plain(variant)));
        let marked = sequences.iter().filter_map(|one| one.marked(mark));
        let mut samples: Vec<Sample> = Vec::new();
        for sample in plain.chain(marked) {
            if self.matches(&sample.text) && !samples.contains(&sample) {
                samples.push(sample);
            }
        }
        samples
    }
}

/// A set of ASCII characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Characters(u128);

impl Characters {
    const ANY: Self = Self(!(1 << b'\n'));

    fn one(character: char) -> Self {
        u8::try_from(character).ok().filter(u8::is_ascii).map_or(Self(0), |byte| Self(1 << byte))
    }

    fn where_true(belongs: impl Fn(char) -> bool) -> Self {
        let members = (0..128u8).filter(|byte| belongs(char::from(*byte)));
        Self(members.fold(0, |set, byte| set | 1 << byte))
    }

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn not(self) -> Self {
        Self(!self.0)
    }

    fn contains(self, character: char) -> bool {
        self.0 & Self::one(character).0 != 0
    }

    /// The `index`-th of the characters that texts are made of.
    fn pick(self, index: usize) -> Option<char> {
        let members: Vec<char> = CHOICE.chars().filter(|character| self.contains(*character)).collect();
        members.get(index.checked_rem(members.len())?).copied()
    }
}

/// Characters of one kind, repeated.
#[derive(Debug)]
struct Piece {
    characters: Characters,
    least: usize,
    most: usize,
}

impl Piece {
    fn write(&self, variant: usize) -> String {
        // Every second variant writes what may be left out.
        let times = if self.least == 0 && variant % 2 == 1 { self.most.min(1) } else { self.least };
        (0..times).filter_map(|index| self.characters.pick(variant + index)).collect()
    }

    /// The mark instead of the characters, where they leave room for it.
    fn write_mark(&self, mark: &str) -> Option<String> {
        let fits = mark.chars().all(|character| self.characters.contains(character));
        let length = mark.chars().count();
        let rest = self.least.saturating_sub(length);
        let padding = || (0..rest).filter_map(|index| self.characters.pick(index));
        (fits && length <= self.most).then(|| mark.chars().chain(padding()).collect())
    }
}

/// One alternative of an expression.
#[derive(Debug, Default)]
struct Sequence {
    pieces: Vec<Piece>,
    first: bool,
    last: bool,
}

impl Sequence {
    fn plain(&self, variant: usize) -> Sample {
        let text = self.pieces.iter().map(|piece| piece.write(variant)).collect();
        Sample { text, marked: false, first: self.first, last: self.last }
    }

    fn marked(&self, mark: &str) -> Option<Sample> {
        let (place, text) = self
            .pieces
            .iter()
            .enumerate()
            .find_map(|(index, piece)| piece.write_mark(mark).map(|text| (index, text)))?;
        let write = |(index, piece): (usize, &Piece)| {
            if index == place { text.clone() } else { piece.write(0) }
        };
        let text = self.pieces.iter().enumerate().map(write).collect();
        Some(Sample { text, marked: true, first: self.first, last: self.last })
    }
}

/// Walks along an expression that has been checked already; what it does not know ends the walk, and the text that
/// comes of it is tried against the expression itself.
struct Reader<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text.chars().peekable() }
    }

    fn sequences(mut self) -> Vec<Sequence> {
        let mut sequences = vec![Sequence::default()];
        while let Some(character) = self.rest.next() {
            let characters = match character {
                '|' => {
                    sequences.push(Sequence::default());
                    continue;
                }
                '[' => self.class(),
                '\\' => self.escape(),
                '.' => Characters::ANY,
                '^' | '$' => {
                    if let Some(sequence) = sequences.last_mut() {
                        *(if character == '^' { &mut sequence.first } else { &mut sequence.last }) = true;
                    }
                    continue;
                }
                literal => Characters::one(literal),
            };
            let (least, most) = self.repetition();
            if let Some(sequence) = sequences.last_mut() {
                sequence.pieces.push(Piece { characters, least: least.min(MOST_REPEATED), most });
            }
        }
        sequences
    }

    /// What is between brackets.
    fn class(&mut self) -> Characters {
        let negated = self.rest.next_if_eq(&'^').is_some();
        let (mut set, mut from) = (Characters(0), None);
        let mut empty = true;
        while let Some(character) = self.rest.next() {
            match (character, from) {
                (']', _) if !empty => break,
                ('-', Some(first)) if self.rest.peek().is_some_and(|next| *next != ']') => {
                    let last = self.rest.next().unwrap_or(first);
                    set = set.or(Characters::where_true(|one| (first..=last).contains(&one)));
                    from = None;
                }
                ('\\', _) => {
                    set = set.or(self.escape());
                    from = None;
                }
                (literal, _) => {
                    set = set.or(Characters::one(literal));
                    from = Some(literal);
                }
            }
            empty = false;
        }
        if negated { set.not() } else { set }
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Characters {
        let (digit, space) = (|c: char| c.is_ascii_digit(), |c: char| c.is_ascii_whitespace() || c == '\x0b');
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        match self.rest.next() {
            Some('d') => Characters::where_true(digit),
            Some('D') => Characters::where_true(digit).not(),
            Some('s') => Characters::where_true(space),
            Some('S') => Characters::where_true(space).not(),
            Some('w') => Characters::where_true(word),
            Some('W') => Characters::where_true(word).not(),
            Some('x') => {
                let digits: String = self.rest.by_ref().take(2).collect();
                let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                code.map_or(Characters(0), Characters::one)
            }
            Some(literal) => Characters::one(literal),
            None => Characters(0),
        }
    }

    /// How often the last characters are repeated: at least and at most.
    fn repetition(&mut self) -> (usize, usize) {
        let times = match self.rest.peek() {
            Some('*') => (0, usize::MAX),
            Some('+') => (1, usize::MAX),
            Some('?') => (0, 1),
            Some('{') => self.counted(),
            _ => return (1, 1),
        };
        self.rest.next();
        // Whether as few as possible are taken makes no difference to whether it matches.
        self.rest.next_if_eq(&'?');
        times
    }

    /// Reads `{3`, `{3,` or `{3,5`.
    fn counted(&mut self) -> (usize, usize) {
        self.rest.next();
        let mut text = String::new();
        while let Some(character) = self.rest.next_if(|next| *next != '}') {
            text.push(character);
        }
        match text.split_once(',') {
            None => {
                let times = text.parse().unwrap_or(1);
                (times, times)
            }
            Some((least, most)) => (least.parse().unwrap_or(0), most.parse().unwrap_or(usize::MAX)),
        }
    }
}
