//! Streams, and what watches and configures from outside of them: alarms and parameters.

use serde_json::{Value, json};

use super::part::Part;
use crate::address::arn;
use crate::export::of::Of;
use crate::provider::cloudwatch::alarm::CloudwatchAlarm;
use crate::provider::cloudwatch::watched::{QUERY, Watched};
use crate::provider::firehose::processing::Step;
use crate::provider::firehose::stream::FirehoseStream;
use crate::provider::ssm::parameter::SsmParameter;

/// A stream into a bucket.
pub(super) fn stream(stream: &FirehoseStream, of: Of<'_>) -> Part {
    let logging = stream.error_log.as_ref().map(
        |(group, stream)| json!([{ "enabled": true, "log_group_name": group, "log_stream_name": stream }]),
    );
    let steps: Vec<Value> = stream.processing.steps().iter().map(processor).collect();
    let processing = (!steps.is_empty()).then(|| json!([{ "enabled": true, "processors": steps }]));
    let into = json!({
        "bucket_arn": stream.bucket_arn,
        "role_arn": stream.role_arn,
        "prefix": stream.prefix,
        "error_output_prefix": stream.error_prefix,
        "buffering_size": stream.buffer_mb,
        "buffering_interval": stream.buffer_seconds,
        "compression_format": stream.compression_format(),
        "file_extension": stream.file_extension,
        "custom_time_zone": "UTC",
        "kms_key_arn": stream.kms_key_arn,
        "cloudwatch_logging_options": logging,
        "dynamic_partitioning_configuration": stream.partitioned().then(|| json!([{ "enabled": true }])),
        "processing_configuration": processing,
    });
    let arguments = json!({
        "name": of.name(),
        "destination": "extended_s3",
        "extended_s3_configuration": [into],
        "tags": of.tags(&stream.tags),
    });
    let arn = arn::firehose_stream(of.region(), of.account(), of.name());
    Part::resource("aws_kinesis_firehose_delivery_stream", arguments).known_as(of.there(), arn)
}

fn processor(step: &Step) -> Value {
    let parameters = step.parameters.iter();
    let parameters: Vec<Value> =
        parameters.map(|(name, value)| json!({ "parameter_name": name, "parameter_value": value })).collect();
    json!({ "type": step.kind, "parameters": parameters })
}

/// A parameter.
pub(super) fn parameter(parameter: &SsmParameter, of: Of<'_>) -> Part {
    let arguments = json!({
        "name": of.name(),
        "type": "String",
        "value": parameter.value,
        "tier": parameter.is_advanced().then_some("Intelligent-Tiering"),
        "tags": of.tags(&parameter.tags),
    });
    Part::resource("aws_ssm_parameter", arguments).known_as(of.there(), of.name())
}

/// An alarm.
pub(super) fn alarm(alarm: &CloudwatchAlarm, of: Of<'_>) -> Part {
    let condition = alarm.condition;
    let mut arguments = json!({
        "alarm_name": of.name(),
        "alarm_description": alarm.description,
        "actions_enabled": true,
        "alarm_actions": [alarm.topic],
        "ok_actions": [alarm.topic],
        "comparison_operator": condition.wrong.as_str(),
        "threshold": condition.threshold,
        "evaluation_periods": condition.periods,
        "datapoints_to_alarm": condition.periods,
        "treat_missing_data": condition.missing.as_str(),
        "tags": of.tags(&alarm.tags),
    });
    match &alarm.watched {
        Watched::Metric { namespace, name, dimension, of, statistic } => {
            arguments["namespace"] = json!(namespace);
            arguments["metric_name"] = json!(name);
            arguments["dimensions"] = json!({ (*dimension): of });
            arguments["statistic"] = json!(statistic);
            arguments["period"] = json!(condition.period);
        }
        Watched::Query(query) => {
            arguments["metric_query"] = json!([{
                "id": QUERY,
                "expression": query,
                "period": condition.period,
                "return_data": true,
            }]);
        }
    }
    Part::resource("aws_cloudwatch_metric_alarm", arguments).known_as(of.there(), of.name())
}
