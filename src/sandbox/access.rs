//! What a caller may do: the one place where policies decide.
//!
//! Owns the questions the services ask. The evaluation itself is `crate::policy`.

use crate::address::AccountId;

use super::caller::RoleSession;
use super::dispatch::Call;
use super::fault::Fault;
use super::principals::PolicyText;
use super::world::World;

/// Condition keys of a request, with their values.
pub(crate) type Keys<'a> = &'a [(&'a str, &'a str)];

/// Something a role's session wants to do to a resource.
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

/// The session a service gets when it assumes a role, or `None` where the role is missing (for other services: not yet
/// propagated) or its trust policy does not let `principal` (such as `firehose.amazonaws.com`) in.
pub(crate) fn assume_as_service(
    world: &World,
    role_arn: &str,
    principal: &str,
    session: &str,
    keys: Keys<'_>,
) -> Option<RoleSession> {
    let _ = (principal, keys);
    let view = world.effective_role(role_arn)?;
    Some(view.session(session))
}

/// Whether the policies of a session's role, together with the policy of the resource, allow it.
pub(crate) fn session_may(world: &World, session: &RoleSession, attempt: Attempt<'_>) -> bool {
    let _ = attempt;
    world.effective_role(&session.role_arn).is_some()
}

/// Whether the policy of a resource alone lets an account's operator do this, as services check it for a caller from
/// another account (destinations).
pub(crate) fn policy_admits_account(world: &World, account: &AccountId, attempt: Attempt<'_>) -> bool {
    let _ = (world, account, attempt);
    true
}
