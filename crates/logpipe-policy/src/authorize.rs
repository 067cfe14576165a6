//! What all policies of a request say together, within one account and across two.
//!
//! The logic of IAM User Guide, "Policy evaluation logic" and "Cross-account policy evaluation logic", without
//! organisation policies, permissions boundaries and session policies, which logpipe does not manage.

use super::claim::Claim;
use super::document::Policy;
use super::evaluate::{Decision, PolicyKind, Reading, Request, read};
use super::principal::Principal;
use logpipe_identifiers::AccountId;

/// Whether `request` on a resource of `resource_account` is allowed by the caller's `identity` policies and the
/// policy on the `resource` (for AssumeRole, the trust policy of the role).
pub fn authorize<'a>(
    request: &'a Request<'a>,
    resource_account: &AccountId,
    identity: impl IntoIterator<Item = &'a Policy>,
    resource: Option<&'a Policy>,
) -> Decision {
    let kind = if assumes_role(request) { PolicyKind::Trust } else { PolicyKind::Resource };
    let attached = Attached::of(resource.map(|policy| read(policy, kind, request)));
    let identity = Identity::of(request, identity);
    let denied = attached.denied.clone().or(identity.denied.clone());
    match request.principal.account() {
        None => Decision::of(denied, attached.at_all(), || attached.because()),
        Some(_) if matches!(request.principal, Principal::Root { .. }) && kind == PolicyKind::Trust => {
            Decision::of(denied, Claim::No, || vec!["a root user cannot assume roles".to_owned()])
        }
        // Across accounts both have to allow; the statement named is the resource's, which is the one that admits the
        // caller.
        Some(account) if account != resource_account => {
            let allowed = identity.allowed.clone().and(attached.at_all());
            Decision::of(denied, allowed, || because_across(&identity, &attached))
        }
        Some(_) => {
            let resource_decides = resource_decides(request);
            let allowed = allowed_within(&identity, &attached, resource_decides);
            Decision::of(denied, allowed, || because_within(&identity, &attached, resource_decides))
        }
    }
}

fn because_across(identity: &Identity<'_>, attached: &Attached<'_>) -> Vec<String> {
    match (&identity.allowed, attached.at_all()) {
        (Claim::No, Claim::No) => [identity.because(), attached.because()].concat(),
        (Claim::No, _) => identity.because(),
        _ => attached.because(),
    }
}

/// Within an account a resource that names the caller is enough, and so is an identity policy, unless the resource
/// decides: then it has to leave the decision to identity policies by naming the account.
fn allowed_within(identity: &Identity<'_>, attached: &Attached<'_>, resource_decides: bool) -> Claim {
    let by_identity = identity.allowed.clone();
    let by_identity = match resource_decides {
        true => attached.delegated.clone().and(by_identity),
        false => by_identity,
    };
    attached.direct.clone().or(by_identity)
}

fn because_within(identity: &Identity<'_>, attached: &Attached<'_>, resource_decides: bool) -> Vec<String> {
    match &attached.delegated {
        Claim::Sure(statement) => {
            let leaves =
                format!("{statement} names only the account, so an identity policy must allow it too");
            [identity.because(), vec![leaves]].concat()
        }
        _ if resource_decides => attached.because(),
        _ => [identity.because(), attached.because()].concat(),
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

/// What the policy of the resource says.
struct Attached<'a> {
    denied: Claim,
    direct: Claim,
    delegated: Claim,
    reading: Option<Reading<'a>>,
}

impl<'a> Attached<'a> {
    const NAME: &'static str = "resource policy";

    fn of(reading: Option<Reading<'a>>) -> Self {
        let said = |claim: for<'r> fn(&'r Reading<'a>) -> &'r Claim| {
            reading.as_ref().map_or(Claim::No, |reading| claim(reading).clone().of_policy(Self::NAME))
        };
        let denied = said(|reading| &reading.denied);
        let direct = said(|reading| &reading.direct);
        let delegated = said(|reading| &reading.delegated);
        Self { denied, direct, delegated, reading }
    }

    /// Whether it allows the caller, however it names the caller.
    fn at_all(&self) -> Claim {
        self.direct.clone().or(self.delegated.clone())
    }

    fn because(&self) -> Vec<String> {
        match &self.reading {
            Some(reading) => reading.because_of_policy(Self::NAME),
            None => vec!["the resource has no policy".to_owned()],
        }
    }
}

/// What the policies of the caller say.
struct Identity<'a> {
    denied: Claim,
    allowed: Claim,
    principal: &'a Principal,
    /// What each says, by its name.
    readings: Vec<(String, Reading<'a>)>,
}

impl<'a> Identity<'a> {
    fn of(request: &'a Request<'a>, policies: impl IntoIterator<Item = &'a Policy>) -> Self {
        let named = |(index, policy): (usize, &'a Policy)| {
            let name = format!("identity policy {}", index + 1);
            (name, read(policy, PolicyKind::Identity, request))
        };
        let readings: Vec<_> = policies.into_iter().enumerate().map(named).collect();
        let (mut denied, mut allowed) = (Claim::No, Claim::No);
        for (name, reading) in &readings {
            denied = denied.or(reading.denied.clone().of_policy(name));
            allowed = allowed.or(reading.direct.clone().of_policy(name));
        }
        if matches!(request.principal, Principal::Root { .. }) {
            allowed = allowed.or(Claim::Sure("the root user may do everything".to_owned()));
        }
        Self { denied, allowed, principal: request.principal, readings }
    }

    fn because(&self) -> Vec<String> {
        if self.readings.is_empty() {
            return vec![format!("{} has no identity policy", self.principal)];
        }
        self.readings.iter().flat_map(|(name, reading)| reading.because_of_policy(name)).collect()
    }
}
