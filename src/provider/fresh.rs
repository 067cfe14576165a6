//! The live state right before it is overwritten.
//!
//! AWS replaces most things whole: a policy, a set of tags, a subscription. A write based on what the plan saw would
//! undo everything that anybody has changed since. So code that writes gets the plan's live value as an opaque
//! [`Planned`]. Only a new reading gives a [`Fresh`] value, and only if our part is still as the plan saw it. Other
//! people's parts come from the new reading.
//!
//! The only gap between that reading and the write is the round trip to AWS. For most writes AWS offers no condition
//! that would close it (`docs/kinds.md` lists those that have one).

use std::ops::Deref;

use serde_json::Value;

use super::change::FieldChange;
use super::field::Field;
use super::kind::Kind;
use crate::aws::{CallError, Moved, MovedField, StepError, Target};

/// The live value that a plan was made from.
#[derive(Debug, Clone)]
pub(crate) struct Planned<L> {
    live: L,
}

/// What was read a moment ago, for the one write that comes next.
#[derive(Debug, Clone)]
pub(crate) struct Fresh<T>(T);

impl<T> Deref for Fresh<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<L: Default> Planned<L> {
    /// What a plan saw.
    pub(crate) fn of(live: L) -> Self {
        Self { live }
    }

    /// A plan saw that there was none.
    pub(crate) fn absent() -> Self {
        Self::of(L::default())
    }

    /// What a plan had to change.
    pub(crate) fn changes<K: Kind<Live = L>>(&self, kind: &K) -> Vec<FieldChange> {
        kind.diff(&self.live)
    }

    /// Reads all of it again.
    ///
    /// # Errors
    /// [`StepError::Moved`], when what is ours in it is not as the plan saw it.
    pub(crate) async fn now<K: Kind<Live = L>>(
        &self,
        kind: &K,
        on: &Target<'_>,
    ) -> Result<Fresh<L>, StepError> {
        let there = kind.read(on).await?;
        let gone = there.is_none();
        let there = there.unwrap_or_default();
        unmoved(&kind.diff(&self.live), &kind.diff(&there), gone)?;
        Ok(Fresh(there))
    }

    /// Reads again the part that is written separately.
    ///
    /// # Errors
    /// [`StepError::Moved`], when what is ours in that part is not as the plan saw it.
    pub(crate) async fn setting<T>(
        &self,
        of: impl FnOnce(&L) -> T,
        diff: impl Fn(&T) -> Vec<FieldChange>,
        reading: impl Future<Output = Result<T, CallError>>,
    ) -> Result<Fresh<T>, StepError> {
        let there = reading.await?;
        unmoved(&diff(&of(&self.live)), &diff(&there), false)?;
        Ok(Fresh(there))
    }

    /// Makes sure that there is still none, for what AWS would write over. What is there after a call of ours without an
    /// answer is what that call made.
    ///
    /// # Errors
    /// [`StepError::Moved`], when somebody else has made one.
    pub(crate) async fn vacant<K: Kind<Live = L>>(kind: &K, on: &Target<'_>) -> Result<(), StepError> {
        match kind.read(on).await? {
            None => Ok(()),
            Some(there) if on.doubtful() => unmoved(&kind.diff(&L::default()), &kind.diff(&there), false),
            Some(_) => Err(StepError::Moved(Moved::Made)),
        }
    }
}

/// What would be written over has to be what the plan saw. What is as it should be by now, because a call of ours made it
/// so or somebody else did, is no loss to anybody.
fn unmoved(planned: &[FieldChange], now: &[FieldChange], gone: bool) -> Result<(), StepError> {
    let before = |field: &Field| planned.iter().find(|change| change.field == *field);
    let moved: Vec<MovedField> = now
        .iter()
        .filter(|change| !before(&change.field).is_some_and(|before| alike(&before.from, &change.from)))
        .map(|change| MovedField {
            field: change.field.to_string(),
            // What is no difference in the plan was as it should be.
            planned: before(&change.field).map_or(&change.to, |before| &before.from).clone(),
            now: change.from.clone(),
        })
        .collect();
    match moved.is_empty() {
        true => Ok(()),
        false if gone => Err(StepError::Moved(Moved::Gone)),
        false => Err(StepError::Moved(Moved::Fields(moved))),
    }
}

/// Whether two values mean the same: AWS may give a policy back in another form than it was written in.
fn alike(one: &Value, other: &Value) -> bool {
    one == other || (one.is_object() && other.is_object() && crate::policy::same(one, other))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn change(field: impl Into<Field>, from: Value, to: Value) -> FieldChange {
        FieldChange { field: field.into(), from, to }
    }

    #[test]
    fn only_what_nobody_has_seen_stands_in_the_way() {
        let planned = [
            change("role", json!("a"), json!("b")),
            change(Field::part("tags", "Team"), Value::Null, json!("x")),
        ];
        let check = |now: &[FieldChange], expect: &[(&str, Value, Value)]| {
            let moved = match unmoved(&planned, now, false) {
                Ok(()) => Vec::new(),
                Err(StepError::Moved(Moved::Fields(fields))) => fields,
                Err(other) => panic!("{other:?}"),
            };
            let moved: Vec<_> =
                moved.iter().map(|it| (it.field.as_str(), it.planned.clone(), it.now.clone())).collect();
            assert_eq!(moved, expect);
        };
        check(&planned, &[]);
        // It is as it should be by now.
        check(&planned[..1], &[]);
        check(&[], &[]);
        check(&[change("role", json!("c"), json!("b"))], &[("role", json!("a"), json!("c"))]);
        check(&[change("pattern", json!("x"), json!(""))], &[("pattern", json!(""), json!("x"))]);
    }

    #[test]
    fn a_policy_in_another_form_has_not_moved() {
        let one = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}]});
        let other = json!({"Statement": {"Resource": ["*"], "Action": "s3:GetObject", "Effect": "Allow"}, "Version": "2012-10-17"});
        let (planned, now) = (change("trust", one, Value::Null), change("trust", other, Value::Null));
        assert!(unmoved(&[planned], &[now], false).is_ok());
    }
}
