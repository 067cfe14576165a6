//! The accounts and destinations outside that log events may be sent to. Pure.

use std::str::FromStr;

use crate::address::{AccountId, Arn};

/// Whom log events may be sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allowed {
    /// Everything of an account.
    Account(AccountId),
    /// This destination alone, by its ARN.
    Destination(String),
}

/// A text that is neither an account's id nor an ARN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an account id of 12 digits, or the ARN of a destination")]
pub struct NotAllowed;

impl FromStr for Allowed {
    type Err = NotAllowed;

    fn from_str(text: &str) -> Result<Self, NotAllowed> {
        match text.parse() {
            Ok(account) => Ok(Self::Account(account)),
            Err(_) if Arn::parse(text).is_some() => Ok(Self::Destination(text.to_owned())),
            Err(_) => Err(NotAllowed),
        }
    }
}

/// All that is allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowList(pub Vec<Allowed>);

impl AllowList {
    /// Reads a list with one entry a line; `#` begins a comment.
    ///
    /// # Errors
    /// The number of the first line, from 1, that holds something else, and what it holds.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut list = Self::default();
        for (number, line) in text.lines().enumerate() {
            let entry = line.split('#').next().unwrap_or_default().trim();
            if entry.is_empty() {
                continue;
            }
            list.0.push(entry.parse().map_err(|NotAllowed| (number + 1, entry.to_owned()))?);
        }
        Ok(list)
    }

    /// Whether log events may be sent to this destination of this account.
    pub(super) fn allows(&self, destination: &str, owner: Option<&AccountId>) -> bool {
        self.0.iter().any(|allowed| match allowed {
            Allowed::Account(account) => owner == Some(account),
            Allowed::Destination(arn) => arn == destination,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:logs:eu-west-1:222222222222:destination:siem";

    #[test]
    fn a_list_has_accounts_and_destinations_and_comments() {
        let list =
            AllowList::parse(&format!("# the auditors\n333333333333   # all of it\n\n{ARN}\n")).unwrap();
        let owner = |id: &str| id.parse::<AccountId>().unwrap();
        assert_eq!(list.0, [Allowed::Account(owner("333333333333")), Allowed::Destination(ARN.to_owned())]);
        assert!(list.allows(ARN, Some(&owner("222222222222"))));
        assert!(!list.allows(&ARN.replace("siem", "other"), Some(&owner("222222222222"))));
        assert!(list.allows("anything", Some(&owner("333333333333"))));
        assert!(!list.allows("anything", None));
    }

    #[test]
    fn what_is_neither_is_told_with_its_line() {
        let check = |text: &str, expect: (usize, &str)| {
            assert_eq!(AllowList::parse(text), Err((expect.0, expect.1.to_owned())));
        };
        check("333333333333\n# fine\n33333333333 # a digit short\n", (3, "33333333333"));
        check("siem", (1, "siem"));
    }
}
