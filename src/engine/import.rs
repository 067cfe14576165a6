//! `import`: a topology from what is there.

use super::{Engine, Error};
use crate::address::TopologyName;
use crate::aws::Unreachable;
use crate::coverage::Why;
use crate::import::{
    Found, Imported, Inexpressible, Pipeline, Sight, Unread, UnreadWhat, Ways, draft, inspect, look,
    overwide, pipelines,
};
use crate::plan::{Allowed, Entered, Step, Survey, Targets, decide, enter_senders, skipped};
use crate::record::Record;
use crate::topology::{Drafted, Regions};

/// What pipelines there are, and what a topology of one is written from.
#[derive(Debug)]
pub struct Discovery {
    /// What was found.
    pub found: Found,
    sight: Sight,
    entered: Entered,
}

/// Of which pipeline a topology is to be written, and how.
#[derive(Debug)]
pub struct ImportRequest<'a> {
    /// The pipeline, of those that were found.
    pub pipeline: &'a Pipeline,
    /// The ways into the accounts, which the topology says too.
    pub ways: &'a Ways,
    /// The topology's name, where it is given.
    pub name: Option<&'a TopologyName>,
    /// Which regions a topology may name.
    pub regions: Regions,
    /// What becomes of accounts that cannot be entered.
    pub unreachable: Unreachable,
}

impl Engine {
    /// Looks at every account and region of the topology's sources for pipelines. Reads, and needs no record.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn discover(&self, unreachable: Unreachable) -> Result<Discovery, Error> {
        let mut stop = self.stop.clone();
        tokio::select! {
            found = Box::pin(self.look_for_pipelines(unreachable)) => found,
            () = stop.changed() => Err(Error::Interrupted),
        }
    }

    async fn look_for_pipelines(&self, unreachable: Unreachable) -> Result<Discovery, Error> {
        let entering = enter_senders(&self.topology, &self.base, &self.events, unreachable).await;
        let entered = entering.map_err(|error| Error::no_entry(error, unreachable))?;
        let Entered { topology, accounts } = &entered;
        let sight = Box::pin(look(topology, accounts, self.clock(), &self.events)).await;
        let sight = sight.map_err(Error::NotRead)?;
        let ids = topology.ids_by_name();
        let (pipelines, unread) = pipelines(&sight, &ids);
        let skipped = skipped(accounts);
        let found = Found { pipelines, unread, accounts: ids, skipped };
        Ok(Discovery { found, sight, entered })
    }

    /// Writes a topology of a pipeline that was found, proves that it is one, and sees what `plan --adopt` does with it.
    /// Nothing is written to AWS.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn import(
        &self,
        discovery: &Discovery,
        request: &ImportRequest<'_>,
    ) -> Result<Imported, Error> {
        let mut stop = self.stop.clone();
        tokio::select! {
            imported = Box::pin(self.write_topology(discovery, request)) => imported,
            () = stop.changed() => Err(Error::Interrupted),
        }
    }

    async fn write_topology(
        &self,
        discovery: &Discovery,
        request: &ImportRequest<'_>,
    ) -> Result<Imported, Error> {
        let ImportRequest { pipeline, ways, name, regions, unreachable } = request;
        let Discovery { found, sight, entered } = discovery;
        let accounts = &entered.accounts;
        let inspected = inspect(pipeline, sight, accounts, self.clock(), &self.events).await;
        let drafted = draft(pipeline, sight, &inspected, ways, *name);
        let Some((draft, naming, mut inexpressible)) = drafted else {
            return Err(Error::NothingToImport);
        };
        let Drafted { text, topology, refused } = draft.finish(*regions).map_err(Error::Unwritable)?;
        inexpressible.extend(refused.into_iter().map(Inexpressible::from));
        inexpressible.sort_by_key(Inexpressible::fate);
        let needed = Survey::offline(&topology, &Targets::default())?.graph;
        let overwide = overwide(pipeline, &inspected, &needed);
        let mut unread = found.unread.clone();
        unread.extend(inspected.unread(pipeline));
        let planner = Self { topology, ..self.clone() };
        let steps = match Box::pin(planner.steps_to_adopt(*unreachable)).await {
            Ok(steps) => Some(steps),
            Err(error) => {
                let at = pipeline
                    .stream
                    .as_ref()
                    .and_then(|stream| Some((stream.account.clone()?, stream.region.clone())));
                let whys = error.calls();
                let why = whys.first().map_or_else(|| Why::told(error.to_string()), Why::from);
                unread.extend(at.map(|(account, region)| Unread {
                    account,
                    region,
                    what: UnreadWhat::Plan,
                    why,
                }));
                None
            }
        };
        Ok(Imported { name: naming.name, text, inexpressible, overwide, unread, steps })
    }

    /// What `plan --adopt` does without a record.
    async fn steps_to_adopt(&self, unreachable: Unreachable) -> Result<Vec<Step>, Error> {
        let skip_unreachable = unreachable == Unreachable::LeftOut;
        let allowed = Allowed { adopt: true, skip_unreachable, ..Allowed::default() };
        let record = Record::default();
        let situation = self.look_to_plan(&allowed, None, &record).await?;
        Ok(decide(&situation.survey, &record, &allowed)?.steps)
    }
}
