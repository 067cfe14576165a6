//! Reads live state: everything at once, nothing twice, and nothing inside what is absent.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream;

use super::turns::in_turns;
use crate::address::Address;
use crate::aws::meter::{Scope, within};
use crate::aws::{Accounts, CallError, Target};
use crate::clock::Clock;
use crate::event::{Event, Events};
use crate::graph::{Graph, Node};
use crate::provider::{FieldChange, Found, Live, Obstacle};

/// What was seen of one resource.
#[derive(Debug, Clone)]
pub enum Seen {
    /// It does not exist.
    Absent,
    /// It does.
    Live(Box<Live>),
    /// It does not exist and cannot be made: why, and what to do about it.
    Impossible(Box<Obstacle>),
}

/// Live state, by address.
#[derive(Debug, Clone, Default)]
pub struct Observed {
    seen: BTreeMap<Address, Seen>,
    /// What is around the places of things that do not exist.
    around: BTreeMap<Address, Live>,
    /// What nothing names any more and is certainly not there, however late AWS shows what is.
    gone: BTreeSet<Address>,
    /// What others have on things that may be deleted, and would lose with them.
    uses: BTreeMap<Address, Vec<FieldChange>>,
}

/// What a look at one resource saw: what there is of it, and what is around its place where there is nothing.
#[derive(Debug, Clone)]
struct Look {
    seen: Seen,
    around: Option<Live>,
}

impl From<Seen> for Look {
    fn from(seen: Seen) -> Self {
        Self { seen, around: None }
    }
}

impl Observed {
    /// What a look at these saw.
    #[cfg(test)]
    pub(crate) fn seeing(seen: impl IntoIterator<Item = (Address, Seen)>) -> Self {
        Self { seen: seen.into_iter().collect(), ..Self::default() }
    }

    /// What was seen; what was not looked at counts as absent.
    pub fn of(&self, address: &Address) -> &Seen {
        self.seen.get(address).unwrap_or(&Seen::Absent)
    }

    /// Whether it was looked at.
    pub fn knows(&self, address: &Address) -> bool {
        self.seen.contains_key(address)
    }

    /// This and what was seen of others that nothing names any more: what of them is not there is gone.
    pub(crate) fn with_orphans(mut self, others: Self) -> Self {
        let gone = others.seen.iter().filter(|(_, seen)| !matches!(seen, Seen::Live(_)));
        self.gone.extend(gone.map(|(address, _)| address.clone()));
        self.seen.extend(others.seen);
        self
    }

    /// This and what others have on things that may be deleted.
    pub fn with_uses(mut self, uses: BTreeMap<Address, Vec<FieldChange>>) -> Self {
        self.uses.extend(uses);
        self
    }

    /// What others have on something that may be deleted, as far as that was asked.
    pub(crate) fn uses(&self, address: &Address) -> &[FieldChange] {
        self.uses.get(address).map_or(&[], Vec::as_slice)
    }

    /// Whether it is gone for certain.
    pub(crate) fn is_gone(&self, address: &Address) -> bool {
        self.gone.contains(address)
    }

    /// The live value, if there is one.
    pub fn live(&self, address: &Address) -> Option<&Live> {
        match self.of(address) {
            Seen::Live(live) => Some(live),
            Seen::Absent | Seen::Impossible(_) => None,
        }
    }

    /// The live value, or what is around the place of what does not exist.
    pub(crate) fn at(&self, address: &Address) -> Option<&Live> {
        self.live(address).or_else(|| self.around.get(address))
    }
}

/// How much may be read at once. Most of it waits for its turn at AWS; how many calls are on the wire is limited by
/// itself (`aws/calls/answers/client.rs`).
pub const READS_AT_ONCE: usize = 2_048;

/// Reads the live state of every node.
///
/// # Errors
/// Every read that failed, with what AWS answered; a plan from half of the truth would be wrong.
pub async fn observe(
    graph: &Graph,
    accounts: &Accounts,
    clock: Clock,
    events: &Events,
) -> Result<Observed, ReadFailures> {
    let (observed, failures) = look(graph, accounts, clock, events).await;
    if failures.is_empty() { Ok(observed) } else { Err(failures) }
}

/// Reads what of another graph has not been read yet.
///
/// # Errors
/// Every read that failed.
pub async fn observe_more(
    mut observed: Observed,
    graph: &Graph,
    accounts: &Accounts,
    clock: Clock,
    events: &Events,
) -> Result<Observed, ReadFailures> {
    let rest = graph.resources(|address| !observed.seen.contains_key(address));
    let more = observe(&rest, accounts, clock, events).await?;
    observed.seen.extend(more.seen);
    observed.around.extend(more.around);
    Ok(observed)
}

/// Reads that failed, and what AWS answered.
pub type ReadFailures = BTreeMap<Address, CallError>;

/// Reads the live state of every node as far as that is possible.
pub async fn look(
    graph: &Graph,
    accounts: &Accounts,
    clock: Clock,
    events: &Events,
) -> (Observed, ReadFailures) {
    let mut parts: BTreeMap<&Address, Vec<&Node>> = BTreeMap::new();
    for node in graph.nodes.values() {
        if let Some(container) = &node.container {
            parts.entry(container).or_default().push(node);
        }
    }
    events.send(Event::Reading { total: graph.nodes.len() });
    let reader = StateReader { accounts, clock, events, parts };
    let whole = graph.nodes.values().filter(|node| node.container.is_none());
    let whole = in_turns(whole, |node| (&node.address.account, &node.address.place));
    let mut reading = stream::iter(whole).map(|node| reader.with_parts(node)).buffer_unordered(READS_AT_ONCE);
    let mut observed = Observed::default();
    let mut failures = ReadFailures::new();
    while let Some(results) = reading.next().await {
        for (address, result) in results {
            match result {
                Ok(Look { seen, around }) => {
                    observed.around.extend(around.map(|around| (address.clone(), around)));
                    observed.seen.insert(address, seen);
                }
                Err(error) => {
                    failures.insert(address, error);
                }
            }
        }
    }
    (observed, failures)
}

fn seen(live: Option<Live>) -> Seen {
    live.map_or(Seen::Absent, |live| Seen::Live(Box::new(live)))
}

struct StateReader<'a> {
    accounts: &'a Accounts,
    clock: Clock,
    events: &'a Events,
    parts: BTreeMap<&'a Address, Vec<&'a Node>>,
}

impl StateReader<'_> {
    /// Reads a resource, and what is part of it only when it is there.
    async fn with_parts(&self, node: &Node) -> Vec<(Address, Result<Look, CallError>)> {
        let look = self.read(node).await;
        let parts = self.parts.get(&node.address).map_or(&[][..], Vec::as_slice);
        let all_are = |what: Result<Look, CallError>| {
            parts.iter().map(|part| (part.address.clone(), what.clone())).collect()
        };
        let mut results: Vec<_> = match look.as_ref().map(|look| &look.seen) {
            Ok(Seen::Live(live)) => join_all(parts.iter().map(|part| self.part(part, live))).await,
            Ok(Seen::Absent | Seen::Impossible(_)) => all_are(Ok(Seen::Absent.into())),
            // Whether a part is there is as unknown as its container.
            Err(error) => all_are(Err(error.clone())),
        };
        results.push((node.address.clone(), look));
        for (address, _) in &results {
            self.events.send(Event::Read { address: address.clone() });
        }
        results
    }

    async fn part(&self, part: &Node, container: &Live) -> (Address, Result<Look, CallError>) {
        let look = match part.resource.within(container, &part.address) {
            Some(live) => Ok(seen(live).into()),
            None => self.read(part).await,
        };
        (part.address.clone(), look)
    }

    async fn read(&self, node: &Node) -> Result<Look, CallError> {
        let address = &node.address;
        let Some(connection) = self.accounts.get(&address.account) else { return Ok(Seen::Absent.into()) };
        let target = Target::new(address, connection, self.clock, self.events.clone(), false);
        let found = within(Scope::Read(address.clone()), node.resource.look(&target)).await?;
        Ok(match found {
            Found::Absent => Seen::Absent.into(),
            Found::Vacant(around) => Look { seen: Seen::Absent, around: Some(around) },
            Found::There(live) => Seen::Live(Box::new(live)).into(),
            Found::Impossible(why) => Seen::Impossible(Box::new(why)).into(),
        })
    }
}
