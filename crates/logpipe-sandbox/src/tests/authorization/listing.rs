//! The table as a file, for a judge that knows the Service Authorization Reference and not this code.

use std::collections::BTreeSet;

use serde_json::json;

use super::requests::REGION;
use super::rows::{Row, all};
use super::stage::{Stage, operator};
use crate::access::demands;
use crate::authorization::Asked;
use crate::caller::Caller;
use crate::dispatch::{Call, Input};
use crate::services::Service;
use crate::state::world::World;
use crate::tests::bench::ALPHA;

/// What `tests/judge/sandbox-table.mjs` reads.
const LISTED: &str = include_str!("listed.json");

#[test]
fn the_judge_reads_what_the_tables_say() {
    let stage = Stage::new();
    let world = stage.with(&[]).cloud.world().clone();
    let lines: BTreeSet<String> = all().iter().flat_map(|row| lines(&world, row)).collect();
    let lines: Vec<String> = lines.into_iter().collect();
    let listed = format!("[\n{}\n]\n", lines.join(",\n"));
    assert!(listed == LISTED, "src/tests/authorization/listed.json should be:\n{listed}");
}

fn lines(world: &World, row: &Row) -> Vec<String> {
    let request = row.sent.signed(&operator(ALPHA));
    let service = Service::of(row.sent.service()).unwrap();
    let input = Input::of(service, &request);
    let call = Call {
        at_ms: 0,
        caller: Caller::Operator { account: ALPHA.parse().unwrap() },
        region: REGION.parse().unwrap(),
        service,
        operation: input.operation(&request),
        request_id: "request".to_owned(),
    };
    let asked = Asked { world, call: &call, input: &input, request: &request };
    let operation = format!("{}:{}", row.sent.service(), row.operation);
    let found = demands(&asked).unwrap_or_else(|fault| panic!("{row:?}: {fault:?}"));
    found
        .iter()
        .map(|demand| {
            let keys: Vec<&String> = demand.keys.keys().collect();
            let (action, resource) = (&demand.action, &demand.resource);
            json!({ "operation": operation, "action": action, "resource": resource, "keys": keys })
                .to_string()
        })
        .collect()
}
