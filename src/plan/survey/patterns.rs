//! Filter patterns that only CloudWatch Logs can decide on: each is asked about once, before anything is planned.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use crate::aws::meter::{Scope, within};
use crate::aws::{Accounts, Class, log_groups};
use crate::lint::{Lint, Warning};
use crate::topology::{Source, Topology};

/// What CloudWatch Logs says of a pattern.
enum Judgement {
    Taken,
    Refused(String),
    /// Why it did not say.
    Unanswered(String),
}

/// The warnings of a topology without the doubts that are settled, or every pattern that CloudWatch Logs refuses.
///
/// logpipe asks only if something is in doubt, also where that is allowed: what is allowed is to say nothing of it. If it may
/// not ask, the remaining warning says so.
pub(crate) async fn settled(topology: &Topology, accounts: &Accounts) -> Result<Vec<Warning>, Vec<String>> {
    let in_doubt: BTreeMap<&str, &Source> =
        topology.sources.values().filter_map(|source| Some((doubtful(source, topology)?, source))).collect();
    if in_doubt.is_empty() {
        return Ok(topology.warnings.clone());
    }
    let asking = in_doubt.iter().map(|(pattern, source)| async move {
        (
            *pattern,
            within(Scope::Discover(format!("pattern {pattern}")), ask(pattern, source, accounts)).await,
        )
    });
    let judgements: BTreeMap<&str, Judgement> = join_all(asking).await.into_iter().collect();
    let mut warnings = topology.warnings.clone();
    let judged = |warning: &Warning| match &warning.lint {
        Lint::PatternDoubt { pattern, .. } => judgements.get(pattern.as_str()),
        _ => None,
    };
    let refused: Vec<String> = told_and_allowed(topology)
        .filter_map(|warning| {
            let (Lint::PatternDoubt { pattern, .. }, Some(Judgement::Refused(why))) =
                (&warning.lint, judged(warning))
            else {
                return None;
            };
            let place = &warning.excerpt;
            Some(format!("{place:?}: CloudWatch Logs refuses the filter pattern `{pattern}`: {why}"))
        })
        .collect();
    warnings.retain_mut(|warning| {
        let Lint::PatternDoubt { pattern, unanswered, .. } = &mut warning.lint else { return true };
        match judgements.get(pattern.as_str()) {
            Some(Judgement::Taken) => false,
            Some(Judgement::Unanswered(why)) => {
                *unanswered = Some(why.clone());
                true
            }
            Some(Judgement::Refused(_)) | None => true,
        }
    });
    if refused.is_empty() { Ok(warnings) } else { Err(refused) }
}

/// The pattern of a source, if there is a doubt about it.
fn doubtful<'t>(source: &'t Source, topology: &Topology) -> Option<&'t str> {
    let pattern = source.filter.pattern.as_str();
    let mut warned = told_and_allowed(topology).map(|warning| &warning.lint);
    warned
        .any(|lint| matches!(lint, Lint::PatternDoubt { pattern: other, .. } if other == pattern))
        .then_some(pattern)
}

/// What is found in a topology, allowed or not.
fn told_and_allowed(topology: &Topology) -> impl Iterator<Item = &Warning> {
    topology.warnings.iter().chain(topology.allowed.iter().map(|allowed| &allowed.warning))
}

/// Asks in the first account that the pattern is for.
async fn ask(pattern: &str, source: &Source, accounts: &Accounts) -> Judgement {
    let connection = source.accounts.iter().find_map(|account| accounts.get(account));
    let (Some(connection), Some(region)) = (connection, source.regions.first()) else {
        return Judgement::Unanswered(format!("sources.{} has no account to ask in", source.key));
    };
    match log_groups::matching(connection, region, pattern, &["logpipe"]).await {
        Ok(_) => Judgement::Taken,
        Err(error) if error.class == Class::Invalid => Judgement::Refused(error.to_string()),
        Err(error) => Judgement::Unanswered(error.to_string()),
    }
}
