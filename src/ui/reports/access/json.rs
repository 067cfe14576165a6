//! Needs as one JSON object.

use serde_json::{Value, json};

use super::view::{ACCOUNT_ID, AccessView, EXTERNAL_ID, TRUSTED, account_id, with_placeholder};
use crate::access::{Holder, Need};

/// The object; see docs/json-output.md.
pub(crate) fn access_json(view: &AccessView) -> Value {
    let roles: Vec<Value> = view.needs.needs.iter().map(|need| object(view, need)).collect();
    json!({
        "format": 1,
        "topology": view.topology,
        "for": view.commands,
        "tighten": view.tighten,
        "delete_data": view.delete_data,
        "placeholders": placeholders(view),
        "roles": roles,
        "notes": view.needs.notes,
    })
}

fn object(view: &AccessView, need: &Need) -> Value {
    let kind = match &need.holder {
        Holder::Start => "start",
        Holder::StartIn(_) => "credentials",
        holder if holder.is_member() => "member",
        _ if need.accounts.is_empty() => "via",
        _ => "role",
    };
    let policies = need.policies.iter().map(|policy| {
        json!({
            "name": policy.name,
            "type": if policy.managed { "managed" } else { "inline" },
            "characters": policy.characters(),
            "document": with_placeholder(&policy.document, need),
        })
    });
    json!({
        "kind": kind,
        "accounts": need.accounts.iter().filter(|_| kind != "member").collect::<Vec<_>>(),
        "account_id": account_id(need),
        "role": need.holder.role(),
        "actions": need.actions,
        "trust": view.trust(need),
        "policies": policies.collect::<Vec<_>>(),
    })
}

fn placeholders(view: &AccessView) -> Vec<&'static str> {
    let used = [
        (TRUSTED, view.any(|need| view.wants_principal(need))),
        (EXTERNAL_ID, view.any(Need::has_external_id)),
        (ACCOUNT_ID, view.any(|need| need.holder.is_member())),
    ];
    used.into_iter().filter(|(_, used)| *used).map(|(name, _)| name).collect()
}
