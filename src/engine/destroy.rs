//! `destroy`: removes what logpipe made.

use std::time::Duration;

use super::survey::Situation;
use super::{Applied, Approve, Engine, Error};
use crate::address::Address;
use crate::aws::Accounts;
use crate::event::Event;
use crate::plan::{
    Data, Observed, Survey, SurveyError, Targets, accounts_of, buckets, destroy, observe_unsettled,
    observe_uses, with_recorded,
};
use crate::record::Keeper;

/// What to remove.
#[derive(Debug, Clone, Default)]
pub struct DestroyRequest {
    /// Which part.
    pub targets: Targets,
    /// Whether buckets go too, with every object in them, and log groups with what others have on them.
    pub delete_data: bool,
    /// How long to wait for another run to release the record.
    pub lock_timeout: Duration,
}

impl Engine {
    /// Plans the removal, proposes it and carries it out, under the lock of the record.
    ///
    /// # Errors
    /// [`Error`], and whatever a no is.
    pub async fn destroy<A: Approve>(
        &self,
        request: &DestroyRequest,
        approve: &mut A,
    ) -> Result<Applied, A::Error> {
        let work = async |keeper: &mut Keeper| self.destroy_under_lock(request, keeper, approve).await;
        self.under_lock(None, request.lock_timeout, work).await
    }

    async fn destroy_under_lock<A: Approve>(
        &self,
        request: &DestroyRequest,
        keeper: &mut Keeper,
        approve: &mut A,
    ) -> Result<Applied, A::Error> {
        if keeper.record().entries().is_empty() {
            let left_behind = self.records.left_behind(&self.topology, keeper.record()).await;
            let left_behind = left_behind.map(|other| other.to_string());
            self.events.send(Event::NothingOwned { record: self.records.place.to_string(), left_behind });
        }
        let mut data = Data::default();
        if request.delete_data {
            let made = buckets(keeper.record(), &request.targets);
            approve.approve_deletion(&made).await?;
            data = Data { buckets: made, of_others: true };
        }
        let topology = with_recorded(&self.topology, keeper.record());
        let plan =
            |observed: &Observed| destroy(&topology, keeper.record(), &data, &request.targets, observed);
        let needed = plan(&Observed::default()).map_err(Error::from)?;
        let needed = accounts_of(&needed);
        let accounts = topology.accounts.values().filter(|account| needed.contains(&account.name));
        let accounts = Accounts::connect(accounts, &self.topology.region, &self.base, &self.events).await;
        let accounts = accounts.map_err(Error::from)?;
        // Other deletions need no live state: each is right whether or not its resource is still there. Only what others
        // have on it has to be looked at.
        let (clock, events) = (self.clock(), &self.events);
        let observed = observe_unsettled(Observed::default(), keeper.record(), &accounts, clock, events);
        let observed =
            Box::pin(observed).await.map_err(|failures| Error::from(SurveyError::from(failures)))?;
        let goes = |address: &Address| request.targets.matches(address);
        let uses = observe_uses(keeper.record(), goes, &accounts, clock, events);
        let uses = Box::pin(uses).await.map_err(|failures| Error::from(SurveyError::from(failures)))?;
        let observed = observed.with_uses(uses);
        let plan = plan(&observed).map_err(Error::from)?;
        let survey = Survey::of_removals(topology, observed);
        self.carry_out(plan, Situation { accounts, survey }, keeper, approve).await
    }
}
