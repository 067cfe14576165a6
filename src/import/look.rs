//! Reads destinations, subscriptions and streams of every account and region, and of one pipeline what else it consists of.
//! Nothing is written.
//!
//! A look takes about a call for each log group, as that of `coverage` does, one for each 50 destinations, and two for
//! each stream behind them.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt};

use super::model::{FoundDestination, Pipeline, Unread, UnreadWhat};
use crate::address::{AccountName, Address, Arn, KindName, Place, Region, arn, last_part};
use crate::aws::accounts::Connection;
use crate::aws::meter::{Scope, within};
use crate::aws::role_policies::{self, RoleView};
use crate::aws::{Accounts, CallError, Target};
use crate::clock::Clock;
use crate::coverage::{self, Filters, Places, SeenPlace, Why};
use crate::event::Events;
use crate::plan::READS_AT_ONCE;
use crate::provider::firehose::stream::{FirehoseStream, LiveStream};
use crate::provider::firehose::terms::StreamTerms;
use crate::provider::kind::Kind;
use crate::provider::logs::destination::{self, LogsDestination};
use crate::provider::logs::log_group::LogGroup;
use crate::provider::s3::bucket::S3Bucket;
use crate::provider::s3::terms::BucketTerms;
use crate::provider::{OwnTags, Tags};
use crate::topology::Topology;

/// An account and region.
pub(super) type Where = (AccountName, Region);

/// Everything that pipelines are found in.
#[derive(Debug, Default)]
pub(crate) struct Sight {
    /// Log groups with what is on them, and the accounts' policies.
    pub(super) places: Places,
    /// Destinations.
    pub(super) destinations: BTreeMap<Where, Result<Vec<FoundDestination>, Why>>,
    /// Streams that something sends to, by ARN; nothing where there is none.
    pub(super) streams: BTreeMap<String, Result<Option<StreamTerms>, Why>>,
}

/// What else a pipeline consists of.
#[derive(Debug, Default)]
pub(crate) struct Inspected {
    /// Its roles, by ARN.
    pub(super) roles: BTreeMap<String, Result<Option<RoleView>, Why>>,
    /// Its bucket.
    pub(super) bucket: Option<Result<Option<BucketTerms>, Why>>,
    /// Why it is not known whether that keeps versions.
    pub(super) versioning: Option<Why>,
    /// The tags of its destinations, by ARN.
    pub(super) destinations: BTreeMap<String, Result<Tags, Why>>,
    /// Its log groups.
    pub(super) groups: BTreeMap<(Where, String), Result<SeenGroup, Why>>,
}

/// A log group of a pipeline.
#[derive(Debug, Clone, Default)]
pub(super) struct SeenGroup {
    pub(super) tags: Tags,
    pub(super) retention_days: Option<u32>,
}

/// Looks at the accounts that were entered, in the regions of the topology's sources.
///
/// # Errors
/// Why nothing at all could be read.
pub(crate) async fn look(
    topology: &Topology,
    accounts: &Accounts,
    clock: Clock,
    events: &Events,
) -> Result<Sight, Vec<CallError>> {
    let look = Look { accounts, clock, events };
    let wheres = topology.sources.values().flat_map(|source| {
        let entered = source.accounts.iter().filter(|account| accounts.get(account).is_some());
        entered.flat_map(|account| source.regions.iter().map(|region| (account.clone(), region.clone())))
    });
    let wheres: BTreeSet<Where> = wheres.collect();
    let groups = Box::pin(coverage::look(topology, accounts, clock, events, None));
    let (places, destinations) = futures_util::join!(groups, look.destinations(&wheres));
    if destinations.values().all(Result::is_err) {
        // Of an account that tells neither, the log groups come first.
        let places = places?;
        return Ok(Sight { places, destinations: told(destinations), streams: BTreeMap::new() });
    }
    let places = places.unwrap_or_else(|errors| unlisted(&wheres, &errors));
    let destinations = told(destinations);
    let names = topology.account_ids().map(|(name, id)| (id.to_string(), name.clone())).collect();
    let streams = look.streams(&targets(&places, &destinations), &names).await;
    Ok(Sight { places, destinations, streams })
}

/// Places of which no log group could be listed: there is an error of each, in their order.
fn unlisted(wheres: &BTreeSet<Where>, errors: &[CallError]) -> Places {
    let unlisted = |error: &CallError| SeenPlace {
        groups: Err(Why::from(error)),
        policies: Ok(Vec::new()),
        unmeasured: None,
    };
    wheres.iter().cloned().zip(errors.iter().map(unlisted)).collect()
}

/// Why something is not known, in place of the error.
fn told<K: Ord, T>(answers: BTreeMap<K, Result<T, CallError>>) -> BTreeMap<K, Result<T, Why>> {
    answers.into_iter().map(|(key, answer)| (key, answer.map_err(|error| Why::from(&error)))).collect()
}

/// The streams that destinations and subscriptions send to.
fn targets(
    places: &Places,
    destinations: &BTreeMap<Where, Result<Vec<FoundDestination>, Why>>,
) -> BTreeSet<String> {
    let behind = destinations.values().flatten().flatten().map(|destination| destination.target.clone());
    let groups = places.values().filter_map(|place| place.groups.as_ref().ok()).flat_map(BTreeMap::values);
    let filters = groups.filter_map(|group| match &group.filters {
        Filters::There(filters) => Some(filters),
        Filters::NotTaken | Filters::Unread(_) => None,
    });
    let policies = places.values().filter_map(|place| place.policies.as_ref().ok());
    let straight = filters.chain(policies).flatten().map(|subscription| subscription.destination.clone());
    let is_stream = |arn: &String| stream_name(arn).is_some();
    behind.chain(straight).filter(is_stream).collect()
}

/// The name of the stream that an ARN names.
pub(super) fn stream_name(arn: &str) -> Option<&str> {
    Arn::parse(arn).filter(|arn| arn.service == "firehose")?.named("deliverystream")
}

/// Reads what else a pipeline consists of.
pub(crate) async fn inspect(
    pipeline: &Pipeline,
    sight: &Sight,
    accounts: &Accounts,
    clock: Clock,
    events: &Events,
) -> Inspected {
    let look = Look { accounts, clock, events };
    let Some(stream) = &pipeline.stream else { return Inspected::default() };
    let terms = sight.streams.get(&stream.arn).and_then(|terms| terms.as_ref().ok()?.as_ref());
    let mut roles: BTreeSet<String> =
        pipeline.destinations.iter().filter_map(|destination| destination.role.clone()).collect();
    roles.extend(terms.and_then(|terms| terms.role_arn.clone()));
    let bucket = async {
        let (account, name) = (stream.account.clone()?, pipeline.bucket.as_deref()?);
        Some(look.bucket(&account, &stream.region, name).await.map_err(|error| Why::from(&error)))
    };
    let owner = stream.account.clone();
    let (roles, bucket, destinations, groups) = futures_util::join!(
        join_all(roles.into_iter().map(|arn| look.role(owner.as_ref(), arn))),
        bucket,
        join_all(pipeline.destinations.iter().map(|destination| look.tags(destination))),
        look.groups(pipeline),
    );
    let (bucket, versioning) = match bucket {
        Some(Ok((terms, versioning))) => (Some(Ok(terms)), versioning),
        Some(Err(why)) => (Some(Err(why)), None),
        None => (None, None),
    };
    Inspected {
        roles: roles.into_iter().collect(),
        bucket,
        versioning,
        destinations: destinations.into_iter().collect(),
        groups,
    }
}

impl Inspected {
    /// What of a pipeline could not be read.
    pub(crate) fn unread(&self, pipeline: &Pipeline) -> Vec<Unread> {
        let Some(stream) = &pipeline.stream else { return Vec::new() };
        let Some(account) = &stream.account else { return Vec::new() };
        let here = |what: UnreadWhat, why: &Why| Unread {
            account: account.clone(),
            region: stream.region.clone(),
            what,
            why: why.clone(),
        };
        let mut unread = Vec::new();
        for (arn, role) in &self.roles {
            let name = last_part(arn::role_in(arn).unwrap_or(arn)).to_owned();
            unread.extend(role.as_ref().err().map(|why| here(UnreadWhat::Role(name), why)));
        }
        let bucket = self.bucket.as_ref().and_then(|read| read.as_ref().err());
        let name = pipeline.bucket.clone().unwrap_or_default();
        unread.extend(bucket.map(|why| here(UnreadWhat::Bucket(name), why)));
        let name = pipeline.bucket.clone().unwrap_or_default();
        let versioning = self.versioning.as_ref();
        unread.extend(versioning.map(|why| here(UnreadWhat::Versioning(name), why)));
        for (arn, tags) in &self.destinations {
            unread.extend(tags.as_ref().err().map(|why| here(UnreadWhat::Tags(arn.clone()), why)));
        }
        for (((account, region), group), seen) in &self.groups {
            unread.extend(seen.as_ref().err().map(|why| Unread {
                account: account.clone(),
                region: region.clone(),
                what: UnreadWhat::Tags(group.clone()),
                why: why.clone(),
            }));
        }
        unread
    }
}

struct Look<'a> {
    accounts: &'a Accounts,
    clock: Clock,
    events: &'a Events,
}

impl Look<'_> {
    /// Asks about what an address names; `None` where its account was not entered.
    async fn ask<T>(
        &self,
        address: &Address,
        ask: impl AsyncFn(&Target<'_>) -> Result<T, CallError>,
    ) -> Option<Result<T, CallError>> {
        let connection = self.accounts.get(&address.account)?;
        let target = Target::new(address, connection, self.clock, self.events.clone(), false);
        Some(within(Scope::Read(address.clone()), ask(&target)).await)
    }

    async fn destinations(
        &self,
        wheres: &BTreeSet<Where>,
    ) -> BTreeMap<Where, Result<Vec<FoundDestination>, CallError>> {
        let ask = |at: &Where| {
            let at = at.clone();
            async move {
                let place = Place::Region(at.1.clone());
                let address = Address::new(at.0.clone(), place, KindName::LogsDestination, "*");
                let found = self.ask(&address, async |on| Ok(named(&at, on, destination::all(on).await?)));
                let found = Box::pin(found).await?;
                Some((at.clone(), found))
            }
        };
        join_all(wheres.iter().map(ask)).await.into_iter().flatten().collect()
    }

    async fn streams(
        &self,
        arns: &BTreeSet<String>,
        names: &BTreeMap<String, AccountName>,
    ) -> BTreeMap<String, Result<Option<StreamTerms>, Why>> {
        let addressed = arns.iter().filter_map(|text| {
            let arn = Arn::parse(text)?;
            let place = Place::Region(arn.region.parse().ok()?);
            let account = names.get(arn.account)?.clone();
            Some((text, Address::new(account, place, KindName::FirehoseStream, stream_name(text)?)))
        });
        let reading = addressed.map(|(arn, address)| async move {
            let read = self.ask(&address, async |on| FirehoseStream::stand_in().read(on).await);
            let live = Box::pin(read).await?;
            let terms = live.map(|live| live.as_ref().map(LiveStream::terms));
            Some((arn.clone(), terms.map_err(|error| Why::from(&error))))
        });
        let read: Vec<_> = stream::iter(reading).buffer_unordered(READS_AT_ONCE).collect().await;
        read.into_iter().flatten().collect()
    }

    async fn role(
        &self,
        owner: Option<&AccountName>,
        text: String,
    ) -> (String, Result<Option<RoleView>, Why>) {
        let connection = owner.and_then(|owner| self.accounts.get(owner));
        let own = |connection: &&Connection| arn::account_of(&text).as_ref() == Some(&connection.id);
        let Some(connection) = connection.filter(own) else { return (text, Ok(None)) };
        let name = arn::role_in(&text).map_or("", last_part);
        let scope = Scope::Discover(format!("{}/role/{name}", connection.id));
        let read = within(scope, Box::pin(role_policies::role(connection, name))).await;
        let read = read.map_err(|error| Why::from(&error));
        (text, read)
    }

    async fn bucket(
        &self,
        account: &AccountName,
        region: &Region,
        name: &str,
    ) -> Result<(Option<BucketTerms>, Option<Why>), CallError> {
        let address = Address::new(account.clone(), Place::Region(region.clone()), KindName::S3Bucket, name);
        let read = async |versioning: Option<bool>| {
            let asked = S3Bucket { versioning, ..S3Bucket::stand_in() };
            let read = self.ask(&address, async |on| asked.read(on).await);
            let live = Box::pin(read).await.transpose()?.flatten();
            Ok::<_, CallError>(live.map(|live| live.terms()))
        };
        // Everything else is asked alone again where only that cannot be told.
        match read(Some(true)).await {
            Ok(terms) => Ok((terms, None)),
            Err(error) => Ok((read(None).await?, Some(Why::from(&error)))),
        }
    }

    async fn tags(&self, found: &FoundDestination) -> (String, Result<Tags, Why>) {
        let FoundDestination { account, region, name, arn, .. } = found;
        let place = Place::Region(region.clone());
        let address = Address::new(account.clone(), place, KindName::LogsDestination, name.as_str());
        let read = self.ask(&address, async |on| LogsDestination::stand_in().read(on).await);
        let live = Box::pin(read).await.transpose();
        let tags = live.map(|live| live.flatten().unwrap_or_default().tags);
        (arn.clone(), tags.map_err(|error| Why::from(&error)))
    }

    async fn groups(&self, pipeline: &Pipeline) -> BTreeMap<(Where, String), Result<SeenGroup, Why>> {
        let groups: BTreeSet<(Where, String)> = pipeline
            .subscriptions
            .iter()
            .filter_map(|one| Some(((one.account.clone(), one.region.clone()), one.log_group.clone()?)))
            .collect();
        let reading = groups.into_iter().map(|(at, name)| async move {
            let place = Place::Region(at.1.clone());
            let address = Address::new(at.0.clone(), place, KindName::LogGroup, name.as_str());
            // So that retention is read.
            let asked = LogGroup { retention_days: Some(1), tags: OwnTags::default(), use_existing: false };
            let read = self.ask(&address, async |on| asked.read(on).await);
            let live = Box::pin(read).await?.map_err(|error| Why::from(&error));
            let seen = live.map(|live| {
                let live = live.unwrap_or_default();
                SeenGroup { retention_days: live.retention_days(), tags: Tags::clone(&live.tags) }
            });
            Some(((at, name), seen))
        });
        let read: Vec<_> = stream::iter(reading).buffer_unordered(READS_AT_ONCE).collect().await;
        read.into_iter().flatten().collect()
    }
}

fn named(
    (account, region): &Where,
    on: &Target<'_>,
    found: BTreeMap<String, destination::LiveDestination>,
) -> Vec<FoundDestination> {
    let destination = |(name, live): (String, destination::LiveDestination)| FoundDestination {
        account: account.clone(),
        region: region.clone(),
        arn: arn::destination(region, on.account, &name),
        name,
        target: live.target_arn.unwrap_or_default(),
        role: live.role_arn,
        policy: live.access_policy,
    };
    found.into_iter().map(destination).collect()
}
