//! What the user says of rules: which are denied, warned of or allowed.

use super::rule::Rule;
use super::severity::Severity;
use super::warning::{AllowedFinding, Warning};

/// What becomes of what is found against a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// It is not mentioned.
    Allow,
    /// It is a warning.
    Warn,
    /// The topology is refused.
    Deny,
}

/// Which rules are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    /// All of them.
    All,
    /// One.
    One(Rule),
}

/// What is said of rules, in order; what is said later wins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels(pub Vec<(Level, Rules)>);

impl Levels {
    /// How much findings against a rule matter; `None` where they are allowed.
    pub fn severity(&self, rule: Rule) -> Option<Severity> {
        let is_meant = |rules: Rules| rules == Rules::All || rules == Rules::One(rule);
        match self.0.iter().rev().find(|(_, rules)| is_meant(*rules)) {
            Some((Level::Allow, _)) => None,
            Some((Level::Warn, _)) => Some(Severity::Warning),
            Some((Level::Deny, _)) => Some(Severity::Error),
            None => Some(rule.facts().severity),
        }
    }

    /// The findings that these levels leave, and those that they allow.
    pub fn judged(&self, warnings: Vec<Warning>) -> (Vec<Warning>, Vec<AllowedFinding>) {
        let (mut left, mut allowed) = (Vec::new(), Vec::new());
        for warning in warnings {
            match self.severity(warning.rule()) {
                Some(severity) => left.push(Warning { severity, ..warning }),
                None => allowed.push(AllowedFinding { warning, in_source: false, reason: None }),
            }
        }
        (left, allowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_later_wins() {
        let unused = Rule::UnusedAccount;
        let check = |levels: &[(Level, Rules)], expect: Option<Severity>| {
            assert_eq!(Levels(levels.to_vec()).severity(unused), expect, "{levels:?}");
        };
        let one = Rules::One(unused);
        check(&[], Some(Severity::Warning));
        check(&[(Level::Deny, Rules::All)], Some(Severity::Error));
        check(&[(Level::Deny, Rules::All), (Level::Allow, one)], None);
        check(&[(Level::Allow, one), (Level::Deny, Rules::All)], Some(Severity::Error));
        check(&[(Level::Deny, one), (Level::Warn, one)], Some(Severity::Warning));
        check(&[(Level::Deny, Rules::One(Rule::VariableInText))], Some(Severity::Warning));
    }
}
