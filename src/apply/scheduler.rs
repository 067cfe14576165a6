//! The scheduler: the one task that owns the state of a run.
//!
//! Steps run in parallel as far as their needs and the limit allow. A failed step skips its dependents; the rest
//! continues. The ledger writes the record before a step's first call and after its last.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};

use super::forecast::forecast;
use super::ledger::{Ending, Ledger};
use super::report::{Failure, Report};
use super::state::{Done, Part, RunState, Task};
use super::step::{carry_out, failure};
use crate::address::Address;
use crate::aws::fence::permitted;
use crate::aws::meter::{Scope, within};
use crate::aws::slot::Slots;
use crate::aws::{Accounts, Target};
use crate::clock::Clock;
use crate::event::{Event, Events, StepEnd};
use crate::graph::dag::needs_any;
use crate::plan::{Action, Plan, Step};
use crate::record::{Durable, Keeper, RecordError};
use crate::stop::Stop;

/// What a run needs beside its plan.
#[derive(Debug)]
pub struct Run<'a> {
    /// Ways into the accounts.
    pub accounts: &'a Accounts,
    /// Time.
    pub clock: Clock,
    /// Who hears what happens.
    pub events: &'a Events,
    /// Maximum number of steps that make calls at once.
    pub parallelism: usize,
}

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    /// What became of every step.
    pub report: Report,
    /// The record could not be written: nothing was started after that.
    pub trouble: Option<RecordError>,
}

/// How one step came out.
struct Outcome<'a> {
    step: &'a Step,
    part: Part,
    result: Result<Ending, Undone>,
    took: Duration,
}

/// Why a step was not carried out.
enum Undone {
    /// A call failed.
    Failed(Failure),
    /// The record could not be written before the first call, so none was made.
    Unrecorded(RecordError),
}

/// Carries out every step of a plan that writes.
///
/// When the record cannot be written nothing new is started, and what is running is let finish. When another run has
/// taken it over, what is running ends where it stands.
pub async fn apply(plan: &Plan, run: &Run<'_>, keeper: &mut Keeper, mut stop: Stop) -> Ended {
    let mut ledger = Ledger::new(keeper);
    let mut state = RunState::new(plan);
    let needs = Arc::new(plan.needs());
    let steps = forecast(plan.steps.iter().filter(|step| step.writes()));
    run.events.send(Event::Applying { steps, needs: needs.clone() });

    let mut report = Report::default();
    let mut changed = BTreeSet::new();
    let mut running: FuturesUnordered<LocalBoxFuture<'_, Outcome<'_>>> = FuturesUnordered::new();
    let mut in_flight: BTreeSet<&Address> = BTreeSet::new();
    let mut trouble = None;
    let mut loss = ledger.loss();
    let slots = Slots::new(run.parallelism);
    let mut spare = None;
    loop {
        while trouble.is_none() && stop.times() == 0 && state.has_next() {
            let Some(slot) = spare.take().or_else(|| slots.try_take()) else { break };
            let Some((step, part)) = state.next() else { break };
            let ours = ledger.is_ours(&step.address);
            let durable = match ledger.begin(step, part) {
                Ok(durable) => durable,
                Err(error) => {
                    trouble = Some(error);
                    break;
                }
            };
            let fresh = needs_any(&needs, &step.address, |need| {
                changed.contains(need) || ledger.is_recent(need, run.clock)
            });
            if !step.is_wait() {
                in_flight.insert(&step.address);
            }
            let carried_out = recorded((step, part), run, Past { fresh, ours }, durable);
            running.push(Box::pin(slot.during(permitted(ledger.permit(step), carried_out))));
        }
        let starting = trouble.is_none() && stop.times() == 0;
        if !starting && in_flight.is_empty() {
            // What is only waited for needs no end.
            break;
        }
        let outcome = tokio::select! {
            outcome = running.next() => match outcome {
                Some(outcome) => outcome,
                None => break,
            },
            slot = slots.take(), if starting && state.has_next() => {
                spare = Some(slot);
                continue;
            }
            () = stop.changed() => {
                run.events.send(Event::Stopping { times: stop.times(), running: in_flight.len() });
                if stop.times() >= 2 {
                    report.unknown.extend(in_flight.iter().map(|address| (*address).clone()));
                    break;
                }
                continue;
            }
            lost = loss.happened() => {
                // Another run has taken over: running steps make no further call.
                while let Some(Some(outcome)) = running.next().now_or_never() {
                    in_flight.remove(&outcome.step.address);
                    // What cannot be noted any more is for the other run to find.
                    drop(settle(outcome, &mut state, &mut report, &mut ledger, run.events));
                }
                report.unknown.extend(in_flight.iter().map(|address| (*address).clone()));
                trouble = Some(lost);
                break;
            }
        };
        in_flight.remove(&outcome.step.address);
        changed.insert(outcome.step.address.clone());
        if let Err(error) = settle(outcome, &mut state, &mut report, &mut ledger, run.events) {
            trouble.get_or_insert(error);
        }
    }
    drop(running);
    report.interrupted = stop.times() > 0;
    report.not_started = not_started(&steps_of(plan), &report);
    Ended { report, trouble }
}

fn steps_of(plan: &Plan) -> Vec<&Address> {
    plan.steps.iter().filter(|step| step.writes() && !step.is_wait()).map(|step| &step.address).collect()
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

/// What happened before a step.
#[derive(Debug, Clone, Copy)]
struct Past {
    /// Something that it needs was made or changed a moment ago.
    fresh: bool,
    /// An earlier run made it, or began to.
    ours: bool,
}

/// A step, once the record says that it is about to be carried out.
async fn recorded<'a>(
    (step, part): Task<'a>,
    run: &Run<'a>,
    past: Past,
    durable: Option<Durable>,
) -> Outcome<'a> {
    let started = run.clock.elapsed();
    let reached = match durable {
        Some(durable) => durable.reached().await,
        None => Ok(()),
    };
    let result = match reached {
        Ok(()) => one((step, part), run, past).await.map_err(Undone::Failed),
        Err(error) => Err(Undone::Unrecorded(error)),
    };
    Outcome { step, part, result, took: run.clock.elapsed().saturating_sub(started) }
}

async fn one((step, part): Task<'_>, run: &Run<'_>, Past { fresh, ours }: Past) -> Result<Ending, Failure> {
    // One that was changed first has been under way since.
    if part == Part::Change || !step.changes_first() {
        run.events.send(Event::StepStarted { address: step.address.clone(), verb: step.action.verb() });
    }
    match run.accounts.get(&step.address.account) {
        // Only the record is concerned.
        _ if matches!(step.action, Action::Forget) => Ok(Ending::Done),
        None => Err(Failure {
            address: step.address.clone(),
            error: format!("account `{}` is not connected", step.address.account),
            code: None,
            aftermath: super::Aftermath::Untouched,
            hint: None,
            denied: false,
            moved: Vec::new(),
            waited_for: None,
        }),
        Some(connection) => {
            let target = Target::new(&step.address, connection, run.clock, run.events.clone(), fresh)
                .needing(&step.needs)
                .known_as_ours(ours);
            let carrying_out = carry_out(step, part, &target);
            match within(Scope::Step(step.address.clone()), carrying_out).await {
                Ok(()) if target.was_there() => Ok(Ending::WasThere),
                Ok(()) => Ok(Ending::Done),
                Err(error) => Err(failure(step, &error, &target)),
            }
        }
    }
}

fn settle(
    outcome: Outcome<'_>,
    state: &mut RunState<'_>,
    report: &mut Report,
    ledger: &mut Ledger<'_>,
    events: &Events,
) -> Result<(), RecordError> {
    let Outcome { step, part, result, took } = outcome;
    let verb = step.action.verb();
    let ended = |address: &Address, end| Event::StepEnded { address: address.clone(), verb, end, took };
    let failure = match result {
        Ok(ending) => {
            match state.done(&step.address, part) {
                Done::Over => {
                    events.send(ended(&step.address, StepEnd::Done));
                    if !step.is_wait() {
                        report.done.push(step.address.clone());
                    }
                }
                Done::NarrowsLater => {}
                Done::Skipped(skipped) => {
                    events.send(ended(&step.address, StepEnd::Skipped(skipped.because_of.clone())));
                    report.skipped.push(skipped);
                }
            }
            return ledger.end(step, ending);
        }
        Err(Undone::Failed(failure)) => failure,
        Err(Undone::Unrecorded(error)) => {
            // It is as it was before, which matters where somebody else comes to make it.
            drop(ledger.end(step, Ending::Failed(super::Aftermath::Untouched)));
            return Err(error);
        }
    };
    events.send(ended(&step.address, StepEnd::Failed(failure.error.clone())));
    for skipped in state.failed(&step.address, part) {
        events.send(ended(&skipped.address, StepEnd::Skipped(skipped.because_of.clone())));
        report.skipped.push(skipped);
    }
    let ending = Ending::Failed(failure.aftermath);
    report.failures.push(failure);
    ledger.end(step, ending)
}
