//! A shared record: its lock, its writer, and its base.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use super::memory::{Memory, NAME};
use super::*;
use crate::address::{AccountId, Address};
use crate::clock::Clock;

/// Entries that are worth a base.
const MANY: usize = 400;

/// When others may have what a killed run held.
const FREE: Duration = Duration::from_secs(121);

fn address(name: &str) -> Address {
    format!("archive/global/iam_role.{name}").parse().unwrap()
}

fn account() -> AccountId {
    "999999999999".parse().unwrap()
}

async fn shared(memory: &Arc<Memory>) -> Result<Keeper, RecordError> {
    let place = Place::Shared(memory.clone());
    Keeper::open(&place, "t", "ops@build", Clock::starting_at(UNIX_EPOCH)).await
}

/// Notes that these are about to be made, and waits until all of that is kept.
async fn intend_all(keeper: &mut Keeper, names: impl IntoIterator<Item = String>) {
    let intents: Vec<Durable> = names
        .into_iter()
        .map(|name| keeper.intend(&address(&name), &account(), Origin::Created, Ties::default()).unwrap())
        .collect();
    for intent in intents {
        intent.reached().await.unwrap();
    }
}

async fn intend(keeper: &mut Keeper, name: &str) {
    intend_all(keeper, [name.to_owned()]).await;
}

fn names(of: std::ops::Range<usize>) -> impl Iterator<Item = String> {
    of.map(|number| format!("role-{number:05}"))
}

/// A place with a record of many entries, which nobody holds.
async fn large(entries: usize) -> Arc<Memory> {
    let memory = Arc::new(Memory::default());
    let mut keeper = shared(&memory).await.unwrap();
    intend_all(&mut keeper, names(0..entries)).await;
    keeper.close().await.unwrap();
    memory
}

async fn load(memory: &Arc<Memory>) -> Record {
    Record::load(&Place::Shared(memory.clone()), "t").await.unwrap()
}

/// The texts beside the head.
fn bases(memory: &Memory) -> Vec<String> {
    memory.change(|state| state.texts.keys().filter(|name| *name != NAME).cloned().collect())
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_was_lost_is_not_taken_for_somebody_else() {
    let memory = Arc::new(Memory::default());
    memory.change(|state| state.repeated = 1);
    let mut keeper = shared(&memory).await.unwrap();
    memory.change(|state| state.repeated = 1);
    intend(&mut keeper, "a").await;
    // A write that took effect and failed is written over by the next one, which knows it as its own.
    memory.change(|state| state.cut_off = 1);
    let account = "999999999999".parse().unwrap();
    let lost = keeper.intend(&address("b"), &account, Origin::Created, Ties::default()).unwrap();
    assert!(matches!(lost.reached().await, Err(RecordError::Unreachable { .. })));
    intend(&mut keeper, "c").await;
    memory.change(|state| state.repeated = 1);
    keeper.close().await.unwrap();
    let text = memory.change(|state| state.head()).unwrap();
    assert!(text.contains("iam_role.c") && !text.contains("lease"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn many_intents_take_few_writes_and_none_waits_for_more_than_two() {
    let memory = Arc::new(Memory::default());
    let mut keeper = shared(&memory).await.unwrap();
    memory.change(|state| (state.writes, state.slow) = (0, true));
    let account = "999999999999".parse().unwrap();
    let mut waiting = Vec::new();
    for number in 0..40 {
        let name = address(&number.to_string());
        let durable = keeper.intend(&name, &account, Origin::Created, Ties::default()).unwrap();
        waiting.push(tokio::spawn(durable.reached()));
        // The writer gets its turn in between, as it does while steps run.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let began = tokio::time::Instant::now();
    for reached in waiting {
        reached.await.unwrap().unwrap();
    }
    assert!(began.elapsed() <= Duration::from_millis(100));
    assert!(memory.change(|state| state.writes) <= 3);
}

#[tokio::test(start_paused = true)]
async fn a_record_that_was_taken_over_is_written_no_more() {
    let memory = Arc::new(Memory::default());
    let mut keeper = shared(&memory).await.unwrap();
    let mut loss = keeper.loss();
    let text = r#"{"format":1,"topology":"t","number":9,"run":"other","resources":{}}"#;
    memory.change(|state| state.put(NAME, text));
    // The next renewal finds out.
    let lost = loss.happened().await.to_string();
    assert!(lost.contains("this run no longer holds the record s3://records/t.json"), "{lost}");
    let account = "999999999999".parse().unwrap();
    keeper.intend(&address("a"), &account, Origin::Created, Ties::default()).unwrap_err();
    keeper.close().await.unwrap_err();
    assert_eq!(memory.change(|state| state.head()).as_deref(), Some(text));
}

#[tokio::test(start_paused = true)]
async fn a_small_record_is_one_text_that_earlier_versions_read() {
    let memory = large(20).await;
    assert!(bases(&memory).is_empty());
    let head = memory.change(|state| state.head()).unwrap();
    assert!(head.starts_with("{\n  \"format\": 1,\n  \"topology\": \"t\",\n  \"number\": "), "{head}");
    assert!(!head.contains("former"), "{head}");
}

#[tokio::test(start_paused = true)]
async fn a_large_record_costs_what_changes() {
    let memory = large(9_000).await;
    let head = memory.change(|state| state.head()).unwrap();
    assert!(head.starts_with("{\"format\":2,") && head.len() < 1_000, "{head}");
    let mut keeper = shared(&memory).await.unwrap();
    assert_eq!(keeper.record().entries().len(), 9_000);
    memory.change(|state| (state.writes, state.bytes) = (0, 0));
    for round in 0..100 {
        for name in names(10 * round..10 * round + 10) {
            keeper.restore(&address(&name), None).unwrap();
        }
        intend_all(&mut keeper, names(10_000 + 10 * round..10_010 + 10 * round)).await;
    }
    keeper.close().await.unwrap();
    let (writes, bytes) = memory.change(|state| (state.writes, state.bytes));
    assert!(bytes < 10_000_000 && writes < 110, "{writes} writes of {bytes} bytes");
    let record = load(&memory).await;
    let there: Vec<String> = record.entries().keys().map(|address| address.name.to_string()).collect();
    assert!(there.into_iter().eq(names(1_000..9_000).chain(names(10_000..11_000))));
    assert_eq!(bases(&memory).len(), 1, "the old ones are gone");
}

#[tokio::test(start_paused = true)]
async fn a_record_that_has_become_small_is_one_text_again() {
    let memory = large(MANY).await;
    let mut keeper = shared(&memory).await.unwrap();
    for name in names(0..MANY - 20) {
        keeper.restore(&address(&name), None).unwrap();
    }
    intend(&mut keeper, "another").await;
    keeper.close().await.unwrap();
    let head = memory.change(|state| state.head()).unwrap();
    assert!(head.starts_with("{\n  \"format\": 1,") && bases(&memory).is_empty(), "{head:.200}");
    assert_eq!(load(&memory).await.entries().len(), 21);
}

/// A run that makes some, makes sure of others and forgets others, in rounds that are kept one after the other. `kept` gets
/// what the record was after each.
async fn rounds(memory: &Arc<Memory>, kept: &std::sync::Mutex<Vec<Record>>) {
    let mut keeper = shared(memory).await.unwrap();
    for round in 0..8 {
        for name in names(40 * round..40 * round + 40) {
            keeper.present(&address(&name), Ties::default()).unwrap();
        }
        for name in names(30 * round..30 * round + 10) {
            keeper.restore(&address(&name), None).unwrap();
        }
        let all: Vec<Durable> = names(1_000 + 60 * round..1_050 + 60 * round)
            .map(|name| keeper.intend(&address(&name), &account(), Origin::Created, Ties::default()).unwrap())
            .collect();
        kept.lock().unwrap().push(keeper.record().clone());
        for intent in all {
            intent.reached().await.unwrap();
        }
        kept.lock().unwrap().remove(0);
    }
    keeper.close().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn killed_at_any_call_a_large_record_holds_all_that_was_kept() {
    let same = |one: &Record, other: &Record| one.entries() == other.entries();
    for call in 0.. {
        for lands in [false, true] {
            let memory = large(MANY).await;
            // What it was before a round, and what it is after it.
            let kept = std::sync::Mutex::new(vec![load(&memory).await]);
            memory.change(|state| (state.calls, state.dies) = (0, Some((call, lands))));
            let ended = tokio::select! {
                biased;
                () = memory.killed() => false,
                () = rounds(&memory, &kept) => true,
            };
            if ended {
                assert!(call >= 14, "{call} calls cannot be all");
                return;
            }
            memory.change(|state| state.dies = None);
            let found = load(&memory).await;
            let possible = kept.lock().unwrap().clone();
            assert!(possible.iter().any(|record| same(record, &found)), "killed at call {call}, {lands}");
            tokio::time::sleep(FREE).await;
            let mut next = shared(&memory).await.unwrap();
            assert!(same(next.record(), &found));
            intend(&mut next, "next").await;
            next.close().await.unwrap();
            let after = load(&memory).await;
            assert_eq!(after.entries().len(), found.entries().len() + 1);
            assert!(bases(&memory).len() <= 1, "killed at call {call}, {lands}: {:?}", bases(&memory));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_reader_whose_base_has_gone_reads_again() {
    let memory = large(MANY).await;
    let before = memory.change(|state| state.head()).unwrap();
    let mut keeper = shared(&memory).await.unwrap();
    intend_all(&mut keeper, names(1_000..2_000)).await;
    assert_ne!(memory.change(|state| state.head()).unwrap(), before);
    memory.change(|state| state.earlier = Some(before.into()));
    assert_eq!(load(&memory).await.entries().len(), MANY + 1_000);
    // One that is gone for good is missed by its name.
    let [base] = bases(&memory).try_into().unwrap();
    memory.change(|state| state.texts.remove(&base));
    let error = Record::load(&Place::Shared(memory.clone()), "t").await.unwrap_err();
    assert!(error.to_string().contains(&base), "{error}");
}

#[tokio::test(start_paused = true)]
async fn whoever_may_write_nothing_beside_it_has_all_in_one_text() {
    let memory = Arc::new(Memory::default());
    memory.change(|state| state.only_first = true);
    let mut keeper = shared(&memory).await.unwrap();
    intend_all(&mut keeper, names(0..MANY)).await;
    intend_all(&mut keeper, names(MANY..MANY + 10)).await;
    keeper.close().await.unwrap();
    let head = memory.change(|state| state.head()).unwrap();
    assert!(head.starts_with("{\n  \"format\": 1,"), "{head:.100}");
    assert_eq!(load(&memory).await.entries().len(), MANY + 10);
}

#[tokio::test(start_paused = true)]
async fn a_base_whose_answer_was_lost_is_used() {
    let memory = Arc::new(Memory::default());
    let mut keeper = shared(&memory).await.unwrap();
    let faults: [fn(&mut memory::State); 2] = [|state| state.repeated = 1, |state| state.cut_off = 1];
    for fault in faults {
        memory.change(fault);
        let all: Vec<Durable> = names(0..MANY)
            .map(|name| keeper.intend(&address(&name), &account(), Origin::Created, Ties::default()).unwrap())
            .collect();
        for intent in all {
            // Where it was cut off, nothing can be said of it, and no call is made.
            drop(intent.reached().await);
        }
    }
    intend(&mut keeper, "last").await;
    keeper.close().await.unwrap();
    assert_eq!(load(&memory).await.entries().len(), MANY + 1);
    assert_eq!(bases(&memory).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_copy_of_a_large_record_is_read_from_files() {
    let memory = large(MANY).await;
    let folder = tempfile::tempdir().unwrap();
    let texts: BTreeMap<String, memory::Kept> = memory.change(|state| state.texts.clone());
    for (name, kept) in texts {
        std::fs::write(folder.path().join(name.trim_start_matches("s3://records/")), kept.text).unwrap();
    }
    let place = Place::file(folder.path().join("t.json"));
    assert_eq!(Record::load(&place, "t").await.unwrap().entries().len(), MANY);
    Keeper::open(&place, "t", "ops@build", Clock::real()).await.unwrap().close().await.unwrap();
    let text = std::fs::read_to_string(folder.path().join("t.json")).unwrap();
    assert!(text.starts_with("{\n  \"format\": 1,") && text.contains("role-00399"));
}
