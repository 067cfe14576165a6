//! `apply`: makes what the topology declares.

use std::time::Duration;

use super::{Applied, Approve, Engine, Error};
use crate::plan::{Allowed, SavedPlan};
use crate::record::Keeper;

/// What to apply.
#[derive(Debug, Clone)]
pub struct ApplyRequest {
    /// Which plan.
    pub what: What,
    /// Whether it will be verified, which is refused where there is nothing to verify.
    pub verified: bool,
    /// How long to wait for another run to let go of the record.
    pub lock_timeout: Duration,
}

/// Which plan is carried out.
#[derive(Debug, Clone)]
pub enum What {
    /// The one that is made now.
    Planned(Allowed),
    /// Exactly this one, or none.
    Saved(SavedPlan),
}

impl What {
    fn allowed(&self) -> Result<Allowed, Error> {
        match self {
            Self::Planned(allowed) => Ok(allowed.clone()),
            Self::Saved(saved) => Ok(saved.allowed()?),
        }
    }
}

impl Engine {
    /// Plans, proposes and carries out, under the lock of the record.
    ///
    /// # Errors
    /// [`Error`], and whatever a no is.
    pub async fn apply<A: Approve>(
        &self,
        request: &ApplyRequest,
        approve: &mut A,
    ) -> Result<Applied, A::Error> {
        let work = async |keeper: &mut Keeper| self.apply_under_lock(request, keeper, approve).await;
        self.under_lock(request.lock_timeout, work).await
    }

    async fn apply_under_lock<A: Approve>(
        &self,
        request: &ApplyRequest,
        keeper: &mut Keeper,
        approve: &mut A,
    ) -> Result<Applied, A::Error> {
        let allowed = request.what.allowed()?;
        let situation = self.look_to_plan(&allowed, keeper.record()).await?;
        if request.verified {
            self.check_routes(&situation)?;
        }
        let plan = self.decide(&situation, keeper.record(), &allowed).await?;
        if let What::Saved(saved) = &request.what {
            saved.confirm(&plan).map_err(Error::from)?;
        }
        let situation = self.reach(situation, &plan, keeper.record()).await?;
        let mut applied = self.carry_out(plan, situation, keeper, approve).await?;
        // What was left out is not verified either.
        let left = applied.plan.left_out.iter().map(|(address, _)| address);
        let graph = std::mem::take(&mut applied.situation.survey.graph);
        applied.situation.survey.graph = graph.without(left);
        Ok(applied)
    }
}
