//! CloudWatch Logs as the sandbox's table of services has it.

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
    signing_name: "logs",
    action_prefix: "logs",
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
        vec![("logs", summary::summary(&account.logs))]
    }
}
