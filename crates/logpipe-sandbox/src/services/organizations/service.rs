//! AWS Organizations as the sandbox's table of services has it.

use serde_json::Value;

use crate::authorization::{Asked, Demand};
use crate::faults::fault::Fault;
use crate::protocol::answers::Protocol;
use crate::services::{Counted, Facts, Handler, Simulation, Words};
use crate::state::world::Account;

use super::{operations, rights};

static FACTS: Facts = Facts {
    signing_name: "organizations",
    action_prefix: "organizations",
    protocol: Protocol::Json,
    handler: Handler::Json(operations::handle),
    counted: Counted::Operation,
    slowed_once_in: None,
    views_roles: false,
    throttled: Words {
        status: 400,
        code: "TooManyRequestsException",
        message: "AWS Organizations can't complete your request because there are too many concurrent requests.",
    },
    failed: Words::INTERNAL_FAILURE,
    unavailable: Words::UNAVAILABLE_EXCEPTION,
};

/// AWS Organizations.
#[derive(Debug)]
pub(crate) struct Organizations;

impl Simulation for Organizations {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// AWS gives no figure.
    fn rate(&self, _operation: &str) -> Option<u64> {
        Some(5)
    }

    fn demands(&self, asked: &Asked<'_>) -> Result<Option<Vec<Demand>>, Fault> {
        Ok(rights::demands(asked))
    }

    fn summary(&self, _account: &Account) -> Vec<(&'static str, Value)> {
        Vec::new()
    }
}
