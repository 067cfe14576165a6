//! What one policy says about one request.

use super::context::{Context, Facts};
use super::document::{Effect, Element, Policy, Statement, Version};
use super::principal::{Grip, Principal, list};
use super::variable::expand;
use super::wildcard::{plain, resource_matches, text_matches};

/// One request to AWS.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Who asks.
    pub principal: &'a Principal,
    /// What for (`logs:PutSubscriptionFilter`).
    pub action: &'a str,
    /// On what: an ARN, or `*` for actions without resource.
    pub resource: &'a str,
    /// Its condition keys.
    pub context: &'a Context,
}

/// Where a policy is attached, which decides the elements it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyKind {
    /// On a user or role; names no principal.
    Identity,
    /// On a resource; names principals and resources.
    Resource,
    /// On a role, saying who may assume it; names principals and no resource.
    Trust,
}

/// The outcome for one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// A statement allows it and none denies it.
    Allow {
        /// The first statement that allows: its `Sid`, else `statement 2`.
        statement: String,
    },
    /// A statement denies it.
    ExplicitDeny {
        /// The first statement that denies.
        statement: String,
    },
    /// Nothing allows it.
    ImplicitDeny {
        /// For each statement that comes near, what fails, in plain words.
        because: Vec<String>,
    },
}

impl Decision {
    /// Whether the request may go ahead.
    pub fn allows(&self) -> bool {
        matches!(self, Self::Allow { .. })
    }

    /// The outcome in one word: `allow`, `deny` or `implicit_deny`.
    pub fn outcome(&self) -> &'static str {
        match self {
            Self::Allow { .. } => "allow",
            Self::ExplicitDeny { .. } => "deny",
            Self::ImplicitDeny { .. } => "implicit_deny",
        }
    }
}

/// What `policy` alone says about `request`.
pub fn evaluate(policy: &Policy, kind: PolicyKind, request: &Request<'_>) -> Decision {
    let reading = read(policy, kind, request);
    if let Some(statement) = reading.denied {
        return Decision::ExplicitDeny { statement };
    }
    match reading.allowed {
        Some((statement, _)) => Decision::Allow { statement },
        None => Decision::ImplicitDeny { because: reading.because },
    }
}

/// Everything one policy says about a request.
pub(super) struct Reading {
    /// The first denying statement.
    pub(super) denied: Option<String>,
    /// The allowing statement that speaks most strongly for the caller.
    pub(super) allowed: Option<(String, Grip)>,
    /// Why nothing allows, when nothing does.
    pub(super) because: Vec<String>,
}

pub(super) fn read(policy: &Policy, kind: PolicyKind, request: &Request<'_>) -> Reading {
    let asked = Asked { version: policy.version, kind, request };
    let mut reading = Reading { denied: None, allowed: None, because: Vec::new() };
    let mut misses = Vec::new();
    for statement in &policy.statements {
        match (asked.covers(statement), statement.effect) {
            (Ok(_), Effect::Deny) => {
                reading.denied.get_or_insert_with(|| statement.label.clone());
            }
            (Ok(grip), Effect::Allow) => {
                if reading.allowed.as_ref().is_none_or(|(_, held)| *held < grip) {
                    reading.allowed = Some((statement.label.clone(), grip));
                }
            }
            (Err(miss), Effect::Allow) => misses.push(miss),
            (Err(_), Effect::Deny) => {}
        }
    }
    if reading.allowed.is_none() {
        reading.because = near(misses);
    }
    reading
}

/// A statement that does not cover the request.
struct Miss {
    /// Whether it is at least about the action.
    about_action: bool,
    reason: String,
}

/// The statements worth telling about: those about the action if there are any, else all.
fn near(misses: Vec<Miss>) -> Vec<String> {
    if misses.is_empty() {
        return vec!["no statement allows anything".to_owned()];
    }
    let any = misses.iter().any(|miss| miss.about_action);
    misses.into_iter().filter(|miss| miss.about_action || !any).map(|miss| miss.reason).collect()
}

/// A request in front of a policy.
struct Asked<'a> {
    version: Version,
    kind: PolicyKind,
    request: &'a Request<'a>,
}

impl Asked<'_> {
    /// How strongly `statement` covers the request, or which of its elements fail.
    fn covers(&self, statement: &Statement) -> Result<Grip, Miss> {
        let principal = self.principal(statement);
        let action = self.action(&statement.action);
        let about_action = action.is_ok();
        let elements = [principal.as_ref().err().cloned(), action.err(), self.resource(statement).err()];
        let facts = self.facts();
        let conditions = statement.conditions.iter();
        let conditions = conditions.filter_map(|condition| condition.check(self.version, &facts).err());
        let failures: Vec<String> = elements.into_iter().flatten().chain(conditions).collect();
        match principal {
            Ok(grip) if failures.is_empty() => Ok(grip),
            _ => Err(Miss { about_action, reason: format!("{}: {}", statement.label, failures.join("; ")) }),
        }
    }

    fn facts(&self) -> Facts<'_> {
        Facts { principal: self.request.principal, context: self.request.context }
    }

    fn action(&self, element: &Element) -> Result<(), String> {
        let asked = self.request.action.to_ascii_lowercase();
        let listed =
            element.entries.iter().any(|entry| text_matches(&plain(&entry.to_ascii_lowercase()), &asked));
        element.decide(listed, "Action", self.request.action)
    }

    fn principal(&self, statement: &Statement) -> Result<Grip, String> {
        match (self.kind, &statement.principal) {
            (PolicyKind::Identity, None) => Ok(Grip::Direct),
            (PolicyKind::Identity, Some(_)) => {
                Err("has a Principal, which an identity policy must not have".to_owned())
            }
            (PolicyKind::Resource | PolicyKind::Trust, None) => Err("Principal is missing".to_owned()),
            (PolicyKind::Resource | PolicyKind::Trust, Some(element)) => element
                .covers(self.request.principal, statement.effect == Effect::Deny)
                .ok_or_else(|| element.explain(self.request.principal)),
        }
    }

    fn resource(&self, statement: &Statement) -> Result<(), String> {
        let element = match (self.kind, &statement.resource) {
            (PolicyKind::Trust, None) => return Ok(()),
            (PolicyKind::Trust, Some(_)) => {
                return Err("has a Resource, which a trust policy must not have".to_owned());
            }
            (PolicyKind::Identity | PolicyKind::Resource, None) => {
                return Err("Resource is missing".to_owned());
            }
            (PolicyKind::Identity | PolicyKind::Resource, Some(element)) => element,
        };
        let facts = self.facts();
        let listed = element.entries.iter().any(|entry| {
            expand(entry, self.version, &facts)
                .is_some_and(|pattern| resource_matches(&pattern, self.request.resource))
        });
        element.decide(listed, "Resource", self.request.resource)
    }
}

impl Element {
    /// Whether an element that lists the asked value, or does not, covers it.
    fn decide(&self, listed: bool, name: &str, asked: &str) -> Result<(), String> {
        if listed != self.negated {
            return Ok(());
        }
        let entries: Vec<String> = self.entries.iter().map(|entry| format!("\"{entry}\"")).collect();
        let entries = list(&entries);
        Err(match self.negated {
            false => format!("{name} \"{asked}\" does not match {entries}"),
            true => format!("{name} \"{asked}\" is left out by Not{name} {entries}"),
        })
    }
}
