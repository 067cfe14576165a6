//! A policy's answer as a finding.

use serde_json::Value;

use crate::policy::{Decision, Policy, PolicyKind, evaluate_all, says};
use crate::provider::iam::role::LiveRole;
use crate::requests::ServiceRequest;
use crate::verify::verdict::{Hop, HopVerdict};

/// What a hop was found to be; the name comes from its place in the order.
pub(in crate::verify) type Finding = Result<String, Flaw>;

/// What keeps a hop from being right, or from being known to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::verify) struct Flaw {
    pub(in crate::verify) verdict: HopVerdict,
    pub(in crate::verify) detail: String,
    /// What the answer depends on, where it is not known.
    pub(in crate::verify) depends_on: Vec<String>,
    /// Whether a statement denies it, which nothing else can make good.
    pub(in crate::verify) denied: bool,
}

impl From<(HopVerdict, String)> for Flaw {
    fn from((verdict, detail): (HopVerdict, String)) -> Self {
        Self { verdict, detail, depends_on: Vec::new(), denied: false }
    }
}

impl Flaw {
    /// It cannot be judged: what it depends on is not known here.
    pub(in crate::verify) fn unknown(depends_on: Vec<String>, because: &[String]) -> Self {
        let detail =
            format!("cannot be judged: it depends on {} ({})", depends_on.join(", "), because.join("; "));
        Self { verdict: HopVerdict::Unknown, detail, depends_on, denied: false }
    }
}

/// A hop of this name that was found so.
pub(in crate::verify) fn hop(hop: &'static str, finding: Finding) -> Hop {
    match finding {
        Ok(detail) => Hop { hop, verdict: HopVerdict::Correct, detail, depends_on: Vec::new() },
        Err(Flaw { verdict, detail, depends_on, .. }) => Hop { hop, verdict, detail, depends_on },
    }
}

pub(super) fn wrong<T>(detail: impl Into<String>) -> Result<T, Flaw> {
    Err(Flaw::from((HopVerdict::Incorrect, detail.into())))
}

pub(super) fn missing<T>(detail: impl Into<String>) -> Result<T, Flaw> {
    Err(Flaw::from((HopVerdict::Missing, detail.into())))
}

pub(super) fn parse(document: &Value) -> Result<Policy, Flaw> {
    Policy::from_value(document).or_else(|error| wrong(format!("its policy cannot be read: {error}")))
}

pub(super) fn judge(
    document: Option<&Value>,
    kind: PolicyKind,
    asked: &ServiceRequest,
) -> Result<Decision, Flaw> {
    let Some(document) = document else { return missing("it lacks logpipe's policy") };
    Ok(asked.decided_by(&parse(document)?, kind))
}

pub(in crate::verify) fn admitted(decision: Decision, detail: &str) -> Finding {
    match decision {
        Decision::Allow { statement } => Ok(format!("{detail} ({statement})")),
        Decision::ExplicitDeny { statement } => {
            let flaw = Flaw::from((HopVerdict::Incorrect, format!("{statement} denies it explicitly")));
            Err(Flaw { denied: true, ..flaw })
        }
        Decision::ImplicitDeny { because } if because.is_empty() => wrong("no statement allows it"),
        Decision::ImplicitDeny { because } => {
            wrong(format!("no statement allows it: {}", because.join("; ")))
        }
        Decision::Unknown { depends_on, because } => {
            Err(Flaw::unknown(depends_on.into_iter().collect(), &because))
        }
    }
}

/// The inline policies of a role: logpipe's, and those of others by their names.
pub(super) fn policies_of(role: &LiveRole) -> Result<Vec<(String, Policy)>, Flaw> {
    let own = role.policy.iter().map(|document| Ok(("logpipe".to_owned(), parse(document)?)));
    let others = role.others.iter().map(|(name, document)| {
        Ok((format!("the inline policy `{name}`, which is not logpipe's"), parse(document)?))
    });
    own.chain(others).collect()
}

/// What the policies of a role say to a request. What others have put on it beside logpipe's own is worth a word, and
/// where its statements are not read here, it may allow what nothing else does, or deny what something allows.
pub(super) fn permitted_to(role: &LiveRole, asked: &ServiceRequest, detail: &str) -> Finding {
    if role.policy.is_none() && role.others.is_empty() && role.attached.is_empty() {
        return missing("it lacks logpipe's policy");
    }
    let policies = policies_of(role)?;
    for (name, policy) in &policies {
        if let Decision::ExplicitDeny { statement } = asked.decided_by(policy, PolicyKind::Identity)
            && name != "logpipe"
        {
            let detail = format!("{statement} of {name}, denies it explicitly: remove that statement");
            return Err(Flaw { denied: true, ..Flaw::from((HopVerdict::Incorrect, detail)) });
        }
    }
    let decision = match (policies.as_slice(), role.others.is_empty()) {
        ([(_, own)], true) => asked.decided_by(own, PolicyKind::Identity),
        (all, _) => {
            let all: Vec<(&str, Policy)> =
                all.iter().map(|(name, policy)| (name.as_str(), policy.clone())).collect();
            evaluate_all(&all, PolicyKind::Identity, &asked.request())
        }
    };
    beside_others(role, admitted(decision, detail))
}

fn beside_others(role: &LiveRole, found: Finding) -> Finding {
    let inline = role.others.iter();
    let inline =
        inline.map(|(name, document)| format!("the inline policy `{name}`, which {}", says(document)));
    let attached = role.attached.iter().map(|arn| format!("{arn} attached"));
    let bounds = role.boundary.iter().map(|arn| format!("the permissions boundary {arn}"));
    let beside: Vec<String> = inline.chain(attached).chain(bounds).collect();
    if beside.is_empty() {
        return found;
    }
    let beside = format!("besides logpipe's policy it has {}", beside.join(", "));
    let told = match &found {
        Ok(detail) => format!("{detail}; {beside}"),
        Err(flaw) => format!("{}; {beside}", flaw.detail),
    };
    // A boundary allows nothing, but may keep back what is allowed.
    let may_change = match &found {
        Ok(_) => !role.attached.is_empty() || role.boundary.is_some(),
        Err(flaw) => flaw.verdict == HopVerdict::Incorrect && !flaw.denied && !role.attached.is_empty(),
    };
    if may_change {
        let attached = role.attached.iter().map(|arn| format!("the policy {arn}"));
        let bounds = role.boundary.iter().map(|arn| format!("the permissions boundary {arn}"));
        return Err(Flaw::unknown(attached.chain(bounds).collect(), &[told]));
    }
    match found {
        Ok(_) => Ok(told),
        Err(flaw) => Err(Flaw { detail: told, ..flaw }),
    }
}
