//! `plan`: what an apply would do.

use super::survey::Situation;
use super::{Engine, Error};
use crate::address::Key;
use crate::apply::Calls;
use crate::aws::Unreachable;
use crate::plan::{Allowed, Note, Plan, Survey, Surveyor, decide};
use crate::record::Record;
use crate::topology::Topology;

/// A plan, and what it took.
#[derive(Debug)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// The calls that were made for it.
    pub calls: Calls,
}

/// Plans without AWS: everything counts as absent, and nothing is owned.
///
/// # Errors
/// [`Error`]
pub fn plan_offline(topology: &Topology, allowed: &Allowed) -> Result<Plan, Error> {
    let mut survey = Survey::offline(topology, &allowed.targets)?;
    if allowed.tighten {
        survey = survey.tightened();
    }
    Ok(decide(&survey, &Record::default(), allowed)?)
}

impl Engine {
    /// Reads live state and decides. Writes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn plan(&self, allowed: &Allowed) -> Result<Planned, Error> {
        let record = self.record().await?;
        let situation = self.look_to_plan(allowed, None, &record).await?;
        let plan = self.decide(&situation, &record, allowed).await?;
        let calls = Calls::of(situation.accounts.meter(), &situation.survey.graph, &plan);
        Ok(Planned { plan, calls })
    }

    /// Everything that a plan is made from, which may have to store the configuration of an agent.
    pub(super) async fn look_to_plan(
        &self,
        allowed: &Allowed,
        storing: Option<&Key>,
        record: &Record,
    ) -> Result<Situation, Error> {
        let look = async |surveyor: &Surveyor<'_>| surveyor.to_plan(record, storing).await;
        let unreachable = if allowed.skip_unreachable { Unreachable::LeftOut } else { Unreachable::Fails };
        let mut situation = self.survey(&allowed.targets, unreachable, look).await?;
        if allowed.prune && allowed.skip_unreachable {
            situation = self.with_owned(situation, record, &allowed.targets).await?;
        }
        if allowed.prune {
            situation = self.with_unsettled(situation, record).await;
        } else {
            situation.survey = situation.survey.until_pruned(record);
        }
        if allowed.tighten {
            situation.survey = situation.survey.tightened();
        }
        Ok(situation)
    }

    /// The plan, with what is to be known of its record.
    pub(super) async fn decide(
        &self,
        situation: &Situation,
        record: &Record,
        allowed: &Allowed,
    ) -> Result<Plan, Error> {
        let mut plan = decide(&situation.survey, record, allowed)?;
        let left_behind = self.records.left_behind(&self.topology, record).await;
        plan.notes.extend(left_behind.map(Note::RecordLeftBehind));
        Ok(plan)
    }
}
