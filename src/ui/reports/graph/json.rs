//! The object of `graph --output json`.

use serde_json::{Value, json};

use super::report::View;
use crate::diagram::{Checked, Diagram, DrawnResource, Hop, Note, Station, StationKind};
use crate::ui::wording;

pub(super) fn graph_json(diagram: &Diagram, view: View) -> Value {
    let accounts = diagram.accounts.iter().map(|account| json!({ "name": account.name, "id": account.id }));
    let mut object = json!({
        "format": 1,
        "topology": diagram.topology,
        "live": diagram.live,
        "view": view.code(),
        "accounts": accounts.collect::<Vec<_>>(),
    });
    match view {
        View::Route => {
            object["stations"] = diagram.stations.iter().enumerate().map(station).collect();
            object["hops"] = diagram.hops.iter().map(hop).collect();
        }
        View::Resources => object["resources"] = diagram.resources.iter().map(resource).collect(),
    }
    object["notes"] = diagram.notes.iter().map(note).collect();
    object
}

fn station((at, station): (usize, &Station)) -> Value {
    let mut object = json!({
        "station": at,
        "kind": station.kind.code(),
        "account": station.account,
        "region": station.region,
        "name": station.name,
    });
    match &station.kind {
        StationKind::LogGroups { source, groups, patterns, excluded, whole_account } => {
            object["source"] = json!(source);
            object["log_groups"] = json!(groups);
            object["patterns"] = json!(patterns);
            object["excluded"] = json!(excluded);
            object["whole_account"] = json!(whole_account);
        }
        StationKind::Destination { destination, .. } | StationKind::Stream { destination } => {
            object["destination"] = json!(destination);
        }
        StationKind::Bucket { destination, prefix } => {
            object["destination"] = json!(destination);
            object["prefix"] = json!(prefix);
        }
        StationKind::Agent | StationKind::ReaderRole | StationKind::Reader => {}
    }
    object
}

fn hop(hop: &Hop) -> Value {
    let means = hop
        .means
        .iter()
        .map(|means| json!({ "kind": means.kind.code(), "name": means.name, "address": means.address }));
    json!({
        "from": hop.from,
        "to": hop.to,
        "kind": hop.kind.code(),
        "pattern": hop.pattern,
        "means": means.collect::<Vec<_>>(),
        "verdict": hop.state.as_ref().map(|state| state.verdict),
        "checks": hop.state.iter().flat_map(|state| &state.checks).map(checked).collect::<Vec<_>>(),
    })
}

pub(super) fn checked(checked: &Checked) -> Value {
    json!({
        "check": checked.check,
        "verdict": checked.verdict,
        "detail": checked.detail,
        "log_groups": checked.log_groups,
        "of": checked.of,
    })
}

fn resource(resource: &DrawnResource) -> Value {
    let needs = resource.needs.iter().map(|need| json!({ "address": need.address, "why": need.why }));
    json!({
        "address": resource.address,
        "needs": needs.collect::<Vec<_>>(),
        "part_of": resource.container,
        "exists": resource.exists,
    })
}

fn note(note: &Note) -> Value {
    json!({ "code": note.code(), "note": wording::meaning(note) })
}
