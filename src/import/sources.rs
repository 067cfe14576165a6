//! The subscriptions of a pipeline as sources: log groups by name, those with the same filter together, and accounts and
//! regions together that have the same ones.

use std::collections::{BTreeMap, BTreeSet};

use super::inexpressible::Inexpressible;
use super::look::{Inspected, SeenGroup, stream_name};
use super::model::{FoundDestination, FoundSubscription, Pipeline};
use super::naming::{Naming, is_of, lower};
use crate::address::{AccountName, Region, arn};
use crate::coverage::On;
use crate::graph::OWNERSHIP_TAG;
use crate::topology::Entry;

/// How AWS spreads events where nobody says anything.
const USUAL: &str = "ByLogStream";

/// The longest key of a source.
const LONGEST_KEY: usize = 20;

/// What a topology says of sources.
pub(super) struct Sources {
    /// Their entries.
    pub(super) entries: Vec<Entry>,
    /// The accounts that they are in.
    pub(super) accounts: BTreeSet<AccountName>,
    /// What they do not say.
    pub(super) left: Vec<Inexpressible>,
}

/// What log groups of one source have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Settings {
    whole_account: bool,
    filter: String,
    pattern: String,
    distribution: Option<String>,
    /// What a policy of an account leaves out.
    exclude: BTreeSet<String>,
    create: bool,
    retention_days: Option<u32>,
}

/// The sources.
pub(super) fn sources(
    pipeline: &Pipeline,
    inspected: &Inspected,
    naming: &Naming,
    destination: Option<&FoundDestination>,
    organization: bool,
) -> Sources {
    let mut left = Vec::new();
    let mut groups: BTreeMap<(Settings, AccountName, Region), BTreeSet<String>> = BTreeMap::new();
    for one in &pipeline.subscriptions {
        let to = &one.subscription.destination;
        let straight = stream_name(to).is_some();
        let taken_on = pipeline.destinations.iter().any(|found| {
            found.arn == *to && destination.is_some_and(|destination| is_of(&destination.name, &found.name))
        });
        // What sends to another destination of the stream stays as it is.
        if !straight && !taken_on {
            continue;
        }
        left.extend(peculiarities(one, naming, straight, organization));
        let settings = settings(one, inspected, naming);
        let at = (settings, one.account.clone(), one.region.clone());
        groups.entry(at).or_default().extend(one.log_group.clone());
    }
    let accounts = groups.keys().map(|(_, account, _)| account.clone()).collect();
    Sources { entries: together(groups).into_entries(naming), accounts, left }
}

fn settings(one: &FoundSubscription, inspected: &Inspected, naming: &Naming) -> Settings {
    let subscription = &one.subscription;
    let exclude = match &subscription.on {
        On::Account(Some(excluded)) => excluded.clone(),
        On::Account(None) | On::LogGroup => BTreeSet::new(),
    };
    let own = one.log_group.as_ref().and_then(|group| {
        let at = ((one.account.clone(), one.region.clone()), group.clone());
        let seen = inspected.groups.get(&at)?.as_ref().ok()?;
        is_own(seen, naming).then_some(seen)
    });
    Settings {
        whole_account: one.log_group.is_none(),
        filter: subscription.name.clone(),
        pattern: subscription.pattern.clone(),
        distribution: subscription.distribution.clone().filter(|how| how != USUAL),
        exclude,
        create: own.is_some(),
        retention_days: own.and_then(|seen| seen.retention_days),
    }
}

/// Whether logpipe made a log group for this topology.
fn is_own(group: &SeenGroup, naming: &Naming) -> bool {
    group.tags.get(OWNERSHIP_TAG).is_some_and(|name| name == naming.name.as_str())
}

/// What a subscription does that no source says.
fn peculiarities(
    one: &FoundSubscription,
    naming: &Naming,
    straight: bool,
    organization: bool,
) -> Vec<Inexpressible> {
    let subscription = &one.subscription;
    let group = one.log_group.as_deref().unwrap_or("the whole account");
    let (on, name) = (format!("{}/{} {group}", one.account, one.region), subscription.name.clone());
    let mut left = Vec::new();
    if straight {
        left.push(Inexpressible::DirectSubscription { on: on.clone(), name: name.clone() });
    } else if let Some(role) = &subscription.role {
        let sender = format!("{}-{}-sender", naming.name, naming.key);
        if !organization || arn::role_in(role) != Some(sender.as_str()) {
            let (on, name, role) = (on.clone(), name.clone(), role.clone());
            left.push(Inexpressible::SubscriptionRole { on, name, role, asked: organization });
        }
    }
    if !subscription.narrowed_by.is_empty() {
        let by = subscription.narrowed_by.clone();
        left.push(Inexpressible::EventSelection { on: on.clone(), name: name.clone(), by });
    }
    if !subscription.adds.is_empty() {
        let fields = subscription.adds.clone();
        left.push(Inexpressible::Additions { on: on.clone(), name: name.clone(), fields });
    }
    if subscription.on == On::Account(None) {
        left.push(Inexpressible::SelectionCriteria { on, name });
    }
    left
}

/// Log groups that are in all of these accounts and regions.
struct Alike {
    settings: Settings,
    accounts: Vec<AccountName>,
    regions: Vec<Region>,
    groups: BTreeSet<String>,
}

struct All(Vec<Alike>);

/// Puts accounts together that have the same in the same region, and then regions that have the same in the same accounts.
fn together(groups: BTreeMap<(Settings, AccountName, Region), BTreeSet<String>>) -> All {
    type OfAccounts = BTreeMap<(Settings, BTreeSet<String>, Region), Vec<AccountName>>;
    type OfRegions = BTreeMap<(Settings, BTreeSet<String>, Vec<AccountName>), Vec<Region>>;
    let mut by_region = OfAccounts::new();
    for ((settings, account, region), groups) in groups {
        by_region.entry((settings, groups, region)).or_default().push(account);
    }
    let mut by_accounts = OfRegions::new();
    for ((settings, groups, region), accounts) in by_region {
        by_accounts.entry((settings, groups, accounts)).or_default().push(region);
    }
    let alike = by_accounts.into_iter().map(|((settings, groups, accounts), regions)| Alike {
        settings,
        accounts,
        regions,
        groups,
    });
    All(alike.collect())
}

impl All {
    fn into_entries(self, naming: &Naming) -> Vec<Entry> {
        let mut keys = BTreeSet::new();
        let entry = |alike: Alike| {
            let key = key(&alike, &keys);
            keys.insert(key.clone());
            Entry::map(key, alike.entries(naming))
        };
        self.0.into_iter().map(entry).collect()
    }
}

/// A key that no other source has: the name of the account where it is one, and a number where that is taken.
fn key(alike: &Alike, taken: &BTreeSet<String>) -> String {
    let base = match alike.accounts.as_slice() {
        [account] => lower(account.as_str(), LONGEST_KEY),
        _ => String::new(),
    };
    let base = if base.is_empty() { "sources".to_owned() } else { base };
    let numbered = (2..).map(|number: usize| {
        let end = format!("-{number}");
        format!("{}{end}", lower(&base, LONGEST_KEY - end.len()))
    });
    let mut free = std::iter::once(base.clone()).chain(numbered).filter(|key| !taken.contains(key));
    free.next().unwrap_or(base)
}

impl Alike {
    fn entries(&self, naming: &Naming) -> Vec<Entry> {
        let Settings { whole_account, filter, pattern, distribution, exclude, create, retention_days } =
            &self.settings;
        let mut entries = vec![
            Entry::list("accounts", self.accounts.iter().map(AccountName::as_str)).kept(),
            Entry::list("regions", self.regions.iter().map(Region::as_str)),
            Entry::text("destination", naming.key.as_str()).kept(),
        ];
        if *whole_account {
            entries.push(Entry::text("scope", "account").kept());
            entries.push(Entry::list("exclude", exclude.iter().map(String::as_str)));
        } else {
            entries.push(Entry::list("log_groups", self.groups.iter().map(String::as_str)));
        }
        entries.extend(create.then(|| Entry::plain("create", true).kept()));
        entries.extend(retention_days.map(|days| Entry::plain("retention_days", days)));
        let mut of_filter = vec![Entry::text("name", filter), Entry::text("pattern", pattern)];
        let distribution = distribution.as_deref().map(|how| match how {
            "Random" => Entry::text("distribution", "random"),
            other => Entry::text("distribution", other),
        });
        of_filter.extend(distribution);
        entries.push(Entry::map("filter", of_filter));
        entries
    }
}
