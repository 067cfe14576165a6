//! CloudWatch Logs as the sandbox's table of services has it.

use serde_json::Value;

use crate::authorization::{Asked, Demand};
use crate::faults::fault::Fault;
use crate::protocol::answers::Protocol;
use crate::services::{Counted, Facts, Handler, Simulation, Words};
use crate::state::world::Account;

use super::{operations, rights, summary};

static FACTS: Facts = Facts {
    signing_name: "logs",
    action_prefix: "logs",
    protocol: Protocol::Json,
    handler: Handler::Json(operations::handle),
    counted: Counted::Operation,
    slowed_once_in: None,
    views_roles: true,
    throttled: Words::THROTTLING_EXCEPTION,
    failed: Words::INTERNAL_FAILURE,
    unavailable: Words::UNAVAILABLE_EXCEPTION,
};

/// CloudWatch Logs.
#[derive(Debug)]
pub(crate) struct Logs;

impl Simulation for Logs {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// CloudWatch Logs User Guide, "CloudWatch Logs quotas"; 5 where it says nothing.
    fn rate(&self, operation: &str) -> Option<u64> {
        Some(match operation {
            "CreateLogGroup" | "DescribeLogGroups" => 10,
            "CreateLogStream" | "DescribeLogStreams" => 25,
            "PutLogEvents" => 5_000,
            _ => 5,
        })
    }

    fn demands(&self, asked: &Asked<'_>) -> Result<Option<Vec<Demand>>, Fault> {
        Ok(rights::demands(asked))
    }

    fn summary(&self, account: &Account) -> Vec<(&'static str, Value)> {
        vec![("logs", summary::summary(&account.logs))]
    }
}
