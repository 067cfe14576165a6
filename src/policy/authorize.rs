//! What all policies of a request say together, within one account and across two.
//!
//! The logic of IAM User Guide, "Policy evaluation logic" and "Cross-account policy evaluation logic", without
//! organisation policies, permissions boundaries and session policies, which logpipe does not manage.

use super::document::Policy;
use super::evaluate::{Decision, PolicyKind, Reading, Request, read};
use super::principal::{Grip, Principal};
use crate::address::AccountId;

/// Whether `request` on a resource of `resource_account` is allowed by the caller's `identity` policies and the
/// policy on the `resource` (for AssumeRole, the trust policy of the role).
pub fn authorize(
    request: &Request<'_>,
    resource_account: &AccountId,
    identity: &[Policy],
    resource: Option<&Policy>,
) -> Decision {
    let kind = if assumes_role(request) { PolicyKind::Trust } else { PolicyKind::Resource };
    let resource = Side::of_resource(resource.map(|policy| read(policy, kind, request)));
    let identity = Side::of_identity(request, identity);
    if let Some(statement) = resource.denied.clone().or_else(|| identity.denied.clone()) {
        return Decision::ExplicitDeny { statement };
    }
    let Some(account) = request.principal.account() else {
        return resource.alone();
    };
    if matches!(request.principal, Principal::Root { .. }) && kind == PolicyKind::Trust {
        return Decision::ImplicitDeny { because: vec!["a root user cannot assume roles".to_owned()] };
    }
    if account != resource_account {
        return identity.and(resource);
    }
    match resource.allowed {
        Some((_, Grip::Direct)) => resource.alone(),
        Some((statement, Grip::Delegated)) => identity.delegated(&statement),
        None if resource_decides(request) => resource.alone(),
        None => identity.or(resource),
    }
}

/// Actions on a role that its trust policy decides.
fn assumes_role(request: &Request<'_>) -> bool {
    let on_role = request.resource.split(':').nth(5).is_some_and(|part| part.starts_with("role/"));
    request.action.to_ascii_lowercase().starts_with("sts:") && on_role
}

/// Whether an identity policy is never enough, even within the account: roles and KMS keys.
fn resource_decides(request: &Request<'_>) -> bool {
    assumes_role(request) || request.action.to_ascii_lowercase().starts_with("kms:")
}

/// What the policies on one side, the caller's or the resource's, say.
struct Side {
    denied: Option<String>,
    allowed: Option<(String, Grip)>,
    because: Vec<String>,
}

impl Side {
    fn of_resource(reading: Option<Reading>) -> Self {
        const NAME: &str = "resource policy";
        match reading {
            None => {
                Self { denied: None, allowed: None, because: vec!["the resource has no policy".to_owned()] }
            }
            Some(reading) => Self {
                denied: reading.denied.map(|statement| format!("{NAME}: {statement}")),
                allowed: reading.allowed.map(|(statement, grip)| (format!("{NAME}: {statement}"), grip)),
                because: reading.because.iter().map(|reason| format!("{NAME}: {reason}")).collect(),
            },
        }
    }

    fn of_identity(request: &Request<'_>, policies: &[Policy]) -> Self {
        let mut side = Self { denied: None, allowed: None, because: Vec::new() };
        for (index, policy) in policies.iter().enumerate() {
            let name = format!("identity policy {}", index + 1);
            let reading = read(policy, PolicyKind::Identity, request);
            side.denied =
                side.denied.or_else(|| reading.denied.map(|statement| format!("{name}: {statement}")));
            side.allowed = side
                .allowed
                .or_else(|| reading.allowed.map(|(statement, grip)| (format!("{name}: {statement}"), grip)));
            side.because.extend(reading.because.iter().map(|reason| format!("{name}: {reason}")));
        }
        if matches!(request.principal, Principal::Root { .. }) {
            side.allowed.get_or_insert(("the root user may do everything".to_owned(), Grip::Direct));
        }
        if policies.is_empty() {
            side.because.push(format!("{} has no identity policy", request.principal));
        }
        side
    }

    fn alone(self) -> Decision {
        match self.allowed {
            Some((statement, _)) => Decision::Allow { statement },
            None => Decision::ImplicitDeny { because: self.because },
        }
    }

    /// The resource leaves the decision to this side by naming only its account.
    fn delegated(mut self, statement: &str) -> Decision {
        self.because
            .push(format!("{statement} names only the account, so an identity policy must allow as well"));
        self.alone()
    }

    fn or(self, other: Self) -> Decision {
        match self.allowed.or(other.allowed) {
            Some((statement, _)) => Decision::Allow { statement },
            None => Decision::ImplicitDeny { because: [self.because, other.because].concat() },
        }
    }

    /// Both have to allow; the statement named is the other side's, which is the one that admits the caller.
    fn and(self, other: Self) -> Decision {
        match (self.allowed, other.allowed) {
            (Some(_), Some((statement, _))) => Decision::Allow { statement },
            (Some(_), None) => Decision::ImplicitDeny { because: other.because },
            (None, Some(_)) => Decision::ImplicitDeny { because: self.because },
            (None, None) => Decision::ImplicitDeny { because: [self.because, other.because].concat() },
        }
    }
}
