//! `graph --live`: the way of the logs as it is in the accounts.

use super::survey::Situation;
use super::{Engine, Error};
use crate::address::Address;
use crate::aws::Unreachable;
use crate::diagram::{Diagram, diagram};
use crate::explain::{AccountNames, of_graph};
use crate::graph::SkippedAccount;
use crate::plan::{Surveyor, Targets, look};
use crate::verify::judged;

/// The picture of a topology as it is.
#[derive(Debug)]
pub struct Drawn {
    /// The picture.
    pub diagram: Diagram,
    /// Accounts that were left out.
    pub skipped: Vec<SkippedAccount>,
}

impl Engine {
    /// Draws the topology with what is in its accounts, and judges every hop. Sends nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn graph(&self, unreachable: Unreachable) -> Result<Drawn, Error> {
        let record = self.record().await?;
        // What cannot be read is drawn as that, unless its account is to be left out.
        let skips = unreachable == Unreachable::LeftOut;
        let looking = async |surveyor: &Surveyor<'_>| match skips {
            true => surveyor.as_it_stands(&record).await,
            false => surveyor.graph(&record).await,
        };
        let Situation { accounts, survey } = self.survey(&Targets::default(), unreachable, looking).await?;
        let mut stop = self.stop.clone();
        let (observed, failures) = tokio::select! {
            looked = look(&survey.graph, &accounts, self.clock(), &self.events) => looked,
            () = stop.changed() => return Err(Error::Interrupted),
        };
        let routes = judged(&survey, &observed, &failures, accounts.meter().server_time().now());
        let names = AccountNames::of(survey.topology.account_ids());
        let live = |address: &Address| observed.live(address);
        let policies = of_graph(&survey.graph, &names, Some(&live));
        let known = |address: &Address| observed.knows(address) && !failures.contains_key(address);
        let exists = |address: &Address| known(address).then(|| observed.live(address).is_some());
        let drawn = diagram(&survey.topology, &survey.graph, survey.lifecycle(), policies);
        let drawn = drawn.judged(&routes, exists);
        Ok(Drawn { diagram: drawn, skipped: survey.graph.skipped })
    }
}
