//! CloudWatch metrics as the sandbox's table of services has it.

use serde_json::Value;

use crate::authorization::{Asked, Demand};
use crate::dispatch::{Call, Input};
use crate::fault::Fault;
use crate::protocol::Protocol;
use crate::services::{Answer, Counted, Facts, Simulation, Words};
use crate::wire::WireRequest;
use crate::world::{Account, World};

use super::{operations, rights};

static FACTS: Facts = Facts {
    signing_name: "monitoring",
    action_prefix: "cloudwatch",
    protocol: Protocol::Cbor,
    counted: Counted::Operation,
    slowed_once_in: None,
    views_roles: false,
    throttled: Words { status: 400, code: "Throttling", message: "Rate exceeded" },
    failed: Words { status: 500, code: "InternalFailure", message: "The request processing has failed." },
    unavailable: Words {
        status: 503,
        code: "ServiceUnavailable",
        message: "The service is currently unavailable.",
    },
};

/// CloudWatch metrics.
#[derive(Debug)]
pub(crate) struct CloudWatch;

impl Simulation for CloudWatch {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// CloudWatch User Guide, "CloudWatch service quotas".
    fn rate(&self, _operation: &str) -> Option<u64> {
        Some(50)
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
        let Input::Cbor(body) = input else { return Err(call.not_simulated()) };
        operations::handle(world, call, body).map(Answer::Cbor)
    }

    fn summary(&self, _account: &Account) -> Vec<(&'static str, Value)> {
        Vec::new()
    }
}
