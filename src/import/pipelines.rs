//! What belongs together: the subscriptions that send to a destination, the destinations that send to a stream, and the
//! bucket that it writes to.

use std::collections::{BTreeMap, BTreeSet};

use super::admission::admitted;
use super::look::{Sight, stream_name};
use super::model::{
    FoundDestination, FoundSubscription, Hindrance, Pipeline, StreamName, Unread, UnreadWhat,
};
use crate::address::{AccountId, AccountName, Arn, Region, arn};
use crate::coverage::Filters;
use crate::provider::firehose::terms::StreamTerms;

/// What a topology's streams take their records from (Firehose API reference, DeliveryStreamType).
const DIRECT: &str = "DirectPut";

/// The pipelines that are in sight, by the ARNs that they are known by, and what could not be read.
pub(crate) fn pipelines(
    sight: &Sight,
    accounts: &BTreeMap<AccountName, AccountId>,
) -> (Vec<Pipeline>, Vec<Unread>) {
    let destinations: Vec<&FoundDestination> = sight.destinations.values().flatten().flatten().collect();
    let by_arn: BTreeMap<&str, &FoundDestination> =
        destinations.iter().map(|destination| (destination.arn.as_str(), *destination)).collect();
    let mut together: BTreeMap<String, (Vec<FoundDestination>, Vec<FoundSubscription>)> = BTreeMap::new();
    for destination in &destinations {
        let key = heart(destination);
        together.entry(key.to_owned()).or_default().0.push((*destination).clone());
    }
    for subscription in subscriptions(sight) {
        let to = subscription.subscription.destination.as_str();
        let leads = is_destination(to) || stream_name(to).is_some();
        let key = by_arn.get(to).map_or(to, |destination| heart(destination)).to_owned();
        if leads {
            together.entry(key).or_default().1.push(subscription);
        }
    }
    let looked: BTreeSet<&Region> = sight.places.keys().map(|(_, region)| region).collect();
    let mut found: Vec<Pipeline> = together
        .into_iter()
        .map(|(heart, (destinations, subscriptions))| {
            let behind = Behind { heart: &heart, sight, accounts, looked: &looked };
            behind.pipeline(destinations, subscriptions)
        })
        .collect();
    found.sort_by(|one, other| one.arn().cmp(other.arn()));
    (found, unread(sight))
}

/// What everything of a pipeline leads to.
fn heart(destination: &FoundDestination) -> &str {
    if destination.target.is_empty() { &destination.arn } else { &destination.target }
}

fn is_destination(text: &str) -> bool {
    Arn::parse(text).is_some_and(|arn| arn.service == "logs" && arn.named("destination").is_some())
}

/// Every subscription in sight.
fn subscriptions(sight: &Sight) -> Vec<FoundSubscription> {
    let mut found = Vec::new();
    for ((account, region), place) in &sight.places {
        let mut on = |log_group: Option<&str>, all: &[crate::coverage::Subscription]| {
            found.extend(all.iter().map(|subscription| FoundSubscription {
                account: account.clone(),
                region: region.clone(),
                log_group: log_group.map(str::to_owned),
                subscription: subscription.clone(),
            }));
        };
        on(None, place.policies.as_deref().unwrap_or_default());
        for (name, group) in place.groups.iter().flatten() {
            if let Filters::There(filters) = &group.filters {
                on(Some(name), filters);
            }
        }
    }
    found
}

/// What is behind destinations.
struct Behind<'a> {
    heart: &'a str,
    sight: &'a Sight,
    accounts: &'a BTreeMap<AccountName, AccountId>,
    looked: &'a BTreeSet<&'a Region>,
}

impl Behind<'_> {
    fn pipeline(
        &self,
        destinations: Vec<FoundDestination>,
        subscriptions: Vec<FoundSubscription>,
    ) -> Pipeline {
        let read = self.sight.streams.get(self.heart);
        let terms = read.and_then(|read| read.as_ref().ok()).and_then(Option::as_ref);
        let bucket = terms.and_then(|terms| bucket_name(terms).map(str::to_owned));
        let hindrance = self.hindrance(terms).or_else(|| {
            let nothing = Hindrance::NothingSends { admitted: senders(&destinations) };
            subscriptions.is_empty().then_some(nothing)
        });
        Pipeline { destinations, stream: self.stream(), bucket, subscriptions, hindrance }
    }

    fn stream(&self) -> Option<StreamName> {
        let (name, arn) = (stream_name(self.heart)?, Arn::parse(self.heart)?);
        let owner = arn.account_id();
        let account = self.accounts.iter().find(|(_, id)| Some(*id) == owner.as_ref());
        Some(StreamName {
            arn: self.heart.to_owned(),
            account: account.map(|(name, _)| name.clone()),
            region: arn.region.parse().ok()?,
            name: name.to_owned(),
        })
    }

    fn hindrance(&self, terms: Option<&StreamTerms>) -> Option<Hindrance> {
        let owner = arn::account_of(self.heart);
        let known = |id: &AccountId| self.accounts.values().any(|known| known == id);
        if let Some(account) = owner.filter(|owner| !known(owner)) {
            return Some(Hindrance::AccountNotGiven { account });
        }
        if is_destination(self.heart) {
            let region = Arn::parse(self.heart).and_then(|arn| arn.region.parse().ok());
            let elsewhere = region.filter(|region| !self.looked.contains(region));
            return Some(match elsewhere {
                Some(region) => Hindrance::RegionNotGiven { region },
                None => Hindrance::DestinationGone,
            });
        }
        if stream_name(self.heart).is_none() {
            return Some(Hindrance::NotFirehose { target: self.heart.to_owned() });
        }
        let Some(terms) = terms else {
            return Some(match self.sight.streams.get(self.heart) {
                Some(Err(why)) => Hindrance::Unread(why.clone()),
                Some(Ok(_)) | None => Hindrance::StreamGone,
            });
        };
        if terms.source != DIRECT {
            return Some(Hindrance::OtherSource { source: terms.source.clone() });
        }
        bucket_name(terms).is_none().then_some(Hindrance::NotIntoS3)
    }
}

/// The bucket that a stream writes to.
pub(super) fn bucket_name(terms: &StreamTerms) -> Option<&str> {
    let arn = Arn::parse(terms.bucket_arn.as_deref()?)?;
    (arn.service == "s3").then_some(arn.resource)
}

/// The accounts that destinations admit one by one.
fn senders(destinations: &[FoundDestination]) -> Vec<AccountId> {
    let policies = destinations.iter().filter_map(|destination| destination.policy.as_ref());
    let accounts: BTreeSet<AccountId> = policies.flat_map(|policy| admitted(policy).accounts).collect();
    accounts.into_iter().collect()
}

/// What could not be read.
fn unread(sight: &Sight) -> Vec<Unread> {
    let mut unread = Vec::new();
    for ((account, region), found) in &sight.destinations {
        if let Err(why) = found {
            let (account, region) = (account.clone(), region.clone());
            unread.push(Unread { account, region, what: UnreadWhat::Destinations, why: why.clone() });
        }
    }
    for ((account, region), place) in &sight.places {
        let mut add = |what: UnreadWhat, why: &crate::coverage::Why| {
            let (account, region) = (account.clone(), region.clone());
            unread.push(Unread { account, region, what, why: why.clone() });
        };
        match &place.groups {
            Err(why) => add(UnreadWhat::LogGroups, why),
            Ok(groups) => {
                for (name, group) in groups {
                    if let Filters::Unread(why) = &group.filters {
                        add(UnreadWhat::Filters(name.clone()), why);
                    }
                }
            }
        }
        if let Err(why) = &place.policies {
            add(UnreadWhat::AccountPolicies, why);
        }
    }
    unread
}
