//! The scheduler: the one task that owns the state of a run.
//!
//! Steps run at once as far as their needs and the limit allow. A failed step skips what needs it; the rest goes on.
//! The record is written before a step's first call and after its last.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;

use super::report::{Failure, Report};
use super::state::RunState;
use super::step::{carry_out, failure};
use super::stop::Stop;
use crate::address::Address;
use crate::aws::meter::{Scope, within};
use crate::aws::{Accounts, Target};
use crate::clock::Clock;
use crate::event::{Event, Events, StepEnd, Verb};
use crate::graph::dag::{Needs, closure};
use crate::plan::{Observed, Plan, Step};
use crate::record::{Keeper, Origin, RecordError};

/// What a run needs beside its plan.
#[derive(Debug)]
pub struct Run<'a> {
    /// The live state that was planned from.
    pub observed: &'a Observed,
    /// Ways into the accounts.
    pub accounts: &'a Accounts,
    /// Time.
    pub clock: Clock,
    /// Who hears what happens.
    pub events: &'a Events,
    /// Most steps at once.
    pub parallelism: usize,
}

/// How one step came out.
struct Outcome<'a> {
    step: &'a Step,
    result: Result<(), Failure>,
    took: Duration,
}

/// Carries out every step of a plan that writes.
///
/// # Errors
/// Only when the record cannot be written; nothing new is started then. Failed steps are in the report.
pub async fn apply(
    plan: &Plan,
    run: &Run<'_>,
    keeper: &mut Keeper,
    mut stop: Stop,
) -> Result<Report, RecordError> {
    let mut state = RunState::new(plan);
    let needs: Needs<Address> =
        plan.steps.iter().map(|step| (step.address.clone(), step.after.iter().cloned().collect())).collect();
    let steps: Vec<(Address, Verb)> =
        state.open().map(|step| (step.address.clone(), step.action.verb())).collect();
    run.events.send(Event::Applying { steps });

    let mut report = Report::default();
    let mut changed = BTreeSet::new();
    let mut running: FuturesUnordered<LocalBoxFuture<'_, Outcome<'_>>> = FuturesUnordered::new();
    let mut in_flight: BTreeSet<&Address> = BTreeSet::new();
    let mut trouble = None;
    loop {
        while trouble.is_none() && stop.times() == 0 && running.len() < run.parallelism {
            let Some(step) = state.next() else { break };
            if let Err(error) = note_intent(keeper, step) {
                trouble = Some(error);
                break;
            }
            let fresh = closure(&needs, [step.address.clone()]).iter().any(|address| {
                *address != step.address
                    && (changed.contains(address) || keeper.record().is_recent(address, run.clock))
            });
            run.events.send(Event::StepStarted { address: step.address.clone(), verb: step.action.verb() });
            in_flight.insert(&step.address);
            running.push(Box::pin(one(step, run, fresh)));
        }
        let outcome = tokio::select! {
            outcome = running.next() => match outcome {
                Some(outcome) => outcome,
                None => break,
            },
            () = stop.changed() => {
                run.events.send(Event::Stopping { times: stop.times(), running: running.len() });
                if stop.times() >= 2 {
                    report.unknown.extend(in_flight.iter().map(|address| (*address).clone()));
                    break;
                }
                continue;
            }
        };
        in_flight.remove(&outcome.step.address);
        changed.insert(outcome.step.address.clone());
        if let Err(error) = settle(outcome, &mut state, &mut report, keeper, run.events) {
            trouble = Some(error);
        }
    }
    drop(running);
    if let Some(error) = trouble {
        return Err(error);
    }
    report.interrupted = stop.times() > 0;
    report.not_started = not_started(&steps_of(plan), &report);
    Ok(report)
}

fn steps_of(plan: &Plan) -> Vec<&Address> {
    plan.steps.iter().filter(|step| step.writes()).map(|step| &step.address).collect()
}

fn not_started(steps: &[&Address], report: &Report) -> Vec<Address> {
    let over: BTreeSet<&Address> = report
        .done
        .iter()
        .chain(report.failures.iter().map(|failure| &failure.address))
        .chain(report.skipped.iter().map(|skipped| &skipped.address))
        .chain(&report.unknown)
        .collect();
    steps.iter().filter(|address| !over.contains(*address)).map(|address| (*address).clone()).collect()
}

async fn one<'a>(step: &'a Step, run: &Run<'a>, fresh: bool) -> Outcome<'a> {
    let started = run.clock.elapsed();
    let result = match run.accounts.get(&step.address.account) {
        None => Err(Failure {
            address: step.address.clone(),
            error: format!("account `{}` is not connected", step.address.account),
            code: None,
            aftermath: super::Aftermath::Untouched,
            hint: None,
        }),
        Some(connection) => {
            let target = Target::new(&step.address, connection, run.clock, run.events.clone(), fresh);
            let live = run.observed.live(&step.address);
            within(Scope::Step(step.address.clone()), carry_out(step, live, &target))
                .await
                .map_err(|error| failure(step, &error, &target))
        }
    };
    Outcome { step, result, took: run.clock.elapsed().saturating_sub(started) }
}

/// Before the first call: whose it will be, whatever happens next.
fn note_intent(keeper: &mut Keeper, step: &Step) -> Result<(), RecordError> {
    let origin = match step.action.verb() {
        Verb::Delete => return keeper.intend_deletion(&step.address),
        Verb::Adopt => Origin::Adopted,
        _ => Origin::Created,
    };
    keeper.intend(&step.address, &step.account, origin, step.after.iter().cloned().collect())
}

fn settle(
    outcome: Outcome<'_>,
    state: &mut RunState<'_>,
    report: &mut Report,
    keeper: &mut Keeper,
    events: &Events,
) -> Result<(), RecordError> {
    let Outcome { step, result, took } = outcome;
    let verb = step.action.verb();
    let ended = |address: &Address, end| Event::StepEnded { address: address.clone(), verb, end, took };
    let Err(failure) = result else {
        events.send(ended(&step.address, StepEnd::Done));
        state.done(&step.address);
        report.done.push(step.address.clone());
        return match verb {
            Verb::Delete => keeper.forget(&step.address),
            _ => keeper.present(&step.address),
        };
    };
    events.send(ended(&step.address, StepEnd::Failed(failure.error.clone())));
    for skipped in state.failed(&step.address) {
        events.send(ended(&skipped.address, StepEnd::Skipped(skipped.because_of.clone())));
        report.skipped.push(skipped);
    }
    // AWS refused the very first call of a creation, so nothing of ours is there.
    let nothing_made = verb == Verb::Create && failure.aftermath == super::Aftermath::Untouched;
    report.failures.push(failure);
    if nothing_made { keeper.forget(&step.address) } else { Ok(()) }
}
