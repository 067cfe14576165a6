//! Condition operators: their names and how each compares one value of the request with one of the policy.

use std::cmp::Ordering;

use super::variable::as_text;
use super::wildcard::{Pattern, Piece, arn_matches};
use super::{date, network};

/// What is compared with what, negation and quantifier aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Text,
    TextIgnoringCase,
    TextLike,
    Number(Order),
    Date(Order),
    Bool,
    Binary,
    Arn,
    Ip,
    Null,
}

/// How the request's value must compare with the policy's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// How a key with several values is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quantifier {
    /// No prefix; meant for keys with one value.
    Single,
    ForAnyValue,
    ForAllValues,
}

/// A condition operator as its name spells it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Operator {
    pub(super) quantifier: Quantifier,
    pub(super) comparison: Comparison,
    pub(super) negated: bool,
    pub(super) if_exists: bool,
}

impl Operator {
    /// The operator called `name`, if there is one.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let (quantifier, rest) = match name.split_once(':') {
            None => (Quantifier::Single, name),
            Some(("ForAnyValue", rest)) => (Quantifier::ForAnyValue, rest),
            Some(("ForAllValues", rest)) => (Quantifier::ForAllValues, rest),
            Some(_) => return None,
        };
        let (base, if_exists) = match rest.strip_suffix("IfExists") {
            Some(base) => (base, true),
            None => (rest, false),
        };
        let (comparison, negated) = base_operator(base)?;
        let bare = quantifier == Quantifier::Single && !if_exists;
        // `Null` asks for existence itself, so AWS gives it neither prefix nor suffix.
        (comparison != Comparison::Null || bare).then_some(Self {
            quantifier,
            comparison,
            negated,
            if_exists,
        })
    }
}

fn base_operator(name: &str) -> Option<(Comparison, bool)> {
    use Comparison::{Arn, Binary, Bool, Date, Ip, Null, Number, Text, TextIgnoringCase, TextLike};
    use Order::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
    Some(match name {
        "StringEquals" => (Text, false),
        "StringNotEquals" => (Text, true),
        "StringEqualsIgnoreCase" => (TextIgnoringCase, false),
        "StringNotEqualsIgnoreCase" => (TextIgnoringCase, true),
        "StringLike" => (TextLike, false),
        "StringNotLike" => (TextLike, true),
        "NumericEquals" => (Number(Equal), false),
        "NumericNotEquals" => (Number(Equal), true),
        "NumericLessThan" => (Number(Less), false),
        "NumericLessThanEquals" => (Number(LessOrEqual), false),
        "NumericGreaterThan" => (Number(Greater), false),
        "NumericGreaterThanEquals" => (Number(GreaterOrEqual), false),
        "DateEquals" => (Date(Equal), false),
        "DateNotEquals" => (Date(Equal), true),
        "DateLessThan" => (Date(Less), false),
        "DateLessThanEquals" => (Date(LessOrEqual), false),
        "DateGreaterThan" => (Date(Greater), false),
        "DateGreaterThanEquals" => (Date(GreaterOrEqual), false),
        "Bool" => (Bool, false),
        "BinaryEquals" => (Binary, false),
        "IpAddress" => (Ip, false),
        "NotIpAddress" => (Ip, true),
        // `ArnEquals` and `ArnLike` behave the same (IAM User Guide, "ARN condition operators").
        "ArnEquals" | "ArnLike" => (Arn, false),
        "ArnNotEquals" | "ArnNotLike" => (Arn, true),
        "Null" => (Null, false),
        _ => return None,
    })
}

impl Comparison {
    /// Whether policy variables have a meaning in the values of this comparison.
    pub(super) fn has_variables(self) -> bool {
        matches!(self, Self::Text | Self::TextIgnoringCase | Self::TextLike | Self::Arn)
    }

    /// Whether the request's value compares with the policy's as asked. A value of another type counts as
    /// different.
    pub(super) fn holds(self, given: &str, wanted: &[Piece]) -> bool {
        let text = || as_text(wanted);
        match self {
            Self::Text | Self::Binary => given == text(),
            Self::TextIgnoringCase => given.to_lowercase() == text().to_lowercase(),
            Self::TextLike => Pattern::of_text(wanted.iter().copied()).matches(given),
            Self::Arn => arn_matches(wanted, given),
            Self::Bool => given.eq_ignore_ascii_case(&text()),
            Self::Ip => network::contains(&text(), given),
            Self::Number(order) => compare(number(given), number(&text()), order),
            Self::Date(order) => compare(date::parse(given), date::parse(&text()), order),
            // Existence is decided before any value is looked at.
            Self::Null => false,
        }
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

fn compare<T: PartialOrd>(given: Option<T>, wanted: Option<T>, order: Order) -> bool {
    match (given, wanted) {
        (Some(given), Some(wanted)) => given.partial_cmp(&wanted).is_some_and(|found| order.holds(found)),
        _ => false,
    }
}
