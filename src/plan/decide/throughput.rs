//! Streams that take in nearly as much as Firehose allows them. Pure.

use std::collections::BTreeMap;

use crate::address::{Address, KindName};
use crate::aws::metrics::Taken;
use crate::cost::bytes_per_second;
use crate::plan::model::note::NearLimit;
use crate::plan::{Note, Survey};
use crate::topology::{Destination, MOST_STREAMS};

/// The share of a limit from which a measured peak counts as near it, in percent: as much as Trusted Advisor warns of
/// quotas from (AWS Support User Guide, "Service limits"). `cost` warns from half, because there twice an average is
/// nothing unusual; the busiest minute of a day has no such peak above it, only single seconds.
const NEAR: u64 = 80;

/// The share of the limit that the busiest minute has of as many streams as are enough, in percent.
const ENOUGH: u64 = 50;

/// A note on each destination with a stream near to its limit, and on each account of which that is not known.
pub(crate) fn notes(survey: &Survey) -> Vec<Note> {
    let destinations = survey.topology.destinations.values();
    let near = destinations.filter_map(|destination| {
        let streams = survey.lifecycle().streams(&survey.topology, destination);
        let streams: Vec<Address> =
            streams.iter().map(|stream| destination.here(KindName::FirehoseStream, &stream.in_use)).collect();
        near(destination, &streams, &survey.throughput.taken).map(Note::NearLimit)
    });
    let unread = survey.throughput.unread.iter().map(|(account, error)| Note::ThroughputUnread {
        account: account.clone(),
        why: (!error.denied()).then(|| error.to_string()),
    });
    near.chain(unread).collect()
}

/// Whether what these streams of a destination took in comes near to what Firehose takes, or some was refused, and how many
/// streams are enough.
pub(crate) fn near(
    destination: &Destination,
    streams: &[Address],
    taken: &BTreeMap<Address, Taken>,
) -> Option<NearLimit> {
    let usual = bytes_per_second(&destination.region);
    let taken: Vec<(&Address, &Taken)> =
        streams.iter().filter_map(|address| taken.get_key_value(address)).collect();
    let limit = |taken: &Taken| taken.limit_or(usual);
    let share = |taken: &Taken| taken.busiest() * 100 / limit(taken);
    let near = taken.iter().filter(|(_, taken)| share(taken) >= NEAR || taken.throttled > 0);
    let (stream, worst) = near.max_by_key(|(_, taken)| (share(taken), taken.throttled))?;
    let throttled: u64 = taken.iter().map(|(_, taken)| taken.throttled).sum();
    let mut together: BTreeMap<i64, u64> = BTreeMap::new();
    for (minute, bytes) in taken.iter().flat_map(|(_, taken)| &taken.minutes) {
        *together.entry(*minute).or_default() += bytes;
    }
    let busiest = together.into_values().max().unwrap_or_default() / 60;
    let mut enough = (busiest * 100).div_ceil(ENOUGH * limit(worst)).max(1);
    let declared = destination.transport.count() as u64;
    if enough <= declared && taken.len() < streams.len() {
        // The streams that this plan makes are enough.
        return None;
    }
    if throttled > 0 {
        // What was refused is not counted.
        enough = enough.max(declared + 1);
    }
    Some(NearLimit {
        destination: destination.key.clone(),
        stream: (*stream).clone(),
        busiest: worst.busiest(),
        limit: limit(worst),
        throttled,
        streams: declared,
        enough,
        most: u64::from(MOST_STREAMS),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topology::parse;

    const MIB: u64 = 1_048_576;

    /// What the busiest minute of each stream has, in percent of 1 MiB a second, in minutes of its own where `apart`;
    /// what is said of it as the worst stream, how many streams are enough and how many records were throttled.
    #[track_caller]
    fn check(
        (count, percents, apart): (usize, &[u64], bool),
        throttled: u64,
        limit: Option<u64>,
        expect: Option<(&str, u64, u64)>,
    ) {
        let text = format!(
            r#"{{ version: 1, name: t, region: ap-northeast-1, accounts: {{ a: "111111111111" }}, destinations: {{ main: {{ account: a, stream: {{ count: {count} }} }} }}, sources: {{ web: {{ accounts: [a], destination: main, log_groups: [/web] }} }} }}"#
        );
        let topology = parse("topology.yaml", &text).unwrap();
        let destination = topology.destinations.values().next().unwrap();
        let streams: Vec<Address> = (0..count)
            .map(|number| destination.here(KindName::FirehoseStream, &format!("s{number}")))
            .collect();
        let mut all = BTreeMap::new();
        for (at, percent) in percents.iter().enumerate() {
            let minute = if apart { at as i64 * 60 } else { 0 };
            let taken = Taken {
                minutes: [(minute, percent * MIB * 60 / 100), (6_000, 1)].into(),
                limit,
                throttled: if at == 0 { throttled } else { 0 },
                ..Taken::default()
            };
            all.insert(streams[at].clone(), taken);
        }
        let found = near(destination, &streams, &all);
        let found = found.as_ref().map(|near| (&*near.stream.name, near.enough, near.throttled));
        assert_eq!(found, expect, "{count} {percents:?}");
    }

    #[test]
    fn the_busiest_minute_says_how_near_a_stream_is_and_how_many_are_enough() {
        check((1, &[79], false), 0, None, None);
        check((1, &[81], false), 0, None, Some(("s0", 2, 0)));
        // As much as Firehose says that it takes.
        check((1, &[81], false), 0, Some(2 * MIB), None);
        check((1, &[41], false), 0, Some(MIB / 2), Some(("s0", 2, 0)));
        check((2, &[70, 95], false), 0, None, Some(("s1", 4, 0)));
        // Peaks at different times need no room at the same one.
        check((2, &[81, 95], true), 0, None, Some(("s1", 2, 0)));
        // One account logs most of it.
        check((3, &[95, 0, 0], false), 0, None, Some(("s0", 2, 0)));
        check((40, &[95; 40], false), 0, None, Some(("s39", 76, 0)));
    }

    #[test]
    fn records_that_were_refused_are_near_the_limit_however_few_were_taken() {
        check((1, &[5], false), 3, None, Some(("s0", 2, 3)));
        check((3, &[5, 5, 5], false), 3, None, Some(("s0", 4, 3)));
        check((1, &[95], false), 3, None, Some(("s0", 2, 3)));
    }

    #[test]
    fn streams_that_the_plan_makes_are_counted_on() {
        check((2, &[95], false), 0, None, None);
        check((2, &[99], false), 7, None, None);
        check((2, &[190], false), 0, None, Some(("s0", 4, 0)));
        check((2, &[], false), 0, None, None);
    }
}
