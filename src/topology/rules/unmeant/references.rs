//! What nothing refers to, and what is for something that is not there.

use std::collections::BTreeSet;

use super::topology::Unmeant;
use crate::address::AccountName;
use crate::lint::Lint;
use crate::topology::finding::Findings;

/// The keys of an organisation that say which of its accounts a source means.
const OF_MEMBERS: [&str; 2] = ["include", "exclude"];

impl Unmeant<'_> {
    /// An account that nothing refers to. One that is declared may be a member of the organisation that is delivered.
    pub(super) fn accounts(&self, findings: &mut Findings) {
        let topology = self.topology;
        if topology.sources.values().any(|source| source.organization) {
            return;
        }
        let mut used: BTreeSet<&AccountName> = BTreeSet::new();
        used.extend(topology.destinations.values().map(|destination| &destination.account));
        used.extend(topology.sources.values().flat_map(|source| &source.accounts));
        used.extend(topology.agents.values().flat_map(|agent| &agent.accounts));
        used.extend(topology.readers.values().flat_map(|reader| [&reader.account, &reader.trusted.account]));
        used.extend(topology.organization.iter().filter_map(|organization| organization.account.as_ref()));
        for name in topology.accounts.keys().filter(|name| !used.contains(name)) {
            if let Some(place) = self.key(&["accounts", name.as_str()]) {
                findings.warn(place, Lint::UnusedAccount { account: name.to_string() });
            }
        }
    }

    /// A destination that no source delivers to.
    pub(super) fn unused_destinations(&self, findings: &mut Findings) {
        let used: BTreeSet<_> = self.topology.sources.values().map(|source| &source.destination).collect();
        for key in self.topology.destinations.keys().filter(|key| !used.contains(key)) {
            if let Some(place) = self.key(&["destinations", key.as_str()]) {
                findings.warn(place, Lint::UnusedDestination { destination: key.to_string() });
            }
        }
    }

    /// Only a source that names `organization` asks which accounts are meant by it.
    pub(super) fn organization(&self, findings: &mut Findings) {
        if self.topology.sources.values().any(|source| source.organization) {
            return;
        }
        for key in OF_MEMBERS {
            if let Some(place) = self.key(&["organization", key]) {
                findings.warn(place, Lint::OrganizationWithoutSource { key });
            }
        }
    }

    /// Without a destination that admits an organisation there is none to trust.
    pub(super) fn trust(&self, findings: &mut Findings) {
        let mut destinations = self.topology.destinations.values();
        if destinations.any(|destination| self.topology.trusted_organization(destination).is_some()) {
            return;
        }
        let place = self.key(&["limits", "trust_organization"]);
        if let Some(place) = place.filter(|_| self.topology.trust_organization) {
            findings.warn(place, Lint::TrustWithoutOrganization);
        }
    }
}
