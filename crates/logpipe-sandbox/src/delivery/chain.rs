//! Hop 2: from CloudWatch Logs into a stream, through a destination and under a role.

use serde::{Deserialize, Serialize};

use crate::access::{self, Attempt};
use crate::caller::RoleSession;
use crate::services::firehose::{StreamAddress, StreamStatus};
use crate::services::logs::Destination;
use crate::state::site::Site;
use crate::state::world::World;
use logpipe_identifiers::{Partition, Region};

use super::record::Record;
use super::{buffer, envelope};

/// On whose behalf CloudWatch Logs sends.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    /// The account and region (`aws:SourceAccount`).
    pub(crate) site: Site,
    /// The log group or destination (`aws:SourceArn`).
    pub(crate) arn: String,
}

/// Where a message goes in the end, and how.
#[derive(Debug, Clone)]
pub(crate) struct DeliveryTarget {
    /// The ARN of the stream.
    pub(crate) stream: String,
    /// The ARN of the role that CloudWatch Logs assumes for it.
    pub(crate) role: String,
    /// The region where CloudWatch Logs assumes the role.
    pub(crate) region: Region,
}

/// Why a message did not get through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Refusal {
    /// There is no such destination.
    NoDestination,
    /// The policy of the destination does not let the sending account in.
    SenderNotAdmitted,
    /// A stream was named without the role it takes.
    NoRole,
    /// The destination admits an organisation, and the sender shows no role.
    NoSenderRole,
    /// The sender's role is missing, or does not trust CloudWatch Logs.
    SenderRoleNotAssumed,
    /// The sender's role may not write to the log group that sends.
    SenderRoleDenied,
    /// The role is missing, or does not trust CloudWatch Logs on this account's behalf.
    RoleNotAssumed,
    /// There is no such stream, or it is not ACTIVE.
    StreamNotActive,
    /// The role may not put records into the stream.
    PutDenied,
}

/// Tries whether a target can be reached, with a control message that ends up in the bucket like any other.
pub(crate) fn probe(world: &mut World, target: &DeliveryTarget, origin: &Origin) -> Result<(), Refusal> {
    let message = envelope::control(world.now_ms);
    put(world, target, origin, message)
}

/// Where a subscription sends to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Route<'a> {
    /// The ARN in the subscription: a destination, or a stream of the sender's own account.
    pub(crate) arn: &'a str,
    /// The role in the subscription.
    pub(crate) role: Option<&'a str>,
    /// What the policy of a destination must allow.
    pub(crate) actions: &'a [&'a str],
}

/// What a route leads to for `origin`: the target of a destination that admits the sender, or a stream.
pub(crate) fn resolve(world: &World, origin: &Origin, route: Route<'_>) -> Result<DeliveryTarget, Refusal> {
    let Site { account, region } = &origin.site;
    let own_stream = StreamAddress::of_arn(route.arn).filter(|stream| stream.site.account == *account);
    if own_stream.is_some() {
        let role = route.role.ok_or(Refusal::NoRole)?.to_owned();
        return Ok(DeliveryTarget { stream: route.arn.to_owned(), role, region: region.clone() });
    }
    through_destination(world, origin, route)
}

/// Log group and destination must be in one region; the stream behind the destination may be elsewhere.
fn through_destination(world: &World, origin: &Origin, route: Route<'_>) -> Result<DeliveryTarget, Refusal> {
    let sender = &origin.site;
    let (site, resource) = Site::of_arn(route.arn, "logs").ok_or(Refusal::NoDestination)?;
    let name = resource.strip_prefix("destination:").filter(|_| site.region == sender.region);
    let destination =
        name.and_then(|name| world.logs_destination(&site, name)).ok_or(Refusal::NoDestination)?;
    let policy = destination.policy_in_force(world.now_ms);
    let admitted = |action: &&str| {
        let attempt = Attempt { action, resource: route.arn, owner: &site.account, policy, keys: &[] };
        access::policy_admits_account(world, &sender.account, attempt)
    };
    // Without a policy nobody is admitted, not even the account that owns the destination.
    if policy.is_none() || !route.actions.iter().all(admitted) {
        return Err(Refusal::SenderNotAdmitted);
    }
    check_sender_role(world, origin, destination, route.role)?;
    Ok(DeliveryTarget {
        stream: destination.target_arn.clone(),
        role: destination.role_arn.clone(),
        region: site.region,
    })
}

/// A destination that admits an organisation wants the sender to show a role, which CloudWatch Logs assumes.
fn check_sender_role(
    world: &World,
    origin: &Origin,
    destination: &Destination,
    role: Option<&str>,
) -> Result<(), Refusal> {
    match role {
        None if destination.admits_organization(world) => Err(Refusal::NoSenderRole),
        None => Ok(()),
        Some(role) => {
            let session = assume_role(world, role, &origin.site.region, origin);
            let session = session.ok_or(Refusal::SenderRoleNotAssumed)?;
            check_may_send(world, &session, origin)
        }
    }
}

/// The right to send is the right to write to the log group that sends (CloudWatch Logs User Guide, "Create a
/// subscription filter", of an organisation's members).
fn check_may_send(world: &World, session: &RoleSession, origin: &Origin) -> Result<(), Refusal> {
    let group = origin.arn.strip_suffix(":*").unwrap_or(&origin.arn);
    let attempt = Attempt {
        action: "logs:PutLogEvents",
        resource: &format!("{group}:log-stream:"),
        owner: &origin.site.account,
        policy: None,
        keys: &[],
    };
    if access::session_may(world, session, attempt) { Ok(()) } else { Err(Refusal::SenderRoleDenied) }
}

/// Puts a message into the target's stream, if every hop on the way lets it pass.
pub(crate) fn put(
    world: &mut World,
    target: &DeliveryTarget,
    origin: &Origin,
    message: Record,
) -> Result<(), Refusal> {
    let stream = reach(world, target, origin)?;
    buffer::append(world, &stream, message);
    Ok(())
}

/// The stream of a target, if every hop on the way there lets a message pass.
pub(super) fn reach(
    world: &World,
    target: &DeliveryTarget,
    origin: &Origin,
) -> Result<StreamAddress, Refusal> {
    let session = assume_role(world, &target.role, &target.region, origin).ok_or(Refusal::RoleNotAssumed)?;
    let stream = active_stream(world, target)?;
    check_may_put(world, &session, &stream)?;
    Ok(stream)
}

fn assume_role(world: &World, role: &str, region: &Region, origin: &Origin) -> Option<RoleSession> {
    let account = origin.site.account.as_str();
    let mut keys = vec![("aws:SourceArn", origin.arn.as_str()), ("aws:SourceAccount", account)];
    let organization = world.organization.as_deref().filter(|_| !world.hides_source_organization);
    keys.extend(organization.map(|id| ("aws:SourceOrgID", id)));
    principals(region)
        .iter()
        .find_map(|principal| access::assume_as_service(world, role, principal, "CloudWatchLogs", &keys))
}

/// The names under which a trust policy may admit CloudWatch Logs: the global and the regional one, in China the
/// regional one with China's suffix.
fn principals(region: &Region) -> Vec<String> {
    let partition = region.partition();
    let named = partition.logs_principal(region);
    match partition {
        Partition::AwsCn => vec![named],
        _ => vec![named, format!("logs.{region}.amazonaws.com")],
    }
}

fn active_stream(world: &World, target: &DeliveryTarget) -> Result<StreamAddress, Refusal> {
    let address = StreamAddress::of_arn(&target.stream).ok_or(Refusal::StreamNotActive)?;
    let active = world.stream(&address).is_some_and(|stream| stream.status == StreamStatus::Active);
    if active { Ok(address) } else { Err(Refusal::StreamNotActive) }
}

fn check_may_put(world: &World, session: &RoleSession, stream: &StreamAddress) -> Result<(), Refusal> {
    let attempt = Attempt {
        action: "firehose:PutRecord",
        resource: &stream.arn(),
        owner: &stream.site.account,
        policy: None,
        keys: &[],
    };
    if access::session_may(world, session, attempt) { Ok(()) } else { Err(Refusal::PutDenied) }
}
