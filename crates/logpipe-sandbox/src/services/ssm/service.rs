//! Systems Manager as the sandbox's table of services has it.

use serde_json::{Map, Value, json};

use crate::authorization::{Asked, Demand};
use crate::faults::fault::Fault;
use crate::protocol::answers::Protocol;
use crate::services::{Counted, Facts, Handler, Simulation, Words};
use crate::state::world::Account;

use super::{operations, rights};

static FACTS: Facts = Facts {
    signing_name: "ssm",
    action_prefix: "ssm",
    protocol: Protocol::Json,
    handler: Handler::Json(operations::handle),
    counted: Counted::Operation,
    slowed_once_in: None,
    views_roles: false,
    throttled: Words::THROTTLING_EXCEPTION,
    failed: Words {
        status: 500,
        code: "InternalServerError",
        message: "An error occurred on the server side.",
    },
    unavailable: Words::UNAVAILABLE,
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

    fn summary(&self, account: &Account) -> Vec<(&'static str, Value)> {
        let held = account.ssm.iter();
        let parameters: Map<String, Value> =
            held.map(|(region, held)| (region.to_string(), json!(held.keys().collect::<Vec<_>>()))).collect();
        vec![("parameters", Value::Object(parameters))]
    }
}
