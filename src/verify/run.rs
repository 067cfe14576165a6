//! Verifies routes: judges every hop, sends test events where nothing is broken, and waits for them to arrive.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use futures_util::future::{join, join_all};
use futures_util::{StreamExt, stream};

use super::archive::layout::Writing;
use super::archive::search::{Complaints, Search, SearchError, SearchQuery};
use super::checks::route_check::RouteCheck;
use super::failure::words;
use super::fix::Fixes;
use super::hops::{Inspection, first_broken};
use super::note::NoRoute;
use super::outcome::{blame_stream, deliver, doubted_key, not_found};
use super::probe::sweep;
use super::sample;
use super::verdict::{AgentVerdict, ReaderVerdict, Route as RouteVerdict, Verdict, Verification};
use crate::address::Key;
use crate::aws::wait::{Answer, TimedOut, Wait, until};
use crate::aws::{Accounts, Base};
use crate::clock::Clock;
use crate::event::{Event, Events};
use crate::graph::dag::closure;
use crate::graph::{self, Graph, Route};
use crate::plan::{Observed, READS_AT_ONCE, ReadFailures, Survey, look};
use crate::record::Record;
use crate::stop::Stop;
use crate::topology::{Destination, PartitionKey};
use crate::wait_for::{LastSeen, WaitFor};

/// CloudWatch Logs usually delivers within three minutes (CloudWatch Logs User Guide, "Subscriptions"). Firehose's
/// buffer time comes on top.
const USUAL: Duration = Duration::from_secs(3 * 60);

/// Two minutes more than usual, before the buffer time.
const MARGIN: Duration = Duration::from_secs(5 * 60);

/// How long after the buffer time a test event counts as overdue: most are there within a minute.
const OVERDUE: Duration = Duration::from_secs(60);

/// What verify needs.
#[derive(Debug)]
pub struct Verify<'a> {
    /// The topology with its graph, globs expanded.
    pub survey: &'a Survey,
    /// Ways into the accounts.
    pub accounts: &'a Accounts,
    /// What logpipe owns, which decides what it would put right.
    pub record: &'a Record,
    /// Where the credentials of the run start.
    pub base: &'a Base,
    /// Time.
    pub clock: Clock,
    /// Who hears what happens.
    pub events: &'a Events,
    /// Only routes of this source.
    pub source: Option<Key>,
    /// Gives up after this time instead of what the buffers suggest.
    pub timeout: Option<Duration>,
    /// The text of the test event.
    pub message: Option<String>,
    /// How many routes to probe; left out, all of them, or a part where there are many.
    pub sample: Option<usize>,
}

/// Verifies every selected route. After a stop nothing more is sent and nothing awaited; test log streams are removed
/// all the same.
pub async fn verify(verify: &Verify<'_>, mut stop: Stop) -> Verification {
    let (agents, readers) = tokio::select! {
        roles = verify.roles() => roles,
        () = stop.changed() => (Vec::new(), Vec::new()),
    };
    let graph = verify.to_look_at();
    let looked = tokio::select! {
        looked = look(&graph, verify.accounts, verify.clock, verify.events) => Some(looked),
        () = stop.changed() => None,
    };
    let destinations = verify.destinations(looked.as_ref().map(|(observed, _)| observed));
    let inspection = verify.inspection(looked.as_ref());
    let fixes = inspection.as_ref().map(|inspection| Fixes::of(verify, inspection)).unwrap_or_default();
    let mut route_checks = verify.route_checks(inspection.as_ref(), &fixes, &mut stop).await;
    at_once(route_checks.iter_mut().map(|route_check| {
        let (_, writing) = &destinations[&route_check.route.destination];
        verify.send(route_check, writing, &stop)
    }))
    .await;

    let mut by_destination: BTreeMap<Key, Vec<RouteCheck<'_>>> = BTreeMap::new();
    for route_check in route_checks {
        by_destination.entry(route_check.verdict.destination.clone()).or_default().push(route_check);
    }
    let searches = by_destination.into_iter().map(|(key, route_checks)| {
        let (stop, (destination, writing)) = (stop.clone(), &destinations[&key]);
        async move { verify.search(destination, writing, route_checks, stop).await }
    });
    let mut route_checks: Vec<RouteCheck<'_>> = join_all(searches).await.into_iter().flatten().collect();
    verify.clean_up(&mut route_checks, &stop).await;

    let mut routes: Vec<RouteVerdict> =
        route_checks.into_iter().map(|route_check| route_check.verdict).collect();
    routes.sort_by(RouteVerdict::in_order);
    let nothing = routes.is_empty() && agents.is_empty() && readers.is_empty();
    Verification {
        verdict: overall(&routes, &agents, &readers),
        finding: nothing.then(|| verify.no_route()),
        routes,
        agents,
        readers,
        routes_total: verify.selected().count(),
    }
}

/// Waits for all of them, a bounded number under way at once.
async fn at_once(work: impl Iterator<Item = impl Future<Output = ()>>) {
    stream::iter(work).for_each_concurrent(READS_AT_ONCE, |one| one).await;
}

/// Nothing at all is no proof of anything.
fn overall(routes: &[RouteVerdict], agents: &[AgentVerdict], readers: &[ReaderVerdict]) -> Verdict {
    let broken = |route: &RouteVerdict| !route.delivered && first_broken(&route.hops).is_some();
    let nothing = routes.is_empty() && agents.is_empty() && readers.is_empty();
    let refused = agents.iter().any(|agent| !agent.allowed && !agent.unknown)
        || readers.iter().any(|reader| !reader.readable && !reader.unknown);
    let doubtful = agents.iter().any(|agent| agent.unknown) || readers.iter().any(|reader| reader.unknown);
    if nothing || refused || routes.iter().any(broken) {
        Verdict::Broken
    } else if !routes.iter().all(|route| route.delivered) {
        Verdict::Timeout
    } else if doubtful {
        Verdict::Unknown
    } else {
        Verdict::Delivered
    }
}

fn printable(route: &Route) -> String {
    format!("{} {}/{} {}", route.source, route.account, route.region, route.log_group)
}

impl Verify<'_> {
    /// What agents and readers may do, unless only a source is meant.
    pub(super) async fn roles(&self) -> (Vec<AgentVerdict>, Vec<ReaderVerdict>) {
        if self.source.is_some() {
            return (Vec::new(), Vec::new());
        }
        // The SDK's futures are large.
        Box::pin(join(self.agents(), self.readers())).await
    }

    /// The destinations, and how each is written to as far as that was seen.
    pub(super) fn destinations(
        &self,
        observed: Option<&Observed>,
    ) -> BTreeMap<&Key, (&Destination, Writing)> {
        let (topology, lifecycle) = (&self.survey.topology, self.survey.lifecycle());
        let writing =
            |destination| Writing::of(destination, &lifecycle.streams(topology, destination), observed);
        let destinations = topology.destinations.iter();
        destinations.map(|(key, destination)| (key, (destination, writing(destination)))).collect()
    }

    /// What the hops of the routes are judged from.
    pub(super) fn inspection<'a>(
        &'a self,
        looked: Option<&'a (Observed, ReadFailures)>,
    ) -> Option<Inspection<'a>> {
        looked.map(|(observed, failures)| Inspection { survey: self.survey, observed, failures })
    }

    /// Why no route was selected, as far as what the graph notes of the sources tells it.
    pub(super) fn no_route(&self) -> NoRoute {
        let wanted = |note: &&graph::Note| match (&self.source, note.source()) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(wanted), Some(source)) => wanted == source,
        };
        NoRoute { notes: self.survey.graph.notes.iter().filter(wanted).cloned().collect() }
    }

    /// How many of how many routes are probed, where that is fewer and nobody said how many.
    pub fn sampled_unasked(&self) -> Option<(usize, usize)> {
        let routes = self.selected().count();
        let probed = sample::size(routes, self.sample);
        (self.sample.is_none() && probed < routes).then_some((probed, routes))
    }

    /// Now, by AWS's clock: the user's may be wrong.
    pub(super) fn now(&self) -> SystemTime {
        self.accounts.meter().server_time().now()
    }

    fn selected(&self) -> impl Iterator<Item = &Route> {
        self.survey
            .graph
            .routes
            .iter()
            .filter(|route| self.source.as_ref().is_none_or(|key| route.source == *key))
    }

    /// The routes that are probed.
    pub(super) fn probed(&self) -> Vec<&Route> {
        let selected: Vec<&Route> = self.selected().collect();
        let size = sample::size(selected.len(), self.sample);
        sample::spread(selected, size)
    }

    /// What the hops of the probed routes rest on: all of it, unless a part of the routes is probed.
    pub(super) fn to_look_at(&self) -> Cow<'_, Graph> {
        let (graph, probed) = (&self.survey.graph, self.probed());
        if probed.len() == graph.routes.len() {
            return Cow::Borrowed(graph);
        }
        let filters = probed.into_iter().map(|route| route.filter.clone());
        let needed = closure(&graph.needs(), filters);
        Cow::Owned(graph.resources(|address| needed.contains(address)))
    }

    /// Writes the test event, unless the route is broken already: then waiting would prove nothing new.
    async fn send(&self, route_check: &mut RouteCheck<'_>, writing: &Writing, stop: &Stop) {
        if route_check.verdict.finding.is_some() {
            return;
        }
        if stop.times() > 0 {
            route_check.verdict.finding = Some("stopped before a test event was written".to_owned());
            return;
        }
        match route_check.probe.send(route_check.route, self.accounts).await {
            Ok(()) => {
                route_check.sent = true;
                let (route, limit) = (printable(route_check.route), self.limit(writing));
                let usual = (USUAL + writing.buffer).min(limit);
                self.events.send(Event::ProbeSent { route, usual, limit });
            }
            Err(error) => {
                route_check.verdict.finding = Some(format!("the test event could not be written: {error}"));
            }
        }
    }

    fn limit(&self, writing: &Writing) -> Duration {
        self.timeout.unwrap_or(MARGIN + writing.buffer)
    }

    /// Looks for the marks of every route into one destination.
    async fn search<'a>(
        &self,
        destination: &Destination,
        writing: &Writing,
        mut route_checks: Vec<RouteCheck<'a>>,
        mut stop: Stop,
    ) -> Vec<RouteCheck<'a>> {
        let sent: Vec<&RouteCheck<'_>> = route_checks.iter().filter(|route_check| route_check.sent).collect();
        let Some(since) = sent.iter().map(|route_check| route_check.probe.sent).min() else {
            return route_checks;
        };
        let search = Search {
            accounts: self.accounts,
            destination,
            writing,
            clock: self.clock,
            events: self.events,
            marks: sent
                .iter()
                .map(|route_check| (route_check.probe.mark.clone(), self.search_query(route_check, writing)))
                .collect(),
            since,
            limit: self.limit(writing),
            found: Mutex::default(),
            notes: Mutex::default(),
            read: Mutex::default(),
        };
        let ended = tokio::select! {
            ended = search.run() => Some(ended),
            () = self.once_more(&search, &sent) => None,
            () = stop.changed() => None,
        };
        let complaints = match &ended {
            Some(Err(_)) => search.complaints().await,
            // Nothing to complain about, or nobody who waits for it.
            Some(Ok(())) | None => Complaints::default(),
        };
        let found = search.found.into_inner().unwrap_or_else(PoisonError::into_inner);
        for route_check in route_checks.iter_mut().filter(|route_check| route_check.sent) {
            let took = self.now().duration_since(route_check.probe.sent).unwrap_or_default();
            match found.get(&route_check.probe.mark) {
                Some(found) => {
                    deliver(
                        &mut route_check.verdict,
                        route_check.probe.sent,
                        found,
                        &destination.bucket.name,
                    );
                }
                None => {
                    let undelivered = complaints.undelivered(&route_check.probe.mark);
                    let said = [words(&undelivered), complaints.notes.clone()].concat();
                    if blame_stream(&mut route_check.verdict.hops, &undelivered) {
                        route_check.verdict.fix = route_check.stream_fix.take();
                    } else if matches!(ended, Some(Err(SearchError::TimedOut(_)))) {
                        route_check.verdict.fix = doubted_key(&route_check.verdict.hops);
                    }
                    route_check.verdict.finding =
                        Some(not_found(&route_check.verdict.hops, ended.as_ref(), &said));
                    route_check.verdict.undelivered = undelivered;
                }
            }
            let delivered = route_check.verdict.delivered;
            self.events.send(Event::ProbeEnded { route: printable(route_check.route), delivered, took });
        }
        route_checks
    }

    fn search_query(&self, route_check: &RouteCheck<'_>, writing: &Writing) -> SearchQuery {
        let route = route_check.route;
        let value = |key| match key {
            PartitionKey::Owner => self.survey.topology.accounts[&route.account].id.to_string(),
            PartitionKey::LogGroup => route.log_group.clone(),
            PartitionKey::LogStream => route_check.probe.stream.clone(),
        };
        let locations = writing.objects().iter().map(|location| location.partitioned(value)).collect();
        SearchQuery { route: printable(route), locations }
    }

    /// Writes what is overdue a second time. CloudWatch Logs drops an event for good when a hop refuses it, and a role
    /// that was changed a moment ago refuses until the change has spread. Never returns: the search decides.
    async fn once_more(&self, search: &Search<'_>, sent: &[&RouteCheck<'_>]) {
        let usual = search.writing.buffer + OVERDUE;
        let wait = Wait { what: WaitFor::TestEventOverdue, limit: usual, first: usual, longest: usual };
        let missing = |route_check: &&&RouteCheck<'_>| !search.is_found(&route_check.probe.mark);
        let punctual: Result<(), TimedOut> = until(
            wait,
            self.clock,
            &"once more",
            |_, _| {},
            || async {
                let any = sent.iter().any(|route_check| missing(&route_check));
                Ok(if any { Answer::NotYet(LastSeen::words("not found")) } else { Answer::Ready(()) })
            },
        )
        .await;
        if punctual.is_err() {
            let again = sent.iter().filter(missing).map(|route_check| async {
                // The first event may still come; without it the search tells what is wrong.
                drop(route_check.probe.write(route_check.route, self.accounts, self.now()).await);
            });
            at_once(again).await;
        }
        std::future::pending::<()>().await;
    }

    /// Removes the log streams of this run, and unless the user is in a hurry those that killed runs left.
    async fn clean_up(&self, route_checks: &mut [RouteCheck<'_>], stop: &Stop) {
        let places: BTreeSet<_> = route_checks
            .iter()
            .map(|route_check| {
                (&route_check.route.account, &route_check.route.region, route_check.route.log_group.as_str())
            })
            .filter(|_| stop.times() == 0)
            .collect();
        let sweeping = at_once(places.into_iter().map(|place| sweep(place, self.accounts, self.now())));
        let removing = at_once(route_checks.iter_mut().map(|route_check| self.remove_stream(route_check)));
        join(sweeping, removing).await;
    }

    async fn remove_stream(&self, route_check: &mut RouteCheck<'_>) {
        if !route_check.probe.stream_made {
            return;
        }
        if let Err(error) = route_check.probe.clean_up(route_check.route, self.accounts).await {
            let left = format!("the log stream {} is left behind: {error}", route_check.probe.stream);
            route_check.verdict.finding = Some(match route_check.verdict.finding.take() {
                Some(finding) => format!("{finding}; {left}"),
                None => left,
            });
        }
    }
}
