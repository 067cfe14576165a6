//! Remarks on events, in the same words in every form of progress.

use crate::event::{Event, Events};
use crate::ui::terminal::console::Console;

/// A sink of events that says some on `console`, and passes all others on.
pub(super) fn events(console: Console, progress: Events) -> Events {
    Events::to(move |event| match &event {
        Event::RecordHeld { error, limit } => {
            let limit = limit.as_secs();
            console.say(&format!("{error}; waiting up to {limit} s for the record to be released"));
        }
        Event::NothingOwned { record, left_behind } => {
            console.say(&format!(
                "note: the record {record} owns nothing, and destroy removes only what the record owns; `logpipe status` shows what exists"
            ));
            if let Some(note) = left_behind {
                console.say(&format!("note: {note}"));
            }
        }
        Event::LeftOut { address, why } => console.error(&format!("left out: {address}: {why}")),
        Event::ReaderAssumed { role, by } => {
            console.detail(&format!("reading as {role}, assumed by {by}"));
        }
        Event::Sampled { probed, routes } => console.say(&format!(
            "note: {probed} of the {routes} routes are probed, spread over sources, accounts and regions; \
             `logpipe … --sample {routes}` probes all of them"
        )),
        _ => progress.send(event),
    })
}
