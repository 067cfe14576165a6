//! What one policy says about one request.

use std::collections::BTreeSet;

use super::claim::{Claim, Doubt};
use super::context::{Context, Facts};
use super::document::{Effect, Element, Policy, Statement, Version};
use super::principal::{Named, Principal, list};
use super::truth::Truth;
use super::variable::{Expanded, expand};
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
    /// It depends on what nobody here can know.
    Unknown {
        /// The condition keys that decide, and whatever else does.
        depends_on: BTreeSet<String>,
        /// Each statement in doubt, and what the doubt is, in plain words.
        because: Vec<String>,
    },
}

impl Decision {
    /// Whether the request may go ahead.
    pub fn allows(&self) -> bool {
        matches!(self, Self::Allow { .. })
    }

    /// The outcome in one word: `allow`, `deny`, `implicit_deny` or `unknown`.
    pub fn outcome(&self) -> &'static str {
        match self {
            Self::Allow { .. } => "allow",
            Self::ExplicitDeny { .. } => "deny",
            Self::ImplicitDeny { .. } => "implicit_deny",
            Self::Unknown { .. } => "unknown",
        }
    }

    /// The same with the names of statements and the reasons worded anew.
    #[must_use]
    pub fn reworded(self, word: impl Fn(String) -> String) -> Self {
        let all = |texts: Vec<String>| texts.into_iter().map(&word).collect();
        match self {
            Self::Allow { statement } => Self::Allow { statement: word(statement) },
            Self::ExplicitDeny { statement } => Self::ExplicitDeny { statement: word(statement) },
            Self::ImplicitDeny { because } => Self::ImplicitDeny { because: all(because) },
            Self::Unknown { depends_on, because } => Self::Unknown { depends_on, because: all(because) },
        }
    }

    /// What follows from what is said for and against: an unknown allow counts only where nothing denies for certain,
    /// and an unknown deny only where something may allow.
    pub(super) fn of(denied: Claim, allowed: Claim, because: Vec<String>) -> Self {
        let unknown = |doubt: Doubt| {
            let Doubt { depends_on, because } = doubt.distinct();
            Self::Unknown { depends_on, because }
        };
        match (denied, allowed) {
            (Claim::Sure(statement), _) => Self::ExplicitDeny { statement },
            (_, Claim::No) => Self::ImplicitDeny { because },
            (Claim::No, Claim::Sure(statement)) => Self::Allow { statement },
            (Claim::No, Claim::Maybe(doubt)) | (Claim::Maybe(doubt), Claim::Sure(_)) => unknown(doubt),
            (Claim::Maybe(denial), Claim::Maybe(doubt)) => unknown(denial.and(doubt)),
        }
    }
}

/// What `policy` alone says about `request`.
pub fn evaluate(policy: &Policy, kind: PolicyKind, request: &Request<'_>) -> Decision {
    let reading = read(policy, kind, request);
    Decision::of(reading.denied, reading.direct.or(reading.delegated), reading.because)
}

/// What several policies of one holder say together about `request`; statements come with the name of their policy.
pub fn evaluate_all(policies: &[(&str, Policy)], kind: PolicyKind, request: &Request<'_>) -> Decision {
    let (mut denied, mut allowed, mut because) = (Claim::No, Claim::No, Vec::new());
    for (name, policy) in policies {
        let reading = read(policy, kind, request);
        denied = denied.or(reading.denied.of_policy(name));
        allowed = allowed.or(reading.direct.or(reading.delegated).of_policy(name));
        because.extend(reading.because.iter().map(|reason| format!("{name}: {reason}")));
    }
    Decision::of(denied, allowed, because)
}

/// What `policy` says to a request that everything else allows: only what it denies counts.
pub fn objections(policy: &Policy, kind: PolicyKind, request: &Request<'_>) -> Decision {
    Decision::of(read(policy, kind, request).denied, Claim::Sure(String::new()), Vec::new())
}

/// Everything one policy says about a request.
pub(super) struct Reading {
    /// What denies.
    pub(super) denied: Claim,
    /// What allows the caller, or everybody.
    pub(super) direct: Claim,
    /// What allows the caller's account, and leaves the rest to an identity policy there.
    pub(super) delegated: Claim,
    /// Why nothing allows, where nothing does.
    pub(super) because: Vec<String>,
}

pub(super) fn read(policy: &Policy, kind: PolicyKind, request: &Request<'_>) -> Reading {
    let asked = Asked { version: policy.version, kind, request };
    let (mut denied, mut direct, mut delegated) = (Claim::No, Claim::No, Claim::No);
    let mut misses = Vec::new();
    for statement in &policy.statements {
        let Coverage { named, rest, about_action, failing, doubtful } = asked.coverage(statement);
        let claim = |named: Truth, verb: &str| {
            let doubt = format!("{} may {verb} it: {}", statement.label, doubtful.join("; "));
            Claim::of(named.and(rest.clone()), &statement.label, doubt)
        };
        match statement.effect {
            Effect::Deny => denied = denied.or(claim(named.at_all(), "deny")),
            Effect::Allow => {
                if named.at_all().and(rest.clone()) == Truth::No {
                    let reason = format!("{}: {}", statement.label, failing.join("; "));
                    misses.push(Miss { about_action, reason });
                }
                direct = direct.or(claim(named.direct, "allow"));
                delegated = delegated.or(claim(named.delegated, "allow"));
            }
        }
    }
    Reading { denied, direct, delegated, because: near(misses) }
}

/// How far a statement covers a request.
struct Coverage {
    named: Named,
    /// Whether its other elements match.
    rest: Truth,
    about_action: bool,
    /// Its elements that do not match, in plain words.
    failing: Vec<String>,
    /// Its elements of which that is not known.
    doubtful: Vec<String>,
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
    fn coverage(&self, statement: &Statement) -> Coverage {
        let action = self.action(&statement.action);
        let about_action = action.0 == Truth::Yes;
        let (named, why) = self.principal(statement);
        let principal = (named.at_all(), why);
        let facts = self.facts();
        let conditions = statement.conditions.iter().map(|condition| condition.check(self.version, &facts));
        let rest: Vec<(Truth, String)> =
            [action, self.resource(statement)].into_iter().chain(conditions).collect();
        let (mut failing, mut doubtful) = (Vec::new(), Vec::new());
        for (truth, why) in std::iter::once(&principal).chain(&rest) {
            match truth {
                Truth::Yes => {}
                Truth::No => failing.push(why.clone()),
                Truth::Unknown(_) => doubtful.push(why.clone()),
            }
        }
        let rest = Truth::all(rest.into_iter().map(|(truth, _)| truth));
        Coverage { named, rest, about_action, failing, doubtful }
    }

    fn facts(&self) -> Facts<'_> {
        Facts { principal: self.request.principal, context: self.request.context }
    }

    fn action(&self, element: &Element) -> (Truth, String) {
        let asked = self.request.action.to_ascii_lowercase();
        let listed =
            element.entries.iter().any(|entry| text_matches(&plain(&entry.to_ascii_lowercase()), &asked));
        element.decide(listed.into(), "Action", self.request.action)
    }

    fn principal(&self, statement: &Statement) -> (Named, String) {
        match (self.kind, &statement.principal) {
            (PolicyKind::Identity, None) => (Named::DIRECTLY, String::new()),
            (PolicyKind::Identity, Some(_)) => {
                (Named::NOT, "has a Principal, which an identity policy must not have".to_owned())
            }
            (PolicyKind::Resource | PolicyKind::Trust, None) => {
                (Named::NOT, "Principal is missing".to_owned())
            }
            (PolicyKind::Resource | PolicyKind::Trust, Some(element)) => {
                let named = element.covers(self.request.principal, statement.effect == Effect::Deny);
                (named, element.explain(self.request.principal))
            }
        }
    }

    fn resource(&self, statement: &Statement) -> (Truth, String) {
        let element = match (self.kind, &statement.resource) {
            (PolicyKind::Trust, None) => return (Truth::Yes, String::new()),
            (PolicyKind::Trust, Some(_)) => {
                return (Truth::No, "has a Resource, which a trust policy must not have".to_owned());
            }
            (PolicyKind::Identity | PolicyKind::Resource, None) => {
                return (Truth::No, "Resource is missing".to_owned());
            }
            (PolicyKind::Identity | PolicyKind::Resource, Some(element)) => element,
        };
        let facts = self.facts();
        let listed = element.entries.iter().map(|entry| match expand(entry, self.version, &facts) {
            Expanded::Text(pattern) => resource_matches(&pattern, self.request.resource).into(),
            Expanded::Nothing => Truth::No,
            Expanded::Unknown(keys, widest) => match resource_matches(&widest, self.request.resource) {
                true => Truth::Unknown(keys),
                false => Truth::No,
            },
        });
        element.decide(Truth::any(listed), "Resource", self.request.resource)
    }
}

impl Element {
    /// Whether an element that lists the asked value, or does not, covers it, and why not.
    fn decide(&self, listed: Truth, name: &str, asked: &str) -> (Truth, String) {
        let covers = if self.negated { !listed } else { listed };
        let entries: Vec<String> = self.entries.iter().map(|entry| format!("\"{entry}\"")).collect();
        let entries = list(&entries);
        let why = match (&covers, self.negated) {
            (Truth::Yes, _) => String::new(),
            (Truth::No, false) => format!("{name} \"{asked}\" does not match {entries}"),
            (Truth::No, true) => format!("{name} \"{asked}\" is left out by Not{name} {entries}"),
            (Truth::Unknown(_), _) => {
                format!("whether {name} \"{asked}\" is among {entries} is not known")
            }
        };
        (covers, why)
    }
}
