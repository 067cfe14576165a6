//! How long objects are kept, from the lifecycle rules of a bucket.

use serde_json::{Value, json};

use super::inexpressible::Inexpressible;
use crate::provider::s3::bucket::Move;
use crate::provider::s3::terms::RuleTerms;
use crate::topology::Entry;

/// The keys that say what rules do, and the rules of which something is left. Where there are rules of logpipe's own, these
/// say it; else those of others, as long as no two of them say the same thing.
pub(super) fn retention(rules: &[RuleTerms]) -> (Vec<Entry>, Vec<Inexpressible>) {
    let (ours, others): (Vec<&RuleTerms>, Vec<&RuleTerms>) = rules.iter().partition(|rule| rule.ours);
    let beside = |rule: &&RuleTerms| Inexpressible::LifecycleRuleBeside { rule: rule.id.clone() };
    let unsaid = |rule: &&RuleTerms| Inexpressible::LifecycleRule { rule: rule.id.clone() };
    if !ours.is_empty() {
        return (entries(&ours), others.iter().map(unsaid).collect());
    }
    let (sayable, other): (Vec<&RuleTerms>, Vec<&RuleTerms>) = others.iter().partition(|rule| rule.sayable);
    let once = |says: fn(&RuleTerms) -> bool| sayable.iter().filter(|rule| says(rule)).count() <= 1;
    if once(|rule| rule.expire_days.is_some()) && once(|rule| !rule.moves.is_empty()) {
        let left = sayable.iter().map(beside).chain(other.iter().map(unsaid));
        return (entries(&sayable), left.collect());
    }
    (Vec::new(), others.iter().map(unsaid).collect())
}

fn entries(rules: &[&RuleTerms]) -> Vec<Entry> {
    let expire = rules.iter().find_map(|rule| rule.expire_days);
    let mut moves: Vec<&Move> = rules.iter().flat_map(|rule| &rule.moves).collect();
    moves.sort_by_key(|one| one.days);
    let member = |one: &Move| -> Vec<(&'static str, Value)> {
        let size = one.min_object_size.map(|size| ("min_object_size", json!(size)));
        let all = [Some(("days", json!(one.days))), Some(("storage_class", json!(one.storage_class))), size];
        all.into_iter().flatten().collect()
    };
    let transitions = Entry::maps("transitions", moves.into_iter().map(member));
    expire.map(|days| Entry::plain("expire_days", days)).into_iter().chain([transitions]).collect()
}
