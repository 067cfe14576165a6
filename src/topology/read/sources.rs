//! `sources`: which log groups of which accounts go where, and through which filter.

use std::collections::BTreeMap;

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::accounts::Accounts;
use super::alarms::{self, Around};
use super::field::{Field, parsed};
use super::organization::Members;
use super::regions::another;
use super::root::{Common, without_pipeline};
use super::section::Section;
use crate::address::Key;
use crate::lint::Lint;
use crate::topology::finding::Findings;
use crate::topology::keys::forms::names;
use crate::topology::keys::root::SOURCES;
use crate::topology::keys::sources as keys;
use crate::topology::model::{Filter, LogGroupSelector, Scope, Source};
use crate::topology::read::destinations::destination::{Destinations, written_name};

/// The keys that mean nothing to a whole account.
const OF_LOG_GROUPS: [(&str, &str); 3] = [
    ("log_groups", "an account policy forwards all log groups of the account; leave some out with `exclude`"),
    ("create", "only log groups that are given by name can be made"),
    ("retention_days", "it is for log groups that logpipe makes, and it makes none here"),
];

/// Reads all of them.
pub(in crate::topology) fn read(
    root: &Section<'_>,
    common: &Common,
    known: (&Destinations, Members<'_>),
    accounts: &mut Accounts,
    findings: &mut Findings,
) -> BTreeMap<Key, Source> {
    if without_pipeline(root) {
        return BTreeMap::new();
    }
    let Some(field) = root.need(&SOURCES, findings) else { return BTreeMap::new() };
    let entries = field.entries(findings);
    if entries.as_ref().is_some_and(BTreeMap::is_empty) {
        let why = "it must have at least one entry";
        findings.add(field.key_span, "`sources` is empty", why, "add a source below `sources`");
    }
    let read = entries.unwrap_or_default().into_values();
    read.filter_map(|field| source(field, common, known, accounts, findings))
        .map(|source| (source.key.clone(), source))
        .collect()
}

fn source(
    field: Field<'_>,
    common: &Common,
    (destinations, members): (&Destinations, Members<'_>),
    accounts: &mut Accounts,
    findings: &mut Findings,
) -> Option<Source> {
    let key: Option<Key> = parsed("sources", field.name, field.key_span, findings);
    let section = field.section(&keys::SOURCE, findings)?;
    // Nothing stands for the organisation among the names.
    let account_names = section.need(&keys::ACCOUNTS, findings).map(|field| {
        field.list(&keys::ACCOUNTS.kind, findings, |item, findings| match members.stand_for(item, findings) {
            true => Some(None),
            false => accounts.resolve(item, findings).map(Some),
        })
    });
    let account_names = account_names.unwrap_or_default();
    let regions = section.list(&keys::REGIONS, findings, |item, findings| another(item, common, findings));
    let regions = regions.unwrap_or_else(|| common.region.iter().cloned().collect());
    let destination =
        section.need(&keys::DESTINATION, findings).and_then(|field| destinations.resolve(field, findings));
    let scope = section.value(&keys::SCOPE, findings);
    let exclude = section.list(&keys::EXCLUDE, findings, selector).unwrap_or_default();
    let log_groups = match scope {
        Scope::LogGroups => section
            .need(&keys::LOG_GROUPS, findings)
            .map(|field| log_groups(field, &exclude, findings))
            .unwrap_or_default(),
        Scope::Account => {
            not_of_an_account(&section, findings);
            Vec::new()
        }
    };
    let create = section.value(&keys::CREATE, findings);
    let retention_days = section.get(&keys::RETENTION).and_then(|field| retention(field, findings));
    let filter = filter(section.sub(&keys::OF_FILTER, findings).unwrap_or_default(), scope, common, findings);
    let around = Around { partition: common.partition(), regions: &regions, whose: "source" };
    let of_alarms = section.sub(&keys::OF_ALARMS, findings);
    let alarms = of_alarms.and_then(|section| alarms::of_source(&section, around, findings));
    Some(Source {
        key: key?,
        organization: account_names.contains(&None),
        accounts: account_names.into_iter().flatten().collect(),
        regions,
        destination: destination?,
        scope,
        log_groups,
        exclude,
        create,
        retention_days,
        filter,
        alarms,
    })
}

fn not_of_an_account(section: &Section<'_>, findings: &mut Findings) {
    for (key, why) in OF_LOG_GROUPS {
        if let Some(field) = section.named(key) {
            let message = format!("`{key}` cannot be combined with `scope: account`");
            findings.add(field.key_span, message, why, format!("remove `{key}`, or `scope`"));
        }
    }
}

fn log_groups(field: Field<'_>, exclude: &[String], findings: &mut Findings) -> Vec<LogGroupSelector> {
    let excluded = excluded(exclude);
    let texts = field.list(&keys::LOG_GROUPS.kind, findings, |item, findings| {
        let text = selector(item, findings)?;
        if !is_glob(&text) && excluded.is_match(&text) {
            let why =
                "`log_groups` names it and `exclude` leaves it out, so none of its events are delivered";
            findings.add(item.span(), format!("`{text}` is excluded"), why, "remove it, or change `exclude`");
        }
        Some(text)
    });
    texts
        .into_iter()
        .map(|text| if is_glob(&text) { LogGroupSelector::Glob(text) } else { LogGroupSelector::Exact(text) })
        .collect()
}

fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

fn selector(item: Field<'_>, findings: &mut Findings) -> Option<String> {
    let text = item.text(findings)?;
    let refused = if is_glob(text) {
        names::LOG_GROUP_GLOB
            .check(text)
            .and_then(|()| Glob::new(text).map(drop).map_err(|error| error.kind().to_string()))
    } else {
        names::LOG_GROUP.check(text)
    };
    if let Err(why) = refused {
        let help = "write a name such as `/app/web` or a glob such as `/app/*`";
        findings.add(item.span(), format!("`{text}` is not a log group name or glob"), why, help);
    }
    Some(text.to_owned())
}

/// Matches what is excluded; broken globs, which are noted already, match nothing.
fn excluded(exclude: &[String]) -> GlobSet {
    let mut globs = GlobSetBuilder::new();
    exclude.iter().filter_map(|text| Glob::new(text).ok()).for_each(|glob| {
        globs.add(glob);
    });
    globs.build().unwrap_or_default()
}

/// Days that a log group can keep events.
pub(in crate::topology) fn retention(field: Field<'_>, findings: &mut Findings) -> Option<u32> {
    let why = "CloudWatch Logs accepts only certain numbers of days";
    let days = field.number(1..=3653, why, findings)?;
    if !keys::RETENTION_DAYS.contains(&days) {
        let near = keys::RETENTION_DAYS.into_iter().find(|allowed| *allowed > days).unwrap_or(3653);
        let allowed = keys::RETENTION_DAYS.map(|days| days.to_string()).join(", ");
        let help = format!("write {near}, or another of {allowed}");
        findings.add(field.span(), format!("`{}` is {days}", field.name), why, help);
    }
    Some(days)
}

fn filter(section: Section<'_>, scope: Scope, common: &Common, findings: &mut Findings) -> Filter {
    let name = match section.get(&keys::NAME) {
        Some(field) => {
            let name = written_name(field, &keys::NAME, findings);
            if scope == Scope::Account && name.starts_with("aws/") {
                let why = "names of account policies that start with `aws/` are reserved by AWS";
                findings.add(
                    field.span(),
                    format!("`{name}` cannot be the name of an account policy"),
                    why,
                    "choose another name",
                );
            }
            name
        }
        None => common.name.as_ref().map(ToString::to_string).unwrap_or_default(),
    };
    let pattern = section.get(&keys::PATTERN).and_then(|field| {
        let pattern = field.text(findings)?;
        check_pattern(pattern, field, findings);
        Some(pattern.to_owned())
    });
    let distribution = section.read(&keys::DISTRIBUTION, findings);
    Filter { name, pattern: pattern.unwrap_or_default(), distribution }
}

/// The one place where filter patterns are checked.
fn check_pattern(pattern: &str, field: Field<'_>, findings: &mut Findings) {
    let length = pattern.chars().count();
    if length > keys::LONGEST_PATTERN {
        let message = format!("the filter pattern has {length} characters");
        let why = format!("CloudWatch Logs allows at most {}", keys::LONGEST_PATTERN);
        findings.add(field.span(), message, why, "write a shorter pattern");
        return;
    }
    let pattern = pattern.to_owned();
    match crate::pattern::parse(&pattern) {
        Ok(read) => {
            for surprise in read.surprises() {
                findings.warn(field.span(), Lint::PatternSurprise { pattern: pattern.clone(), surprise });
            }
            // One part that is not known is enough to ask CloudWatch Logs about the whole.
            if let Some(doubt) = read.doubts().first().cloned() {
                findings.warn(field.span(), Lint::PatternDoubt { pattern, doubt, unanswered: None });
            }
        }
        Err(error) => {
            let message = format!("`{pattern}` is not a filter pattern");
            findings.add(field.span(), message, error.message, error.remedy);
        }
    }
}
