//! The facts of a request: its condition keys, and those that follow from who asks.

use std::collections::BTreeMap;

use super::principal::Principal;

/// The values of one condition key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextValues(Vec<String>);

impl From<&str> for ContextValues {
    fn from(value: &str) -> Self {
        Self(vec![value.to_owned()])
    }
}

impl From<&String> for ContextValues {
    fn from(value: &String) -> Self {
        Self(vec![value.clone()])
    }
}

impl From<String> for ContextValues {
    fn from(value: String) -> Self {
        Self(vec![value])
    }
}

impl From<Vec<String>> for ContextValues {
    fn from(values: Vec<String>) -> Self {
        Self(values)
    }
}

/// Condition keys of a request and their values. Keys are the same whatever their case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Context(BTreeMap<String, Vec<String>>);

impl Context {
    /// No keys at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `key`, replacing what it held.
    pub fn insert(&mut self, key: &str, values: impl Into<ContextValues>) {
        self.0.insert(key.to_ascii_lowercase(), values.into().0);
    }

    /// The same with `key` set, for building in one expression.
    #[must_use]
    pub fn with(mut self, key: &str, values: impl Into<ContextValues>) -> Self {
        self.insert(key, values);
        self
    }

    /// The values of `key`, unless it is absent.
    pub fn get(&self, key: &str) -> Option<&[String]> {
        self.0.get(&key.to_ascii_lowercase()).map(Vec::as_slice)
    }
}

/// Everything a condition or a variable can ask about a request.
pub(super) struct Facts<'a> {
    pub(super) principal: &'a Principal,
    pub(super) context: &'a Context,
}

impl Facts<'_> {
    /// The values of `key`: as given, else as they follow from the principal. Absent and empty are the same.
    pub(super) fn values(&self, key: &str) -> Option<Vec<String>> {
        match self.context.get(key) {
            Some(values) => Some(values.to_vec()).filter(|values| !values.is_empty()),
            None => self.derived(&key.to_ascii_lowercase()).map(|value| vec![value]),
        }
    }

    /// The one value of `key`; variables cannot stand for a key with several.
    pub(super) fn single(&self, key: &str) -> Option<String> {
        match self.values(key)?.as_slice() {
            [value] => Some(value.clone()),
            _ => None,
        }
    }

    /// Keys that AWS puts into every request (IAM User Guide, "AWS global condition context keys").
    fn derived(&self, key: &str) -> Option<String> {
        let service = match self.principal {
            Principal::Service(name) => Some(name),
            _ => None,
        };
        match key {
            "aws:principalisawsservice" => Some(service.is_some().to_string()),
            "aws:principalservicename" => service.cloned(),
            "aws:principalaccount" => self.principal.account().map(ToString::to_string),
            "aws:principaltype" => self.principal.kind().map(str::to_owned),
            "aws:principalarn" => match self.principal {
                // The ARN of a session is not stable, so AWS compares its role's.
                Principal::Session { role_arn, .. } => Some(role_arn.clone()),
                Principal::Root { arn, .. } | Principal::User { arn, .. } | Principal::Role { arn, .. } => {
                    Some(arn.clone())
                }
                Principal::Service(_) | Principal::Anonymous => None,
            },
            "aws:username" => match self.principal {
                Principal::User { arn, .. } => arn.rsplit('/').next().map(str::to_owned),
                _ => None,
            },
            _ => None,
        }
    }
}
