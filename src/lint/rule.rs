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
        "`${NAME}` in a value; a topology has no variables";
    PrefixWithoutSlash: "LP011", "prefix_without_slash", Warning,
        "a `prefix` or `error_prefix` without a `/` between it and the rest of the key";
    AllowWithoutEffect: "LP012", "allow_without_effect", Note,
        "a comment that allows a rule in a line that does not go against it";
    AllowNotUnderstood: "LP013", "allow_not_understood", Note,
        "a comment that is to allow something, and names no rule";
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
