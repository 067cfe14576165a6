//! Elastic Compute Cloud as the sandbox's table of services has it.

use serde_json::Value;

use crate::authorization::{Asked, Demand};
use crate::faults::fault::Fault;
use crate::protocol::answers::Protocol;
use crate::services::{Counted, Facts, Handler, Simulation, Words};
use crate::state::world::Account;

use super::{operations, rights, summary};

static FACTS: Facts = Facts {
    signing_name: "ec2",
    action_prefix: "ec2",
    protocol: Protocol::Ec2,
    handler: Handler::Form(operations::handle),
    counted: Counted::Operation,
    slowed_once_in: None,
    views_roles: false,
    throttled: Words { status: 503, code: "RequestLimitExceeded", message: "Request limit exceeded." },
    failed: Words { status: 500, code: "InternalError", message: "An internal error has occurred" },
    unavailable: Words {
        status: 503,
        code: "Unavailable",
        message: "The server is overloaded and can't handle the request.",
    },
};

/// Elastic Compute Cloud.
#[derive(Debug)]
pub(crate) struct Ec2;

impl Simulation for Ec2 {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// Amazon EC2 API Reference, "Request throttling".
    fn rate(&self, operation: &str) -> Option<u64> {
        Some(if operation.starts_with("Describe") { 20 } else { 5 })
    }

    fn demands(&self, asked: &Asked<'_>) -> Result<Option<Vec<Demand>>, Fault> {
        Ok(rights::demands(asked))
    }

    fn summary(&self, account: &Account) -> Vec<(&'static str, Value)> {
        vec![("instances", summary::of(&account.ec2))]
    }
}
