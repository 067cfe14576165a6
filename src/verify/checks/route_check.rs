//! Routes under test: what to send into each, and what is known about each before that.

use super::pattern_check::{PatternCheck, Question, ask, guess};
use crate::graph::Route;
use crate::stop::Stop;
use crate::verify::fix::Fixes;
use crate::verify::hops::{Inspection, first_broken};
use crate::verify::probe::Probe;
use crate::verify::run::Verify;
use crate::verify::verdict::{Fix, Route as RouteVerdict};

/// A route under check.
pub(crate) struct RouteCheck<'a> {
    pub(crate) route: &'a Route,
    pub(crate) probe: Probe,
    pub(crate) verdict: RouteVerdict,
    /// What to do about its stream, should the event show that to be wrong.
    pub(crate) stream_fix: Option<Fix>,
    /// Whether the event was written.
    pub(crate) sent: bool,
}

impl Verify<'_> {
    /// The selected routes with their hops judged, unless the live state was not read to the end.
    pub(crate) async fn route_checks<'a>(
        &'a self,
        inspection: Option<&Inspection<'_>>,
        fixes: &Fixes,
        stop: &mut Stop,
    ) -> Vec<RouteCheck<'a>> {
        let mut route_checks: Vec<RouteCheck<'a>> =
            self.probed().into_iter().map(|route| self.route_check(route, inspection)).collect();
        if let Some(inspection) = inspection {
            let fits = self.fits(&route_checks, inspection, stop).await;
            for (route_check, check) in route_checks.iter_mut().zip(fits) {
                route_check.verdict.hops = inspection.hops(route_check.route, &check);
                route_check.verdict.fix =
                    fixes.of_route(inspection, route_check.route, &route_check.verdict.hops);
                route_check.stream_fix = fixes.of_hop(inspection, route_check.route, "stream");
                route_check.verdict.finding =
                    first_broken(&route_check.verdict.hops).or_else(|| check.refusal());
                route_check.verdict.pattern_proved_by = check.by();
            }
        }
        route_checks
    }

    fn route_check<'a>(&'a self, route: &'a Route, inspection: Option<&Inspection<'_>>) -> RouteCheck<'a> {
        let topology = self.survey.topology.name.as_str();
        let pattern = inspection.and_then(|inspection| inspection.pattern(route));
        let probe = Probe::new(route, topology, self.message.as_deref(), pattern, self.now());
        let verdict = RouteVerdict {
            source: route.source.clone(),
            account: route.account.clone(),
            region: route.region.clone(),
            log_group: route.log_group.clone(),
            destination: route.destination.clone(),
            delivered: false,
            seconds: None,
            object: None,
            line: None,
            legs: Vec::new(),
            finding: Some("stopped before its hops were read".to_owned()),
            hops: Vec::new(),
            pattern_proved_by: None,
            undelivered: Vec::new(),
            fix: None,
        };
        RouteCheck { route, probe, verdict, stream_fix: None, sent: false }
    }

    /// Whether the test events match the patterns of their filters.
    async fn fits(
        &self,
        route_checks: &[RouteCheck<'_>],
        inspection: &Inspection<'_>,
        stop: &mut Stop,
    ) -> Vec<PatternCheck> {
        let questions: Vec<Question<'_>> = route_checks
            .iter()
            .map(|route_check| {
                let RouteCheck { route, probe, .. } = route_check;
                Question::about(route, inspection.pattern(route), probe, self.message.is_some())
            })
            .collect();
        if stop.times() > 0 {
            return guess(&questions);
        }
        tokio::select! {
            fits = ask(&questions, self.accounts) => fits,
            () = stop.changed() => guess(&questions),
        }
    }
}
