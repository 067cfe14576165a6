//! Deletes what IAM deletes only once nothing uses it.
//!
//! Right after we remove our own last use, IAM may still see it for a moment. Somebody else's use does not pass, so the
//! user decides how long logpipe waits, and the error names them.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::aws::target::PROPAGATION;
use crate::aws::wait::Answer;
use crate::aws::{CallError, StepError, Target};
use crate::enumeration::all_of;
use crate::wait_for::LastSeen;

/// How often a refusal is believed to be about our own hold of a moment ago, which takes about fifteen seconds; roles
/// take ten in practice (Terraform AWS provider, `internal/service/firehose/delivery_stream.go`).
const OWN: u32 = 4;

/// Makes the deletion, again while IAM only remembers who held on to it. `holders` names who does, in words.
pub(super) async fn delete<D, Deleted, H, Holders>(
    on: &Target<'_>,
    deletion: D,
    holders: H,
) -> Result<(), StepError>
where
    D: Fn() -> Deleted,
    Deleted: Future<Output = Result<(), CallError>>,
    H: Fn() -> Holders,
    Holders: Future<Output = Result<Vec<String>, CallError>>,
{
    let refused = |error: &CallError| error.is("DeleteConflict", &[]);
    let refusal = match deletion().await {
        Err(error) if refused(&error) => error,
        other => return Ok(other?),
    };
    // Without a change of ours a moment ago there is nothing for IAM to catch up with.
    let tries = AtomicU32::new(if on.fresh() { 0 } else { OWN });
    on.poll(PROPAGATION, || async {
        if tries.fetch_add(1, Ordering::Relaxed) >= OWN {
            // Who may not look waits as if nobody held it.
            let holders = holders().await.unwrap_or_default();
            if !holders.is_empty() {
                return Err(StepError::Call(held(refusal.clone(), &holders)));
            }
        }
        match deletion().await {
            Ok(()) => Ok(Answer::Ready(())),
            Err(error) if refused(&error) => Ok(Answer::NotYet(LastSeen::Words(error.message))),
            Err(error) => Err(error.into()),
        }
    })
    .await
}

/// What to do about what still holds on.
pub(super) fn hint(error: &CallError) -> Option<&'static str> {
    error.is("DeleteConflict", &[]).then_some(
        "stop using it there, or leave it to whoever uses it; `logpipe destroy` then continues where it stopped",
    )
}

/// IAM only says that there are some; what the user needs is who.
fn held(error: CallError, holders: &[String]) -> CallError {
    let message = format!("{} Held by {}", error.message, all_of(holders));
    CallError { message, ..error }
}
