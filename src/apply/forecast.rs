//! When each step is likely to start and to end, as far as AWS's rate limits and usual waits decide that. Pure.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::address::{AccountName, Address, Place};
use crate::aws::limits::{self, Shared};
use crate::event::{Ahead, Verb};
use crate::plan::Step;
use crate::provider::{Facts, Speed};

/// What a step takes that AWS neither keeps waiting nor takes its time over: two calls, one to read and one to write.
const STEP: Duration = Duration::from_millis(100);

/// What AWS counts calls over: an account, mostly a region of it, and the call or the whole service.
type Lane<'a> = (&'a AccountName, Option<&'a Place>, &'static str);

/// The steps in their order, each with when it may be expected to start and to end.
pub(super) fn forecast<'a>(steps: impl IntoIterator<Item = &'a Step>) -> Vec<Ahead> {
    let mut ended: BTreeMap<&Address, Duration> = BTreeMap::new();
    let mut free: BTreeMap<Lane<'_>, Duration> = BTreeMap::new();
    let mut ahead = Vec::new();
    for step in steps {
        let Step { address, after, .. } = step;
        let verb = step.action.verb();
        let ready = after.iter().filter_map(|first| ended.get(first)).max().copied().unwrap_or_default();
        let speed = Facts::of(address.kind).speed;
        let starts = match lane(address, speed, verb) {
            Some((lane, each)) => {
                let free = free.entry(lane).or_default();
                let starts = ready.max(*free);
                *free = starts + each;
                starts
            }
            None => ready,
        };
        let ends = starts + STEP + usual_wait(speed, verb);
        ended.insert(address, ends);
        ahead.push(Ahead { address: address.clone(), verb, starts, ends });
    }
    ahead
}

/// Which calls a step's own is counted with, and how long one of them keeps the next waiting.
fn lane(address: &Address, speed: Speed, verb: Verb) -> Option<(Lane<'_>, Duration)> {
    let call = match verb {
        Verb::Delete => speed.deleted,
        Verb::Create | Verb::Update | Verb::Replace | Verb::Adopt => speed.written,
        Verb::Keep | Verb::Forget | Verb::Refuse | Verb::Await => return None,
    };
    let region = address.place.region().map_or("", |region| region.as_str());
    let limit = limits::of(speed.service, call, region)?;
    let (place, counted) = match limit.shared {
        Shared::Operation => (Some(&address.place), call),
        Shared::Region => (Some(&address.place), speed.service),
        Shared::Account => (None, speed.service),
    };
    let each = Duration::from_secs(1) / u32::try_from(limit.rate).unwrap_or(u32::MAX).max(1);
    Some(((&address.account, place, counted), each))
}

/// How long AWS usually takes until what was made can be used.
fn usual_wait(speed: Speed, verb: Verb) -> Duration {
    let made = matches!(verb, Verb::Create | Verb::Replace);
    let usual = speed.waits.filter(|_| made).and_then(|wait| wait.usual());
    usual.map(|usual| usual.least).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::reason::Why;
    use crate::plan::{Action, Reason};

    fn step(address: &str, after: &[&str]) -> Step {
        Step {
            address: address.parse().unwrap(),
            account: "111111111111".parse().unwrap(),
            action: Action::Delete,
            after: after.iter().map(|first| first.parse().unwrap()).collect(),
            needs: Vec::new(),
            changes: Vec::new(),
            reason: Reason::from(Why::Absent),
            narrowing: None,
        }
    }

    fn times(steps: &[Step]) -> Vec<(u128, u128)> {
        forecast(steps).iter().map(|step| (step.starts.as_millis(), step.ends.as_millis())).collect()
    }

    #[test]
    fn a_rate_limit_keeps_the_next_call_of_its_account_and_region_waiting() {
        let filter = |place: &str, name: &str| step(&format!("{place}/subscription_filter.{name}:x"), &[]);
        let steps = [
            filter("one/eu-west-1", "/a"),
            filter("one/eu-west-1", "/b"),
            filter("one/us-east-1", "/a"),
            filter("two/eu-west-1", "/a"),
            step("one/eu-west-1/log_group./a", &["one/eu-west-1/subscription_filter./a:x"]),
        ];
        assert_eq!(times(&steps), [(0, 100), (200, 300), (0, 100), (0, 100), (100, 200)]);
    }

    #[test]
    fn the_calls_of_iam_are_counted_together_and_those_of_s3_not_at_all() {
        let steps = [
            step("one/global/iam_role.a", &[]),
            step("one/global/iam_policy.a", &[]),
            step("one/eu-west-1/s3_bucket.a", &[]),
            step("one/eu-west-1/s3_bucket.b", &[]),
        ];
        assert_eq!(times(&steps), [(0, 100), (50, 150), (0, 100), (0, 100)]);
    }
}
