//! Systems Manager as the sandbox's table of services has it.

use serde_json::{Map, Value, json};

use crate::authorization::{Asked, Demand};
use crate::dispatch::{Call, Input};
use crate::fault::Fault;
use crate::protocol::Protocol;
use crate::services::{Answer, Counted, Facts, Simulation, Words};
use crate::wire::WireRequest;
use crate::world::{Account, World};

use super::{operations, rights};

static FACTS: Facts = Facts {
    signing_name: "ssm",
    action_prefix: "ssm",
    protocol: Protocol::Json,
    counted: Counted::Operation,
    slowed_once_in: None,
    views_roles: false,
    throttled: Words { status: 400, code: "ThrottlingException", message: "Rate exceeded" },
    failed: Words {
        status: 500,
        code: "InternalServerError",
        message: "An error occurred on the server side.",
    },
    unavailable: Words {
        status: 503,
        code: "ServiceUnavailable",
        message: "The service is currently unavailable.",
    },
};

/// Systems Manager.
#[derive(Debug)]
pub(crate) struct Ssm;

impl Simulation for Ssm {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// AWS General Reference, "AWS Systems Manager endpoints and quotas".
    fn rate(&self, operation: &str) -> Option<u64> {
        Some(match operation {
            "GetParameter" | "GetParameters" => 40,
            "PutParameter" => 3,
            _ => 10,
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
        let held = account.ssm.iter();
        let parameters: Map<String, Value> =
            held.map(|(region, held)| (region.to_string(), json!(held.keys().collect::<Vec<_>>()))).collect();
        vec![("parameters", Value::Object(parameters))]
    }
}
