//! Instances, parameters and alarms.

use serde_json::{Map, Value, json};

use super::item::{Item, Output, Written};
use super::resource::Around;
use crate::address::Address;
use crate::export::words::watched;
use crate::provider::cloudwatch::alarm::CloudwatchAlarm;
use crate::provider::cloudwatch::watched::Condition;
use crate::provider::ec2::instance_profile_association::InstanceProfileAssociation;
use crate::provider::ssm::parameter::SsmParameter;
use crate::shell::quoted;

/// Only instances that a template makes get their profile from one.
pub(super) fn association(
    address: &Address,
    association: &InstanceProfileAssociation,
    around: &Around<'_>,
) -> Written {
    let region = address.place.region().map(|region| format!(" --region {region}")).unwrap_or_default();
    let command = format!(
        "aws ec2 associate-iam-instance-profile{region} --instance-id {} --iam-instance-profile {}",
        quoted(&address.name),
        quoted(&format!("Arn={}", association.profile_arn))
    );
    Written::LeftOut(around.no_word(Some(command)))
}

/// Its tags are a map, unlike those of all other types.
pub(super) fn parameter(address: &Address, parameter: &SsmParameter) -> Written {
    let tags: Map<String, Value> =
        parameter.tags.wanted.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
    let tier = parameter.is_advanced().then_some("Intelligent-Tiering");
    let item = Item::new(
        "AWS::SSM::Parameter",
        [
            ("Name", json!(*address.name)),
            ("Type", json!("String")),
            ("Tier", json!(tier)),
            ("Value", json!(parameter.value)),
            ("Tags", Value::Object(tags)),
        ],
    );
    let about = "The configuration of the CloudWatch agents".to_owned();
    let item = item.known_by(&["Name"]);
    Written::Item(item.shown(Output { what: "Name", about, attribute: None, export: None }))
}

pub(super) fn alarm(address: &Address, alarm: &CloudwatchAlarm) -> Written {
    let Condition { wrong, threshold, periods, missing, .. } = alarm.condition;
    let mut item = Item::new(
        "AWS::CloudWatch::Alarm",
        [
            ("AlarmName", json!(*address.name)),
            ("AlarmDescription", json!(alarm.description)),
            ("ActionsEnabled", json!(true)),
            ("AlarmActions", json!([alarm.topic])),
            ("OKActions", json!([alarm.topic])),
            ("EvaluationPeriods", json!(periods)),
            ("DatapointsToAlarm", json!(periods)),
            ("Threshold", json!(threshold)),
            ("ComparisonOperator", json!(wrong.as_str())),
            ("TreatMissingData", json!(missing.as_str())),
        ],
    );
    item.properties.extend(watched(alarm));
    Written::Item(item.known_by(&["AlarmName"]).tagged(&alarm.tags))
}
