//! What one policy says about one request.

use std::collections::BTreeSet;

use super::claim::{Claim, Doubt};
use super::context::{Context, Facts};
use super::document::{Effect, Element, Entry, Policy, Statement, Version};
use super::principal::{Named, Principal, list};
use super::truth::Truth;
use super::variable::{Expanded, expand};
use super::wildcard::Pattern;

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

    /// The same with the names of statements and the reasons worded again.
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
    pub(super) fn of(denied: Claim, allowed: Claim, because: impl FnOnce() -> Vec<String>) -> Self {
        let unknown = |doubt: Doubt| {
            let Doubt { depends_on, because } = doubt.distinct();
            Self::Unknown { depends_on, because }
        };
        match (denied, allowed) {
            (Claim::Sure(statement), _) => Self::ExplicitDeny { statement },
            (_, Claim::No) => Self::ImplicitDeny { because: because() },
            (Claim::No, Claim::Sure(statement)) => Self::Allow { statement },
            (Claim::No, Claim::Maybe(doubt)) | (Claim::Maybe(doubt), Claim::Sure(_)) => unknown(doubt),
            (Claim::Maybe(denial), Claim::Maybe(doubt)) => unknown(denial.and(doubt)),
        }
    }
}

/// What `policy` alone says about `request`.
pub fn evaluate(policy: &Policy, kind: PolicyKind, request: &Request<'_>) -> Decision {
    let reading = read(policy, kind, request);
    Decision::of(reading.denied.clone(), reading.allowed(), || reading.because())
}

/// What several policies of one holder say together about `request`; statements come with the name of their policy.
pub fn evaluate_all(policies: &[(&str, Policy)], kind: PolicyKind, request: &Request<'_>) -> Decision {
    let readings: Vec<_> =
        policies.iter().map(|(name, policy)| (*name, read(policy, kind, request))).collect();
    let (mut denied, mut allowed) = (Claim::No, Claim::No);
    for (name, reading) in &readings {
        denied = denied.or(reading.denied.clone().of_policy(name));
        allowed = allowed.or(reading.allowed().of_policy(name));
    }
    Decision::of(denied, allowed, || because_of_all(&readings, request))
}

/// Why none of several policies allows a request: what the statements about its action lack. That a hundred others are
/// about other actions says nothing.
fn because_of_all(readings: &[(&str, Reading<'_>)], request: &Request<'_>) -> Vec<String> {
    let about: Vec<_> = readings.iter().filter(|(_, reading)| reading.is_about_action()).collect();
    if about.is_empty() && !readings.is_empty() {
        let names: Vec<&str> = readings.iter().map(|(name, _)| *name).collect();
        return vec![format!("nothing in {} is about {}", names.join(", "), request.action)];
    }
    about.iter().flat_map(|(name, reading)| reading.because_of_policy(name)).collect()
}

/// What `policy` says to a request that everything else allows: only what it denies counts.
pub fn objections(policy: &Policy, kind: PolicyKind, request: &Request<'_>) -> Decision {
    Decision::of(read(policy, kind, request).denied, Claim::Sure(String::new()), Vec::new)
}

/// Everything one policy says about a request. Words are found only where somebody asks for them.
pub(super) struct Reading<'a> {
    /// What denies.
    pub(super) denied: Claim,
    /// What allows the caller, or everybody.
    pub(super) direct: Claim,
    /// What allows the caller's account, and leaves the rest to an identity policy there.
    pub(super) delegated: Claim,
    asked: Question<'a>,
    /// The statements that would allow, if they covered the request.
    misses: Vec<&'a Statement>,
}

impl Reading<'_> {
    /// Whether it allows the caller, however it names the caller.
    pub(super) fn allowed(&self) -> Claim {
        self.direct.clone().or(self.delegated.clone())
    }

    /// Whether a statement that would allow is about the action.
    fn is_about_action(&self) -> bool {
        self.misses.iter().any(|statement| self.asked.covers_action(statement))
    }

    /// Why nothing allows, where nothing does: what the statements about the action lack if there are any, else what
    /// all of them lack.
    pub(super) fn because(&self) -> Vec<String> {
        if self.misses.is_empty() {
            return vec!["no statement allows anything".to_owned()];
        }
        let any = self.is_about_action();
        let near = self.misses.iter().filter(|statement| !any || self.asked.covers_action(statement));
        near.map(|statement| {
            format!("{}: {}", statement.label, self.asked.words(statement, |truth| *truth == Truth::No))
        })
        .collect()
    }

    /// The same, said of a policy.
    pub(super) fn because_of_policy(&self, name: &str) -> Vec<String> {
        self.because().iter().map(|reason| format!("{name}: {reason}")).collect()
    }
}

pub(super) fn read<'a>(policy: &'a Policy, kind: PolicyKind, request: &'a Request<'a>) -> Reading<'a> {
    let action = request.action.to_ascii_lowercase();
    let asked = Question { version: policy.version, kind, request, action };
    let (mut denied, mut direct, mut delegated) = (Claim::No, Claim::No, Claim::No);
    let mut misses = Vec::new();
    for statement in &policy.statements {
        let Coverage { named, rest } = asked.coverage(statement);
        let claim = |named: Truth, verb: &str| {
            let doubt = || {
                let words = asked.words(statement, |truth| matches!(truth, Truth::Unknown(_)));
                format!("{} may {verb} it: {words}", statement.label)
            };
            Claim::of(named.and(rest.clone()), &statement.label, doubt)
        };
        match statement.effect {
            Effect::Deny => denied = denied.or(claim(named.at_all(), "deny")),
            Effect::Allow => {
                if named.at_all().and(rest.clone()) == Truth::No {
                    misses.push(statement);
                }
                direct = direct.or(claim(named.direct, "allow"));
                delegated = delegated.or(claim(named.delegated, "allow"));
            }
        }
    }
    Reading { denied, direct, delegated, asked, misses }
}

/// How far a statement covers a request.
struct Coverage {
    named: Named,
    /// Whether its other elements match.
    rest: Truth,
}

impl Coverage {
    const NONE: Self = Self { named: Named::NOT, rest: Truth::No };
}

/// A request in front of a policy.
struct Question<'a> {
    version: Version,
    kind: PolicyKind,
    request: &'a Request<'a>,
    /// Its action, in lower case.
    action: String,
}

impl Question<'_> {
    /// Most statements are about other actions or resources, which is found out first.
    fn coverage(&self, statement: &Statement) -> Coverage {
        if !self.covers_action(statement) {
            return Coverage::NONE;
        }
        let mut rest = self.covers_resource(statement);
        let facts = self.facts();
        for condition in &statement.conditions {
            if rest == Truth::No {
                return Coverage::NONE;
            }
            rest = rest.and(condition.holds(self.version, &facts));
        }
        match rest {
            Truth::No => Coverage::NONE,
            rest => Coverage { named: self.names(statement), rest },
        }
    }

    /// What is said, in plain words, of the elements of a statement whose coverage of the request `is_told` picks.
    fn words(&self, statement: &Statement, is_told: impl Fn(&Truth) -> bool) -> String {
        let facts = self.facts();
        let principal = (self.names(statement).at_all(), self.explain_principal(statement));
        let action = Truth::from(self.covers_action(statement));
        let why = statement.action.explain(&action, "Action", self.request.action);
        let resource = self.covers_resource(statement);
        let where_to = self.explain_resource(statement, &resource);
        let conditions = statement.conditions.iter().map(|condition| {
            (condition.holds(self.version, &facts), condition.explain(self.version, &facts))
        });
        let elements = [principal, (action, why), (resource, where_to)].into_iter().chain(conditions);
        let told: Vec<String> = elements.filter(|(truth, _)| is_told(truth)).map(|(_, why)| why).collect();
        told.join("; ")
    }

    fn facts(&self) -> Facts<'_> {
        Facts { principal: self.request.principal, context: self.request.context }
    }

    fn covers_action(&self, statement: &Statement) -> bool {
        let Element { negated, entries } = &statement.action;
        let is_listed =
            |entry: &Entry| entry.pattern.as_ref().is_some_and(|pattern| pattern.matches(&self.action));
        entries.iter().any(is_listed) != *negated
    }

    fn names(&self, statement: &Statement) -> Named {
        match (self.kind, &statement.principal) {
            (PolicyKind::Identity, None) => Named::DIRECTLY,
            (PolicyKind::Identity, Some(_)) | (PolicyKind::Resource | PolicyKind::Trust, None) => Named::NOT,
            (PolicyKind::Resource | PolicyKind::Trust, Some(element)) => {
                element.covers(self.request.principal, statement.effect == Effect::Deny)
            }
        }
    }

    fn explain_principal(&self, statement: &Statement) -> String {
        match (self.kind, &statement.principal) {
            (PolicyKind::Identity, None) => String::new(),
            (PolicyKind::Identity, Some(_)) => {
                "has a Principal, which an identity policy must not have".to_owned()
            }
            (PolicyKind::Resource | PolicyKind::Trust, None) => "Principal is missing".to_owned(),
            (PolicyKind::Resource | PolicyKind::Trust, Some(element)) => {
                element.explain(self.request.principal)
            }
        }
    }

    fn covers_resource(&self, statement: &Statement) -> Truth {
        match (self.kind, &statement.resource) {
            (PolicyKind::Trust, None) => Truth::Yes,
            (PolicyKind::Trust, Some(_)) | (PolicyKind::Identity | PolicyKind::Resource, None) => Truth::No,
            (PolicyKind::Identity | PolicyKind::Resource, Some(element)) => {
                let listed = Truth::any(element.entries.iter().map(|entry| self.is_resource(entry)));
                if element.negated { !listed } else { listed }
            }
        }
    }

    fn explain_resource(&self, statement: &Statement, covers: &Truth) -> String {
        match (self.kind, &statement.resource) {
            (PolicyKind::Trust, None) => String::new(),
            (PolicyKind::Trust, Some(_)) => "has a Resource, which a trust policy must not have".to_owned(),
            (PolicyKind::Identity | PolicyKind::Resource, None) => "Resource is missing".to_owned(),
            (PolicyKind::Identity | PolicyKind::Resource, Some(element)) => {
                element.explain(covers, "Resource", self.request.resource)
            }
        }
    }

    fn is_resource(&self, entry: &Entry) -> Truth {
        let asked = self.request.resource;
        if let Some(pattern) = &entry.pattern {
            return pattern.matches(asked).into();
        }
        match expand(&entry.text, self.version, &self.facts()) {
            Expanded::Text(pieces) => Pattern::of_resource(pieces).matches(asked).into(),
            Expanded::Nothing => Truth::No,
            Expanded::Unknown(keys, widest) => match Pattern::of_resource(widest).matches(asked) {
                true => Truth::Unknown(keys),
                false => Truth::No,
            },
        }
    }
}

impl Element {
    /// Why an element does not, or may not, cover the asked value.
    fn explain(&self, covers: &Truth, name: &str, asked: &str) -> String {
        let entries: Vec<String> = self.entries.iter().map(|entry| format!("\"{}\"", entry.text)).collect();
        let entries = list(&entries);
        match (covers, self.negated) {
            (Truth::Yes, _) => String::new(),
            (Truth::No, false) => format!("{name} \"{asked}\" does not match {entries}"),
            (Truth::No, true) => format!("{name} \"{asked}\" is excluded by Not{name} {entries}"),
            (Truth::Unknown(_), _) => {
                format!("it is not known whether {name} \"{asked}\" matches {entries}")
            }
        }
    }
}
