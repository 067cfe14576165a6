//! Patterns that the guide does not cover: parts that logpipe accepts and CloudWatch Logs may refuse.

/// A part of a pattern that CloudWatch Logs alone can decide on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Doubt {
    /// Where it starts, in bytes from the start of the pattern.
    pub offset: usize,
    /// The part.
    pub text: String,
    /// What is not known about it.
    pub kind: DoubtKind,
}

/// What the guide leaves open (CloudWatch Logs User Guide, "Filter pattern syntax").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DoubtKind {
    /// Brackets after `$` or a name, without a dot: the guide writes `$.['a.b']`.
    BracketsWithoutDot,
    /// A name in double quotes: the guide writes `['a.b']`.
    DoubleQuotedName,
    /// A property name with characters other than letters, digits, `_` and `-`.
    PropertyName,
    /// A value with `:`, `/`, `-` or `+` in it and without quotes.
    BareValue,
    /// `is null` and the like in lower case.
    KeywordCase,
    /// A term with letters outside ASCII, without quotes.
    BareTerm,
    /// Two terms without a space between them.
    AdjacentTerms,
    /// An empty phrase.
    EmptyPhrase,
    /// A regular expression together with other terms.
    RegexBesideTerms,
    /// A space in a regular expression, which appears only in an example of the guide.
    RegexSpace,
    /// An escape that the guide does not list.
    RegexEscape,
}
