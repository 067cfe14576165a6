//! Remarks on events, in the same words in every form of progress.

use crate::event::{Event, Events};
use crate::ui::terminal::console::Console;

/// A sink of events that says some on `console`, and passes all others on.
pub(super) fn events(console: Console, progress: Events) -> Events {
    Events::to(move |event| {
        match &event {
        Event::RecordHeld { error, limit } => {
            let limit = limit.as_secs();
            console.say(&format!("{error}; waiting up to {limit} s for it to let go"));
        }
        Event::NothingOwned { record, left_behind } => {
            console.say(&format!(
                "note: the record {record} owns nothing, and destroy removes only what it owns; `logpipe status` shows what there is"
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
            "note: there are {routes} routes; {probed} of them, spread over sources, accounts and regions, are probed, and \
             `logpipe … --sample {routes}` probes all"
        )),
        _ => progress.send(event),
    }
    })
}
