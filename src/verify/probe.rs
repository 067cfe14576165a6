//! Test events: what they say, and the log streams they are written to.

use std::time::{Duration, SystemTime};

use crate::address::{AccountName, Region};
use crate::aws::{Accounts, CallError, Class, log_groups};
use crate::clock::Clock;
use crate::graph::Route;
use crate::pattern::Pattern;

/// Log streams of test events start so, which is how what a killed run left is recognised.
pub(crate) const STREAM_PREFIX: &str = "logpipe-verify/";

/// Log streams of test events that are older than this belong to no run any more.
const LEFT_BEHIND: Duration = Duration::from_secs(3600);

/// What every test event holds beside its mark.
pub(super) const MARK: &str = "logpipe_mark";

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
    /// A new unique mark in a message; `custom` is what the user wants the message to say. Without it the message is
    /// made to match `pattern`, where that is easy.
    pub(crate) fn new(
        route: &Route,
        topology: &str,
        custom: Option<&str>,
        pattern: Option<&Pattern>,
        clock: Clock,
    ) -> Self {
        let mark = uuid::Uuid::new_v4().to_string();
        let usual = || marked(route, topology, custom, &mark);
        let message = match pattern {
            Some(pattern) if custom.is_none() => fitting(route, topology, pattern, &mark),
            _ => None,
        }
        .unwrap_or_else(usual);
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

/// A message that the pattern matches: the usual one if possible.
fn fitting(route: &Route, topology: &str, pattern: &Pattern, mark: &str) -> Option<String> {
    let example = pattern.example();
    let texts = example.map(|example| [format!("logpipe test event: {example}"), example]);
    let made_up = texts.iter().flatten().map(|text| Some(text.as_str()));
    std::iter::once(None)
        .chain(made_up)
        .map(|text| marked(route, topology, text, mark))
        .find(|message| pattern.matches(message))
}

/// The message: JSON unless the user has given text; the mark goes into a JSON object as a field of its own.
fn marked(route: &Route, topology: &str, custom: Option<&str>, mark: &str) -> String {
    match custom.map(|text| (text, serde_json::from_str(text))) {
        Some((_, Ok(serde_json::Value::Object(mut object)))) => {
            object.insert(MARK.to_owned(), mark.into());
            serde_json::Value::Object(object).to_string()
        }
        Some((text, _)) => format!("{text} {MARK}={mark}"),
        None => serde_json::json!({
            "message": "logpipe test event",
            "topology": topology,
            "source": route.source,
            "log_group": route.log_group,
            MARK: mark,
        })
        .to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route() -> Route {
        Route {
            source: "app".parse().unwrap(),
            destination: "central".parse().unwrap(),
            account: "app".parse().unwrap(),
            region: "us-east-1".parse().unwrap(),
            log_group: "/app/web".to_owned(),
            filter: "app/us-east-1/subscription_filter./app/web:f".parse().unwrap(),
        }
    }

    #[test]
    fn a_message_of_the_users_own_keeps_its_form_and_carries_the_mark() {
        let mark = "m-1";
        assert_eq!(
            marked(&route(), "t", Some(r#"{"level":"error"}"#), mark),
            r#"{"level":"error","logpipe_mark":"m-1"}"#
        );
        assert_eq!(marked(&route(), "t", Some("ERROR disk full"), mark), "ERROR disk full logpipe_mark=m-1");
        assert!(marked(&route(), "t", None, mark).contains(mark));
    }

    #[test]
    fn a_message_is_made_to_match_a_pattern() {
        let check = |pattern: &str, expect: Option<&str>| {
            let pattern = crate::pattern::parse(pattern).unwrap();
            assert_eq!(fitting(&route(), "t", &pattern, "m-1").as_deref(), expect);
        };
        let usual = marked(&route(), "t", None, "m-1");
        check("", Some(&usual));
        check("{ $.source = app }", Some(&usual));
        check("ERROR", Some("logpipe test event: ERROR logpipe_mark=m-1"));
        check("ERROR -test", Some("ERROR logpipe_mark=m-1"));
        check("{ $.level = error }", Some(r#"{"level":"error","logpipe_mark":"m-1"}"#));
        check("{ $.level = %error% }", None);
        check("ERROR -logpipe_mark", None);
    }
}
