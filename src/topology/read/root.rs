//! The top of the file: version, name, region, tags, and what is put together from the rest.

use std::collections::BTreeMap;

use super::accounts::{self, Accounts};
use super::field::{Field, Keys, Section};
use super::organization::Members;
use super::{boundary, organization, readers, record, regions, sources, tags};
use crate::address::{Partition, Region, TopologyName};
use crate::topology::finding::Findings;
use crate::topology::load::Regions;
use crate::topology::model::Topology;
use crate::topology::policy_files::PolicyFiles;
use crate::topology::read::agents::agent;
use crate::topology::read::destinations::destination::Destinations;
use crate::topology::rules::{across, unmeant};

pub(in crate::topology) const KEYS: Keys = Keys {
    known: &[
        "version",
        "name",
        "region",
        "tags",
        "permissions_boundary",
        "access",
        "accounts",
        "organization",
        "destinations",
        "sources",
        "agents",
        "readers",
        "limits",
        "record",
        "record_lease_seconds",
    ],
    later: &[],
};

pub(in crate::topology) const LIMITS_KEYS: Keys =
    Keys { known: &["filters_per_log_group", "role_trust_characters"], later: &[] };

/// The version of the format that is read.
const VERSION: i64 = 1;

/// Subscription filters on a log group, the smaller of the figures that copies of the page give (CloudWatch Logs User
/// Guide, "CloudWatch Logs quotas").
pub(in crate::topology) const FILTERS_PER_LOG_GROUP: u32 = 2;

/// More than any page or quota increase gives.
pub(in crate::topology) const MOST_FILTERS: u32 = 100;

/// Characters of a role's trust policy, as accounts have it and as far as the quota can be raised (IAM User Guide, "IAM
/// and AWS STS quotas").
pub(in crate::topology) const TRUST_CHARACTERS: u32 = 2_048;
pub(in crate::topology) const MOST_TRUST_CHARACTERS: u32 = 8_192;

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
    let section = root.section(KEYS, findings)?;
    version(&section, findings);
    let common = Common {
        name: section
            .need(
                "name",
                "every name that logpipe derives starts with it",
                "add `name: central-logs`",
                findings,
            )
            .and_then(|field| field.identifier(findings)),
        region: section
            .need(
                "region",
                "it is the default for everything below",
                "add `region: ap-northeast-1`",
                findings,
            )
            .and_then(|field| regions::region(field, regions, findings)),
        regions,
        tags: section
            .get("tags")
            .and_then(|field| tags::tags(field, &BTreeMap::new(), findings))
            .unwrap_or_default(),
    };
    let permissions_boundary =
        section.get("permissions_boundary").and_then(|field| boundary::read(field, findings));
    let (filters_per_log_group, role_trust_characters) = limits(section.get("limits"), findings);
    let mut accounts = Accounts::read(&section, &common, findings);
    let organization = organization::read(&section, &mut accounts, findings);
    let access = accounts.member_access();
    let members = Members {
        section: section.get("organization"),
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
        usual_record: usual_record?,
        record: record?,
        warnings: Vec::new(),
    };
    across::topology(&topology, root.node, findings);
    unmeant::topology(&topology, root.node, findings);
    Some(topology)
}

/// Whether the topology may go without destinations and sources: it has a purpose without them, and none of them.
pub(in crate::topology) fn without_pipeline(root: &Section<'_>) -> bool {
    let written = |key: &str| root.get(key).is_some();
    (written("agents") || written("readers")) && !written("destinations") && !written("sources")
}

fn version(section: &Section<'_>, findings: &mut Findings) {
    let why = "it says which format the file is written in";
    let Some(field) = section.need("version", why, "add `version: 1`", findings) else { return };
    let Some(version) = field.integer(findings).filter(|version| *version != VERSION) else { return };
    let message = format!("version {version} is not known to this logpipe, which reads version {VERSION}");
    let why = "another format may mean something else by the same words";
    findings.add(
        field.span(),
        message,
        why,
        format!("write `version: {VERSION}`, or use a logpipe that reads it"),
    );
}

/// Quotas of AWS that differ from page to page and from account to account: filters on a log group, characters of a
/// trust policy.
fn limits(field: Option<Field<'_>>, findings: &mut Findings) -> (u32, u32) {
    let section = field.and_then(|field| field.section(LIMITS_KEYS, findings));
    let get = |key: &str| section.as_ref().and_then(|section| section.get(key));
    let why = "AWS allows a handful of subscription filters on a log group";
    let filters =
        get("filters_per_log_group").and_then(|field| field.number(1..=MOST_FILTERS, why, findings));
    let why = "IAM takes 2,048 characters in a trust policy, and 8,192 once the quota is raised";
    let trust = get("role_trust_characters")
        .and_then(|field| field.number(TRUST_CHARACTERS..=MOST_TRUST_CHARACTERS, why, findings));
    (filters.unwrap_or(FILTERS_PER_LOG_GROUP), trust.unwrap_or(TRUST_CHARACTERS))
}
