//! Proposes a plan and carries it out: the last part of every verb that writes.

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
            parallelism: self.parallelism,
        };
        let began = self.clock().elapsed();
        let Ended { report, trouble } = apply(&plan, &run, keeper, self.stop.clone()).await;
        let took = self.clock().elapsed().saturating_sub(began);
        let calls = Calls::of(situation.accounts.meter(), &situation.survey.graph, &plan);
        let lost = trouble.map(|source| RecordLost { written: report.has_written(), source });
        Ok(Applied { plan, report, took, calls, lost, situation })
    }
}
