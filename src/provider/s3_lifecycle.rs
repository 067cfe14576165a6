//! The lifecycle of a bucket's objects: the one rule we write, and how it is read back. Pure.

use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, ExpirationStatus, LifecycleExpiration, LifecycleRule,
    LifecycleRuleFilter, NoncurrentVersionExpiration, Transition, TransitionStorageClass,
};
use serde_json::{Value, json};

use super::s3_bucket::S3Bucket;

/// The rule of this id is ours; others stay.
const RULE: &str = "logpipe-retention";

/// The rule that the topology asks for.
pub(super) fn wanted(bucket: &S3Bucket) -> Option<LifecycleRule> {
    if bucket.expire_days.is_none() && bucket.transitions.is_empty() {
        return None;
    }
    let days = |days: u32| i32::try_from(days).unwrap_or(i32::MAX);
    let mut rule = LifecycleRule::builder()
        .id(RULE)
        .status(ExpirationStatus::Enabled)
        .filter(LifecycleRuleFilter::builder().prefix("").build())
        .abort_incomplete_multipart_upload(
            AbortIncompleteMultipartUpload::builder().days_after_initiation(7).build(),
        );
    if let Some(expire) = bucket.expire_days {
        rule = rule.expiration(LifecycleExpiration::builder().days(days(expire)).build());
        if bucket.versioning == Some(true) {
            let noncurrent = NoncurrentVersionExpiration::builder().noncurrent_days(days(expire)).build();
            rule = rule.noncurrent_version_expiration(noncurrent);
        }
    }
    for (after, class) in &bucket.transitions {
        let class = TransitionStorageClass::from(class.as_str());
        rule = rule.transitions(Transition::builder().days(days(*after)).storage_class(class).build());
    }
    rule.build().ok()
}

/// Our rule among those of a bucket.
pub(super) fn ours(rules: &[LifecycleRule]) -> Option<&LifecycleRule> {
    rules.iter().find(|rule| rule.id() == Some(RULE))
}

/// The rules of others, by id.
pub(super) fn others(rules: &[LifecycleRule]) -> Vec<String> {
    let others = rules.iter().filter(|rule| rule.id() != Some(RULE));
    others.map(|rule| rule.id().unwrap_or("a rule without an id").to_owned()).collect()
}

/// The rules of others, and ours as the topology asks for it.
pub(super) fn merged(rules: &[LifecycleRule], bucket: &S3Bucket) -> Vec<LifecycleRule> {
    rules.iter().filter(|rule| rule.id() != Some(RULE)).cloned().chain(wanted(bucket)).collect()
}

/// A rule in the terms of the topology, and all by which it differs from the rules we write.
pub(super) fn terms(rule: Option<&LifecycleRule>) -> Value {
    let Some(rule) = rule else { return Value::Null };
    let transitions: Vec<Value> = rule
        .transitions()
        .iter()
        .map(|transition| {
            json!({
                "days": transition.days(),
                "storage_class": transition.storage_class().map(TransitionStorageClass::as_str),
            })
        })
        .collect();
    let mut terms = json!({
        "expire_days": rule.expiration().and_then(LifecycleExpiration::days),
        "transitions": transitions,
    });
    let noncurrent = rule.noncurrent_version_expiration();
    if let Some(days) = noncurrent.and_then(NoncurrentVersionExpiration::noncurrent_days) {
        terms["noncurrent_days"] = json!(days);
    }
    if *rule.status() != ExpirationStatus::Enabled {
        terms["status"] = json!(rule.status().as_str());
    }
    if let Some(only) = narrowed(rule) {
        terms["only"] = json!(only);
    }
    terms
}

/// The objects that a rule is for, when it is not for all of them.
fn narrowed(rule: &LifecycleRule) -> Option<String> {
    // The member without a filter is how rules were written before there were filters.
    #[expect(deprecated, reason = "S3 still answers with it for a rule that was written with it")]
    let old = rule.prefix();
    let filter = rule.filter();
    let prefix = old.or_else(|| filter.and_then(LifecycleRuleFilter::prefix)).unwrap_or_default();
    let by_more = filter.is_some_and(|filter| {
        filter.tag().is_some()
            || filter.and().is_some()
            || filter.object_size_greater_than().is_some()
            || filter.object_size_less_than().is_some()
    });
    match (by_more, prefix) {
        (true, _) => Some("objects by tag or size".to_owned()),
        (false, "") => None,
        (false, prefix) => Some(prefix.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::OwnTags;

    fn bucket() -> S3Bucket {
        S3Bucket {
            borrowed_in: None,
            kms_key_arn: None,
            tags: OwnTags::default(),
            versioning: None,
            expire_days: Some(30),
            transitions: vec![(7, "GLACIER".into())],
        }
    }

    /// Whether our rule, read back with this changed, is a difference.
    fn differs(changed: impl FnOnce(&mut LifecycleRule)) -> bool {
        let wanted = wanted(&bucket()).unwrap();
        let mut rule = wanted.clone();
        changed(&mut rule);
        terms(Some(&rule)) != terms(Some(&wanted))
    }

    #[test]
    fn a_rule_that_others_have_changed_is_a_difference() {
        assert!(!differs(|_| ()));
        assert!(differs(|rule| rule.status = ExpirationStatus::Disabled));
        assert!(differs(|rule| rule.filter = Some(LifecycleRuleFilter::builder().prefix("tmp/").build())));
        assert!(differs(|rule| {
            rule.filter = Some(LifecycleRuleFilter::builder().object_size_greater_than(1).build());
        }));
        assert!(differs(|rule| rule.transitions = None));
        assert!(differs(|rule| {
            let days = NoncurrentVersionExpiration::builder().noncurrent_days(1).build();
            rule.noncurrent_version_expiration = Some(days);
        }));
    }

    #[test]
    fn a_filter_for_all_objects_comes_back_in_several_ways() {
        assert!(!differs(|rule| rule.filter = None));
        assert!(!differs(|rule| rule.filter = Some(LifecycleRuleFilter::builder().build())));
    }

    #[test]
    fn versions_expire_too_in_a_bucket_that_keeps_them() {
        let versioned = S3Bucket { versioning: Some(true), ..bucket() };
        assert_ne!(terms(wanted(&versioned).as_ref()), terms(wanted(&bucket()).as_ref()));
    }

    #[test]
    fn the_rules_of_others_stay_and_one_no_longer_declared_goes() {
        let theirs = LifecycleRule::builder().id("theirs").status(ExpirationStatus::Enabled).build().unwrap();
        let both = merged(std::slice::from_ref(&theirs), &bucket());
        assert_eq!(both.iter().map(|rule| rule.id().unwrap()).collect::<Vec<_>>(), ["theirs", RULE]);
        let undeclared = S3Bucket { expire_days: None, transitions: vec![], ..bucket() };
        assert_eq!(terms(wanted(&undeclared).as_ref()), Value::Null);
        assert_eq!(merged(&both, &undeclared), [theirs]);
    }
}
