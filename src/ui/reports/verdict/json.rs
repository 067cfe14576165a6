//! The result of verify as JSON.

use serde_json::{Value, json};

use super::permissions::{agent_json, reader_json};
use crate::ui::wording;
use crate::verify::verdict::{Fix, Route, Verification};

/// The verification as one JSON object.
pub(crate) fn verification_json(verification: &Verification) -> Value {
    let Verification { verdict, routes, agents, readers, routes_total, finding } = verification;
    let finding = finding.as_ref().map(wording::no_route);
    json!({
        "format": 1,
        "verdict": verdict,
        "routes": routes.iter().map(route_json).collect::<Vec<_>>(),
        "agents": agents.iter().map(agent_json).collect::<Vec<_>>(),
        "readers": readers.iter().map(reader_json).collect::<Vec<_>>(),
        "routes_probed": routes.len(),
        "routes_total": routes_total,
        "finding": finding,
    })
}

fn route_json(route: &Route) -> Value {
    let mut value = json!(route);
    value["fix"] = json!(route.fix.as_ref().map(fix_json));
    value
}

/// What puts a route right, for programs.
pub(crate) fn fix_json(fix: &Fix) -> Value {
    match fix {
        Fix::Apply { resources } => json!({ "code": "apply", "resources": resources }),
        Fix::Refused { resource, reason } => json!({
            "code": "refused",
            "resource": resource,
            "reason": wording::reason(reason),
            "reason_code": reason.code(),
        }),
        Fix::LeaveOut { key } => json!({ "code": "leave_out", "key": key }),
        Fix::Foreign { resources } => json!({ "code": "foreign", "resources": resources }),
    }
}
