//! What several policies together say about one simulated request, statement by statement.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use logpipe_policy::{Context, Decision, Policy, PolicyKind, Principal, Request, evaluate, statements};

use super::statement_spans::spans;

/// A policy with the name that results show it by.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// Its name.
    pub(super) id: String,
    /// Its document.
    pub(super) text: String,
}

/// A simulated request.
pub(super) struct Question<'a> {
    /// Who asks.
    pub(super) principal: &'a Principal,
    /// The action.
    pub(super) action: &'a str,
    /// The resource.
    pub(super) resource: &'a str,
    /// Its condition keys.
    pub(super) context: &'a Context,
    /// Their names in lower case.
    pub(super) given: &'a BTreeSet<String>,
}

/// How a simulation ends; what comes later weighs more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    /// A statement allows it and none denies it.
    Allowed,
    /// Nothing allows it.
    #[default]
    ImplicitDeny,
    /// A statement denies it.
    ExplicitDeny,
}

/// What was decided, and by which statements.
#[derive(Debug, Clone, Default)]
pub(super) struct Decided {
    /// How it ends.
    pub(super) decision: Outcome,
    /// The statements that apply.
    pub(super) matched: BTreeSet<Matched>,
    /// Condition keys that statements ask for and the request does not have.
    pub(super) missing: BTreeSet<String>,
}

/// A statement that applies, by its place in a policy: lines and columns from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Matched {
    /// The name of the policy.
    pub(super) source: String,
    /// Where it begins.
    pub(super) start: (usize, usize),
    /// Where it ends.
    pub(super) end: (usize, usize),
}

impl Outcome {
    /// Its name in the API.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ImplicitDeny => "implicitDeny",
            Self::ExplicitDeny => "explicitDeny",
        }
    }
}

impl Decided {
    /// Both together: allowed only where each is.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.decision = self.decision.max(other.decision);
        self.matched.extend(other.matched);
        self.missing.extend(other.missing);
        self
    }
}

impl Question<'_> {
    /// What the policies say.
    pub(super) fn decide(&self, sources: &[Source]) -> Decided {
        let mut decided = Decided::default();
        let (mut allowed, mut denied) = (false, false);
        for source in sources {
            let document: Value = serde_json::from_str(&source.text).unwrap_or_default();
            let spans = spans(&source.text);
            for (index, statement) in statements(&document).iter().enumerate() {
                if let Some(keys) = self.missing(&document, statement) {
                    decided.missing.extend(keys);
                }
                match self.alone(&document, statement) {
                    Decision::Allow { .. } => allowed = true,
                    Decision::ExplicitDeny { .. } => denied = true,
                    Decision::ImplicitDeny { .. } | Decision::Unknown { .. } => continue,
                }
                let (start, end) = spans.get(index).copied().unwrap_or_default();
                decided.matched.insert(Matched { source: source.id.clone(), start, end });
            }
        }
        decided.decision = match (denied, allowed) {
            (true, _) => Outcome::ExplicitDeny,
            (false, true) => Outcome::Allowed,
            (false, false) => Outcome::ImplicitDeny,
        };
        decided
    }

    /// What one statement would say in a policy of its own.
    fn alone(&self, document: &Value, statement: &Value) -> Decision {
        let version = document.get("Version").cloned().unwrap_or_else(|| json!("2008-10-17"));
        let alone = json!({ "Version": version, "Statement": [statement] });
        let (action, resource) = (self.action, self.resource);
        let request = Request { principal: self.principal, action, resource, context: self.context };
        match Policy::from_value(&alone) {
            Ok(policy) => evaluate(&policy, PolicyKind::Identity, &request),
            Err(_) => Decision::ImplicitDeny { because: Vec::new() },
        }
    }

    /// The keys that a statement's conditions ask for and the request lacks, if it is about this request at all.
    fn missing(&self, document: &Value, statement: &Value) -> Option<Vec<String>> {
        let mut unconditional = statement.clone();
        let conditions = unconditional.as_object_mut()?.remove("Condition")?;
        if matches!(self.alone(document, &unconditional), Decision::ImplicitDeny { .. }) {
            return None;
        }
        let keys = conditions.as_object()?.values().filter_map(Value::as_object).flat_map(|keys| keys.keys());
        Some(keys.filter(|key| !self.given.contains(&key.to_lowercase())).cloned().collect())
    }
}
