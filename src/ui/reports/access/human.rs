//! Needs to read: an overview, then one document after the other, ready to be pasted.

use super::view::{ACCOUNT_ID, AccessView, EXTERNAL_ID, TRUSTED, account_id, name, with_placeholder};
use crate::access::Need;
use crate::policy::quota::INLINE;
use crate::ui::terminal::style::Paint;
use crate::ui::text;

/// The overview and the documents.
pub(crate) fn access_text(view: &AccessView, paint: Paint) -> String {
    let mut parts = vec![overview(view, paint)];
    for need in &view.needs.needs {
        parts.extend(documents(view, need, paint));
    }
    parts.join("\n\n")
}

fn overview(view: &AccessView, paint: Paint) -> String {
    let rows: Vec<[String; 4]> = view.needs.needs.iter().map(row).collect();
    let widest = |column: usize| rows.iter().map(|row| text::width(&row[column])).max().unwrap_or(0);
    let widths = [widest(0), widest(1), widest(2)];
    let mut lines =
        vec![paint.bold(&format!("{} needs these permissions for {}:", view.topology, purposes(view)))];
    for [name, id, role, size] in &rows {
        let columns = [name, id, role].into_iter().zip(widths).map(|(cell, width)| text::pad(cell, width));
        lines.push(format!("  {}  {size}", columns.collect::<Vec<_>>().join("  ")));
    }
    lines.join("\n")
}

pub(crate) fn row(need: &Need) -> [String; 4] {
    let role = match need.holder.role() {
        Some(role) => format!("role {role}"),
        None => "your own credentials".to_owned(),
    };
    let id = account_id(need).unwrap_or_default().to_owned();
    [name(need), id, role, size(need)]
}

fn size(need: &Need) -> String {
    let actions = text::count(need.actions.len(), "action");
    match need.policies.as_slice() {
        [one] if !one.managed => format!("{actions}, {} of {INLINE} characters", one.characters()),
        [_] => format!("{actions}, too many for an inline policy: 1 managed policy"),
        several => format!("{actions}, too many for an inline policy: {} managed policies", several.len()),
    }
}

pub(crate) fn purposes(view: &AccessView) -> String {
    let flags = [(view.tighten, ", with --tighten"), (view.delete_data, ", with --delete-data")];
    let flags: String = flags.into_iter().filter_map(|(given, words)| given.then_some(words)).collect();
    format!("{}{flags}", view.commands.join(", "))
}

fn documents(view: &AccessView, need: &Need, paint: Paint) -> Vec<String> {
    let place = match account_id(need) {
        Some(id) => format!("{} ({id})", name(need)),
        None => name(need),
    };
    let titled = |what: &str, document: &serde_json::Value| {
        format!("{}\n{:#}", paint.bold(&format!("{place}, {what}:")), with_placeholder(document, need))
    };
    let role = need.holder.role().unwrap_or_default();
    let trust = view.trust(need).map(|trust| titled(&format!("trust policy of the role {role}"), &trust));
    let policies = need.policies.iter().map(|policy| {
        let kind = if policy.managed { "managed policy" } else { "inline policy" };
        titled(&format!("{kind} {}", policy.name), &policy.document)
    });
    trust.into_iter().chain(policies).collect()
}

/// What there is to say about the documents.
pub(crate) fn access_notes(view: &AccessView) -> Vec<String> {
    let mut notes = view.needs.notes.clone();
    if view.any(|need| view.wants_principal(need)) {
        notes.push(format!("replace {TRUSTED} with the ARN of whoever runs logpipe, or use --trusted"));
    }
    if view.any(Need::has_external_id) {
        notes.push(format!(
            "replace {EXTERNAL_ID} with the external id of the topology; logpipe never prints it"
        ));
    }
    if view.any(|need| need.holder.is_member()) {
        notes.push(format!(
            "{ACCOUNT_ID} stands for each account that is found through the organisation; --format cloudformation prints one template for all of them"
        ));
    }
    notes
}
