//! The rules, as a table: the code of each, its name, how much it matters, and what it is about.
//!
//! Nothing in a row ever changes but its severity and its wording: topologies and CI jobs refer to codes and names.

use std::fmt;

use super::severity::Severity;

/// What is known of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleFacts {
    /// Its code, `LP001` and so on. Codes are never used again.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// How much its findings matter, unless flags say otherwise.
    pub severity: Severity,
    /// What a topology has that goes against it, in one line of Markdown.
    pub meaning: &'static str,
}

/// Makes the enumeration and the table of one list.
macro_rules! rules {
    ($($variant:ident: $code:literal, $name:literal, $severity:ident, $meaning:literal;)+) => {
        /// A rule.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Rule { $(#[doc = $meaning] $variant,)+ }

        impl Rule {
            /// All of them, in the order of their codes.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// What is known of it.
            pub const fn facts(self) -> RuleFacts {
                match self {
                    $(Self::$variant => RuleFacts {
                        code: $code,
                        name: $name,
                        severity: Severity::$severity,
                        meaning: $meaning,
                    },)+
                }
            }
        }
    };
}

rules! {
    PatternOfOneField: "LP001", "pattern_of_one_field", Warning,
        "a filter pattern such as `[ERROR]`, which names a field but matches no word";
    PatternIgnoresOptionalTerms: "LP002", "pattern_ignores_optional_terms", Warning,
        "a filter pattern that mixes `?` terms with others, which makes them ineffective";
    PatternTakesOperatorForTerm: "LP003", "pattern_takes_operator_for_term", Warning,
        "`OR` or `AND` among the terms of a filter pattern";
    PatternNotCertain: "LP004", "pattern_not_certain", Warning,
        "a filter pattern that the CloudWatch Logs guide does not cover: `plan` asks CloudWatch Logs (TestMetricFilter), which accepts or refuses it; the warning stays if logpipe may not ask";
    RetentionWithoutCreate: "LP005", "retention_without_create", Warning,
        "`retention_days` in a source that makes no log groups";
    CreateWithoutNames: "LP006", "create_without_names", Warning,
        "`create` in a source whose log groups are all globs";
    UnusedAccount: "LP007", "unused_account", Warning,
        "an account that no destination, source, agent or reader uses";
    UnusedDestination: "LP008", "unused_destination", Warning,
        "a destination that no source delivers to";
    TrustWithoutOrganization: "LP009", "trust_without_organization", Warning,
        "`limits.trust_organization` without a destination that allows an organisation";
    VariableInText: "LP010", "variable_in_text", Warning,
        "`${NAME}` in a value: only `${var.name}` and `${env.NAME}` stand for variables";
    PrefixWithoutSlash: "LP011", "prefix_without_slash", Warning,
        "a `prefix` or `error_prefix` without a `/` between it and the rest of the key";
    AllowWithoutEffect: "LP012", "allow_without_effect", Note,
        "a comment that allows a rule in a line that does not go against it";
    AllowNotUnderstood: "LP013", "allow_not_understood", Note,
        "a comment that is to allow something, and names no rule";
    PatternMatchesNothing: "LP014", "pattern_matches_nothing", Warning,
        "a filter pattern with a term that events must have and must not have";
    DeliveredTwice: "LP015", "delivered_twice", Warning,
        "a log group that two sources deliver to the same destination";
    ExcludeWithoutEffect: "LP016", "exclude_without_effect", Warning,
        "an entry of `exclude` that no glob in `log_groups` can meet";
    RetentionShorterThanRetries: "LP017", "retention_shorter_than_retries", Warning,
        "`retention_days: 1` for log groups that are delivered";
    DistributionWithoutShards: "LP018", "distribution_without_shards", Note,
        "`distribution` of a filter, which means nothing to a Firehose stream";
    EventsLeaveRegion: "LP019", "events_leave_region", Note,
        "a source in another region than the bucket of its destination";
    OrganizationWithoutSource: "LP020", "organization_without_source", Warning,
        "`include` or `exclude` of an organisation that no source covers";
    ExtensionMisleads: "LP021", "extension_misleads", Warning,
        "a `file_extension` that says gzip where objects are not, or the other way round";
    ErrorsAmongObjects: "LP022", "errors_among_objects", Warning,
        "an `error_prefix` inside of the folder of delivered objects";
    TimestampMisread: "LP023", "timestamp_misread", Warning,
        "a timestamp such as `yyyy/mm/dd`, whose letters mean something else";
    MovedForLessThanBilled: "LP024", "moved_for_less_than_billed", Warning,
        "a transition to a storage class that objects leave before the time that S3 bills at least";
    KeyOfAnotherAccount: "LP025", "key_of_another_account", Note,
        "a `kms_key_arn` of another account than the bucket's";
    PolicyAllowsEverything: "LP026", "policy_allows_everything", Warning,
        "an extra policy of an agent that allows every action, or every one of IAM, on every resource";
    PolicyVariableWithoutVersion: "LP027", "policy_variable_without_version", Warning,
        "a policy variable in an extra policy without `Version: \"2012-10-17\"`";
    AgentCannotWrite: "LP028", "agent_cannot_write", Warning,
        "a log group that an agent collects for, and that its role gets no right to write to";
    ReaderReadsNothing: "LP029", "reader_reads_nothing", Warning,
        "a reader whose role gets no policy";
    AccessWithoutRole: "LP030", "access_without_role", Warning,
        "`external_id`, `session_name` or `via` where no role is assumed";
    UnusedVariable: "LP031", "unused_variable", Warning,
        "a variable that no value refers to";
}

impl Rule {
    /// Its code.
    pub const fn code(self) -> &'static str {
        self.facts().code
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        self.facts().name
    }

    /// The rule of a code or a name, whatever the case of its letters.
    pub fn of(word: &str) -> Option<Self> {
        let is_meant = |rule: &&Self| {
            let RuleFacts { code, name, .. } = rule.facts();
            code.eq_ignore_ascii_case(word) || name.eq_ignore_ascii_case(word)
        };
        Self::ALL.iter().find(is_meant).copied()
    }

    /// Where docs/lint.md describes it.
    pub fn anchor(self) -> String {
        let RuleFacts { code, name, .. } = self.facts();
        format!("docs/lint.md#{}-{name}", code.to_ascii_lowercase())
    }
}

impl fmt::Display for Rule {
    /// Code and name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RuleFacts { code, name, .. } = self.facts();
        write!(f, "{code} {name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_numbered_and_names_are_words() {
        for (index, rule) in Rule::ALL.iter().enumerate() {
            let RuleFacts { code, name, meaning, .. } = rule.facts();
            assert_eq!(code, format!("LP{:03}", index + 1));
            assert!(name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_'), "{name}");
            assert!(!meaning.ends_with('.') && !meaning.contains('|'), "{meaning}");
            assert_eq!((Rule::of(code), Rule::of(name)), (Some(*rule), Some(*rule)));
        }
        assert_eq!(Rule::of("lp001"), Some(Rule::PatternOfOneField));
        assert_eq!((Rule::of("LP000"), Rule::of("all"), Rule::of("")), (None, None, None));
    }
}
