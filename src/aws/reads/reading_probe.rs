//! One event read as a reader does: groups, streams, events.

use crate::address::Region;
use crate::aws::accounts::Connection;
use crate::aws::call::CallError;

/// How many log groups are looked into for an event.
const GROUPS: usize = 5;

/// An event that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) group: String,
    pub(crate) stream: String,
    pub(crate) message: String,
}

/// Lists log groups, the latest log stream of the first of them, and reads an event of it; `None` when there is none to
/// read. `preferred` are looked into first.
pub(crate) async fn read_one(
    connection: &Connection,
    region: &Region,
    preferred: &[String],
) -> Result<Option<Read>, CallError> {
    let clients = connection.clients(Some(region));
    let listed = clients.logs().describe_log_groups().send();
    let listed = connection.answer("logs:DescribeLogGroups", region, Box::pin(listed).await)?;
    let there: Vec<String> =
        listed.log_groups.unwrap_or_default().into_iter().filter_map(|group| group.log_group_name).collect();
    let first = there.iter().filter(|name| preferred.contains(name));
    let others = there.iter().filter(|name| !preferred.contains(name));
    for group in first.chain(others).take(GROUPS) {
        if let Some(read) = read_of(connection, region, group).await? {
            return Ok(Some(read));
        }
    }
    Ok(None)
}

async fn read_of(connection: &Connection, region: &Region, group: &str) -> Result<Option<Read>, CallError> {
    let clients = connection.clients(Some(region));
    let streams = clients.logs().describe_log_streams().log_group_name(group);
    let streams =
        streams.order_by(aws_sdk_cloudwatchlogs::types::OrderBy::LastEventTime).descending(true).limit(1);
    let streams = Box::pin(streams.send()).await;
    let streams =
        connection.answer("logs:DescribeLogStreams", region, streams)?.log_streams.unwrap_or_default();
    let Some(stream) = streams.into_iter().find_map(|stream| stream.log_stream_name) else { return Ok(None) };
    let events = clients.logs().get_log_events().log_group_name(group).log_stream_name(&stream).limit(1);
    let events = Box::pin(events.send()).await;
    let events = connection.answer("logs:GetLogEvents", region, events)?.events.unwrap_or_default();
    let message = events.into_iter().find_map(|event| event.message);
    Ok(message.map(|message| Read { group: group.to_owned(), stream, message }))
}
