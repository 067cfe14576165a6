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
    /// A variable that no value refers to.
    UnusedVariable {
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
    /// A log group whose events two sources deliver to one destination.
    DeliveredTwice {
        /// The log group.
        log_group: String,
        /// The other source.
        other: String,
        /// The destination.
        destination: String,
    },
    /// An exclusion that takes nothing out.
    ExcludeWithoutEffect {
        /// The source.
        source: String,
        /// The exclusion.
        exclude: String,
    },
    /// Log groups that forget events before their delivery is given up.
    RetentionShorterThanRetries {
        /// The source.
        source: String,
    },
    /// A way to spread events over shards, where there are none.
    DistributionWithoutShards {
        /// The source.
        source: String,
    },
    /// Events that are kept in another region than they are written in.
    EventsLeaveRegion {
        /// The source.
        source: String,
        /// The regions they leave.
        regions: Vec<String>,
        /// The destination.
        destination: String,
        /// The region of its bucket.
        region: String,
    },
    /// Which accounts of an organisation are meant, where none are.
    OrganizationWithoutSource {
        /// The key that says so.
        key: &'static str,
    },
    /// Keys of objects that end otherwise than what is in the objects.
    ExtensionMisleads {
        /// The end of the keys.
        extension: String,
        /// Whether the objects are gzipped.
        gzipped: bool,
    },
    /// Failed records in the folder of delivered objects.
    ErrorsAmongObjects {
        /// The folder of the objects.
        folder: String,
        /// The prefix of failed records.
        errors: String,
    },
    /// A timestamp with letters that mean something else than they seem to.
    TimestampMisread {
        /// Which of the two prefixes it is in.
        key: &'static str,
        /// What it means.
        misread: Misread,
    },
    /// Objects that leave a storage class before the time that is billed at least.
    MovedForLessThanBilled {
        /// The storage class.
        class: String,
        /// How many days they stay.
        days: u32,
        /// How many are billed.
        billed: u32,
    },
    /// A KMS key whose policy is another account's.
    KeyOfAnotherAccount {
        /// The id of that account.
        account: String,
        /// The role that uses the key.
        role: String,
    },
    /// A policy of the user's own that allows everything.
    PolicyAllowsEverything {
        /// The policy.
        policy: String,
        /// The number of the statement, from 1.
        statement: usize,
    },
    /// A policy variable where the language has none.
    PolicyVariableWithoutVersion {
        /// The policy.
        policy: String,
        /// The variable.
        variable: String,
    },
    /// A log group that an agent may not write to.
    AgentCannotWrite {
        /// The agent.
        agent: String,
        /// The log group.
        log_group: String,
    },
    /// A reader whose role allows nothing.
    ReaderReadsNothing {
        /// The reader.
        reader: String,
    },
    /// What is said for a role that is not assumed.
    AccessWithoutRole {
        /// The account that it is said of; `None` is all of them.
        account: Option<String>,
        /// The key.
        key: &'static str,
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
                Surprise::MatchesNothing { .. } => Rule::PatternMatchesNothing,
            },
            Self::PatternDoubt { .. } => Rule::PatternNotCertain,
            Self::RetentionWithoutCreate { .. } => Rule::RetentionWithoutCreate,
            Self::CreateWithoutNames { .. } => Rule::CreateWithoutNames,
            Self::UnusedAccount { .. } => Rule::UnusedAccount,
            Self::UnusedDestination { .. } => Rule::UnusedDestination,
            Self::TrustWithoutOrganization => Rule::TrustWithoutOrganization,
            Self::VariableInText { .. } => Rule::VariableInText,
            Self::UnusedVariable { .. } => Rule::UnusedVariable,
            Self::PrefixWithoutSlash { .. } => Rule::PrefixWithoutSlash,
            Self::DeliveredTwice { .. } => Rule::DeliveredTwice,
            Self::ExcludeWithoutEffect { .. } => Rule::ExcludeWithoutEffect,
            Self::RetentionShorterThanRetries { .. } => Rule::RetentionShorterThanRetries,
            Self::DistributionWithoutShards { .. } => Rule::DistributionWithoutShards,
            Self::EventsLeaveRegion { .. } => Rule::EventsLeaveRegion,
            Self::OrganizationWithoutSource { .. } => Rule::OrganizationWithoutSource,
            Self::ExtensionMisleads { .. } => Rule::ExtensionMisleads,
            Self::ErrorsAmongObjects { .. } => Rule::ErrorsAmongObjects,
            Self::TimestampMisread { .. } => Rule::TimestampMisread,
            Self::MovedForLessThanBilled { .. } => Rule::MovedForLessThanBilled,
            Self::KeyOfAnotherAccount { .. } => Rule::KeyOfAnotherAccount,
            Self::PolicyAllowsEverything { .. } => Rule::PolicyAllowsEverything,
            Self::PolicyVariableWithoutVersion { .. } => Rule::PolicyVariableWithoutVersion,
            Self::AgentCannotWrite { .. } => Rule::AgentCannotWrite,
            Self::ReaderReadsNothing { .. } => Rule::ReaderReadsNothing,
            Self::AccessWithoutRole { .. } => Rule::AccessWithoutRole,
            Self::AllowWithoutEffect { .. } => Rule::AllowWithoutEffect,
            Self::AllowNotUnderstood { .. } => Rule::AllowNotUnderstood,
        }
    }
}

/// Which letters of a timestamp mean something else than they seem to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Misread {
    /// Minutes, and no hours: the month is meant.
    MinutesWithoutHours,
    /// Hours up to twelve, and no half of the day.
    HoursOfHalfADay,
    /// The day of the year, and the month.
    DayOfYearBesideMonth,
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
