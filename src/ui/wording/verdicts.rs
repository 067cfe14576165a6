//! The words of what there is to know beside a verdict.

use serde_json::{Value, json};

use super::meaning::meaning;
use crate::verify::note::{NoRoute, Note, Trusted};

/// Why there is no route to verify, as a sentence without a period.
pub fn no_route(nothing: &NoRoute) -> String {
    match nothing.notes.as_slice() {
        [] => "no route to verify: no source selects a log group".to_owned(),
        notes => {
            let notes: Vec<String> = notes.iter().map(meaning).collect();
            format!("no route to verify: {}", notes.join("; "))
        }
    }
}

/// A note on an agent or a reader.
pub(in crate::ui) fn verdict_note(note: &Note) -> String {
    match note {
        Note::NothingToCheck => "nothing to check: declare `check`".to_owned(),
        Note::IamNotAsked { error } => {
            format!("IAM could not be asked, so logpipe evaluated the policies itself: {error}")
        }
        Note::NotTrusted { who, account } => {
            let who = match who {
                Trusted::Role(role) => role.clone(),
                Trusted::PermissionSet(set) => format!("the permission set {set}"),
                Trusted::Account => "anybody".to_owned(),
            };
            format!(
                "the role was not assumed, because these credentials are not those of {who} in {account}; its policies were evaluated instead"
            )
        }
        Note::NotAssumed { error } => format!(
            "the role was not assumed, because logpipe was refused: {error}; its policies were evaluated instead"
        ),
    }
}

/// Notes with their codes, for programs.
pub(in crate::ui) fn verdict_noted(notes: &[Note]) -> Value {
    notes.iter().map(|note| json!({ "code": note.code(), "note": verdict_note(note) })).collect()
}
