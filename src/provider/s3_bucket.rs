//! `s3_bucket`: a private bucket with its sub-resources, policy apart.
//!
//! Sub-resources are written one at a time: S3 answers parallel writes to one bucket with `OperationAborted`
//! (Terraform AWS provider, `internal/service/s3`). Every call names the expected owner, so that a bucket of that
//! name in a stranger's account is never taken for ours.

use std::time::Duration;

use aws_sdk_s3::types::{
    BucketLifecycleConfiguration, BucketLocationConstraint, BucketNamespace, BucketVersioningStatus,
    CreateBucketConfiguration, LifecycleRule, ObjectOwnership, OwnershipControls, OwnershipControlsRule,
    PublicAccessBlockConfiguration, Tag, Tagging, TransitionDefaultMinimumObjectSize,
    VersioningConfiguration,
};

use serde_json::Value;

use super::change::{Diff, FieldChange, touches};
use super::kind::{Found, Kind, found};
use super::s3_borrowed::{self, Borrowed, DefaultKey, Told};
use super::s3_encryption::{self, Encryption};
use super::tags::{OwnTags, Tags};
use super::{s3_lifecycle, s3_objects};
use crate::aws::wait::Wait;
use crate::aws::{CallError, Class, StepError, Target};

/// After CreateBucket, configuration calls may not find the bucket yet, or collide with its creation
/// (S3 User Guide, consistency model: bucket configuration is eventually consistent).
const SETTLING: Wait = Wait {
    what: "the new bucket to become visible",
    limit: Duration::from_secs(120),
    first: Duration::from_secs(1),
    longest: Duration::from_secs(8),
};

/// The object ownership without ACLs, which S3 gives new buckets (S3 User Guide, "Controlling ownership of objects and
/// disabling ACLs for your bucket").
const OWNER_ENFORCED: &str = "BucketOwnerEnforced";

/// A bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Bucket {
    /// Somebody else's bucket, which must be there in this region and is only used; nothing of it is ever written.
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
    public_access_blocked: bool,
    ownership: Option<String>,
    encryption: Encryption,
    versioning: bool,
    rules: Vec<LifecycleRule>,
    /// From which size on objects move where a rule does not say; S3 takes it with the rules and forgets it without.
    smallest_moved: Option<TransitionDefaultMinimumObjectSize>,
    /// What decides about writing to it, of a bucket that is only used.
    borrowed: Option<Borrowed>,
}

impl LiveBucket {
    /// Somebody else's, of which nothing but this is looked at.
    pub(super) fn of_others(borrowed: Borrowed) -> Self {
        Self { borrowed: Some(borrowed), ..Self::default() }
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

impl S3Bucket {
    /// Writes what `changes` names, one call after the other.
    async fn configure(
        &self,
        live: &LiveBucket,
        changes: &[FieldChange],
        on: &Target<'_>,
    ) -> Result<(), StepError> {
        if touches(changes, "public_access_block") {
            put(on, || self.put_public_access_block(on)).await?;
        }
        if touches(changes, "object_ownership") {
            put(on, || self.put_ownership(on)).await?;
        }
        if touches(changes, "encryption") {
            put(on, || self.put_encryption(on)).await?;
        }
        if touches(changes, "versioning") {
            put(on, || self.put_versioning(on)).await?;
        }
        if touches(changes, "lifecycle") {
            put(on, || self.put_lifecycle(live, on)).await?;
        }
        if touches(changes, "tags") {
            put(on, || self.put_tags(live, on)).await?;
        }
        Ok(())
    }

    async fn put_public_access_block(&self, on: &Target<'_>) -> Result<(), CallError> {
        let all = PublicAccessBlockConfiguration::builder()
            .block_public_acls(true)
            .ignore_public_acls(true)
            .block_public_policy(true)
            .restrict_public_buckets(true)
            .build();
        let call = on.clients().s3().put_public_access_block().bucket(on.name());
        let call = call.expected_bucket_owner(on.account.as_str()).public_access_block_configuration(all);
        on.write("s3:PutBucketPublicAccessBlock", call.send()).await.map(drop)
    }

    async fn put_ownership(&self, on: &Target<'_>) -> Result<(), CallError> {
        let rule =
            OwnershipControlsRule::builder().object_ownership(ObjectOwnership::BucketOwnerEnforced).build();
        let controls = rule.and_then(|rule| OwnershipControls::builder().rules(rule).build()).ok();
        let call = on.clients().s3().put_bucket_ownership_controls().bucket(on.name());
        let call = call.expected_bucket_owner(on.account.as_str()).set_ownership_controls(controls);
        on.write("s3:PutBucketOwnershipControls", call.send()).await.map(drop)
    }

    async fn put_encryption(&self, on: &Target<'_>) -> Result<(), CallError> {
        let call = on.clients().s3().put_bucket_encryption().bucket(on.name());
        let call = call.expected_bucket_owner(on.account.as_str()).set_server_side_encryption_configuration(
            Encryption::wanted(self.kms_key_arn.as_deref()).configuration(),
        );
        on.write("s3:PutEncryptionConfiguration", call.send()).await.map(drop)
    }

    async fn put_versioning(&self, on: &Target<'_>) -> Result<(), CallError> {
        let status = match self.versioning {
            Some(true) => BucketVersioningStatus::Enabled,
            _ => BucketVersioningStatus::Suspended,
        };
        let call = on.clients().s3().put_bucket_versioning().bucket(on.name());
        let call = call
            .expected_bucket_owner(on.account.as_str())
            .versioning_configuration(VersioningConfiguration::builder().status(status).build());
        on.write("s3:PutBucketVersioning", call.send()).await.map(drop)
    }

    /// The call replaces every rule, so those of others go back in unchanged.
    async fn put_lifecycle(&self, live: &LiveBucket, on: &Target<'_>) -> Result<(), CallError> {
        let rules = s3_lifecycle::merged(&live.rules, self);
        let s3 = on.clients().s3();
        if rules.is_empty() {
            let call =
                s3.delete_bucket_lifecycle().bucket(on.name()).expected_bucket_owner(on.account.as_str());
            return on.write("s3:PutLifecycleConfiguration", call.send()).await.map(drop);
        }
        let configuration = BucketLifecycleConfiguration::builder().set_rules(Some(rules)).build().ok();
        let call = s3.put_bucket_lifecycle_configuration().bucket(on.name());
        let call = call.expected_bucket_owner(on.account.as_str()).set_lifecycle_configuration(configuration);
        // Without it S3 goes back to its default (Amazon S3 API Reference, PutBucketLifecycleConfiguration).
        let call = call.set_transition_default_minimum_object_size(live.smallest_moved.clone());
        on.write("s3:PutLifecycleConfiguration", call.send()).await.map(drop)
    }

    /// The call replaces the whole set, so the tags of others go back in.
    async fn put_tags(&self, live: &LiveBucket, on: &Target<'_>) -> Result<(), CallError> {
        let set: Vec<Tag> = self
            .tags
            .merged(&live.tags)
            .into_iter()
            .filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok())
            .collect();
        let tagging = Tagging::builder().set_tag_set(Some(set)).build().ok();
        let call = on.clients().s3().put_bucket_tagging().bucket(on.name());
        let call = call.expected_bucket_owner(on.account.as_str()).set_tagging(tagging);
        on.write("s3:PutBucketTagging", call.send()).await.map(drop)
    }

    /// Deletes the bucket and everything in it. Only called when the user has named the bucket.
    pub(crate) async fn delete(on: &Target<'_>) -> Result<(), StepError> {
        s3_objects::delete_all(on).await?;
        let call =
            on.clients().s3().delete_bucket().bucket(on.name()).expected_bucket_owner(on.account.as_str());
        Ok(super::kind::gone(on.write("s3:DeleteBucket", call.send()).await)?)
    }
}

/// One configuration write, repeated while the bucket settles.
async fn put<F, Fut>(on: &Target<'_>, attempt: F) -> Result<(), StepError>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<(), CallError>>,
{
    let settling = |error: &CallError| error.is("NoSuchBucket", &[]) || error.is("OperationAborted", &[]);
    on.retrying(SETTLING, settling, attempt).await
}

impl Kind for S3Bucket {
    type Live = LiveBucket;

    fn diff(&self, live: &LiveBucket) -> Vec<FieldChange> {
        if self.borrowed_in.is_some() {
            return Vec::new();
        }
        let mut diff = Diff::default();
        if !self.taken_over {
            diff = diff.field("public_access_block", live.public_access_blocked, true).field(
                "object_ownership",
                live.ownership.clone(),
                OWNER_ENFORCED,
            );
        }
        if !self.taken_over || self.kms_key_arn.is_some() {
            let wanted = Encryption::wanted(self.kms_key_arn.as_deref());
            diff = s3_encryption::diff(diff, &live.encryption, &wanted);
        }
        if let Some(versioning) = self.versioning {
            diff = diff.field("versioning", live.versioning, versioning);
        }
        let there = s3_lifecycle::terms(&live.rules);
        let wanted = s3_lifecycle::terms(&s3_lifecycle::wanted(self));
        diff.field("lifecycle", there, wanted).tags(&live.tags, &self.tags).done()
    }

    fn foreign(&self, live: &LiveBucket) -> Vec<FieldChange> {
        let others = s3_lifecycle::others(&live.rules);
        if others.is_empty() {
            return Vec::new();
        }
        vec![FieldChange { field: "foreign.lifecycle".to_owned(), from: others.into(), to: Value::Null }]
    }

    /// Rules of others that delete what is delivered, objects that stay where they are, and what others have set on a
    /// bucket that was taken over.
    fn notices(&self, live: &LiveBucket) -> Vec<String> {
        if self.borrowed_in.is_some() {
            return Vec::new();
        }
        let mut notices = s3_lifecycle::too_early(&live.rules, self);
        if self.taken_over {
            notices.extend(self.undeclared(live));
        }
        notices
    }

    async fn look(&self, on: &Target<'_>) -> Result<Found<LiveBucket>, CallError> {
        match &self.borrowed_in {
            Some(region) => s3_borrowed::look(region, on).await,
            None => match self.read(on).await {
                Err(error) => elsewhere(&error, on).map(Found::Impossible).ok_or(error),
                Ok(live) => Ok(live.into()),
            },
        }
    }

    /// One call tells whether the bucket is there and ours (a bucket without tags answers `NoSuchTagSet`); the
    /// others go out together.
    async fn read(&self, on: &Target<'_>) -> Result<Option<LiveBucket>, CallError> {
        let Some(tags) = read_tags(on).await? else { return Ok(None) };
        let (s3, name, owner) = (on.clients().s3(), on.name(), on.account.as_str());
        let block = s3.get_public_access_block().bucket(name).expected_bucket_owner(owner);
        let ownership = s3.get_bucket_ownership_controls().bucket(name).expected_bucket_owner(owner);
        let encryption = s3.get_bucket_encryption().bucket(name).expected_bucket_owner(owner);
        let lifecycle = s3.get_bucket_lifecycle_configuration().bucket(name).expected_bucket_owner(owner);
        let (block, ownership, encryption, lifecycle, versioning) = tokio::join!(
            on.read("s3:GetBucketPublicAccessBlock", block.send()),
            on.read("s3:GetBucketOwnershipControls", ownership.send()),
            on.read("s3:GetEncryptionConfiguration", encryption.send()),
            on.read("s3:GetLifecycleConfiguration", lifecycle.send()),
            self.read_versioning(on),
        );
        let block = found(block)?.and_then(|answer| answer.public_access_block_configuration);
        let ownership = found(ownership)?.and_then(|answer| answer.ownership_controls);
        let encryption = found(encryption)?.and_then(|answer| answer.server_side_encryption_configuration);
        let Some(versioning) = versioning? else { return Ok(None) };
        let lifecycle = found(lifecycle)?;
        let smallest_moved =
            lifecycle.as_ref().and_then(|answer| answer.transition_default_minimum_object_size.clone());
        Ok(Some(LiveBucket {
            tags,
            public_access_blocked: block.is_some_and(|block| {
                [
                    block.block_public_acls(),
                    block.ignore_public_acls(),
                    block.block_public_policy(),
                    block.restrict_public_buckets(),
                ]
                .iter()
                .all(|flag| *flag == Some(true))
            }),
            ownership: ownership.and_then(|controls| {
                controls.rules.first().map(|rule| rule.object_ownership().as_str().to_owned())
            }),
            encryption: encryption.as_ref().map(Encryption::reported).unwrap_or_default(),
            versioning,
            rules: lifecycle.and_then(|answer| answer.rules).unwrap_or_default(),
            smallest_moved,
            borrowed: None,
        }))
    }

    async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        match on
            .retrying(SETTLING, |error| error.is("OperationAborted", &[]), || self.create_bucket(on))
            .await
        {
            // An earlier run made it, and S3 did not show it yet (Amazon S3 User Guide, "Amazon S3 data consistency
            // model").
            Err(StepError::Call(error)) if on.is_ours() && error.is("BucketAlreadyOwnedByYou", &[]) => {}
            made => made?,
        }
        let absent = LiveBucket::default();
        self.configure(&absent, &self.diff(&absent), on).await
    }

    async fn update(&self, live: &LiveBucket, on: &Target<'_>) -> Result<(), StepError> {
        self.configure(live, &self.diff(live), on).await
    }
}

impl S3Bucket {
    /// What others have set, and nobody declares.
    fn undeclared(&self, live: &LiveBucket) -> Vec<String> {
        let mut told = Vec::new();
        if !live.public_access_blocked {
            told.push(
                "its public access is not blocked in full, and logpipe leaves that as it is: `aws s3api put-public-access-block` blocks it"
                    .to_owned(),
            );
        }
        match live.ownership.as_deref() {
            Some(OWNER_ENFORCED) => {}
            ownership => told.push(format!(
                "its object ownership is {}, with which ACLs give access beside policies, and logpipe leaves that as it is",
                ownership.unwrap_or("not set")
            )),
        }
        if let Some(key) = live.encryption.key_of_somebody().filter(|_| self.kms_key_arn.is_none()) {
            told.push(format!(
                "it encrypts with {key}, which logpipe leaves as it is, and on which the role that Firehose writes with gets no right: declare `bucket.kms_key_arn` with the ARN of that key"
            ));
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

    /// `None` when the bucket is gone by now.
    async fn read_versioning(&self, on: &Target<'_>) -> Result<Option<bool>, CallError> {
        if self.versioning.is_none() {
            return Ok(Some(false));
        }
        let call = on.clients().s3().get_bucket_versioning().bucket(on.name());
        let call = call.expected_bucket_owner(on.account.as_str());
        let answer = found(on.read("s3:GetBucketVersioning", call.send()).await)?;
        Ok(answer.map(|answer| answer.status == Some(BucketVersioningStatus::Enabled)))
    }
}

/// Why a bucket of that name cannot be made where it should be: there is one in another region.
fn elsewhere(error: &CallError, on: &Target<'_>) -> Option<String> {
    let there = error.bucket_elsewhere()?;
    Some(format!(
        "a bucket of this name is in {there} already, and this destination's is to be in {}: choose another `bucket.name`; or, if that bucket is yours and is meant, write `region: {there}` for the destination",
        on.region()
    ))
}

async fn read_tags(on: &Target<'_>) -> Result<Option<Tags>, CallError> {
    let call =
        on.clients().s3().get_bucket_tagging().bucket(on.name()).expected_bucket_owner(on.account.as_str());
    match on.read("s3:GetBucketTagging", call.send()).await {
        Ok(answer) => Ok(Some(answer.tag_set.into_iter().map(|tag| (tag.key, tag.value)).collect())),
        Err(error) if error.is("NoSuchTagSet", &[]) => Ok(Some(Tags::new())),
        Err(error) if error.class == Class::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
