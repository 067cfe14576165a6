//! Identity and Access Management as the sandbox's table of services has it.

use serde_json::{Map, Value, json};

use crate::authorization::{Asked, Demand};
use crate::faults::fault::Fault;
use crate::protocol::answers::Protocol;
use crate::services::{Counted, Facts, Handler, Simulation, Words};
use crate::state::world::Account;

use super::{operations, rights};

static FACTS: Facts = Facts {
    signing_name: "iam",
    action_prefix: "iam",
    protocol: Protocol::Query { namespace: "https://iam.amazonaws.com/doc/2010-05-08/" },
    handler: Handler::Form(operations::handle),
    counted: Counted::Account,
    slowed_once_in: None,
    views_roles: false,
    throttled: Words::THROTTLING,
    failed: Words { status: 500, code: "ServiceFailure", message: "The request processing has failed." },
    unavailable: Words::UNAVAILABLE,
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
