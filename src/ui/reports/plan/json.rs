//! A plan as JSON, format 1: fields are added, never renamed.

use serde_json::{Value, json};

use super::roles::role_json;
use super::view::{PlanView, StepView};
use crate::ui::WarningView;
use crate::ui::skipped::skipped_resources_json;
use crate::ui::wording;

/// The plan as one JSON object.
pub(crate) fn plan_json(plan: &PlanView<'_>) -> Value {
    let mut value = json!({
        "format": 1,
        "topology": plan.topology,
        "summary": plan.summary,
        "steps": plan.steps.iter().map(step).collect::<Vec<_>>(),
        "orphans": plan.orphans,
        "roles": plan.roles.iter().map(role_json).collect::<Vec<_>>(),
        "moved": plan.moved.iter().map(|(from, to)| json!({ "from": from, "to": to })).collect::<Vec<_>>(),
        "foreign": plan.foreign,
        "notes": plan.notes.iter().map(wording::note).collect::<Vec<_>>(),
        "noted": wording::noted(plan.notes),
        "skipped_accounts": plan.skipped,
        "skipped_resources": skipped_resources_json(plan.left_out),
        "warnings": plan.warnings.iter().map(WarningView::from).collect::<Vec<_>>(),
    });
    if let Some(share) = plan.share {
        value["shard"] = json!(share);
    }
    value
}

fn step(step: &StepView<'_>) -> Value {
    let mut value = json!({
        "address": step.address,
        "account": step.address.account,
        "account_id": step.account,
        "region": step.address.place,
        "kind": step.address.kind,
        "name": step.address.name,
        "action": step.verb,
        "changes": step.changes,
        "after": step.after,
        "reason": wording::reason(step.reason),
        "reason_code": step.reason.code(),
    });
    if let Some(after) = step.narrows_after {
        value["narrows_after"] = json!(after);
    }
    value
}
