//! The filter slots of a log group, and sources that need more of them once globs are expanded.
//!
//! What sources name exactly is counted when the topology is loaded, where there is a line to point at.

use std::collections::{BTreeMap, BTreeSet};

use super::Route;
use crate::address::{AccountName, Key, KindName, Region};
use crate::pattern;
use crate::topology::{Source, Topology};

/// CloudWatch Logs User Guide, "Supported regular expressions (regex) syntax".
const PATTERNS_WITH_REGEX: usize = 5;

/// The log groups that the same sources meet on in one account and region.
type Meetings<'r> = BTreeMap<(&'r AccountName, &'r Region, Vec<&'r Key>), Vec<&'r str>>;

/// Says which sources ask for more filters than a log group takes.
pub(super) fn problems(routes: &[Route], topology: &Topology) -> Vec<String> {
    let most = usize::try_from(topology.filters_per_log_group).unwrap_or(usize::MAX);
    let filters = meetings(routes.iter()).into_iter().filter(|((.., sources), _)| sources.len() > most);
    let filters = filters.map(|(place, groups)| {
        let limit = format!(
            "AWS allows {most} filter(s) on a log group; remove the log groups from one of the sources"
        );
        problem("filters", &place, &groups, &limit)
    });
    let has_regex =
        |source: &&Source| pattern::parse(&source.filter.pattern).is_ok_and(|pattern| pattern.has_regex());
    let sources = topology.sources.values().filter(has_regex);
    let with_regex: BTreeSet<&Key> = sources.map(|source| &source.key).collect();
    let with_regex = routes.iter().filter(|route| with_regex.contains(&route.source));
    let regexes =
        meetings(with_regex).into_iter().filter(|((.., sources), _)| sources.len() > PATTERNS_WITH_REGEX);
    let regexes = regexes.map(|(place, groups)| {
        let limit = format!("CloudWatch Logs allows {PATTERNS_WITH_REGEX} such patterns on a log group");
        problem("filters with regular expressions", &place, &groups, &limit)
    });
    filters.chain(regexes).collect()
}

fn meetings<'r>(routes: impl Iterator<Item = &'r Route>) -> Meetings<'r> {
    let mut sources: BTreeMap<(&AccountName, &Region, &str), Vec<&Key>> = BTreeMap::new();
    // An account's policy comes on top of the filters.
    for route in routes.filter(|route| route.filter.kind == KindName::SubscriptionFilter) {
        let group = (&route.account, &route.region, route.log_group.as_str());
        sources.entry(group).or_default().push(&route.source);
    }
    let mut meetings = Meetings::new();
    for ((account, region, group), sources) in sources {
        meetings.entry((account, region, sources)).or_default().push(group);
    }
    meetings
}

fn problem(
    what: &str,
    (account, region, sources): &(&AccountName, &Region, Vec<&Key>),
    groups: &[&str],
    limit: &str,
) -> String {
    let names: Vec<String> = sources.iter().map(|source| format!("sources.{source}")).collect();
    let on = match groups {
        [group] => (*group).to_owned(),
        _ => format!("{} log groups such as {}", groups.len(), groups.first().copied().unwrap_or_default()),
    };
    format!("{} put {} {what} on {on} in {account}/{region}; {limit}", names.join(", "), sources.len())
}
