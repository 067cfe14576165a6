//! A shared record in parts: divided once, held by several processes, and read as one.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use super::memory::{Memory, NAME};
use super::*;
use crate::address::{AccountId, AccountName, Address};
use crate::clock::Clock;
use crate::share::{Part, Share};

/// When others may have what a killed run held.
const FREE: Duration = Duration::from_secs(121);

fn account(number: u64) -> AccountId {
    format!("{number:012}").parse().unwrap()
}

fn address(number: u64) -> Address {
    format!("a{number}/global/iam_role.r").parse().unwrap()
}

fn share(text: &str) -> Option<Share> {
    Some(text.parse().unwrap())
}

async fn open(memory: &Arc<Memory>, share: Option<Share>) -> Result<Keeper, RecordError> {
    let place = Place::Shared(memory.clone());
    Keeper::open_for(share, &place, "t", "ops@build", Clock::starting_at(UNIX_EPOCH)).await
}

async fn load(memory: &Arc<Memory>) -> Record {
    Record::load(&Place::Shared(memory.clone()), "t").await.unwrap()
}

fn announced(keeper: &mut Keeper, number: u64) -> Result<Durable, RecordError> {
    keeper.intend(&address(number), &account(number), Origin::Created, Ties::default())
}

async fn intend(keeper: &mut Keeper, numbers: impl IntoIterator<Item = u64>) {
    let all: Vec<Durable> = numbers.into_iter().map(|number| announced(keeper, number).unwrap()).collect();
    for intent in all {
        intent.reached().await.unwrap();
    }
}

/// A place with a record in one text, of this many accounts with an entry each.
async fn whole(accounts: u64) -> Arc<Memory> {
    let memory = Arc::new(Memory::default());
    let mut keeper = open(&memory, None).await.unwrap();
    intend(&mut keeper, 0..accounts).await;
    keeper.close().await.unwrap();
    memory
}

/// The accounts of a share, of so many.
fn of(share: Option<Share>, accounts: std::ops::Range<u64>) -> Vec<u64> {
    accounts.filter(|number| share.is_none_or(|share| share.has(&account(*number)))).collect()
}

fn known(record: &Record) -> Vec<u64> {
    let mut known: Vec<u64> =
        record.entries().keys().map(|address| address.account.as_str()[1..].parse().unwrap()).collect();
    known.sort_unstable();
    known
}

#[tokio::test(start_paused = true)]
async fn processes_write_at_the_same_time_and_know_of_each_other() {
    let memory = whole(300).await;
    let shares = ["1/3", "2/3", "3/3"].map(share);
    let mut keepers = Vec::new();
    for share in shares {
        let keeper = open(&memory, share).await.unwrap();
        assert_eq!(known(keeper.record()), Vec::from_iter(0..300));
        keepers.push(keeper);
    }
    for (keeper, share) in keepers.iter_mut().zip(shares) {
        intend(keeper, of(share, 300..600)).await;
    }
    assert_eq!(known(&load(&memory).await), Vec::from_iter(0..600));
    for keeper in keepers {
        keeper.close().await.unwrap();
    }
    // Another number of them, and one alone.
    let keeper = open(&memory, share("5/8")).await.unwrap();
    assert_eq!(known(keeper.record()), Vec::from_iter(0..600));
    keeper.close().await.unwrap();
    let mut alone = open(&memory, None).await.unwrap();
    intend(&mut alone, 600..700).await;
    alone.close().await.unwrap();
    assert_eq!(known(&load(&memory).await), Vec::from_iter(0..700));
    let head = memory.change(|state| state.head()).unwrap();
    assert!(head.starts_with("{\"format\":2,") && head.len() < 300, "{head}");
}

#[tokio::test(start_paused = true)]
async fn what_another_process_holds_is_not_had_twice() {
    let memory = whole(10).await;
    let first = open(&memory, share("1/3")).await.unwrap();
    for other in [share("1/3"), None, share("2/2")] {
        let error = open(&memory, other).await.unwrap_err();
        assert!(matches!(&error, RecordError::Locked { .. }), "{error}");
        assert!(error.to_string().contains(&format!("{NAME}.part-")), "{error}");
    }
    // What was taken until then was given back.
    let second = open(&memory, share("2/3")).await.unwrap();
    let mut third = open(&memory, share("3/3")).await.unwrap();
    let strange = of(share("1/3"), 0..10)[0];
    announced(&mut third, strange).unwrap_err();
    assert!(third.permit(&account(strange)).check().is_err());
    let own = of(share("3/3"), 0..10)[0];
    assert_eq!(third.permit(&account(own)).check(), Ok(()));
    for keeper in [first, second, third] {
        keeper.close().await.unwrap();
    }
    open(&memory, None).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn one_that_lost_a_part_writes_no_more() {
    let memory = whole(100).await;
    let keeper = open(&memory, share("1/2")).await.unwrap();
    let part = format!("{NAME}.part-{}", Part::all().next().unwrap());
    let taken = memory.change(|state| state.texts[&part].text.clone());
    let mut taken: serde_json::Value = serde_json::from_slice(&taken).unwrap();
    taken["run"] = "other".into();
    memory.change(|state| state.put(&part, taken.to_string()));
    let lost = keeper.loss().happened().await.to_string();
    assert!(lost.contains(&format!("no longer holds the record {part}")), "{lost}");
    keeper.close().await.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn killed_at_any_call_while_it_is_divided_the_record_is_whole_or_in_parts() {
    for call in (0..).step_by(3) {
        for lands in [false, true] {
            // More than one text has room for.
            let memory = whole(400).await;
            memory.change(|state| (state.calls, state.dies) = (0, Some((call, lands))));
            let ended = tokio::select! {
                biased;
                () = memory.killed() => false,
                opened = open(&memory, share("1/3")) => opened.is_ok(),
            };
            memory.change(|state| state.dies = None);
            assert_eq!(known(&load(&memory).await), Vec::from_iter(0..400), "call {call}, {lands}");
            if ended {
                assert!(call > 100, "{call} calls cannot be all");
                return;
            }
            tokio::time::sleep(FREE).await;
            let mut next = open(&memory, share("2/3")).await.unwrap();
            intend(&mut next, of(share("2/3"), 400..450)).await;
            next.close().await.unwrap();
            let expect: Vec<u64> = (0..400).chain(of(share("2/3"), 400..450)).collect();
            assert_eq!(known(&load(&memory).await), expect, "call {call}, {lands}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn while_it_is_divided_others_are_told_so() {
    let memory = whole(10).await;
    memory.change(|state| (state.calls, state.dies) = (0, Some((4, false))));
    tokio::select! {
        biased;
        () = memory.killed() => {}
        opened = open(&memory, share("1/3")) => panic!("{opened:?}"),
    }
    memory.change(|state| state.dies = None);
    for other in [share("2/3"), None] {
        let error = open(&memory, other).await.unwrap_err();
        assert!(matches!(&error, RecordError::Splitting { .. }), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn parts_of_an_earlier_division_are_written_over_and_those_of_a_later_one_are_not() {
    let part = format!("{NAME}.part-07");
    for (number, expect) in [(1, true), (1_000, false)] {
        let memory = whole(100).await;
        let text =
            format!(r#"{{"format":2,"topology":"t","part_of":{number},"run":"other","resources":{{}}}}"#);
        memory.change(|state| state.put(&part, text.clone()));
        let opened = open(&memory, share("1/3")).await;
        assert_eq!(opened.is_ok(), expect, "{opened:?}");
        drop(opened);
        assert_eq!(known(&load(&memory).await), Vec::from_iter(0..100));
        let there = memory.change(|state| state.texts[&part].text.clone());
        assert_eq!(there == text, !expect);
    }
}

#[tokio::test(start_paused = true)]
async fn a_part_that_is_missing_is_missed_by_its_name() {
    let memory = whole(10).await;
    open(&memory, share("1/3")).await.unwrap().close().await.unwrap();
    let part = format!("{NAME}.part-07");
    memory.change(|state| state.texts.remove(&part));
    let missed = [
        Record::load(&Place::Shared(memory.clone()), "t").await.unwrap_err(),
        open(&memory, None).await.unwrap_err(),
    ];
    for error in missed {
        assert!(error.to_string().contains(&part), "{error}");
    }
    // What names the parts is nothing in a file.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("t.json");
    std::fs::write(&file, memory.change(|state| state.head()).unwrap()).unwrap();
    let error = Record::load(&Place::file(&file), "t").await.unwrap_err();
    assert!(error.to_string().contains("kept in parts"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_file_is_not_shared() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::file(folder.path().join("t.json"));
    let opened = Keeper::open_for(share("1/3"), &place, "t", "ops@build", Clock::real()).await;
    assert!(matches!(opened, Err(RecordError::NotShared { .. })), "{opened:?}");
}

#[tokio::test(start_paused = true)]
async fn accounts_of_several_parts_may_swap_their_names() {
    let [one, other] = [0, 1].map(|at| of(share(&format!("{}/2", at + 1)), 0..10)[0]);
    let swapped = |_: &AccountName, id: &AccountId| -> Option<AccountName> {
        let names = [(account(one), other), (account(other), one)];
        names.into_iter().find(|(of, _)| of == id).map(|(_, name)| format!("a{name}").parse().unwrap())
    };
    for shares in [vec![None], vec![share("1/2"), share("2/2")], vec![share("2/2"), share("1/2")]] {
        let memory = whole(10).await;
        open(&memory, share("1/2")).await.unwrap().close().await.unwrap();
        let expect = load(&memory).await.following(swapped);
        for share in shares {
            let mut keeper = open(&memory, share).await.unwrap();
            let name_of = |name: &AccountName, id: &AccountId| swapped(name, id).filter(|now| now != name);
            keeper.follow(name_of).unwrap();
            assert_eq!(keeper.record().entries(), expect.entries());
            keeper.close().await.unwrap();
            let now = load(&memory).await.following(name_of);
            assert_eq!(now.entries(), expect.entries());
        }
        assert_eq!(load(&memory).await.entries(), expect.entries());
    }
}
