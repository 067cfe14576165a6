//! Progress as JSON on stdout, format 1: one object a line for each step that starts or ends.

use std::time::Duration;

use serde_json::{Value, json};

use crate::address::Address;
use crate::event::{Event, Events, StepEnd, Verb};
use crate::ui::terminal::console::Console;

/// A sink of events that writes lines of JSON on `console`.
pub(super) fn events(console: Console) -> Events {
    Events::to(move |event| {
        if let Some(object) = object(&event) {
            console.data(&object.to_string());
        }
    })
}

/// The object for an event, if scripts are told of it.
fn object(event: &Event) -> Option<Value> {
    match event {
        Event::StepStarted { address, verb } => Some(step(address, *verb, "started", None)),
        Event::StepEnded { address, verb, end, took } => {
            let (status, error, because_of) = match end {
                StepEnd::Done => ("done", None, None),
                StepEnd::Failed(error) => ("failed", Some(error), None),
                StepEnd::Skipped(because_of) => ("skipped", None, Some(because_of)),
            };
            let mut object = step(address, *verb, status, Some(*took));
            object["error"] = json!(error);
            if let Some(because_of) = because_of {
                object["because_of"] = json!(because_of);
            }
            Some(object)
        }
        _ => None,
    }
}

fn step(address: &Address, verb: Verb, status: &str, took: Option<Duration>) -> Value {
    json!({
        "format": 1,
        "type": "step",
        "address": address,
        "action": verb,
        "status": status,
        "ms": took.map(milliseconds),
        "error": null,
    })
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
