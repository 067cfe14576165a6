//! What the roles of agents and readers may do: all, or nothing of what they are for.

use globset::{Glob, GlobMatcher};
use serde_json::Value;

use super::topology::Unmeant;
use crate::lint::Lint;
use crate::policy::statements;
use crate::topology::finding::{Findings, Span};
use crate::topology::model::{Agent, ExtraPolicy, Holder};

/// The lists of an agent that name log groups.
const LISTS: [&str; 3] = ["files", "journald", "windows_events"];

/// Actions that amount to all there are: whoever may do the second one may allow itself the first.
const EVERYTHING: [&str; 2] = ["*", "iam:*"];

/// The version of the policy language that has variables.
const WITH_VARIABLES: &str = "2012-10-17";

impl Unmeant<'_> {
    /// Warns of the policies of every agent.
    pub(super) fn agents(&self, findings: &mut Findings) {
        for agent in self.topology.agents.values() {
            let places = self.root.item_values(&["agents", agent.key.as_str(), "extra_policies"], "name");
            for policy in &agent.extra_policies {
                let place = places.iter().find(|(name, _)| *name == policy.name);
                if let Some((_, place)) = place {
                    extra_policy(policy, *place, findings);
                }
            }
            self.cannot_write(agent, findings);
        }
    }

    /// A role with no other policy than the one for the agent has no right to write to a log group that this one leaves out.
    fn cannot_write(&self, agent: &Agent, findings: &mut Findings) {
        let Holder::Own(role) = &agent.holder else { return };
        if !role.managed_policies.is_empty() || !agent.extra_policies.is_empty() {
            return;
        }
        let patterns = agent.policy.iter().flat_map(|policy| &policy.log_groups);
        let may: Vec<GlobMatcher> =
            patterns.filter_map(|pattern| Some(Glob::new(pattern).ok()?.compile_matcher())).collect();
        for list in LISTS {
            let groups = self.root.item_values(&["agents", agent.key.as_str(), list], "log_group");
            // A placeholder is something else on every instance.
            let known = groups.into_iter().filter(|(group, _)| !group.contains('{'));
            for (group, place) in known.filter(|(group, _)| !may.iter().any(|may| may.is_match(group))) {
                let lint =
                    Lint::AgentCannotWrite { agent: agent.key.to_string(), log_group: group.to_owned() };
                findings.warn(place, lint);
            }
        }
    }

    /// Nothing but managed policies says what the role of a reader may do.
    pub(super) fn readers(&self, findings: &mut Findings) {
        for (key, reader) in &self.topology.readers {
            let place = self.key(&["readers", key.as_str(), "managed_policies"]);
            if let Some(place) = place.filter(|_| reader.managed_policies.is_empty()) {
                findings.warn(place, Lint::ReaderReadsNothing { reader: key.to_string() });
            }
        }
    }
}

fn extra_policy(policy: &ExtraPolicy, place: Span, findings: &mut Findings) {
    let all = statements(&policy.document);
    let statement = all.iter().position(allows_everything);
    if let Some(index) = statement {
        let lint = Lint::PolicyAllowsEverything { policy: policy.name.clone(), statement: index + 1 };
        findings.warn(place, lint);
    }
    let version = policy.document.get("Version").and_then(Value::as_str);
    if version != Some(WITH_VARIABLES)
        && let Some(variable) = all.iter().find_map(variable)
    {
        findings.warn(place, Lint::PolicyVariableWithoutVersion { policy: policy.name.clone(), variable });
    }
}

/// Whether it allows all actions on all resources under no condition.
fn allows_everything(statement: &Value) -> bool {
    let has = |element: &str, words: &[&str]| {
        let is_one = |value: &Value| value.as_str().is_some_and(|text| words.contains(&text));
        match statement.get(element) {
            Some(Value::Array(items)) => items.iter().any(is_one),
            Some(value) => is_one(value),
            None => false,
        }
    };
    let unconditional =
        statement.get("Condition").and_then(Value::as_object).is_none_or(serde_json::Map::is_empty);
    has("Effect", &["Allow"]) && has("Action", &EVERYTHING) && has("Resource", &["*"]) && unconditional
}

/// The first variable in the resources or the conditions of a statement, where there are any (IAM User Guide, "IAM policy
/// elements: Variables and tags").
fn variable(statement: &Value) -> Option<String> {
    ["Resource", "NotResource", "Condition"].iter().find_map(|element| in_value(statement.get(*element)?))
}

fn in_value(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => {
            let from = text.find("${")?;
            let end = text[from..].find('}')?;
            Some(text[from..=from + end].to_owned())
        }
        Value::Array(items) => items.iter().find_map(in_value),
        Value::Object(entries) => entries.values().find_map(in_value),
        _ => None,
    }
}
