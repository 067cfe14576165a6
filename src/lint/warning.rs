//! Valid settings of a topology that probably do not do what the author intended.
//!
//! A warning is data: `ui` has the words. Its rule is stable, so that users can refer to it. It does not make a command fail
//! unless its rule is denied.

use std::fmt;

use super::excerpt::Excerpt;
use super::rule::Rule;
use super::severity::Severity;
use crate::pattern::{Doubt, Surprise};

/// A rule that a topology goes against, with what there is to say about it.
///
/// To add one: a row in `lint/rule.rs`, a variant, its words in `ui/wording/lint/`, its section in docs/lint.md, and
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
    /// A comment that allows what is not found.
    AllowWithoutEffect {
        /// The rule that it allows.
        rule: Rule,
    },
    /// A comment that is to allow something, and does not say a rule.
    AllowNotUnderstood {
        /// What it says in the place of one; empty where it says nothing.
        word: String,
        /// What it most likely means.
        instead: Option<String>,
    },
}

impl Lint {
    /// The rule.
    pub fn rule(&self) -> Rule {
        match self {
            Self::PatternSurprise { surprise, .. } => match surprise {
                Surprise::OneField { .. } => Rule::PatternOfOneField,
                Surprise::OptionalTermsIgnored { .. } => Rule::PatternIgnoresOptionalTerms,
                Surprise::OperatorAsTerm { .. } => Rule::PatternTakesOperatorForTerm,
            },
            Self::PatternDoubt { .. } => Rule::PatternNotCertain,
            Self::RetentionWithoutCreate { .. } => Rule::RetentionWithoutCreate,
            Self::CreateWithoutNames { .. } => Rule::CreateWithoutNames,
            Self::UnusedAccount { .. } => Rule::UnusedAccount,
            Self::UnusedDestination { .. } => Rule::UnusedDestination,
            Self::TrustWithoutOrganization => Rule::TrustWithoutOrganization,
            Self::VariableInText { .. } => Rule::VariableInText,
            Self::PrefixWithoutSlash { .. } => Rule::PrefixWithoutSlash,
            Self::AllowWithoutEffect { .. } => Rule::AllowWithoutEffect,
            Self::AllowNotUnderstood { .. } => Rule::AllowNotUnderstood,
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
    /// How much it matters.
    pub severity: Severity,
}

impl Warning {
    /// A warning that matters as much as its rule says.
    pub fn new(lint: Lint, excerpt: Excerpt) -> Self {
        let severity = lint.rule().facts().severity;
        Self { lint, excerpt, severity }
    }

    /// The rule.
    pub fn rule(&self) -> Rule {
        self.lint.rule()
    }
}

impl fmt::Debug for Warning {
    /// Without the file around it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at {:?}", self.lint, self.excerpt)
    }
}

/// A finding that is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedFinding {
    /// What was found.
    pub warning: Warning,
    /// Whether a comment of the topology allows it, and not a flag.
    pub in_source: bool,
    /// Why, where the comment says so.
    pub reason: Option<String>,
}
