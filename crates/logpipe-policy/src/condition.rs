//! One condition of a statement: whether it holds, and why not.

use std::collections::BTreeSet;

use super::context::{Facts, Known};
use super::document::Version;
use super::operator::{Comparison, Operator, Quantifier};
use super::principal::list;
use super::truth::Truth;
use super::variable::{Expanded, as_text, expand};
use super::wildcard::{Piece, plain};

/// One operator on one key.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Condition {
    /// The operator as written.
    pub(super) name: String,
    pub(super) operator: Operator,
    pub(super) key: String,
    pub(super) values: Vec<String>,
}

/// A value of the policy, its variables replaced.
enum Wanted {
    Text(Vec<Piece>),
    /// As written, with the keys of its variables that are not known.
    Unknown(String, BTreeSet<String>),
}

impl Wanted {
    fn text(&self) -> String {
        match self {
            Self::Text(pieces) => as_text(pieces),
            Self::Unknown(written, _) => written.clone(),
        }
    }
}

impl Condition {
    /// Whether it holds.
    pub(super) fn holds(&self, version: Version, facts: &Facts<'_>) -> Truth {
        let known = facts.of(&self.key);
        match self.operator.comparison {
            Comparison::Null => self.existence_is_as_asked(&known),
            _ => self.compares(&known, &self.wanted(version, facts)),
        }
    }

    /// Why it does not hold, or may not, in plain words.
    pub(super) fn explain(&self, version: Version, facts: &Facts<'_>) -> String {
        let known = facts.of(&self.key);
        match self.operator.comparison {
            Comparison::Null => self.explain_existence(&known),
            _ => self.explain_comparison(&known, &self.wanted(version, facts)),
        }
    }

    fn compares(&self, known: &Known, wanted: &[Wanted]) -> Truth {
        match known {
            Known::Absent => self.holds_without_key().into(),
            Known::Values(given) => self.holds_of(given, wanted),
            Known::OneOf(cases) => Truth::whichever(
                cases.iter().map(|case| self.holds_of(std::slice::from_ref(case), wanted)),
                &self.key,
            ),
            Known::Unknown { there: true } => self.holds_whatever_is_there(wanted),
            Known::Unknown { there: false } => Truth::whichever(
                [self.holds_without_key().into(), self.holds_whatever_is_there(wanted)],
                &self.key,
            ),
        }
    }

    /// The policy's values with their variables replaced; those whose variables have no value match nothing.
    fn wanted(&self, version: Version, facts: &Facts<'_>) -> Vec<Wanted> {
        let expanded = |value: &String| match self.operator.comparison.has_variables() {
            true => match expand(value, version, facts) {
                Expanded::Text(pieces) => Some(Wanted::Text(pieces)),
                Expanded::Nothing => None,
                Expanded::Unknown(keys, _) => Some(Wanted::Unknown(value.clone(), keys)),
            },
            false => Some(Wanted::Text(plain(value).collect())),
        };
        self.values.iter().filter_map(expanded).collect()
    }

    /// Whether `Null` asks for a key that exists, or for one that does not.
    fn asks_for_existence(&self, exists: bool) -> bool {
        let asked = (!exists).to_string();
        self.values.iter().any(|value| value.eq_ignore_ascii_case(&asked))
    }

    fn existence_is_as_asked(&self, known: &Known) -> Truth {
        let asked = |exists| Truth::from(self.asks_for_existence(exists));
        match known.exists() {
            Some(exists) => asked(exists),
            None => Truth::whichever([asked(true), asked(false)], &self.key),
        }
    }

    fn explain_existence(&self, known: &Known) -> String {
        let whatever = self.asks_for_existence(true) || self.asks_for_existence(false);
        let (wanted, found) = match known.exists() {
            None if whatever => {
                return format!("condition Null {}: it is not known whether the request has it", self.key);
            }
            Some(true) | None => ("absent", "has it"),
            Some(false) => ("present", "does not have it"),
        };
        format!("condition Null {}: must be {wanted}, but the request {found}", self.key)
    }

    /// IAM User Guide, "Condition operators" and "Multivalued context keys", on keys that are not there.
    fn holds_without_key(&self) -> bool {
        match self.operator.quantifier {
            Quantifier::ForAllValues => true,
            Quantifier::ForAnyValue => self.operator.if_exists,
            Quantifier::Single => self.operator.if_exists || self.operator.negated,
        }
    }

    /// Whether it holds for a key that is there with a value that is not known: seldom does the value not matter.
    fn holds_whatever_is_there(&self, wanted: &[Wanted]) -> Truth {
        let Operator { comparison, negated, quantifier, .. } = self.operator;
        let is_star = |pieces: &[Piece]| matches!(pieces, [only] if only.is('*'));
        let any_text = matches!(comparison, Comparison::TextLike | Comparison::Arn)
            && wanted.iter().any(|one| matches!(one, Wanted::Text(pieces) if is_star(pieces)));
        let fits = match (any_text, wanted) {
            (true, _) => !negated,
            (false, []) => negated,
            (false, _) => return Truth::depends_on(&self.key),
        };
        // An empty string among the values may be a null data set, see below.
        match (quantifier, fits) {
            (Quantifier::ForAllValues, false) => Truth::depends_on(&self.key),
            (_, fits) => fits.into(),
        }
    }

    fn holds_of(&self, given: &[String], wanted: &[Wanted]) -> Truth {
        let Operator { comparison, negated, .. } = self.operator;
        let fits = |value: &String| {
            let fits = Truth::any(wanted.iter().map(|wanted| match wanted {
                Wanted::Text(pieces) => comparison.holds(value, pieces).into(),
                Wanted::Unknown(_, keys) => Truth::Unknown(keys.clone()),
            }));
            if negated { !fits } else { fits }
        };
        match (self.operator.quantifier, negated) {
            // An empty string is a null data set, of which all values match (IAM User Guide, "Set operators for
            // multivalued context keys").
            (Quantifier::ForAllValues, _) if given.iter().all(String::is_empty) => Truth::Yes,
            (Quantifier::ForAllValues, _) | (Quantifier::Single, true) => Truth::all(given.iter().map(fits)),
            (Quantifier::ForAnyValue, _) | (Quantifier::Single, false) => Truth::any(given.iter().map(fits)),
        }
    }

    fn explain_comparison(&self, known: &Known, wanted: &[Wanted]) -> String {
        let wanted: Vec<String> = wanted.iter().map(Wanted::text).collect();
        let head = format!("condition {} {}", self.name, self.key);
        let given: &[String] = match known {
            Known::Values(given) | Known::OneOf(given) => given,
            Known::Absent | Known::Unknown { .. } => &[],
        };
        let secret = self.is_secret(given, &wanted);
        let wants = if secret { "a value that is not shown".to_owned() } else { list(&quoted(&wanted)) };
        match known {
            Known::Absent if secret => format!("{head}: the request does not have it"),
            Known::Absent => format!("{head}: the request does not have it, and the policy names {wants}"),
            Known::Unknown { .. } => {
                format!("{head}: the request's value is not known, and the policy names {wants}")
            }
            Known::Values(_) | Known::OneOf(_) if secret => {
                format!("{head}: the request has a different value from the policy (values not shown)")
            }
            Known::Values(given) => {
                format!("{head}: {} {} {wants}", quoted(given).join(", "), self.failing())
            }
            Known::OneOf(given) => format!("{head}: {} {} {wants}", list(&quoted(given)), self.failing()),
        }
    }

    fn failing(&self) -> &'static str {
        if self.operator.negated { "must not match" } else { "does not match" }
    }

    /// External ids are never printed, except the account ids that Firehose passes as such.
    fn is_secret(&self, given: &[String], wanted: &[String]) -> bool {
        let is_account = |value: &String| value.parse::<logpipe_identifiers::AccountId>().is_ok();
        self.key.eq_ignore_ascii_case("sts:ExternalId") && !given.iter().chain(wanted).all(is_account)
    }
}

fn quoted(values: &[String]) -> Vec<String> {
    values.iter().map(|value| format!("\"{value}\"")).collect()
}
