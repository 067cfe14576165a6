//! What a caller may do: the one place where policies decide.
//!
//! Owns the questions the services ask. The evaluation itself is `crate::policy`.

use serde_json::Value;

use crate::address::{AccountId, Partition};
use crate::policy::{Context, Decision, Policy, PolicyKind, Principal, Request, authorize, evaluate};

use super::caller::{Caller, RoleSession};
use super::dispatch::Call;
use super::fault::Fault;
use super::iam::{RoleView, judge};
use super::principals::PolicyText;
use super::protocol::Service;
use super::world::World;

/// What the operator of an account may do, and for now its sessions too.
const EVERYTHING: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

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

/// Every request passes here before its service sees it.
///
/// Operators may do everything in their account, and for now so may the sessions they obtain: identity policies are
/// evaluated for what services do with a role ([`session_may`]), not yet for control calls. This is where to add it.
pub(crate) fn admit(_world: &World, _call: &Call) -> Result<(), Fault> {
    Ok(())
}

/// Whether a caller may do something to a resource: the resource's policy decides across accounts, and can forbid
/// within one.
pub(crate) fn caller_may(world: &World, call: &Call, attempt: Attempt<'_>) -> bool {
    let principal = principal(&call.caller, call.partition());
    allowed(world, &principal, &everything(), attempt)
}

/// The same, with the policies of the role where a session calls: the operator alone may do everything.
pub(crate) fn caller_may_by_role(world: &World, call: &Call, attempt: Attempt<'_>) -> bool {
    match &call.caller {
        Caller::Operator { .. } => caller_may(world, call, attempt),
        Caller::Session(session) => session_may(world, session, attempt),
    }
}

/// Whether the policies of a session's role, together with the policy of the resource, allow it.
pub(crate) fn session_may(world: &World, session: &RoleSession, attempt: Attempt<'_>) -> bool {
    let seen = world.effective_role(&session.role_arn, judge(attempt.action));
    let Some(view) = seen.filter(|view| view.id == session.role_id) else {
        return false;
    };
    let identity: Vec<Policy> = view.policies.iter().filter_map(|text| Policy::parse(text).ok()).collect();
    let partition = partition_of(&session.role_arn);
    allowed(world, &principal(&Caller::Session(session.clone()), partition), &identity, attempt)
}

/// Whether the policy of a resource alone lets an account in, as a service asks without a caller at hand.
pub(crate) fn policy_admits_account(world: &World, account: &AccountId, attempt: Attempt<'_>) -> bool {
    let caller = Caller::Operator { account: account.clone() };
    let principal = principal(&caller, partition_of(attempt.resource));
    let policy = attempt.policy.and_then(|policy| Policy::parse(&policy.read(world)).ok());
    let context = context(world, attempt.keys);
    let request = Request {
        principal: &principal,
        action: attempt.action,
        resource: attempt.resource,
        context: &context,
    };
    policy.is_some_and(|policy| allows(&evaluate(&policy, PolicyKind::Resource, &request)))
}

/// The role a caller may assume, or `None` where it does not exist (for other services: is not visible yet) or its
/// trust policy does not let the caller in. AWS gives the same answer to both.
pub(crate) fn assume<'w>(
    world: &'w World,
    call: &Call,
    role_arn: &str,
    keys: Keys<'_>,
) -> Option<&'w RoleView> {
    let view = world.effective_role(role_arn, Service::Sts)?;
    let attempt = Attempt {
        action: "sts:AssumeRole",
        resource: role_arn,
        owner: &view.account,
        policy: Some(&view.trust),
        keys,
    };
    caller_may(world, call, attempt).then_some(view)
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
    let trust = Policy::parse(&view.trust.read(world)).ok()?;
    // A service belongs to no organisation.
    let context = of_keys(keys);
    let request = Request {
        principal: &Principal::Service(service.to_owned()),
        action: "sts:AssumeRole",
        resource: role_arn,
        context: &context,
    };
    allows(&evaluate(&trust, PolicyKind::Trust, &request)).then(|| view.session(session))
}

/// The service behind a service principal such as `logs.eu-west-1.amazonaws.com`.
fn acting(principal: &str) -> Service {
    judge(principal.split('.').next().unwrap_or_default())
}

/// Whether a text is a policy of this kind. The error is in AWS's words.
pub(crate) fn well_formed(text: &str, kind: PolicyKind) -> Result<(), String> {
    Policy::parse(text).map_err(|error| format!("Syntax errors in policy. ({error})"))?;
    let document: Value = serde_json::from_str(text).unwrap_or_default();
    for statement in statements(&document) {
        let has = |name: &str| statement.get(name).is_some();
        let problem = match kind {
            PolicyKind::Identity if has("Principal") || has("NotPrincipal") => {
                Some("Policy document should not specify a principal.")
            }
            PolicyKind::Identity if !has("Resource") && !has("NotResource") => {
                Some("Policy statement must contain resources.")
            }
            PolicyKind::Trust if has("Resource") || has("NotResource") => {
                Some("Has prohibited field Resource")
            }
            PolicyKind::Trust | PolicyKind::Resource if !has("Principal") && !has("NotPrincipal") => {
                Some("Missing required field Principal")
            }
            PolicyKind::Resource if !has("Resource") && !has("NotResource") => {
                Some("Missing required field Resource")
            }
            _ => None,
        };
        if let Some(problem) = problem {
            return Err(problem.to_owned());
        }
    }
    Ok(())
}

/// The statements of a policy document; one may stand without its list.
pub(crate) fn statements(document: &Value) -> &[Value] {
    match document.get("Statement") {
        Some(Value::Array(statements)) => statements,
        Some(statement) => std::slice::from_ref(statement),
        None => &[],
    }
}

fn allowed(world: &World, principal: &Principal, identity: &[Policy], attempt: Attempt<'_>) -> bool {
    let policy = match attempt.policy.map(|policy| Policy::parse(&policy.read(world))) {
        Some(Err(_)) => return false,
        Some(Ok(policy)) => Some(policy),
        None => None,
    };
    let context = context(world, attempt.keys);
    let request =
        Request { principal, action: attempt.action, resource: attempt.resource, context: &context };
    allows(&authorize(&request, attempt.owner, identity, policy.as_ref()))
}

fn allows(decision: &Decision) -> bool {
    matches!(decision, Decision::Allow { .. })
}

fn everything() -> Vec<Policy> {
    Policy::parse(EVERYTHING).into_iter().collect()
}

fn context(world: &World, keys: Keys<'_>) -> Context {
    match &world.organization {
        Some(organization) => of_keys(keys).with("aws:PrincipalOrgID", organization.as_str()),
        None => of_keys(keys),
    }
}

fn of_keys(keys: Keys<'_>) -> Context {
    keys.iter().fold(Context::new(), |context, (key, value)| context.with(key, *value))
}

fn principal(caller: &Caller, partition: Partition) -> Principal {
    let (account, arn) = (caller.account().clone(), caller.arn(partition));
    match caller {
        Caller::Operator { .. } => Principal::User { account, arn },
        Caller::Session(session) => Principal::Session { account, arn, role_arn: session.role_arn.clone() },
    }
}

fn partition_of(arn: &str) -> Partition {
    let name = arn.split(':').nth(1).unwrap_or_default();
    [Partition::AwsCn, Partition::AwsUsGov, Partition::AwsEusc]
        .into_iter()
        .find(|partition| partition.as_str() == name)
        .unwrap_or(Partition::Aws)
}
