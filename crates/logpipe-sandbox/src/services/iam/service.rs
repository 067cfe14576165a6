//! Identity and Access Management as the sandbox's table of services has it.

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
    signing_name: "iam",
    action_prefix: "iam",
    protocol: Protocol::Query { namespace: "https://iam.amazonaws.com/doc/2010-05-08/" },
    counted: Counted::Account,
    slowed_once_in: None,
    views_roles: false,
    throttled: Words { status: 400, code: "Throttling", message: "Rate exceeded" },
    failed: Words { status: 500, code: "ServiceFailure", message: "The request processing has failed." },
    unavailable: Words {
        status: 503,
        code: "ServiceUnavailable",
        message: "The service is currently unavailable.",
    },
};

/// Identity and Access Management.
#[derive(Debug)]
pub(crate) struct Iam;

impl Simulation for Iam {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// AWS gives no figure.
    fn rate(&self, _operation: &str) -> Option<u64> {
        Some(25)
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

    fn summary(&self, account: &Account) -> Vec<(&'static str, Value)> {
        let roles: Vec<&str> = account.iam.roles().map(|role| role.name.as_str()).collect();
        let policies: Vec<&String> = account.iam.policies.keys().collect();
        let profiles: Map<String, Value> =
            account.iam.profiles().map(|held| (held.name.clone(), json!(held.role))).collect();
        vec![
            ("roles", json!(roles)),
            ("policies", json!(policies)),
            ("instance_profiles", Value::Object(profiles)),
        ]
    }
}
