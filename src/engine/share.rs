//! What one of several processes works on: the accounts that it has, and nothing else is changed.

use std::collections::BTreeSet;

use super::survey::Situation;
use super::{Engine, Error};
use crate::address::AccountName;
use crate::aws::{Accounts, Unreachable};
use crate::plan::{Allowed, Entered, Observed, Survey, TargetPattern, Targets, enter_for, recorded_shards};
use crate::record::Record;
use crate::share::Share;

/// What takes one process for all accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OneProcess {
    /// What sends has to be gone in every account before what receives goes.
    #[error(
        "--prune cannot be combined with --shard, because what receives events goes only when nothing in any account sends to it: run `logpipe apply --prune` without --shard, when no shard is running"
    )]
    Prune,
    /// Whoever moves has to be let through at both places until everybody has moved.
    #[error(
        "senders move from one CloudWatch Logs destination to another, as when the number of streams or a quota has changed, which several processes would not see alike: run `logpipe apply` without --shard once, when no shard is running"
    )]
    Moves,
    /// To whom live subscriptions send decides where their accounts have their place.
    #[error(
        "--adopt cannot be combined with --shard, because what is there in all accounts decides what is taken over: run `logpipe apply --adopt` without --shard, when no shard is running"
    )]
    Adopt,
}

/// Refuses what several processes cannot do at the same time.
pub(super) fn check(allowed: &Allowed) -> Result<(), OneProcess> {
    match allowed {
        Allowed { share: Some(_), prune: true, .. } => Err(OneProcess::Prune),
        Allowed { share: Some(_), adopt: true, .. } => Err(OneProcess::Adopt),
        _ => Ok(()),
    }
}

/// Refuses to move senders, of which each process would see others move.
pub(super) fn check_places(survey: &Survey, record: &Record) -> Result<(), OneProcess> {
    let known = recorded_shards(&survey.topology, record);
    let mut places = survey.graph.shards.iter().flat_map(|(destination, senders)| {
        let known = known.get(destination);
        senders.iter().map(move |(account, shard)| (known.and_then(|known| known.get(account)), shard))
    });
    match places.any(|(was, shard)| was.is_some_and(|was| was != shard)) {
        true => Err(OneProcess::Moves),
        false => Ok(()),
    }
}

impl Engine {
    /// Everything in the accounts of a process, by the names that they have. The organisation is listed for it.
    pub(super) async fn targets_of(&self, share: Share) -> Result<Targets, Error> {
        let listed = match self.topology.lister() {
            Some((lister, _)) => Some(self.entered_by(lister).await?),
            None => None,
        };
        let topology = listed.as_ref().map_or(&self.topology, |entered| &entered.topology);
        let accounts = topology.accounts_in_use().into_values().filter(|account| share.has(&account.id));
        let names: BTreeSet<AccountName> = accounts.map(|account| account.name.clone()).collect();
        Ok(Targets(vec![TargetPattern::Share(names)]))
    }

    /// What there is to know through the account that lists the organisation.
    async fn entered_by(&self, lister: &AccountName) -> Result<Entered, Error> {
        let (targets, fails) = (Targets(vec![TargetPattern::Account(lister.clone())]), Unreachable::Fails);
        let mut stop = self.stop.clone();
        tokio::select! {
            entered = enter_for(&self.topology, &self.base, &self.events, &targets, fails) => {
                entered.map_err(|error| Error::no_entry(error, fails))
            }
            () = stop.changed() => Err(Error::Interrupted),
        }
    }

    /// What there is for a process that has no account.
    pub(super) async fn nothing(&self) -> Result<Situation, Error> {
        let accounts = Accounts::connect([], &self.topology.region, &self.base, &self.events).await?;
        Ok(Situation { accounts, survey: Survey::of_removals(self.topology.clone(), Observed::default()) })
    }
}

/// Whether there may be something to do: a process may have no account of the topology.
pub(super) fn mean_something(targets: &Targets) -> bool {
    targets.0.iter().all(|target| !matches!(target, TargetPattern::Share(names) if names.is_empty()))
}
