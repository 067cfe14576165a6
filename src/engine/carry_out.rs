//! Proposes a plan and carries it out: the last part of every verb that writes.

use std::collections::BTreeSet;
use std::time::Duration;

use super::survey::Situation;
use super::{Approve, Engine, Error, Proposal};
use crate::apply::{Calls, Ended, Report, Run, apply};
use crate::plan::{Plan, left_out};
use crate::record::{Keeper, RecordError};

/// A plan carried out, as far as that went.
#[derive(Debug)]
pub struct Applied {
    /// The plan.
    pub plan: Plan,
    /// What became of its steps.
    pub report: Report,
    /// How long that took, questions not counted.
    pub took: Duration,
    /// The calls that were made.
    pub calls: Calls,
    /// Why the record does not say all of it, where it could not be kept.
    pub lost: Option<RecordLost>,
    pub(super) situation: Situation,
}

/// The record could not be kept while a plan was carried out.
#[derive(Debug, thiserror::Error)]
#[error(
    "the record could not be written; it says what was about to be done, and the next run checks what was"
)]
pub struct RecordLost {
    /// Whether something was written.
    pub written: bool,
    /// Why.
    pub source: RecordError,
}

impl Engine {
    /// Proposes a plan, and carries it out.
    pub(super) async fn carry_out<A: Approve>(
        &self,
        plan: Plan,
        situation: Situation,
        keeper: &mut Keeper,
        approve: &mut A,
    ) -> Result<Applied, A::Error> {
        let proposal = Proposal { plan: &plan, missing: !left_out(&situation.survey).is_empty() };
        approve.approve(&proposal).await?;
        let refused = proposal.refused();
        if !refused.is_empty() {
            return Err(Error::Refused(refused).into());
        }
        let run = Run {
            accounts: &situation.accounts,
            clock: self.clock(),
            events: &self.events,
            parallelism: self.parallelism.unwrap_or_else(|| parallelism(&plan)),
        };
        let began = self.clock().elapsed();
        let Ended { report, trouble } = apply(&plan, &run, keeper, self.stop.clone()).await;
        let took = self.clock().elapsed().saturating_sub(began);
        let calls = Calls::of(situation.accounts.meter(), &situation.survey.graph, &plan);
        let lost = trouble.map(|source| RecordLost { written: report.has_written(), source });
        Ok(Applied { plan, report, took, calls, lost, situation })
    }
}

/// How many steps may be under way where nobody says how many: a step waits for AWS most of its time, and each account
/// takes only so many calls a second, so more accounts keep more of them busy. How many calls are on the wire is limited
/// by itself (`aws/calls/answers/client.rs`).
fn parallelism(plan: &Plan) -> usize {
    let open = plan.steps.iter().filter(|step| step.writes());
    let accounts: BTreeSet<_> = open.map(|step| &step.address.account).collect();
    accounts.len().clamp(FEWEST, MOST)
}

/// Steps at once, however few accounts there are.
const FEWEST: usize = 32;

/// Steps at once, however many accounts there are: what a killed run leaves in doubt is read again by the next one.
const MOST: usize = 1_000;
