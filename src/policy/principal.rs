//! Who asks, and the `Principal` elements that name them.

use std::fmt;

use crate::address::AccountId;

/// Who makes a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// An AWS service, by its principal (`logs.amazonaws.com`).
    Service(String),
    /// The root user of an account.
    Root {
        /// Its account.
        account: AccountId,
        /// `arn:aws:iam::<account>:root`.
        arn: String,
    },
    /// An IAM user.
    User {
        /// Its account.
        account: AccountId,
        /// Its ARN.
        arn: String,
    },
    /// A role, its session left open.
    Role {
        /// Its account.
        account: AccountId,
        /// Its ARN.
        arn: String,
    },
    /// A session of an assumed role.
    Session {
        /// The account of the role.
        account: AccountId,
        /// `arn:aws:sts::<account>:assumed-role/<role name>/<session name>`.
        arn: String,
        /// ARN of the role, path included.
        role_arn: String,
    },
    /// Nobody: an unsigned request.
    Anonymous,
}

impl Principal {
    /// The account it belongs to; services and strangers have none.
    pub fn account(&self) -> Option<&AccountId> {
        match self {
            Self::Root { account, .. }
            | Self::User { account, .. }
            | Self::Role { account, .. }
            | Self::Session { account, .. } => Some(account),
            Self::Service(_) | Self::Anonymous => None,
        }
    }

    /// The value of `aws:PrincipalType`.
    pub(super) fn kind(&self) -> Option<&'static str> {
        match self {
            Self::Root { .. } => Some("Account"),
            Self::User { .. } => Some("User"),
            Self::Role { .. } | Self::Session { .. } => Some("AssumedRole"),
            Self::Anonymous => Some("Anonymous"),
            Self::Service(_) => None,
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(name) => f.write_str(name),
            Self::Root { arn, .. }
            | Self::User { arn, .. }
            | Self::Role { arn, .. }
            | Self::Session { arn, .. } => f.write_str(arn),
            Self::Anonymous => f.write_str("an anonymous caller"),
        }
    }
}

/// One name in a `Principal` element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    Everyone,
    Account(AccountId),
    Arn(String),
    Service(String),
    /// Federated and canonical users, which logpipe never is, and the unique ids that AWS leaves behind for a
    /// deleted role.
    Other(String),
}

impl Name {
    pub(super) fn of_aws(text: &str) -> Self {
        if text == "*" {
            return Self::Everyone;
        }
        match account_of_root(text) {
            Some(account) => Self::Account(account),
            None if text.starts_with("arn:") => Self::Arn(text.to_owned()),
            None => Self::Other(text.to_owned()),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everyone => f.write_str("*"),
            Self::Account(account) => write!(f, "account {account}"),
            Self::Arn(text) | Self::Service(text) | Self::Other(text) => f.write_str(text),
        }
    }
}

/// The account that a bare account id or a root ARN stands for.
pub(super) fn account_of_root(text: &str) -> Option<AccountId> {
    if let Ok(account) = text.parse() {
        return Some(account);
    }
    let parts: Vec<&str> = text.split(':').collect();
    match parts.as_slice() {
        ["arn", _, "iam", "", account, "root"] => account.parse().ok(),
        _ => None,
    }
}

/// The global form of a regional CloudWatch Logs principal; `None` for every other principal. China keeps its
/// regional form, the global one is not confirmed there.
pub(super) fn global_logs_service(service: &str) -> Option<&'static str> {
    let region = service.strip_prefix("logs.")?.strip_suffix(".amazonaws.com")?;
    (!region.is_empty() && !region.contains('.')).then_some("logs.amazonaws.com")
}

/// How strongly a statement speaks for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grip {
    /// Only the caller's account is named: within that account an identity policy has to allow as well.
    Delegated,
    /// The caller is named, or everybody is.
    Direct,
}

/// A `Principal` or `NotPrincipal` element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PrincipalElement {
    pub(super) negated: bool,
    pub(super) names: Vec<Name>,
}

impl PrincipalElement {
    /// How the element covers `principal` in a statement that denies or allows; `None` when it does not.
    ///
    /// `NotPrincipal` exempts a caller from a deny only when everything the caller is (account, role, session)
    /// is listed (IAM User Guide, "AWS JSON policy elements: NotPrincipal"). In an allow, where AWS advises
    /// against it, any listed part takes the caller out.
    pub(super) fn covers(&self, principal: &Principal, denies: bool) -> Option<Grip> {
        if !self.negated {
            return self.names.iter().filter_map(|name| grip(name, principal)).max();
        }
        let listed = |identity: &Name| self.names.iter().any(|name| same_name(name, identity));
        let identities = identities(principal);
        let exempt = match denies {
            true => !identities.is_empty() && identities.iter().all(listed),
            false => identities.iter().any(listed),
        };
        let exempt = exempt || self.names.contains(&Name::Everyone);
        (!exempt).then_some(Grip::Direct)
    }

    /// Why the element does not cover `principal`.
    pub(super) fn explain(&self, principal: &Principal) -> String {
        let names: Vec<String> = self.names.iter().map(ToString::to_string).collect();
        let element = if self.negated { "NotPrincipal" } else { "Principal" };
        let verb = if self.negated { "leaves out" } else { "names" };
        format!("{element} {verb} {}, and the caller is {principal}", list(&names))
    }
}

/// Everything `principal` is, from its account to its session.
fn identities(principal: &Principal) -> Vec<Name> {
    match principal {
        Principal::Service(name) => vec![Name::Service(name.clone())],
        Principal::Root { account, .. } => vec![Name::Account(account.clone())],
        Principal::User { account, arn } | Principal::Role { account, arn } => {
            vec![Name::Account(account.clone()), Name::Arn(arn.clone())]
        }
        Principal::Session { account, arn, role_arn } => {
            vec![Name::Account(account.clone()), Name::Arn(role_arn.clone()), Name::Arn(arn.clone())]
        }
        Principal::Anonymous => Vec::new(),
    }
}

fn grip(name: &Name, principal: &Principal) -> Option<Grip> {
    if *name == Name::Everyone {
        return Some(Grip::Direct);
    }
    if !identities(principal).iter().any(|identity| same_name(name, identity)) {
        return None;
    }
    match (name, principal) {
        (Name::Account(_), Principal::Root { .. }) => Some(Grip::Direct),
        (Name::Account(_), _) => Some(Grip::Delegated),
        _ => Some(Grip::Direct),
    }
}

/// Equality of names, a regional logs principal being covered by the global one and the other way round; two
/// regional ones stay apart.
fn same_name(named: &Name, identity: &Name) -> bool {
    match (named, identity) {
        (Name::Service(named), Name::Service(given)) => {
            named == given
                || global_logs_service(named) == Some(given)
                || global_logs_service(given) == Some(named)
        }
        _ => named == identity,
    }
}

/// `a`, `a or b`, `a, b or c`.
pub(super) fn list(items: &[String]) -> String {
    match items {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
