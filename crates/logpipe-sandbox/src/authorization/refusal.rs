//! How AWS says no (IAM User Guide, "Troubleshoot access denied error messages"; S3 User Guide, "Troubleshoot access
//! denied (403 Forbidden) errors").

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::identifiers::token;
use crate::protocol::answers::Protocol;

use super::demand::Demand;

/// Which side refuses, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// A policy of the caller forbids it.
    DeniedByIdentity,
    /// The policy of the resource forbids it.
    DeniedByResource,
    /// No policy of the caller allows it.
    NotAllowedByIdentity,
    /// Only the policy of the resource is missing.
    NotAllowedByResource,
}

/// The refusal of something a call asks for, in the words of the service that was called.
pub(crate) fn refused(call: &Call, demand: &Demand, why: Why) -> Fault {
    let refusal = match demand.action.as_str() {
        "sts:AssumeRole" => assume_refused(call, &demand.resource),
        "logs:TagResource" if call.operation == "CreateLogGroup" => tags_refused(call),
        _ => fault(call, explained(call, demand, why)),
    };
    demand.headers.iter().fold(refusal, |refusal, (name, value)| refusal.header(name, value))
}

/// What S3 says to callers from outside the organisation of the bucket's owner.
pub(crate) fn unexplained(call: &Call, demand: &Demand) -> Fault {
    let refusal = fault(call, "Access Denied".to_owned());
    demand.headers.iter().fold(refusal, |refusal, (name, value)| refusal.header(name, value))
}

fn explained(call: &Call, demand: &Demand, why: Why) -> String {
    format!(
        "User: {} is not authorized to perform: {}{} {}",
        call.caller.arn(call.partition()),
        demand.action,
        resource(call, demand),
        reason(&demand.action, why)
    )
}

/// The refusal of AssumeRole, which gives no reason: AWS does not tell a missing role from one that does not trust the
/// caller.
pub(crate) fn assume_refused(call: &Call, role: &str) -> Fault {
    let caller = call.caller.arn(call.partition());
    fault(call, format!("User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role}"))
}

/// A role is to be handed to a service of another account.
pub(crate) fn cross_account_pass(call: &Call) -> Fault {
    fault(call, "Cross-account pass role is not allowed.".to_owned())
}

fn tags_refused(call: &Call) -> Fault {
    let account = call.account();
    fault(
        call,
        format!("User with accountId: {account} is not authorized to perform CreateLogGroup with Tags"),
    )
}

fn fault(call: &Call, text: String) -> Fault {
    match call.service.protocol() {
        Protocol::Json => Fault::invalid("AccessDeniedException", text),
        Protocol::Query { .. } | Protocol::S3 | Protocol::Cbor => Fault::new(403, "AccessDenied", text),
        Protocol::Ec2 => Fault::new(403, "UnauthorizedOperation", of_ec2(call, &text)),
    }
}

/// EC2 says more, in a form that only DecodeAuthorizationMessage reads, where a call is about a resource.
fn of_ec2(call: &Call, text: &str) -> String {
    let encoded = match text.contains(" on resource: ") {
        true => format!(". Encoded authorization failure message: {}", token("refusal", call.at_ms)),
        false => String::new(),
    };
    format!("You are not authorized to perform this operation. {text}{encoded}")
}

/// S3 puts ARNs in quotes; S3 and EC2 leave out what is not one.
fn resource(call: &Call, demand: &Demand) -> String {
    let shown = demand.shown.as_deref().unwrap_or(&demand.resource);
    match call.service.protocol() {
        Protocol::S3 if shown.is_empty() => String::new(),
        Protocol::S3 => format!(" on resource: \"{shown}\""),
        Protocol::Ec2 if shown == "*" => String::new(),
        _ => format!(" on resource: {shown}"),
    }
}

fn reason(action: &str, why: Why) -> String {
    match why {
        Why::DeniedByIdentity => "with an explicit deny in an identity-based policy".to_owned(),
        Why::DeniedByResource => "with an explicit deny in a resource-based policy".to_owned(),
        Why::NotAllowedByIdentity => format!("because no identity-based policy allows the {action} action"),
        Why::NotAllowedByResource => format!("because no resource-based policy allows the {action} action"),
    }
}
