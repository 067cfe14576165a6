//! What every verb that talks to AWS does first: enter the accounts and read them.

use std::collections::BTreeSet;

use super::{Engine, Error};
use crate::address::{AccountId, AccountName};
use crate::aws::{Accounts, NotConnected, Unreachable};
use crate::event::Verb;
use crate::plan::{
    Entered, Plan, Survey, SurveyError, Surveyor, Targets, accounts_unsettled, enter_for, observe_unsettled,
    skipped, with_recorded,
};
use crate::record::Record;
use crate::topology::{Account, Topology};

/// The ways into the accounts, and what is there.
#[derive(Debug)]
pub(super) struct Situation {
    pub(super) accounts: Accounts,
    pub(super) survey: Survey,
}

impl Situation {
    /// The accounts by the names that they have here.
    pub(super) fn ids(&self) -> std::collections::BTreeMap<AccountName, AccountId> {
        self.survey.topology.ids_by_name()
    }
}

impl Engine {
    /// Gets into the accounts and looks around. Read-only, so a stop ends it at once.
    pub(super) async fn survey(
        &self,
        targets: &Targets,
        unreachable: Unreachable,
        look: impl AsyncFn(&Surveyor<'_>) -> Result<Survey, SurveyError>,
    ) -> Result<Situation, Error> {
        let mut stop = self.stop.clone();
        let looking = async {
            let (base, events, clock) = (&self.base, &self.events, self.clock());
            let entering = enter_for(&self.topology, base, events, targets, unreachable).await;
            let mut entered = entering.map_err(|error| Error::no_entry(error, unreachable))?;
            loop {
                let Entered { topology, accounts } = &entered;
                let looked = look(&Surveyor { topology, accounts, clock, events, targets }).await;
                match looked {
                    Ok(survey) => return Ok(Situation { accounts: entered.accounts, survey }),
                    Err(SurveyError::NotEntered(names)) => {
                        let further = entered.with(&names, base, events, unreachable).await;
                        entered = further.map_err(|error| Error::no_entry(error, unreachable))?;
                    }
                    Err(error) => {
                        let skips = unreachable == Unreachable::LeftOut;
                        let denied = error.unreadable(topology).filter(|_| skips).unwrap_or_default();
                        if !entered.leave_out(denied) {
                            return Err(error.into());
                        }
                    }
                }
            }
        };
        tokio::select! {
            situation = looking => situation,
            () = stop.changed() => Err(Error::Interrupted),
        }
    }

    /// Checks the owner of what `--prune` wants to remove, in accounts that the topology otherwise does not use. If an
    /// account cannot be entered, its resources stay.
    pub(super) async fn with_unsettled(&self, situation: Situation, record: &Record) -> Situation {
        let Situation { accounts, mut survey } = situation;
        let names = accounts_unsettled(record, &accounts);
        let further = self.further(&survey.topology, record, names, Unreachable::Fails).await;
        let Ok(Some(further)) = further else {
            return Situation { accounts, survey };
        };
        let accounts = accounts.and(further);
        let looking =
            observe_unsettled(survey.observed.clone(), record, &accounts, self.clock(), &self.events);
        if let Ok(observed) = Box::pin(looking).await {
            survey.observed = observed;
        }
        Situation { accounts, survey }
    }

    /// Enters the accounts that only the record knows. Those that cannot be entered are left out: what `--prune` would
    /// remove there stays.
    pub(super) async fn with_owned(
        &self,
        situation: Situation,
        record: &Record,
        targets: &Targets,
    ) -> Result<Situation, Error> {
        let Situation { accounts, mut survey } = situation;
        let met = |name: &AccountName| accounts.get(name).is_some() || accounts.left_out().contains_key(name);
        let owned = record.entries().keys().filter(|address| targets.matches(address));
        let names = owned.map(|address| &address.account).filter(|name| !met(name)).collect();
        let accounts = match self.further(&survey.topology, record, names, Unreachable::LeftOut).await? {
            Some(further) => accounts.and(further),
            None => accounts,
        };
        survey.graph.skipped = skipped(&accounts);
        Ok(Situation { accounts, survey })
    }

    /// Gets into the accounts that a plan has something to remove in and the topology has no other use for.
    pub(super) async fn reach(
        &self,
        situation: Situation,
        plan: &Plan,
        record: &Record,
    ) -> Result<Situation, Error> {
        let Situation { accounts, survey } = situation;
        let removing = plan.steps.iter().filter(|step| step.action.verb() == Verb::Delete);
        let names = removing.map(|step| &step.address.account);
        let names = names.filter(|name| accounts.get(name).is_none()).collect();
        let accounts = match self.further(&survey.topology, record, names, Unreachable::Fails).await? {
            Some(further) => accounts.and(further),
            None => accounts,
        };
        Ok(Situation { accounts, survey })
    }

    /// Enters accounts of these names, which the topology or only the record knows. `None` when it knows none of them.
    async fn further(
        &self,
        topology: &Topology,
        record: &Record,
        names: BTreeSet<&AccountName>,
        unreachable: Unreachable,
    ) -> Result<Option<Accounts>, NotConnected> {
        let topology = with_recorded(topology, record);
        let further: Vec<&Account> =
            names.into_iter().filter_map(|name| topology.accounts.get(name)).collect();
        if further.is_empty() {
            return Ok(None);
        }
        let (base, events) = (&self.base, &self.events);
        Accounts::reach(further, &topology.region, base, events, unreachable).await.map(Some)
    }
}
