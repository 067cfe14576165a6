//! `cloudwatch_alarm`: an alarm that tells a topic when delivery stops.

use aws_sdk_cloudwatch::types::{AlarmType, Tag};
use serde_json::json;

use super::live::LiveAlarm as Live;
use super::watched::{Condition, Missing, Watched, Wrong};
use crate::address::arn;
use crate::aws::{CallError, StepError, Target};
use crate::provider::change::{Diff, FieldChange, touches};
use crate::provider::facts::{Adoption, Facts, Flow, Home, Others, Proof, Removal, Speed, Tagging};
use crate::provider::field::Field;
use crate::provider::fresh::Planned;
use crate::provider::kind::{Fingerprint, Kind, Tagged, found, gone};
use crate::provider::obstacle::Obstacle;
use crate::provider::tags::{OwnTags, Tags};

pub use super::live::LiveAlarm;

/// An alarm on one metric, or on one query of metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudwatchAlarm {
    /// What it says to whoever is told.
    pub description: String,
    /// What it watches.
    pub watched: Watched,
    /// When it goes off.
    pub condition: Condition,
    /// ARN of the topic that is told when it goes off and when it ends.
    pub topic: String,
    /// Tags of ours.
    pub tags: OwnTags,
}

impl CloudwatchAlarm {
    /// The whole of it: "the update completely overwrites the previous configuration of the alarm" (CloudWatch API
    /// Reference, PutMetricAlarm), so what nobody declares is sent back. Tags are taken at creation alone.
    async fn put(&self, live: Option<&Live>, on: &Target<'_>) -> Result<(), CallError> {
        let Condition { wrong, threshold, period, periods, missing } = self.condition;
        let call = on.clients().cloudwatch().put_metric_alarm().alarm_name(on.name());
        let call = call.alarm_description(&self.description).actions_enabled(true);
        let call = call.alarm_actions(&self.topic).ok_actions(&self.topic);
        let call = call.evaluation_periods(periods).datapoints_to_alarm(periods);
        let call = call.threshold(f64::from(threshold)).comparison_operator(wrong.operator());
        let mut call = call.treat_missing_data(missing.as_str());
        if let Some((namespace, name, statistic)) = self.watched.metric() {
            call = call.namespace(namespace).metric_name(name).statistic(statistic).period(period);
        }
        call = call.set_dimensions(self.watched.dimension().map(|dimension| vec![dimension]));
        call = call.set_metrics(self.watched.query(period).map(|query| vec![query]));
        call = match live {
            Some(live) => {
                let others = live.insufficient_data_actions.clone();
                call.set_insufficient_data_actions((!others.is_empty()).then_some(others))
            }
            None => call.set_tags(Some(self.tag_list())),
        };
        on.write("cloudwatch:PutMetricAlarm", call.send()).await.map(drop)
    }

    fn tag_list(&self) -> Vec<Tag> {
        self.tags.wanted.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
    }

    async fn set_tags(&self, live: &Tags, on: &Target<'_>) -> Result<(), CallError> {
        let cloudwatch = on.clients().cloudwatch();
        let keys: Vec<String> = self.tags.taken_away(live).cloned().collect();
        if !keys.is_empty() {
            let call = cloudwatch.untag_resource().resource_arn(own_arn(on)).set_tag_keys(Some(keys));
            on.write("cloudwatch:UntagResource", call.send()).await?;
        }
        let call = cloudwatch.tag_resource().resource_arn(own_arn(on)).set_tags(Some(self.tag_list()));
        on.write("cloudwatch:TagResource", call.send()).await.map(drop)
    }
}

fn own_arn(on: &Target<'_>) -> String {
    arn::of(on.partition(), "cloudwatch", on.region(), on.account.as_str(), &format!("alarm:{}", on.name()))
}

impl Kind for CloudwatchAlarm {
    type Live = Live;

    const FACTS: Facts = Facts {
        removal: Removal::Deleted,
        home: Home::Own,
        tagged: Tagging::AtCreation,
        proof: Proof::Tag,
        adoption: Adoption::Set,
        flow: Flow::Aside,
        others: Others::Nothing,
        holds_policies: false,
        speed: Speed {
            service: "CloudWatch",
            written: "PutMetricAlarm",
            deleted: "DeleteAlarms",
            waits: None,
        },
    };

    const TAGS: Option<Tagged<Self>> =
        Some(Tagged { wanted: |it| &it.tags, wanted_mut: |it| &mut it.tags, live: |there| &there.tags });

    const FINGERPRINT: Option<Fingerprint<Self>> = None;

    fn stand_in() -> Self {
        Self {
            description: String::new(),
            watched: Watched::Query(String::new()),
            condition: Condition {
                wrong: Wrong::Above,
                threshold: 0,
                period: 60,
                periods: 1,
                missing: Missing::NotBreaching,
            },
            topic: String::new(),
            tags: OwnTags::default(),
        }
    }

    fn diff(&self, live: &Live) -> Vec<FieldChange> {
        let Condition { wrong, threshold, period, periods, missing } = self.condition;
        Diff::default()
            .field("watches", live.watched.clone(), self.watched.shown(period))
            .field("comparison", live.comparison.clone(), wrong.operator().as_str())
            .field("threshold", live.threshold, f64::from(threshold))
            .field("evaluation_periods", live.periods, periods)
            .field("datapoints_to_alarm", live.datapoints, periods)
            .field("treat_missing_data", live.missing.clone(), missing.as_str())
            .field("actions_enabled", live.actions_enabled, true)
            .field("alarm_actions", json!(live.alarm_actions), json!([self.topic]))
            .field("ok_actions", json!(live.ok_actions), json!([self.topic]))
            .field("description", live.description.clone(), self.description.clone())
            .tags(&live.tags, &self.tags)
            .done()
    }

    fn refusal(&self, live: &Live) -> Option<Obstacle> {
        live.composite.then_some(Obstacle::CompositeAlarm)
    }

    /// What it does where there is no data is nobody's but theirs: it stays.
    fn foreign(&self, live: &Live) -> Vec<FieldChange> {
        let actions = &live.insufficient_data_actions;
        let field = Field::from("insufficient_data_actions").of_others();
        let theirs = FieldChange { field, from: json!(actions), to: serde_json::Value::Null };
        if actions.is_empty() { Vec::new() } else { vec![theirs] }
    }

    /// One call also tells of a composite alarm of the name; without both types AWS answers of metric alarms alone
    /// (CloudWatch API Reference, DescribeAlarms).
    async fn read(&self, on: &Target<'_>) -> Result<Option<Live>, CallError> {
        let cloudwatch = on.clients().cloudwatch();
        let call = cloudwatch.describe_alarms().alarm_names(on.name());
        let call = call.alarm_types(AlarmType::MetricAlarm).alarm_types(AlarmType::CompositeAlarm);
        let mut pages =
            on.pages("cloudwatch:DescribeAlarms", |token| call.clone().set_next_token(token).send());
        while let Some(page) = pages.next().await? {
            let ours = |name: Option<&str>| name == Some(on.name());
            if page.composite_alarms().iter().any(|alarm| ours(alarm.alarm_name())) {
                return Ok(Some(Live::composite()));
            }
            let alarm = page.metric_alarms.unwrap_or_default().into_iter().find(|it| ours(it.alarm_name()));
            let Some(alarm) = alarm else { continue };
            let call = cloudwatch.list_tags_for_resource().resource_arn(own_arn(on));
            // Somebody may have deleted it since.
            let Some(tagged) = found(on.read("cloudwatch:ListTagsForResource", call.send()).await)? else {
                return Ok(None);
            };
            let tags = tagged.tags.unwrap_or_default().into_iter();
            let tags = tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect();
            return Ok(Some(Live { tags, ..Live::of(alarm) }));
        }
        Ok(None)
    }

    async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        Planned::vacant(self, on).await?;
        Ok(self.put(None, on).await?)
    }

    async fn update(&self, planned: &Planned<Live>, on: &Target<'_>) -> Result<(), StepError> {
        let changes = planned.changes(self);
        if changes.iter().any(|change| !change.field.is_in(Field::TAGS)) {
            let live = planned.now(self, on).await?;
            self.put(Some(&*live), on).await?;
        }
        if touches(&changes, Field::TAGS) {
            let live = planned.now(self, on).await?;
            self.set_tags(&live.tags, on).await?;
        }
        Ok(())
    }

    async fn delete(_named: &[FieldChange], on: &Target<'_>) -> Result<(), StepError> {
        let call = on.clients().cloudwatch().delete_alarms().alarm_names(on.name());
        Ok(gone(on.write("cloudwatch:DeleteAlarms", call.send()).await)?)
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudwatch::types::{ComparisonOperator, Dimension, MetricAlarm, Statistic};

    use super::*;
    use crate::provider::change::paths;

    fn wanted() -> CloudwatchAlarm {
        CloudwatchAlarm {
            description: "why".to_owned(),
            watched: Watched::Metric {
                namespace: "AWS/Firehose",
                name: "ThrottledRecords",
                dimension: "DeliveryStreamName",
                of: "central".to_owned(),
                statistic: "Sum",
            },
            topic: "arn:topic".to_owned(),
            ..CloudwatchAlarm::stand_in()
        }
    }

    fn there() -> aws_sdk_cloudwatch::types::builders::MetricAlarmBuilder {
        MetricAlarm::builder()
            .alarm_description("why")
            .actions_enabled(true)
            .alarm_actions("arn:topic")
            .ok_actions("arn:topic")
            .namespace("AWS/Firehose")
            .metric_name("ThrottledRecords")
            .dimensions(Dimension::builder().name("DeliveryStreamName").value("central").build())
            .statistic(Statistic::Sum)
            .period(60)
            .evaluation_periods(1)
            .threshold(0.0)
            .comparison_operator(ComparisonOperator::GreaterThanThreshold)
            .treat_missing_data("notBreaching")
    }

    #[test]
    fn what_keeps_an_alarm_from_telling_is_a_difference() {
        let check = |alarm: aws_sdk_cloudwatch::types::builders::MetricAlarmBuilder, fields: &[&str]| {
            assert_eq!(paths(&wanted().diff(&Live::of(alarm.build()))), fields);
        };
        check(there(), &[]);
        check(there().actions_enabled(false), &["actions_enabled"]);
        check(there().alarm_actions("arn:other"), &["alarm_actions"]);
        check(there().datapoints_to_alarm(1), &[]);
        check(there().evaluation_periods(2), &["evaluation_periods", "datapoints_to_alarm"]);
        check(there().set_treat_missing_data(None), &["treat_missing_data"]);
        check(there().unit(aws_sdk_cloudwatch::types::StandardUnit::Bytes), &["watches"]);
        check(there().period(300), &["watches"]);
        let asked = Watched::Query("SELECT 1".to_owned()).query(60).unwrap();
        check(there().metrics(asked), &["watches"]);
    }

    #[test]
    fn an_alarm_on_alarms_keeps_its_name() {
        assert_eq!(wanted().refusal(&Live::composite()), Some(Obstacle::CompositeAlarm));
        assert_eq!(wanted().refusal(&Live::of(there().build())), None);
    }

    #[test]
    fn what_others_do_without_data_is_theirs() {
        let alarm = there().insufficient_data_actions("arn:other").build();
        assert_eq!(paths(&wanted().foreign(&Live::of(alarm))), ["foreign.insufficient_data_actions"]);
    }
}
