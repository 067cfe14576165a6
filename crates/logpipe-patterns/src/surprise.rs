//! Patterns that CloudWatch Logs accepts, but that most likely do not do what their author means.

use super::syntax::Pattern;

/// What a pattern does that is most likely not meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Surprise {
    /// `[ERROR]` is a space-delimited pattern of one field, whose name is never looked for.
    OneField {
        /// The name of the field, or its condition.
        field: String,
    },
    /// `?` terms are ignored if there are other terms (CloudWatch Logs User Guide, "Match optional terms").
    OptionalTermsIgnored {
        /// The terms without effect.
        ignored: Vec<String>,
        /// The terms that every event must have.
        required: Vec<String>,
        /// The terms that no event may have.
        excluded: Vec<String>,
    },
    /// A term that every event must have and none may have.
    MatchesNothing {
        /// The term.
        term: String,
    },
    /// `OR` and `AND` are words like any other.
    OperatorAsTerm {
        /// The word.
        word: String,
    },
}

impl Pattern {
    /// What it does that is most likely not meant.
    pub fn surprises(&self) -> Vec<Surprise> {
        if let Some(field) = self.only_field() {
            return vec![Surprise::OneField { field: field.to_owned() }];
        }
        let Some(terms) = self.terms() else { return Vec::new() };
        let written = |terms: &[super::terms::Term]| terms.iter().map(ToString::to_string).collect();
        let ignored = !terms.any.is_empty() && !terms.any_will_do();
        let ignored = ignored.then(|| Surprise::OptionalTermsIgnored {
            ignored: written(&terms.any),
            required: written(&terms.all),
            excluded: written(&terms.none),
        });
        let all: Vec<String> = written(&terms.all);
        let none: Vec<String> = written(&terms.none);
        let contradicted = all.iter().find(|term| none.contains(term)).cloned();
        let nothing = contradicted.map(|term| Surprise::MatchesNothing { term });
        let several = all.len() > 1;
        let operator = all.into_iter().find(|word| several && (word == "OR" || word == "AND"));
        let operator = operator.map(|word| Surprise::OperatorAsTerm { word });
        ignored.into_iter().chain(nothing).chain(operator).collect()
    }
}
