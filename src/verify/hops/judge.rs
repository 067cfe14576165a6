//! A policy's answer as a finding.

use serde_json::Value;

use crate::policy::{Context, Decision, Policy, PolicyKind, Principal, Request, evaluate};
use crate::verify::verdict::HopVerdict;

/// What a hop was found to be; the name comes from its place in the order.
pub(super) type Finding = Result<String, (HopVerdict, String)>;

pub(super) fn wrong<T>(detail: impl Into<String>) -> Result<T, (HopVerdict, String)> {
    Err((HopVerdict::Incorrect, detail.into()))
}

pub(super) fn missing<T>(detail: impl Into<String>) -> Result<T, (HopVerdict, String)> {
    Err((HopVerdict::Missing, detail.into()))
}

pub(super) fn parse(document: &Value) -> Result<Policy, (HopVerdict, String)> {
    Policy::from_value(document).or_else(|error| wrong(format!("its policy cannot be read: {error}")))
}

pub(super) fn judge(
    document: Option<&Value>,
    kind: PolicyKind,
    principal: &Principal,
    action: &str,
    resource: &str,
    context: &Context,
) -> Result<Decision, (HopVerdict, String)> {
    let Some(document) = document else { return missing("it has no policy of logpipe's") };
    Ok(evaluate(&parse(document)?, kind, &Request { principal, action, resource, context }))
}

pub(super) fn admitted(decision: &Decision, detail: &str) -> Finding {
    match decision {
        Decision::Allow { statement } => Ok(format!("{detail} ({statement})")),
        Decision::ExplicitDeny { statement } => wrong(format!("{statement} denies it explicitly")),
        Decision::ImplicitDeny { because } if because.is_empty() => wrong("no statement allows it"),
        Decision::ImplicitDeny { because } => {
            wrong(format!("no statement allows it: {}", because.join("; ")))
        }
    }
}
