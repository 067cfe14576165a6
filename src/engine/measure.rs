//! How much the topology logs, as measured by CloudWatch.

use super::survey::Situation;
use super::{Engine, Error};
use crate::aws::Unreachable;
use crate::graph::SkippedAccount;
use crate::plan::{Measured, Surveyor, Targets, measure};
use crate::topology::Topology;

/// What was counted.
#[derive(Debug)]
pub struct Measurement {
    /// The topology as it is in use.
    pub topology: Topology,
    /// The volumes, and why others are not among them.
    pub measured: Measured,
    /// Accounts that were left out.
    pub skipped: Vec<SkippedAccount>,
}

impl Engine {
    /// Measures every source, and every agent whose log groups are no source's.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn measure(&self, unreachable: Unreachable) -> Result<Measurement, Error> {
        let record = self.record().await?;
        let look = async |surveyor: &Surveyor<'_>| surveyor.pipeline(&record).await;
        let Situation { accounts, survey } = self.survey(&Targets::default(), unreachable, look).await?;
        let measured = measure(&survey, &accounts).await;
        Ok(Measurement { topology: survey.topology, measured, skipped: survey.graph.skipped })
    }
}
