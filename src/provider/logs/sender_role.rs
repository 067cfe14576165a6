//! The role in its own account that a subscription passes to a destination. A destination that admits an organisation
//! requires it, and one that admits accounts accepts it (CloudWatch Logs API Reference, PutDestinationPolicy).

use std::sync::Arc;

use serde_json::Value;

use crate::provider::change::Diff;

/// The role that logpipe makes for a sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenderRole {
    /// Its ARN, whether or not it is there.
    pub arn: Arc<str>,
    /// Whether subscriptions show it.
    pub shown: bool,
}

impl SenderRole {
    /// What a new subscription shows.
    pub fn wanted(&self) -> Option<&str> {
        self.shown.then_some(&*self.arn)
    }

    /// A role that is not ours is left where none is wanted: AWS tells users to set one before a destination
    /// migrates to an organisation.
    pub(super) fn compare(&self, diff: Diff, live: Option<&str>) -> Diff {
        match live {
            _ if self.shown => diff.field("role_arn", live, &*self.arn),
            Some(live) if *live == *self.arn => diff.field("role_arn", live, Value::Null),
            _ => diff,
        }
    }

    /// What to show where a subscription shows `live` today.
    pub(super) fn to_show<'a>(&'a self, live: Option<&'a str>) -> Option<&'a str> {
        if self.shown { Some(&self.arn) } else { live.filter(|live| **live != *self.arn) }
    }
}
