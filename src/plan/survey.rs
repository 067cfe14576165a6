//! What a plan is made from: the topology as it stands, its graph, and what is there.

use std::collections::{BTreeMap, BTreeSet};

use super::discover::log_groups;
use super::fleet::{not_entered, unreadable, without_left_out};
use super::lifecycle::held::hold;
use super::observe::{Observed, ReadFailures, observe, observe_more};
use super::patterns::judged;
use super::prune::orphans;
use super::uses::observe_uses;
use super::{MatchesNothing, Targets, discover, in_use, observe_doubtful, observe_orphans, with_successors};
use crate::address::{AccountName, Address};
use crate::aws::{Accounts, CallError};
use crate::clock::Clock;
use crate::event::Events;
use crate::graph::{Discovered, Graph, build};
use crate::provider::Facts;
use crate::record::{Origin, Record};
use crate::topology::Topology;

/// What is there and what should be.
#[derive(Debug)]
pub struct Survey {
    /// The topology with the streams that are in use or take over.
    pub topology: Topology,
    /// What it means.
    pub graph: Graph,
    /// What is there.
    pub observed: Observed,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum NoSurvey {
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
    #[error("accounts have not been entered")]
    NotEntered(BTreeSet<AccountName>),
    /// A target matches nothing.
    #[error(transparent)]
    MatchesNothing(#[from] MatchesNothing),
}

impl NoSurvey {
    /// The accounts that could be left out for it to be possible, with what AWS answered of each.
    pub fn unreadable(&self, topology: &Topology) -> Option<BTreeMap<AccountName, CallError>> {
        match self {
            Self::NotFound(errors) => unreadable(errors, topology),
            Self::NotRead(failures) => unreadable(&failures.values().cloned().collect::<Vec<_>>(), topology),
            _ => None,
        }
    }
}

impl From<ReadFailures> for NoSurvey {
    fn from(failures: ReadFailures) -> Self {
        Self::NotRead(failures)
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
    /// [`NoSurvey`], when log groups cannot be looked up or the topology cannot be carried out.
    pub async fn graph(&self, record: &Record) -> Result<Survey, NoSurvey> {
        let discovered = discover(self.topology, self.accounts).await.map_err(NoSurvey::NotFound)?;
        let topology = in_use(self.topology, record);
        let graph = self.built(&topology, &discovered, record)?;
        Ok(Survey { topology, graph, observed: Observed::default() })
    }

    /// The graph of the pipeline alone, for who wants to know its log groups: no instance is looked up.
    ///
    /// # Errors
    /// [`NoSurvey`], as of [`Surveyor::graph`]
    pub async fn pipeline(&self, record: &Record) -> Result<Survey, NoSurvey> {
        let found = log_groups(self.topology, self.accounts).await;
        let discovered =
            Discovered { log_groups: found.map_err(NoSurvey::NotFound)?, ..Discovered::default() };
        let topology = in_use(self.topology, record);
        let pipeline = Topology { agents: BTreeMap::new(), readers: BTreeMap::new(), ..topology.clone() };
        let graph = self.built(&pipeline, &discovered, record)?;
        Ok(Survey { topology, graph, observed: Observed::default() })
    }

    /// What is there, as it stands: for status.
    ///
    /// # Errors
    /// [`NoSurvey`]
    pub async fn as_it_stands(&self, record: &Record) -> Result<Survey, NoSurvey> {
        let survey = self.graph(record).await?;
        let observed = observe(&survey.graph, self.accounts, self.clock, self.events).await?;
        let observed = self.with_orphans(observed, &survey.graph, record).await;
        Ok(Survey { observed, ..survey })
    }

    /// What is there, and successors for streams that need one: for plans.
    ///
    /// # Errors
    /// [`NoSurvey`]
    pub async fn to_plan(&self, record: &Record) -> Result<Survey, NoSurvey> {
        let judged = judged(self.topology, self.accounts).await.map_err(NoSurvey::Impossible)?;
        let discovered = discover(&judged, self.accounts).await.map_err(NoSurvey::NotFound)?;
        let topology = in_use(&judged, record);
        let graph = self.built(&topology, &discovered, record)?;
        let observed = observe(&graph, self.accounts, self.clock, self.events).await?;
        let observed = self.with_doubtful(observed, record).await;
        let mut taken = BTreeSet::new();
        loop {
            let next = with_successors(&topology, &graph, &observed, record, &taken);
            let Some(next) = next else {
                let observed = self.with_orphans(observed, &graph, record).await;
                return Ok(Survey { topology, graph, observed });
            };
            let grown = self.built(&next, &discovered, record)?;
            let seen = observe_more(observed.clone(), &grown, self.accounts, self.clock, self.events).await?;
            let strangers = strangers(&grown, &seen, record);
            if strangers.is_subset(&taken) {
                let observed = self.with_orphans(seen, &grown, record).await;
                return Ok(Survey { topology: next, graph: grown, observed });
            }
            taken.extend(strangers);
        }
    }

    /// Whose it is what an earlier run did not bring to an end matters to `--prune` alone, which leaves what could not be
    /// looked at.
    async fn with_doubtful(&self, observed: Observed, record: &Record) -> Observed {
        let looking = observe_doubtful(observed.clone(), record, self.accounts, self.clock, self.events);
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

    /// What a topology means, as far as the run is about it.
    fn built(
        &self,
        topology: &Topology,
        discovered: &Discovered,
        record: &Record,
    ) -> Result<Graph, NoSurvey> {
        let graph = self.targets.restrict(sound(build(topology, Some(discovered)))?, record)?;
        let graph = without_left_out(graph, self.accounts);
        let missing = not_entered(&graph, self.accounts);
        if !missing.is_empty() {
            return Err(NoSurvey::NotEntered(missing));
        }
        Ok(hold(with_former_ties(graph, record), record, topology.region.partition()))
    }
}

/// Streams of somebody else's under names that our successors would have.
fn strangers(graph: &Graph, observed: &Observed, record: &Record) -> BTreeSet<Address> {
    let successors = graph.retiring.iter().map(|retirement| &retirement.successor);
    let there =
        successors.filter(|address| observed.live(address).is_some() && record.get(address).is_none());
    there.cloned().collect()
}

/// Tags that we have set and that nobody asks for any more have to go, and roles may give way that are ours; that we have
/// set them is in the record.
fn with_former_ties(mut graph: Graph, record: &Record) -> Graph {
    for node in graph.nodes.values_mut() {
        if let Some(entry) = record.get(&node.address) {
            if entry.origin == Origin::Adopted {
                node.resource.taken_over();
            }
            node.resource.had_tags(&entry.tags);
            if entry.origin.is_ours() {
                node.resource.was_tied_to(&entry.needs);
            }
        }
    }
    graph
}

/// A graph that can be carried out, or every reason why not.
///
/// # Errors
/// [`NoSurvey::Impossible`]
pub fn sound(graph: Graph) -> Result<Graph, NoSurvey> {
    if graph.problems.is_empty() { Ok(graph) } else { Err(NoSurvey::Impossible(graph.problems)) }
}
