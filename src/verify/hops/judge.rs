//! A policy's answer as a finding.

use serde_json::Value;

use crate::policy::{Context, Decision, Policy, PolicyKind, Principal, Request, evaluate, says};
use crate::provider::iam_role::LiveRole;
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

/// Whether what is on a role beside logpipe's own policy stops what that allows, or lets it do more, which is worth a
/// word.
pub(super) fn beside_others(role: &LiveRole, request: &Request<'_>, detail: String) -> Finding {
    let mut beside = Vec::new();
    for (name, document) in &role.others {
        if let Decision::ExplicitDeny { statement } =
            evaluate(&parse(document)?, PolicyKind::Identity, request)
        {
            return wrong(format!(
                "{statement} of the inline policy `{name}`, which is not logpipe's, denies it explicitly: that statement has to go"
            ));
        }
        beside.push(format!("the inline policy `{name}`, which {}", says(document)));
    }
    beside.extend(role.attached.iter().map(|arn| format!("{arn} attached")));
    let boundary = role.boundary.as_ref();
    beside.extend(boundary.map(|arn| format!("the permissions boundary {arn}, which is not judged here")));
    Ok(match beside.is_empty() {
        true => detail,
        false => format!("{detail}; beside logpipe's policy it has {}", beside.join(", ")),
    })
}
