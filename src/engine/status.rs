//! `status`: the status of every resource.

use std::collections::BTreeMap;

use super::{Engine, Error};
use crate::address::{AccountId, AccountName};
use crate::aws::Unreachable;
use crate::graph::SkippedAccount;
use crate::plan::status::ResourceStatus;
use crate::plan::{Allowed, Note, Surveyor, Targets, decide, lost_record, notices, standings};

/// What to look at.
#[derive(Debug, Clone)]
pub struct StatusRequest {
    /// Which part.
    pub targets: Targets,
    /// What becomes of accounts that cannot be entered.
    pub unreachable: Unreachable,
}

/// How things are.
#[derive(Debug)]
pub struct Status {
    /// How each resource stands.
    pub standings: Vec<ResourceStatus>,
    /// What the user should know besides.
    pub notes: Vec<Note>,
    /// The accounts by their names.
    pub accounts: BTreeMap<AccountName, AccountId>,
    /// Accounts that were left out.
    pub skipped: Vec<SkippedAccount>,
}

impl Engine {
    /// Looks how every resource stands.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn status(&self, request: &StatusRequest) -> Result<Status, Error> {
        let record = self.record().await?;
        let look = async |surveyor: &Surveyor<'_>| surveyor.as_it_stands(&record).await;
        let situation = self.survey(&request.targets, request.unreachable, look).await?;
        let survey = &situation.survey;
        let allowed = Allowed { targets: request.targets.clone(), ..Allowed::default() };
        let plan = decide(survey, &record, &allowed)?;
        let standings = standings(&plan, survey, &record, self.clock().now());
        let mut notes: Vec<Note> = lost_record(survey, &record).into_iter().collect();
        notes.extend(notices(&survey.graph, &survey.observed, |address| record.get(address).is_some()));
        Ok(Status { standings, notes, accounts: situation.ids(), skipped: survey.graph.skipped.clone() })
    }
}
