//! What others have on things of ours that are about to go, and would lose with them: nothing of it goes that a plan has
//! not named, and that its user has not allowed.
//!
//! AWS refuses to delete a role or a policy that somebody still uses, and says so. A log group it deletes with everything
//! on it. Whoever sends to a destination or a stream of ours from another account cannot be asked about at all.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt;
use futures_util::stream;

use super::observe::{Observed, READS_AT_ONCE, ReadFailures};
use crate::address::{Address, KindName};
use crate::aws::meter::{Scope, within};
use crate::aws::{Accounts, CallError, Target};
use crate::clock::Clock;
use crate::event::Events;
use crate::provider::{FieldChange, uses};
use crate::record::{Entry, Record};

/// Looks what others have on what the record owns and `goes`, in the accounts that have been entered.
///
/// # Errors
/// Every read that failed.
pub async fn observe_uses(
    observed: Observed,
    record: &Record,
    goes: impl Fn(&Address) -> bool,
    accounts: &Accounts,
    clock: Clock,
    events: &Events,
) -> Result<Observed, ReadFailures> {
    let asked = record.entries().iter().filter(|(address, entry)| {
        let entered = accounts.get(&address.account).is_some_and(|there| there.id == entry.account_id);
        entered && can_be_asked(address, entry) && goes(address)
    });
    let answers: Vec<(Address, Result<Vec<FieldChange>, CallError>)> = stream::iter(asked)
        .map(|(address, _)| async move {
            let Some(connection) = accounts.get(&address.account) else {
                return (address.clone(), Ok(Vec::new()));
            };
            let target = Target::new(address, connection, clock, events.clone(), false);
            let ours = our_filters(address, record);
            (address.clone(), within(Scope::Read(address.clone()), uses(&ours, &target)).await)
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
    if failures.is_empty() { Ok(observed.with_uses(found)) } else { Err(failures) }
}

fn can_be_asked(address: &Address, entry: &Entry) -> bool {
    address.kind == KindName::LogGroup && entry.origin.is_ours()
}

/// The names of the filters on a log group that the record owns.
fn our_filters<'r>(group: &Address, record: &'r Record) -> BTreeSet<&'r str> {
    let on_it = record.entries().keys().filter(|address| {
        address.kind == KindName::SubscriptionFilter
            && (&address.account, &address.place) == (&group.account, &group.place)
            && address.name_parts().0 == group.name
    });
    on_it.map(|address| address.name_parts().1).collect()
}

/// Uses in words: `subscription_filters.theirs and metric_filters`.
pub(super) fn listed(uses: &[FieldChange]) -> String {
    let names: Vec<String> = uses
        .iter()
        .map(|it| match it.field.strip_prefix("foreign.subscription_filters.") {
            Some(name) => format!("the subscription filter `{name}`"),
            None => match it.field.as_str() {
                "foreign.metric_filters" => format!("metric filters ({})", it.from),
                _ => "a data protection policy".to_owned(),
            },
        })
        .collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
