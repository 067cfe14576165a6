//! The words that the live display and the plain lines share: what stays of an event, and what a wait is like.

use std::time::Duration;

use crate::event::{Event, StepEnd, Verb};
use crate::ui::plan::sign;
use crate::ui::style::Paint;
use crate::ui::text;

/// How long waits usually are: what is waited for, the length in words, and when it is over.
///
/// Of a stream, the CloudWatch Logs User Guide ("Log group-level subscription filters") says to wait a minute or two.
/// AWS publishes none for IAM; it is seconds nearly always.
const USUAL: [(&str, &str, Duration); 3] = [
    ("the stream to become ACTIVE", "1–2 min", Duration::from_secs(120)),
    ("IAM to propagate", "seconds", Duration::from_secs(30)),
    ("the destination to accept the filter", "seconds", Duration::from_secs(30)),
];

/// `waiting for the stream to become ACTIVE (CREATING) 0:12, usually 1–2 min`.
pub(super) fn waiting(what: &str, status: &str, waited: Duration, limit: Duration) -> String {
    let status = if status.is_empty() { String::new() } else { format!(" ({})", text::clean(status)) };
    format!("waiting for {what}{status} {}", so_far(what, waited, limit))
}

/// `0:12, usually 1–2 min`, and of a wait that is longer than usual `2:31 of at most 20:00`.
pub(super) fn so_far(what: &str, waited: Duration, limit: Duration) -> String {
    let usual = USUAL.iter().find(|(known, _, over)| *known == what && waited < *over);
    match usual {
        Some((_, usual, _)) => format!("{}, usually {usual}", text::stopwatch(waited)),
        None => format!("{} of at most {}", text::stopwatch(waited), text::stopwatch(limit)),
    }
}

/// `1:01, usually within 4:00`, and of a test event that is late `4:31 of at most 6:00`.
pub(super) fn on_its_way(waited: Duration, usual: Duration, limit: Duration) -> String {
    match waited < usual {
        true => format!("{}, usually within {}", text::stopwatch(waited), text::stopwatch(usual)),
        false => format!("{} of at most {}", text::stopwatch(waited), text::stopwatch(limit)),
    }
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
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_says_its_usual_length_until_that_is_over() {
        let check = |what: &str, status: &str, waited: u64, expect: &str| {
            let limit = Duration::from_secs(1200);
            assert_eq!(waiting(what, status, Duration::from_secs(waited), limit), expect);
        };
        let stream = "the stream to become ACTIVE";
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
        check("the moon", "", 3, "waiting for the moon 0:03 of at most 20:00");
    }
}
