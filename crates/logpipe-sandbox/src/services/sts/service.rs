//! Security Token Service as the sandbox's table of services has it.

use serde_json::Value;

use crate::authorization::{Asked, Demand};
use crate::faults::fault::Fault;
use crate::protocol::answers::Protocol;
use crate::services::{Counted, Facts, Handler, Simulation, Words};
use crate::state::world::Account;

use super::{operations, rights};

/// The namespace of its documents.
pub(crate) const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

static FACTS: Facts = Facts {
    signing_name: "sts",
    action_prefix: "sts",
    protocol: Protocol::Query { namespace: NAMESPACE },
    handler: Handler::Form(operations::handle),
    counted: Counted::Region,
    slowed_once_in: None,
    views_roles: true,
    throttled: Words::THROTTLING,
    failed: Words::INTERNAL_FAILURE,
    unavailable: Words::UNAVAILABLE,
};

/// Security Token Service.
#[derive(Debug)]
pub(crate) struct Sts;

impl Simulation for Sts {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// IAM User Guide, "IAM and AWS STS quotas".
    fn rate(&self, _operation: &str) -> Option<u64> {
        Some(600)
    }

    fn demands(&self, asked: &Asked<'_>) -> Result<Option<Vec<Demand>>, Fault> {
        Ok(rights::demands(asked))
    }

    fn summary(&self, _account: &Account) -> Vec<(&'static str, Value)> {
        Vec::new()
    }
}
