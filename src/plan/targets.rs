//! `--target`: which resources a run covers. Pure.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::address::{AccountName, Address};
use crate::graph::Graph;
use crate::graph::dag::{Needs, closure};
use crate::record::Record;

/// One `--target`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetPattern {
    /// `account=app`: everything in that account.
    Account(AccountName),
    /// `app/ap-northeast-1/*`: every address that starts so.
    Prefix(String),
    /// One address.
    Exact(Address),
    /// Everything in the accounts of one of several processes, if it has any.
    Share(BTreeSet<AccountName>),
}

impl FromStr for TargetPattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(account) = text.strip_prefix("account=") {
            return account.parse().map(Self::Account).map_err(|error| error.to_string());
        }
        if let Some(prefix) = text.strip_suffix('*') {
            return Ok(Self::Prefix(prefix.to_owned()));
        }
        text.parse().map(Self::Exact).map_err(|error: crate::address::BadIdentifier| {
            format!("{error}; a target is an address, a prefix of one that ends in `*`, or `account=<name>`")
        })
    }
}

impl fmt::Display for TargetPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(account) => write!(f, "account={account}"),
            Self::Prefix(prefix) => write!(f, "{prefix}*"),
            Self::Exact(address) => write!(f, "{address}"),
            Self::Share(accounts) => write!(f, "the {} accounts of a shard", accounts.len()),
        }
    }
}

impl TargetPattern {
    fn matches(&self, address: &Address) -> bool {
        match self {
            Self::Account(account) => address.account == *account,
            Self::Prefix(prefix) => address.to_string().starts_with(prefix),
            Self::Exact(exact) => address == exact,
            Self::Share(accounts) => accounts.contains(&address.account),
        }
    }
}

/// All of them; none means everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Targets(pub Vec<TargetPattern>);

/// Targets that match nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("--target {target} matches nothing{}", nearest.as_ref().map(|near| format!("; did you mean {near}?")).unwrap_or_default())]
pub struct MatchesNothing {
    /// What was asked for.
    pub target: String,
    /// The address that looks most like it.
    pub nearest: Option<String>,
}

impl Targets {
    /// Whether an address is meant itself, not only because something meant needs it.
    pub fn matches(&self, address: &Address) -> bool {
        self.0.is_empty() || self.0.iter().any(|target| target.matches(address))
    }

    /// Whether a run is one of several at the same time, each with accounts of its own.
    pub(crate) fn are_shared(&self) -> bool {
        self.0.iter().any(|target| matches!(target, TargetPattern::Share(_)))
    }

    /// What is meant, with everything that has to come along by `needs`.
    ///
    /// # Errors
    /// [`MatchesNothing`], for the first target that does.
    pub fn among(&self, needs: &Needs<Address>) -> Result<BTreeSet<Address>, MatchesNothing> {
        self.check(needs.keys())?;
        Ok(self.closure(needs))
    }

    fn check<'a>(&self, known: impl Iterator<Item = &'a Address> + Clone) -> Result<(), MatchesNothing> {
        let may_be_empty = |target: &TargetPattern| matches!(target, TargetPattern::Share(_));
        let unknown = self
            .0
            .iter()
            .find(|target| !may_be_empty(target) && !known.clone().any(|address| target.matches(address)));
        unknown.map_or(Ok(()), |target| Err(nothing(target, known)))
    }

    fn closure(&self, needs: &Needs<Address>) -> BTreeSet<Address> {
        closure(needs, needs.keys().filter(|address| self.matches(address)).cloned())
    }

    /// The part of a graph that is meant, with what it needs, and with what moves away from it: a destination that shuts
    /// out an account whose filter is still to move would lose its events. A stream is only retired when all that has to
    /// let go of it first is part of that, which is brought along where the stream itself is meant. What the record
    /// owns and nothing names any more may be meant as well.
    ///
    /// # Errors
    /// [`MatchesNothing`], for the first target that does.
    pub fn restrict(&self, graph: Graph, record: &Record) -> Result<Graph, MatchesNothing> {
        if self.0.is_empty() {
            return Ok(graph);
        }
        let needs = graph.needs();
        self.check(needs.keys().chain(record.entries().keys()))?;
        let mut meant = self.closure(&needs);
        let retiring = graph.retiring.iter().filter(|retirement| self.matches(&retirement.address));
        let letting_go: Vec<Address> = retiring.flat_map(|retirement| retirement.after.clone()).collect();
        meant.extend(closure(&needs, letting_go));
        meant.extend(moving_away(&meant, &needs, record));
        Ok(graph.only(meant))
    }
}

/// What needs something meant today, needs it no longer, and is to be changed in the same run, with all it will need.
fn moving_away(meant: &BTreeSet<Address>, needs: &Needs<Address>, record: &Record) -> BTreeSet<Address> {
    let today = record.needs();
    let moving = needs.keys().filter(|address| !meant.contains(*address)).filter(|address| {
        let (was, will) = (closure(&today, [(*address).clone()]), closure(needs, [(*address).clone()]));
        was.iter().any(|need| meant.contains(need) && !will.contains(need))
    });
    closure(needs, moving.cloned())
}

fn nothing<'a>(target: &TargetPattern, addresses: impl Iterator<Item = &'a Address>) -> MatchesNothing {
    let text = target.to_string();
    let nearest = addresses
        .map(ToString::to_string)
        .map(|address| (strsim::normalized_levenshtein(&address, &text), address))
        .filter(|(likeness, _)| *likeness > 0.6)
        .max_by(|(a, _), (b, _)| a.total_cmp(b));
    MatchesNothing { target: text, nearest: nearest.map(|(_, address)| address) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        text.parse().unwrap()
    }

    fn needs() -> Needs<Address> {
        let filter = address("app/eu-west-1/subscription_filter./app/x:logs");
        let destination = address("archive/eu-west-1/logs_destination.logs-central");
        let role = address("archive/global/iam_role.logs-central-cwl");
        Needs::from([
            (filter, BTreeSet::from([destination.clone()])),
            (destination, BTreeSet::from([role.clone()])),
            (role, BTreeSet::new()),
        ])
    }

    fn check(target: &str, expect: usize) {
        let targets = Targets(vec![target.parse().unwrap()]);
        assert_eq!(targets.among(&needs()).map(|meant| meant.len()), Ok(expect), "{target}");
    }

    #[test]
    fn what_is_meant_brings_what_it_needs() {
        check("app/eu-west-1/subscription_filter./app/x:logs", 3);
        check("archive/*", 2);
        check("archive/global/*", 1);
        check("account=app", 3);
        assert_eq!(Targets::default().among(&needs()).unwrap().len(), 3);
    }

    #[test]
    fn a_target_that_matches_nothing_names_the_nearest() {
        let targets = Targets(vec!["archive/eu-west-1/logs_destination.logs-centrl".parse().unwrap()]);
        let error = targets.among(&needs()).unwrap_err().to_string();
        assert!(error.ends_with("did you mean archive/eu-west-1/logs_destination.logs-central?"), "{error}");
        assert!("nonsense".parse::<TargetPattern>().unwrap_err().contains("`account=<name>`"));
    }
}
