//! The settings of a bucket, which S3 reads and writes one by one.
//!
//! They are written one at a time: S3 answers parallel writes to one bucket with `OperationAborted` (Terraform AWS
//! provider, `internal/service/s3`). Each is read again right before it is written, since every write replaces all of it.

use std::time::Duration;

use aws_sdk_s3::types::{
    BucketLifecycleConfiguration, BucketVersioningStatus, ObjectOwnership, OwnershipControls,
    OwnershipControlsRule, PublicAccessBlockConfiguration, Tag, Tagging, VersioningConfiguration,
};

use super::bucket::{LiveBucket, S3Bucket};
use super::encryption::Encryption;
use super::lifecycle::{self, Lifecycle};
use crate::aws::wait::Wait;
use crate::aws::{CallError, StepError, Target};
use crate::provider::change::touches;
use crate::provider::fresh::{Fresh, Planned};
use crate::provider::kind::found;
use crate::provider::tags::Tags;
use crate::wait_for::WaitFor;

/// After CreateBucket, configuration calls may not find the bucket yet, or collide with its creation
/// (S3 User Guide, consistency model: bucket configuration is eventually consistent).
pub(super) const SETTLING: Wait = Wait {
    what: WaitFor::BucketVisible,
    limit: Duration::from_secs(120),
    first: Duration::from_secs(1),
    longest: Duration::from_secs(8),
};

impl S3Bucket {
    /// Writes what a plan has to change, one setting after the other. Of a bucket that was `made` a moment ago nobody has
    /// set more than what is merged: tools of an organisation put tags and rules on every new bucket.
    pub(super) async fn configure(
        &self,
        planned: &Planned<LiveBucket>,
        made: bool,
        on: &Target<'_>,
    ) -> Result<(), StepError> {
        let changes = planned.changes(self);
        if touches(&changes, "public_access_block") {
            put(on, || async {
                if !made {
                    let (of, there) =
                        (|live: &LiveBucket| live.public_access_blocked, public_access_blocked(on));
                    planned.setting(of, |there| self.differing_block(*there), there).await?;
                }
                self.put_public_access_block(on).await
            })
            .await?;
        }
        if touches(&changes, "object_ownership") {
            put(on, || async {
                if !made {
                    let (of, there) = (|live: &LiveBucket| live.ownership.clone(), ownership(on));
                    planned.setting(of, |there| self.differing_ownership(there.as_deref()), there).await?;
                }
                self.put_ownership(on).await
            })
            .await?;
        }
        if touches(&changes, "encryption") {
            put(on, || async {
                if !made {
                    let (of, there) = (|live: &LiveBucket| live.encryption.clone(), encryption(on));
                    planned.setting(of, |there| self.differing_encryption(there), there).await?;
                }
                self.put_encryption(on).await
            })
            .await?;
        }
        if touches(&changes, "versioning") {
            put(on, || async {
                if !made {
                    let (of, there) = (|live: &LiveBucket| live.versioning, versioning(on));
                    planned.setting(of, |there| self.differing_versioning(*there), there).await?;
                }
                self.put_versioning(on).await
            })
            .await?;
        }
        if touches(&changes, "lifecycle") {
            put(on, || async {
                let of = |live: &LiveBucket| live.lifecycle.clone();
                let differing = |there: &Lifecycle| self.differing_lifecycle(there);
                self.put_lifecycle(&planned.setting(of, differing, lifecycle(on)).await?, on).await
            })
            .await?;
        }
        if touches(&changes, "tags") {
            put(on, || async {
                let of = |live: &LiveBucket| live.tags.clone();
                self.put_tags(&planned.setting(of, |there| self.tags.diff(there), tags(on)).await?, on).await
            })
            .await?;
        }
        Ok(())
    }

    async fn put_public_access_block(&self, on: &Target<'_>) -> Result<(), StepError> {
        let all = PublicAccessBlockConfiguration::builder()
            .block_public_acls(true)
            .ignore_public_acls(true)
            .block_public_policy(true)
            .restrict_public_buckets(true)
            .build();
        let call = on.clients().s3().put_public_access_block().bucket(on.name());
        let call = call.expected_bucket_owner(on.account.as_str()).public_access_block_configuration(all);
        Ok(on.write("s3:PutBucketPublicAccessBlock", call.send()).await.map(drop)?)
    }

    async fn put_ownership(&self, on: &Target<'_>) -> Result<(), StepError> {
        let rule =
            OwnershipControlsRule::builder().object_ownership(ObjectOwnership::BucketOwnerEnforced).build();
        let controls = rule.and_then(|rule| OwnershipControls::builder().rules(rule).build()).ok();
        let call = on.clients().s3().put_bucket_ownership_controls().bucket(on.name());
        let call = call.expected_bucket_owner(on.account.as_str()).set_ownership_controls(controls);
        Ok(on.write("s3:PutBucketOwnershipControls", call.send()).await.map(drop)?)
    }

    async fn put_encryption(&self, on: &Target<'_>) -> Result<(), StepError> {
        let call = on.clients().s3().put_bucket_encryption().bucket(on.name());
        let call = call.expected_bucket_owner(on.account.as_str()).set_server_side_encryption_configuration(
            Encryption::wanted(self.kms_key_arn.as_deref()).configuration(),
        );
        Ok(on.write("s3:PutEncryptionConfiguration", call.send()).await.map(drop)?)
    }

    async fn put_versioning(&self, on: &Target<'_>) -> Result<(), StepError> {
        let status = match self.versioning {
            Some(true) => BucketVersioningStatus::Enabled,
            _ => BucketVersioningStatus::Suspended,
        };
        let call = on.clients().s3().put_bucket_versioning().bucket(on.name());
        let call = call
            .expected_bucket_owner(on.account.as_str())
            .versioning_configuration(VersioningConfiguration::builder().status(status).build());
        Ok(on.write("s3:PutBucketVersioning", call.send()).await.map(drop)?)
    }

    /// The call replaces every rule, so those of others go back in unchanged.
    async fn put_lifecycle(&self, live: &Fresh<Lifecycle>, on: &Target<'_>) -> Result<(), StepError> {
        let rules = lifecycle::merged(&live.rules, self);
        let s3 = on.clients().s3();
        if rules.is_empty() {
            let call =
                s3.delete_bucket_lifecycle().bucket(on.name()).expected_bucket_owner(on.account.as_str());
            return Ok(on.write("s3:PutLifecycleConfiguration", call.send()).await.map(drop)?);
        }
        let configuration = BucketLifecycleConfiguration::builder().set_rules(Some(rules)).build().ok();
        let call = s3.put_bucket_lifecycle_configuration().bucket(on.name());
        let call = call.expected_bucket_owner(on.account.as_str()).set_lifecycle_configuration(configuration);
        // Without it S3 goes back to its default (Amazon S3 API Reference, PutBucketLifecycleConfiguration).
        let call = call.set_transition_default_minimum_object_size(live.smallest_moved.clone());
        Ok(on.write("s3:PutLifecycleConfiguration", call.send()).await.map(drop)?)
    }

    /// The call replaces the whole set, so the tags of others go back in.
    async fn put_tags(&self, live: &Fresh<Tags>, on: &Target<'_>) -> Result<(), StepError> {
        let set: Vec<Tag> = self
            .tags
            .merged(live)
            .into_iter()
            .filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok())
            .collect();
        let tagging = Tagging::builder().set_tag_set(Some(set)).build().ok();
        let call = on.clients().s3().put_bucket_tagging().bucket(on.name());
        let call = call.expected_bucket_owner(on.account.as_str()).set_tagging(tagging);
        Ok(on.write("s3:PutBucketTagging", call.send()).await.map(drop)?)
    }
}

/// One configuration write, repeated while the bucket settles.
async fn put<F, Fut>(on: &Target<'_>, attempt: F) -> Result<(), StepError>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<(), StepError>>,
{
    let settling = |error: &CallError| missing(error) || error.is("OperationAborted", &[]);
    on.retrying(SETTLING, settling, attempt).await
}

fn missing(error: &CallError) -> bool {
    error.is("NoSuchBucket", &[])
}

/// `Ok(None)` where the bucket has no such setting. That there is no bucket is an error.
fn set<T>(result: Result<T, CallError>) -> Result<Option<T>, CallError> {
    match result {
        Err(error) if missing(&error) => Err(error),
        other => found(other),
    }
}

pub(super) async fn tags(on: &Target<'_>) -> Result<Tags, CallError> {
    let call = on.clients().s3().get_bucket_tagging().bucket(on.name());
    let call = call.expected_bucket_owner(on.account.as_str());
    match on.read("s3:GetBucketTagging", call.send()).await {
        Ok(answer) => Ok(answer.tag_set.into_iter().map(|tag| (tag.key, tag.value)).collect()),
        Err(error) if error.is("NoSuchTagSet", &[]) => Ok(Tags::new()),
        Err(error) => Err(error),
    }
}

/// Whether all of it is.
pub(super) async fn public_access_blocked(on: &Target<'_>) -> Result<bool, CallError> {
    let call = on.clients().s3().get_public_access_block().bucket(on.name());
    let call = call.expected_bucket_owner(on.account.as_str());
    let answer = set(on.read("s3:GetBucketPublicAccessBlock", call.send()).await)?;
    let block = answer.and_then(|answer| answer.public_access_block_configuration);
    Ok(block.is_some_and(|block| {
        let flags = [
            block.block_public_acls(),
            block.ignore_public_acls(),
            block.block_public_policy(),
            block.restrict_public_buckets(),
        ];
        flags.iter().all(|flag| *flag == Some(true))
    }))
}

pub(super) async fn ownership(on: &Target<'_>) -> Result<Option<String>, CallError> {
    let call = on.clients().s3().get_bucket_ownership_controls().bucket(on.name());
    let call = call.expected_bucket_owner(on.account.as_str());
    let answer = set(on.read("s3:GetBucketOwnershipControls", call.send()).await)?;
    let controls = answer.and_then(|answer| answer.ownership_controls);
    Ok(controls
        .and_then(|controls| controls.rules.first().map(|rule| rule.object_ownership().as_str().to_owned())))
}

pub(super) async fn encryption(on: &Target<'_>) -> Result<Encryption, CallError> {
    let call = on.clients().s3().get_bucket_encryption().bucket(on.name());
    let call = call.expected_bucket_owner(on.account.as_str());
    let answer = set(on.read("s3:GetEncryptionConfiguration", call.send()).await)?;
    let configuration = answer.and_then(|answer| answer.server_side_encryption_configuration);
    Ok(configuration.as_ref().map(Encryption::reported).unwrap_or_default())
}

pub(super) async fn versioning(on: &Target<'_>) -> Result<bool, CallError> {
    let call = on.clients().s3().get_bucket_versioning().bucket(on.name());
    let call = call.expected_bucket_owner(on.account.as_str());
    let answer = on.read("s3:GetBucketVersioning", call.send()).await?;
    Ok(answer.status == Some(BucketVersioningStatus::Enabled))
}

pub(super) async fn lifecycle(on: &Target<'_>) -> Result<Lifecycle, CallError> {
    let call = on.clients().s3().get_bucket_lifecycle_configuration().bucket(on.name());
    let call = call.expected_bucket_owner(on.account.as_str());
    let answer = set(on.read("s3:GetLifecycleConfiguration", call.send()).await)?;
    Ok(answer.map_or_else(Lifecycle::default, |answer| Lifecycle {
        smallest_moved: answer.transition_default_minimum_object_size,
        rules: answer.rules.unwrap_or_default(),
    }))
}
