//! `sources`: which log groups of which accounts go where, and through which filter.

use std::collections::BTreeMap;

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::accounts::Accounts;
use super::field::{Field, Keys, Section, parsed};
use super::organization::Members;
use super::regions::another;
use super::root::{Common, without_pipeline};
use crate::address::{Key, Region};
use crate::lint::Lint;
use crate::topology::finding::Findings;
use crate::topology::keys::names;
use crate::topology::model::{Distribution, Filter, LogGroupSelector, Scope, Source};
use crate::topology::read::destinations::destination::{Destinations, written_name};
use crate::topology::yaml::Value;

pub(in crate::topology) const KEYS: Keys = Keys {
    known: &[
        "accounts",
        "regions",
        "destination",
        "scope",
        "log_groups",
        "exclude",
        "create",
        "retention_days",
        "filter",
    ],
    later: &[],
};

pub(in crate::topology) const FILTER_KEYS: Keys =
    Keys { known: &["name", "pattern", "distribution"], later: &[] };

/// The words of `scope`.
pub(in crate::topology) const SCOPES: [(&str, Scope); 2] =
    [("log_groups", Scope::LogGroups), ("account", Scope::Account)];

/// The keys that mean nothing to a whole account.
const OF_LOG_GROUPS: [(&str, &str); 3] = [
    ("log_groups", "a policy of the account forwards all of its log groups; take some out with `exclude`"),
    ("create", "only log groups that are named can be made"),
    ("retention_days", "it is for log groups that logpipe makes, and here it makes none"),
];

/// The words of `distribution`.
pub(in crate::topology) const DISTRIBUTIONS: [(&str, Distribution); 2] =
    [("by_log_stream", Distribution::ByLogStream), ("random", Distribution::Random)];

/// CloudWatch Logs API Reference, PutRetentionPolicy.
pub(crate) const RETENTION_DAYS: [u32; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/// CloudWatch Logs API Reference, PutSubscriptionFilter.
pub(in crate::topology) const LONGEST_PATTERN: usize = 1024;

/// Reads all of them.
pub(in crate::topology) fn read(
    root: &Section<'_>,
    common: &Common,
    known: (&Destinations, Members<'_>),
    accounts: &mut Accounts,
    findings: &mut Findings,
) -> BTreeMap<Key, Source> {
    let why = "a topology says whose logs are delivered";
    let help = "add `sources` with one entry; only `agents` and `readers` go without";
    if without_pipeline(root) {
        return BTreeMap::new();
    }
    let Some(field) = root.need("sources", why, help, findings) else { return BTreeMap::new() };
    let entries = field.entries(findings);
    if entries.as_ref().is_some_and(BTreeMap::is_empty) {
        findings.add(field.key_span, "no sources", why, "add one below `sources`");
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
    let section = field.section(KEYS, findings)?;
    let why = "a source is log groups of accounts";
    // Nothing stands for the organisation among the names.
    let account_names = section
        .need("accounts", why, "add `accounts: [app]`", findings)
        .map(|field| {
            several(field, findings, |item, findings| match members.stand_for(item, findings) {
                true => Some(None),
                false => accounts.resolve(item, findings).map(Some),
            })
        })
        .unwrap_or_default();
    let regions = match section.get("regions") {
        Some(field) => several(field, findings, |item, findings| another(item, common, findings)),
        None => common.region.iter().cloned().collect::<Vec<Region>>(),
    };
    let destination = section
        .need("destination", "its events must go somewhere", "add `destination: central`", findings)
        .and_then(|field| destinations.resolve(field, findings));
    let scope = section.get("scope").and_then(|field| field.word(&SCOPES, findings));
    let scope = scope.unwrap_or(Scope::LogGroups);
    let exclude = section.get("exclude").map(|field| exclude(field, findings)).unwrap_or_default();
    let log_groups = match scope {
        Scope::LogGroups => section
            .need("log_groups", why, "add `log_groups: [\"/app/*\"]`, or `scope: account`", findings)
            .map(|field| log_groups(field, &exclude, findings))
            .unwrap_or_default(),
        Scope::Account => {
            not_of_an_account(&section, findings);
            Vec::new()
        }
    };
    let create = section.get("create").and_then(|field| field.flag(findings)).unwrap_or(false);
    let retention_days = section.get("retention_days").and_then(|field| retention(field, findings));
    let filter = filter(section.get("filter"), scope, common, findings);
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
    })
}

fn not_of_an_account(section: &Section<'_>, findings: &mut Findings) {
    for (key, why) in OF_LOG_GROUPS {
        if let Some(field) = section.get(key) {
            let message = format!("`{key}` does not go with `scope: account`");
            findings.add(field.key_span, message, why, format!("remove `{key}`, or `scope`"));
        }
    }
}

/// A list that holds at least one value, and none twice.
pub(in crate::topology) fn several<T: Ord + Clone>(
    field: Field<'_>,
    findings: &mut Findings,
    read: impl FnMut(Field<'_>, &mut Findings) -> Option<T>,
) -> Vec<T> {
    if matches!(&field.node.value, Value::List(items) if items.is_empty()) {
        let why = "an empty list selects nothing";
        findings.add(field.span(), format!("`{}` is empty", field.name), why, "name at least one");
    }
    field.distinct(findings, read).unwrap_or_default()
}

fn log_groups(field: Field<'_>, exclude: &[String], findings: &mut Findings) -> Vec<LogGroupSelector> {
    let excluded = excluded(exclude);
    let texts = several(field, findings, |item, findings| {
        let text = item.text(findings)?;
        check_selector(text, item, findings);
        if !is_glob(text) && excluded.is_match(text) {
            let why = "it is named and taken out again, so nothing of it is delivered";
            findings.add(item.span(), format!("`{text}` is excluded"), why, "remove it, or change `exclude`");
        }
        Some(text.to_owned())
    });
    texts
        .into_iter()
        .map(|text| if is_glob(&text) { LogGroupSelector::Glob(text) } else { LogGroupSelector::Exact(text) })
        .collect()
}

fn exclude(field: Field<'_>, findings: &mut Findings) -> Vec<String> {
    let items = field.items(findings).unwrap_or_default();
    let mut read = |item: Field<'_>| {
        let text = item.text(findings)?;
        check_selector(text, item, findings);
        Some(text.to_owned())
    };
    items.into_iter().filter_map(&mut read).collect()
}

fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

fn check_selector(text: &str, field: Field<'_>, findings: &mut Findings) {
    let refused = if is_glob(text) {
        names::LOG_GROUP_GLOB
            .check(text)
            .and_then(|()| Glob::new(text).map(drop).map_err(|error| error.kind().to_string()))
    } else {
        names::LOG_GROUP.check(text)
    };
    if let Err(why) = refused {
        let help = "write a name such as `/app/web` or a glob such as `/app/*`";
        findings.add(field.span(), format!("`{text}` cannot name log groups"), why, help);
    }
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
    let why = "CloudWatch Logs keeps events for certain numbers of days only";
    let days = field.number(1..=3653, why, findings)?;
    if !RETENTION_DAYS.contains(&days) {
        let near = RETENTION_DAYS.into_iter().find(|allowed| *allowed > days).unwrap_or(3653);
        let allowed = RETENTION_DAYS.map(|days| days.to_string()).join(", ");
        let help = format!("write {near}, or another of {allowed}");
        findings.add(field.span(), format!("`{}` is {days}", field.name), why, help);
    }
    Some(days)
}

fn filter(field: Option<Field<'_>>, scope: Scope, common: &Common, findings: &mut Findings) -> Filter {
    let section = field.and_then(|field| field.section(FILTER_KEYS, findings));
    let get = |key: &str| section.as_ref().and_then(|section| section.get(key));
    let name = match get("name") {
        Some(field) => {
            let name = written_name(field, names::FILTER, findings);
            if scope == Scope::Account && name.starts_with("aws/") {
                let why = "names of account policies that start with `aws/` are AWS's own";
                findings.add(field.span(), format!("the name `{name}`"), why, "choose another name");
            }
            name
        }
        None => common.name.as_ref().map(ToString::to_string).unwrap_or_default(),
    };
    let pattern = get("pattern").and_then(|field| {
        let pattern = field.text(findings)?;
        check_pattern(pattern, field, findings);
        Some(pattern.to_owned())
    });
    let distribution = get("distribution").and_then(|field| field.word(&DISTRIBUTIONS, findings));
    Filter { name, pattern: pattern.unwrap_or_default(), distribution }
}

/// The one place where filter patterns are checked.
fn check_pattern(pattern: &str, field: Field<'_>, findings: &mut Findings) {
    let length = pattern.chars().count();
    if length > LONGEST_PATTERN {
        let message = format!("a filter pattern of {length} characters");
        let why = format!("CloudWatch Logs takes at most {LONGEST_PATTERN}");
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
