//! Whether the streams of destinations pass on what they take in, by what CloudWatch has counted: one look-up per account and
//! region, whatever the number of streams.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::future::join_all;

use crate::address::{AccountName, Address, Key, KindName, Region};
use crate::aws::CallError;
use crate::aws::metrics::{LATE, Taken, passed_on};
use crate::cost::bytes_per_second;
use crate::plan::note::NearLimit;
use crate::plan::{Observed, near_limit};
use crate::provider::firehose::stream::FirehoseStream;
use crate::topology::Destination;
use crate::verify::findings::{StreamCounts, StreamFinding, StreamVerdict};
use crate::verify::run::Verify;
use crate::verify::verdict::HopVerdict;

/// How old a point of CloudWatch may be to tell how things are.
const RECENT: Duration = Duration::from_secs(30 * 60);

const DAY: Duration = Duration::from_secs(86_400);

/// A stream that is there, with its buffer time.
struct Asked<'d> {
    destination: &'d Destination,
    stream: Address,
    buffer: Duration,
}

/// The streams that are there, by account and region.
type Places<'d> = BTreeMap<(&'d AccountName, &'d Region), Vec<Asked<'d>>>;

impl Verify<'_> {
    /// How every stream that is there passes on what it takes in, as counted since then.
    pub(crate) async fn streams(&self, observed: Option<&Observed>, since: SystemTime) -> Vec<StreamVerdict> {
        let Some(observed) = observed else { return Vec::new() };
        let mut places = Places::new();
        for destination in self.survey.topology.destinations.values() {
            let place = (&destination.account, &destination.region);
            for succession in self.survey.lifecycle().streams(&self.survey.topology, destination) {
                let stream = destination.here(KindName::FirehoseStream, &succession.in_use);
                let live = observed.live(&stream).and_then(|live| live.of::<FirehoseStream>());
                let Some(buffer) = live.map(|live| live.buffer_time()) else { continue };
                places.entry(place).or_default().push(Asked { destination, stream, buffer });
            }
        }
        let now = self.now();
        let told = join_all(places.into_iter().map(|((account, region), asked)| async move {
            let Some(connection) = self.accounts.get(account) else { return Vec::new() };
            let names: Vec<&str> = asked.iter().map(|asked| &*asked.stream.name).collect();
            match passed_on(connection, region, &names, (since, now)).await {
                Ok(taken) => verdicts(&asked, &taken, now),
                Err(error) => asked.iter().map(|asked| unread(asked, &error)).collect(),
            }
        }));
        told.await.into_iter().flatten().collect()
    }
}

fn unread(asked: &Asked<'_>, error: &CallError) -> StreamVerdict {
    StreamVerdict {
        destination: asked.destination.key.clone(),
        stream: asked.stream.clone(),
        verdict: HopVerdict::Unreachable,
        counts: None,
        findings: vec![StreamFinding::Unread { why: (!error.denied()).then(|| error.to_string()) }],
    }
}

fn verdicts(asked: &[Asked<'_>], taken: &[Taken], now: SystemTime) -> Vec<StreamVerdict> {
    let mut of_destinations: BTreeMap<&Key, (&Destination, BTreeMap<Address, Taken>)> = BTreeMap::new();
    for (asked, taken) in asked.iter().zip(taken) {
        let of_destination = of_destinations.entry(&asked.destination.key);
        let (_, of_destination) = of_destination.or_insert_with(|| (asked.destination, BTreeMap::new()));
        of_destination.insert(asked.stream.clone(), of_the_last_day(taken, now));
    }
    let near: Vec<NearLimit> = of_destinations
        .into_values()
        .filter_map(|(destination, taken)| {
            let streams: Vec<Address> = taken.keys().cloned().collect();
            near_limit(destination, &streams, &taken)
        })
        .collect();
    let verdict = |(asked, taken): (&Asked<'_>, &Taken)| {
        let near = near.iter().find(|near| near.stream == asked.stream);
        judge(asked, taken, near, now)
    };
    asked.iter().zip(taken).map(verdict).collect()
}

/// What is compared with a limit: peaks of longer ago may be why there are more streams now.
fn of_the_last_day(taken: &Taken, now: SystemTime) -> Taken {
    let lately = |at: i64| since(at, now) <= DAY;
    let minutes = taken.minutes.iter().filter(|(at, _)| lately(**at)).map(|(at, bytes)| (*at, *bytes));
    let throttled = taken.flow.throttled_at.filter(|at| lately(*at)).map_or(0, |_| taken.throttled);
    Taken { minutes: minutes.collect(), throttled, ..taken.clone() }
}

fn judge(asked: &Asked<'_>, taken: &Taken, near: Option<&NearLimit>, now: SystemTime) -> StreamVerdict {
    let flow = &taken.flow;
    let recent = |at: i64| since(at, now) <= RECENT;
    let oldest = flow.oldest.filter(|(at, _)| recent(*at)).map(|(_, waited)| Duration::from_secs(waited));
    let refused = flow.success.map(|(_, percent)| percent == 0);
    let waiting = oldest.filter(|oldest| *oldest > asked.buffer + LATE);
    let waiting = waiting.map(|oldest| StreamFinding::Waiting {
        oldest,
        buffer: asked.buffer,
        refused: refused == Some(true),
    });
    let throttled = flow.throttled_at.is_some_and(recent);
    let verdict = if waiting.is_some() || throttled { HopVerdict::Incorrect } else { HopVerdict::Correct };
    StreamVerdict {
        destination: asked.destination.key.clone(),
        stream: asked.stream.clone(),
        verdict,
        counts: Some(StreamCounts {
            incoming_records: flow.records,
            delivered_records: flow.written,
            throttled_records: taken.throttled,
            busiest_bytes_per_second: taken.busiest(),
            limit_bytes_per_second: taken.limit_or(bytes_per_second(&asked.destination.region)),
            oldest_record_seconds: oldest.map(|oldest| oldest.as_secs()),
            last_write_refused: refused,
        }),
        findings: waiting.into_iter().chain(near.cloned().map(StreamFinding::NearLimit)).collect(),
    }
}

/// How long ago a second since 1970 was.
fn since(at: i64, now: SystemTime) -> Duration {
    let at = UNIX_EPOCH + Duration::from_secs(at.try_into().unwrap_or_default());
    now.duration_since(at).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::metrics::Flow;
    use crate::topology::parse;

    const NOW: i64 = 1_000_000;

    /// What is found of a stream of which this was counted, whose buffer time is five minutes.
    #[track_caller]
    fn check(taken: &Taken, expect: (HopVerdict, &[&str])) {
        let text = r#"{ version: 1, name: t, region: ap-northeast-1, accounts: { a: "111111111111" }, destinations: { main: { account: a } }, sources: { web: { accounts: [a], destination: main, log_groups: [/web] } } }"#;
        let topology = parse("topology.yaml", text).unwrap();
        let destination = topology.destinations.values().next().unwrap();
        let stream = destination.here(KindName::FirehoseStream, "s");
        let asked = [Asked { destination, stream, buffer: Duration::from_secs(300) }];
        let now = UNIX_EPOCH + Duration::from_secs(NOW as u64);
        let found = verdicts(&asked, std::slice::from_ref(taken), now).remove(0);
        let codes: Vec<&str> = found.findings.iter().map(StreamFinding::code).collect();
        assert_eq!((found.verdict, codes.as_slice()), expect, "{taken:?}");
    }

    fn flow(flow: Flow) -> Taken {
        Taken { flow, ..Taken::default() }
    }

    #[test]
    fn records_that_wait_longer_than_they_are_collected_are_not_delivered() {
        use HopVerdict::{Correct, Incorrect};
        let oldest = |ago: i64, waited| flow(Flow { oldest: Some((NOW - ago, waited)), ..Flow::default() });
        check(&Taken::default(), (Correct, &[]));
        check(&oldest(60, 590), (Correct, &[]));
        check(&oldest(60, 601), (Incorrect, &["records_wait"]));
        // It was so, and nothing waits any more.
        check(&oldest(3_600, 9_000), (Correct, &[]));
    }

    #[test]
    fn what_was_refused_a_moment_ago_is_wrong_and_what_was_earlier_is_told() {
        use HopVerdict::{Correct, Incorrect};
        let throttled = |ago: i64| Taken {
            throttled: 3,
            ..flow(Flow { throttled_at: Some(NOW - ago), ..Flow::default() })
        };
        check(&throttled(60), (Incorrect, &["throughput_near_limit"]));
        check(&throttled(7_200), (Correct, &["throughput_near_limit"]));
        check(&throttled(90_000), (Correct, &[]));
        let busy = |ago| Taken { minutes: [(NOW - ago, 60 * 1_048_576)].into(), ..Taken::default() };
        check(&busy(60), (Correct, &["throughput_near_limit"]));
        check(&busy(90_000), (Correct, &[]));
    }
}
