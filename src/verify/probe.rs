//! Test events: what they say, and the log streams they are written to.

use std::time::{Duration, SystemTime};

use super::message::message;
use crate::address::{AccountName, Region};
use crate::aws::{Accounts, CallError, Class, log_groups};
use crate::clock::Clock;
use crate::graph::Route;
use crate::pattern::Pattern;

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
    pub(crate) sent: SystemTime,
    /// Whether its log stream was made, or may have been.
    pub(crate) stream_made: bool,
}

impl Probe {
    /// A message with a new unique mark; `custom` is what the user wants it to say. Without it the message is made to
    /// match `pattern`, where that can be done.
    pub(crate) fn new(
        route: &Route,
        topology: &str,
        custom: Option<&str>,
        pattern: Option<&Pattern>,
        clock: Clock,
    ) -> Self {
        let mark = uuid::Uuid::new_v4().to_string();
        let message = message(route, topology, custom, pattern, &mark);
        let stream = format!("{STREAM_PREFIX}{mark}");
        Self { mark, message, stream, sent: clock.now(), stream_made: false }
    }

    /// Writes the event into the route's log group.
    pub(crate) async fn send(
        &mut self,
        route: &Route,
        accounts: &Accounts,
        clock: Clock,
    ) -> Result<(), CallError> {
        let Some(connection) = accounts.get(&route.account) else { return Ok(()) };
        let place = (route.log_group.as_str(), self.stream.as_str());
        let made = log_groups::create_stream(connection, &route.region, place).await;
        self.stream_made = made.as_ref().map_or_else(may_have_made, |()| true);
        made?;
        self.sent = clock.now();
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

/// Removes the log streams that killed runs left in a log group.
pub(crate) async fn sweep(
    (account, region, group): (&AccountName, &Region, &str),
    accounts: &Accounts,
    now: SystemTime,
) {
    let Some(connection) = accounts.get(account) else { return };
    let left =
        log_groups::streams_before(connection, region, (group, STREAM_PREFIX), now - LEFT_BEHIND).await;
    for stream in left.unwrap_or_default() {
        // What cannot be removed now is left for the next run; it says nothing of the routes.
        drop(log_groups::delete_stream(connection, region, (group, &stream)).await);
    }
}
