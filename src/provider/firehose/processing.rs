//! What a stream does to records before it writes them: its processors, as we set them and as Firehose reports them.
//!
//! The order is that of the Firehose Developer Guide: decompress, then extract messages or partition keys, then delimit.

use std::collections::BTreeMap;

use aws_sdk_firehose::types::{
    ProcessingConfiguration, Processor, ProcessorParameter, ProcessorParameterName, ProcessorType,
};
use serde_json::Value;

use crate::provider::change::Diff;

/// What is done to records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Processing {
    /// Decompress what CloudWatch Logs sends.
    pub decompress: bool,
    /// Keep the messages only, a line each; needs `decompress`.
    pub extract_messages: bool,
    /// Fields of the envelope that become partition keys; needs `decompress`.
    pub partition_by: Vec<&'static str>,
}

/// One processor: its type and its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its type, in AWS's word.
    pub kind: String,
    /// Its parameters.
    pub parameters: BTreeMap<String, String>,
}

impl Step {
    fn new(kind: &ProcessorType, parameters: &[(ProcessorParameterName, String)]) -> Self {
        let parameters =
            parameters.iter().map(|(name, value)| (name.as_str().to_owned(), value.clone())).collect();
        Self { kind: kind.as_str().to_owned(), parameters }
    }

    fn reported(processor: &Processor) -> Self {
        let parameters = processor
            .parameters()
            .iter()
            .map(|parameter| {
                (parameter.parameter_name().as_str().to_owned(), parameter.parameter_value().to_owned())
            })
            .collect();
        Self { kind: processor.r#type().as_str().to_owned(), parameters }
    }

    fn sent(&self) -> Option<Processor> {
        let parameters = self
            .parameters
            .iter()
            .filter_map(|(name, value)| {
                let name = ProcessorParameterName::from(name.as_str());
                ProcessorParameter::builder().parameter_name(name).parameter_value(value).build().ok()
            })
            .collect::<Vec<_>>();
        let parameters = (!parameters.is_empty()).then_some(parameters);
        let kind = ProcessorType::from(self.kind.as_str());
        Processor::builder().r#type(kind).set_parameters(parameters).build().ok()
    }

    /// With those parameters only that `wanted` names: Firehose reports defaults beside what was set.
    fn as_far_as(&self, wanted: Option<&Self>) -> Self {
        let Some(wanted) = wanted.filter(|wanted| wanted.kind == self.kind) else { return self.clone() };
        let mut shown = self.clone();
        shown.parameters.retain(|name, _| wanted.parameters.contains_key(name));
        shown
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.kind)?;
        if self.parameters.is_empty() {
            return Ok(());
        }
        let parameters: Vec<String> =
            self.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        write!(f, "({})", parameters.join(", "))
    }
}

impl Processing {
    /// The processors that do it.
    pub fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        if self.decompress {
            steps.push(Step::new(
                &ProcessorType::Decompression,
                &[(ProcessorParameterName::CompressionFormat, "GZIP".to_owned())],
            ));
        }
        if self.extract_messages {
            steps.push(Step::new(
                &ProcessorType::CloudWatchLogProcessing,
                &[(ProcessorParameterName::DataMessageExtraction, "true".to_owned())],
            ));
            // Firehose writes messages one behind the other; whether it ends them itself is disputed.
            steps.push(Step::new(
                &ProcessorType::AppendDelimiterToRecord,
                &[(ProcessorParameterName::Delimiter, r"\n".to_owned())],
            ));
        }
        if !self.partition_by.is_empty() {
            let fields: Vec<String> = self.partition_by.iter().map(|key| format!("{key}:.{key}")).collect();
            steps.push(Step::new(
                &ProcessorType::MetadataExtraction,
                &[
                    (ProcessorParameterName::MetadataExtractionQuery, format!("{{{}}}", fields.join(","))),
                    (ProcessorParameterName::JsonParsingEngine, "JQ-1.6".to_owned()),
                ],
            ));
        }
        steps
    }

    /// What is sent to Firehose; `None` for no processing at all, so that a stream is made without any.
    pub(super) fn configuration(&self) -> Option<ProcessingConfiguration> {
        let processors: Vec<Processor> = self.steps().iter().filter_map(Step::sent).collect();
        let some = !processors.is_empty();
        some.then(|| {
            ProcessingConfiguration::builder().enabled(true).set_processors(Some(processors)).build()
        })
    }

    /// What is sent to a stream that may have processors: without any of ours they are switched off.
    pub(super) fn replacing(&self) -> ProcessingConfiguration {
        self.configuration().unwrap_or_else(|| ProcessingConfiguration::builder().enabled(false).build())
    }

    /// Adds what differs.
    pub(super) fn diff(&self, diff: Diff, live: &[Step]) -> Diff {
        let wanted = self.steps();
        let shown = |steps: &[Step]| -> Value { steps.iter().map(ToString::to_string).collect() };
        let there: Vec<Step> =
            live.iter().enumerate().map(|(at, step)| step.as_far_as(wanted.get(at))).collect();
        diff.field("processing", shown(&there), shown(&wanted))
    }
}

/// What processors do, as a topology says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// What of it a topology can say.
    pub(crate) said: Processing,
    /// The processors, or their order, that it cannot.
    pub(crate) unsaid: Vec<String>,
}

impl Told {
    /// Of what Firehose reports.
    pub(super) fn of(live: &[Step]) -> Self {
        let find = |kind: &ProcessorType| live.iter().find(|step| step.kind == kind.as_str());
        let extracts = |step: &Step| step.parameters.values().any(|value| value == "true");
        let said = Processing {
            decompress: find(&ProcessorType::Decompression).is_some(),
            extract_messages: find(&ProcessorType::CloudWatchLogProcessing).is_some_and(extracts),
            partition_by: find(&ProcessorType::MetadataExtraction).map(partition_keys).unwrap_or_default(),
        };
        let wanted = said.steps();
        let as_wanted = |step: &&Step| wanted.iter().any(|wanted| step.as_far_as(Some(wanted)) == *wanted);
        let mut unsaid: Vec<String> =
            live.iter().filter(|step| !as_wanted(step)).map(ToString::to_string).collect();
        let differs = !said.diff(Diff::default(), live).done().is_empty();
        if differs && unsaid.is_empty() {
            unsaid = live.iter().map(ToString::to_string).collect();
        }
        Self { said, unsaid }
    }
}

/// The fields of the envelope that a query extracts under their own names; none where it does anything else.
fn partition_keys(step: &Step) -> Vec<&'static str> {
    const KNOWN: [&str; 3] = ["owner", "logGroup", "logStream"];
    let query = ProcessorParameterName::MetadataExtractionQuery;
    let query = step.parameters.get(query.as_str()).map(String::as_str).unwrap_or_default();
    let inner = query.trim().strip_prefix('{').and_then(|query| query.strip_suffix('}'));
    let keys = inner.unwrap_or_default().split(',').map(|part| {
        let (name, selector) = part.split_once(':')?;
        let name = name.trim().trim_matches('"');
        KNOWN.into_iter().find(|known| *known == name && selector.trim().strip_prefix('.') == Some(name))
    });
    keys.collect::<Option<Vec<_>>>().unwrap_or_default()
}

/// The processors of a stream, if they are switched on.
pub(super) fn reported(configuration: &ProcessingConfiguration) -> Vec<Step> {
    let processors = configuration.processors().iter().map(Step::reported);
    processors.filter(|_| configuration.enabled == Some(true)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::field::Field;

    fn processing(decompress: bool, extract_messages: bool, partition_by: &[&'static str]) -> Processing {
        Processing { decompress, extract_messages, partition_by: partition_by.to_vec() }
    }

    fn check(processing: &Processing, expect: &[&str]) {
        let steps: Vec<String> = processing.steps().iter().map(ToString::to_string).collect();
        assert_eq!(steps, expect);
        let live = reported(&processing.replacing());
        assert!(
            processing.diff(Diff::default(), &live).done().is_empty(),
            "what is sent reads back as wanted"
        );
    }

    #[test]
    fn each_form_has_its_processors() {
        check(&processing(false, false, &[]), &[]);
        check(&processing(true, false, &[]), &["Decompression(CompressionFormat=GZIP)"]);
        check(
            &processing(true, true, &[]),
            &[
                "Decompression(CompressionFormat=GZIP)",
                "CloudWatchLogProcessing(DataMessageExtraction=true)",
                r"AppendDelimiterToRecord(Delimiter=\n)",
            ],
        );
        check(
            &processing(true, false, &["owner", "logGroup"]),
            &[
                "Decompression(CompressionFormat=GZIP)",
                "MetadataExtraction(JsonParsingEngine=JQ-1.6, MetadataExtractionQuery={owner:.owner,logGroup:.logGroup})",
            ],
        );
    }

    #[test]
    fn what_is_reported_is_told_as_a_topology_says_it() {
        for wanted in [
            processing(false, false, &[]),
            processing(true, false, &[]),
            processing(true, true, &[]),
            processing(true, false, &["owner", "logGroup"]),
        ] {
            let told = Told::of(&wanted.steps());
            assert_eq!(told, Told { said: wanted, unsaid: Vec::new() });
        }
        let mut live = processing(true, false, &["owner"]).steps();
        live.push(Step::new(&ProcessorType::Lambda, &[]));
        assert_eq!(Told::of(&live).unsaid, ["Lambda"]);
        live.remove(0);
        live[0].parameters.insert("MetadataExtractionQuery".into(), "{team:.tags.team}".into());
        let told = Told::of(&live);
        assert!(told.said.partition_by.is_empty() && told.unsaid.len() == 2, "{told:?}");
    }

    #[test]
    fn defaults_that_firehose_reports_are_no_difference_and_other_processors_are() {
        let wanted = processing(true, false, &[]);
        let mut live = wanted.steps();
        live[0].parameters.insert("NumberOfRetries".into(), "3".into());
        assert!(wanted.diff(Diff::default(), &live).done().is_empty());
        live.push(Step::new(&ProcessorType::Lambda, &[]));
        assert_eq!(wanted.diff(Diff::default(), &live).done()[0].field, Field::from("processing"));
    }
}
