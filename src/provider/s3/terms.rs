//! What a bucket is set to, in the terms in which a topology says it, and which of its lifecycle rules say more.

use aws_sdk_s3::types::{ExpirationStatus, LifecycleExpiration, LifecycleRule, TransitionStorageClass};

use super::bucket::{LiveBucket, Move};
use super::lifecycle::{is_ours, narrowed, scope_from};
use crate::provider::tags::Tags;

/// A bucket in the terms of a topology.
#[derive(Debug, Clone, Default)]
pub(crate) struct BucketTerms {
    /// Its tags.
    pub(crate) tags: Tags,
    /// ARN, or whatever AWS was given, of somebody's own key that objects are encrypted with.
    pub(crate) key: Option<String>,
    /// Whether it keeps versions.
    pub(crate) versioning: bool,
    /// Its lifecycle rules.
    pub(crate) rules: Vec<RuleTerms>,
}

/// A lifecycle rule in the terms of a topology.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RuleTerms {
    /// Its id, if it has one.
    pub(crate) id: Option<String>,
    /// Whether it has a name that logpipe gives.
    pub(crate) ours: bool,
    /// Whether a topology can say all of it.
    pub(crate) sayable: bool,
    /// Days after which objects are deleted.
    pub(crate) expire_days: Option<u32>,
    /// Moves to other storage classes.
    pub(crate) moves: Vec<Move>,
}

impl LiveBucket {
    /// The bucket in these terms.
    pub(crate) fn terms(&self) -> BucketTerms {
        BucketTerms {
            tags: self.tags.clone(),
            key: self.encryption.key_of_somebody().map(str::to_owned),
            versioning: self.versioning,
            rules: self.lifecycle.rules.iter().map(RuleTerms::of).collect(),
        }
    }
}

impl RuleTerms {
    /// A rule that is switched off, is for certain objects only, or does by date or by version what a topology says by
    /// days, is none that a topology can say. One of ours that is for objects of a size says so by that size.
    fn of(rule: &LifecycleRule) -> Self {
        let ours = is_ours(rule);
        let least = scope_from(rule).map(|larger| larger.saturating_add(1));
        let expiration = rule.expiration();
        let days = expiration.and_then(LifecycleExpiration::days);
        let by_date = expiration.is_some_and(|expiration| expiration.date().is_some());
        let moves: Option<Vec<Move>> = rule
            .transitions()
            .iter()
            .map(|transition| {
                let days = u32::try_from(transition.days()?).ok()?;
                let storage_class =
                    transition.storage_class().map(TransitionStorageClass::as_str)?.to_owned();
                let min_object_size = least.and_then(|least| u32::try_from(least).ok());
                Some(Move { days, storage_class, min_object_size })
            })
            .collect();
        let expire_days = days.and_then(|days| u32::try_from(days).ok());
        let says_something = expire_days.is_some() || moves.as_ref().is_some_and(|moves| !moves.is_empty());
        let whole = ours || narrowed(rule).is_none();
        let on = *rule.status() == ExpirationStatus::Enabled;
        let sayable = on && whole && !by_date && says_something && moves.is_some();
        Self {
            id: rule.id().map(str::to_owned),
            ours,
            sayable,
            expire_days,
            moves: moves.unwrap_or_default(),
        }
    }
}
