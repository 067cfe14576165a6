//! The policies as they are in the accounts, in plain words.

use super::survey::Situation;
use super::{Engine, Error};
use crate::address::Address;
use crate::aws::Unreachable;
use crate::explain::{AccountNames, Explanation, of_graph};
use crate::graph::SkippedAccount;
use crate::plan::{Surveyor, Targets};

/// What they say.
#[derive(Debug)]
pub struct Explained {
    /// Every policy.
    pub explanation: Explanation,
    /// Accounts that were left out.
    pub skipped: Vec<SkippedAccount>,
}

impl Engine {
    /// Reads the live policies and explains them.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn explain(&self, unreachable: Unreachable) -> Result<Explained, Error> {
        let record = self.record().await?;
        let look = async |surveyor: &Surveyor<'_>| surveyor.as_it_stands(&record).await;
        let Situation { survey, .. } = self.survey(&Targets::default(), unreachable, look).await?;
        let live = |address: &Address| survey.observed.live(address);
        let names = AccountNames::of(survey.topology.account_ids());
        let explanation = of_graph(&survey.graph, &names, Some(&live));
        Ok(Explained { explanation, skipped: survey.graph.skipped })
    }
}
