//! Security Token Service as the sandbox's table of services has it.

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
    signing_name: "sts",
    action_prefix: "sts",
    protocol: Protocol::Query { namespace: "https://sts.amazonaws.com/doc/2011-06-15/" },
    counted: Counted::Region,
    slowed_once_in: None,
    views_roles: true,
    throttled: Words { status: 400, code: "Throttling", message: "Rate exceeded" },
    failed: Words { status: 500, code: "InternalFailure", message: "The request processing has failed." },
    unavailable: Words {
        status: 503,
        code: "ServiceUnavailable",
        message: "The service is currently unavailable.",
    },
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

    fn answer(
        &self,
        world: &mut World,
        call: &Call,
        input: &Input,
        _request: &WireRequest,
    ) -> Result<Answer, Fault> {
        let Input::Form(form) = input else { return Err(call.not_simulated()) };
        operations::handle(world, call, form).map(Answer::Xml)
    }

    fn summary(&self, _account: &Account) -> Vec<(&'static str, Value)> {
        Vec::new()
    }
}
