//! The words that the live display and the plain lines share: the permanent line of an event, and the description of a
//! wait.

use std::time::Duration;

use super::tracker::{Count, Tracker};
use crate::event::{Event, StepEnd, Verb};
use crate::policy::quota::grouped;
use crate::ui::reports::plan::sign;
use crate::ui::terminal::style::Paint;
use crate::ui::text;
use crate::wait_for::{Usual, WaitFor};

/// `waiting for the stream to become ACTIVE (CREATING) 0:12, usually 1–2 min`.
pub(super) fn waiting(what: WaitFor, status: &str, waited: Duration, limit: Duration) -> String {
    let status = if status.is_empty() { String::new() } else { format!(" ({})", text::clean(status)) };
    format!("waiting for {what}{status} {}", so_far(what, waited, limit))
}

/// `0:12, usually 1–2 min`, and of a wait that is longer than usual `2:31 of at most 20:00`.
pub(super) fn so_far(what: WaitFor, waited: Duration, limit: Duration) -> String {
    match what.usual().filter(|usual| waited < usual.most) {
        Some(usual) => format!("{}, usually {}", text::stopwatch(waited), usually(usual)),
        None => format!("{} of at most {}", text::stopwatch(waited), text::stopwatch(limit)),
    }
}

/// `seconds`, or `1–2 min`.
fn usually(Usual { least, most }: Usual) -> String {
    match (least.as_secs() / 60, most.as_secs() / 60) {
        (_, 0) => "seconds".to_owned(),
        (least, most) => format!("{least}–{most} min"),
    }
}

/// `1:01, usually within 4:00`, and of a test event that is late `4:31 of at most 6:00`.
pub(super) fn on_its_way(waited: Duration, usual: Duration, limit: Duration) -> String {
    match waited < usual {
        true => format!("{}, usually within {}", text::stopwatch(waited), text::stopwatch(usual)),
        false => format!("{} of at most {}", text::stopwatch(waited), text::stopwatch(limit)),
    }
}

/// `4,812 of 40,009 done, 3 failed`.
pub(super) fn how_far(tracker: &Tracker) -> String {
    let Count { done, total } = tracker.steps();
    let done = format!("{} of {} done", grouped(done), grouped(total));
    match tracker.failed {
        0 => done,
        failed => format!("{done}, {} failed", grouped(failed)),
    }
}

/// `, about 0:50 left`, after so much time, where that is worth saying.
pub(super) fn left(tracker: &Tracker, passed: Duration) -> String {
    let left = tracker.left(passed).map(|left| format!(", about {} left", text::stopwatch(left)));
    left.unwrap_or_default()
}

/// The line that stays of an event, in the live display as in the plain one.
///
/// Errors are left to the report, which would only say them again.
pub(super) fn permanent_line(event: &Event, paint: Paint) -> Option<String> {
    match event {
        Event::StepEnded { address, verb, end, took } => {
            let took = text::duration(*took);
            match end {
                StepEnd::Done => {
                    let sign = paint.verb(*verb, &format!("{:>3}", sign(*verb)));
                    Some(format!(
                        "{sign} {address}  {}",
                        paint.dim(&format!("{} in {took}", participle(*verb)))
                    ))
                }
                StepEnd::Failed(_) => {
                    let (mark, failed) = (paint.failing("  ✗"), paint.failing("failed"));
                    Some(format!("{mark} {address}  {failed} after {took}"))
                }
                StepEnd::Skipped(_) => None,
            }
        }
        Event::ProbeEnded { route, delivered, took } => {
            let (route, took) = (text::clean(route), text::duration(*took));
            Some(match delivered {
                true => format!(
                    "  {} {route}  {}",
                    paint.added("✓"),
                    paint.dim(&format!("delivered after {took}"))
                ),
                false => format!(
                    "  {} {route}  {} after {took}",
                    paint.failing("✗"),
                    paint.failing("not delivered")
                ),
            })
        }
        Event::Stopping { times, running } => stopping_line(*times, *running),
        _ => None,
    }
}

fn stopping_line(times: u32, running: usize) -> Option<String> {
    let steps = text::count(running, "running step");
    match (times, running) {
        (0, _) => None,
        (_, 0) => Some("Stopping: nothing new is started.".to_owned()),
        (1, _) => Some(format!(
            "Stopping: nothing new is started. Waiting for {steps}; Ctrl-C again stops waiting."
        )),
        _ => Some(format!("No longer waiting for {steps}. Ctrl-C again exits at once.")),
    }
}

/// What became of a resource, in the past tense.
pub(in crate::ui) fn participle(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "created",
        Verb::Update => "updated",
        Verb::Replace => "replaced",
        Verb::Delete => "deleted",
        Verb::Adopt => "taken over",
        Verb::Forget => "forgotten",
        Verb::Keep => "unchanged",
        Verb::Refuse => "refused",
        Verb::Await => "there",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_says_its_usual_length_until_that_is_over() {
        let check = |what: WaitFor, status: &str, waited: u64, expect: &str| {
            let limit = Duration::from_secs(1200);
            assert_eq!(waiting(what, status, Duration::from_secs(waited), limit), expect);
        };
        let stream = WaitFor::StreamActive;
        check(
            stream,
            "CREATING",
            12,
            "waiting for the stream to become ACTIVE (CREATING) 0:12, usually 1–2 min",
        );
        check(
            stream,
            "CREATING",
            120,
            "waiting for the stream to become ACTIVE (CREATING) 2:00 of at most 20:00",
        );
        check(
            WaitFor::Subscription,
            "",
            3,
            "waiting for the destination to accept the subscription 0:03, usually seconds",
        );
        check(WaitFor::StreamGone, "", 3, "waiting for the stream to be deleted 0:03 of at most 20:00");
    }
}
