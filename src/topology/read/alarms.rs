//! `alarms` of destinations and sources.

use super::field::Field;
use super::section::Section;
use crate::address::{Arn, Partition, Region};
use crate::topology::finding::Findings;
use crate::topology::keys::alarms as keys;
use crate::topology::keys::{Either, Text};
use crate::topology::model::{Alarms, SourceAlarms};
use crate::topology::yaml::Value;

/// Where a topic must be: in the partition of the topology, and in the region of the alarms.
#[derive(Debug, Clone, Copy)]
pub(in crate::topology) struct Around<'a> {
    /// `None` when the topology's region is missing or wrong, which is noted already.
    pub(in crate::topology) partition: Option<Partition>,
    /// Those that could be read.
    pub(in crate::topology) regions: &'a [Region],
    /// Whose they are.
    pub(in crate::topology) whose: &'static str,
}

/// The alarms of a destination whose streams buffer for so many seconds.
pub(in crate::topology) fn of_destination(
    section: &Section<'_>,
    around: Around<'_>,
    buffer_seconds: u32,
    findings: &mut Findings,
) -> Option<Alarms> {
    let topic = section
        .need(&keys::TOPIC, findings)
        .and_then(|field| topic(field, &keys::TOPIC.kind, around, findings));
    let delay = section.get(&keys::DELAY);
    let written = delay.and_then(|field| {
        field.formed(&keys::DELAY.kind.form, "write a time such as `15m` or `2h`", findings)
    });
    let minutes = minutes(written.unwrap_or(keys::DELAY.default.0));
    if let Some(minutes) = minutes.filter(|minutes| minutes * 60 <= buffer_seconds) {
        let span = delay.map_or(section.key_span, |field| field.span());
        let message =
            format!("`delay` is {minutes} minutes, and the stream buffers for {buffer_seconds} seconds");
        let why = "every record waits for the buffer time, so the alarm would never end";
        findings.add(span, message, why, "set a longer `delay`, or a shorter `buffer_seconds`");
    }
    let errors = section.value(&keys::ERRORS, findings);
    Some(Alarms { topic: topic?, delay_minutes: minutes?, errors })
}

/// The alarms of a source.
pub(in crate::topology) fn of_source(
    section: &Section<'_>,
    around: Around<'_>,
    findings: &mut Findings,
) -> Option<SourceAlarms> {
    let field = section.need(&keys::TOPICS, findings)?;
    let Either(one, several) = keys::TOPICS.kind;
    let named: Vec<String> = match &field.node.value {
        Value::List(_) => {
            field.list(&several, findings, |item, findings| topic(item, &one, around, findings))
        }
        Value::Map(_) | Value::Scalar { .. } => topic(field, &one, around, findings).into_iter().collect(),
    };
    let regions: Vec<&str> =
        named.iter().filter_map(|topic| Arn::parse(topic)).map(|arn| arn.region).collect();
    let all_fit = regions.iter().all(|region| around.regions.iter().any(|own| own.as_str() == *region));
    for region in around.regions.iter().filter(|_| all_fit && !named.is_empty()) {
        let why = "an alarm tells only topics of its own region";
        match regions.iter().filter(|there| **there == region.as_str()).count() {
            1 => {}
            0 => {
                let help = format!("make `topic` a list, and add a topic of {region}");
                findings.add(field.span(), format!("no topic is in the region `{region}`"), why, help);
            }
            _ => {
                let message = format!("more than one topic is in the region `{region}`");
                findings.add(field.span(), message, "an alarm of a source tells one", "name one of them");
            }
        }
    }
    Some(SourceAlarms { topics: named })
}

/// CloudWatch refuses actions of another region (`Invalid region … specified. Only … is supported.`), and allows those of
/// another account (Amazon SNS Developer Guide, "Example cases for Amazon SNS access control": "Allow any CloudWatch
/// alarms to publish to an SNS topic in a different account").
fn topic(field: Field<'_>, kind: &Text, around: Around<'_>, findings: &mut Findings) -> Option<String> {
    let text = field.formed(&kind.form, "copy the ARN of the topic from the SNS console", findings)?;
    if let Some(arn) = Arn::parse(text).filter(|_| kind.form.check(text).is_ok()) {
        check_place(field, &arn, around, findings);
    }
    Some(text.to_owned())
}

fn check_place(field: Field<'_>, arn: &Arn<'_>, around: Around<'_>, findings: &mut Findings) {
    if let Some(partition) = around.partition.filter(|partition| partition.as_str() != arn.partition) {
        let message = format!("the topic is in the partition `{}`", arn.partition);
        let why = format!(
            "the topology's region is in the partition `{partition}`, and an alarm tells only topics of its own partition"
        );
        findings.add(field.span(), message, why, format!("name a topic that starts with `arn:{partition}:`"));
        return;
    }
    if around.regions.is_empty() || around.regions.iter().any(|region| region.as_str() == arn.region) {
        return;
    }
    let regions: Vec<&str> = around.regions.iter().map(Region::as_str).collect();
    let regions = regions.join(", ");
    let message = format!("the topic is in the region `{}`", arn.region);
    let why =
        format!("an alarm tells only topics of its own region, and this {} is in {regions}", around.whose);
    findings.add(field.span(), message, why, format!("name a topic in {regions}"));
}

/// What a time such as `15m` or `2h` is in minutes; `None` where it is none, which is noted already.
fn minutes(text: &str) -> Option<u32> {
    keys::DELAY.kind.form.check(text).ok()?;
    let (number, unit) = text.split_at(text.len().checked_sub(1)?);
    let number: u32 = number.parse().ok()?;
    Some(if unit == "h" { number * 60 } else { number })
}
