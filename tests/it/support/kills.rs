//! Runs that are killed, each at another of their writing calls.

use super::Bench;
use super::engine::{Job, Treatment};

/// Carries a job out in copies of what is prepared, killed at its first writing call, at its second, and so on until it
/// comes to its end, which takes more calls than `fewest`. `then` gets what each has left, and at which call.
#[track_caller]
pub(crate) fn at_each_call(prepared: &Bench, job: Job, fewest: usize, then: impl Fn(&Bench, usize)) {
    at_calls(0.., prepared, job, fewest, then);
}

/// The same at some calls only: before it takes effect at an even one, and after that at an odd one.
#[track_caller]
pub(crate) fn at_calls(
    calls: impl IntoIterator<Item = usize>,
    prepared: &Bench,
    job: Job,
    fewest: usize,
    then: impl Fn(&Bench, usize),
) {
    for unlucky in calls {
        let bench = prepared.copy();
        let treatment = if unlucky % 2 == 0 { Treatment::KilledBefore } else { Treatment::KilledAfter };
        let ended = bench
            .engine(job, move |number, _| if number == unlucky { treatment } else { Treatment::Answered });
        then(&bench, unlucky);
        if ended.writes <= unlucky {
            assert!(unlucky > fewest, "{unlucky} calls cannot have done everything");
            return;
        }
    }
}
