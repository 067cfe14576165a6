//! One condition of a statement: whether it holds, and why not.

use super::context::Facts;
use super::document::Version;
use super::operator::{Comparison, Operator, Quantifier};
use super::principal::list;
use super::variable::{as_text, expand};
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

impl Condition {
    /// Holds, or the reason in plain words.
    pub(super) fn check(&self, version: Version, facts: &Facts<'_>) -> Result<(), String> {
        let given = facts.values(&self.key);
        if self.operator.comparison == Comparison::Null {
            return self.check_existence(given.is_some());
        }
        let wanted = self.wanted(version, facts);
        let holds = match &given {
            None => self.holds_without_key(),
            Some(given) => self.holds(given, &wanted),
        };
        if holds { Ok(()) } else { Err(self.explain(given.as_deref(), &wanted)) }
    }

    /// The policy's values with their variables replaced; those whose variables have no value match nothing.
    fn wanted(&self, version: Version, facts: &Facts<'_>) -> Vec<Vec<Piece>> {
        let expanded = |value: &String| match self.operator.comparison.has_variables() {
            true => expand(value, version, facts),
            false => Some(plain(value)),
        };
        self.values.iter().filter_map(expanded).collect()
    }

    fn check_existence(&self, exists: bool) -> Result<(), String> {
        let held = self.values.iter().any(|value| value.eq_ignore_ascii_case(&(!exists).to_string()));
        let found = if exists { "has it" } else { "has none" };
        match held {
            true => Ok(()),
            false => Err(format!(
                "condition Null {}: must be {}, and the request {found}",
                self.key,
                if exists { "absent" } else { "present" }
            )),
        }
    }

    /// IAM User Guide, "Condition operators" and "Multivalued context keys", on keys that are not there.
    fn holds_without_key(&self) -> bool {
        match self.operator.quantifier {
            Quantifier::ForAllValues => true,
            Quantifier::ForAnyValue => self.operator.if_exists,
            Quantifier::Single => self.operator.if_exists || self.operator.negated,
        }
    }

    fn holds(&self, given: &[String], wanted: &[Vec<Piece>]) -> bool {
        let Operator { comparison, negated, .. } = self.operator;
        let fits = |value: &String| wanted.iter().any(|wanted| comparison.holds(value, wanted)) != negated;
        match (self.operator.quantifier, negated) {
            // An empty string is a null data set, of which all values match (IAM User Guide, "Set operators for
            // multivalued context keys").
            (Quantifier::ForAllValues, _) => given.iter().all(String::is_empty) || given.iter().all(fits),
            (Quantifier::Single, true) => given.iter().all(fits),
            (Quantifier::ForAnyValue, _) | (Quantifier::Single, false) => given.iter().any(fits),
        }
    }

    fn explain(&self, given: Option<&[String]>, wanted: &[Vec<Piece>]) -> String {
        let wanted: Vec<String> = wanted.iter().map(|pieces| as_text(pieces)).collect();
        let head = format!("condition {} {}", self.name, self.key);
        if self.is_secret(given.unwrap_or_default(), &wanted) {
            return match given {
                None => format!("{head}: the request has none"),
                Some(_) => {
                    format!("{head}: the request has another value than the policy (values not shown)")
                }
            };
        }
        let wants = list(&quoted(&wanted));
        match given {
            None => format!("{head}: the request has none, wanted {wants}"),
            Some(given) => {
                let verb = if self.operator.negated { "must not match" } else { "does not match" };
                format!("{head}: {} {verb} {wants}", quoted(given).join(", "))
            }
        }
    }

    /// External ids are never printed, except the account ids that Firehose passes as such.
    fn is_secret(&self, given: &[String], wanted: &[String]) -> bool {
        let is_account = |value: &String| value.parse::<crate::address::AccountId>().is_ok();
        self.key.eq_ignore_ascii_case("sts:ExternalId") && !given.iter().chain(wanted).all(is_account)
    }
}

fn quoted(values: &[String]) -> Vec<String> {
    values.iter().map(|value| format!("\"{value}\"")).collect()
}
