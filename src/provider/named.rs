//! Operations on a resource that need only its address.

use std::collections::BTreeSet;

use super::change::FieldChange;
use super::kind::Kind;
use crate::address::KindName;
use crate::aws::{CallError, StepError, Target};

/// Deletes it without losing what is on its way through it, a stream without losing what it holds.
pub(crate) async fn retire(on: &Target<'_>) -> Result<(), StepError> {
    named!(on.address.kind, K => Box::pin(K::retire(on)).await)
}

/// What others have on something that is to be deleted, and would lose without a word of AWS, for kinds of which that can
/// be asked. `ours` are the names of subscription filters of ours on it.
pub(crate) async fn uses(ours: &BTreeSet<&str>, on: &Target<'_>) -> Result<Vec<FieldChange>, CallError> {
    named!(on.address.kind, K => Box::pin(K::uses(ours, on)).await)
}

/// Deletes whatever is at the target's address; what is gone already is fine. `named` is what others have on it and a plan
/// has named as going too.
pub(crate) async fn delete(named: &[FieldChange], on: &Target<'_>) -> Result<(), StepError> {
    named!(on.address.kind, K => Box::pin(K::delete(named, on)).await)
}

/// What to do about an error of a step, where its kind knows.
pub(crate) fn hint(kind: KindName, error: &StepError) -> Option<&'static str> {
    named!(kind, K => K::hint(error))
}
