//! Reads: page by page and group by group, into one order, again and again where new events are followed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::time::{Duration, SystemTime};

use futures_util::{StreamExt, stream};

use super::merge::Merge;
use super::places::{LookUp, Place};
use super::watermark::Watermark;
use super::{LogEvent, Streams};
use crate::aws::log_events::{Page, Question, Tokens, going_round, page};
use crate::aws::wait::{self, Wait};
use crate::aws::{Accounts, CallError, Class, log_group_names};
use crate::clock::Clock;
use crate::plan::READS_AT_ONCE;
use crate::stop::Stop;
use crate::wait_for::WaitFor;

/// Most events that are held, over all log groups. Each holds a page at a time, and a page is at least [`LEAST`].
const HELD: usize = 20_000;

/// The least that a page asks for.
const LEAST: usize = 10;

/// The most that one call takes (CloudWatch Logs API Reference, FilterLogEvents), which answers with 1 MB at most.
const MOST: usize = 10_000;

/// Most events that are remembered between polls, over all log groups, and the least of each.
const REMEMBERED: (usize, usize) = (200_000, 1_000);

/// The pause between polls.
const POLL: Duration = Duration::from_secs(2);

/// What is read, and how.
#[derive(Debug)]
pub struct Reading<'a> {
    /// Ways into the accounts.
    pub accounts: &'a Accounts,
    /// Time.
    pub clock: Clock,
    /// The log groups.
    pub places: &'a BTreeSet<Place>,
    /// The log streams of each.
    pub streams: Streams,
    /// The first moment.
    pub since: SystemTime,
    /// The last moment.
    pub until: Option<SystemTime>,
    /// A filter pattern of CloudWatch Logs.
    pub pattern: Option<String>,
    /// Whether to continue with new events.
    pub follow: bool,
    /// Ends after this many events.
    pub limit: Option<usize>,
}

/// A log group that could not be read.
#[derive(Debug, Clone)]
pub struct Unread {
    /// Which.
    pub place: Place,
    /// What AWS answered.
    pub error: CallError,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// How many events were shown.
    pub events: usize,
    /// How many log groups were asked.
    pub groups: usize,
    /// Those that could not be read.
    pub unread: Vec<Unread>,
    /// Whether the user ended it.
    pub stopped: bool,
    /// How many events were held at most.
    pub most_held: usize,
}

/// One log group while it is read.
struct Lane<'a> {
    place: &'a Place,
    watermark: Watermark,
    start: i64,
    token: Option<String>,
    /// The tokens of this round.
    seen: Tokens,
    error: Option<CallError>,
}

impl Lane<'_> {
    /// Whether it makes no sense to ask again. Streams and events may come later; a group that is denied stays so.
    fn is_lost(&self) -> bool {
        let lost = [Class::Denied, Class::Credentials, Class::Invalid, Class::NotFound];
        self.error.as_ref().is_some_and(|error| lost.contains(&error.class) && !error.lacks_log_stream())
    }
}

/// What has come of it so far.
#[derive(Default)]
struct Progress {
    events: usize,
    most_held: usize,
}

impl Reading<'_> {
    /// Reads, and shows every event in its turn. Ends when all is read, when `show` breaks off, or when the user stops
    /// it.
    pub async fn read(
        &self,
        mut show: impl FnMut(&Place, &LogEvent) -> ControlFlow<()>,
        mut stop: Stop,
    ) -> Outcome {
        let share = |all: usize, least: usize| (all / self.places.len().max(1)).max(least);
        let since = millis(self.since);
        let mut lanes: Vec<Lane<'_>> = self
            .places
            .iter()
            .map(|place| {
                let watermark = Watermark::new(since, share(REMEMBERED.0, REMEMBERED.1));
                Lane {
                    place,
                    start: watermark.first(),
                    watermark,
                    token: None,
                    seen: Tokens::default(),
                    error: None,
                }
            })
            .collect();
        let size = share(HELD, LEAST).min(MOST);
        let mut progress = Progress::default();
        let stopped = tokio::select! {
            () = self.rounds(&mut lanes, size, &mut progress, &mut show) => false,
            () = stop.changed() => true,
        };
        Outcome {
            events: progress.events,
            groups: lanes.len(),
            unread: unread(lanes),
            stopped,
            most_held: progress.most_held,
        }
    }

    async fn rounds(
        &self,
        lanes: &mut [Lane<'_>],
        size: usize,
        progress: &mut Progress,
        show: &mut impl FnMut(&Place, &LogEvent) -> ControlFlow<()>,
    ) {
        loop {
            // By the clock that dates events.
            let asked = millis(self.accounts.meter().server_time().now());
            if self.round(lanes, size, progress, show).await.is_break() || !self.follow {
                return;
            }
            if lanes.iter().all(Lane::is_lost) {
                return;
            }
            self.pause().await;
            for lane in &mut *lanes {
                lane.start = lane.watermark.next(asked);
                (lane.token, lane.seen) = (None, Tokens::default());
            }
        }
    }

    /// Reads every log group to its end.
    async fn round(
        &self,
        lanes: &mut [Lane<'_>],
        size: usize,
        progress: &mut Progress,
        show: &mut impl FnMut(&Place, &LogEvent) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut merge = Merge::of(lanes.len());
        loop {
            let wanted = merge.wants();
            if wanted.is_empty() {
                return ControlFlow::Continue(());
            }
            for (number, answer) in self.pages(lanes, wanted, size).await {
                let lane = &mut lanes[number];
                let (events, next) = lane.take(answer);
                merge.give(number, events, next);
            }
            progress.most_held = progress.most_held.max(merge.held());
            while let Some((number, event)) = merge.next() {
                progress.events += 1;
                show(lanes[number].place, &event)?;
                if self.limit.is_some_and(|limit| progress.events >= limit) {
                    return ControlFlow::Break(());
                }
            }
        }
    }

    /// The next page of every lane that is wanted, all at once.
    async fn pages(
        &self,
        lanes: &[Lane<'_>],
        wanted: Vec<usize>,
        size: usize,
    ) -> Vec<(usize, Option<Result<Page, CallError>>)> {
        let ask = |number: usize| async move { (number, self.page(&lanes[number], size).await) };
        stream::iter(wanted).map(ask).buffer_unordered(READS_AT_ONCE).collect().await
    }

    /// Nothing, of a lane that is not asked any more.
    async fn page(&self, lane: &Lane<'_>, size: usize) -> Option<Result<Page, CallError>> {
        let connection = self.accounts.get(&lane.place.account).filter(|_| !lane.is_lost())?;
        let question = Question {
            group: &lane.place.group,
            streams: &self.streams,
            since: lane.start,
            until: self.until.map(millis),
            pattern: self.pattern.as_deref(),
            limit: size,
            token: lane.token.as_deref(),
        };
        let answer = page(connection, &lane.place.region, question).await;
        Some(answer.and_then(|answer| match answer.next.as_deref() {
            Some(token) if lane.seen.has(token) => Err(going_round(connection, &lane.place.region)),
            _ => Ok(answer),
        }))
    }

    async fn pause(&self) {
        let wait = Wait { what: WaitFor::NextPoll, limit: POLL, first: POLL, longest: POLL };
        wait::pass(wait, self.clock, &"logs", |_, _| {}).await;
    }
}

impl Lane<'_> {
    /// What is new in an answer, and whether there is more.
    fn take(&mut self, answer: Option<Result<Page, CallError>>) -> (Vec<LogEvent>, bool) {
        match answer {
            None => (Vec::new(), false),
            Some(Err(error)) => {
                self.error = Some(error);
                (Vec::new(), false)
            }
            Some(Ok(page)) => {
                self.error = None;
                self.token = page.next;
                if let Some(token) = &self.token {
                    self.seen.is_new(token);
                }
                let mut events = page.events;
                events.retain(|event| self.watermark.admit(event.at, &event.id));
                (events, self.token.is_some())
            }
        }
    }
}

/// What could not be read. That a group lacks the log stream is told only when all of them do.
fn unread(lanes: Vec<Lane<'_>>) -> Vec<Unread> {
    let all = lanes.iter().all(|lane| lane.error.is_some());
    let failed = lanes.into_iter().filter_map(|lane| {
        let error = lane.error.filter(|error| all || !error.lacks_log_stream())?;
        Some(Unread { place: lane.place.clone(), error })
    });
    failed.collect()
}

/// The log groups that look-ups find.
///
/// # Errors
/// The first look-up that failed.
pub async fn found(look_ups: &[LookUp], accounts: &Accounts) -> Result<BTreeSet<Place>, CallError> {
    let mut found = BTreeSet::new();
    let mut places: BTreeMap<_, Vec<&LookUp>> = BTreeMap::new();
    for look_up in look_ups {
        places.entry((&look_up.account, &look_up.region)).or_default().push(look_up);
    }
    for ((account, region), look_ups) in places {
        let Some(connection) = accounts.get(account) else { continue };
        let prefixes = look_ups.iter().map(|look_up| look_up.prefix().to_owned()).collect();
        let names = log_group_names::named(connection, region, &prefixes).await?;
        found.extend(look_ups.iter().flat_map(|look_up| look_up.among(names.keys().cloned())));
    }
    Ok(found)
}

fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
