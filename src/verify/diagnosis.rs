//! What doctor found out, as values.

use std::collections::BTreeMap;

use super::findings::{AccountQuotas, AlarmVerdict, BucketVerdict, QuotaUse, StreamVerdict};
use super::note::NoRoute;
use super::verdict::{AgentVerdict, Hop, HopVerdict, ReaderVerdict, Route, Undelivered};
use crate::address::{Address, Key};
use crate::plan::Reason;

/// How a route, or everything, stands as far as that can be told without sending anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Every hop is as it must be.
    Healthy,
    /// No hop is known to be wrong, and not every one can be judged.
    Unknown,
    /// Events get through, and something is there that should not be.
    Unexpected,
    /// A hop keeps events back.
    Broken,
}

impl Health {
    /// That of a route with these hops.
    pub fn of(hops: &[Hop]) -> Self {
        // Without a hop, nothing is known.
        hops.iter().map(|hop| Self::of_verdict(hop.verdict)).max().unwrap_or(Self::Unknown)
    }

    /// That of one thing that was judged so.
    pub fn of_verdict(verdict: HopVerdict) -> Self {
        match verdict {
            HopVerdict::Correct => Self::Healthy,
            HopVerdict::Unreachable | HopVerdict::Unknown => Self::Unknown,
            HopVerdict::Unexpected => Self::Unexpected,
            HopVerdict::Incorrect | HopVerdict::Missing => Self::Broken,
        }
    }

    /// That of a role which may do what it must, or of which that is unknown.
    fn of_role(allowed: bool, unknown: bool) -> Self {
        match (allowed, unknown) {
            (true, _) => Self::Healthy,
            (false, true) => Self::Unknown,
            (false, false) => Self::Broken,
        }
    }
}

/// What Firehose could not deliver, of one code and message.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DeliveryError {
    /// Firehose's own code, where it tells one.
    pub code: Option<String>,
    /// Firehose's own words, where it has any.
    pub message: Option<String>,
    /// Records in the objects below the error prefix that were read.
    pub records: usize,
    /// Objects below the error prefix.
    pub objects: usize,
    /// Events of the error log.
    pub logged: usize,
    /// One of the objects.
    pub example: Option<String>,
}

/// What Firehose could not deliver to the bucket of one destination lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryErrors {
    /// The destination.
    pub destination: Key,
    /// By code and message, those first of which there are most.
    pub errors: Vec<DeliveryError>,
    /// What could not be read.
    pub unread: Vec<String>,
}

/// Something that the topology needs and apply would not touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    /// What.
    pub address: Address,
    /// Why.
    pub reason: Reason,
}

/// The outcome of doctor.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnosis {
    /// Route by route; nothing was sent, so nothing was delivered.
    pub routes: Vec<Route>,
    /// Agent by agent, account by account.
    pub agents: Vec<AgentVerdict>,
    /// Reader by reader.
    pub readers: Vec<ReaderVerdict>,
    /// Alarm by alarm.
    pub alarms: Vec<AlarmVerdict>,
    /// Stream by stream, those that are there.
    pub streams: Vec<StreamVerdict>,
    /// Bucket by bucket, those that are there.
    pub buckets: Vec<BucketVerdict>,
    /// The quotas that apply would meet, account by account.
    pub quotas: Vec<AccountQuotas>,
    /// Destination by destination, where there is anything to tell.
    pub delivery_errors: Vec<DeliveryErrors>,
    /// What apply would refuse to touch, such as names that others have taken.
    pub blocked: Vec<Blocked>,
    /// Why there is no route, when there is none.
    pub finding: Option<NoRoute>,
}

impl Diagnosis {
    /// The worst of everything that was looked at.
    pub fn health(&self) -> Health {
        let exceeded = self.quotas.iter().flat_map(|quotas| &quotas.uses).any(QuotaUse::exceeded);
        if self.finding.is_some() || !self.blocked.is_empty() || exceeded {
            return Health::Broken;
        }
        let routes = self.routes.iter().map(|route| Health::of(&route.hops));
        let agents = self.agents.iter().map(|agent| Health::of_role(agent.allowed, agent.unknown));
        let readers = self.readers.iter().map(|reader| Health::of_role(reader.readable, reader.unknown));
        let alarms = self.alarms.iter().map(|alarm| Health::of_verdict(alarm.verdict));
        // What was not counted is no doubt about what is there.
        let streams = self.streams.iter().map(|stream| Health::of_verdict(stream.verdict));
        let streams = streams.filter(|health| *health != Health::Unknown);
        let buckets = self.buckets.iter().map(|bucket| bucket.verdict);
        let buckets = buckets.filter(|verdict| *verdict != HopVerdict::Unreachable).map(Health::of_verdict);
        routes
            .chain(agents)
            .chain(readers)
            .chain(alarms)
            .chain(streams)
            .chain(buckets)
            .max()
            .unwrap_or(Health::Healthy)
    }
}

/// What was said of failures, counted by code and words.
#[derive(Debug, Default)]
pub(super) struct Counted(BTreeMap<(Option<String>, Option<String>), DeliveryError>);

impl Counted {
    fn of(&mut self, code: Option<&str>, message: Option<&str>) -> &mut DeliveryError {
        let key = (code.map(str::to_owned), message.map(str::to_owned));
        self.0.entry(key).or_insert_with_key(|(code, message)| DeliveryError {
            code: code.clone(),
            message: message.clone(),
            records: 0,
            objects: 0,
            logged: 0,
            example: None,
        })
    }

    /// Records of an object that Firehose could not process.
    pub(super) fn undelivered(&mut self, undelivered: &Undelivered) {
        let error = self.of(undelivered.error_code.as_deref(), undelivered.error_message.as_deref());
        error.records += undelivered.records;
        error.objects += 1;
        error.example.get_or_insert_with(|| undelivered.object.clone());
    }

    /// An event of the error log.
    pub(super) fn logged(&mut self, code: Option<&str>, message: &str) {
        self.of(code, Some(message)).logged += 1;
    }

    /// Those first of which there are most.
    pub(super) fn errors(self) -> Vec<DeliveryError> {
        let mut errors: Vec<DeliveryError> = self.0.into_values().collect();
        errors.sort_by_key(|error| std::cmp::Reverse((error.records.max(error.logged), error.objects)));
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hops(verdicts: &[HopVerdict]) -> Vec<Hop> {
        let hop = |verdict: &HopVerdict| Hop {
            hop: "stream",
            verdict: *verdict,
            detail: String::new(),
            depends_on: Vec::new(),
        };
        verdicts.iter().map(hop).collect()
    }

    #[test]
    fn a_route_is_as_healthy_as_its_worst_hop() {
        use HopVerdict::{Correct, Incorrect, Missing, Unexpected, Unknown, Unreachable};
        assert_eq!(Health::of(&hops(&[Correct, Correct])), Health::Healthy);
        assert_eq!(Health::of(&hops(&[Correct, Unknown])), Health::Unknown);
        assert_eq!(Health::of(&hops(&[Unreachable, Correct])), Health::Unknown);
        assert_eq!(Health::of(&hops(&[Unknown, Unexpected, Correct])), Health::Unexpected);
        assert_eq!(Health::of(&hops(&[Unknown, Missing, Unexpected])), Health::Broken);
        assert_eq!(Health::of(&hops(&[Incorrect])), Health::Broken);
        assert_eq!(Health::of(&[]), Health::Unknown);
    }

    #[test]
    fn what_failed_is_counted_by_code_with_one_example() {
        let undelivered = |object: &str, code: &str, records| Undelivered {
            object: object.to_owned(),
            error_code: Some(code.to_owned()),
            error_message: Some("why".to_owned()),
            records,
            test_event: false,
        };
        let mut counted = Counted::default();
        counted.undelivered(&undelivered("s3://b/1", "A", 1));
        counted.undelivered(&undelivered("s3://b/2", "B", 7));
        counted.undelivered(&undelivered("s3://b/3", "A", 2));
        counted.logged(Some("A"), "why");
        let told: Vec<_> = counted
            .errors()
            .into_iter()
            .map(|error| (error.code, error.records, error.objects, error.logged, error.example))
            .collect();
        let of = |code: &str, example: &str| (Some(code.to_owned()), Some(example.to_owned()));
        let ((b, b_example), (a, a_example)) = (of("B", "s3://b/2"), of("A", "s3://b/1"));
        assert_eq!(told, [(b, 7, 1, 0, b_example), (a, 3, 2, 1, a_example)]);
    }
}
