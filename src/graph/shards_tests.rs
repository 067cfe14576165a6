//! Where senders are put, and that they stay there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proptest::prelude::*;

use super::shards::{ShardNames, assigned, of};
use super::{Discovered, Graph, Lifecycle, Note, Shard, Shards, build};
use crate::address::{AccountName, Key};
use crate::topology::{Allow, Topology, parse};

/// How many senders a trust policy and an access policy have room for: without a raised quota 2,048 characters and 5,120
/// bytes, beside the account of the destination.
const USUAL: u32 = 57;

/// A topology with senders of these numbers.
fn topology(senders: &BTreeSet<u32>, more: &str) -> Topology {
    let mut text = format!(
        "version: 1\nname: logs\nregion: ap-northeast-1\naccess: {{ role_name: Deployer }}\n{more}\
         destinations:\n  central: {{ account: \"999999999999\", bucket: {{ name: central-bucket }} }}\n"
    );
    if !senders.is_empty() {
        let accounts: Vec<String> = senders.iter().map(|number| format!("\"{number:012}\"")).collect();
        writeln!(
            text,
            "sources:\n  web: {{ accounts: [{}], destination: central, log_groups: [/app/web] }}",
            accounts.join(", ")
        )
        .unwrap();
    }
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

#[test]
fn what_has_room_in_one_is_not_parted() {
    let one = graph(&topology(&first(USUAL), ""), Shards::new());
    assert!(central(&one.shards).values().all(|shard| *shard == Shard::FIRST));
    assert!(one.problems.is_empty() && one.notes.is_empty(), "{:?} {:?}", one.problems, one.notes);
    let two = graph(&topology(&first(USUAL + 1), ""), Shards::new());
    let entrances = ["logs-central", "logs-central-2"].map(str::to_owned).to_vec();
    assert_eq!(two.notes, [Note::Sharded { destination: key(), senders: 58, entrances }]);
    let names: Vec<&str> = two.nodes.keys().map(|address| address.name.as_str()).collect();
    assert!(names.contains(&"logs-central-cwl-2") && names.contains(&"logs-central-2"), "{names:?}");
}

#[test]
fn a_thousand_senders_fit() {
    for (more, shards) in [("", 18), ("limits: { role_trust_characters: 8192 }\n", 5)] {
        let graph = graph(&topology(&first(1_000), more), Shards::new());
        assert!(graph.problems.is_empty(), "{:?}", graph.problems);
        let spread = graph.notes.iter().map(|note| match note {
            Note::Sharded { senders, entrances, .. } => (*senders, entrances.len()),
            other => panic!("{other:?}"),
        });
        assert_eq!(spread.collect::<Vec<_>>(), [(1_000, shards)]);
    }
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
