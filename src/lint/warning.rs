//! Valid settings of a topology that probably do not do what the author intended.
//!
//! A warning is data: `ui` has the words. Its code is stable, so that users can refer to a rule. It does not make a
//! command fail.

use std::fmt;

use super::excerpt::Excerpt;
use crate::pattern::{Doubt, Surprise};

/// A rule that a topology goes against, with what there is to say about it.
///
/// To add one: a variant, its code, its words in `ui/warning.rs`, its row in docs/json-output.md, and
/// `Findings::warn` where it is found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lint {
    /// A filter pattern that does something other than what most people mean by it.
    PatternSurprise {
        /// The pattern.
        pattern: String,
        /// What it does.
        surprise: Surprise,
    },
    /// A filter pattern that only CloudWatch Logs can judge, which `plan` asks it to do.
    PatternDoubt {
        /// The pattern.
        pattern: String,
        /// Which part of it, and what is not known.
        doubt: Doubt,
        /// Why CloudWatch Logs has not said, once it was asked.
        unanswered: Option<String>,
    },
    /// A retention for log groups that logpipe makes, in a source that makes none.
    RetentionWithoutCreate {
        /// The source.
        source: String,
    },
    /// Log groups that are to be made, in a source that names none in full.
    CreateWithoutNames {
        /// The source.
        source: String,
    },
    /// An account that nothing refers to.
    UnusedAccount {
        /// The account.
        account: String,
    },
    /// A destination that no source delivers to.
    UnusedDestination {
        /// The destination.
        destination: String,
    },
    /// Trust in an organisation, where no destination admits one.
    TrustWithoutOrganization,
    /// What looks like a variable of the environment, in a text that is taken as it is.
    VariableInText {
        /// The variable.
        variable: String,
    },
    /// A prefix that the rest of the key follows without a `/`.
    PrefixWithoutSlash {
        /// Which of the two prefixes.
        key: &'static str,
        /// The prefix.
        prefix: String,
    },
}

impl Lint {
    /// The name of the rule, which stays.
    pub fn code(&self) -> &'static str {
        match self {
            Self::PatternSurprise { surprise, .. } => match surprise {
                Surprise::OneField { .. } => "pattern_of_one_field",
                Surprise::OptionalTermsIgnored { .. } => "pattern_ignores_optional_terms",
                Surprise::OperatorAsTerm { .. } => "pattern_takes_operator_for_term",
            },
            Self::PatternDoubt { .. } => "pattern_not_certain",
            Self::RetentionWithoutCreate { .. } => "retention_without_create",
            Self::CreateWithoutNames { .. } => "create_without_names",
            Self::UnusedAccount { .. } => "unused_account",
            Self::UnusedDestination { .. } => "unused_destination",
            Self::TrustWithoutOrganization => "trust_without_organization",
            Self::VariableInText { .. } => "variable_in_text",
            Self::PrefixWithoutSlash { .. } => "prefix_without_slash",
        }
    }
}

/// A warning with its place in the file.
#[derive(Clone, PartialEq, Eq)]
pub struct Warning {
    /// What it is about.
    pub lint: Lint,
    /// Where.
    pub excerpt: Excerpt,
}

impl fmt::Debug for Warning {
    /// Without the file around it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at {:?}", self.lint, self.excerpt)
    }
}
