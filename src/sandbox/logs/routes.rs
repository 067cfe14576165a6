//! What subscription filters and account policies share: the way to their destination must be open when they are put.

use crate::sandbox::access::{self, Attempt};
use crate::sandbox::delivery::{self, Origin, Refusal, Route};
use crate::sandbox::dispatch::Call;
use crate::sandbox::fault::Fault;
use crate::sandbox::principals::role_of;
use crate::sandbox::world::World;

use super::destinations::{DESTINATION_UNREACHABLE, probe_throttled};
use super::rules;

/// Checks the role that is passed and every hop up to the stream, with a test message.
pub(super) fn open(world: &mut World, call: &Call, origin: &Origin, route: Route<'_>) -> Result<(), Fault> {
    if let Some(role) = route.role {
        check_passed(world, call, role)?;
    }
    let target = delivery::resolve(world, origin, route)
        .map_err(|refusal| unresolved(world, refusal, origin, route))?;
    if probe_throttled(world) {
        return Err(rules::invalid(DESTINATION_UNREACHABLE));
    }
    delivery::probe(world, &target, origin).map_err(|_| rules::invalid(DESTINATION_UNREACHABLE))
}

/// A role is the caller's to pass: of its own account, and by its own policies.
fn check_passed(world: &World, call: &Call, role: &str) -> Result<(), Fault> {
    let owner = call.account();
    if role_of(role).is_none_or(|(account, _)| account != *owner) {
        return Err(Fault::invalid("AccessDeniedException", "Cross-account pass role is not allowed."));
    }
    let keys = [("iam:PassedToService", "logs.amazonaws.com")];
    let attempt = Attempt { action: "iam:PassRole", resource: role, owner, policy: None, keys: &keys };
    if access::caller_may_by_role(world, call, attempt) {
        return Ok(());
    }
    let text = format!(
        "User: {} is not authorized to perform: iam:PassRole on resource: {role} because no identity-based policy \
         allows the iam:PassRole action",
        call.caller.arn(call.partition())
    );
    Err(Fault::invalid("AccessDeniedException", text))
}

fn unresolved(world: &World, refusal: Refusal, origin: &Origin, route: Route<'_>) -> Fault {
    match refusal {
        Refusal::SenderNotAdmitted => Fault::invalid(
            "AccessDeniedException",
            format!(
                "User with accountId: {} is not authorized to perform: {} on resource: {}",
                origin.site.account,
                refused_action(world, origin, route),
                route.arn
            ),
        ),
        Refusal::NoRole => {
            rules::invalid("destinationArn for vendor firehose cannot be used without roleArn")
        }
        Refusal::NoSenderRole => rules::invalid(
            "Role ARN is required when creating subscription filter against destination with Organization access \
             policy",
        ),
        Refusal::SenderRoleNotAssumed => Fault::invalid(
            "ValidationException",
            "Make sure you have given CloudWatch Logs permission to assume the provided role.",
        ),
        _ => rules::invalid(DESTINATION_UNREACHABLE),
    }
}

/// The first action that the policy of the destination does not allow.
fn refused_action<'a>(world: &World, origin: &Origin, route: Route<'a>) -> &'a str {
    let refused = |action: &&&str| {
        let alone = Route { actions: std::slice::from_ref(*action), ..route };
        matches!(delivery::resolve(world, origin, alone), Err(Refusal::SenderNotAdmitted))
    };
    route.actions.iter().find(refused).copied().unwrap_or_default()
}
