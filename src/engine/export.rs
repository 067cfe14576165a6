//! `export`: what a topology makes, in the language of another tool.

use std::collections::BTreeMap;

use super::survey::Situation;
use super::{Engine, Error};
use crate::address::Address;
use crate::aws::Unreachable;
use crate::export::{Asked, Export, Pipeline, write};
use crate::graph::SkippedAccount;
use crate::plan::{Survey, Surveyor, Targets};
use crate::provider::Live;
use crate::topology::Topology;

/// What to write.
#[derive(Debug)]
pub struct ExportRequest {
    /// In which language.
    pub asked: Asked,
    /// What of the topology.
    pub targets: Targets,
    /// What to do about accounts that cannot be entered.
    pub unreachable: Unreachable,
}

/// What was written.
#[derive(Debug)]
pub struct Exported {
    /// The files, and what is in none of them.
    pub export: Export,
    /// Accounts that were left out.
    pub skipped: Vec<SkippedAccount>,
}

/// Writes what is declared, without AWS: nothing counts as existing, and what globs and the organisation would find is left
/// out.
///
/// # Errors
/// [`Error`]
pub fn export_offline(topology: &Topology, targets: &Targets, asked: &Asked) -> Result<Exported, Error> {
    let survey = Survey::offline(topology, targets)?;
    Ok(exported(survey, asked, &BTreeMap::new()))
}

impl Engine {
    /// Writes what is declared and found in the accounts, and tells what of it is there already. Reads only.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn export(&self, request: &ExportRequest) -> Result<Exported, Error> {
        let ExportRequest { asked, targets, unreachable } = request;
        let record = self.record().await?;
        let looking = async |surveyor: &Surveyor<'_>| surveyor.as_it_stands(&record).await;
        let Situation { survey, .. } = self.survey(targets, *unreachable, looking).await?;
        let nodes = survey.graph.nodes.keys();
        let there =
            nodes.filter_map(|address| Some((address.clone(), survey.observed.live(address)?.clone())));
        let existing: BTreeMap<Address, Live> = there.collect();
        Ok(exported(survey, asked, &existing))
    }
}

fn exported(survey: Survey, asked: &Asked, existing: &BTreeMap<Address, Live>) -> Exported {
    let pipeline = Pipeline { topology: &survey.topology, graph: &survey.graph, existing };
    let export = write(pipeline, asked);
    Exported { export, skipped: survey.graph.skipped }
}
