//! Pipelines and a topology of one as JSON.

use serde_json::{Value, json};

use super::text::{senders, topology_text};
use crate::import::{Found, Imported, Inexpressible, Overwide, Pipeline, Removal, Unread};
use crate::plan::Step;
use crate::ui::wording;

pub(super) fn import_json(found: &Found, imported: Option<(&Imported, &Pipeline)>) -> Value {
    let of = imported.map(|(imported, _)| imported);
    let unread = of.map_or(&found.unread, |imported| &imported.unread).iter();
    let list = |of: Option<Vec<Value>>| of.map_or(Value::Null, Value::from);
    let steps = of.and_then(|imported| imported.steps.as_ref());
    json!({
        "format": 1,
        "topology": of.map(|imported| &imported.name),
        "from": imported.map(|(_, pipeline)| pipeline.arn()),
        "pipelines": found.pipelines.iter().map(pipeline_json).collect::<Vec<_>>(),
        "text": imported.map(|(imported, pipeline)| topology_text(imported, pipeline)),
        "inexpressible": list(of.map(|of| of.inexpressible.iter().map(inexpressible_json).collect())),
        "overwide": list(of.map(|of| of.overwide.iter().map(overwide_json).collect())),
        "taken_over": of.and_then(|of| of.steps.as_ref().map(|_| of.taken_over())),
        "differences": steps.and(of).map(|of| of.differing().map(step_json).collect::<Vec<_>>()),
        "unread": unread.map(unread_json).collect::<Vec<_>>(),
        "skipped_accounts": found.skipped,
    })
}

fn pipeline_json(pipeline: &Pipeline) -> Value {
    let destinations = pipeline
        .destinations
        .iter()
        .map(|one| json!({ "arn": one.arn, "account": one.account, "region": one.region, "name": one.name }));
    let stream = pipeline.stream.as_ref().map(|stream| {
        json!({ "arn": stream.arn, "account": stream.account, "region": stream.region, "name": stream.name })
    });
    let senders = senders(pipeline).into_iter().map(|(account, region, groups, whole)| {
        json!({ "account": account, "region": region, "log_groups": groups, "whole_account": whole })
    });
    let hindrance = pipeline
        .hindrance
        .as_ref()
        .map(|hindrance| json!({ "code": hindrance.code(), "message": wording::hindrance(hindrance) }));
    json!({
        "arn": pipeline.arn(),
        "destinations": destinations.collect::<Vec<_>>(),
        "stream": stream,
        "bucket": pipeline.bucket,
        "senders": senders.collect::<Vec<_>>(),
        "hindrance": hindrance,
    })
}

fn inexpressible_json(one: &Inexpressible) -> Value {
    json!({ "code": one.code(), "fate": one.fate().code(), "message": wording::inexpressible(one) })
}

fn overwide_json(one: &Overwide) -> Value {
    let remove = match one.removal {
        Removal::Adopting => Value::Null,
        Removal::Tightening => json!(wording::removal(one.removal)),
    };
    json!({
        "account": one.account,
        "of": one.of,
        "kind": one.slot.as_str(),
        "policy": one.policy,
        "statement": one.statement,
        "actions": one.beyond.actions,
        "resources": one.beyond.resources,
        "anybody": one.beyond.anybody,
        "replaced_by": one.replaced_by,
        "replaced_by_adopting": one.removal == Removal::Adopting,
        "remove": remove,
    })
}

fn step_json(step: &Step) -> Value {
    json!({
        "address": step.address,
        "action": step.action.verb().as_str(),
        "changes": step.changes,
        "reason": wording::reason(&step.reason),
    })
}

fn unread_json(unread: &Unread) -> Value {
    json!({
        "account": unread.account,
        "region": unread.region,
        "what": unread.what.code(),
        "name": unread.what.name(),
        "error": unread.why.error,
        "code": unread.why.code,
    })
}
