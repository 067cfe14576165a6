//! Which accounts a process has, of several that carry out one topology together: `--shard 2/8`. Pure.
//!
//! Accounts are divided into parts once and for all, by a digest of their ids, and each process has some of the parts. So
//! what is recorded of an account stays in its part however many processes there are.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::address::AccountId;

/// How many parts there are, and so how many processes at most.
pub const PARTS: u32 = 32;

/// One of the parts that accounts are divided into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part(u32);

impl Part {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..PARTS).map(Self)
    }

    /// The part that an account is in, which must never change: the first byte of the SHA-256 of the digits of its id, modulo
    /// the number of parts.
    pub fn of(account: &AccountId) -> Self {
        Self(u32::from(Sha256::digest(account.as_str())[0]) % PARTS)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

/// What one of several processes has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Its number, from 1.
    number: u32,
    /// How many processes there are.
    of: u32,
}

impl Share {
    /// Whether a part belongs to it.
    pub fn holds(self, part: Part) -> bool {
        part.0 % self.of == self.number - 1
    }

    /// Whether an account belongs to it.
    pub fn has(self, account: &AccountId) -> bool {
        self.holds(Part::of(account))
    }

    /// The one among as many that has an account.
    #[must_use]
    pub fn having(self, account: &AccountId) -> Self {
        Self { number: Part::of(account).0 % self.of + 1, ..self }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl serde::Serialize for Share {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers =
            text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match numbers {
            Some((number, of)) if (1..=of).contains(&number) && of <= PARTS => Ok(Self { number, of }),
            Some((_, of)) if of > PARTS => Err(format!("there are at most {PARTS} shards")),
            Some((_, of @ 1..)) => {
                Err(format!("of {of} shards, the first is 1/{of} and the last is {of}/{of}"))
            }
            _ => Err("a shard is its number and how many there are, such as `2/8`".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn account(number: u64) -> AccountId {
        format!("{number:012}").parse().unwrap()
    }

    #[test]
    fn an_account_is_in_the_same_part_for_good() {
        let part = |number| Part::of(&account(number)).to_string();
        let parts = [111_111_111_111, 222_222_222_222, 999_999_999_999, 0].map(part);
        assert_eq!(parts, ["01", "22", "22", "23"]);
    }

    #[test]
    fn shards_are_written_as_their_number_and_how_many_there_are() {
        for text in ["1/1", "2/8", "32/32"] {
            assert_eq!(text.parse::<Share>().unwrap().to_string(), text);
        }
        for (text, expect) in [
            ("0/8", "the first is 1/8"),
            ("9/8", "the last is 8/8"),
            ("1/33", "at most 32"),
            ("1/0", "such as `2/8`"),
            ("8", "such as `2/8`"),
            ("a/b", "such as `2/8`"),
            ("-1/8", "such as `2/8`"),
        ] {
            let error = text.parse::<Share>().unwrap_err();
            assert!(error.contains(expect), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn every_account_has_one_process(number in 0..1_000_000_000_000_u64, of in 1..=PARTS) {
            let shares: Vec<Share> = (1..=of).map(|number| Share { number, of }).collect();
            let having: Vec<Share> = shares.iter().copied().filter(|share| share.has(&account(number))).collect();
            prop_assert_eq!(&having, &[shares[0].having(&account(number))]);
        }

        #[test]
        fn processes_have_about_as_many_accounts_each(
            first in 0..900_000_000_000_u64, step in 1..100_000_u64, of in 1..=8_u32,
        ) {
            let share = Share { number: 1, of };
            let has = (0..1_000).filter(|number| share.has(&account(first + number * step))).count();
            let even = 1_000 / of as usize;
            prop_assert!(has > even / 2 && has < even * 2, "{} of 1,000 by {}", has, of);
        }
    }
}
