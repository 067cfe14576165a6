//! `alarms` of a destination and of a source: who is told when nothing arrives any more.

use super::forms::{Form, identifiers, matches};
use super::{Either, Flag, Key, KeyOr, List, Table, Text};

pub(in crate::topology) static OF_DESTINATION: Table = Table {
    name: "alarms",
    path: "destinations.<key>.alarms",
    meaning: "CloudWatch alarms on each stream of the destination, in its account and region: `<stream>-delay`, the oldest record waits longer than `delay`; `<stream>-silent`, nothing was written to the bucket for `delay`; `<stream>-throttled`, Firehose refused records.",
    keys: &[&TOPIC, &DELAY, &ERRORS],
    conditions: Vec::new,
};

pub(in crate::topology) static OF_SOURCE: Table = Table {
    name: "source_alarms",
    path: "sources.<key>.alarms",
    meaning: "Two CloudWatch alarms in every account and region of the source, whatever the number of its log groups: `<name>-<source>-errors`, CloudWatch Logs could not forward events; `<name>-<source>-throttling`, it was throttled.",
    keys: &[&TOPICS],
    conditions: Vec::new,
};

const WHO_IS_TOLD: (&str, &str) =
    ("an alarm that nobody is told of helps nobody", "add `topic: arn:aws:sns:<region>:<account id>:<name>`");

const TOLD: &str = "The SNS topic that is told when an alarm goes off, and when it ends.";

const EXAMPLE: &str = "arn:aws:sns:ap-northeast-1:999999999999:ops";

pub(in crate::topology) static TOPIC: Key<Text> = Key::new("topic", Text::new(identifiers::TOPIC), TOLD)
    .required(WHO_IS_TOLD.0, WHO_IS_TOLD.1)
    .rules("In the region of the destination: CloudWatch tells only topics of an alarm's own region. A topic of another account must allow `cloudwatch.amazonaws.com` to publish, in its own policy.")
    .example(EXAMPLE);

pub(in crate::topology) static TOPICS: Key<Either<Text, List<Text>>> = Key::new(
    "topic",
    Either(Text::new(identifiers::TOPIC), List::some(Text::new(identifiers::TOPIC))),
    TOLD,
)
.required(WHO_IS_TOLD.0, WHO_IS_TOLD.1)
.rules("In the region of the source; of a source in several regions a list, with one topic in each. A topic of another account must allow `cloudwatch.amazonaws.com` to publish, in its own policy.")
.example(EXAMPLE);

/// A whole number of minutes or hours: periods of an alarm are minutes.
const MINUTES: Form = Form::new("a time of whole minutes or hours").sized(2, 4).of("0-9mh", "digits, `m` and `h`").and(&[
    matches("^([5-9]|[1-9][0-9]|[1-9][0-9]{2}|1[0-3][0-9]{2}|14[0-3][0-9]|1440)m$|^([1-9]|1[0-9]|2[0-4])h$", "write `15m` or `2h`: from 5 minutes to 24 hours, which is the longest time that CloudWatch looks back"),
]);

pub(in crate::topology) static DELAY: KeyOr<Text> = Key::new(
    "delay",
    Text::new(MINUTES),
    "How long a record may wait in the stream, and how long nothing may arrive in the bucket.",
)
.rules("From `5m` to `24h`, and longer than `buffer_seconds`, for which every record waits. Longer than the sources are silent at night: missing objects set the alarm off, because a pipeline that is dead has nothing else to show.")
.or("15m")
.example("2h");

pub(in crate::topology) static ERRORS: KeyOr<Flag> = Key::new(
    "errors",
    Flag,
    "Whether there is an alarm on records that Firehose refuses because they are too many.",
)
.or(true);
