//! CloudWatch Logs: groups, events, destinations and filters as a client sees them.

use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::types::{InputLogEvent, LogGroupClass, OrderBy};

use super::bench::{ALPHA, Bench, code, refusal};
use super::pipeline::{DESTINATION, GROUP, LOGS_ROLE, Pipeline, STREAM};

const HOUR_MS: i64 = 3_600_000;

async fn group(client: &Client, name: &str) {
    client.create_log_group().log_group_name(name).send().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn log_groups_are_made_found_and_deleted() {
    let bench = Bench::new();
    let client = Client::new(&bench.operator(ALPHA));
    for name in ["/app/a", "/app/b", "/other"] {
        group(&client, name).await;
    }
    let again = client.create_log_group().log_group_name("/other").send().await;
    assert_eq!(refusal(again), "ResourceAlreadyExistsException: The specified log group already exists");
    assert_eq!(
        code(client.create_log_group().log_group_name("a b").send().await),
        "InvalidParameterException"
    );
    let list = || client.describe_log_groups();
    let first = list().log_group_name_prefix("/app/").limit(1).send().await.unwrap();
    assert_eq!(
        first.log_groups()[0].arn(),
        Some("arn:aws:logs:ap-northeast-1:111111111111:log-group:/app/a:*")
    );
    assert_eq!(
        first.log_groups()[0].log_group_arn(),
        Some("arn:aws:logs:ap-northeast-1:111111111111:log-group:/app/a")
    );
    let token = first.next_token().unwrap();
    let rest = list().log_group_name_prefix("/app/").next_token(token).send().await.unwrap();
    assert_eq!((rest.log_groups()[0].log_group_name(), rest.next_token()), (Some("/app/b"), None));
    let found = list().log_group_name_pattern("the").send().await.unwrap();
    assert_eq!(found.log_groups()[0].log_group_name(), Some("/other"));
    let arn = found.log_groups()[0].log_group_arn().unwrap();
    let found = list().log_group_identifiers(arn).log_group_identifiers("/app/a").send().await.unwrap();
    assert_eq!(found.log_groups().len(), 2);
    let both = list().log_group_name_pattern("a").log_group_name_prefix("a").send().await;
    assert_eq!(code(both), "InvalidParameterException");
    assert_eq!(code(list().limit(51).send().await), "InvalidParameterException");
    let delete = || client.delete_log_group().log_group_name("/other").send();
    delete().await.unwrap();
    assert_eq!(refusal(delete().await), "ResourceNotFoundException: The specified log group does not exist.");
}

#[tokio::test(start_paused = true)]
async fn log_groups_are_listed_by_several_patterns_at_once() {
    let bench = Bench::new();
    let client = Client::new(&bench.operator(ALPHA));
    for name in ["/app/a", "/app/b", "/my/app/c", "/other", "/o.her"] {
        group(&client, name).await;
    }
    let rare = client.create_log_group().log_group_name("/app/rare");
    rare.log_group_class(LogGroupClass::InfrequentAccess).send().await.unwrap();
    let list = || client.list_log_groups();
    let all = list().send().await.unwrap();
    let first = &all.log_groups()[0];
    assert_eq!(
        (first.log_group_arn(), first.log_group_class()),
        (Some("arn:aws:logs:ap-northeast-1:111111111111:log-group:/app/a"), Some(&LogGroupClass::Standard))
    );
    let named = async |call: aws_sdk_cloudwatchlogs::operation::list_log_groups::builders::ListLogGroupsFluentBuilder| {
        let found = call.send().await.unwrap().log_groups.unwrap_or_default();
        found.into_iter().filter_map(|group| group.log_group_name).collect::<Vec<_>>()
    };
    let by = async |pattern: &str| named(list().log_group_name_pattern(pattern)).await;
    assert_eq!(by("^/app").await, ["/app/a", "/app/b", "/app/rare"]);
    assert_eq!(by("/app").await, ["/app/a", "/app/b", "/app/rare", "/my/app/c"]);
    assert_eq!(by("^/app/a|other").await, ["/app/a", "/other"]);
    assert_eq!(by("^/o.h").await, ["/o.her", "/other"]);
    let rare = list().log_group_class(LogGroupClass::InfrequentAccess);
    assert_eq!(named(rare).await, ["/app/rare"]);
    let page = list().limit(2).send().await.unwrap();
    let rest = list().next_token(page.next_token().unwrap()).send().await.unwrap();
    assert_eq!((page.log_groups().len(), rest.log_groups().len()), (2, 4));
    let widest = ["^abcdefghijklmnopqrstuvwx"; 5].join("|");
    assert_eq!(widest.len(), 129);
    assert_eq!(by(&widest).await, [""; 0]);
    let refused = async |pattern: &str| {
        refusal(list().log_group_name_pattern(pattern).send().await).contains("logGroupNamePattern")
    };
    for pattern in
        ["/a", "^/a", "/a*b", "a:bc", "/app|", "abcdefghijklmnopqrstuvwxy", "aaa|bbb|ccc|ddd|eee|fff"]
    {
        assert!(refused(pattern).await, "{pattern}");
    }
    for limit in [0, 1_001] {
        assert_eq!(code(list().limit(limit).send().await), "InvalidParameterException");
    }
}

#[tokio::test(start_paused = true)]
async fn retention_takes_the_numbers_of_the_list() {
    let bench = Bench::new();
    let client = Client::new(&bench.operator(ALPHA));
    group(&client, GROUP).await;
    let put = |days| client.put_retention_policy().log_group_name(GROUP).retention_in_days(days).send();
    let days =
        async || client.describe_log_groups().send().await.unwrap().log_groups()[0].retention_in_days();
    put(30).await.unwrap();
    assert_eq!(days().await, Some(30));
    assert_eq!(code(put(31).await), "InvalidParameterException");
    client.delete_retention_policy().log_group_name(GROUP).send().await.unwrap();
    assert_eq!(days().await, None);
}

#[tokio::test(start_paused = true)]
async fn tags_belong_to_groups_and_destinations() {
    let pipeline = Pipeline::with_stream().await;
    pipeline.put_destination().await.unwrap();
    let client = &pipeline.logs;
    let group = "arn:aws:logs:ap-northeast-1:222222222222:log-group:/firehose";
    for arn in [group, DESTINATION] {
        client.tag_resource().resource_arn(arn).tags("a", "1").tags("b", "2").send().await.unwrap();
        client.untag_resource().resource_arn(arn).tag_keys("a").send().await.unwrap();
        let tags = client.list_tags_for_resource().resource_arn(arn).send().await.unwrap().tags.unwrap();
        assert_eq!(tags.into_iter().collect::<Vec<_>>(), [("b".to_owned(), "2".to_owned())]);
    }
    let missing = client.list_tags_for_resource().resource_arn(format!("{group}x")).send().await;
    assert_eq!(code(missing), "ResourceNotFoundException");
    let mut many = client.tag_resource().resource_arn(group);
    for number in 0..50 {
        many = many.tags(format!("t{number}"), "x");
    }
    assert_eq!(code(many.send().await), "TooManyTagsException");
}

fn event(timestamp: i64, message: &str) -> InputLogEvent {
    InputLogEvent::builder().timestamp(timestamp).message(message).build().unwrap()
}

fn now(bench: &Bench) -> i64 {
    i64::try_from(bench.cloud.world().now_ms).unwrap()
}

async fn with_streams(bench: &Bench, names: &[&str]) -> Client {
    let client = Client::new(&bench.operator(ALPHA));
    group(&client, GROUP).await;
    for name in names {
        let create = client.create_log_stream().log_group_name(GROUP).log_stream_name(*name);
        create.send().await.unwrap();
    }
    client
}

async fn put(
    client: &Client,
    stream: &str,
    events: Vec<InputLogEvent>,
) -> Result<Option<[Option<i32>; 3]>, String> {
    let call = client.put_log_events().log_group_name(GROUP).log_stream_name(stream);
    let output = call.set_log_events(Some(events)).send().await;
    let output = output.map_err(|error| refusal(Err::<(), _>(error)))?;
    assert!(output.next_sequence_token().is_some());
    Ok(output.rejected_log_events_info().map(|info| {
        [
            info.too_old_log_event_end_index,
            info.expired_log_event_end_index,
            info.too_new_log_event_start_index,
        ]
    }))
}

#[tokio::test(start_paused = true)]
async fn batches_are_checked() {
    let bench = Bench::new();
    let client = with_streams(&bench, &["one"]).await;
    let at = now(&bench);
    let refused = async |events| put(&client, "one", events).await.unwrap_err();
    assert!(refused(vec![event(at, "b"), event(at - 1, "a")]).await.contains("chronological order"));
    assert!(refused(vec![event(at - 25 * HOUR_MS, "a"), event(at, "b")]).await.contains("24 hours"));
    assert!(refused(vec![event(at, &"x".repeat(1_048_576))]).await.contains("Upload too large"));
    assert!(refused(Vec::new()).await.starts_with("InvalidParameterException"));
    assert!(refused(vec![event(at, "x"); 10_001]).await.starts_with("InvalidParameterException"));
    let missing = put(&client, "two", vec![event(at, "x")]).await.unwrap_err();
    assert_eq!(missing, "ResourceNotFoundException: The specified log stream does not exist.");
    assert_eq!(put(&client, "one", vec![event(at, "x")]).await, Ok(None));
}

#[tokio::test(start_paused = true)]
async fn events_out_of_the_window_are_rejected_one_by_one() {
    let bench = Bench::new();
    let client = with_streams(&bench, &["one"]).await;
    let at = now(&bench);
    let old = at - 14 * 24 * HOUR_MS;
    let batch = vec![event(old - 1_000, "old"), event(old + HOUR_MS, "kept")];
    assert_eq!(put(&client, "one", batch).await, Ok(Some([Some(1), None, None])));
    let batch = vec![event(at, "kept"), event(at + 3 * HOUR_MS, "new")];
    assert_eq!(put(&client, "one", batch).await, Ok(Some([None, None, Some(1)])));
    client.put_retention_policy().log_group_name(GROUP).retention_in_days(1).send().await.unwrap();
    let batch = vec![event(at - 30 * HOUR_MS, "expired")];
    assert_eq!(put(&client, "one", batch).await, Ok(Some([None, Some(1), None])));
    let read = client.filter_log_events().log_group_name(GROUP).send().await.unwrap();
    assert!(read.events().iter().all(|event| event.message() == Some("kept")));
    assert_eq!(read.events().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_stream_is_read_in_both_directions() {
    let bench = Bench::new();
    let client = with_streams(&bench, &["one"]).await;
    let at = now(&bench);
    let events = (0..5).map(|number| event(at + number, &format!("m{number}"))).collect();
    put(&client, "one", events).await.unwrap();
    let read = async |token: Option<String>, head: bool| {
        let call = client.get_log_events().log_group_name(GROUP).log_stream_name("one").limit(2);
        let output = call.start_from_head(head).set_next_token(token).send().await.unwrap();
        let messages: Vec<String> =
            output.events().iter().map(|event| event.message().unwrap().to_owned()).collect();
        (messages.join(" "), output.next_forward_token, output.next_backward_token)
    };
    let (messages, forward, _) = read(None, true).await;
    assert_eq!(messages, "m0 m1");
    let (messages, forward, back) = read(forward, true).await;
    assert_eq!(messages, "m2 m3");
    assert_eq!(read(back, true).await.0, "m0 m1");
    let (messages, forward, _) = read(forward, true).await;
    assert_eq!(messages, "m4");
    let (messages, end, _) = read(forward.clone(), true).await;
    assert_eq!((messages.as_str(), &end), ("", &forward), "at the end the same token comes back");
    let (messages, _, back) = read(None, false).await;
    assert_eq!(messages, "m3 m4");
    assert_eq!(read(back, false).await.0, "m1 m2");
}

#[tokio::test(start_paused = true)]
async fn events_are_filtered_over_streams() {
    let bench = Bench::new();
    let client = with_streams(&bench, &["a1", "a2", "b1"]).await;
    let at = now(&bench);
    for (stream, offset) in [("a1", 2), ("a2", 1), ("b1", 0)] {
        let batch = vec![event(at + offset, &format!("ERROR {stream}")), event(at + 10, "INFO")];
        put(&client, stream, batch).await.unwrap();
    }
    let call = || client.filter_log_events().log_group_name(GROUP).filter_pattern("ERROR");
    let all = call().send().await.unwrap();
    let streams: Vec<_> = all.events().iter().filter_map(|event| event.log_stream_name()).collect();
    assert_eq!(streams, ["b1", "a2", "a1"]);
    assert_eq!(call().log_stream_name_prefix("a").send().await.unwrap().events().len(), 2);
    assert_eq!(call().log_stream_names("a1").send().await.unwrap().events().len(), 1);
    assert_eq!(call().start_time(at + 1).end_time(at + 1).send().await.unwrap().events().len(), 1);
    let both = call().log_stream_names("a1").log_stream_name_prefix("a").send().await;
    assert_eq!(code(both), "InvalidParameterException");
    let (mut token, mut found) = (None, Vec::new());
    loop {
        let page = call().limit(1).set_next_token(token).send().await.unwrap();
        found.extend(page.events.unwrap_or_default());
        token = page.next_token;
        if token.is_none() {
            break;
        }
    }
    assert_eq!(found.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn streams_are_listed_by_name_or_by_last_event() {
    let bench = Bench::new();
    let client = with_streams(&bench, &["a", "b", "c"]).await;
    let at = now(&bench);
    put(&client, "b", vec![event(at, "x")]).await.unwrap();
    put(&client, "a", vec![event(at + 5, "x")]).await.unwrap();
    let list = || client.describe_log_streams().log_group_name(GROUP);
    let names = async |call: aws_sdk_cloudwatchlogs::operation::describe_log_streams::builders::DescribeLogStreamsFluentBuilder| {
        let output = call.send().await.unwrap();
        output.log_streams().iter().map(|stream| stream.log_stream_name().unwrap().to_owned()).collect::<String>()
    };
    assert_eq!(names(list()).await, "abc");
    assert_eq!(names(list().order_by(OrderBy::LastEventTime).descending(true)).await, "abc");
    assert_eq!(names(list().order_by(OrderBy::LastEventTime)).await, "cba");
    assert_eq!(names(list().log_stream_name_prefix("b")).await, "b");
    client.delete_log_stream().log_group_name(GROUP).log_stream_name("b").send().await.unwrap();
    assert_eq!(names(list()).await, "ac");
}

#[tokio::test(start_paused = true)]
async fn patterns_are_tested_and_bad_ones_refused() {
    let bench = Bench::new();
    let client = Client::new(&bench.operator(ALPHA));
    let test = |pattern| {
        let call = client.test_metric_filter().filter_pattern(pattern);
        call.log_event_messages("ERROR a").log_event_messages("INFO b").log_event_messages("ERROR c").send()
    };
    let matches = test("ERROR").await.unwrap().matches.unwrap();
    let numbers: Vec<i64> = matches.iter().map(|found| found.event_number).collect();
    assert_eq!(numbers, [1, 3]);
    assert_eq!(matches[1].event_message(), Some("ERROR c"));
    let fields = test("[level = ERROR, what]").await.unwrap().matches.unwrap();
    let values = fields[0].extracted_values().unwrap();
    assert_eq!((values["$level"].as_str(), values["$what"].as_str()), ("ERROR", "a"));
    assert_eq!(code(test("{ $.a = ").await), "InvalidParameterException");
}

#[tokio::test(start_paused = true)]
async fn a_group_has_two_slots_for_filters() {
    let pipeline = Pipeline::whole("").await;
    pipeline.subscribe("second", "ERROR").await.unwrap();
    assert_eq!(
        refusal(pipeline.subscribe("third", "").await),
        "LimitExceededException: Resource limit exceeded."
    );
    pipeline.subscribe("second", "WARN").await.unwrap();
    let client = &pipeline.sender;
    let list = || client.describe_subscription_filters().log_group_name(GROUP);
    let first = list().limit(1).send().await.unwrap();
    assert_eq!(first.subscription_filters()[0].destination_arn(), Some(DESTINATION));
    let rest = list().next_token(first.next_token().unwrap()).send().await.unwrap();
    assert_eq!(rest.subscription_filters()[0].filter_pattern(), Some("WARN"));
    let delete = || client.delete_subscription_filter().log_group_name(GROUP).filter_name("second").send();
    delete().await.unwrap();
    assert_eq!(code(delete().await), "ResourceNotFoundException");
    let missing = client.describe_subscription_filters().log_group_name("/none").send().await;
    assert_eq!(code(missing), "ResourceNotFoundException");
}

#[tokio::test(start_paused = true)]
async fn some_groups_take_no_filters() {
    let pipeline = Pipeline::whole("").await;
    let create = pipeline.sender.create_log_group().log_group_name("/cold");
    create.log_group_class(LogGroupClass::InfrequentAccess).send().await.unwrap();
    let put = |group: &str, pattern: &str, destination: &str| {
        let call = pipeline.sender.put_subscription_filter().log_group_name(group).filter_name("f");
        call.filter_pattern(pattern).destination_arn(destination).send()
    };
    assert_eq!(code(put("/cold", "", DESTINATION).await), "ValidationException");
    assert_eq!(code(put("/none", "", DESTINATION).await), "ResourceNotFoundException");
    assert_eq!(code(put(GROUP, "{ $.a = ", DESTINATION).await), "InvalidParameterException");
    let elsewhere = DESTINATION.replace(super::bench::TOKYO, "us-east-1");
    assert_eq!(code(put(GROUP, "", &elsewhere).await), "InvalidParameterException");
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_the_same_account_needs_a_role() {
    let pipeline = Pipeline::with_stream().await;
    group(&pipeline.logs, GROUP).await;
    let put = || {
        let call = pipeline.logs.put_subscription_filter().log_group_name(GROUP).filter_name("direct");
        call.filter_pattern("").destination_arn(STREAM)
    };
    assert_eq!(
        refusal(put().send().await),
        "InvalidParameterException: destinationArn for vendor firehose cannot be used without roleArn"
    );
    put().role_arn(LOGS_ROLE).send().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn destinations_are_put_described_and_deleted() {
    let pipeline = Pipeline::with_stream().await;
    let client = &pipeline.logs;
    let put = client.put_destination().destination_name("central").target_arn(STREAM).role_arn(LOGS_ROLE);
    assert_eq!(
        refusal(put.clone().tags("a", "b").send().await),
        "InvalidParameterException: Could not deliver test message to specified destination. Check if the \
         destination is valid."
    );
    put.clone().send().await.unwrap();
    let policy = super::pipeline::destination_policy(ALPHA);
    pipeline.put_policy(&policy).await;
    put.send().await.unwrap();
    let list = || client.describe_destinations().destination_name_prefix("cen").send();
    let destination = list().await.unwrap().destinations()[0].clone();
    assert_eq!(destination.arn(), Some(DESTINATION));
    assert_eq!(destination.access_policy(), Some(policy.as_str()), "putting it again keeps the policy");
    let large = format!("{policy}{}", " ".repeat(5_120));
    for text in [large.as_str(), "{}", "no"] {
        let put = client.put_destination_policy().destination_name("central").force_update(true);
        assert_eq!(code(put.access_policy(text).send().await), "InvalidParameterException");
    }
    let delete = || client.delete_destination().destination_name("central").send();
    delete().await.unwrap();
    assert_eq!(code(delete().await), "ResourceNotFoundException");
    assert!(list().await.unwrap().destinations().is_empty());
}
