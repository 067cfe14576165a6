//! The input of a plan: the topology, its graph, and the live state.

use std::collections::{BTreeMap, BTreeSet};

use super::discover::{discover, log_groups};
use super::observe::{Observed, ReadFailures, observe, observe_more};
use super::patterns::settled;
use super::throughput::{self, Throughput};
use super::uses::observe_uses;
use crate::address::{AccountName, Address, Key};
use crate::agent::parameter_name;
use crate::aws::{Accounts, CallError};
use crate::clock::Clock;
use crate::event::Events;
use crate::graph::{Discovered, Graph, Inventory, Lifecycle, build};
use crate::lint::Warning;
use crate::plan::decide::prune::orphans;
use crate::plan::fleet::{not_entered, unreadable, without_left_out};
use crate::plan::lifecycle::generations::with_successors;
use crate::plan::lifecycle::held::hold;
use crate::plan::lifecycle::organization_migration::put_off;
use crate::plan::lifecycle::shards::with_live_shards;
use crate::plan::{MatchesNothing, Targets, lifecycle_of, observe_orphans, observe_unsettled};
use crate::provider::{Facts, Resource};
use crate::record::Record;
use crate::topology::Topology;

/// What is there and what should be. It is made in this file alone, with a graph that has all that plans depend on.
#[derive(Debug, Clone)]
pub struct Survey {
    /// What is declared.
    pub topology: Topology,
    /// What an earlier life of it left, and what this run adds to that: streams that take over, a configuration to store.
    lifecycle: Lifecycle,
    /// What both mean.
    pub graph: Graph,
    /// What is there.
    pub observed: Observed,
    /// How much the streams take in, where so much may be logged that it matters.
    pub(crate) throughput: Throughput,
    /// What of the topology is accepted and most likely not meant, as far as it is not settled.
    pub(crate) warnings: Vec<Warning>,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum SurveyError {
    /// Log groups or instances could not be looked up.
    #[error("could not look up log groups or instances")]
    NotFound(Vec<CallError>),
    /// Resources could not be read.
    #[error("could not read the live state")]
    NotRead(ReadFailures),
    /// The topology cannot be carried out.
    #[error("the topology cannot be built")]
    Impossible(Vec<String>),
    /// What is meant is in accounts too that have not been entered, and nothing in them has been looked at.
    #[error("some accounts could not be entered")]
    NotEntered(BTreeSet<AccountName>),
    /// A target matches nothing.
    #[error(transparent)]
    MatchesNothing(#[from] MatchesNothing),
}

impl SurveyError {
    /// The accounts that could be left out for it to be possible, with what AWS answered of each.
    pub fn unreadable(&self, topology: &Topology) -> Option<BTreeMap<AccountName, CallError>> {
        match self {
            Self::NotFound(errors) => unreadable(errors, topology),
            Self::NotRead(failures) => unreadable(&failures.values().cloned().collect::<Vec<_>>(), topology),
            _ => None,
        }
    }
}

impl From<ReadFailures> for SurveyError {
    fn from(failures: ReadFailures) -> Self {
        Self::NotRead(failures)
    }
}

impl Survey {
    /// A survey for which nobody is asked: nothing is there, and nothing has been made yet.
    ///
    /// # Errors
    /// [`SurveyError`], when the topology cannot be carried out or a target matches nothing.
    pub fn offline(topology: &Topology, targets: &Targets) -> Result<Self, SurveyError> {
        let (record, lifecycle) = (Record::default(), Lifecycle::default());
        let graph =
            Scope { targets, accounts: None }.graph(topology, &Discovered::NotAsked, &lifecycle, &record)?;
        Ok(Self {
            topology: topology.clone(),
            lifecycle,
            graph,
            observed: Observed::default(),
            throughput: Throughput::default(),
            warnings: topology.warnings.clone(),
        })
    }

    /// A survey of nothing that is declared: for removals, which follow from the record.
    pub fn of_removals(topology: Topology, observed: Observed) -> Self {
        Self {
            topology,
            lifecycle: Lifecycle::default(),
            graph: Graph::default(),
            observed,
            throughput: Throughput::default(),
            warnings: Vec::new(),
        }
    }

    /// The same, with what has been seen since.
    pub fn with(&self, observed: Observed) -> Self {
        Self { observed, ..self.clone() }
    }

    /// The same as long as nothing is pruned: what no source names any more goes on delivering.
    #[must_use]
    pub fn until_pruned(mut self, record: &Record) -> Self {
        for (address, later) in put_off(&self, record) {
            if let Some(node) = self.graph.nodes.get_mut(&address) {
                node.resource = later.meanwhile;
                self.graph.later.insert(address, later.until_gone);
            }
        }
        self
    }

    /// The same where the roles that events pass keep no policy of others.
    #[must_use]
    pub fn tightened(mut self) -> Self {
        let roles: BTreeSet<Address> = self.graph.roles_of_pipelines().cloned().collect();
        for address in &roles {
            let node = self.graph.nodes.get_mut(address).map(|node| &mut node.resource);
            for resource in node.into_iter().chain(self.graph.bare.get_mut(address)) {
                if let Resource::IamRole(role) = resource {
                    role.sole = role.borrowed_arn.is_none();
                }
            }
        }
        self
    }

    /// What an earlier life of the topology left, and what this run adds to that.
    pub fn lifecycle(&self) -> &Lifecycle {
        &self.lifecycle
    }
}

/// Looks around.
#[derive(Debug, Clone, Copy)]
pub struct Surveyor<'a> {
    /// What is declared.
    pub topology: &'a Topology,
    /// Ways into the accounts.
    pub accounts: &'a Accounts,
    /// Time.
    pub clock: Clock,
    /// Who hears what is read.
    pub events: &'a Events,
    /// What the run is about.
    pub targets: &'a Targets,
}

impl Surveyor<'_> {
    /// The graph, without reading what is there.
    ///
    /// # Errors
    /// [`SurveyError`], when log groups cannot be looked up or the topology cannot be carried out.
    pub async fn graph(&self, record: &Record) -> Result<Survey, SurveyError> {
        let found = discover(self.topology, self.accounts, record).await.map_err(SurveyError::NotFound)?;
        let lifecycle = lifecycle_of(self.topology, record);
        self.unseen(self.topology, &Discovered::Found(found), lifecycle, record)
    }

    /// The graph of the pipeline alone, for who wants to know its log groups: no instance is looked up.
    ///
    /// # Errors
    /// [`SurveyError`], as of [`Surveyor::graph`]
    pub async fn pipeline(&self, record: &Record) -> Result<Survey, SurveyError> {
        let log_groups = log_groups(self.topology, self.accounts).await.map_err(SurveyError::NotFound)?;
        let found = Discovered::Found(Inventory { log_groups, ..Inventory::default() });
        let pipeline = self.topology.pipeline();
        let lifecycle = lifecycle_of(&pipeline, record);
        let survey = self.unseen(&pipeline, &found, lifecycle, record)?;
        Ok(Survey { topology: self.topology.clone(), ..survey })
    }

    /// What is there, as it stands: for status.
    ///
    /// # Errors
    /// [`SurveyError`]
    pub async fn as_it_stands(&self, record: &Record) -> Result<Survey, SurveyError> {
        let survey = self.graph(record).await?;
        let observed = observe(&survey.graph, self.accounts, self.clock, self.events).await?;
        let observed = self.with_orphans(observed, &survey.graph, record).await;
        Ok(Survey { observed, ..survey }.until_pruned(record))
    }

    /// What is there, and successors for streams that need one: for plans. With `storing`, the plan also stores the
    /// configuration of that agent, which no key of the topology asks for.
    ///
    /// # Errors
    /// [`SurveyError`]
    pub async fn to_plan(&self, record: &Record, storing: Option<&Key>) -> Result<Survey, SurveyError> {
        let warnings = settled(self.topology, self.accounts).await.map_err(SurveyError::Impossible)?;
        let found = discover(self.topology, self.accounts, record).await.map_err(SurveyError::NotFound)?;
        let discovered = Discovered::Found(found);
        let lifecycle = lifecycle_of(self.topology, record);
        let lifecycle = match storing {
            Some(agent) => lifecycle.storing(agent, parameter_name(&self.topology.name, agent)),
            None => lifecycle,
        };
        let survey = Survey { warnings, ..self.unseen(self.topology, &discovered, lifecycle, record)? };
        let observed = observe(&survey.graph, self.accounts, self.clock, self.events).await?;
        let survey = self.with_live_shards(Survey { observed, ..survey }, &discovered, record).await?;
        let observed = self.with_unsettled(survey.observed, record).await;
        let survey = self.with_successors(Survey { observed, ..survey }, &discovered, record).await?;
        let asking = throughput::read(throughput::asked(&survey), self.accounts);
        let orphans = self.with_orphans(survey.observed, &survey.graph, record);
        let (throughput, observed) = tokio::join!(Box::pin(asking), orphans);
        Ok(Survey { observed, throughput, ..survey })
    }

    /// The survey with the shards that the live subscriptions of accounts have which the record does not know.
    async fn with_live_shards(
        &self,
        survey: Survey,
        discovered: &Discovered,
        record: &Record,
    ) -> Result<Survey, SurveyError> {
        let Survey { topology, lifecycle, graph, observed, .. } = &survey;
        // Of several processes none sees the subscriptions of the others, and all must come to the same.
        let next = match self.targets.are_shared() {
            true => None,
            false => with_live_shards(topology, lifecycle, graph, observed),
        };
        match next {
            Some(next) => self.looked_at_again(&survey, next, discovered, record).await,
            None => Ok(survey),
        }
    }

    /// The survey with successors for streams that need one, under names that nobody else has taken.
    async fn with_successors(
        &self,
        survey: Survey,
        discovered: &Discovered,
        record: &Record,
    ) -> Result<Survey, SurveyError> {
        let (mut survey, mut taken) = (survey, BTreeSet::new());
        loop {
            let Survey { topology, lifecycle, graph, observed, .. } = &survey;
            let next = with_successors(topology, lifecycle, graph, observed, record, &taken);
            let Some(next) = next else { return Ok(survey) };
            let grown = self.looked_at_again(&survey, next, discovered, record).await?;
            let strangers = strangers(&grown.graph, &grown.observed, record);
            if strangers.is_subset(&taken) {
                // A successor that an earlier run made may need one itself by now.
                survey = grown;
            }
            taken.extend(strangers);
        }
    }

    /// The survey of another life of the topology, with what that names in addition.
    async fn looked_at_again(
        &self,
        survey: &Survey,
        lifecycle: Lifecycle,
        discovered: &Discovered,
        record: &Record,
    ) -> Result<Survey, SurveyError> {
        let (topology, warnings) = (survey.topology.clone(), survey.warnings.clone());
        let graph = self.scope().graph(&topology, discovered, &lifecycle, record)?;
        let observed = survey.observed.clone();
        let observed = observe_more(observed, &graph, self.accounts, self.clock, self.events).await?;
        Ok(Survey { topology, lifecycle, graph, observed, throughput: Throughput::default(), warnings })
    }

    /// A topology's meaning before anything has been read.
    fn unseen(
        &self,
        topology: &Topology,
        discovered: &Discovered,
        lifecycle: Lifecycle,
        record: &Record,
    ) -> Result<Survey, SurveyError> {
        let graph = self.scope().graph(topology, discovered, &lifecycle, record)?;
        Ok(Survey {
            topology: topology.clone(),
            lifecycle,
            graph,
            observed: Observed::default(),
            throughput: Throughput::default(),
            warnings: topology.warnings.clone(),
        })
    }

    fn scope(&self) -> Scope<'_> {
        Scope { targets: self.targets, accounts: Some(self.accounts) }
    }

    /// Only `--prune` checks the owner of what an earlier run left unfinished, and it keeps what it could not check.
    async fn with_unsettled(&self, observed: Observed, record: &Record) -> Observed {
        let looking = observe_unsettled(observed.clone(), record, self.accounts, self.clock, self.events);
        Box::pin(looking).await.unwrap_or(observed)
    }

    async fn with_orphans(&self, observed: Observed, graph: &Graph, record: &Record) -> Observed {
        let looking = observe_orphans(observed, graph, record, self.accounts, self.clock, self.events);
        let observed = Box::pin(looking).await;
        let orphans = orphans(graph, record, &Targets::default());
        let expendable = |address: &Address| Facts::of(address.kind).expendable(&address.name).is_some();
        let goes = |address: &Address| expendable(address) && orphans.contains(address);
        // What could not be looked at is looked at once more before it goes.
        let looking = observe_uses(record, goes, self.accounts, self.clock, self.events);
        let uses = Box::pin(looking).await.unwrap_or_default();
        observed.with_uses(uses)
    }
}

/// What a run is about.
#[derive(Debug, Clone, Copy)]
struct Scope<'a> {
    targets: &'a Targets,
    /// Ways into the accounts; none where nobody is asked.
    accounts: Option<&'a Accounts>,
}

impl Scope<'_> {
    /// The part of a graph that a run is about, with the rights that have to stay for what is not part of it.
    fn graph(
        self,
        topology: &Topology,
        discovered: &Discovered,
        lifecycle: &Lifecycle,
        record: &Record,
    ) -> Result<Graph, SurveyError> {
        let graph = sound(build(topology, discovered, lifecycle))?;
        let mut graph = self.targets.restrict(graph, record)?;
        if let Some(accounts) = self.accounts {
            graph = without_left_out(graph, accounts);
            // Nobody knows what is in accounts that were not looked at.
            graph.notes.retain(|note| note.seen_in().is_none_or(|account| accounts.get(account).is_some()));
            let missing = not_entered(&graph, accounts);
            if !missing.is_empty() {
                return Err(SurveyError::NotEntered(missing));
            }
        }
        Ok(hold(graph, record, topology.region.partition()))
    }
}

/// Streams of somebody else's under names that our successors would have.
fn strangers(graph: &Graph, observed: &Observed, record: &Record) -> BTreeSet<Address> {
    let successors = graph.retiring.iter().map(|retirement| &retirement.successor);
    let there =
        successors.filter(|address| observed.live(address).is_some() && record.get(address).is_none());
    there.cloned().collect()
}

/// A graph that can be carried out, or every reason why not.
///
/// # Errors
/// [`SurveyError::Impossible`]
pub fn sound(graph: Graph) -> Result<Graph, SurveyError> {
    if graph.problems.is_empty() { Ok(graph) } else { Err(SurveyError::Impossible(graph.problems)) }
}
