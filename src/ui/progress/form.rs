//! Which form progress is told in, and the listener that tells it.

use super::{human, json, plain, remark};
use crate::event::Events;
use crate::ui::terminal::console::{Console, Verbosity};

/// How progress is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgressForm {
    /// A live display on stderr.
    Live,
    /// Lines on stderr, for logs and dumb terminals.
    Plain,
    /// One JSON object a line on stdout.
    Json,
    /// Not at all.
    None,
}

impl ProgressForm {
    /// The form that suits where output goes. `live` is whether stderr can move its cursor.
    pub fn choose(json: bool, live: bool, verbosity: Verbosity) -> Self {
        match (json, verbosity, live) {
            (true, _, _) => Self::Json,
            (_, Verbosity::Quiet, _) => Self::None,
            (_, _, true) => Self::Live,
            (_, _, false) => Self::Plain,
        }
    }

    /// A sink of events that tells them on `console`.
    pub fn events(self, console: &Console) -> Events {
        let progress = match self {
            Self::Live => human::events(console.clone()),
            Self::Plain => plain::events(console.clone()),
            Self::Json => json::events(console.clone()),
            Self::None => Events::none(),
        };
        remark::events(console.clone(), progress)
    }
}
