//! One step: the calls of its kind, and what is left behind when they fail.

use super::report::{Aftermath, Failure};
use crate::address::Address;
use crate::aws::{CallError, Class, StepError, Target};
use crate::plan::{Action, Step};
use crate::provider::{Live, Resource, delete, release, retire};

/// Carries a step out. `beside` are the places of the other resources that a retirement touches.
pub(crate) async fn carry_out(
    step: &Step,
    live: Option<&Live>,
    on: &Target<'_>,
    beside: &[Target<'_>],
) -> Result<(), StepError> {
    match (&step.action, live) {
        (Action::Update(to) | Action::Adopt(to) | Action::Recover(to), Some(live)) => {
            to.update(live, on).await
        }
        // The plan saw it, so the update has what it starts from; without that there is nothing to keep.
        (Action::Create(to) | Action::Update(to) | Action::Adopt(to) | Action::Recover(to), _) => {
            to.create(on).await
        }
        (Action::Replace(to), Some(live)) if to.supersedes(live).is_some() => to.update(live, on).await,
        (Action::Replace(to), _) => {
            delete(on).await?;
            to.create(on).await
        }
        (Action::Delete, _) => delete(on).await,
        (Action::Retire(roles), _) => retire(on, &at(roles, beside)).await,
        (Action::Release(roles), _) => release(on, &at(roles, beside)).await,
        (Action::Forget | Action::Keep | Action::Refuse, _) => Ok(()),
    }
}

/// Each with its place.
fn at<'a>(roles: &'a [(Address, Resource)], places: &'a [Target<'a>]) -> Vec<(&'a Resource, &'a Target<'a>)> {
    roles.iter().map(|(_, role)| role).zip(places).collect()
}

/// Describes a failure for the report.
pub(crate) fn failure(step: &Step, error: &StepError, on: &Target<'_>) -> Failure {
    let call = match error {
        StepError::Call(call) => Some(call),
        StepError::TimedOut(_) | StepError::Failed { .. } => None,
    };
    let aftermath = match call {
        Some(call) if matches!(call.class, Class::NoAnswer | Class::Unavailable) => Aftermath::Unknown,
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
        StepError::Call(call) if call.operation == "iam:AttachRolePolicy" && call.is("NoSuchEntity", &[]) => {
            Some("look up how the policy is spelled, with its path: `aws iam list-policies`".to_owned())
        }
        StepError::Failed { status, .. } if status == "CREATING_FAILED" => {
            Some("the next apply deletes and makes it again".to_owned())
        }
        StepError::Failed { .. } => None,
        StepError::Call(_) => None,
    }
}
