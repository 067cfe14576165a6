//! Every route with its hops judged, and no test event sent.

use std::time::SystemTime;

use super::checks::pattern_check::{PatternCheck, Question, guess};
use super::hops::Inspection;
use super::probe::Probe;
use super::verdict::Hop;
use crate::graph::Route;
use crate::plan::{Observed, ReadFailures, Survey};

/// The routes of a survey in their order, each with its hops as they were seen. Of filter patterns logpipe's own matcher
/// says whether a test event would match.
pub fn judged<'s>(
    survey: &'s Survey,
    observed: &Observed,
    failures: &ReadFailures,
    now: SystemTime,
) -> Vec<(&'s Route, Vec<Hop>)> {
    let inspection = Inspection { survey, observed, failures };
    let topology = survey.topology.name.as_str();
    let hops = |route: &'s Route| {
        let pattern = inspection.pattern(route);
        let probe = Probe::new(route, topology, None, pattern, now);
        let question = Question::about(route, pattern, &probe, false);
        let check = guess(&[question]).pop().unwrap_or(PatternCheck::Yes { by: None, note: None });
        (route, inspection.hops(route, &check))
    };
    survey.graph.routes.iter().map(hops).collect()
}
