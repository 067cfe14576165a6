//! What others have attached to our resources that are to be deleted. Nothing of it is deleted unless the plan has
//! named it and the user has allowed it.
//!
//! AWS refuses to delete a role or a policy that somebody still uses, and says so. It deletes a log group with
//! everything attached to it. Nobody can list who sends to our destination or stream from another account.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt;
use futures_util::stream;

use super::observe::{READS_AT_ONCE, ReadFailures};
use super::turns::in_turns;
use crate::address::{AccountName, Address, Place};
use crate::aws::meter::{Scope, within};
use crate::aws::{Accounts, CallError, Target};
use crate::clock::Clock;
use crate::event::Events;
use crate::provider::{Facts, Field, FieldChange, Flow, Others, Reach, uses};
use crate::record::{Entry, Record};

/// What others have on what the record owns and `goes`, in the accounts that have been entered, by address.
///
/// # Errors
/// Every read that failed.
pub async fn observe_uses(
    record: &Record,
    goes: impl Fn(&Address) -> bool,
    accounts: &Accounts,
    clock: Clock,
    events: &Events,
) -> Result<BTreeMap<Address, Vec<FieldChange>>, ReadFailures> {
    let asked = record.entries().iter().filter_map(|(address, entry)| {
        let connection = accounts.get(&address.account).filter(|there| there.id == entry.account_id)?;
        (can_be_asked(address, entry) && goes(address)).then_some((address, connection))
    });
    let asked = in_turns(asked, |(address, _)| (&address.account, &address.place));
    let filters = our_filters(record);
    let answers: Vec<(Address, Result<Vec<FieldChange>, CallError>)> = stream::iter(asked)
        .map(|(address, connection)| {
            let ours = filters.get(&on_group(address, &address.name)).cloned().unwrap_or_default();
            async move {
                let target = Target::new(address, connection, clock, events.clone(), false);
                (address.clone(), within(Scope::Read(address.clone()), uses(&ours, &target)).await)
            }
        })
        .buffer_unordered(READS_AT_ONCE)
        .collect()
        .await;
    let (mut found, mut failures) = (BTreeMap::new(), ReadFailures::new());
    for (address, answer) in answers {
        match answer {
            Ok(uses) if uses.is_empty() => {}
            Ok(uses) => drop(found.insert(address, uses)),
            Err(error) => drop(failures.insert(address, error)),
        }
    }
    if failures.is_empty() { Ok(found) } else { Err(failures) }
}

fn can_be_asked(address: &Address, entry: &Entry) -> bool {
    matches!(Facts::of(address.kind).others, Others::Asked) && entry.origin.is_ours()
}

/// A log group beside `address`.
type Group<'r> = (&'r AccountName, &'r Place, &'r str);

fn on_group<'r>(address: &'r Address, group: &'r str) -> Group<'r> {
    (&address.account, &address.place, group)
}

/// The names of the filters that the record owns, by the log group that they are on.
fn our_filters(record: &Record) -> BTreeMap<Group<'_>, BTreeSet<&str>> {
    let mut filters: BTreeMap<Group<'_>, BTreeSet<&str>> = BTreeMap::new();
    let is_on_group = |address: &&Address| Facts::of(address.kind).flow == Flow::Sends(Reach::LogGroup);
    for address in record.entries().keys().filter(is_on_group) {
        let (group, name) = address.name_parts();
        filters.entry(on_group(address, group)).or_default().insert(name);
    }
    filters
}

/// Something that others have on a resource of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Use {
    /// A subscription filter of this name.
    SubscriptionFilter(String),
    /// This many metric filters.
    MetricFilters(u64),
    /// A data protection policy.
    DataProtection,
}

impl Use {
    /// What the fields say that others have on it.
    pub(crate) fn of(uses: &[FieldChange]) -> Vec<Self> {
        let one = |it: &FieldChange| match (it.field.name(), it.field.which()) {
            (Field::SUBSCRIPTION_FILTERS, Some(name)) => Self::SubscriptionFilter(name.to_owned()),
            (Field::METRIC_FILTERS, _) => Self::MetricFilters(it.from.as_u64().unwrap_or_default()),
            _ => Self::DataProtection,
        };
        uses.iter().map(one).collect()
    }
}
