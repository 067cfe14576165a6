//! Shards of a destination. The trust policy of the role that CloudWatch Logs assumes names every sender, and so does the
//! access policy of a CloudWatch Logs destination, and AWS limits how long both may be. Where one of each does not have
//! room for all senders, there are several, and each sender has its shard. Where both name an organisation instead, there
//! is one. Each shard is in front of one stream, and each stream behind at least one shard. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{arns, numbered, policies};
use crate::address::{AccountId, AccountName, Key, Region};
use crate::graph::policies::Admitted;
use crate::policy::quota::{self, characters};
use crate::topology::{Allow, Destination, Topology};

/// One of several roles and CloudWatch Logs destinations of a destination, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard(u32);

/// The shards that senders have, by destination and account.
pub type Shards = BTreeMap<Key, BTreeMap<AccountName, Shard>>;

impl Shard {
    /// The one that has the declared names, and that every destination has.
    pub const FIRST: Self = Self(1);

    /// Its number, from 1.
    pub fn number(self) -> u32 {
        self.0
    }

    /// What the shard's own role or CloudWatch Logs destination is called.
    pub fn name(self, declared: &str) -> String {
        numbered::name(declared, self.0)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The shard of every sender. Those that are known stay as long as there is room, unless their stream has far more than its
/// share of the senders; also those of accounts that no source names any more take room, until nothing sends from them.
/// Everybody else takes the first place that is free in front of a stream that has less than its share.
pub fn assigned(topology: &Topology, known: &Shards) -> Shards {
    let none = BTreeMap::new();
    let destinations = topology.destinations.values();
    destinations
        .map(|destination| {
            let known = known.get(&destination.key).unwrap_or(&none);
            (destination.key.clone(), of_destination(topology, destination, known))
        })
        .collect()
}

/// The shards that a destination has: the first, and those of its senders.
pub fn of(shards: &Shards, destination: &Destination) -> BTreeSet<Shard> {
    let of_senders = shards.get(&destination.key).into_iter().flat_map(BTreeMap::values).copied();
    of_senders.chain([Shard::FIRST]).collect()
}

/// From more senders than this on, much may be sent, however many shards they have.
const FEW: usize = 50;

/// Whether so much may be sent to a destination with so many streams that one of them comes near to what Firehose takes.
pub(crate) fn takes_much(shards: &Shards, destination: &Destination, streams: usize) -> bool {
    let senders = shards.get(&destination.key).map_or(0, BTreeMap::len);
    streams > 1 || senders > FEW || of(shards, destination).len() > 1
}

/// The shard of one sender.
pub fn of_account(shards: &Shards, destination: &Key, account: &AccountName) -> Shard {
    let shard = shards.get(destination).and_then(|senders| senders.get(account));
    shard.copied().unwrap_or(Shard::FIRST)
}

/// The senders of each shard, by region.
pub type Spread<'t> = BTreeMap<Shard, BTreeMap<&'t Region, BTreeSet<&'t AccountId>>>;

/// Where each shard is, and who sends by way of it: in every region with a sender of its own, and the first one wherever
/// there is a source and no other.
pub fn spread<'t>(topology: &'t Topology, shards: &Shards, destination: &Destination) -> Spread<'t> {
    let everywhere = topology.regions_into(&destination.key).into_iter();
    let mut spread =
        Spread::from([(Shard::FIRST, everywhere.map(|region| (region, BTreeSet::new())).collect())]);
    for (account, regions) in regions_of_senders(topology, destination) {
        let places = spread.entry(of_account(shards, &destination.key, account)).or_default();
        for region in regions {
            places.entry(region).or_default().insert(&topology.accounts[account].id);
        }
    }
    // AWS keeps an access policy as long as its destination, and takes none that admits nobody.
    let of_others = spread.iter().filter(|(shard, _)| **shard != Shard::FIRST);
    let of_others: BTreeSet<&Region> = of_others.flat_map(|(_, places)| places.keys().copied()).collect();
    if let Some(of_first) = spread.get_mut(&Shard::FIRST) {
        of_first.retain(|region, senders| !senders.is_empty() || !of_others.contains(region));
    }
    spread
}

/// The CloudWatch Logs destinations of a destination, by shard and region.
pub fn entrances<'t>(
    topology: &'t Topology,
    shards: &Shards,
    destination: &Destination,
) -> Vec<(Shard, &'t Region)> {
    let spread = spread(topology, shards, destination).into_iter();
    spread.flat_map(|(shard, places)| places.into_keys().map(move |region| (shard, region))).collect()
}

/// The regions for which CloudWatch Logs assumes the role of a shard. With no source yet its trust policy still needs a
/// principal: that of the stream's region.
pub fn regions_of_trust<'t>(topology: &'t Topology, destination: &'t Destination) -> BTreeSet<&'t Region> {
    let regions = topology.regions_into(&destination.key);
    if regions.is_empty() { BTreeSet::from([&destination.region]) } else { regions }
}

fn of_destination(
    topology: &Topology,
    destination: &Destination,
    known: &BTreeMap<AccountName, Shard>,
) -> BTreeMap<AccountName, Shard> {
    let regions = regions_of_senders(topology, destination);
    // Where an account sent from that no source names any more is not known here.
    let everywhere = topology.regions_into(&destination.key);
    let mut places = Places::new(topology, destination, regions.len());
    let giving_way = giving_way(&places.names, known, &regions);
    let mut assigned = BTreeMap::new();
    let mut places_for = |account: &AccountName, wanted: Option<Shard>| {
        let there = regions.get(account);
        let shard = places.take(account, there.unwrap_or(&everywhere), wanted)?;
        // What has left takes room, and no part in what is spread.
        there.is_some().then(|| places.count(shard));
        Some(shard)
    };
    let mut waiting = Vec::new();
    for (account, shard) in known {
        let stays = (!giving_way.contains(account)).then(|| places_for(account, Some(*shard))).flatten();
        match stays {
            Some(shard) => drop(assigned.insert(account.clone(), shard)),
            None => waiting.push(account),
        }
    }
    waiting.extend(regions.keys().copied().filter(|account| !known.contains_key(*account)));
    for account in waiting {
        let shard = places_for(account, None).unwrap_or(Shard::FIRST);
        assigned.insert(account.clone(), shard);
    }
    assigned.retain(|account, _| regions.contains_key(account));
    assigned
}

/// The senders that move because their stream has more than half as many again as its share, down to its share: where
/// streams were added, the others hand over. Within that, who joins and who leaves moves nobody else. Accounts that no
/// source names any more do not count, so that nothing moves once they are gone.
fn giving_way<'k>(
    names: &ShardNames<'_>,
    known: &'k BTreeMap<AccountName, Shard>,
    senders: &BTreeMap<&AccountName, BTreeSet<&Region>>,
) -> BTreeSet<&'k AccountName> {
    let (streams, all) = (names.destination.transport.count(), senders.len());
    let mut by_stream: BTreeMap<usize, Vec<(Shard, &AccountName)>> = BTreeMap::new();
    for (account, shard) in known.iter().filter(|(account, _)| senders.contains_key(account)) {
        by_stream.entry(names.stream(*shard)).or_default().push((*shard, account));
    }
    let crowded = by_stream.into_values().filter(|there| there.len() * streams * 2 > all * 3);
    let surplus = crowded.flat_map(|mut there| {
        there.sort_unstable();
        there.into_iter().skip(all.div_ceil(streams)).map(|(_, account)| account)
    });
    surplus.collect()
}

fn regions_of_senders<'t>(
    topology: &'t Topology,
    destination: &Destination,
) -> BTreeMap<&'t AccountName, BTreeSet<&'t Region>> {
    let mut regions: BTreeMap<&AccountName, BTreeSet<&Region>> = BTreeMap::new();
    for source in topology.sources.values().filter(|source| source.destination == destination.key) {
        for account in &source.accounts {
            regions.entry(account).or_default().extend(&source.regions);
        }
    }
    regions
}

/// What the shards of a destination may be called. A name that another destination declares is its own, however it looks.
pub struct ShardNames<'t> {
    destination: &'t Destination,
    /// The shards that have no name of their own.
    taken: BTreeSet<Shard>,
}

impl<'t> ShardNames<'t> {
    /// Of one destination, which leave to others what those declare.
    pub fn of(topology: &'t Topology, destination: &'t Destination) -> Self {
        let Destination { destination_name, cwl_role, .. } = destination;
        let beside = topology.destinations.values().filter(|other| other.account == destination.account);
        let mut taken = BTreeSet::new();
        for other in beside {
            if other.key != destination.key {
                taken.extend(numbered::number(destination_name, &other.destination_name));
                taken.extend(numbered::number(cwl_role, &other.cwl_role));
            }
            taken.extend(numbered::number(cwl_role, other.transport.writer()));
            taken.extend(numbered::number(cwl_role, &other.sender_role));
        }
        // What is declared twice is refused elsewhere.
        taken.remove(&Shard::FIRST.number());
        Self { destination, taken: taken.into_iter().map(Shard).collect() }
    }

    /// The shard whose CloudWatch Logs destination has this name.
    pub fn shard(&self, name: &str) -> Option<Shard> {
        let number = numbered::number(&self.destination.destination_name, name);
        number.map(Shard).filter(|shard| self.are_free(*shard))
    }

    /// Which of the streams beside each other a shard is in front of, counted from 0: they take turns.
    pub fn stream(&self, shard: Shard) -> usize {
        let streams = self.destination.transport.count();
        if streams == 1 {
            return 0;
        }
        (1..shard.0).filter(|number| self.are_free(Shard(*number))).count() % streams
    }

    /// The first shard in front of each stream, in the order of the streams.
    pub fn leading(&self) -> Vec<Shard> {
        self.free().take(self.destination.transport.count()).collect()
    }

    /// Every shard that there may be.
    fn free(&self) -> impl Iterator<Item = Shard> {
        (1..).map(Shard).filter(|shard| self.are_free(*shard))
    }

    /// Whether nothing else is called as a shard would be.
    fn are_free(&self, shard: Shard) -> bool {
        !self.taken.contains(&shard)
    }
}

/// How many senders a shard has room for.
struct Room {
    /// In the trust policy of its role, beside the account of the destination itself.
    trust: usize,
    /// In the access policy of each of its CloudWatch Logs destinations.
    policy: usize,
    /// Whether neither names senders, so that one shard in front of each stream has room for all.
    for_all: bool,
}

impl Room {
    fn of(topology: &Topology, destination: &Destination) -> Self {
        let partition = topology.region.partition();
        let trusted = regions_of_trust(topology, destination);
        let of_trust =
            |accounts: &BTreeSet<&AccountId>| characters(&policies::cwl_trust(partition, &trusted, accounts));
        let limit = usize::try_from(topology.role_trust_characters).unwrap_or(usize::MAX);
        let recipient = &topology.accounts[&destination.account].id;
        // Longer than the name of any shard that there will be.
        let name = Shard(999).name(&destination.destination_name);
        let of_policy = |region: &&Region| {
            let arn = arns::destination(region, recipient, &name);
            accounts_within(quota::DESTINATION, |accounts| {
                quota::bytes(&policies::destination_policy(&arn, &Admitted::Accounts(accounts), true))
            })
        };
        Self {
            trust: accounts_within(limit, of_trust).saturating_sub(1),
            policy: match destination.allow {
                Allow::Accounts => trusted.iter().map(of_policy).min().unwrap_or(usize::MAX),
                Allow::Organization(_) => usize::MAX,
            },
            for_all: topology.trusted_organization(destination).is_some(),
        }
    }
}

/// How many accounts a document can name that is as long as this for some. One account alone may be written in another
/// form than several; each further one is as long as the one before.
fn accounts_within(limit: usize, length: impl Fn(&BTreeSet<&AccountId>) -> usize) -> usize {
    let accounts = ["000000000000", "000000000001", "000000000002"]
        .map(|id| id.parse::<AccountId>().expect("twelve digits"));
    let of = |count: usize| length(&accounts.iter().take(count).collect());
    let each = of(3).saturating_sub(of(2)).max(1);
    let frame = of(2).saturating_sub(2 * each);
    limit.saturating_sub(frame) / each
}

/// The places that shards have, taken one by one.
struct Places<'t> {
    destination: &'t Destination,
    room: Room,
    names: ShardNames<'t>,
    leading: Vec<Shard>,
    taken: BTreeMap<Shard, Taken<'t>>,
    /// How many senders each stream has.
    senders: Vec<usize>,
    /// How many it is to have, when all have their places.
    shares: Vec<usize>,
}

#[derive(Default)]
struct Taken<'t> {
    in_trust: usize,
    in_policies: BTreeMap<&'t Region, usize>,
}

impl<'t> Places<'t> {
    /// For so many senders.
    fn new(topology: &'t Topology, destination: &'t Destination, all: usize) -> Self {
        let names = ShardNames::of(topology, destination);
        let (room, leading) = (Room::of(topology, destination), names.leading());
        let streams = leading.len();
        let shares = (0..streams).map(|stream| all / streams + usize::from(stream < all % streams));
        let (taken, senders) = (BTreeMap::new(), vec![0; streams]);
        Self { destination, room, names, leading, taken, senders, shares: shares.collect() }
    }

    /// Takes a place in the wanted shard, or in the first in front of a stream that has not got its share.
    fn take(
        &mut self,
        account: &AccountName,
        regions: &BTreeSet<&'t Region>,
        wanted: Option<Shard>,
    ) -> Option<Shard> {
        if self.room.trust == 0 || self.room.policy == 0 {
            return None;
        }
        let has_room = |shard: &Shard| self.has_room(*shard, account, regions);
        let shard = match wanted {
            Some(shard) => Some(shard).filter(has_room),
            None => self.first(has_room),
        }?;
        let named = usize::from(*account != self.destination.account);
        let taken = self.taken.entry(shard).or_default();
        taken.in_trust += named;
        for region in regions {
            *taken.in_policies.entry(region).or_default() += 1;
        }
        Some(shard)
    }

    /// Counts a sender of a shard.
    fn count(&mut self, shard: Shard) {
        self.senders[self.names.stream(shard)] += 1;
    }

    /// The first shard with room in front of a stream that has fewer senders than its share. Whoever else has a place
    /// already only takes room, so it does not matter in which order places are taken: of several processes, each finds
    /// others in the record, and all come to the same. Shards that nobody is in have room.
    fn first(&self, has_room: impl Fn(&Shard) -> bool) -> Option<Shard> {
        let lacks = |stream: &usize| self.senders[*stream] < self.shares[*stream];
        let lacking: BTreeSet<usize> = (0..self.senders.len()).filter(lacks).collect();
        let streams = (0..self.senders.len()).cycle();
        let mut shards = self.names.free().zip(streams);
        let takes = |stream: usize| lacking.is_empty() || lacking.contains(&stream);
        shards.find(|(shard, stream)| takes(*stream) && has_room(shard)).map(|(shard, _)| shard)
    }

    fn has_room(&self, shard: Shard, account: &AccountName, regions: &BTreeSet<&'t Region>) -> bool {
        if self.room.for_all {
            return self.leading.contains(&shard);
        }
        if !self.names.are_free(shard) {
            return false;
        }
        let Some(taken) = self.taken.get(&shard) else { return true };
        let in_trust = *account == self.destination.account || taken.in_trust < self.room.trust;
        let in_policy =
            |region: &&Region| taken.in_policies.get(region).is_none_or(|taken| *taken < self.room.policy);
        in_trust && regions.iter().all(in_policy)
    }
}
