//! What statements say for or against a request: that they do, that they do not, or what it depends on.

use std::collections::BTreeSet;

use super::truth::Truth;

/// Whether a statement speaks, and which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Claim {
    No,
    Maybe(Doubt),
    /// The name of the statement.
    Sure(String),
}

/// What a claim depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Doubt {
    pub(super) depends_on: BTreeSet<String>,
    /// In plain words, one statement after the other.
    pub(super) because: Vec<String>,
}

impl Doubt {
    pub(super) fn and(mut self, other: Self) -> Self {
        self.depends_on.extend(other.depends_on);
        self.because.extend(other.because);
        self
    }

    /// Every reason once, in its order.
    pub(super) fn distinct(mut self) -> Self {
        let mut told = BTreeSet::new();
        self.because.retain(|reason| told.insert(reason.clone()));
        self
    }
}

impl Claim {
    /// What a statement that holds so claims.
    pub(super) fn of(truth: Truth, statement: &str, doubt: impl FnOnce() -> String) -> Self {
        match truth {
            Truth::Yes => Self::Sure(statement.to_owned()),
            Truth::No => Self::No,
            Truth::Unknown(depends_on) => Self::Maybe(Doubt { depends_on, because: vec![doubt()] }),
        }
    }

    /// One of the two is enough; the first that is sure is named.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (sure @ Self::Sure(_), _) | (_, sure @ Self::Sure(_)) => sure,
            (Self::No, other) | (other, Self::No) => other,
            (Self::Maybe(doubt), Self::Maybe(more)) => Self::Maybe(doubt.and(more)),
        }
    }

    /// Both are needed; the second is named.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Sure(_), other) => other,
            (doubt, Self::Sure(_)) => doubt,
            (Self::Maybe(doubt), Self::Maybe(more)) => Self::Maybe(doubt.and(more)),
        }
    }

    /// The same, said of something.
    pub(super) fn of_policy(self, name: &str) -> Self {
        let named = |text: String| format!("{name}: {text}");
        match self {
            Self::No => Self::No,
            Self::Sure(statement) => Self::Sure(named(statement)),
            Self::Maybe(Doubt { depends_on, because }) => {
                Self::Maybe(Doubt { depends_on, because: because.into_iter().map(named).collect() })
            }
        }
    }
}
