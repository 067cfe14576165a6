//! One step: the calls of its kind, and what is left behind when they fail.

use std::time::Duration;

use super::report::{Aftermath, Failure};
use super::state::Part;
use crate::address::KindName;
use crate::aws::wait::{Answer, Wait};
use crate::aws::{CallError, Class, Moved, StepError, Target};
use crate::plan::{Action, Awaited, Change, Meanwhile, Narrowing, Step};
use crate::provider::{self, Found, delete, let_through, retire};
use crate::wait_for::{LastSeen, WaitFor};

/// Carries a part of a step out, as its plan has it.
pub(crate) async fn carry_out(step: &Step, part: Part, on: &Target<'_>) -> Result<(), StepError> {
    match &step.action {
        Action::Create(to) => to.create(on).await,
        Action::Update(change) | Action::Adopt(change) | Action::Recover(change) => match &step.narrowing {
            None => change.to.update(&change.from, on).await,
            Some(narrowing) => narrow(change, narrowing, part, on).await,
        },
        Action::Supersede(change) => change.to.update(&change.from, on).await,
        Action::Replace(change) => {
            change.to.still_to_replace(&change.from, on).await?;
            delete(&[], on).await?;
            change.to.create(on).await
        }
        Action::Delete => delete(&step.changes, on).await,
        Action::Retire => retire(on).await,
        Action::Await(awaited) => brought_about(awaited, on).await,
        Action::Forget | Action::Keep | Action::Refuse(_) => Ok(()),
    }
}

/// How long another process is waited for: a stream takes minutes, and processes need not start together.
const OTHER_SHARD: Wait = Wait {
    what: WaitFor::OtherShard,
    limit: Duration::from_secs(1_800),
    first: Duration::from_secs(2),
    longest: Duration::from_secs(20),
};

/// Waits until another process has brought something about.
async fn brought_about(awaited: &Awaited, on: &Target<'_>) -> Result<(), StepError> {
    let ask = || async {
        Ok(match awaited.to.look(on).await? {
            Found::There(live) if awaited.is_met_by(&live) => Answer::Ready(()),
            Found::There(live) => {
                let fields = awaited.to.diff(&live).into_iter().map(|change| change.field.to_string());
                let fields: Vec<String> = fields.collect();
                Answer::NotYet(LastSeen::words(format!("it differs in {}", fields.join(", "))))
            }
            Found::Absent | Found::Vacant(_) | Found::Impossible(_) => {
                Answer::NotYet(LastSeen::words("it is not there"))
            }
        })
    };
    on.poll(OTHER_SHARD, ask).await
}

/// Carries out a change that removes permissions: first to the transitional form, and once earlier events have arrived,
/// to the final form.
async fn narrow(
    Change { from, to }: &Change,
    narrowing: &Narrowing,
    part: Part,
    on: &Target<'_>,
) -> Result<(), StepError> {
    let meanwhile = match (&narrowing.meanwhile, part) {
        (Meanwhile::Changed(meanwhile), Part::Change) => return meanwhile.update(from, on).await,
        (Meanwhile::Changed(meanwhile), Part::Narrowing) => &meanwhile.written_over(from),
        (Meanwhile::AsItIs | Meanwhile::Waiting, _) => from,
    };
    let_through(on, narrowing.wait).await;
    to.update(meanwhile, on).await
}

/// Describes a failure for the report.
pub(crate) fn failure(step: &Step, error: &StepError, on: &Target<'_>) -> Failure {
    let call = match error {
        StepError::Call(call) => Some(call),
        StepError::TimedOut(_)
        | StepError::Failed { .. }
        | StepError::Moved(_)
        | StepError::Mismatch { .. } => None,
    };
    let moved = match error {
        StepError::Moved(moved) => moved.fields().to_vec(),
        _ => Vec::new(),
    };
    let waited_for = match error {
        StepError::TimedOut(timed_out) => Some(timed_out.what),
        _ => None,
    };
    let aftermath = match call {
        Some(call) if matches!(call.class, Class::NoAnswer | Class::Unreadable | Class::Unavailable) => {
            Aftermath::Unknown
        }
        // "It exists already" after an attempt without an answer is about what that attempt made.
        _ if on.doubtful() => Aftermath::Unknown,
        _ if on.written() > 0 => Aftermath::Partial,
        _ => Aftermath::Untouched,
    };
    Failure {
        address: step.address.clone(),
        error: format!("could not {} it: {error}", step.action.verb()),
        code: call.and_then(|call| call.code.clone()),
        aftermath,
        hint: call
            .and_then(CallError::hint)
            .or_else(|| other_shard(step, error))
            .or_else(|| hint(step.address.kind, error)),
        denied: call.is_some_and(CallError::denied),
        moved,
        waited_for,
    }
}

/// Which process has to run for a step to be possible.
fn other_shard(step: &Step, error: &StepError) -> Option<String> {
    let (Action::Await(awaited), StepError::TimedOut(_)) = (&step.action, error) else { return None };
    let (share, account) = (awaited.share, &step.address.account);
    Some(format!(
        "shard {share} has account `{account}`: run it first or at the same time (`--shard {share}`), see whether it succeeds, then run this one again"
    ))
}

fn hint(kind: KindName, error: &StepError) -> Option<String> {
    provider::hint(kind, error).or_else(|| general_hint(error)).map(str::to_owned)
}

/// What to do about an error, whatever its kind.
fn general_hint(error: &StepError) -> Option<&'static str> {
    match error {
        StepError::TimedOut(_) => Some(
            "an answer that is still the same after minutes points to a mistake in the configuration rather than a delay; `logpipe verify` checks every hop",
        ),
        StepError::Moved(Moved::Used(_)) => Some(
            "ask them to remove it, or leave it; `logpipe destroy` names it, and `--delete-data` deletes it too",
        ),
        StepError::Moved(_) => {
            Some("`logpipe apply` reads it again, and shows what it would do now before it does anything")
        }
        StepError::Call(_) | StepError::Failed { .. } | StepError::Mismatch { .. } => None,
    }
}
