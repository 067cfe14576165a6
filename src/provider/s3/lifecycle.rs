//! The lifecycle of a bucket's objects: the rules we write, how they are read back, and the effect of other people's
//! rules. Pure.

use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, ExpirationStatus, LifecycleExpiration, LifecycleRule,
    LifecycleRuleAndOperator, LifecycleRuleFilter, NoncurrentVersionExpiration, Transition,
    TransitionDefaultMinimumObjectSize, TransitionStorageClass,
};
use aws_smithy_types::date_time::Format;
use serde_json::{Value, json};

use super::bucket::{Move, S3Bucket};
use crate::provider::notice::{DeletedEarly, Deletion, Notice};

/// The rule of this id is ours: it expires objects, and moves those that S3 moves by itself.
const RULE: &str = "logpipe-retention";

/// And that of this id, which moves objects from a size on. The filter of a rule is for all that it does, so that has one
/// of its own.
const SIZED: &str = "logpipe-transitions";

/// The lifecycle of a bucket as S3 reports it.
#[derive(Debug, Clone, Default)]
pub(super) struct Lifecycle {
    /// All rules, those of others too.
    pub(super) rules: Vec<LifecycleRule>,
    /// From which size on objects move where a rule does not say; S3 takes it with the rules and forgets it without.
    pub(super) smallest_moved: Option<TransitionDefaultMinimumObjectSize>,
}

pub(super) fn is_ours(rule: &LifecycleRule) -> bool {
    matches!(rule.id(), Some(RULE | SIZED))
}

/// A rule that logpipe writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule<'b> {
    /// Its id.
    pub id: &'static str,
    /// Only objects larger than so many bytes; all where it does not say.
    pub larger_than: Option<u32>,
    /// Days after which uploads that were never completed go.
    pub abort_days: Option<u32>,
    /// Days after which objects are deleted.
    pub expire_days: Option<u32>,
    /// Days after which versions go that others have followed.
    pub noncurrent_days: Option<u32>,
    /// Moves to other storage classes.
    pub transitions: Vec<&'b Move>,
}

/// The rules that the topology asks for.
pub(super) fn rules(bucket: &S3Bucket) -> Vec<Rule<'_>> {
    let (sized, plain): (Vec<&Move>, Vec<&Move>) =
        bucket.transitions.iter().partition(|transition| transition.min_object_size.is_some());
    retention(bucket, plain).into_iter().chain(from_a_size_on(sized)).collect()
}

fn retention<'b>(bucket: &S3Bucket, transitions: Vec<&'b Move>) -> Option<Rule<'b>> {
    let something = bucket.expire_days.is_some() || !transitions.is_empty();
    something.then(|| Rule {
        id: RULE,
        larger_than: None,
        abort_days: Some(7),
        expire_days: bucket.expire_days,
        noncurrent_days: bucket.expire_days.filter(|_| bucket.versioning == Some(true)),
        transitions,
    })
}

/// Objects *larger* than a size is how S3 has it said (Amazon S3 API Reference, LifecycleRuleFilter).
fn from_a_size_on(transitions: Vec<&Move>) -> Option<Rule<'_>> {
    let least = transitions.first()?.min_object_size?;
    Some(Rule {
        id: SIZED,
        larger_than: Some(least.saturating_sub(1)),
        abort_days: None,
        expire_days: None,
        noncurrent_days: None,
        transitions,
    })
}

impl Rule<'_> {
    /// What is sent to S3.
    fn sent(&self) -> Option<LifecycleRule> {
        let filter = match self.larger_than {
            Some(larger) => LifecycleRuleFilter::builder().object_size_greater_than(i64::from(larger)),
            None => LifecycleRuleFilter::builder().prefix(""),
        };
        let abort = self.abort_days.map(|after| {
            AbortIncompleteMultipartUpload::builder().days_after_initiation(days(after)).build()
        });
        let expire = self.expire_days.map(|after| LifecycleExpiration::builder().days(days(after)).build());
        let noncurrent = self
            .noncurrent_days
            .map(|after| NoncurrentVersionExpiration::builder().noncurrent_days(days(after)).build());
        LifecycleRule::builder()
            .id(self.id)
            .status(ExpirationStatus::Enabled)
            .filter(filter.build())
            .set_abort_incomplete_multipart_upload(abort)
            .set_expiration(expire)
            .set_noncurrent_version_expiration(noncurrent)
            .set_transitions(moves(&self.transitions))
            .build()
            .ok()
    }
}

/// The same, as they are sent.
pub(super) fn wanted(bucket: &S3Bucket) -> Vec<LifecycleRule> {
    rules(bucket).iter().filter_map(Rule::sent).collect()
}

fn moves(transitions: &[&Move]) -> Option<Vec<Transition>> {
    let one = |transition: &&Move| {
        let class = TransitionStorageClass::from(transition.storage_class.as_str());
        Transition::builder().days(days(transition.days)).storage_class(class).build()
    };
    (!transitions.is_empty()).then(|| transitions.iter().map(one).collect())
}

fn days(days: u32) -> i32 {
    i32::try_from(days).unwrap_or(i32::MAX)
}

/// The rules of others, by id.
pub(super) fn others(rules: &[LifecycleRule]) -> Vec<String> {
    let others = rules.iter().filter(|rule| !is_ours(rule));
    others.map(|rule| rule.id().unwrap_or("a rule without an id").to_owned()).collect()
}

/// The rules of others, and ours as the topology asks for them.
pub(super) fn merged(rules: &[LifecycleRule], bucket: &S3Bucket) -> Vec<LifecycleRule> {
    rules.iter().filter(|rule| !is_ours(rule)).cloned().chain(wanted(bucket)).collect()
}

/// What rules of others delete that the topology still keeps: each a clause. Delivered objects bear no tags, and no version
/// of them is followed by another, so that only expiration by age or date is to be feared, and only where it is for their
/// prefix.
pub(super) fn too_early(rules: &[LifecycleRule], bucket: &S3Bucket) -> Vec<Notice> {
    let others = rules.iter().filter(|rule| !is_ours(rule) && *rule.status() == ExpirationStatus::Enabled);
    let deleting = others.filter(|rule| Scope::of(rule).meets(&bucket.prefix));
    deleting.filter_map(|rule| early(rule, bucket)).collect()
}

fn early(rule: &LifecycleRule, bucket: &S3Bucket) -> Option<Notice> {
    let expiration = rule.expiration()?;
    let when = match (expiration.days(), expiration.date()) {
        (Some(after), _) => {
            let in_time = bucket.expire_days.is_some_and(|expire| days(expire) <= after);
            if in_time {
                return None;
            }
            Deletion::After(after)
        }
        (None, Some(date)) => {
            let date = date.fmt(Format::DateTime).unwrap_or_default();
            Deletion::On(date.split('T').next().unwrap_or(&date).to_owned())
        }
        (None, None) => return None,
    };
    let Scope { larger, smaller, .. } = Scope::of(rule);
    let rule = rule.id().map(str::to_owned);
    Some(Notice::DeletedEarly(DeletedEarly { rule, larger, smaller, when, declared: bucket.expire_days }))
}

/// The objects that a rule is for.
struct Scope<'r> {
    prefix: &'r str,
    tagged: bool,
    larger: Option<i64>,
    smaller: Option<i64>,
}

impl<'r> Scope<'r> {
    fn of(rule: &'r LifecycleRule) -> Self {
        // The member without a filter is how rules were written before there were filters.
        #[expect(deprecated, reason = "S3 still returns it for a rule that was written with it")]
        let old = rule.prefix();
        let filter = rule.filter();
        let and = filter.and_then(LifecycleRuleFilter::and);
        let prefix = old
            .or_else(|| filter.and_then(LifecycleRuleFilter::prefix))
            .or_else(|| and.and_then(LifecycleRuleAndOperator::prefix));
        let larger = filter.and_then(LifecycleRuleFilter::object_size_greater_than);
        let smaller = filter.and_then(LifecycleRuleFilter::object_size_less_than);
        Self {
            prefix: prefix.unwrap_or_default(),
            tagged: filter.is_some_and(|filter| filter.tag().is_some())
                || and.is_some_and(|and| !and.tags().is_empty()),
            larger: larger.or_else(|| and.and_then(LifecycleRuleAndOperator::object_size_greater_than)),
            smaller: smaller.or_else(|| and.and_then(LifecycleRuleAndOperator::object_size_less_than)),
        }
    }

    /// Whether objects under a prefix that bear no tags may be among them.
    fn meets(&self, prefix: &str) -> bool {
        !self.tagged && (self.prefix.starts_with(prefix) || prefix.starts_with(self.prefix))
    }
}

/// The size that objects have to be larger than for a rule, where it says one.
pub(super) fn scope_from(rule: &LifecycleRule) -> Option<i64> {
    Scope::of(rule).larger
}

/// Our rules among those of a bucket in the terms of the topology, and all by which they differ from those we write.
pub(super) fn terms(rules: &[LifecycleRule]) -> Value {
    let find = |id: &str| rules.iter().find(|rule| rule.id() == Some(id));
    let (plain, sized) = (find(RULE), find(SIZED));
    if plain.is_none() && sized.is_none() {
        return Value::Null;
    }
    let mut terms = plain.map_or_else(|| json!({ "expire_days": null, "transitions": [] }), of_plain);
    if let Some(sized) = sized {
        let further = of_sized(sized);
        if let (Some(all), Value::Array(more)) =
            (terms["transitions"].as_array_mut(), &further["transitions"])
        {
            all.extend(more.iter().cloned());
            all.sort_by_key(|transition| transition["days"].as_i64());
        }
        for (key, value) in further.as_object().into_iter().flatten().filter(|(key, _)| *key != "transitions")
        {
            terms[format!("{SIZED}.{key}")] = value.clone();
        }
    }
    terms
}

/// The rule that expires objects.
fn of_plain(rule: &LifecycleRule) -> Value {
    let mut terms = json!({
        "expire_days": rule.expiration().and_then(LifecycleExpiration::days),
        "transitions": transitions_of(rule, None),
    });
    let noncurrent = rule.noncurrent_version_expiration();
    if let Some(days) = noncurrent.and_then(NoncurrentVersionExpiration::noncurrent_days) {
        terms["noncurrent_days"] = json!(days);
    }
    off(rule, &mut terms);
    if let Some(only) = narrowed(rule) {
        terms["only"] = json!(only);
    }
    terms
}

/// The rule that moves objects from a size on, which does nothing else.
fn of_sized(rule: &LifecycleRule) -> Value {
    let scope = Scope::of(rule);
    let least = scope.larger.map(|larger| larger.saturating_add(1));
    let mut terms = json!({ "transitions": transitions_of(rule, least) });
    off(rule, &mut terms);
    if scope.tagged || scope.smaller.is_some() || !scope.prefix.is_empty() {
        terms["only"] = json!("objects by prefix, tag or size");
    }
    if let Some(days) = rule.expiration().and_then(LifecycleExpiration::days) {
        terms["expire_days"] = json!(days);
    }
    terms
}

fn off(rule: &LifecycleRule, terms: &mut Value) {
    if *rule.status() != ExpirationStatus::Enabled {
        terms["status"] = json!(rule.status().as_str());
    }
}

fn transitions_of(rule: &LifecycleRule, least: Option<i64>) -> Vec<Value> {
    let one = |transition: &Transition| {
        let mut terms = json!({
            "days": transition.days(),
            "storage_class": transition.storage_class().map(TransitionStorageClass::as_str),
        });
        if let Some(least) = least {
            terms["min_object_size"] = json!(least);
        }
        terms
    };
    rule.transitions().iter().map(one).collect()
}

/// The objects that a rule is for, when it is not for all of them.
pub(super) fn narrowed(rule: &LifecycleRule) -> Option<String> {
    let scope = Scope::of(rule);
    match (scope.tagged || scope.larger.is_some() || scope.smaller.is_some(), scope.prefix) {
        (true, _) => Some("objects by tag or size".to_owned()),
        (false, "") => None,
        (false, prefix) => Some(prefix.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_s3::types::Tag;
    use aws_smithy_types::DateTime;

    use super::*;
    use crate::provider::OwnTags;

    fn to_glacier(days: u32, min_object_size: Option<u32>) -> Move {
        Move { days, storage_class: "GLACIER".into(), min_object_size }
    }

    fn bucket() -> S3Bucket {
        S3Bucket {
            borrowed_in: None,
            taken_over: false,
            account_regional: false,
            kms_key_arn: None,
            tags: OwnTags::default(),
            versioning: None,
            expire_days: Some(30),
            transitions: vec![to_glacier(7, None)],
            prefix: "logs/".into(),
        }
    }

    /// Whether our rule, read back with this changed, is a difference.
    fn differs(changed: impl FnOnce(&mut LifecycleRule)) -> bool {
        let wanted = wanted(&bucket());
        let mut rules = wanted.clone();
        changed(&mut rules[0]);
        terms(&rules) != terms(&wanted)
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
        assert_ne!(terms(&wanted(&versioned)), terms(&wanted(&bucket())));
    }

    #[test]
    fn what_moves_from_a_size_on_has_a_rule_of_its_own() {
        let moves = vec![to_glacier(7, None), to_glacier(90, Some(4_096))];
        let sized = S3Bucket { transitions: moves, ..bucket() };
        let rules = wanted(&sized);
        let ids: Vec<&str> = rules.iter().map(|rule| rule.id().unwrap()).collect();
        assert_eq!(ids, [RULE, SIZED]);
        assert_eq!(rules[1].filter().unwrap().object_size_greater_than(), Some(4_095));
        assert!(rules[1].expiration().is_none() && rules[1].abort_incomplete_multipart_upload().is_none());
        assert_eq!(
            terms(&rules)["transitions"],
            json!([
                { "days": 7, "storage_class": "GLACIER" },
                { "days": 90, "storage_class": "GLACIER", "min_object_size": 4_096 },
            ])
        );
        assert_ne!(terms(&rules), terms(&rules[..1]));
        assert_eq!(others(&rules), [""; 0]);

        let alone = S3Bucket { expire_days: None, transitions: vec![to_glacier(0, Some(1))], ..bucket() };
        assert_eq!(wanted(&alone).len(), 1, "nothing expires, so there is no rule for it");
    }

    #[test]
    fn the_rules_of_others_stay_and_one_no_longer_declared_goes() {
        let theirs = LifecycleRule::builder().id("theirs").status(ExpirationStatus::Enabled).build().unwrap();
        let both = merged(std::slice::from_ref(&theirs), &bucket());
        assert_eq!(both.iter().map(|rule| rule.id().unwrap()).collect::<Vec<_>>(), ["theirs", RULE]);
        let undeclared = S3Bucket { expire_days: None, transitions: vec![], ..bucket() };
        assert_eq!(terms(&wanted(&undeclared)), Value::Null);
        assert_eq!(merged(&both, &undeclared), [theirs]);
    }

    #[test]
    fn a_rule_of_others_that_deletes_too_early_is_told() {
        let days = |days: i32| LifecycleExpiration::builder().days(days).build();
        let prefix = |prefix: &str| LifecycleRuleFilter::builder().prefix(prefix).build();
        let check = |filter: LifecycleRuleFilter, expiration: LifecycleExpiration, expect: Option<&str>| {
            let rule = LifecycleRule::builder().id("scratch").filter(filter).expiration(expiration);
            let rule = rule.status(ExpirationStatus::Enabled).build().unwrap();
            let told = too_early(&[rule], &bucket());
            match expect {
                Some(words) => assert!(told[0].to_string().contains(words), "{told:?}"),
                None => assert_eq!(told, []),
            }
        };
        check(
            prefix(""),
            days(1),
            Some(
                "`scratch`, which is not logpipe's and stays, deletes delivered objects after 1 day, before `expire_days: 30`",
            ),
        );
        check(prefix("logs/2026/"), days(29), Some("after 29 days"));
        check(prefix("tmp/"), days(1), None);
        check(prefix(""), days(30), None);
        let tag = Tag::builder().key("a").value("b").build().unwrap();
        check(LifecycleRuleFilter::builder().tag(tag).build(), days(1), None);
        let larger = LifecycleRuleFilter::builder().object_size_greater_than(5).build();
        check(larger, days(1), Some("delivered objects larger than 5 bytes after"));
        let date = LifecycleExpiration::builder().date(DateTime::from_secs(1_800_000_000)).build();
        check(prefix(""), date, Some("deletes delivered objects on 2027-01-15"));
        let markers = LifecycleExpiration::builder().expired_object_delete_marker(true).build();
        check(prefix(""), markers, None);
    }
}
