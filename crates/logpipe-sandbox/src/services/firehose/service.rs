//! Data Firehose as the sandbox's table of services has it.

use serde_json::Value;

use crate::authorization::{Asked, Demand};
use crate::faults::fault::Fault;
use crate::protocol::answers::Protocol;
use crate::services::{Counted, Facts, Handler, Simulation, Words};
use crate::state::world::Account;

use super::{operations, rights, summary};

static FACTS: Facts = Facts {
    signing_name: "firehose",
    action_prefix: "firehose",
    protocol: Protocol::Json,
    handler: Handler::Json(operations::handle),
    counted: Counted::Operation,
    slowed_once_in: None,
    views_roles: true,
    throttled: Words::THROTTLING_EXCEPTION,
    failed: Words::INTERNAL_FAILURE,
    unavailable: Words::UNAVAILABLE_EXCEPTION,
};

/// Data Firehose.
#[derive(Debug)]
pub(crate) struct Firehose;

impl Simulation for Firehose {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// Amazon Data Firehose Developer Guide, "Amazon Data Firehose Quota"; records count against the stream.
    fn rate(&self, operation: &str) -> Option<u64> {
        match operation {
            "PutRecord" | "PutRecordBatch" => None,
            _ => Some(5),
        }
    }

    fn demands(&self, asked: &Asked<'_>) -> Result<Option<Vec<Demand>>, Fault> {
        Ok(rights::demands(asked))
    }

    fn summary(&self, account: &Account) -> Vec<(&'static str, Value)> {
        vec![("streams", summary::summary(&account.firehose))]
    }
}
