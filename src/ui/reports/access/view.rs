//! What all forms show: the needs, under names, with placeholders for what is not known or never printed.

use serde_json::Value;

use crate::access::{Holder, MEMBER, Need, Needs};
use crate::address::AccountName;

/// Stands for whoever runs logpipe.
pub(crate) const TRUSTED: &str = "<TRUSTED_PRINCIPAL>";

/// Stands for the external id, which is never printed.
pub(crate) const EXTERNAL_ID: &str = "<EXTERNAL_ID>";

/// Stands for the id of an account that only the organisation knows.
pub(crate) const ACCOUNT_ID: &str = "<ACCOUNT_ID>";

/// What is shown.
#[derive(Debug)]
pub struct AccessView {
    /// Name of the topology.
    pub topology: String,
    /// The commands that the rights are for.
    pub commands: Vec<&'static str>,
    /// Whether they are for `apply --tighten` too.
    pub tighten: bool,
    /// Whether they are for `destroy --delete-data` too.
    pub delete_data: bool,
    /// Whoever runs logpipe, where the user has said so: an ARN.
    pub trusted: Option<String>,
    /// The needs.
    pub needs: Needs,
}

impl AccessView {
    /// The trust policy of a role.
    pub(crate) fn trust(&self, need: &Need) -> Option<Value> {
        need.trust(self.trusted.as_deref().unwrap_or(TRUSTED), EXTERNAL_ID)
    }

    /// Whether somebody has to put in who runs logpipe.
    pub(crate) fn wants_principal(&self, need: &Need) -> bool {
        self.trusted.is_none() && need.is_entrance()
    }

    pub(crate) fn any(&self, is: impl Fn(&Need) -> bool) -> bool {
        self.needs.needs.iter().any(is)
    }
}

/// What a holder is called.
pub(crate) fn name(need: &Need) -> String {
    let names: Vec<&str> = need.accounts.iter().map(AccountName::as_str).collect();
    match &need.holder {
        Holder::Start => "whoever runs logpipe".to_owned(),
        holder if holder.is_member() => "every other account of the organisation".to_owned(),
        holder if names.is_empty() => format!("on the way: {}", holder.role().unwrap_or_default()),
        _ => names.join(", "),
    }
}

/// The id of a holder's account.
pub(crate) fn account_id(need: &Need) -> Option<&str> {
    need.holder.account().map(|id| if need.holder.is_member() { ACCOUNT_ID } else { id.as_str() })
}

/// A document in which the account that stands for others has a placeholder.
pub(crate) fn with_placeholder(document: &Value, need: &Need) -> Value {
    if !need.holder.is_member() {
        return document.clone();
    }
    on_texts(document, &|text| Value::String(text.replace(MEMBER, ACCOUNT_ID)))
}

/// A value with every text in it put through something.
pub(crate) fn on_texts(value: &Value, change: &impl Fn(&str) -> Value) -> Value {
    match value {
        Value::String(text) => change(text),
        Value::Array(items) => items.iter().map(|item| on_texts(item, change)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| (key.clone(), on_texts(value, change))).collect()
        }
        other => other.clone(),
    }
}
