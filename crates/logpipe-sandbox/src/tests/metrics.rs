//! CloudWatch: what it counts of log groups.

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat, Statistic};
use aws_sdk_cloudwatchlogs::types::InputLogEvent;

use super::bench::{ALPHA, BETA, Bench, refusal};
use super::pipeline::Pipeline;
use crate::state::world::to_ms;

const START: i64 = 1_767_225_600;

async fn write(bench: &Bench, group: &str, messages: &[&str]) {
    let client = aws_sdk_cloudwatchlogs::Client::new(&bench.operator(ALPHA));
    // They may be there.
    drop(client.create_log_group().log_group_name(group).send().await);
    drop(client.create_log_stream().log_group_name(group).log_stream_name("one").send().await);
    let now = i64::try_from(to_ms(bench.cloud.now())).unwrap();
    let event = |text: &&str| InputLogEvent::builder().timestamp(now).message(*text).build().unwrap();
    let put = client.put_log_events().log_group_name(group).log_stream_name("one");
    put.set_log_events(Some(messages.iter().map(event).collect())).send().await.unwrap();
}

fn query(metric: &str, group: Option<&str>) -> MetricDataQuery {
    let dimension = |group| Dimension::builder().name("LogGroupName").value(group).build();
    let metric = Metric::builder().namespace("AWS/Logs").metric_name(metric);
    let metric = metric.set_dimensions(group.map(|group| vec![dimension(group)])).build();
    let stat = MetricStat::builder().metric(metric).period(3_600).stat("Sum").build();
    MetricDataQuery::builder().id("a").metric_stat(stat).build()
}

async fn ask(client: &Client, query: MetricDataQuery, until: i64) -> Vec<(i64, f64)> {
    let call = client.get_metric_data().metric_data_queries(query);
    let call = call.start_time(DateTime::from_secs(START)).end_time(DateTime::from_secs(until));
    let results = call.send().await.unwrap().metric_data_results.unwrap();
    let times = results[0].timestamps().iter().map(DateTime::secs);
    times.zip(results[0].values().iter().copied()).collect()
}

#[tokio::test(start_paused = true)]
async fn bytes_and_events_are_summed_by_period_and_group() {
    let bench = Bench::new();
    write(&bench, "/app", &["12345", "é"]).await;
    bench.pass(3_600).await;
    write(&bench, "/app", &["123"]).await;
    write(&bench, "/other", &["1"]).await;
    let client = Client::new(&bench.operator(ALPHA));
    let (first, second, end) = (START, START + 3_600, START + 7_200);
    assert_eq!(ask(&client, query("IncomingBytes", Some("/app")), end).await, [(second, 3.0), (first, 7.0)]);
    let events = ask(&client, query("IncomingLogEvents", Some("/app")), end).await;
    assert_eq!(events, [(second, 1.0), (first, 2.0)]);
    assert_eq!(ask(&client, query("IncomingBytes", None), end).await, [(second, 4.0), (first, 7.0)]);
    assert_eq!(ask(&client, query("IncomingBytes", Some("/app")), second).await, [(first, 7.0)]);
    assert_eq!(ask(&client, query("ThrottleCount", Some("/app")), end).await, []);
    // Another account has none of it.
    let beta = Client::new(&bench.operator(BETA));
    assert_eq!(ask(&beta, query("IncomingBytes", Some("/app")), end).await, []);
}

#[tokio::test(start_paused = true)]
async fn one_metric_is_asked_for_alone() {
    let bench = Bench::new();
    write(&bench, "/app", &["12345", "6"]).await;
    let client = Client::new(&bench.operator(ALPHA));
    let call = client.get_metric_statistics().namespace("AWS/Logs").metric_name("IncomingBytes");
    let call = call.dimensions(Dimension::builder().name("LogGroupName").value("/app").build());
    let call = call.statistics(Statistic::Sum).period(86_400).start_time(DateTime::from_secs(START));
    let points = call.end_time(DateTime::from_secs(START + 60)).send().await.unwrap().datapoints.unwrap();
    assert_eq!((points.len(), points[0].sum), (1, Some(6.0)));
}

#[tokio::test(start_paused = true)]
async fn a_time_that_ends_before_it_begins_is_refused() {
    let bench = Bench::new();
    let client = Client::new(&bench.operator(ALPHA));
    let time = DateTime::from_secs(START);
    let call = client.get_metric_data().start_time(time).end_time(time);
    assert_eq!(
        refusal(call.metric_data_queries(query("IncomingBytes", None)).send().await),
        "ValidationError: The parameter StartTime must be less than the parameter EndTime."
    );
}

#[tokio::test(start_paused = true)]
async fn streams_count_what_they_take_in_and_say_what_they_may() {
    const STREAM: &str = "central";
    let Pipeline { bench, firehose, .. } = Pipeline::with_stream().await;
    let client = Client::new(&bench.operator(BETA));
    let start = i64::try_from(to_ms(bench.cloud.now())).unwrap() / 1_000;
    let put = async |text: &str| {
        let data = aws_sdk_firehose::primitives::Blob::new(text);
        let record = aws_sdk_firehose::types::Record::builder().data(data).build().unwrap();
        firehose.put_record().delivery_stream_name(STREAM).record(record).send().await.unwrap();
    };
    put("12345").await;
    put("1").await;
    bench.pass(60).await;
    put("123").await;
    let ask = async |metric: &str, stat: &str, period: i32| {
        let dimension = Dimension::builder().name("DeliveryStreamName").value(STREAM).build();
        let metric = Metric::builder().namespace("AWS/Firehose").metric_name(metric).dimensions(dimension);
        let stat = MetricStat::builder().metric(metric.build()).period(period).stat(stat).build();
        let query = MetricDataQuery::builder().id("a").metric_stat(stat).build();
        ask(&client, query, start + 3_600).await.into_iter().map(|(_, value)| value).collect::<Vec<_>>()
    };
    assert_eq!(ask("IncomingBytes", "Sum", 60).await, [3.0, 6.0]);
    assert_eq!(ask("ThrottledRecords", "Sum", 3_600).await.iter().sum::<f64>(), 0.0);
    let limits = ask("BytesPerSecondLimit", "Maximum", 3_600).await;
    assert!(!limits.is_empty() && limits.iter().all(|limit| *limit == 1_048_576.0), "{limits:?}");
    bench.cloud.set_throughput_quota(5_000);
    assert_eq!(ask("BytesPerSecondLimit", "Minimum", 3_600).await[0], 5_000.0);
    assert_eq!(ask("DataReadFromKinesisStream.Bytes", "Sum", 60).await, [0.0; 0]);
}
