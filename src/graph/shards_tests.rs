//! Where senders are put, and that they stay there.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::numbered;
use super::shards::{ShardNames, assigned, of};
use super::{Discovered, Graph, Lifecycle, Note, Shard, Shards, build};
use crate::address::{AccountName, Key, KindName};
use crate::provider::Resource;
use crate::topology::{Allow, Topology, Transport, parse};

/// How many senders a trust policy and an access policy have room for: without a raised quota 2,048 characters and 5,120
/// bytes, beside the account of the destination.
const USUAL: u32 = 57;

/// A topology with senders of these numbers.
fn topology(senders: &BTreeSet<u32>, more: &str) -> Topology {
    let accounts: Vec<String> = senders.iter().map(|number| format!("\"{number:012}\"")).collect();
    let text = format!(
        "version: 1\nname: logs\nregion: ap-northeast-1\naccess: {{ role_name: Deployer }}\n{more}\
         destinations:\n  central: {{ account: \"999999999999\", bucket: {{ name: central-bucket }} }}\n\
         sources:\n  web: {{ accounts: [{}], destination: central, log_groups: [/app/web] }}\n",
        accounts.join(", ")
    );
    parse("t.yaml", &text).unwrap()
}

fn key() -> Key {
    "central".parse().unwrap()
}

fn central(shards: &Shards) -> &BTreeMap<AccountName, Shard> {
    &shards[&key()]
}

fn graph(topology: &Topology, known: Shards) -> Graph {
    build(topology, &Discovered::NotAsked, &Lifecycle { shards: known, ..Lifecycle::default() })
}

fn first(count: u32) -> BTreeSet<u32> {
    (1..=count).collect()
}

/// That so many senders are spread over so many shards in front of so many streams.
fn sharded(senders: usize, shards: u32, streams: usize) -> Note {
    let entrances = (1..=shards).map(|number| numbered::name("logs-central", number)).collect();
    Note::Sharded { destination: key(), senders, entrances, streams }
}

#[test]
fn what_has_room_in_one_is_not_parted() {
    let one = graph(&topology(&first(USUAL), ""), Shards::new());
    assert!(central(&one.shards).values().all(|shard| *shard == Shard::FIRST));
    assert!(one.problems.is_empty() && one.notes.is_empty(), "{:?} {:?}", one.problems, one.notes);
    let two = graph(&topology(&first(USUAL + 1), ""), Shards::new());
    assert_eq!(two.notes, [sharded(58, 2, 1)]);
    let names: Vec<&str> = two.nodes.keys().map(|address| address.name.as_str()).collect();
    assert!(names.contains(&"logs-central-cwl-2") && names.contains(&"logs-central-2"), "{names:?}");
}

#[test]
fn a_thousand_senders_fit() {
    for (more, shards) in [("", 18), ("limits: { role_trust_characters: 8192 }\n", 5)] {
        let graph = graph(&topology(&first(1_000), more), Shards::new());
        assert!(graph.problems.is_empty(), "{:?}", graph.problems);
        assert_eq!(graph.notes, [sharded(1_000, shards, 1)]);
    }
}

/// The same with so many streams.
fn with_streams(topology: Topology, count: u32) -> Topology {
    let mut destinations = topology.destinations.clone();
    for destination in destinations.values_mut() {
        let Transport::Firehose(firehose) = &mut destination.transport;
        firehose.stream.count = count;
    }
    Topology { destinations, ..topology }
}

/// How many senders each of so many streams has.
fn by_stream(topology: &Topology, shards: &Shards, count: u32) -> Vec<usize> {
    let names = ShardNames::of(topology, &topology.destinations[&key()]);
    let mut senders = vec![0; usize::try_from(count).unwrap()];
    central(shards).values().for_each(|shard| senders[names.stream(*shard)] += 1);
    senders
}

/// The same with a role that trusts their organisation.
fn members(senders: &BTreeSet<u32>) -> Topology {
    let organization = "organization: { id: o-exampleorgid }";
    let more = format!("{organization}\nlimits: {{ trust_organization: true }}\n");
    let Topology { mut destinations, .. } = topology(senders, &more);
    destinations.values_mut().for_each(|destination| {
        destination.allow = Allow::Organization("o-exampleorgid".parse().unwrap());
    });
    Topology { destinations, ..topology(senders, &more) }
}

#[test]
fn an_organization_that_is_trusted_takes_one_shard_whatever_there_was() {
    let known = assigned(&topology(&first(200), ""), &Shards::new());
    assert_eq!(of(&known, &topology(&first(200), "").destinations[&key()]).len(), 4);
    for before in [Shards::new(), known] {
        let graph = graph(&members(&first(2_000)), before);
        assert!(
            graph.problems.is_empty() && graph.notes.is_empty(),
            "{:?} {:?}",
            graph.problems,
            graph.notes
        );
        assert!(central(&graph.shards).values().all(|shard| *shard == Shard::FIRST));
    }
}

#[test]
fn an_organization_that_is_trusted_takes_one_shard_for_each_stream() {
    let known = assigned(&topology(&first(200), ""), &Shards::new());
    let topology = with_streams(members(&first(200)), 3);
    for before in [Shards::new(), known] {
        let graph = graph(&topology, before);
        assert_eq!(of(&graph.shards, &topology.destinations[&key()]).len(), 3);
        assert_eq!(by_stream(&topology, &graph.shards, 3), [67, 67, 66]);
    }
}

#[test]
fn each_shard_is_in_front_of_one_stream_and_may_put_records_on_that_alone() {
    let topology = with_streams(topology(&first(130), ""), 2);
    let graph = graph(&topology, Shards::new());
    assert_eq!(graph.notes, [sharded(130, 4, 2)]);
    for (shard, stream) in [("", ""), ("-2", "-2"), ("-3", ""), ("-4", "-2")] {
        let arn = format!("arn:aws:firehose:ap-northeast-1:999999999999:deliverystream/logs-central{stream}");
        let named = |kind: KindName, name: &str| {
            let mut nodes = graph.nodes.values();
            nodes.find(|node| node.address.kind == kind && node.address.name == name).unwrap()
        };
        let destination = named(KindName::LogsDestination, &format!("logs-central{shard}"));
        let Resource::LogsDestination(target) = &destination.resource else { panic!("{destination:?}") };
        assert_eq!(target.target_arn, arn);
        let role = named(KindName::IamRole, &format!("logs-central-cwl{shard}"));
        let Resource::IamRole(role) = &role.resource else { panic!("{role:?}") };
        assert_eq!(role.policy.as_ref().unwrap()["Statement"][0]["Resource"], arn);
    }
    let streams = graph.nodes.keys().filter(|address| address.kind == KindName::FirehoseStream);
    assert_eq!(streams.count(), 2);
}

#[test]
fn streams_that_nobody_can_send_to_are_told() {
    let graph = graph(&with_streams(topology(&first(2), ""), 4), Shards::new());
    let idle = Note::StreamsIdle { destination: key(), senders: 2, streams: 4 };
    assert_eq!(graph.notes, [idle, sharded(2, 2, 4)]);
}

#[test]
fn a_name_that_another_destination_declares_is_left_to_it() {
    let text = "version: 1\nname: logs\nregion: ap-northeast-1\naccounts: { archive: \"999999999999\" }\n\
                destinations:\n  a: { account: archive, bucket: { name: bucket-a }, destination_name: x }\n  \
                b: { account: archive, bucket: { name: bucket-b }, destination_name: x-2 }\n\
                sources:\n  web: { accounts: [archive], destination: a, log_groups: [/app/web] }\n  \
                more: { accounts: [archive], destination: b, log_groups: [/app/more] }\n";
    let topology = parse("t.yaml", text).unwrap();
    let names = ShardNames::of(&topology, &topology.destinations[&"a".parse::<Key>().unwrap()]);
    assert_eq!(names.shard("x"), Some(Shard::FIRST));
    assert_eq!(names.shard("x-2"), None);
    assert!(names.shard("x-3").is_some() && names.shard("x-03").is_none() && names.shard("x-1").is_none());
}

/// Senders that come and go.
fn lives() -> impl Strategy<Value = Vec<BTreeSet<u32>>> {
    prop::collection::vec(prop::collection::btree_set(1..160_u32, 1..140), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn an_account_keeps_its_shard_and_every_document_fits(lives in lives()) {
        let mut known = Shards::new();
        for senders in lives {
            let topology = topology(&senders, "");
            let graph = graph(&topology, known.clone());
            prop_assert!(graph.problems.is_empty(), "{:?}", graph.problems);
            let now = graph.shards;
            prop_assert_eq!(central(&now).len(), senders.len());
            if let Some(before) = known.get(&key()) {
                for (account, shard) in central(&now) {
                    prop_assert!(before.get(account).is_none_or(|before| before == shard));
                }
            }
            // Nobody waits outside while there is room, and no shard is begun before the others are full.
            let shards = of(&now, &topology.destinations[&key()]).len();
            if known.is_empty() {
                prop_assert_eq!(shards, senders.len().div_ceil(57).max(1));
            }
            // Whoever has left is gone for good once it has been pruned.
            known = now;
        }
    }

    #[test]
    fn new_senders_are_spread_evenly_over_streams(senders in prop::collection::btree_set(1..400_u32, 1..300), count in 1..8_u32) {
        let topology = with_streams(topology(&senders, ""), count);
        let now = assigned(&topology, &Shards::new());
        let by_stream = by_stream(&topology, &now, count);
        let (least, most) = (by_stream.iter().min().unwrap(), by_stream.iter().max().unwrap());
        prop_assert!(most - least <= 1, "{by_stream:?}");
        let mut by_shard: BTreeMap<Shard, usize> = BTreeMap::new();
        central(&now).values().for_each(|shard| *by_shard.entry(*shard).or_default() += 1);
        prop_assert!(by_shard.values().all(|senders| *senders <= 57), "{by_shard:?}");
        // No shard more than are needed.
        let streams = usize::try_from(count).unwrap();
        let needed: usize = by_stream.iter().map(|senders| senders.div_ceil(57)).sum();
        prop_assert_eq!(by_shard.len(), needed, "{} {}", streams, senders.len());
    }

    #[test]
    fn senders_move_only_where_their_stream_has_far_more_than_its_share_and_then_once(
        lives in prop::collection::vec((prop::collection::btree_set(1..160_u32, 1..140), 1..6_u32), 1..6),
    ) {
        let mut known = Shards::from([(key(), BTreeMap::new())]);
        for (senders, count) in lives {
            let topology = with_streams(topology(&senders, ""), count);
            let graph = graph(&topology, known.clone());
            prop_assert!(graph.problems.is_empty(), "{:?}", graph.problems);
            let now = graph.shards;
            // What has been done is not done again, before and after what has left is pruned.
            prop_assert_eq!(&assigned(&topology, &now), &now);
            let mut not_pruned = known.clone();
            not_pruned.get_mut(&key()).unwrap().extend(central(&now).clone());
            prop_assert_eq!(&assigned(&topology, &not_pruned), &now);
            let names = ShardNames::of(&topology, &topology.destinations[&key()]);
            let (streams, all) = (usize::try_from(count).unwrap(), senders.len());
            let crowded = |there: usize| there * streams * 2 > all * 3;
            let mut staying = known.clone();
            staying.get_mut(&key()).unwrap().retain(|account, _| central(&now).contains_key(account));
            let before = by_stream(&topology, &staying, count);
            for (account, shard) in central(&staying) {
                let stays = central(&now)[account] == *shard;
                prop_assert!(stays || crowded(before[names.stream(*shard)]), "{account} {before:?} of {all}");
            }
            let after = by_stream(&topology, &now, count);
            let fair = |there: &usize| *there <= all.div_ceil(streams) || !crowded(*there);
            prop_assert!(after.iter().all(fair), "{after:?}");
            known = now;
        }
    }

    #[test]
    fn whoever_is_known_at_the_place_that_it_gets_changes_nobodys_place(
        before in prop::collection::btree_set(1..160_u32, 0..140),
        senders in prop::collection::btree_set(1..160_u32, 1..140),
        further in prop::collection::btree_set(1..160_u32, 0..100),
        known in prop::collection::btree_set(1..160_u32, 0..160),
        raised in any::<bool>(),
        count in 1..5_u32,
    ) {
        // Some have more room today than there will be, and some send from another region too.
        let more = if raised { "limits: { role_trust_characters: 8192 }\n" } else { "" };
        let today = match before.is_empty() {
            true => Shards::new(),
            false => assigned(&with_streams(topology(&before, more), count), &Shards::new()),
        };
        let mut topology = with_streams(topology(&senders, ""), count);
        if let Some(source) = topology.sources.values().next().cloned() {
            let mut source = source;
            source.key = "more".parse().unwrap();
            source.regions = vec!["eu-west-1".parse().unwrap()];
            let sends_more = |account: &AccountName| further.iter().any(|number| account.as_str() == format!("{number:012}"));
            source.accounts.retain(sends_more);
            topology.sources.insert(source.key.clone(), source);
        }
        let all = assigned(&topology, &today);
        // Several processes refuse to move senders from stream to stream.
        let moves = |(account, shard): (&AccountName, &Shard)| central(&all).get(account).is_some_and(|now| now != shard);
        prop_assume!(count == 1 || !today.get(&key()).into_iter().flatten().any(moves));
        // What one of several processes finds in the record while others write it.
        let mut found = today;
        let of_others = central(&all).iter().filter(|(account, _)| {
            known.iter().any(|number| account.as_str() == format!("{number:012}"))
        });
        let places = found.entry(key()).or_default();
        places.extend(of_others.map(|(account, shard)| (account.clone(), *shard)));
        prop_assert_eq!(assigned(&topology, &found), all);
    }

    #[test]
    fn who_has_left_keeps_a_place_until_it_is_pruned(gone in prop::collection::btree_set(1..=USUAL, 1..20)) {
        let all = first(USUAL);
        let known = assigned(&topology(&all, ""), &Shards::new());
        let mut senders: BTreeSet<u32> = all.difference(&gone).copied().collect();
        senders.insert(100);
        let newcomer: AccountName = "000000000100".parse().unwrap();
        let not_pruned = assigned(&topology(&senders, ""), &known);
        prop_assert!(central(&not_pruned)[&newcomer] > Shard::FIRST);
        let mut pruned = known;
        pruned.get_mut(&key()).unwrap().retain(|account, _| !gone.iter().any(|number| account.as_str() == format!("{number:012}")));
        prop_assert_eq!(central(&assigned(&topology(&senders, ""), &pruned))[&newcomer], Shard::FIRST);
    }
}
