//! CloudWatch metrics as the sandbox's table of services has it.

use serde_json::{Map, Value, json};

use crate::authorization::{Asked, Demand};
use crate::faults::fault::Fault;
use crate::protocol::answers::Protocol;
use crate::services::{Counted, Facts, Handler, Simulation, Words};
use crate::state::world::Account;

use super::{operations, rights};

static FACTS: Facts = Facts {
    signing_name: "monitoring",
    action_prefix: "cloudwatch",
    protocol: Protocol::Cbor,
    handler: Handler::Cbor(operations::handle),
    counted: Counted::Operation,
    slowed_once_in: None,
    views_roles: false,
    throttled: Words::THROTTLING,
    failed: Words::INTERNAL_FAILURE,
    unavailable: Words::UNAVAILABLE,
};

/// CloudWatch metrics.
#[derive(Debug)]
pub(crate) struct CloudWatch;

impl Simulation for CloudWatch {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// CloudWatch User Guide, "CloudWatch service quotas".
    fn rate(&self, operation: &str) -> Option<u64> {
        Some(match operation {
            "DescribeAlarms" => 9,
            "PutMetricAlarm" | "DeleteAlarms" => 3,
            "ListMetrics" => 25,
            _ => 50,
        })
    }

    fn demands(&self, asked: &Asked<'_>) -> Result<Option<Vec<Demand>>, Fault> {
        Ok(rights::demands(asked))
    }

    fn summary(&self, account: &Account) -> Vec<(&'static str, Value)> {
        let held = account.cloudwatch.iter().filter(|(_, alarms)| !alarms.is_empty());
        let alarms: Map<String, Value> =
            held.map(|(region, held)| (region.to_string(), json!(held.keys().collect::<Vec<_>>()))).collect();
        if alarms.is_empty() { Vec::new() } else { vec![("alarms", Value::Object(alarms))] }
    }
}
