//! One step: the calls of its kind, and what is left behind when they fail.

use super::report::{Aftermath, Failure};
use super::state::Part;
use crate::aws::{CallError, Class, Moved, StepError, Target};
use crate::plan::{Action, Meanwhile, Narrowing, Step};
use crate::provider::{Live, Resource, delete, let_through, retire};

/// Carries a part of a step out.
pub(crate) async fn carry_out(
    step: &Step,
    part: Part,
    live: Option<&Live>,
    on: &Target<'_>,
) -> Result<(), StepError> {
    match (&step.action, live) {
        (Action::Update(to) | Action::Adopt(to) | Action::Recover(to), Some(live)) => {
            match (&step.narrowing, part) {
                (None, _) => to.update(live, on).await,
                (Some(narrowing), part) => narrow(to, narrowing, part, live, on).await,
            }
        }
        // The plan saw it, so the update has what it starts from; without that there is nothing to keep.
        (Action::Create(to) | Action::Update(to) | Action::Adopt(to) | Action::Recover(to), _) => {
            to.create(on).await
        }
        (Action::Replace(to), Some(live)) if to.supersedes(live).is_some() => to.update(live, on).await,
        (Action::Replace(to), live) => {
            if let Some(live) = live {
                to.still_to_replace(live, on).await?;
            }
            delete(&[], on).await?;
            to.create(on).await
        }
        (Action::Delete, _) => delete(&step.changes, on).await,
        (Action::Retire, _) => retire(on).await,
        (Action::Forget | Action::Keep | Action::Refuse, _) => Ok(()),
    }
}

/// Changes what takes rights away: first to what it is meanwhile, and once that is through, to what it is at last.
async fn narrow(
    to: &Resource,
    narrowing: &Narrowing,
    part: Part,
    live: &Live,
    on: &Target<'_>,
) -> Result<(), StepError> {
    let meanwhile = match (&narrowing.meanwhile, part) {
        (Meanwhile::Changed(meanwhile), Part::Change) => return meanwhile.update(live, on).await,
        (Meanwhile::Changed(meanwhile), Part::Narrowing) => &meanwhile.written_over(live),
        (Meanwhile::AsItIs | Meanwhile::Waiting, _) => live,
    };
    let_through(on, narrowing.wait).await;
    to.update(meanwhile, on).await
}

/// Describes a failure for the report.
pub(crate) fn failure(step: &Step, error: &StepError, on: &Target<'_>) -> Failure {
    let call = match error {
        StepError::Call(call) => Some(call),
        StepError::TimedOut(_) | StepError::Failed { .. } | StepError::Moved(_) => None,
    };
    let moved = match error {
        StepError::Moved(moved) => moved.fields().to_vec(),
        _ => Vec::new(),
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
        hint: call.and_then(CallError::hint).or_else(|| hint(error)),
        denied: call.is_some_and(CallError::denied),
        moved,
    }
}

fn hint(error: &StepError) -> Option<String> {
    match error {
        StepError::TimedOut(_) => Some(
            "what still answers the same after minutes is a mistake in the configuration rather than a delay; `logpipe verify` walks the hops"
                .to_owned(),
        ),
        StepError::Call(call) if call.operation == "logs:PutSubscriptionFilter" && call.is("LimitExceededException", &[]) => {
            Some("free a slot on that log group, or leave it out with `exclude`".to_owned())
        }
        StepError::Call(call) if call.operation == "logs:PutAccountPolicy" && call.is("LimitExceededException", &[]) => {
            Some("delete that policy, or select the log groups with `scope: log_groups`".to_owned())
        }
        StepError::Call(call) if call.is("DeleteConflict", &[]) => {
            Some("let go of it there, or leave it to whoever uses it; `logpipe destroy` then goes on where it stopped".to_owned())
        }
        StepError::Call(call) if call.operation == "iam:AttachRolePolicy" && call.is("LimitExceeded", &[]) => {
            Some("detach one of them, put several into one policy, or have the quota raised".to_owned())
        }
        StepError::Call(call)
            if matches!(call.operation, "iam:CreateRole" | "iam:PutRolePermissionsBoundary")
                && call.is("NoSuchEntity", &[]) =>
        {
            Some("`permissions_boundary` names a policy that has to be there in this account before: make it, or correct the name and its path (`aws iam list-policies --scope Local`)".to_owned())
        }
        StepError::Call(call) if call.operation == "iam:AttachRolePolicy" && call.is("NoSuchEntity", &[]) => {
            Some("look up how the policy is spelled, with its path: `aws iam list-policies`".to_owned())
        }
        StepError::Failed { status, .. } if status == "CREATING_FAILED" => {
            Some("the next apply deletes and makes it again".to_owned())
        }
        StepError::Moved(Moved::Used(_)) => {
            Some("have them take it off, or leave it; `logpipe destroy` names it, and `--delete-data` takes it along".to_owned())
        }
        StepError::Moved(_) => Some("`logpipe apply` reads it anew, and shows what it would do now before it does it".to_owned()),
        StepError::Failed { .. } => None,
        StepError::Call(_) => None,
    }
}
