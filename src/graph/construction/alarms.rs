//! The alarms of destinations and sources: a fixed number for each stream, and for each account and region of a source.

use super::builder::GraphBuilder;
use crate::address::{Address, KindName, Place};
use crate::graph::Need;
use crate::graph::streams::StreamNames;
use crate::provider::Resource;
use crate::provider::cloudwatch::alarm::CloudwatchAlarm;
use crate::provider::cloudwatch::watched::{Condition, Missing, Watched, Wrong, quoted};
use crate::topology::{Destination, Source, SourceAlarms};

/// Seconds of a period. Firehose and CloudWatch Logs count by the minute.
const MINUTE: i32 = 60;

/// Periods in which errors are counted: long enough for one look not to miss late values, and short enough to be told soon.
const FIVE_MINUTES: i32 = 300;

/// One alarm, as far as those of a place differ.
struct Draft {
    suffix: &'static str,
    description: String,
    watched: Watched,
    condition: Condition,
}

impl GraphBuilder<'_> {
    /// The alarms on the streams of a destination, in their order. An alarm is called after the declared name, so that it is
    /// the same when a successor takes over.
    pub(super) fn stream_alarms(&mut self, destination: &Destination, streams: &[&Address]) {
        let Some(alarms) = &destination.alarms else { return };
        let names = StreamNames::of(self.topology, destination);
        let numbers = (1..).filter(|number| names.is_free(*number));
        for (number, stream) in numbers.zip(streams) {
            let name = names.name(number);
            let needs = vec![Need::new(stream, "the alarm watches it")];
            for draft in of_stream(&stream.name, alarms.delay_minutes, alarms.errors) {
                let address =
                    destination.here(KindName::CloudwatchAlarm, &format!("{name}-{}", draft.suffix));
                self.alarm(&address, draft, &alarms.topic, needs.clone());
            }
        }
    }

    /// The alarms on what a source forwards, in each of its accounts and regions.
    pub(super) fn source_alarms(&mut self, source: &Source) {
        let Some(alarms) = &source.alarms else { return };
        for account in &source.accounts {
            for region in &source.regions {
                let Some(topic) = alarms.topic_in(region) else { continue };
                for draft in of_source(source) {
                    let name = format!("{}-{}-{}", self.topology.name, source.key, draft.suffix);
                    let place = Place::Region(region.clone());
                    let address =
                        Address::new(account.clone(), place, KindName::CloudwatchAlarm, name.as_str());
                    self.alarm(&address, draft, topic, Vec::new());
                }
            }
        }
    }

    fn alarm(&mut self, address: &Address, draft: Draft, topic: &str, needs: Vec<Need>) {
        let Draft { description, watched, condition, .. } = draft;
        let tags = self.tags.clone();
        let alarm = CloudwatchAlarm { description, watched, condition, topic: topic.to_owned(), tags };
        self.add(address, Resource::from(alarm), needs);
    }
}

/// What is watched of a stream (Amazon Data Firehose Developer Guide, "Monitor Amazon Data Firehose with CloudWatch
/// metrics", and "Implement best practices with CloudWatch Alarms").
fn of_stream(stream: &str, delay_minutes: u32, errors: bool) -> Vec<Draft> {
    let metric = |name, statistic| Watched::Metric {
        namespace: "AWS/Firehose",
        name,
        dimension: "DeliveryStreamName",
        of: stream.to_owned(),
        statistic,
    };
    // Nothing waits in a stream without data, so nothing waits for too long.
    let delay = Draft {
        suffix: "delay",
        description: format!(
            "A record has waited longer than {delay_minutes} minutes in the Firehose stream {stream}: see its error log, and run `logpipe doctor`."
        ),
        watched: metric("DeliveryToS3.DataFreshness", "Maximum"),
        condition: Condition {
            wrong: Wrong::Above,
            threshold: delay_minutes * 60,
            period: MINUTE,
            periods: 1,
            missing: Missing::NotBreaching,
        },
    };
    // Whatever stops a pipeline in front of the stream leaves no data behind, so that is what must be noticed.
    let silent = Draft {
        suffix: "silent",
        description: format!(
            "The Firehose stream {stream} has written nothing to its bucket for {delay_minutes} minutes: either nothing is logged, or the pipeline is broken; run `logpipe doctor`."
        ),
        watched: metric("DeliveryToS3.Success", "Maximum"),
        condition: Condition {
            wrong: Wrong::Below,
            threshold: 1,
            period: MINUTE,
            periods: i32::try_from(delay_minutes).unwrap_or(i32::MAX),
            missing: Missing::Breaching,
        },
    };
    let throttled = Draft {
        suffix: "throttled",
        description: format!(
            "The Firehose stream {stream} has refused records because they were too many: raise `count`, or its quota."
        ),
        watched: metric("ThrottledRecords", "Sum"),
        condition: errors_in_five_minutes(),
    };
    [delay, silent].into_iter().chain(errors.then_some(throttled)).collect()
}

/// What is watched of the subscriptions of a source: the sum over all of them, which a query finds anew at every look
/// (CloudWatch Logs User Guide, "Monitoring usage with CloudWatch metrics": both metrics have the name of the filter as a
/// dimension). An alarm a log group would have to be made whenever a glob finds one more.
fn of_source(source: &Source) -> [Draft; SourceAlarms::METRICS] {
    let filter = quoted(&source.filter.name);
    let draft = |suffix, metric: &str, what: &str| Draft {
        suffix,
        description: format!(
            "CloudWatch Logs {what} events of the source {} through the subscription `{}`; run `logpipe doctor --source {}`.",
            source.key, source.filter.name, source.key
        ),
        watched: Watched::Query(format!(
            "SELECT SUM({metric}) FROM \"AWS/Logs\" WHERE FilterName = {filter}"
        )),
        condition: errors_in_five_minutes(),
    };
    [
        draft("errors", "DeliveryErrors", "could not forward"),
        draft("throttling", "DeliveryThrottling", "was throttled forwarding"),
    ]
}

/// Any is too many, and none is counted where nothing went wrong.
fn errors_in_five_minutes() -> Condition {
    Condition {
        wrong: Wrong::Above,
        threshold: 0,
        period: FIVE_MINUTES,
        periods: 1,
        missing: Missing::NotBreaching,
    }
}
