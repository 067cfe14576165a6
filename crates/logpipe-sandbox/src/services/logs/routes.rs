//! What subscription filters and account policies share: the way to their destination must be open when they are put.

use crate::delivery::{self, Origin, Refusal, Route};
use crate::faults::fault::Fault;
use crate::state::world::World;

use super::destinations::{DESTINATION_UNREACHABLE, probe_throttled};
use super::rules;

/// Checks every hop up to the stream, with a test message.
pub(super) fn open(world: &mut World, origin: &Origin, route: Route<'_>) -> Result<(), Fault> {
    let target = delivery::resolve(world, origin, route)
        .map_err(|refusal| unresolved(world, refusal, origin, route))?;
    if probe_throttled(world) {
        return Err(rules::invalid(DESTINATION_UNREACHABLE));
    }
    delivery::probe(world, &target, origin).map_err(|_| rules::invalid(DESTINATION_UNREACHABLE))
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
