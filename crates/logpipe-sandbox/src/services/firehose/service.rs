//! Data Firehose as the sandbox's table of services has it.

use serde_json::Value;

use crate::authorization::{Asked, Demand};
use crate::dispatch::{Call, Input};
use crate::fault::Fault;
use crate::protocol::Protocol;
use crate::services::{Answer, Counted, Facts, Simulation, Words};
use crate::wire::WireRequest;
use crate::world::{Account, World};

use super::{operations, rights, summary};

static FACTS: Facts = Facts {
    signing_name: "firehose",
    action_prefix: "firehose",
    protocol: Protocol::Json,
    counted: Counted::Operation,
    slowed_once_in: None,
    views_roles: true,
    throttled: Words { status: 400, code: "ThrottlingException", message: "Rate exceeded" },
    failed: Words { status: 500, code: "InternalFailure", message: "The request processing has failed." },
    unavailable: Words {
        status: 503,
        code: "ServiceUnavailableException",
        message: "The service is currently unavailable.",
    },
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

    fn answer(
        &self,
        world: &mut World,
        call: &Call,
        input: &Input,
        _request: &WireRequest,
    ) -> Result<Answer, Fault> {
        let Input::Json(body) = input else { return Err(call.not_simulated()) };
        operations::handle(world, call, body).map(Answer::Json)
    }

    fn summary(&self, account: &Account) -> Vec<(&'static str, Value)> {
        vec![("streams", summary::summary(&account.firehose))]
    }
}
