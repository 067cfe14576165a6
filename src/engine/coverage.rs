//! `coverage`: which log groups are delivered, and why the others are not.

use std::collections::BTreeMap;

use super::{Engine, Error};
use crate::address::{AccountId, AccountName};
use crate::aws::Unreachable;
use crate::coverage::{AllowList, Coverage, judge, look};
use crate::graph::SkippedAccount;
use crate::plan::{Entered, enter_senders, skipped};

/// What to look at.
#[derive(Debug, Clone)]
pub struct CoverageRequest {
    /// What becomes of accounts that cannot be entered.
    pub unreachable: Unreachable,
    /// Over how many days to measure what the log groups took in; `None` leaves that out.
    pub days: Option<u32>,
    /// Whom outside log events may be sent to.
    pub allowed: AllowList,
}

/// What is covered.
#[derive(Debug)]
pub struct Covered {
    /// Every log group with its reason.
    pub coverage: Coverage,
    /// The accounts by their names.
    pub accounts: BTreeMap<AccountName, AccountId>,
    /// Accounts that were left out, of whose log groups nothing is known.
    pub skipped: Vec<SkippedAccount>,
}

impl Engine {
    /// Lists every log group of every account and region that a source covers, and says of each whether it is delivered.
    /// Reads the sources' accounts alone, and needs no record: what is live decides.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn coverage(&self, request: &CoverageRequest) -> Result<Covered, Error> {
        let mut stop = self.stop.clone();
        tokio::select! {
            covered = Box::pin(self.look_at_coverage(request)) => covered,
            () = stop.changed() => Err(Error::Interrupted),
        }
    }

    async fn look_at_coverage(&self, request: &CoverageRequest) -> Result<Covered, Error> {
        let CoverageRequest { unreachable, days, allowed } = request;
        let entering = enter_senders(&self.topology, &self.base, &self.events, *unreachable).await;
        let Entered { topology, accounts } =
            entering.map_err(|error| Error::no_entry(error, *unreachable))?;
        let places = look(&topology, &accounts, self.clock(), &self.events, *days).await;
        let coverage = judge(&topology, &places.map_err(Error::NotRead)?, allowed, *days);
        Ok(Covered { coverage, accounts: topology.ids_by_name(), skipped: skipped(&accounts) })
    }
}
