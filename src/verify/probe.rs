//! Test events: what they say, and the log streams they are written to.

use std::time::{Duration, SystemTime};

use super::archive::message::message;
use crate::address::{AccountName, Region};
use crate::aws::{Accounts, CallError, Class, log_groups};
use crate::graph::Route;

/// Log streams of test events start so, which is how what a killed run left is recognised.
pub(crate) const STREAM_PREFIX: &str = "logpipe-verify/";

/// Log streams of test events that are older than this belong to no run any more.
const LEFT_BEHIND: Duration = Duration::from_secs(3600);

/// A test event.
#[derive(Debug, Clone)]
pub(crate) struct Probe {
    pub(crate) mark: String,
    pub(crate) message: String,
    pub(crate) stream: String,
    /// By AWS's clock, which dates all that comes of it.
    pub(crate) sent: SystemTime,
    /// Whether its log stream was made, or may have been.
    pub(crate) stream_made: bool,
}

impl Probe {
    /// A message with a new unique mark; `custom` is what the user wants it to say. Without it the message is made to
    /// match the filter's `pattern`, where that can be done.
    pub(crate) fn new(
        route: &Route,
        topology: &str,
        custom: Option<&str>,
        pattern: Option<&str>,
        now: SystemTime,
    ) -> Self {
        let mark = uuid::Uuid::new_v4().to_string();
        let pattern = pattern.and_then(|text| crate::pattern::parse(text).ok());
        let message = message(route, topology, custom, pattern.as_ref(), &mark);
        let stream = format!("{STREAM_PREFIX}{mark}");
        Self { mark, message, stream, sent: now, stream_made: false }
    }

    /// Writes the event into the route's log group.
    pub(crate) async fn send(&mut self, route: &Route, accounts: &Accounts) -> Result<(), CallError> {
        let Some(connection) = accounts.get(&route.account) else { return Ok(()) };
        let place = (route.log_group.as_str(), self.stream.as_str());
        let made = log_groups::create_stream(connection, &route.region, place).await;
        self.stream_made = made.as_ref().map_or_else(may_have_made, |()| true);
        made?;
        self.sent = accounts.meter().server_time().now();
        self.write(route, accounts, self.sent).await
    }

    /// Writes the event to its stream; writing it again changes nothing about what is looked for.
    pub(crate) async fn write(
        &self,
        route: &Route,
        accounts: &Accounts,
        at: SystemTime,
    ) -> Result<(), CallError> {
        let Some(connection) = accounts.get(&route.account) else { return Ok(()) };
        let place = (route.log_group.as_str(), self.stream.as_str());
        log_groups::write_event(connection, &route.region, place, &self.message, at).await
    }

    /// Removes the log stream it was written to.
    pub(crate) async fn clean_up(&self, route: &Route, accounts: &Accounts) -> Result<(), CallError> {
        let Some(connection) = accounts.get(&route.account) else { return Ok(()) };
        let place = (route.log_group.as_str(), self.stream.as_str());
        log_groups::delete_stream(connection, &route.region, place).await
    }
}

/// Whether a creating call may have taken effect although it failed.
fn may_have_made(error: &CallError) -> bool {
    !matches!(error.class, Class::Denied | Class::Credentials | Class::Invalid | Class::NotFound)
}

/// Whether a log stream has a name that only verify gives: others may have chosen the same beginning.
fn is_ours(stream: &str) -> bool {
    let mark =
        stream.strip_prefix(STREAM_PREFIX).and_then(|mark| uuid::Uuid::try_parse(mark).ok().zip(Some(mark)));
    // The UUID has other spellings, which are not verify's.
    mark.is_some_and(|(uuid, mark)| uuid.to_string() == mark)
}

/// Removes the log streams that killed runs left in a log group. Younger ones may belong to a run that is under way.
pub(crate) async fn sweep(
    (account, region, group): (&AccountName, &Region, &str),
    accounts: &Accounts,
    now: SystemTime,
) {
    let Some(connection) = accounts.get(account) else { return };
    let left =
        log_groups::streams_before(connection, region, (group, STREAM_PREFIX), now - LEFT_BEHIND).await;
    for stream in left.unwrap_or_default().into_iter().filter(|stream| is_ours(stream)) {
        // What cannot be removed now is left for the next run; it says nothing of the routes.
        drop(log_groups::delete_stream(connection, region, (group, &stream)).await);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_streams_named_by_verify_are_its_own() {
        let check = |name: &str, expect| assert_eq!(is_ours(name), expect, "{name}");
        check("logpipe-verify/52174edc-b8ee-46fc-8840-98558cd85b77", true);
        check("logpipe-verify/52174EDC-B8EE-46FC-8840-98558CD85B77", false);
        check("logpipe-verify/52174edcb8ee46fc884098558cd85b77", false);
        check("logpipe-verify/52174edc-b8ee-46fc-8840-98558cd85b77/2", false);
        check("logpipe-verify/mine", false);
        check("logpipe-verify/", false);
        check("x/logpipe-verify/52174edc-b8ee-46fc-8840-98558cd85b77", false);
    }
}
