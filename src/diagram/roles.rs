//! From a topology to stations and hops: agents, which write log groups, and readers.

use globset::Glob;

use super::model::{HopKind, Means, MeansKind, Station, StationKind};
use super::routes::{Drawing, role};
use crate::address::{AccountName, Address, KindName, Region, last_part};
use crate::topology::{Agent, Reader, with_wildcards};

impl Drawing<'_> {
    /// The agents of each account, and the log groups that they write.
    pub(super) fn agent(&mut self, agent: &Agent) {
        for account in agent.accounts.iter().filter(|account| !self.graph.skips(account)) {
            let from = self.station(Station {
                account: account.clone(),
                region: Some(agent.region.clone()),
                name: agent.key.to_string(),
                kind: StationKind::Agent,
            });
            let policies = agent.policy_names().map(|name| policy(account, name));
            let means: Vec<Means> =
                agent.role_name().map(|name| role(account, name)).into_iter().chain(policies).collect();
            for to in self.written(agent, account) {
                self.hop((from, to), HopKind::Write, means.clone());
            }
        }
    }

    /// The stations whose log groups an agent writes; those that no source selects become one of their own.
    fn written(&mut self, agent: &Agent, account: &AccountName) -> Vec<usize> {
        let mut groups: Vec<String> = agent.collected.log_groups().map(with_wildcards).collect();
        if groups.is_empty() {
            groups.extend(agent.policy.iter().flat_map(|policy| policy.log_groups.iter().cloned()));
        }
        groups.sort_unstable();
        groups.dedup();
        let mut stations = Vec::new();
        for (at, station) in self.stations.iter().enumerate() {
            if !is_in(station, account, &agent.region) {
                continue;
            }
            let before = groups.len();
            groups.retain(|group| !selects(station, group));
            if groups.len() < before {
                stations.push(at);
            }
        }
        if !groups.is_empty() {
            stations.push(self.station(unselected(account, &agent.region, groups)));
        }
        stations
    }

    /// Who reads, and the role beside the logs.
    pub(super) fn reader(&mut self, reader: &Reader) {
        let trusted = &reader.trusted;
        if self.graph.skips(&reader.account) || self.graph.skips(&trusted.account) {
            return;
        }
        let there = self.stations.iter().enumerate();
        let there = there.filter(|(_, station)| is_in(station, &reader.account, &reader.region));
        let mut groups: Vec<usize> = there.map(|(at, _)| at).collect();
        if groups.is_empty() {
            groups.push(self.station(unselected(&reader.account, &reader.region, Vec::new())));
        }
        let beside = self.station(Station {
            account: reader.account.clone(),
            region: None,
            name: reader.role.clone(),
            kind: StationKind::ReaderRole,
        });
        let may = reader.managed_policies.iter().map(|arn| Means {
            kind: MeansKind::Policy,
            name: last_part(arn).to_owned(),
            address: None,
        });
        let may: Vec<Means> = may.collect();
        for from in groups {
            self.hop((from, beside), HopKind::Read, may.clone());
        }
        let name = match (&trusted.role, &trusted.permission_set) {
            (Some(role), _) => last_part(role).to_owned(),
            (None, Some(set)) => set.clone(),
            (None, None) => reader.key.to_string(),
        };
        let who = Station { account: trusted.account.clone(), region: None, name, kind: StationKind::Reader };
        let who = self.station(who);
        let means = vec![role(&reader.account, &reader.role), policy(&trusted.account, &reader.policy)];
        self.hop((beside, who), HopKind::Assume, means);
    }
}

fn policy(account: &AccountName, name: &str) -> Means {
    let address = Address::global(account, KindName::IamPolicy, name);
    Means { kind: MeansKind::Policy, name: name.to_owned(), address: Some(address) }
}

/// Log groups that no source selects; without names, all there are.
fn unselected(account: &AccountName, region: &Region, names: Vec<String>) -> Station {
    let whole_account = names.is_empty();
    let (patterns, groups) = names.into_iter().partition(|name| name.contains(['*', '?']));
    let kind = StationKind::LogGroups { source: None, groups, patterns, excluded: Vec::new(), whole_account };
    Station { account: account.clone(), region: Some(region.clone()), name: String::new(), kind }
}

fn is_in(station: &Station, account: &AccountName, region: &Region) -> bool {
    let are_groups = matches!(station.kind, StationKind::LogGroups { .. });
    are_groups && station.account == *account && station.region.as_ref() == Some(region)
}

/// Whether a source or another agent has the log group too.
fn selects(station: &Station, group: &str) -> bool {
    let StationKind::LogGroups { groups, patterns, excluded, whole_account, .. } = &station.kind else {
        return false;
    };
    let fits = |glob: &String| {
        *glob == group || Glob::new(glob).is_ok_and(|glob| glob.compile_matcher().is_match(group))
    };
    let named = groups.iter().any(|name| name == group);
    (named || *whole_account || patterns.iter().any(fits)) && !excluded.iter().any(fits)
}
