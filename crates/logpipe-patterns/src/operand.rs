//! Comparisons, as JSON and space-delimited patterns share them.

use super::doubt::DoubtKind;
use super::error::PatternError;
use super::regex::Regex;
use super::scanner::Scanner;

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Operator {
    /// Reads an operator if one is next.
    pub(super) fn read(scanner: &mut Scanner<'_>) -> Option<Self> {
        // Longer ones first, so that `<=` is not read as `<`.
        [
            ("!=", Self::NotEqual),
            ("<=", Self::LessOrEqual),
            (">=", Self::GreaterOrEqual),
            ("<", Self::Less),
            (">", Self::Greater),
            ("=", Self::Equal),
        ]
        .into_iter()
        .find_map(|(text, operator)| scanner.take(text).then_some(operator))
    }
}

/// A value found in a message: its text, and its number if it is one.
pub(super) struct MemberValue<'a> {
    pub(super) text: &'a str,
    pub(super) number: Option<f64>,
}

/// What a value is compared with.
#[derive(Debug, Clone)]
pub(super) enum Operand {
    Number { value: f64, text: String },
    Text { any_before: bool, text: String, any_after: bool },
    Regex(Regex),
}

/// An operator and its operand.
#[derive(Debug, Clone)]
pub(super) struct Comparison {
    operator: Operator,
    pub(super) operand: Operand,
}

impl Comparison {
    /// Reads the operand that belongs to `operator`.
    pub(super) fn read(scanner: &mut Scanner<'_>, operator: Operator) -> Result<Self, PatternError> {
        scanner.skip_space();
        let wrong = scanner.error("only numbers can be compared by size", "write a number such as 500");
        let operand = match scanner.peek() {
            Some('"') => Operand::of_text(&scanner.quoted()?),
            Some('%') => Operand::Regex(scanner.regex()?),
            _ => Operand::bare(scanner)?,
        };
        let by_size = !matches!(operator, Operator::Equal | Operator::NotEqual);
        if by_size && !matches!(operand, Operand::Number { .. }) {
            return Err(wrong);
        }
        Ok(Self { operator, operand })
    }

    /// Whether `found` compares as asked.
    pub(super) fn holds(&self, found: &MemberValue<'_>) -> bool {
        match self.operator {
            Operator::Equal => self.operand.equals(found),
            Operator::NotEqual => !self.operand.equals(found),
            Operator::Less => self.operand.compare(found, |given, wanted| given < wanted),
            Operator::LessOrEqual => self.operand.compare(found, |given, wanted| given <= wanted),
            Operator::Greater => self.operand.compare(found, |given, wanted| given > wanted),
            Operator::GreaterOrEqual => self.operand.compare(found, |given, wanted| given >= wanted),
        }
    }
}

impl Operand {
    fn bare(scanner: &mut Scanner<'_>) -> Result<Self, PatternError> {
        let missing = scanner.error(
            format!("a value is missing before {}", scanner.found()),
            "write a number, a word, a \"quoted string\" or a %regular expression%",
        );
        let start = scanner.offset();
        let text = scanner.take_while(|c| c.is_ascii_alphanumeric() || "_-+.*:/".contains(c));
        let ends = scanner.peek().is_none_or(|c| c.is_whitespace() || ")}],&|".contains(c));
        if text.is_empty() && ends {
            return Err(missing);
        }
        if !ends {
            let message = format!("a value with {} needs quotes", scanner.found());
            return Err(scanner.error(message, "write the value in double quotes"));
        }
        // The guide asks for quotes around all but letters, digits and `_`, and goes without them for `.` and `*`.
        if number(text).is_none() && text.contains(['-', '+', ':', '/']) {
            scanner.doubt(start, DoubtKind::BareValue);
        }
        Ok(match number(text) {
            Some(value) => Self::Number { value, text: text.to_owned() },
            None => Self::of_text(text),
        })
    }

    /// `*` is a wildcard at either end and a character in between.
    fn of_text(text: &str) -> Self {
        let inner = text.strip_prefix('*');
        let (any_before, text) = (inner.is_some(), inner.unwrap_or(text));
        let inner = text.strip_suffix('*');
        let (any_after, text) = (inner.is_some(), inner.unwrap_or(text));
        Self::Text { any_before, text: text.to_owned(), any_after }
    }

    fn equals(&self, found: &MemberValue<'_>) -> bool {
        match self {
            Self::Number { value, text } => {
                found.number.map_or_else(|| found.text == text, |number| number == *value)
            }
            Self::Regex(regex) => regex.matches(found.text),
            Self::Text { any_before: true, text, any_after: true } => found.text.contains(text),
            Self::Text { any_before: true, text, any_after: false } => found.text.ends_with(text),
            Self::Text { any_before: false, text, any_after: true } => found.text.starts_with(text),
            Self::Text { any_before: false, text, any_after: false } => found.text == text,
        }
    }

    fn compare(&self, found: &MemberValue<'_>, holds: fn(f64, f64) -> bool) -> bool {
        match (self, found.number) {
            (Self::Number { value, .. }, Some(number)) => holds(number, *value),
            _ => false,
        }
    }
}

/// A number as patterns and fields write it; words such as `inf` are not numbers.
pub(super) fn number(text: &str) -> Option<f64> {
    let digits = text.trim_start_matches(['+', '-']);
    digits.starts_with(|c: char| c.is_ascii_digit() || c == '.').then(|| text.parse().ok()).flatten()
}
