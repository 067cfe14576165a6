//! Streams of Firehose, instances, parameters and alarms.

use serde_json::json;

use super::step::{Answers, Calls};
use crate::address::last_part;
use crate::export::of::Of;
use crate::export::words::{stream_destination, tags, watched};
use crate::provider::cloudwatch::alarm::CloudwatchAlarm;
use crate::provider::ec2::instance_profile_association::InstanceProfileAssociation;
use crate::provider::firehose::stream::FirehoseStream;
use crate::provider::ssm::parameter::SsmParameter;
use crate::shell::quoted;

/// A stream into a bucket, and the time until it takes records.
pub(super) fn stream(stream: &FirehoseStream, of: Of<'_>) -> Calls {
    let arguments = json!({
        "DeliveryStreamName": of.name(),
        "DeliveryStreamType": "DirectPut",
        "ExtendedS3DestinationConfiguration": stream_destination(stream),
        "Tags": tags(&stream.tags),
    });
    let answers = Answers { there: r"\(ResourceInUseException\)", passing: "role_not_ready" };
    Calls::default()
        .call("firehose create-delivery-stream", answers, arguments)
        .then(&format!("until_active {}", quoted(of.name())))
}

/// The profile of an instance. Another one that it has goes only where the topology says so.
pub(super) fn association(association: &InstanceProfileAssociation, of: Of<'_>) -> Calls {
    let profile = json!({ "Name": last_part(&association.profile_arn) });
    let arguments = json!({ "InstanceId": of.name(), "IamInstanceProfile": profile });
    let there = Answers { there: r"\(IncorrectState\)", passing: "unknown_to_iam" };
    let calls = Calls::default().call("ec2 associate-iam-instance-profile", there, arguments);
    if !association.replace {
        return calls;
    }
    let look = format!(
        "association=$(in_account ec2 describe-iam-instance-profile-associations --output text \\\n    --filters Name=instance-id,Values={} Name=state,Values=associated \\\n    --query 'IamInstanceProfileAssociations[0].AssociationId')",
        quoted(of.name())
    );
    let name = quoted(last_part(&association.profile_arn));
    let swap = format!(
        "call '' \"$unknown_to_iam\" ec2 replace-iam-instance-profile-association \\\n    --association-id \"$association\" --iam-instance-profile Name={name}"
    );
    calls.only("if ! $made; then", |calls| calls.then(&look).then(&swap))
}

/// A parameter. One that is there keeps its value.
pub(super) fn parameter(parameter: &SsmParameter, of: Of<'_>) -> Calls {
    let arguments = json!({
        "Name": of.name(),
        "Type": "String",
        "Value": parameter.value,
        "Tier": parameter.is_advanced().then_some("Intelligent-Tiering"),
        "Tags": tags(&parameter.tags),
    });
    let answers = Answers { there: r"\(ParameterAlreadyExists\)", passing: "" };
    Calls::default().call("ssm put-parameter", answers, arguments)
}

/// An alarm. One of that name would be written over.
pub(super) fn alarm(alarm: &CloudwatchAlarm, of: Of<'_>) -> Calls {
    let condition = alarm.condition;
    let mut arguments = json!({
        "AlarmName": of.name(),
        "AlarmDescription": alarm.description,
        "ActionsEnabled": true,
        "AlarmActions": [alarm.topic],
        "OKActions": [alarm.topic],
        "ComparisonOperator": condition.wrong.as_str(),
        "Threshold": condition.threshold,
        "EvaluationPeriods": condition.periods,
        "DatapointsToAlarm": condition.periods,
        "TreatMissingData": condition.missing.as_str(),
        "Tags": tags(&alarm.tags),
    });
    for (name, value) in watched(alarm) {
        arguments[name] = value;
    }
    Calls::default().call("cloudwatch put-metric-alarm", Answers::default(), arguments)
}
