//! The top of the file: version, name, region, tags, and what is put together from the rest.

use std::collections::BTreeMap;

use super::accounts::{self, Accounts};
use super::field::Field;
use super::organization::Members;
use super::section::Section;
use super::{boundary, organization, readers, record, regions, sources, tags};
use crate::address::{Partition, Region, TopologyName};
use crate::topology::finding::Findings;
use crate::topology::keys::root as keys;
use crate::topology::load::Regions;
use crate::topology::model::Topology;
use crate::topology::policy_files::PolicyFiles;
use crate::topology::read::agents::agent;
use crate::topology::read::destinations::destination::Destinations;
use crate::topology::rules::{across, unmeant};

/// The version of the format that is read.
const VERSION: i64 = 1;

/// What the whole topology has in common.
pub(in crate::topology) struct Common {
    /// `None` when it is missing or wrong, which is noted already.
    pub(in crate::topology) name: Option<TopologyName>,
    pub(in crate::topology) region: Option<Region>,
    /// Which regions may be named.
    pub(in crate::topology) regions: Regions,
    /// Tags of everything.
    pub(in crate::topology) tags: BTreeMap<String, String>,
}

impl Common {
    pub(in crate::topology) fn partition(&self) -> Option<Partition> {
        self.region.as_ref().map(Region::partition)
    }
}

/// Reads everything; gives a topology if all that is needed for one is there, right or wrong.
pub(in crate::topology) fn topology(
    root: Field<'_>,
    files: &dyn PolicyFiles,
    regions: Regions,
    findings: &mut Findings,
) -> Option<Topology> {
    accounts::hide_secrets(root.node, findings);
    let section = root.section(&keys::TOPOLOGY, findings)?;
    version(&section, findings);
    let common = Common {
        name: section.need(&keys::NAME, findings).and_then(|field| field.identifier(findings)),
        region: section
            .need(&keys::REGION, findings)
            .and_then(|field| regions::region(field, regions, findings)),
        regions,
        tags: section
            .get(&keys::TAGS)
            .and_then(|field| tags::tags(field, &BTreeMap::new(), findings))
            .unwrap_or_default(),
    };
    let permissions_boundary =
        section.get(&keys::PERMISSIONS_BOUNDARY).and_then(|field| boundary::read(field, findings));
    let limits = section.sub(&keys::OF_LIMITS, findings).unwrap_or_default();
    let filters_per_log_group = limits.value(&keys::FILTERS_PER_LOG_GROUP, findings);
    let role_trust_characters = limits.value(&keys::ROLE_TRUST_CHARACTERS, findings);
    let trust_organization = limits.value(&keys::TRUST_ORGANIZATION, findings);
    let mut accounts = Accounts::read(&section, &common, findings);
    let organization = organization::read(&section, &mut accounts, findings);
    let access = accounts.member_access();
    let members = Members {
        section: section.get(&keys::OF_ORGANIZATION),
        organization: organization.as_ref(),
        within_reach: access.is_some(),
    };
    let destinations = Destinations::read(&section, &common, organization.as_ref(), &mut accounts, findings);
    let sources = sources::read(&section, &common, (&destinations, members), &mut accounts, findings);
    let agents = agent::read(&section, &common, files, &mut accounts, findings);
    let readers = readers::read(&section, &common, &mut accounts, findings);
    let record = record::read(&section, &common, accounts.profile(), &destinations, findings);
    let usual_record = record::usual(&common);
    let topology = Topology {
        name: common.name?,
        region: common.region?,
        tags: common.tags,
        permissions_boundary,
        access,
        accounts: accounts.into_accounts(),
        organization,
        destinations: destinations.into_checked(),
        sources,
        agents,
        readers,
        filters_per_log_group,
        role_trust_characters,
        trust_organization,
        usual_record: usual_record?,
        record: record?,
        warnings: Vec::new(),
        allowed: Vec::new(),
    };
    across::topology(&topology, root.node, findings);
    // What could not be read would be missing.
    if findings.is_empty() {
        unmeant::topology(&topology, root.node, findings);
    }
    Some(topology)
}

/// Whether the topology needs no destinations and sources: it has a purpose without them, and has neither.
pub(in crate::topology) fn without_pipeline(root: &Section<'_>) -> bool {
    let others = root.get(&keys::AGENTS).is_some() || root.get(&keys::READERS).is_some();
    others && root.get(&keys::DESTINATIONS).is_none() && root.get(&keys::SOURCES).is_none()
}

fn version(section: &Section<'_>, findings: &mut Findings) {
    let Some(field) = section.need(&keys::VERSION, findings) else { return };
    let Some(version) = field.integer(findings).filter(|version| *version != VERSION) else { return };
    let message = format!("this logpipe reads version {VERSION} of the format, not version {version}");
    let why = "another version may give the same keys another meaning";
    findings.add(
        field.span(),
        message,
        why,
        format!("write `version: {VERSION}`, or use a logpipe that reads version {version}"),
    );
}
