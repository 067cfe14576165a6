//! Routes on trial: what is to be sent into each, and what is known of each before that.

use super::fit::{Fit, Question, ask, guess};
use super::fix::Fixes;
use super::hops::{Inspection, first_broken};
use super::probe::Probe;
use super::run::Verify;
use super::verdict::{Fix, Route as RouteVerdict};
use crate::graph::Route;
use crate::plan::{Observed, ReadFailures};
use crate::stop::Stop;

/// A route on trial.
pub(super) struct Trial<'a> {
    pub(super) route: &'a Route,
    pub(super) probe: Probe,
    pub(super) verdict: RouteVerdict,
    /// What to do about its stream, should the event show that to be wrong.
    pub(super) stream_fix: Option<Fix>,
    /// Whether the event was written.
    pub(super) sent: bool,
}

impl Verify<'_> {
    /// The selected routes with their hops judged, unless the live state was not read to the end.
    pub(super) async fn trials<'a>(
        &'a self,
        looked: Option<&(Observed, ReadFailures)>,
        stop: &mut Stop,
    ) -> Vec<Trial<'a>> {
        let inspection =
            looked.map(|(observed, failures)| Inspection { survey: self.survey, observed, failures });
        let mut trials: Vec<Trial<'a>> =
            self.probed().into_iter().map(|route| self.trial(route, inspection.as_ref())).collect();
        if let Some(inspection) = &inspection {
            let fits = self.fits(&trials, inspection, stop).await;
            let fixes = Fixes::of(self, inspection);
            for (trial, fit) in trials.iter_mut().zip(fits) {
                trial.verdict.hops = inspection.hops(trial.route, &fit);
                trial.verdict.fix = fixes.of_route(inspection, trial.route, &trial.verdict.hops);
                trial.stream_fix = fixes.of_hop(inspection, trial.route, "stream");
                trial.verdict.finding = first_broken(&trial.verdict.hops).or_else(|| fit.refusal());
                trial.verdict.pattern_proved_by = fit.by();
            }
        }
        trials
    }

    fn trial<'a>(&'a self, route: &'a Route, inspection: Option<&Inspection<'_>>) -> Trial<'a> {
        let (topology, custom) = (self.survey.topology.name.as_str(), self.message.as_deref());
        let pattern = inspection.and_then(|inspection| inspection.pattern(route));
        let pattern = pattern.and_then(|text| crate::pattern::parse(text).ok());
        let probe = Probe::new(route, topology, custom, pattern.as_ref(), self.now());
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
        Trial { route, probe, verdict, stream_fix: None, sent: false }
    }

    /// Whether the test events match the patterns of their filters.
    async fn fits(&self, trials: &[Trial<'_>], inspection: &Inspection<'_>, stop: &mut Stop) -> Vec<Fit> {
        let questions: Vec<Question<'_>> = trials
            .iter()
            .map(|trial| Question {
                account: &trial.route.account,
                region: &trial.route.region,
                pattern: inspection.pattern(trial.route).unwrap_or_default(),
                message: &trial.probe.message,
                custom: self.message.is_some(),
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
