//! CloudWatch alarms: what is refused, what is kept, and how their states follow from delivery.

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::operation::put_metric_alarm::builders::PutMetricAlarmFluentBuilder;
use aws_sdk_cloudwatch::types::{
    ComparisonOperator, Dimension, DimensionFilter, MetricAlarm, MetricDataQuery, Statistic, Tag,
};

use super::bench::{ALPHA, BETA, Bench, refusal};
use super::pipeline::{BUCKET, GROUP, Pipeline, destination_policy};

const TOPIC: &str = "arn:aws:sns:ap-northeast-1:222222222222:ops";

/// An alarm on a metric of a stream, over one minute.
fn on_stream(client: &Client, name: &str, metric: &str) -> PutMetricAlarmFluentBuilder {
    let dimension = Dimension::builder().name("DeliveryStreamName").value("central").build();
    let put = client.put_metric_alarm().alarm_name(name).namespace("AWS/Firehose").metric_name(metric);
    let put = put.dimensions(dimension).statistic(Statistic::Maximum).period(60).evaluation_periods(1);
    put.threshold(0.0).comparison_operator(ComparisonOperator::GreaterThanThreshold).alarm_actions(TOPIC)
}

async fn described(client: &Client, name: &str) -> Option<MetricAlarm> {
    let answer = client.describe_alarms().alarm_names(name).send().await.unwrap();
    answer.metric_alarms.unwrap_or_default().into_iter().next()
}

async fn state(client: &Client, name: &str) -> String {
    described(client, name).await.unwrap().state_value.unwrap().as_str().to_owned()
}

#[tokio::test(start_paused = true)]
async fn an_alarm_is_kept_whole_and_its_tags_apart() {
    let bench = Bench::new();
    let client = Client::new(&bench.operator(ALPHA));
    let tag = |value: &str| Tag::builder().key("team").value(value).build();
    let put = on_stream(&client, "slow", "DeliveryToS3.DataFreshness").ok_actions(TOPIC);
    put.treat_missing_data("breaching").tags(tag("a")).send().await.unwrap();
    let alarm = described(&client, "slow").await.unwrap();
    assert_eq!(alarm.alarm_arn(), Some("arn:aws:cloudwatch:ap-northeast-1:111111111111:alarm:slow"));
    assert_eq!((alarm.actions_enabled, alarm.period, alarm.threshold), (Some(true), Some(60), Some(0.0)));
    assert_eq!(alarm.ok_actions(), [TOPIC]);
    // Everything is written over, but tags are not.
    let put = on_stream(&client, "slow", "ThrottledRecords").actions_enabled(false).tags(tag("b"));
    put.send().await.unwrap();
    let alarm = described(&client, "slow").await.unwrap();
    assert_eq!((alarm.actions_enabled, alarm.treat_missing_data()), (Some(false), None));
    assert_eq!(alarm.ok_actions(), [""; 0]);
    let arn = alarm.alarm_arn().unwrap();
    let tags = async || client.list_tags_for_resource().resource_arn(arn).send().await.unwrap().tags.unwrap();
    assert_eq!(tags().await[0].value(), Some("a"));
    client.tag_resource().resource_arn(arn).tags(tag("c")).send().await.unwrap();
    assert_eq!(tags().await[0].value(), Some("c"));
    client.untag_resource().resource_arn(arn).tag_keys("team").send().await.unwrap();
    assert!(tags().await.is_empty());
    let missing = client.delete_alarms().alarm_names("slow").alarm_names("other").send().await;
    assert!(refusal(missing).starts_with("ResourceNotFound:"));
    client.delete_alarms().alarm_names("slow").send().await.unwrap();
    assert!(described(&client, "slow").await.is_none());
}

#[tokio::test(start_paused = true)]
async fn what_aws_refuses_is_refused() {
    let bench = Bench::new();
    let client = Client::new(&bench.operator(ALPHA));
    let put = || on_stream(&client, "slow", "ThrottledRecords");
    let check = async |put: PutMetricAlarmFluentBuilder, expect: &str| {
        let said = refusal(put.send().await);
        assert!(said.contains(expect), "{said}");
    };
    let elsewhere = "arn:aws:sns:us-east-1:111111111111:ops";
    check(
        put().alarm_actions(elsewhere),
        "Invalid region us-east-1 specified. Only ap-northeast-1 is supported.",
    )
    .await;
    check(put().period(90), "multiple of 60").await;
    check(put().evaluation_periods(1_441), "must be <= 86400").await;
    check(put().treat_missing_data("never"), "TreatMissingData is not valid").await;
    let query = MetricDataQuery::builder().id("a").expression("SELECT SUM(a) FROM b").period(60).build();
    check(put().metrics(query), "Exactly one of").await;
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_writes_is_fine_and_one_that_may_not_sets_its_alarms_off() {
    let Pipeline { bench, firehose, s3, .. } = Pipeline::with_stream().await;
    let client = Client::new(&bench.operator(BETA));
    let put = async |text: &str| {
        let data = aws_sdk_firehose::primitives::Blob::new(text);
        let record = aws_sdk_firehose::types::Record::builder().data(data).build().unwrap();
        firehose.put_record().delivery_stream_name("central").record(record).send().await.unwrap();
    };
    let delay = on_stream(&client, "delay", "DeliveryToS3.DataFreshness").threshold(900.0);
    delay.treat_missing_data("notBreaching").send().await.unwrap();
    let silent = on_stream(&client, "silent", "DeliveryToS3.Success").evaluation_periods(15).threshold(1.0);
    let silent = silent.comparison_operator(ComparisonOperator::LessThanThreshold);
    silent.treat_missing_data("breaching").send().await.unwrap();
    let unknown = on_stream(&client, "unknown", "DeliveryToS3.Success");
    unknown.send().await.unwrap();
    assert_eq!(state(&client, "silent").await, "INSUFFICIENT_DATA");
    bench.pass(120).await;
    assert_eq!(state(&client, "silent").await, "ALARM");
    assert_eq!(state(&client, "delay").await, "OK");
    assert_eq!(state(&client, "unknown").await, "INSUFFICIENT_DATA");
    put("1").await;
    bench.pass(600).await;
    let both = |state: &str| (state.to_owned(), state.to_owned());
    assert_eq!((state(&client, "silent").await, state(&client, "delay").await), both("OK"));
    let found = client.describe_alarms().state_value("OK".into()).send().await.unwrap();
    assert_eq!(found.metric_alarms().len(), 2);
    // From now on it may not write.
    let deny = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::central-logs/*"}]}"#;
    s3.put_bucket_policy().bucket(BUCKET).policy(deny).send().await.unwrap();
    put("2").await;
    bench.pass(1_800).await;
    assert_eq!((state(&client, "silent").await, state(&client, "delay").await), both("ALARM"));
}

#[tokio::test(start_paused = true)]
async fn a_query_counts_what_all_subscriptions_of_a_name_could_not_forward() {
    let pipeline = Pipeline::whole("").await;
    let client = Client::new(&pipeline.bench.operator(ALPHA));
    let query = |name: &str| {
        let text = format!("SELECT SUM(DeliveryErrors) FROM \"AWS/Logs\" WHERE FilterName = '{name}'");
        MetricDataQuery::builder().id("a").expression(text).period(300).build()
    };
    for name in ["central", "another"] {
        let put = client.put_metric_alarm().alarm_name(name).metrics(query(name)).threshold(0.0);
        let put = put.evaluation_periods(1).treat_missing_data("notBreaching");
        put.comparison_operator(ComparisonOperator::GreaterThanThreshold).send().await.unwrap();
    }
    pipeline.log(&["one"]).await;
    pipeline.bench.pass(600).await;
    assert_eq!(state(&client, "central").await, "OK");
    pipeline.put_policy(&destination_policy(BETA)).await;
    pipeline.bench.pass(600).await;
    pipeline.log(&["two"]).await;
    pipeline.bench.pass(300).await;
    assert_eq!(state(&client, "central").await, "ALARM");
    assert_eq!(state(&client, "another").await, "OK");
    // It is over with the period.
    pipeline.bench.pass(600).await;
    assert_eq!(state(&client, "central").await, "OK");
    let named = DimensionFilter::builder().name("FilterName").value("central").build();
    let listed = client.list_metrics().namespace("AWS/Logs").dimensions(named);
    let listed = listed.metric_name("ForwardedLogEvents").send().await;
    let metrics = listed.unwrap().metrics.unwrap();
    let names: Vec<&str> = metrics[0].dimensions().iter().filter_map(|dimension| dimension.value()).collect();
    assert_eq!((metrics.len(), names), (1, vec!["Firehose", "central", GROUP]));
}
