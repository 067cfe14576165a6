//! Simple Storage Service as the sandbox's table of services has it.

use serde_json::Value;

use crate::authorization::{Asked, Demand};
use crate::faults::fault::Fault;
use crate::protocol::answers::Protocol;
use crate::services::{Counted, Facts, Handler, Simulation, Words};
use crate::state::world::Account;

use super::{rights, routing};

static FACTS: Facts = Facts {
    signing_name: "s3",
    action_prefix: "s3",
    protocol: Protocol::S3,
    handler: Handler::Whole(routing::handle),
    counted: Counted::Operation,
    slowed_once_in: Some(100),
    views_roles: true,
    throttled: Words { status: 503, code: "SlowDown", message: "Please reduce your request rate." },
    failed: Words {
        status: 500,
        code: "InternalError",
        message: "We encountered an internal error. Please try again.",
    },
    unavailable: Words::UNAVAILABLE,
};

/// Simple Storage Service.
#[derive(Debug)]
pub(crate) struct S3;

impl Simulation for S3 {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// S3 throttles by what its partitions bear, not by a rate (Amazon S3 User Guide, "Best practices design patterns").
    fn rate(&self, _operation: &str) -> Option<u64> {
        None
    }

    fn demands(&self, asked: &Asked<'_>) -> Result<Option<Vec<Demand>>, Fault> {
        rights::demands(asked).map(Some)
    }

    fn summary(&self, _account: &Account) -> Vec<(&'static str, Value)> {
        Vec::new()
    }
}
