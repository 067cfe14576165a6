//! The reason of each log group, from the topology and what was seen. Pure.

use std::collections::{BTreeMap, BTreeSet};

use globset::GlobSet;

use super::allow_list::AllowList;
use super::model::{
    AbsentGroup, Coverage, CoveredGroup, Reason, Rule, Unread, UnreadWhat, Unsubscribable, Why,
};
use super::observed::{Filters, Places, SeenGroup, SeenPlace};
use super::outside::outflows;
use crate::address::{AccountName, Arn, Key, Region};
use crate::graph::LogGroups;
use crate::graph::expand::{self, STANDARD};
use crate::graph::numbered;
use crate::provider::logs::subscriptions::{On, Subscription};
use crate::provider::obstacle::Subscriber;
use crate::topology::{Destination, Source, Topology};

/// Judges everything that was seen.
pub(crate) fn judge(
    topology: &Topology,
    places: &Places,
    allowed: &AllowList,
    days: Option<u32>,
) -> Coverage {
    let mut coverage = Coverage {
        topology: topology.name.clone(),
        days,
        groups: Vec::new(),
        absent: Vec::new(),
        outflows: outflows(topology, places, allowed),
        unread: Vec::new(),
    };
    for ((account, region), seen) in places {
        let unread = |what, why: &Why| Unread {
            account: account.clone(),
            region: region.clone(),
            what,
            why: why.clone(),
        };
        coverage.unread.extend(seen.groups.as_ref().err().map(|why| unread(UnreadWhat::LogGroups, why)));
        let policies = seen.policies.as_ref().err();
        coverage.unread.extend(policies.map(|why| unread(UnreadWhat::AccountPolicies, why)));
        coverage.unread.extend(seen.unmeasured.as_ref().map(|why| unread(UnreadWhat::Volumes, why)));
        let Ok(groups) = &seen.groups else { continue };
        let place = JudgedPlace::of(topology, account, region, seen, groups);
        coverage.absent.extend(place.absent(groups));
        coverage.groups.extend(groups.iter().map(|(name, group)| place.group(name, group)));
    }
    coverage
}

/// An account and region, with what sources make of its log groups.
struct JudgedPlace<'a> {
    topology: &'a Topology,
    account: &'a AccountName,
    region: &'a Region,
    policies: &'a Result<Vec<Subscription>, Why>,
    /// What the sources that cover it leave out, with the places of their rules.
    rules: Vec<Exclusion>,
    /// The sources that select each log group.
    selecting: BTreeMap<String, Vec<&'a Source>>,
    /// The log groups that the topology's own streams log errors to.
    own: BTreeSet<String>,
}

impl<'a> JudgedPlace<'a> {
    fn of(
        topology: &'a Topology,
        account: &'a AccountName,
        region: &'a Region,
        seen: &'a SeenPlace,
        groups: &BTreeMap<String, SeenGroup>,
    ) -> Self {
        let covers = |source: &&Source| source.accounts.contains(account) && source.regions.contains(region);
        let sources: Vec<&Source> = topology.sources.values().filter(covers).collect();
        let own = topology.error_logs(account, region);
        let there: LogGroups =
            groups.iter().map(|(name, group)| (name.clone(), group.class.clone())).collect();
        let mut selecting: BTreeMap<String, Vec<&Source>> = BTreeMap::new();
        for source in sources.iter().copied() {
            let names: Vec<String> = match source.whole_account() {
                true => expand::whole(source, Some(&there), &own).groups,
                false => {
                    let selected = expand::select(source, Some(&there), &own).groups;
                    selected.into_iter().map(|group| group.name).collect()
                }
            };
            names.into_iter().for_each(|name| selecting.entry(name).or_default().push(source));
        }
        let rules = sources.into_iter().flat_map(rules).collect();
        Self { topology, account, region, policies: &seen.policies, rules, selecting, own }
    }

    /// The log groups that sources name and that are not there.
    fn absent(&self, groups: &BTreeMap<String, SeenGroup>) -> Vec<AbsentGroup> {
        let selected = self.selecting.iter().filter(|(name, _)| !groups.contains_key(*name));
        let absent = selected.flat_map(|(name, sources)| {
            sources.iter().map(|source| AbsentGroup {
                source: source.key.clone(),
                account: self.account.clone(),
                region: self.region.clone(),
                name: name.clone(),
            })
        });
        absent.collect()
    }

    fn group(&self, name: &str, group: &SeenGroup) -> CoveredGroup {
        let on = self.on(name, group);
        let others = on.known().filter(|there| self.leads_to(there).is_none()).map(subscriber).collect();
        CoveredGroup {
            account: self.account.clone(),
            region: self.region.clone(),
            name: name.to_owned(),
            class: group.class.clone(),
            reason: self.reason(name, group, &on),
            others,
            bytes: group.bytes,
            stored_bytes: group.stored_bytes,
        }
    }

    /// What is on a log group.
    fn on<'s>(&'s self, name: &str, group: &'s SeenGroup) -> Subscribed<'s> {
        let mut on = Subscribed { there: Vec::new(), unread: None };
        match &group.filters {
            Filters::There(filters) => on.there.extend(filters),
            Filters::NotTaken => {}
            Filters::Unread(why) => on.unread = Some(why.clone()),
        }
        match self.policies {
            // The policy of an account does not reach what takes no subscription either.
            _ if unsubscribable(name, group).is_some() => {}
            Ok(policies) => {
                for policy in policies {
                    match policy.takes(name) {
                        Some(true) => on.there.push(policy),
                        Some(false) => {}
                        None => on.unread = on.unread.or_else(|| Some(not_understood(policy))),
                    }
                }
            }
            Err(why) => on.unread = on.unread.or_else(|| Some(why.clone())),
        }
        on
    }

    fn reason(&self, name: &str, group: &SeenGroup, on: &Subscribed<'_>) -> Reason {
        let selecting = self.selecting.get(name).map_or(&[][..], Vec::as_slice);
        if self.own.contains(name) {
            return Reason::OwnErrorLog;
        }
        if selecting.is_empty() {
            return self.unselected(name, group, on);
        }
        if let Some(unsubscribable) = unsubscribable(name, group) {
            return Reason::CannotSubscribe(unsubscribable);
        }
        // What one source is short of is what the log group is short of.
        let short = selecting.iter().filter_map(|source| self.short_of(source, name, selecting, on));
        short.into_iter().next().unwrap_or_else(|| self.delivered(on, false))
    }

    /// The reason of one that no source selects.
    fn unselected(&self, name: &str, group: &SeenGroup, on: &Subscribed<'_>) -> Reason {
        if on.known().any(|there| self.leads_to(there).is_some()) {
            return self.delivered(on, true);
        }
        if let Some(rule) = self.excluding(name) {
            return Reason::Excluded(rule.clone());
        }
        if let Some(unsubscribable) = unsubscribable(name, group) {
            return Reason::CannotSubscribe(unsubscribable);
        }
        if let Some(why) = &on.unread {
            return Reason::Unread(why.clone());
        }
        let to: Vec<Subscriber> = on.known().map(subscriber).collect();
        if to.is_empty() { Reason::NotNamed } else { Reason::SubscribedElsewhere { to } }
    }

    /// The rule by which a source leaves out a log group that it would select otherwise.
    fn excluding(&self, name: &str) -> Option<&Rule> {
        let excludes = |(selected, excluded, _): &&Exclusion| {
            selected.as_ref().is_none_or(|selected| selected.is_match(name)) && excluded.is_match(name)
        };
        self.rules.iter().find(excludes).map(|(_, _, rule)| rule)
    }

    /// Why the events of a log group do not reach the destination of a source that selects it, if they do not.
    fn short_of(
        &self,
        source: &Source,
        name: &str,
        selecting: &[&Source],
        on: &Subscribed<'_>,
    ) -> Option<Reason> {
        let ours: Vec<&Subscription> =
            on.known().filter(|there| self.leads_to(there) == Some(&source.destination)).collect();
        let differences = ours.iter().map(|there| differences(source, there));
        match differences.min_by_key(Vec::len) {
            Some(fields) if fields.is_empty() => return None,
            Some(fields) => return Some(Reason::Drifted { source: source.key.clone(), fields }),
            None => {}
        }
        if let Some(why) = &on.unread {
            return Some(Reason::Unread(why.clone()));
        }
        // A policy that leaves out what the topology does not is there, and not as declared.
        let policies = self.policies.as_deref().unwrap_or_default();
        let leaves_out = |policy: &&Subscription| {
            self.leads_to(policy) == Some(&source.destination) && policy.takes(name) == Some(false)
        };
        if source.whole_account() && policies.iter().any(|policy| leaves_out(&policy)) {
            return Some(Reason::Drifted { source: source.key.clone(), fields: vec!["exclude"] });
        }
        let by = match source.whole_account() {
            true => {
                let of_others = |policy: &&Subscription| policy.name != source.filter.name;
                policies.iter().filter(of_others).map(subscriber).collect()
            }
            false => self.slots_taken(selecting, on),
        };
        let source = source.key.clone();
        Some(if by.is_empty() { Reason::Missing { source } } else { Reason::SlotsFull { source, by } })
    }

    /// Who leaves no slot for the filters that sources put on a log group; nobody where there are enough.
    fn slots_taken(&self, selecting: &[&Source], on: &Subscribed<'_>) -> Vec<Subscriber> {
        let planned: BTreeSet<&str> = selecting
            .iter()
            .filter(|source| !source.whole_account())
            .map(|source| source.filter.name.as_str())
            .collect();
        let of_others = on
            .known()
            .filter(|there| there.on == On::LogGroup && !planned.contains(there.name.as_str()))
            .map(subscriber);
        let of_others: Vec<Subscriber> = of_others.collect();
        let slots = usize::try_from(self.topology.filters_per_log_group).unwrap_or(usize::MAX);
        if of_others.len() + planned.len() > slots { of_others } else { Vec::new() }
    }

    fn delivered(&self, on: &Subscribed<'_>, orphan: bool) -> Reason {
        let ours = on.known().filter_map(|there| Some((self.leads_to(there)?, there)));
        let (mut destinations, mut patterns) = (BTreeSet::new(), BTreeSet::new());
        for (destination, there) in ours {
            destinations.insert(destination.clone());
            patterns.extend(Some(there.pattern.clone()).filter(|pattern| !pattern.trim().is_empty()));
        }
        Reason::Delivered {
            destinations: destinations.into_iter().collect(),
            patterns: patterns.into_iter().collect(),
            orphan,
        }
    }

    /// The destination of the topology that a subscription sends to, by whichever of its CloudWatch Logs destinations.
    fn leads_to(&self, there: &Subscription) -> Option<&'a Key> {
        let arn = Arn::parse(&there.destination).filter(|arn| arn.service == "logs")?;
        let name = arn.named("destination")?;
        let here = |destination: &&'a Destination| {
            let account = &self.topology.accounts[&destination.account];
            account.id.as_str() == arn.account && arn.region == self.region.as_str()
        };
        let mut here = self.topology.destinations.values().filter(here);
        // One may be called as a further one of another.
        let called = |destination: &&'a Destination| destination.destination_name == name;
        let further =
            |destination: &&'a Destination| numbered::number(&destination.destination_name, name).is_some();
        let destination = here.clone().find(called).or_else(|| here.find(further))?;
        Some(&destination.key)
    }
}

/// The subscriptions on a log group, and why there may be others.
struct Subscribed<'a> {
    there: Vec<&'a Subscription>,
    unread: Option<Why>,
}

impl<'a> Subscribed<'a> {
    fn known(&self) -> impl Iterator<Item = &'a Subscription> {
        self.there.iter().copied()
    }
}

fn not_understood(policy: &Subscription) -> Why {
    Why {
        error: format!("the selection criteria of the account policy `{}` are of no known form", policy.name),
        operation: "",
        code: None,
        denied: false,
    }
}

fn subscriber(there: &Subscription) -> Subscriber {
    Subscriber { name: Some(there.name.clone()), destination: Some(there.destination.clone()) }
}

/// In what a subscription takes other events than a source says.
fn differences(source: &Source, there: &Subscription) -> Vec<&'static str> {
    let pattern = (there.pattern != source.filter.pattern).then_some("pattern");
    pattern.into_iter().chain(there.narrowed_by.iter().copied()).collect()
}

/// What a source selects, unless it takes whole accounts, what it leaves out of that, and by which rule.
type Exclusion = (Option<GlobSet>, GlobSet, Rule);

fn rules(source: &Source) -> Vec<Exclusion> {
    let selected = (!source.whole_account()).then(|| expand::globs_of(source));
    let excluded = source.exclude.iter().enumerate().map(|(index, glob)| {
        let rule = Rule { source: source.key.clone(), index, glob: glob.clone() };
        (selected.clone(), expand::globs(std::slice::from_ref(glob)), rule)
    });
    excluded.collect()
}

fn unsubscribable(name: &str, group: &SeenGroup) -> Option<Unsubscribable> {
    match group.class.as_str() {
        STANDARD if expand::of_control_tower(name) => Some(Unsubscribable::ControlTower),
        STANDARD if !matches!(group.filters, Filters::NotTaken) => None,
        class => Some(Unsubscribable::Class(class.to_owned())),
    }
}
