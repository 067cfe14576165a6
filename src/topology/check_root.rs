//! The top of the file: version, name, region, tags, and what is put together from the rest.

use std::collections::BTreeMap;

use super::check_accounts::{self, Accounts};
use super::check_destinations::Destinations;
use super::check_organization::Members;
use super::finding::Findings;
use super::model::Topology;
use super::names;
use super::read::{Field, Keys, Section};
use super::{check_across, check_organization, check_record, check_sources};
use crate::address::{Partition, Region, TopologyName};

pub(super) const KEYS: Keys = Keys {
    known: &[
        "version",
        "name",
        "region",
        "tags",
        "access",
        "accounts",
        "organization",
        "destinations",
        "sources",
        "limits",
        "record",
    ],
    later: &["agents", "readers"],
};

pub(super) const LIMITS_KEYS: Keys = Keys { known: &["filters_per_log_group"], later: &[] };

/// The version of the format that is read.
const VERSION: i64 = 1;

/// How many tags AWS allows on a resource, less the ownership tag and one in reserve.
pub(super) const MOST_TAGS: usize = 48;

/// Subscription filters on a log group, the smaller of the figures that copies of the page give (CloudWatch Logs User
/// Guide, "CloudWatch Logs quotas").
pub(super) const FILTERS_PER_LOG_GROUP: u32 = 2;

/// More than any page or quota increase gives.
pub(super) const MOST_FILTERS: u32 = 100;

/// What the whole topology has in common.
pub(super) struct Common {
    /// `None` when it is missing or wrong, which is noted already.
    pub(super) name: Option<TopologyName>,
    pub(super) region: Option<Region>,
}

impl Common {
    pub(super) fn partition(&self) -> Option<Partition> {
        self.region.as_ref().map(Region::partition)
    }
}

/// Reads everything; gives a topology if all that is needed for one is there, right or wrong.
pub(super) fn topology(root: Field<'_>, findings: &mut Findings) -> Option<Topology> {
    check_accounts::hide_secrets(root.node, findings);
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
            .and_then(|field| field.identifier(findings)),
    };
    let tags = section.get("tags").and_then(|field| tags(field, findings)).unwrap_or_default();
    let filters_per_log_group =
        section.get("limits").and_then(|field| limits(field, findings)).unwrap_or(FILTERS_PER_LOG_GROUP);
    let mut accounts = Accounts::read(&section, &common, findings);
    let organization = check_organization::read(&section, &mut accounts, findings);
    let access = accounts.member_access();
    let members = Members {
        section: section.get("organization"),
        organization: organization.as_ref(),
        within_reach: access.is_some(),
    };
    let destinations = Destinations::read(&section, &common, organization.as_ref(), &mut accounts, findings);
    let sources = check_sources::read(&section, &common, (&destinations, members), &mut accounts, findings);
    let record = check_record::read(&section, &common, accounts.profile(), &destinations, findings);
    let usual_record = check_record::usual(&common);
    let topology = Topology {
        name: common.name?,
        region: common.region?,
        tags,
        access,
        accounts: accounts.into_accounts(),
        organization,
        destinations: destinations.into_checked(),
        sources,
        agents: BTreeMap::new(),
        readers: BTreeMap::new(),
        filters_per_log_group,
        usual_record: usual_record?,
        record: record?,
    };
    check_across::topology(&topology, root.node, findings);
    Some(topology)
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

/// Quotas of AWS that differ from page to page.
fn limits(field: Field<'_>, findings: &mut Findings) -> Option<u32> {
    let filters = field.section(LIMITS_KEYS, findings)?.get("filters_per_log_group")?;
    filters.number(1..=MOST_FILTERS, "AWS allows a handful of subscription filters on a log group", findings)
}

fn tags(field: Field<'_>, findings: &mut Findings) -> Option<BTreeMap<String, String>> {
    let entries = field.entries(findings)?;
    if entries.len() > MOST_TAGS {
        let message = format!("{} tags", entries.len());
        let why = "AWS takes 50 tags on a resource, and logpipe adds its own";
        findings.add(field.key_span, message, why, format!("keep at most {MOST_TAGS} tags"));
    }
    let mut tags = BTreeMap::new();
    let mut folded = BTreeMap::new();
    for (key, entry) in entries {
        if let Err(why) = names::TAG_KEY.check(key) {
            findings.add(entry.key_span, format!("the tag key `{key}`"), why, "choose another key");
        }
        // IAM keeps the case of tag keys and ignores it when it compares them.
        if let Some(other) = folded.insert(key.to_lowercase(), entry.key_span) {
            let places =
                if other > entry.key_span { (other, entry.key_span) } else { (entry.key_span, other) };
            let why = "IAM ignores the case of tag keys, and roles get these tags";
            findings.add_conflict(
                places,
                format!("the tag `{key}` is given twice"),
                why,
                "remove one of the two",
            );
        }
        let Some(value) = entry.text(findings) else { continue };
        if let Err(why) = names::TAG_VALUE.check(value) {
            findings.add(entry.span(), format!("the value of the tag `{key}`"), why, "choose another value");
        }
        tags.insert(key.to_owned(), value.to_owned());
    }
    Some(tags)
}
