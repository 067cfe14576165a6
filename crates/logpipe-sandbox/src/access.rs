//! What a caller may do: the one place where policies decide.
//!
//! Owns the questions the services ask. The evaluation itself is `logpipe_policy`.

use std::borrow::Cow;
use std::sync::LazyLock;

use serde_json::Value;

use logpipe_identifiers::{AccountId, Partition};
use logpipe_policy::{
    Context, Decision, Policy, PolicyError, PolicyKind, Principal, Request, authorize, evaluate, refusals,
};

use super::authorization::{self, Asked, Demand, Why};
use super::caller::{Caller, RoleSession};
use super::dispatch::{Call, Input};
use super::faults::fault::Fault;
use super::prepared::filled::Filled;
use super::principals::{PolicyText, role_of};
use super::protocol::wire::WireRequest;
use super::services::Service;
use super::services::iam::judge;
use super::state::document::Document;
use super::state::world::World;

/// What the operator of an account may do.
static EVERYTHING: LazyLock<Document> = LazyLock::new(|| {
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#.into()
});

/// Condition keys of a request, with their values.
pub(crate) type Keys<'a> = &'a [(&'a str, &'a str)];

/// Something that is wanted of a resource.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt<'a> {
    /// The IAM action, such as `s3:PutObject`.
    pub(crate) action: &'a str,
    /// The ARN of the resource.
    pub(crate) resource: &'a str,
    /// The account that owns the resource.
    pub(crate) owner: &'a AccountId,
    /// The policy of the resource, if it has one.
    pub(crate) policy: Option<&'a PolicyText>,
    /// Condition keys.
    pub(crate) keys: Keys<'a>,
}

/// Every request passes here before its service sees it: each thing it asks for must be allowed by the policies of the
/// caller, in effect as other services see them, and by the policy of the resource where that takes part.
///
/// Operators may do everything in their account. What a destination allows is decided where a route to it is opened.
pub(crate) fn admit(world: &World, call: &Call, input: &Input, request: &WireRequest) -> Result<(), Fault> {
    let asked = Asked { world, call, input, request };
    demands(&asked)?.iter().try_for_each(|demand| grant(world, call, demand))
}

/// What a call asks for. The error is what the service says before it looks at permissions.
pub(crate) fn demands(asked: &Asked<'_>) -> Result<Vec<Demand>, Fault> {
    let demands = asked.call.service.simulation().demands(asked)?;
    demands.ok_or_else(|| asked.call.not_simulated())
}

/// Decides one thing that a call asks for.
pub(crate) fn grant(world: &World, call: &Call, demand: &Demand) -> Result<(), Fault> {
    if demand.passes_foreign_role() {
        return Err(authorization::cross_account_pass(call));
    }
    let context = of_call(world, call, demand);
    let principal = principal(&call.caller, call.partition());
    let request = Request {
        principal: &principal,
        action: &demand.action,
        resource: &demand.resource,
        context: &context,
    };
    let identity = identity(world, &call.caller, call.service);
    let Some((identity, resource)) = identity.zip(attached(world, demand.policy.as_ref())) else {
        return Err(refused(world, call, demand, Why::NotAllowedByIdentity));
    };
    if !within_boundary(world, &call.caller, call.service, &request) {
        return Err(refused(world, call, demand, Why::NotAllowedByIdentity));
    }
    let resource = resource.as_deref();
    if authorize(&request, &demand.owner, identity.iter().copied(), resource).allows() {
        return Ok(());
    }
    Err(refused(world, call, demand, why(&request, &identity, resource)))
}

/// Which side stands in the way.
fn why(request: &Request<'_>, identity: &[&Policy], resource: Option<&Policy>) -> Why {
    let said: Vec<Decision> =
        identity.iter().map(|policy| evaluate(policy, PolicyKind::Identity, request)).collect();
    let resource = resource.map(|policy| evaluate(policy, PolicyKind::Resource, request));
    let denies = |decision: &Decision| matches!(decision, Decision::ExplicitDeny { .. });
    if said.iter().any(denies) {
        Why::DeniedByIdentity
    } else if resource.is_some_and(|decision| denies(&decision)) {
        Why::DeniedByResource
    } else if said.iter().any(Decision::allows) {
        Why::NotAllowedByResource
    } else {
        Why::NotAllowedByIdentity
    }
}

/// S3 explains itself only within the organisation of the bucket's owner; other services always do.
fn refused(world: &World, call: &Call, demand: &Demand, why: Why) -> Fault {
    let stranger = demand.owner != *call.account() && world.organization.is_none();
    if stranger && call.service == Service::S3 {
        return authorization::unexplained(call, demand);
    }
    authorization::refused(call, demand, why)
}

/// The identity policies of a caller as a service sees them, or `None` where its role is gone: deleted, or made again
/// under the same name.
fn identity<'w>(world: &'w World, caller: &Caller, service: Service) -> Option<Vec<&'w Policy>> {
    let Caller::Session(session) = caller else { return Some(EVERYTHING.policy().into_iter().collect()) };
    let view = world.effective_role(&session.role_arn, service).filter(|view| view.id == session.role_id)?;
    Some(view.policies.iter().filter_map(Document::policy).collect())
}

/// What the policy of a resource says, if it has one, or `None` where that is not a policy.
fn attached<'p>(world: &World, policy: Option<&'p PolicyText>) -> Option<Option<Cow<'p, Policy>>> {
    match policy {
        Some(policy) => policy.policy(world).map(Some),
        None => Some(None),
    }
}

/// Whether the permissions boundary of a session's role, if it has one, allows it (IAM User Guide, "Permissions boundaries
/// for IAM entities").
fn within_boundary(world: &World, caller: &Caller, service: Service, request: &Request<'_>) -> bool {
    let Caller::Session(session) = caller else { return true };
    let boundary = world.effective_role(&session.role_arn, service).and_then(|view| view.boundary.as_ref());
    boundary.is_none_or(|document| {
        document.policy().is_some_and(|policy| evaluate(policy, PolicyKind::Identity, request).allows())
    })
}

/// Whether a caller may do something to a resource of a service that acts for it.
pub(crate) fn caller_may(world: &World, call: &Call, attempt: Attempt<'_>) -> bool {
    let identity = identity(world, &call.caller, judge(attempt.action));
    identity.is_some_and(|identity| allowed(world, &call.caller, call.partition(), &identity, attempt))
}

/// Whether the policies of a session's role, together with the policy of the resource, allow it.
pub(crate) fn session_may(world: &World, session: &RoleSession, attempt: Attempt<'_>) -> bool {
    let caller = Caller::Session(session.clone());
    let partition = partition_of(&session.role_arn);
    let identity = identity(world, &caller, judge(attempt.action));
    identity.is_some_and(|identity| allowed(world, &caller, partition, &identity, attempt))
}

/// Whether the policy of a resource alone lets an account in, as a service asks without a caller at hand.
pub(crate) fn policy_admits_account(world: &World, account: &AccountId, attempt: Attempt<'_>) -> bool {
    let caller = Caller::Operator { account: account.clone() };
    let principal = principal(&caller, partition_of(attempt.resource));
    let policy = attempt.policy.and_then(|policy| policy.policy(world));
    let context = of_attempt(world, (&caller, &principal), attempt);
    let request = Request {
        principal: &principal,
        action: attempt.action,
        resource: attempt.resource,
        context: &context,
    };
    policy.is_some_and(|policy| evaluate(&policy, PolicyKind::Resource, &request).allows())
}

/// The session a service gets when it assumes a role, or `None` where the role is missing (for other services: not yet
/// propagated) or its trust policy does not let `service` (such as `firehose.amazonaws.com`) in.
pub(crate) fn assume_as_service(
    world: &World,
    role_arn: &str,
    service: &str,
    session: &str,
    keys: Keys<'_>,
) -> Option<RoleSession> {
    let view = world.effective_role(role_arn, acting(service))?;
    let trust = view.trust.policy(world)?;
    let principal = Principal::Service(service.to_owned());
    let (owner, _) = role_of(role_arn)?;
    // A service is of no organisation. Whose it says that the request is for is among its own keys.
    let filled =
        Filled { principal: &principal, user_id: service, owner: &owner, resource: role_arn, region: None };
    let context = keys.iter().fold(filled.context(world), |context, (key, value)| context.with(key, *value));
    let request =
        Request { principal: &principal, action: "sts:AssumeRole", resource: role_arn, context: &context };
    evaluate(&trust, PolicyKind::Trust, &request).allows().then(|| view.session(session))
}

/// The service behind a service principal such as `logs.eu-west-1.amazonaws.com`.
fn acting(principal: &str) -> Service {
    judge(principal.split('.').next().unwrap_or_default())
}

/// Whether a text is a policy of this kind, for an account of this partition. The error is in AWS's words.
pub(crate) fn well_formed(text: &str, kind: PolicyKind, partition: Partition) -> Result<(), String> {
    Policy::parse(text).map_err(|error| match error {
        PolicyError::NoService { .. } => {
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.".to_owned()
        }
        error => format!("Syntax errors in policy. ({error})"),
    })?;
    let document: Value = serde_json::from_str(text).unwrap_or_default();
    match refusals(&document, kind, Some(partition)).into_iter().next() {
        Some(refusal) => Err(refusal.flaw.to_string()),
        None => Ok(()),
    }
}

fn allowed(
    world: &World,
    caller: &Caller,
    partition: Partition,
    identity: &[&Policy],
    attempt: Attempt<'_>,
) -> bool {
    let Some(policy) = attached(world, attempt.policy) else { return false };
    let principal = principal(caller, partition);
    let context = of_attempt(world, (caller, &principal), attempt);
    let Attempt { action, resource, .. } = attempt;
    let request = Request { principal: &principal, action, resource, context: &context };
    within_boundary(world, caller, judge(action), &request)
        && authorize(&request, attempt.owner, identity.iter().copied(), policy.as_deref()).allows()
}

/// The keys of a demand with those that every request has.
fn of_call(world: &World, call: &Call, demand: &Demand) -> Context {
    let principal = principal(&call.caller, call.partition());
    let filled = Filled {
        principal: &principal,
        user_id: &call.caller.user_id(),
        owner: &demand.owner,
        resource: &demand.resource,
        region: Some(call.region.as_str()),
    };
    let own = demand.keys.iter();
    own.fold(filled.context(world), |context, (key, values)| context.with(key, values.clone()))
}

/// The same of an attempt that a service makes.
fn of_attempt(world: &World, (caller, principal): (&Caller, &Principal), attempt: Attempt<'_>) -> Context {
    let Attempt { owner, resource, keys, .. } = attempt;
    let user_id = &caller.user_id();
    let filled = Filled { principal, user_id, owner, resource, region: None };
    keys.iter().fold(filled.context(world), |context, (key, value)| context.with(key, *value))
}

fn principal(caller: &Caller, partition: Partition) -> Principal {
    let (account, arn) = (caller.account().clone(), caller.arn(partition));
    match caller {
        Caller::Operator { .. } => Principal::User { account, arn },
        Caller::Session(session) => Principal::Session { account, arn, role_arn: session.role_arn.clone() },
    }
}

fn partition_of(arn: &str) -> Partition {
    Partition::of_arn(arn).unwrap_or_default()
}
