//! Reads log events: one page of one log group at a time.

use crate::address::Region;
use crate::aws::accounts::Connection;
use crate::aws::call::CallError;
pub(crate) use crate::aws::pages::Tokens;
use crate::aws::pages::repeated;

/// One log event. Times are milliseconds since 1970, as CloudWatch Logs gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEvent {
    /// When it happened.
    pub at: i64,
    /// When CloudWatch Logs took it.
    pub ingested: i64,
    /// Its log stream.
    pub stream: String,
    /// What it says.
    pub message: String,
    /// What tells it from every other event of its log group.
    pub id: String,
}

/// Which log streams are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Streams {
    /// All of them.
    All,
    /// This one.
    Named(String),
    /// Those whose names start so.
    StartingWith(String),
}

impl Streams {
    /// A name, or the beginning of names that ends in `*`.
    pub fn of(text: Option<&str>) -> Self {
        match text.map(|text| (text, text.strip_suffix('*'))) {
            None | Some((_, Some(""))) => Self::All,
            Some((_, Some(prefix))) => Self::StartingWith(prefix.to_owned()),
            Some((name, None)) => Self::Named(name.to_owned()),
        }
    }
}

/// What is asked of one log group.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) group: &'a str,
    pub(crate) streams: &'a Streams,
    /// The first millisecond.
    pub(crate) since: i64,
    /// The last one.
    pub(crate) until: Option<i64>,
    pub(crate) pattern: Option<&'a str>,
    pub(crate) limit: usize,
    /// Where the page before this one ended.
    pub(crate) token: Option<&'a str>,
}

/// An answer. Pages without events that are not the last are normal (CloudWatch Logs API Reference, FilterLogEvents).
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) events: Vec<LogEvent>,
    pub(crate) next: Option<String>,
}

/// The error for repeating pages.
pub(crate) fn going_round(connection: &Connection, region: &Region) -> CallError {
    repeated("logs:FilterLogEvents", connection.place(region))
}

/// Reads a page.
pub(crate) async fn page(
    connection: &Connection,
    region: &Region,
    question: Question<'_>,
) -> Result<Page, CallError> {
    let clients = connection.clients(Some(region));
    let mut call = clients
        .logs()
        .filter_log_events()
        .log_group_name(question.group)
        .start_time(question.since)
        .set_end_time(question.until)
        .set_filter_pattern(question.pattern.map(str::to_owned))
        .limit(i32::try_from(question.limit).unwrap_or(i32::MAX))
        .set_next_token(question.token.map(str::to_owned));
    match question.streams {
        Streams::All => {}
        Streams::Named(name) => call = call.log_stream_names(name),
        Streams::StartingWith(prefix) => call = call.log_stream_name_prefix(prefix),
    }
    let answer = connection.answer("logs:FilterLogEvents", region, Box::pin(call.send()).await)?;
    let event = |event: aws_sdk_cloudwatchlogs::types::FilteredLogEvent| LogEvent {
        at: event.timestamp.unwrap_or_default(),
        ingested: event.ingestion_time.unwrap_or_default(),
        stream: event.log_stream_name.unwrap_or_default(),
        message: event.message.unwrap_or_default(),
        id: event.event_id.unwrap_or_default(),
    };
    let events = answer.events.unwrap_or_default().into_iter().map(event).collect();
    Ok(Page { events, next: answer.next_token.filter(|token| !token.is_empty()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_at_the_end_makes_a_name_a_beginning() {
        let check = |text: Option<&str>, expect: Streams| assert_eq!(Streams::of(text), expect, "{text:?}");
        check(None, Streams::All);
        check(Some("*"), Streams::All);
        check(Some("web"), Streams::Named("web".to_owned()));
        check(Some("web/*"), Streams::StartingWith("web/".to_owned()));
        check(Some("a*b"), Streams::Named("a*b".to_owned()));
    }
}
