//! One thing that a call must be allowed.

use std::collections::BTreeMap;

use crate::principals::{PolicyText, role_of};
use logpipe_identifiers::AccountId;

use super::asked::Asked;

/// The action by which a role is handed to a service.
const PASS_ROLE: &str = "iam:PassRole";

/// An action on a resource, with everything a policy can ask about it.
#[derive(Debug, Clone)]
pub(crate) struct Demand {
    /// The IAM action, such as `s3:PutObject`.
    pub(crate) action: String,
    /// The ARN of the resource, or `*` where the action has none.
    pub(crate) resource: String,
    /// How a refusal names the resource, where AWS does not print what it evaluates.
    pub(crate) shown: Option<String>,
    /// The account that owns the resource.
    pub(crate) owner: AccountId,
    /// The policy of the resource, where it takes part in the decision.
    pub(crate) policy: Option<PolicyText>,
    /// The condition keys of the request with their values.
    pub(crate) keys: BTreeMap<String, Vec<String>>,
    /// Headers of a refusal.
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Demand {
    /// An action on a resource of the caller's account.
    pub(crate) fn new(asked: &Asked<'_>, action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            resource: resource.into(),
            shown: None,
            owner: asked.call.account().clone(),
            policy: None,
            keys: BTreeMap::new(),
            headers: Vec::new(),
        }
    }

    /// The action of the operation's own name.
    pub(crate) fn own(asked: &Asked<'_>, resource: impl Into<String>) -> Self {
        Self::new(asked, asked.own_action(), resource)
    }

    /// Handing a role to a service.
    pub(crate) fn pass_role(asked: &Asked<'_>, role: &str, service: &str) -> Self {
        Self::new(asked, PASS_ROLE, role).with("iam:PassedToService", service)
    }

    /// The same with one more condition key.
    pub(crate) fn with(mut self, key: &str, value: &str) -> Self {
        self.keys.insert(key.to_owned(), vec![value.to_owned()]);
        self
    }

    /// The same with a condition key that the request may lack.
    pub(crate) fn with_optional(self, key: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// The same, named in a refusal like this.
    pub(crate) fn shown_as(mut self, text: String) -> Self {
        self.shown = Some(text);
        self
    }

    /// The same, with tags in the request.
    pub(crate) fn requesting(self, tags: &BTreeMap<String, String>) -> Self {
        let keys = self.naming(tags.keys().cloned().collect());
        tags.iter().fold(keys, |demand, (key, value)| demand.with(&format!("aws:RequestTag/{key}"), value))
    }

    /// The same, with keys of tags in the request.
    pub(crate) fn naming(mut self, keys: Vec<String>) -> Self {
        if !keys.is_empty() {
            self.keys.insert("aws:TagKeys".to_owned(), keys);
        }
        self
    }

    /// The same, on a resource with these tags.
    pub(crate) fn tagged(self, tags: &BTreeMap<String, String>) -> Self {
        tags.iter().fold(self, |demand, (key, value)| demand.with(&format!("aws:ResourceTag/{key}"), value))
    }

    /// Whether a role of another account is to be handed over, which no policy can allow.
    pub(crate) fn passes_foreign_role(&self) -> bool {
        let role = || role_of(&self.resource);
        self.action == PASS_ROLE && role().is_some_and(|(account, _)| account != self.owner)
    }
}
