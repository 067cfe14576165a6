//! Three answers: yes, no, and "it depends on something unknown".
//!
//! Kleene's logic: what is certain stays so whatever the unknown turns out to be, and what is unknown says what it
//! depends on.

use std::collections::BTreeSet;

/// Whether something holds of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Truth {
    Yes,
    No,
    /// It depends on these condition keys.
    Unknown(BTreeSet<String>),
}

impl Truth {
    /// It depends on one key.
    pub(super) fn depends_on(key: &str) -> Self {
        Self::Unknown([key.to_owned()].into())
    }

    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, other) | (other, Self::Yes) => other,
            (Self::Unknown(keys), Self::Unknown(more)) => Self::Unknown(&keys | &more),
        }
    }

    pub(super) fn or(self, other: Self) -> Self {
        !(!self).and(!other)
    }

    /// Whether all of them hold; of none all do.
    pub(super) fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        truths.into_iter().fold(Self::Yes, Self::and)
    }

    /// Whether one of them holds.
    pub(super) fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        truths.into_iter().fold(Self::No, Self::or)
    }

    /// What holds whichever of the cases is the true one, which `key` decides.
    pub(super) fn whichever(cases: impl IntoIterator<Item = Self>, key: &str) -> Self {
        let cases: Vec<Self> = cases.into_iter().collect();
        match cases.split_first() {
            Some((first @ (Self::Yes | Self::No), rest)) if rest.iter().all(|case| case == first) => {
                first.clone()
            }
            _ => cases.into_iter().fold(Self::depends_on(key), |all, case| match (all, case) {
                (Self::Unknown(keys), Self::Unknown(more)) => Self::Unknown(&keys | &more),
                (all, _) => all,
            }),
        }
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            unknown @ Self::Unknown(_) => unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{No, Yes};
    use super::*;

    fn unknown(keys: &[&str]) -> Truth {
        Truth::Unknown(keys.iter().map(|key| (*key).to_owned()).collect())
    }

    #[test]
    fn what_is_certain_stays_certain() {
        let check = |a: &Truth, b: &Truth, and: Truth, or: Truth| {
            assert_eq!(a.clone().and(b.clone()), and, "{a:?} and {b:?}");
            assert_eq!(a.clone().or(b.clone()), or, "{a:?} or {b:?}");
        };
        let (k, l) = (unknown(&["k"]), unknown(&["l"]));
        check(&Yes, &k, k.clone(), Yes);
        check(&k, &No, No, k.clone());
        check(&k, &l, unknown(&["k", "l"]), unknown(&["k", "l"]));
        check(&Yes, &No, No, Yes);
        assert_eq!(!k.clone(), k);
        assert_eq!((Truth::all([]), Truth::any([])), (Yes, No));
    }

    #[test]
    fn cases_that_agree_need_no_key() {
        assert_eq!(Truth::whichever([Yes, Yes], "k"), Yes);
        assert_eq!(Truth::whichever([No, No], "k"), No);
        assert_eq!(Truth::whichever([Yes, No], "k"), unknown(&["k"]));
        assert_eq!(Truth::whichever([unknown(&["l"]), No], "k"), unknown(&["k", "l"]));
    }
}
