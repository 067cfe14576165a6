//! What there is to know beside a verdict, as data with a stable code. `ui/wording/verdicts.rs` has the words.

use crate::address::AccountName;
use crate::graph;

/// What there is to know about an agent or a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// Nothing was declared to check, and nothing follows from what is.
    NothingToCheck,
    /// IAM could not be asked, so the policies were evaluated here.
    IamNotAsked {
        /// What it answered.
        error: String,
    },
    /// A reader's role was not assumed, because these credentials are not those of whom it trusts.
    NotTrusted {
        /// Whom it trusts.
        who: Trusted,
        /// In which account.
        account: AccountName,
    },
    /// A reader's role could not be assumed by somebody of an account that it trusts as a whole.
    NotAssumed {
        /// What STS answered.
        error: String,
    },
}

/// Whom a reader's role trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trusted {
    /// A role.
    Role(String),
    /// Whoever has a permission set.
    PermissionSet(String),
    /// Whomever the account allows to.
    Account,
}

/// Why there is no route to verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoRoute {
    /// What is noted of the sources; nothing where none selects a log group.
    pub notes: Vec<graph::Note>,
}

impl Note {
    /// The name that programs know it by. It never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NothingToCheck => "nothing_to_check",
            Self::IamNotAsked { .. } => "iam_not_asked",
            Self::NotTrusted { .. } => "role_not_assumed",
            Self::NotAssumed { .. } => "role_not_assumable",
        }
    }
}
