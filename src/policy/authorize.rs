//! What all policies of a request say together, within one account and across two.
//!
//! The logic of IAM User Guide, "Policy evaluation logic" and "Cross-account policy evaluation logic", without
//! organisation policies, permissions boundaries and session policies, which logpipe does not manage.

use super::claim::Claim;
use super::document::Policy;
use super::evaluate::{Decision, PolicyKind, Reading, Request, read};
use super::principal::Principal;
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
    let attached = Attached::of(resource.map(|policy| read(policy, kind, request)));
    let identity = Identity::of(request, identity);
    let denied = attached.denied.clone().or(identity.denied.clone());
    let (allowed, because) = match request.principal.account() {
        None => (attached.at_all(), attached.because),
        Some(_) if matches!(request.principal, Principal::Root { .. }) && kind == PolicyKind::Trust => {
            (Claim::No, vec!["a root user cannot assume roles".to_owned()])
        }
        Some(account) if account != resource_account => across(identity, attached),
        Some(_) => within(identity, attached, resource_decides(request)),
    };
    Decision::of(denied, allowed, because)
}

/// Across accounts both have to allow; the statement named is the resource's, which is the one that admits the caller.
fn across(identity: Identity, attached: Attached) -> (Claim, Vec<String>) {
    let admitted = attached.at_all();
    let because = match (&identity.allowed, &admitted) {
        (Claim::No, Claim::No) => [identity.because, attached.because].concat(),
        (Claim::No, _) => identity.because,
        _ => attached.because,
    };
    (identity.allowed.and(admitted), because)
}

/// Within an account a resource that names the caller is enough, and so is an identity policy, unless the resource
/// decides: then it has to leave the decision to identity policies by naming the account.
fn within(mut identity: Identity, attached: Attached, resource_decides: bool) -> (Claim, Vec<String>) {
    let Attached { direct, delegated, because, .. } = attached;
    let because = match &delegated {
        Claim::Sure(statement) => {
            let leaves =
                format!("{statement} names only the account, so an identity policy must allow as well");
            identity.because.push(leaves);
            identity.because
        }
        _ if resource_decides => because,
        _ => [identity.because, because].concat(),
    };
    let by_identity = if resource_decides { delegated.and(identity.allowed) } else { identity.allowed };
    (direct.or(by_identity), because)
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

/// What the policy of the resource says.
struct Attached {
    denied: Claim,
    direct: Claim,
    delegated: Claim,
    because: Vec<String>,
}

impl Attached {
    fn of(reading: Option<Reading>) -> Self {
        const NAME: &str = "resource policy";
        let Some(Reading { denied, direct, delegated, because }) = reading else {
            let because = vec!["the resource has no policy".to_owned()];
            return Self { denied: Claim::No, direct: Claim::No, delegated: Claim::No, because };
        };
        Self {
            denied: denied.of_policy(NAME),
            direct: direct.of_policy(NAME),
            delegated: delegated.of_policy(NAME),
            because: because.iter().map(|reason| format!("{NAME}: {reason}")).collect(),
        }
    }

    /// Whether it allows the caller, in whatever way it names it.
    fn at_all(&self) -> Claim {
        self.direct.clone().or(self.delegated.clone())
    }
}

/// What the policies of the caller say.
struct Identity {
    denied: Claim,
    allowed: Claim,
    because: Vec<String>,
}

impl Identity {
    fn of(request: &Request<'_>, policies: &[Policy]) -> Self {
        let mut said = Self { denied: Claim::No, allowed: Claim::No, because: Vec::new() };
        for (index, policy) in policies.iter().enumerate() {
            let name = format!("identity policy {}", index + 1);
            let Reading { denied, direct, because, .. } = read(policy, PolicyKind::Identity, request);
            said.denied = said.denied.or(denied.of_policy(&name));
            said.allowed = said.allowed.or(direct.of_policy(&name));
            said.because.extend(because.iter().map(|reason| format!("{name}: {reason}")));
        }
        if matches!(request.principal, Principal::Root { .. }) {
            said.allowed = said.allowed.or(Claim::Sure("the root user may do everything".to_owned()));
        }
        if policies.is_empty() {
            said.because.push(format!("{} has no identity policy", request.principal));
        }
        said
    }
}
