//! The closed set of kinds, and the one dispatch to them.
//!
//! A new kind is a file in the room of its service, a variant in each of the two enums, and the arms the compiler asks for.

use std::collections::BTreeSet;

use super::change::FieldChange;
use super::ec2::instance_profile_association::{InstanceProfileAssociation, LiveAssociation};
use super::firehose::stream::{FirehoseStream, LiveStream};
use super::fresh::Planned;
use super::iam::instance_profile::{IamInstanceProfile, LiveInstanceProfile};
use super::iam::policy::{IamPolicy, LiveIamPolicy};
use super::iam::role::{IamRole, LiveRole};
use super::iam::role_policy_attachment::{IamRolePolicyAttachment, LiveAttachment};
use super::kind::{Found, Kind, Replacement};
use super::logs::account_policy::{LiveAccountPolicy, LogsAccountPolicy};
use super::logs::destination::{LiveDestination, LogsDestination};
use super::logs::destination_policy::{LiveDestinationPolicy, LogsDestinationPolicy};
use super::logs::log_group::{LiveLogGroup, LogGroup};
use super::logs::log_stream::{LiveLogStream, LogStream};
use super::logs::patience::{ON_ITS_WAY, let_through};
use super::logs::subscription_filter::{LiveFilter, SubscriptionFilter};
use super::s3::bucket::{LiveBucket, S3Bucket};
use super::s3::bucket_policy::{LiveBucketPolicy, S3BucketPolicy};
use super::ssm::parameter::{LiveParameter, SsmParameter};
use super::tags::{ADOPTED_TAG, OwnTags, Tags};
use crate::address::{Address, KindName};
use crate::aws::{CallError, Moved, StepError, Target};

/// Tags of one resource, those of AWS itself aside (AWS General Reference, "Tagging your AWS resources").
const MOST_TAGS: usize = 50;

/// The desired state of one resource.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each variant is its kind, documented there")]
pub enum Resource {
    S3Bucket(S3Bucket),
    S3BucketPolicy(S3BucketPolicy),
    IamRole(IamRole),
    LogGroup(LogGroup),
    LogStream(LogStream),
    FirehoseStream(FirehoseStream),
    LogsDestination(LogsDestination),
    LogsDestinationPolicy(LogsDestinationPolicy),
    SubscriptionFilter(SubscriptionFilter),
    LogsAccountPolicy(LogsAccountPolicy),
    IamPolicy(IamPolicy),
    IamRolePolicyAttachment(IamRolePolicyAttachment),
    IamInstanceProfile(IamInstanceProfile),
    InstanceProfileAssociation(InstanceProfileAssociation),
    SsmParameter(SsmParameter),
}

/// The live state of one resource.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each variant is its kind, documented there")]
pub enum Live {
    S3Bucket(LiveBucket),
    S3BucketPolicy(LiveBucketPolicy),
    IamRole(LiveRole),
    LogGroup(LiveLogGroup),
    LogStream(LiveLogStream),
    FirehoseStream(LiveStream),
    LogsDestination(LiveDestination),
    LogsDestinationPolicy(LiveDestinationPolicy),
    SubscriptionFilter(LiveFilter),
    LogsAccountPolicy(LiveAccountPolicy),
    IamPolicy(LiveIamPolicy),
    IamRolePolicyAttachment(LiveAttachment),
    IamInstanceProfile(LiveInstanceProfile),
    InstanceProfileAssociation(LiveAssociation),
    SsmParameter(LiveParameter),
}

/// Runs `$body` with the desired value of whatever kind `$resource` is.
macro_rules! each {
    ($resource:expr, $kind:ident => $body:expr) => {
        match $resource {
            Resource::S3Bucket($kind) => $body,
            Resource::S3BucketPolicy($kind) => $body,
            Resource::IamRole($kind) => $body,
            Resource::LogGroup($kind) => $body,
            Resource::LogStream($kind) => $body,
            Resource::FirehoseStream($kind) => $body,
            Resource::LogsDestination($kind) => $body,
            Resource::LogsDestinationPolicy($kind) => $body,
            Resource::SubscriptionFilter($kind) => $body,
            Resource::LogsAccountPolicy($kind) => $body,
            Resource::IamPolicy($kind) => $body,
            Resource::IamRolePolicyAttachment($kind) => $body,
            Resource::IamInstanceProfile($kind) => $body,
            Resource::InstanceProfileAssociation($kind) => $body,
            Resource::SsmParameter($kind) => $body,
        }
    };
}

/// Runs `$body` with desired and live value where both are of one kind, which observing guarantees.
macro_rules! both {
    ($resource:expr, $live:expr, $kind:ident, $there:ident => $body:expr, else $other:expr) => {
        match ($resource, $live) {
            (Resource::S3Bucket($kind), Live::S3Bucket($there)) => $body,
            (Resource::S3BucketPolicy($kind), Live::S3BucketPolicy($there)) => $body,
            (Resource::IamRole($kind), Live::IamRole($there)) => $body,
            (Resource::LogGroup($kind), Live::LogGroup($there)) => $body,
            (Resource::LogStream($kind), Live::LogStream($there)) => $body,
            (Resource::FirehoseStream($kind), Live::FirehoseStream($there)) => $body,
            (Resource::LogsDestination($kind), Live::LogsDestination($there)) => $body,
            (Resource::LogsDestinationPolicy($kind), Live::LogsDestinationPolicy($there)) => $body,
            (Resource::SubscriptionFilter($kind), Live::SubscriptionFilter($there)) => $body,
            (Resource::LogsAccountPolicy($kind), Live::LogsAccountPolicy($there)) => $body,
            (Resource::IamPolicy($kind), Live::IamPolicy($there)) => $body,
            (Resource::IamRolePolicyAttachment($kind), Live::IamRolePolicyAttachment($there)) => $body,
            (Resource::IamInstanceProfile($kind), Live::IamInstanceProfile($there)) => $body,
            (Resource::InstanceProfileAssociation($kind), Live::InstanceProfileAssociation($there)) => $body,
            (Resource::SsmParameter($kind), Live::SsmParameter($there)) => $body,
            _ => $other,
        }
    };
}

impl Resource {
    /// What differs from `live`.
    pub fn diff(&self, live: &Live) -> Vec<FieldChange> {
        both!(self, live, kind, there => kind.diff(there), else Vec::new())
    }

    /// Every field it will have, as differences from nothing.
    pub fn fields(&self) -> Vec<FieldChange> {
        fn absent<K: Kind>(kind: &K) -> Vec<FieldChange> {
            let mut fields = kind.diff(&K::Live::default());
            for field in &mut fields {
                field.from = serde_json::Value::Null;
            }
            fields
        }
        each!(self, kind => absent(kind))
    }

    /// Why it has to be made anew, and how, if so.
    pub fn replacement(&self, live: &Live) -> Option<Replacement> {
        both!(self, live, kind, there => kind.replacement(there), else None)
    }

    /// Why it can be neither changed nor taken over, and what to write instead, if so.
    pub fn refusal(&self, live: &Live) -> Option<String> {
        both!(self, live, kind, there => kind.refusal(there), else None).or_else(|| self.too_many_tags(live))
    }

    /// With the tags of others, more than AWS takes.
    fn too_many_tags(&self, live: &Live) -> Option<String> {
        let all = self.tags()?.merged(live.tags()?);
        let count = all.keys().filter(|key| !key.starts_with("aws:")).count();
        (count > MOST_TAGS).then(|| {
            format!("it would have {count} tags with those of others, and AWS takes {MOST_TAGS}: declare fewer `tags`, or take away some of its own")
        })
    }

    /// Why it takes the place of what somebody else put there, if it may.
    pub fn supersedes(&self, live: &Live) -> Option<String> {
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
    pub fn notices(&self, live: &Live) -> Vec<String> {
        both!(self, live, kind, there => kind.notices(there), else Vec::new())
    }

    /// Says which tags we have set on it before: those that are no longer wanted have to go.
    pub fn had_tags(&mut self, before: &BTreeSet<String>) {
        if let Some(tags) = self.tags_mut() {
            tags.gone = before.iter().filter(|key| !tags.wanted.contains_key(*key)).cloned().collect();
        }
    }

    /// Says what it was tied to before, of kinds that part with that in place.
    pub fn was_tied_to<'n>(&mut self, before: impl IntoIterator<Item = &'n Address>) {
        if let Self::IamInstanceProfile(profile) = self {
            let roles = before.into_iter().filter(|need| need.kind == KindName::IamRole);
            profile.former = roles.map(|need| need.name.clone()).collect();
        }
    }

    /// Says that others made it and logpipe took it over: it bears the tag that tells so, and what nobody declares stays
    /// as they set it.
    pub fn taken_over(&mut self) {
        if let Some(tags) = self.tags_mut() {
            tags.wanted.insert(ADOPTED_TAG.to_owned(), "true".to_owned());
        }
        self.leave_undeclared(true);
    }

    /// Says that logpipe makes it, be it anew in place of what it took over once: then it is logpipe's own.
    pub fn made(&mut self) {
        if let Some(tags) = self.tags_mut() {
            tags.wanted.remove(ADOPTED_TAG);
        }
        self.leave_undeclared(false);
    }

    fn leave_undeclared(&mut self, taken_over: bool) {
        match self {
            Self::S3Bucket(bucket) => bucket.taken_over = taken_over,
            Self::FirehoseStream(stream) => stream.taken_over = taken_over,
            _ => {}
        }
    }

    fn tags_mut(&mut self) -> Option<&mut OwnTags> {
        match self {
            Self::S3Bucket(desired) => Some(&mut desired.tags),
            Self::IamRole(desired) => Some(&mut desired.tags),
            Self::LogGroup(desired) => Some(&mut desired.tags),
            Self::FirehoseStream(desired) => Some(&mut desired.tags),
            Self::LogsDestination(desired) => Some(&mut desired.tags),
            Self::IamPolicy(desired) => Some(&mut desired.tags),
            Self::IamInstanceProfile(desired) => Some(&mut desired.tags),
            Self::SsmParameter(desired) => Some(&mut desired.tags),
            _ => None,
        }
    }

    /// Its tags, for kinds that have any.
    pub fn tags(&self) -> Option<&OwnTags> {
        match self {
            Self::S3Bucket(desired) => Some(&desired.tags),
            Self::IamRole(desired) => Some(&desired.tags),
            Self::LogGroup(desired) => Some(&desired.tags),
            Self::FirehoseStream(desired) => Some(&desired.tags),
            Self::LogsDestination(desired) => Some(&desired.tags),
            Self::IamPolicy(desired) => Some(&desired.tags),
            Self::IamInstanceProfile(desired) => Some(&desired.tags),
            Self::SsmParameter(desired) => Some(&desired.tags),
            _ => None,
        }
    }

    /// Whether finding it there already is as good as making it.
    pub fn uses_existing(&self) -> bool {
        match self {
            Self::LogGroup(group) => group.use_existing,
            Self::S3Bucket(bucket) => bucket.borrowed_in.is_some(),
            Self::IamRole(role) => role.borrowed_arn.is_some(),
            Self::IamRolePolicyAttachment(_) => true,
            _ => false,
        }
    }

    /// What is to be made, to be known by again, for kinds that bear no tag from their first moment on.
    pub(crate) fn fingerprint(&self) -> Option<String> {
        match self {
            Self::SubscriptionFilter(filter) => Some(filter.fingerprint()),
            Self::LogsAccountPolicy(policy) => Some(policy.fingerprint()),
            Self::LogsDestination(destination) => Some(destination.fingerprint()),
            _ => None,
        }
    }

    /// Its live state out of its container's, for kinds that come in the container's answer.
    pub(crate) fn within(&self, container: &Live, address: &Address) -> Option<Option<Live>> {
        match (self, container) {
            (Self::LogsDestinationPolicy(_), Live::LogsDestination(destination)) => {
                Some(LogsDestinationPolicy::within(destination).map(Live::LogsDestinationPolicy))
            }
            (Self::IamRolePolicyAttachment(_), Live::IamRole(role)) => {
                let there = IamRolePolicyAttachment::within(role, &address.name);
                Some(there.map(Live::IamRolePolicyAttachment))
            }
            _ => None,
        }
    }

    pub(crate) async fn look(&self, on: &Target<'_>) -> Result<Found<Live>, CallError> {
        Ok(match self {
            Self::S3Bucket(kind) => Box::pin(kind.look(on)).await?.map(Live::S3Bucket),
            Self::S3BucketPolicy(kind) => Box::pin(kind.look(on)).await?.map(Live::S3BucketPolicy),
            Self::IamRole(kind) => Box::pin(kind.look(on)).await?.map(Live::IamRole),
            Self::LogGroup(kind) => Box::pin(kind.look(on)).await?.map(Live::LogGroup),
            Self::LogStream(kind) => Box::pin(kind.look(on)).await?.map(Live::LogStream),
            Self::FirehoseStream(kind) => Box::pin(kind.look(on)).await?.map(Live::FirehoseStream),
            Self::LogsDestination(kind) => Box::pin(kind.look(on)).await?.map(Live::LogsDestination),
            Self::LogsDestinationPolicy(kind) => {
                Box::pin(kind.look(on)).await?.map(Live::LogsDestinationPolicy)
            }
            Self::SubscriptionFilter(kind) => Box::pin(kind.look(on)).await?.map(Live::SubscriptionFilter),
            Self::LogsAccountPolicy(kind) => Box::pin(kind.look(on)).await?.map(Live::LogsAccountPolicy),
            Self::IamPolicy(kind) => Box::pin(kind.look(on)).await?.map(Live::IamPolicy),
            Self::IamRolePolicyAttachment(kind) => {
                Box::pin(kind.look(on)).await?.map(Live::IamRolePolicyAttachment)
            }
            Self::IamInstanceProfile(kind) => Box::pin(kind.look(on)).await?.map(Live::IamInstanceProfile),
            Self::InstanceProfileAssociation(kind) => {
                Box::pin(kind.look(on)).await?.map(Live::InstanceProfileAssociation)
            }
            Self::SsmParameter(kind) => Box::pin(kind.look(on)).await?.map(Live::SsmParameter),
        })
    }

    pub(crate) async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        each!(self, kind => Box::pin(kind.create(on)).await)
    }

    pub(crate) async fn update(&self, live: &Live, on: &Target<'_>) -> Result<(), StepError> {
        both!(self, live, kind, there => {
            Box::pin(kind.update(&Planned::of(there.clone()), on)).await
        }, else Ok(()))
    }

    /// Makes sure that it is still to be made anew: somebody may have done so since.
    pub(crate) async fn still_to_replace(&self, live: &Live, on: &Target<'_>) -> Result<(), StepError> {
        both!(self, live, kind, there => {
            match Box::pin(Planned::of(there.clone()).now(kind, on)).await {
                Ok(now) if kind.replacement(&now).is_some() => Ok(()),
                Ok(_) => Err(StepError::Moved(Moved::Made)),
                // It makes room by itself.
                Err(StepError::Moved(Moved::Gone)) => Ok(()),
                Err(error) => Err(error),
            }
        }, else Ok(()))
    }

    /// What is there once it has been changed to this.
    pub(crate) fn written_over(&self, live: &Live) -> Live {
        match (self, live) {
            (Self::IamRole(role), Live::IamRole(there)) => Live::IamRole(role.written_over(there)),
            (Self::LogsDestinationPolicy(admits), Live::LogsDestinationPolicy(_)) => {
                Live::LogsDestinationPolicy(admits.written())
            }
            _ => live.clone(),
        }
    }
}

impl Live {
    /// Its tags, for kinds that have any.
    pub fn tags(&self) -> Option<&Tags> {
        match self {
            Self::S3Bucket(live) => Some(&live.tags),
            Self::IamRole(live) => Some(&live.tags),
            Self::LogGroup(live) => Some(&live.tags),
            Self::FirehoseStream(live) => Some(&live.tags),
            Self::LogsDestination(live) => Some(&live.tags),
            Self::IamPolicy(live) => Some(&live.tags),
            Self::IamInstanceProfile(live) => Some(&live.tags),
            Self::SsmParameter(live) => Some(&live.tags),
            _ => None,
        }
    }

    /// The fingerprint of what was made like this.
    pub(crate) fn fingerprint(&self) -> Option<String> {
        match self {
            Self::SubscriptionFilter(filter) => Some(filter.fingerprint()),
            Self::LogsAccountPolicy(policy) => Some(policy.fingerprint()),
            Self::LogsDestination(destination) => Some(destination.fingerprint()),
            _ => None,
        }
    }
}

/// Deletes it without losing what is on its way through it, a stream without losing what it holds.
pub(crate) async fn retire(on: &Target<'_>) -> Result<(), StepError> {
    if on.address.kind == KindName::FirehoseStream {
        return Box::pin(FirehoseStream::retire(on)).await;
    }
    let_through(on, ON_ITS_WAY).await;
    Box::pin(delete(&[], on)).await
}

/// What others have on something that is to be deleted, and would lose without a word of AWS, for kinds of which that can
/// be asked. `ours` are the names of subscription filters of ours on it.
pub(crate) async fn uses(ours: &BTreeSet<&str>, on: &Target<'_>) -> Result<Vec<FieldChange>, CallError> {
    match on.address.kind {
        KindName::LogGroup => Box::pin(LogGroup::uses(ours, on)).await,
        _ => Ok(Vec::new()),
    }
}

/// Deletes whatever is at the target's address; what is gone already is fine. `named` is what others have on it and a plan
/// has named as going too.
pub(crate) async fn delete(named: &[FieldChange], on: &Target<'_>) -> Result<(), StepError> {
    match on.address.kind {
        KindName::S3Bucket => Box::pin(S3Bucket::delete(on)).await,
        KindName::S3BucketPolicy => Box::pin(S3BucketPolicy::delete(on)).await,
        KindName::IamRole => Box::pin(IamRole::delete(on)).await,
        KindName::LogGroup => Box::pin(LogGroup::delete(named, on)).await,
        KindName::LogStream => Box::pin(LogStream::delete(on)).await,
        KindName::FirehoseStream => Box::pin(FirehoseStream::delete(on)).await,
        KindName::LogsDestination => Box::pin(LogsDestination::delete(on)).await,
        KindName::LogsDestinationPolicy => Ok(()),
        KindName::SubscriptionFilter => Box::pin(SubscriptionFilter::delete(on)).await,
        KindName::LogsAccountPolicy => Box::pin(LogsAccountPolicy::delete(on)).await,
        KindName::IamPolicy => Box::pin(IamPolicy::delete(on)).await,
        KindName::IamRolePolicyAttachment => Box::pin(IamRolePolicyAttachment::delete(on)).await,
        KindName::IamInstanceProfile => Box::pin(IamInstanceProfile::delete(on)).await,
        KindName::InstanceProfileAssociation => Box::pin(InstanceProfileAssociation::delete(on)).await,
        KindName::SsmParameter => Box::pin(SsmParameter::delete(on)).await,
    }
}
