//! Reading and probing log groups outside of the kinds: the test event, error logs.
//!
//! Writes here need no permission: they are events, or have a name that nobody else uses.

use std::collections::BTreeSet;
use std::time::SystemTime;

use aws_sdk_cloudwatchlogs::types::InputLogEvent;

use crate::address::Region;
use crate::aws::accounts::Connection;
use crate::aws::call::{CallError, Class};
use crate::aws::fence::permitted;
use crate::permit::Permit;

/// Makes a log stream under a name that nobody else uses.
pub(crate) async fn create_stream(
    connection: &Connection,
    region: &Region,
    (group, stream): (&str, &str),
) -> Result<(), CallError> {
    let clients = connection.clients(Some(region));
    let create = clients.logs().create_log_stream().log_group_name(group).log_stream_name(stream).send();
    let create = permitted(Permit::unlimited(), create).await;
    match connection.answer("logs:CreateLogStream", region, create) {
        // A call that was repeated for want of an answer finds what it made.
        Err(error) if error.code.as_deref() == Some("ResourceAlreadyExistsException") => Ok(()),
        other => other.map(drop),
    }
}

/// Writes one event to a log stream.
pub(crate) async fn write_event(
    connection: &Connection,
    region: &Region,
    (group, stream): (&str, &str),
    message: &str,
    at: SystemTime,
) -> Result<(), CallError> {
    let clients = connection.clients(Some(region));
    let event = InputLogEvent::builder().message(message).timestamp(millis(at)).build();
    let call = clients.logs().put_log_events().log_group_name(group).log_stream_name(stream);
    let put = call.set_log_events(event.ok().map(|event| vec![event])).send();
    let put = permitted(Permit::unlimited(), put).await;
    let answer = connection.answer("logs:PutLogEvents", region, put)?;
    if answer.rejected_log_events_info().is_some() {
        // The call succeeds, and the event is dropped all the same (CloudWatch Logs API, PutLogEvents).
        let message =
            "the test event was rejected: its time is outside the retention of the log group".to_owned();
        return Err(connection.complaint("logs:PutLogEvents", region, Class::Invalid, message));
    }
    Ok(())
}

fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The log streams whose names start with `prefix` and that were made, and last written to, before a time.
pub(crate) async fn streams_before(
    connection: &Connection,
    region: &Region,
    (group, prefix): (&str, &str),
    before: SystemTime,
) -> Result<Vec<String>, CallError> {
    let clients = connection.clients(Some(region));
    let call = clients.logs().describe_log_streams().log_group_name(group).log_stream_name_prefix(prefix);
    let pages = connection
        .pages("logs:DescribeLogStreams", region, |token| call.clone().set_next_token(token).send());
    let streams = pages.all(|page| page.log_streams.unwrap_or_default()).await?;
    let old = streams.into_iter().filter_map(|stream| {
        let last = stream.creation_time.max(stream.last_event_timestamp)?;
        stream.log_stream_name.filter(|_| last < millis(before))
    });
    Ok(old.collect())
}

/// Deletes a log stream; one that is gone is fine.
pub(crate) async fn delete_stream(
    connection: &Connection,
    region: &Region,
    (group, stream): (&str, &str),
) -> Result<(), CallError> {
    let clients = connection.clients(Some(region));
    let delete = clients.logs().delete_log_stream().log_group_name(group).log_stream_name(stream).send();
    let delete = permitted(Permit::unlimited(), delete).await;
    match connection.answer("logs:DeleteLogStream", region, delete) {
        Err(error) if error.class == Class::NotFound => Ok(()),
        other => other.map(drop),
    }
}

/// The last few messages of a log group since a time, oldest first.
pub(crate) async fn messages_since(
    connection: &Connection,
    region: &Region,
    group: &str,
    since: SystemTime,
) -> Result<Vec<String>, CallError> {
    let clients = connection.clients(Some(region));
    let call = clients.logs().filter_log_events().log_group_name(group).start_time(millis(since)).limit(50);
    let mut messages = Vec::new();
    let mut pages =
        connection.pages("logs:FilterLogEvents", region, |token| call.clone().set_next_token(token).send());
    // Empty pages with a token are normal.
    while let Some(page) = pages.next().await? {
        messages.extend(page.events.unwrap_or_default().into_iter().filter_map(|event| event.message));
        if messages.len() >= 50 {
            break;
        }
    }
    Ok(messages)
}

/// Most messages that one TestMetricFilter takes (CloudWatch Logs API Reference, TestMetricFilter).
const MESSAGES_AT_ONCE: usize = 50;

/// Those of `messages` that a filter pattern matches.
pub(crate) async fn matching(
    connection: &Connection,
    region: &Region,
    pattern: &str,
    messages: &[&str],
) -> Result<BTreeSet<String>, CallError> {
    let clients = connection.clients(Some(region));
    let mut matching = BTreeSet::new();
    for some in messages.chunks(MESSAGES_AT_ONCE) {
        let call = clients.logs().test_metric_filter().filter_pattern(pattern);
        let some = some.iter().map(|message| (*message).to_owned()).collect();
        let tested = call.set_log_event_messages(Some(some)).send().await;
        let answer = connection.answer("logs:TestMetricFilter", region, tested)?;
        let matches = answer.matches.unwrap_or_default();
        matching.extend(matches.into_iter().filter_map(|found| found.event_message));
    }
    Ok(matching)
}
