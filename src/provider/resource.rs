//! Operations on the desired state of a resource of any kind.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::change::FieldChange;
use super::fresh::Planned;
use super::kind::{Found, Kind, Replacement};
use super::notice::Notice;
use super::obstacle::Obstacle;
use super::policies::PolicyDocument;
use super::table::{Live, Resource};
use super::tags::{ADOPTED_TAG, OwnTags};
use crate::address::{Address, KindName};
use crate::aws::{CallError, Moved, StepError, Target};
use crate::policy::canonical;

/// Tags of one resource, those of AWS itself aside (AWS General Reference, "Tagging your AWS resources").
const MOST_TAGS: usize = 50;

impl Resource {
    /// One of a kind, to look at what is there by, and never to be made.
    pub(crate) fn stand_in(kind: KindName) -> Self {
        named!(kind, K => K::stand_in().into())
    }

    /// What it is as one of a kind, if it is of that.
    pub(crate) fn of<K: Kind>(&self) -> Option<&K> {
        each!(self, kind => (&**kind as &dyn Any).downcast_ref())
    }

    /// What differs from `live`. What is of another kind is never as declared.
    pub fn diff(&self, live: &Live) -> Vec<FieldChange> {
        let kinds = || {
            let (from, to) = (Value::from(live.kind().as_str()), Value::from(self.kind().as_str()));
            vec![FieldChange { field: "kind".into(), from, to }]
        };
        both!(self, live, kind, there => kind.diff(there), else kinds())
    }

    /// Every field it will have, as differences from nothing.
    pub fn fields(&self) -> Vec<FieldChange> {
        fn absent<K: Kind>(kind: &K) -> Vec<FieldChange> {
            let mut fields = kind.diff(&K::Live::default());
            for field in &mut fields {
                field.from = Value::Null;
            }
            fields
        }
        each!(self, kind => absent(&**kind))
    }

    /// The digest of every field it will have. Policies count by their meaning.
    pub fn digest(&self) -> u64 {
        self.digest_with(&[])
    }

    /// The digest that it would have if `changes` were taken back, which is that of what is there. What others have
    /// added does not count.
    pub fn digest_with(&self, changes: &[FieldChange]) -> u64 {
        let mut fields: BTreeMap<String, Value> =
            self.fields().into_iter().map(|field| (field.field.path(), field.to)).collect();
        for change in changes.iter().filter(|change| !change.field.is_of_others()) {
            match &change.from {
                Value::Null => fields.remove(&change.field.path()),
                from => fields.insert(change.field.path(), from.clone()),
            };
        }
        let fields = fields.into_iter().map(|(path, value)| (path, canonical(&value)));
        let digest = Sha256::digest(Value::Object(fields.collect()).to_string());
        digest.iter().take(size_of::<u64>()).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// Whether it must be made again, and if so, why and how.
    pub fn replacement(&self, live: &Live) -> Option<Replacement> {
        both!(self, live, kind, there => kind.replacement(there), else None)
    }

    /// Why it can be neither changed nor taken over, and what to write instead, if so.
    pub fn refusal(&self, live: &Live) -> Option<Obstacle> {
        let mismatch = || Some(Obstacle::OtherKind { planned: self.kind(), read: live.kind() });
        both!(self, live, kind, there => kind.refusal(there), else mismatch())
            .or_else(|| self.too_many_tags(live))
    }

    /// With the tags of others, more than AWS takes.
    fn too_many_tags(&self, live: &Live) -> Option<Obstacle> {
        let all = self.tags()?.merged(live.tags()?);
        let count = all.keys().filter(|key| !key.starts_with("aws:")).count();
        (count > MOST_TAGS).then_some(Obstacle::TooManyTags { count, most: MOST_TAGS })
    }

    /// Why it takes the place of what somebody else put there, if it may.
    pub fn supersedes(&self, live: &Live) -> Option<Obstacle> {
        both!(self, live, kind, there => kind.supersedes(there), else None)
    }

    /// What others have added to it: settings of its kind, and tags.
    pub fn foreign(&self, live: &Live) -> Vec<FieldChange> {
        let mut foreign = both!(self, live, kind, there => kind.foreign(there), else Vec::new());
        if let (Some(ours), Some(there)) = (self.tags(), live.tags()) {
            foreign.extend(ours.foreign(there));
        }
        foreign
    }

    /// What to know about it that is neither changed nor refused.
    pub fn notices(&self, live: &Live) -> Vec<Notice> {
        both!(self, live, kind, there => kind.notices(there), else Vec::new())
    }

    /// Says which tags we have set on it before: those that are no longer wanted have to go.
    pub fn had_tags(&mut self, before: &[String]) {
        if let Some(tags) = self.tags_mut() {
            tags.gone = before.iter().filter(|key| !tags.wanted.contains_key(*key)).cloned().collect();
        }
    }

    /// Says what it was tied to before, of kinds that part with that in place.
    pub fn was_tied_to<'n>(&mut self, before: impl IntoIterator<Item = &'n Address>) {
        let before: Vec<&Address> = before.into_iter().collect();
        each!(self, kind => kind.was_tied_to(&before));
    }

    /// Says that others made it and logpipe took it over: it has the tag that tells so, and what nobody declares stays
    /// as they set it.
    pub fn taken_over(&mut self) {
        if let Some(tags) = self.tags_mut() {
            Arc::make_mut(&mut tags.wanted).insert(ADOPTED_TAG.to_owned(), "true".to_owned());
        }
        each!(self, kind => kind.leave_undeclared(true));
    }

    /// Records that logpipe makes it, even if it replaces something taken over: then it is logpipe's own.
    pub fn made(&mut self) {
        if let Some(tags) = self.tags_mut().filter(|tags| tags.wanted.contains_key(ADOPTED_TAG)) {
            Arc::make_mut(&mut tags.wanted).remove(ADOPTED_TAG);
        }
        each!(self, kind => kind.leave_undeclared(false));
    }

    fn tags_mut(&mut self) -> Option<&mut OwnTags> {
        fn of<K: Kind>(kind: &mut K) -> Option<&mut OwnTags> {
            K::TAGS.map(|tags| (tags.wanted_mut)(kind))
        }
        each!(self, kind => of(&mut **kind))
    }

    /// Its tags, for kinds that have any.
    pub fn tags(&self) -> Option<&OwnTags> {
        fn of<K: Kind>(kind: &K) -> Option<&OwnTags> {
            K::TAGS.map(|tags| (tags.wanted)(kind))
        }
        each!(self, kind => of(&**kind))
    }

    /// Whether finding it there already is as good as making it.
    pub fn uses_existing(&self) -> bool {
        each!(self, kind => kind.uses_existing())
    }

    /// The policies that it is to have.
    pub fn policies(&self) -> Vec<PolicyDocument> {
        each!(self, kind => kind.policies())
    }

    /// What is to be made, to be known by again, for kinds that bear no tag from their first moment on.
    pub(crate) fn fingerprint(&self) -> Option<String> {
        fn of<K: Kind>(kind: &K) -> Option<String> {
            K::FINGERPRINT.map(|fingerprint| (fingerprint.wanted)(kind))
        }
        each!(self, kind => of(&**kind))
    }

    /// Its live state out of its container's, for kinds that come in the container's answer.
    pub(crate) fn within(&self, container: &Live, address: &Address) -> Option<Option<Live>> {
        named!(self.kind(), K => K::within(container, address).map(|there| there.map(Live::from)))
    }

    pub(crate) async fn look(&self, on: &Target<'_>) -> Result<Found<Live>, CallError> {
        each!(self, kind => Ok(Box::pin(kind.look(on)).await?.map(Live::from)))
    }

    pub(crate) async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        each!(self, kind => Box::pin(kind.create(on)).await)
    }

    pub(crate) async fn update(&self, live: &Live, on: &Target<'_>) -> Result<(), StepError> {
        both!(self, live, kind, there => {
            Box::pin(kind.update(&Planned::of((**there).clone()), on)).await
        }, else Err(self.mismatch(live, on)))
    }

    /// Makes sure that it must still be made again: somebody may have done so since.
    pub(crate) async fn still_to_replace(&self, live: &Live, on: &Target<'_>) -> Result<(), StepError> {
        both!(self, live, kind, there => {
            match Box::pin(Planned::of((**there).clone()).now(&**kind, on)).await {
                Ok(now) if kind.replacement(&now).is_some() => Ok(()),
                Ok(_) => Err(StepError::Moved(Moved::Made)),
                // It makes room by itself.
                Err(StepError::Moved(Moved::Gone)) => Ok(()),
                Err(error) => Err(error),
            }
        }, else Err(self.mismatch(live, on)))
    }

    fn mismatch(&self, live: &Live, on: &Target<'_>) -> StepError {
        StepError::Mismatch { address: Box::new(on.address.clone()), planned: self.kind(), read: live.kind() }
    }

    /// What is there once it has been changed to this.
    pub(crate) fn written_over(&self, live: &Live) -> Live {
        both!(self, live, kind, there => kind.written_over(there).into(), else live.clone())
    }
}
