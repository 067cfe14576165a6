//! `s3_bucket`: a private bucket with its sub-resources, policy apart.
//!
//! Every call names the expected owner, so that a bucket of that name in a stranger's account is never taken for ours.

use aws_sdk_s3::types::{BucketLocationConstraint, BucketNamespace, CreateBucketConfiguration};

use serde_json::Value;

use super::borrowed::{self, Borrowed, DefaultKey, Told};
use super::encryption::{self, Encryption};
use super::lifecycle::Lifecycle;
pub use super::lifecycle::Rule;
use super::settings::{self, SETTLING};
use super::{lifecycle, objects};
use crate::aws::{CallError, Moved, StepError, Target};
use crate::provider::change::{Diff, FieldChange};
use crate::provider::facts::{
    Adoption, Consent, Contents, Facts, Flow, Home, Others, Proof, Removal, Speed, Tagging,
};
use crate::provider::field::Field;
use crate::provider::fresh::Planned;
use crate::provider::kind::{Fingerprint, Found, Kind, Tagged, found};
use crate::provider::notice::Notice;
use crate::provider::obstacle::Obstacle;
use crate::provider::policies::{PolicyDocument, PolicySlot};
use crate::provider::tags::{OwnTags, Tags};

/// The object ownership without ACLs, which S3 gives new buckets (S3 User Guide, "Controlling ownership of objects and
/// disabling ACLs for your bucket").
pub(crate) const OWNER_ENFORCED: &str = "BucketOwnerEnforced";

/// A bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Bucket {
    /// Somebody else's bucket, which must exist in this region; logpipe only uses it and never writes to it.
    pub borrowed_in: Option<String>,
    /// Whether others made it, and logpipe took it over: what nobody declares stays as they set it.
    pub taken_over: bool,
    /// Whether it is made in the namespace of its account and region.
    pub account_regional: bool,
    /// Tags of ours.
    pub tags: OwnTags,
    /// ARN of the key that encrypts objects; `None` is encryption with keys of S3.
    pub kms_key_arn: Option<String>,
    /// Whether object versions are kept; `None` is not managed.
    pub versioning: Option<bool>,
    /// Days after which objects are deleted.
    pub expire_days: Option<u32>,
    /// Moves to other storage classes.
    pub transitions: Vec<Move>,
    /// What the keys of delivered objects start with, as far as that is always the same.
    pub prefix: String,
}

/// A move of objects to another storage class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Days after the object was written.
    pub days: u32,
    /// The class, as S3 writes it.
    pub storage_class: String,
    /// Bytes that an object has at least to be moved; `None` leaves that to the bucket.
    pub min_object_size: Option<u32>,
}

/// A bucket as S3 reports it.
#[derive(Debug, Clone, Default)]
pub struct LiveBucket {
    pub(crate) tags: Tags,
    pub(super) public_access_blocked: bool,
    pub(super) ownership: Option<String>,
    pub(super) encryption: Encryption,
    pub(super) versioning: bool,
    pub(super) lifecycle: Lifecycle,
    /// What decides about writing to it, of a bucket that is only used.
    borrowed: Option<Borrowed>,
}

/// Which settings a bucket has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settings {
    /// That nothing of it is public.
    pub public_access_block: bool,
    /// Who owns its objects.
    pub ownership: bool,
    /// How it encrypts objects.
    pub encryption: bool,
    /// That it keeps versions.
    pub versioning: bool,
    /// What becomes of its objects.
    pub lifecycle: bool,
}

impl LiveBucket {
    /// Somebody else's, of which nothing but this is looked at.
    pub(super) fn of_others(borrowed: Borrowed) -> Self {
        Self { borrowed: Some(borrowed), ..Self::default() }
    }

    /// Which of its settings S3 tells of, each of which other tools take for a thing of its own.
    pub fn settings(&self) -> Settings {
        Settings {
            public_access_block: self.public_access_blocked,
            ownership: self.ownership.is_some(),
            encryption: self.encryption != Encryption::default(),
            versioning: self.versioning,
            lifecycle: !self.lifecycle.rules.is_empty(),
        }
    }

    /// What decides about writing to it, where it is only used.
    pub(crate) fn borrowed(&self) -> Option<&Borrowed> {
        self.borrowed.as_ref()
    }

    /// The policy of a bucket that is only used, where it has one that could be read.
    pub fn policy_of_others(&self) -> Option<&Value> {
        match &self.borrowed.as_ref()?.policy {
            Told::Known(policy) => policy.as_ref(),
            Told::Unread(_) => None,
        }
    }

    /// The key of its default encryption, if that is one of KMS.
    pub(crate) fn default_key(&self) -> Told<Option<DefaultKey>> {
        match self.borrowed.as_ref().map(|borrowed| &borrowed.encryption) {
            None => Told::Known(self.encryption.default_key()),
            Some(Told::Known(encryption)) => Told::Known(encryption.default_key()),
            Some(Told::Unread(why)) => Told::Unread(why.clone()),
        }
    }
}

impl Kind for S3Bucket {
    type Live = LiveBucket;

    const FACTS: Facts = Facts {
        removal: Removal::HoldsData(Contents {
            holds: "the delivered logs",
            loses: "its objects",
            consent: Consent::ByName,
            expendable: None,
        }),
        home: Home::Own,
        tagged: Tagging::Later,
        proof: Proof::LastTag,
        adoption: Adoption::Declared,
        flow: Flow::Aside,
        others: Others::Nothing,
        holds_policies: true,
        speed: Speed { service: "S3", written: "CreateBucket", deleted: "DeleteBucket", waits: None },
    };

    const TAGS: Option<Tagged<Self>> =
        Some(Tagged { wanted: |it| &it.tags, wanted_mut: |it| &mut it.tags, live: |there| &there.tags });

    const FINGERPRINT: Option<Fingerprint<Self>> = None;

    fn stand_in() -> Self {
        Self {
            borrowed_in: None,
            account_regional: false,
            taken_over: false,
            kms_key_arn: None,
            tags: OwnTags::default(),
            versioning: None,
            expire_days: None,
            transitions: Vec::new(),
            prefix: String::new(),
        }
    }

    fn diff(&self, live: &LiveBucket) -> Vec<FieldChange> {
        if self.borrowed_in.is_some() {
            return Vec::new();
        }
        let mut changes = self.differing_block(live.public_access_blocked);
        changes.extend(self.differing_ownership(live.ownership.as_deref()));
        changes.extend(self.differing_encryption(&live.encryption));
        changes.extend(self.differing_versioning(live.versioning));
        changes.extend(self.differing_lifecycle(&live.lifecycle));
        changes.extend(self.tags.diff(&live.tags));
        changes
    }

    fn refusal(&self, _live: &LiveBucket) -> Option<Obstacle> {
        None
    }

    fn foreign(&self, live: &LiveBucket) -> Vec<FieldChange> {
        let others = lifecycle::others(&live.lifecycle.rules);
        if others.is_empty() {
            return Vec::new();
        }
        vec![FieldChange {
            field: Field::from("lifecycle").of_others(),
            from: others.into(),
            to: Value::Null,
        }]
    }

    /// Rules of others that delete what is delivered, objects that stay where they are, and what others have set on a
    /// bucket that was taken over.
    fn notices(&self, live: &LiveBucket) -> Vec<Notice> {
        if self.borrowed_in.is_some() {
            return Vec::new();
        }
        let mut notices = lifecycle::too_early(&live.lifecycle.rules, self);
        if self.taken_over {
            notices.extend(self.undeclared(live));
        }
        notices
    }

    /// Its own is a resource by itself.
    fn policies(&self) -> Vec<PolicyDocument> {
        Vec::new()
    }

    /// Somebody else's bucket brings its policy along.
    fn live_policies(live: &LiveBucket) -> Vec<PolicyDocument> {
        let policy = live.policy_of_others();
        policy.map(|policy| PolicyDocument::new(PolicySlot::Bucket, policy)).into_iter().collect()
    }

    fn uses_existing(&self) -> bool {
        self.borrowed_in.is_some()
    }

    fn leave_undeclared(&mut self, taken_over: bool) {
        self.taken_over = taken_over;
    }

    async fn look(&self, on: &Target<'_>) -> Result<Found<LiveBucket>, CallError> {
        match &self.borrowed_in {
            Some(region) => borrowed::look(region, on).await,
            None => match self.read(on).await {
                Err(error) => elsewhere(&error, on).map(Found::Impossible).ok_or(error),
                Ok(live) => Ok(live.into()),
            },
        }
    }

    /// One call tells whether the bucket is there and ours (a bucket without tags answers `NoSuchTagSet`); the
    /// others go out together.
    async fn read(&self, on: &Target<'_>) -> Result<Option<LiveBucket>, CallError> {
        let Some(tags) = found(settings::tags(on).await)? else { return Ok(None) };
        let (block, ownership, encryption, lifecycle, versioning) = tokio::join!(
            settings::public_access_blocked(on),
            settings::ownership(on),
            settings::encryption(on),
            settings::lifecycle(on),
            self.read_versioning(on),
        );
        let Some(versioning) = found(versioning)? else { return Ok(None) };
        Ok(Some(LiveBucket {
            tags,
            public_access_blocked: found(block)?.unwrap_or_default(),
            ownership: found(ownership)?.flatten(),
            encryption: found(encryption)?.unwrap_or_default(),
            versioning,
            lifecycle: found(lifecycle)?.unwrap_or_default(),
            borrowed: None,
        }))
    }

    async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        self.vacant(on).await?;
        match on
            .retrying(SETTLING, |error| error.is("OperationAborted", &[]), || self.create_bucket(on))
            .await
        {
            // An earlier run made it, and S3 did not show it yet (Amazon S3 User Guide, "Amazon S3 data consistency
            // model").
            Err(StepError::Call(error)) if on.is_ours() && error.is("BucketAlreadyOwnedByYou", &[]) => {}
            made => made?,
        }
        self.configure(&Planned::absent(), true, on).await
    }

    async fn update(&self, planned: &Planned<LiveBucket>, on: &Target<'_>) -> Result<(), StepError> {
        self.configure(planned, false, on).await
    }

    /// Deletes the bucket and everything in it. Only called when the user has named the bucket.
    async fn delete(_named: &[FieldChange], on: &Target<'_>) -> Result<(), StepError> {
        objects::delete_all(on).await?;
        let call =
            on.clients().s3().delete_bucket().bucket(on.name()).expected_bucket_owner(on.account.as_str());
        Ok(crate::provider::kind::gone(on.write("s3:DeleteBucket", call.send()).await)?)
    }
}

impl S3Bucket {
    /// The rules of its lifecycle that logpipe writes.
    pub fn lifecycle_rules(&self) -> Vec<Rule<'_>> {
        lifecycle::rules(self)
    }

    pub(super) fn differing_block(&self, there: bool) -> Vec<FieldChange> {
        if self.taken_over {
            return Vec::new();
        }
        Diff::default().field("public_access_block", there, true).done()
    }

    pub(super) fn differing_ownership(&self, there: Option<&str>) -> Vec<FieldChange> {
        if self.taken_over {
            return Vec::new();
        }
        Diff::default().field("object_ownership", there, OWNER_ENFORCED).done()
    }

    pub(super) fn differing_encryption(&self, there: &Encryption) -> Vec<FieldChange> {
        if self.taken_over && self.kms_key_arn.is_none() {
            return Vec::new();
        }
        let wanted = Encryption::wanted(self.kms_key_arn.as_deref());
        encryption::diff(Diff::default(), there, &wanted).done()
    }

    pub(super) fn differing_versioning(&self, there: bool) -> Vec<FieldChange> {
        let wanted = self.versioning;
        wanted.map_or_else(Vec::new, |wanted| Diff::default().field("versioning", there, wanted).done())
    }

    pub(super) fn differing_lifecycle(&self, there: &Lifecycle) -> Vec<FieldChange> {
        let wanted = lifecycle::terms(&lifecycle::wanted(self));
        Diff::default().field("lifecycle", lifecycle::terms(&there.rules), wanted).done()
    }

    async fn read_versioning(&self, on: &Target<'_>) -> Result<bool, CallError> {
        match self.versioning {
            Some(_) => settings::versioning(on).await,
            None => Ok(false),
        }
    }

    /// In us-east-1 alone S3 answers the creation of a bucket that is the account's already as if it had been made, so it
    /// is looked for first (Amazon S3 API Reference, CreateBucket, BucketAlreadyOwnedByYou).
    async fn vacant(&self, on: &Target<'_>) -> Result<(), StepError> {
        if on.region() != "us-east-1" || on.is_ours() {
            return Ok(());
        }
        match found(settings::tags(on).await)? {
            None => Ok(()),
            Some(_) => Err(StepError::Moved(Moved::Made)),
        }
    }

    /// What others have set, and nobody declares.
    fn undeclared(&self, live: &LiveBucket) -> Vec<Notice> {
        let mut told = Vec::new();
        if !live.public_access_blocked {
            told.push(Notice::PublicAccess);
        }
        match live.ownership.as_deref() {
            Some(OWNER_ENFORCED) => {}
            ownership => told.push(Notice::ObjectOwnership { ownership: ownership.map(str::to_owned) }),
        }
        if let Some(key) = live.encryption.key_of_somebody().filter(|_| self.kms_key_arn.is_none()) {
            told.push(Notice::BucketKey { key: key.to_owned() });
        }
        told
    }

    async fn create_bucket(&self, on: &Target<'_>) -> Result<(), CallError> {
        // us-east-1 is the one region whose name CreateBucket refuses as a location (S3 API, CreateBucket).
        let location = (on.region() != "us-east-1").then(|| {
            CreateBucketConfiguration::builder()
                .location_constraint(BucketLocationConstraint::from(on.region()))
                .build()
        });
        let call = on.clients().s3().create_bucket().bucket(on.name());
        let call = call.set_create_bucket_configuration(location);
        let call =
            call.set_bucket_namespace(self.account_regional.then_some(BucketNamespace::AccountRegional));
        on.write("s3:CreateBucket", call.send()).await.map(drop)
    }
}

/// Why a bucket of that name cannot be made where it should be: there is one in another region.
fn elsewhere(error: &CallError, on: &Target<'_>) -> Option<Obstacle> {
    let (there, wanted) = (error.bucket_elsewhere()?.to_string(), on.region().to_owned());
    Some(Obstacle::BucketElsewhere { there, wanted })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::change::touches;

    fn bucket() -> S3Bucket {
        S3Bucket {
            borrowed_in: None,
            taken_over: false,
            account_regional: false,
            tags: OwnTags::default(),
            kms_key_arn: None,
            versioning: None,
            expire_days: None,
            transitions: vec![],
            prefix: String::new(),
        }
    }

    #[test]
    fn versioning_is_managed_only_when_declared() {
        assert!(!touches(
            &bucket().diff(&LiveBucket { versioning: true, ..LiveBucket::default() }),
            "versioning"
        ));
        let off = S3Bucket { versioning: Some(false), ..bucket() };
        assert!(touches(&off.diff(&LiveBucket { versioning: true, ..LiveBucket::default() }), "versioning"));
    }
}
