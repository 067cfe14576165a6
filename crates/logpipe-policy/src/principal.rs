//! Who asks, and the `Principal` elements that name them.

use std::fmt;

use super::context::Known;
use super::truth::Truth;
use logpipe_identifiers::AccountId;

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
    /// A session of an assumed role whose name is not known: whoever assumes the role chooses it.
    AnySession {
        /// The account of the role.
        account: AccountId,
        /// ARN of the role, path included.
        role_arn: String,
    },
    /// Somebody of an account, nobody in particular.
    Someone {
        /// The account.
        account: AccountId,
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
            | Self::Session { account, .. }
            | Self::AnySession { account, .. }
            | Self::Someone { account } => Some(account),
            Self::Service(_) | Self::Anonymous => None,
        }
    }

    /// What AWS puts into every request of the principal under a key in lower case, where that follows from who it is
    /// (IAM User Guide, "AWS global condition context keys").
    pub(super) fn key(&self, key: &str) -> Option<Known> {
        let one = |value: &str| Some(Known::Values(vec![value.to_owned()]));
        match key {
            "aws:principalisawsservice" => {
                one(if matches!(self, Self::Service(_)) { "true" } else { "false" })
            }
            "aws:principalservicename" => match self {
                Self::Service(name) => one(name),
                _ => Some(Known::Absent),
            },
            "aws:principalaccount" => one(self.account()?.as_str()),
            "aws:principaltype" | "aws:principalarn" if matches!(self, Self::Someone { .. }) => {
                Some(Known::Unknown { there: true })
            }
            "aws:principaltype" => one(self.kind()?),
            "aws:principalarn" => one(self.stable_arn()?),
            "aws:userid" if matches!(self, Self::Someone { .. } | Self::AnySession { .. }) => {
                Some(Known::Unknown { there: true })
            }
            "aws:username" => match self {
                Self::User { arn, .. } => one(arn.rsplit('/').next()?),
                Self::Someone { .. } => Some(Known::Unknown { there: false }),
                _ => Some(Known::Absent),
            },
            // Only members of an organisation have them, and a service is not a member.
            "aws:principalorgid" | "aws:principalorgpaths" => {
                self.account().is_none().then_some(Known::Absent)
            }
            _ => None,
        }
    }

    fn kind(&self) -> Option<&'static str> {
        match self {
            Self::Root { .. } => Some("Account"),
            Self::User { .. } => Some("User"),
            Self::Role { .. } | Self::Session { .. } | Self::AnySession { .. } => Some("AssumedRole"),
            Self::Anonymous => Some("Anonymous"),
            Self::Service(_) | Self::Someone { .. } => None,
        }
    }

    /// The ARN of a session is not stable, so AWS compares its role's.
    fn stable_arn(&self) -> Option<&str> {
        match self {
            Self::Session { role_arn: arn, .. }
            | Self::AnySession { role_arn: arn, .. }
            | Self::Root { arn, .. }
            | Self::User { arn, .. }
            | Self::Role { arn, .. } => Some(arn),
            Self::Service(_) | Self::Someone { .. } | Self::Anonymous => None,
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
            Self::AnySession { role_arn, .. } => write!(f, "a session of {role_arn}"),
            Self::Someone { account } => write!(f, "somebody in account {account}"),
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

/// A `Principal` or `NotPrincipal` element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PrincipalElement {
    pub(super) negated: bool,
    pub(super) names: Vec<Name>,
}

/// How a statement's element names the caller.
pub(super) struct Named {
    /// The caller is named, or everybody is.
    pub(super) direct: Truth,
    /// Only the caller's account is named: within that account an identity policy has to allow as well.
    pub(super) delegated: Truth,
}

impl Named {
    pub(super) const NOT: Self = Self { direct: Truth::No, delegated: Truth::No };
    pub(super) const DIRECTLY: Self = Self { direct: Truth::Yes, delegated: Truth::No };

    /// Named one way or the other.
    pub(super) fn at_all(&self) -> Truth {
        self.direct.clone().or(self.delegated.clone())
    }

    fn or(self, other: Self) -> Self {
        Self { direct: self.direct.or(other.direct), delegated: self.delegated.or(other.delegated) }
    }
}

impl PrincipalElement {
    /// How the element covers `principal` in a statement that denies or allows.
    ///
    /// `NotPrincipal` exempts a caller from a deny only when everything the caller is (account, role, session)
    /// is listed (IAM User Guide, "AWS JSON policy elements: NotPrincipal"). In an allow, where AWS advises
    /// against it, any listed part takes the caller out.
    pub(super) fn covers(&self, principal: &Principal, denies: bool) -> Named {
        if !self.negated {
            return self.names.iter().map(|name| named(name, principal)).fold(Named::NOT, Named::or);
        }
        let identities = identities(principal);
        let listed = |identity: &Identity| Truth::any(self.names.iter().map(|name| identity.is_named(name)));
        let exempt = match denies {
            true if identities.is_empty() => Truth::No,
            true => Truth::all(identities.iter().map(listed)),
            false => Truth::any(identities.iter().map(listed)),
        };
        let exempt = exempt.or(self.names.contains(&Name::Everyone).into());
        Named { direct: !exempt, delegated: Truth::No }
    }

    /// Why the element does not cover `principal`, or may not.
    pub(super) fn explain(&self, principal: &Principal) -> String {
        let names: Vec<String> = self.names.iter().map(ToString::to_string).collect();
        let element = if self.negated { "NotPrincipal" } else { "Principal" };
        let verb = if self.negated { "excludes" } else { "names" };
        format!("{element} {verb} {}, and the caller is {principal}", list(&names))
    }
}

/// One of the things that a caller is.
enum Identity {
    Name(Name),
    /// A session of this role, by whatever name.
    SessionOf {
        account: AccountId,
        role: String,
    },
    /// Somebody of this account: its root user, a user, a session.
    SomeoneOf(AccountId),
}

impl Identity {
    fn is_named(&self, name: &Name) -> Truth {
        match (self, name) {
            (Self::Name(identity), name) => same_name(name, identity).into(),
            (Self::SessionOf { account, role }, Name::Arn(arn)) => match arn_of(arn) {
                Some(("sts", owner, rest)) if owner == account.as_str() => {
                    let session = rest.strip_prefix("assumed-role/").and_then(|rest| rest.split_once('/'));
                    match session {
                        Some((named, _)) if named == role => {
                            Truth::depends_on(&format!("the session name of {role}"))
                        }
                        _ => Truth::No,
                    }
                }
                _ => Truth::No,
            },
            (Self::SomeoneOf(account), Name::Arn(arn)) => match arn_of(arn) {
                Some((_, owner, _)) if owner == account.as_str() => Truth::depends_on("aws:PrincipalArn"),
                _ => Truth::No,
            },
            (Self::SessionOf { .. } | Self::SomeoneOf(_), _) => Truth::No,
        }
    }
}

/// Service, account and resource of an ARN.
fn arn_of(arn: &str) -> Option<(&str, &str, &str)> {
    let mut parts = arn.splitn(6, ':').skip(2);
    let (service, account) = (parts.next()?, parts.nth(1)?);
    Some((service, account, parts.next()?))
}

/// Everything `principal` is, from its account to its session.
fn identities(principal: &Principal) -> Vec<Identity> {
    let account_of = |account: &AccountId| Identity::Name(Name::Account(account.clone()));
    let arn_of = |arn: &String| Identity::Name(Name::Arn(arn.clone()));
    match principal {
        Principal::Service(name) => vec![Identity::Name(Name::Service(name.clone()))],
        Principal::Root { account, .. } => vec![account_of(account)],
        Principal::User { account, arn } | Principal::Role { account, arn } => {
            vec![account_of(account), arn_of(arn)]
        }
        Principal::Session { account, arn, role_arn } => {
            vec![account_of(account), arn_of(role_arn), arn_of(arn)]
        }
        Principal::AnySession { account, role_arn } => {
            let role = role_arn.rsplit('/').next().unwrap_or_default().to_owned();
            let session = Identity::SessionOf { account: account.clone(), role };
            vec![account_of(account), arn_of(role_arn), session]
        }
        Principal::Someone { account } => {
            vec![account_of(account), Identity::SomeoneOf(account.clone())]
        }
        Principal::Anonymous => Vec::new(),
    }
}

fn named(name: &Name, principal: &Principal) -> Named {
    if *name == Name::Everyone {
        return Named::DIRECTLY;
    }
    let named = Truth::any(identities(principal).iter().map(|identity| identity.is_named(name)));
    match (name, principal) {
        (Name::Account(_), Principal::Root { .. }) => Named { direct: named, delegated: Truth::No },
        (Name::Account(_), _) => Named { direct: Truth::No, delegated: named },
        _ => Named { direct: named, delegated: Truth::No },
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
