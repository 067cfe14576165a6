use std::future::ready;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::*;
use crate::address::Address;
use crate::clock::Clock;
use crate::versioned::{Found, Trouble, Versioned, Written};

fn address(name: &str) -> Address {
    format!("archive/global/iam_role.{name}").parse().unwrap()
}

async fn keeper(path: &Path) -> Keeper {
    Keeper::open(&Place::file(path), "t", "ops@build", Clock::real()).await.unwrap()
}

async fn intend(keeper: &mut Keeper, name: &str) {
    let account = "999999999999".parse().unwrap();
    let durable = keeper.intend(&address(name), &account, Origin::Created, Ties::default());
    durable.unwrap().reached().await.unwrap();
}

async fn load(path: &Path) -> Record {
    Record::load(&Place::file(path), "t").await.unwrap()
}

#[tokio::test]
async fn an_intent_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/record.json");
    let mut first = keeper(&path).await;
    intend(&mut first, "a").await;
    drop(first); // No close: as if killed.
    assert_eq!(load(&path).await.get(&address("a")).unwrap().state, State::Intended);

    let mut second = keeper(&path).await;
    second.present(&address("a"), Ties::default()).unwrap();
    intend(&mut second, "b").await;
    second.close().await.unwrap();
    let record = load(&path).await;
    assert_eq!(record.get(&address("a")).unwrap().state, State::Present);
    assert_eq!(record.entries().len(), 2);
}

#[tokio::test]
async fn a_half_written_line_counts_for_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.json");
    let mut first = keeper(&path).await;
    intend(&mut first, "a").await;
    drop(first);
    let journal = folder.path().join("record.json.journal");
    let mut journal = std::fs::OpenOptions::new().append(true).open(journal).unwrap();
    journal.write_all(b"{\"address\":\"archive/glo").unwrap();
    assert_eq!(load(&path).await.entries().len(), 1);

    // The next run goes on after the last whole line, and may be killed as well.
    let mut second = keeper(&path).await;
    intend(&mut second, "b").await;
    drop(second);
    assert_eq!(load(&path).await.entries().len(), 2);
}

#[tokio::test]
async fn an_entry_goes_back_to_what_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.json");
    let mut first = keeper(&path).await;
    intend(&mut first, "a").await;
    first.present(&address("a"), Ties::default()).unwrap();
    let before = first.record().get(&address("a")).cloned();
    first.intend_deletion(&address("a")).unwrap().reached().await.unwrap();
    first.restore(&address("a"), before.clone()).unwrap();
    assert_eq!(first.record().get(&address("a")).cloned(), before);
    first.restore(&address("a"), None).unwrap();
    drop(first);
    assert!(load(&path).await.entries().is_empty());
}

#[tokio::test]
async fn corrupt_newer_and_strange_records_are_refused_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.json");
    for (text, expect) in [
        ("{", "cannot be read"),
        ("[]", "no record of logpipe"),
        ("{}", "no record of logpipe"),
        (r#"{"format":2}"#, "newer logpipe"),
        (r#"{"format":1,"topology":"other","resources":{}}"#, "of topology `other`"),
    ] {
        std::fs::write(&path, text).unwrap();
        let error = Record::load(&Place::file(&path), "t").await.unwrap_err();
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        let error = format!("{error}: {cause}");
        assert!(error.contains(expect) && !error.contains("struct"), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
}

#[tokio::test]
async fn a_second_run_is_told_who_holds_the_record() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.json");
    let first = keeper(&path).await;
    let place = Place::file(&path);
    let open = || Keeper::open(&place, "t", "dev@laptop", Clock::real());
    let error = open().await.unwrap_err().to_string();
    assert!(error.contains(&format!("ops@build, process {}, since 2", std::process::id())), "{error}");
    drop(first);
    assert!(open().await.is_ok());
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.json");
    let mut first = keeper(&path).await;
    intend(&mut first, "a").await;
    first.close().await.unwrap();
    for file in ["record.json", "record.json.journal", "record.json.lock"] {
        let mode = folder.path().join(file).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

/// A text in memory, whose writes may be tampered with.
#[derive(Debug, Default)]
struct Memory {
    state: Mutex<MemoryState>,
}

#[derive(Debug, Default)]
struct MemoryState {
    text: Option<String>,
    number: u64,
    /// How many writes to come take effect without an answer, and are then repeated as the SDK does.
    repeated: u32,
    /// How many writes to come take effect and fail.
    cut_off: u32,
    writes: u32,
    slow: bool,
}

impl Versioned for Memory {
    fn name(&self) -> &str {
        "s3://records/t.json"
    }

    fn read(&self) -> BoxFuture<'_, Result<Option<Found>, Trouble>> {
        let state = self.state.lock().unwrap();
        let version = state.number.to_string();
        let found = state.text.clone().map(|text| Found { text, version, age: Duration::ZERO });
        ready(Ok(found)).boxed()
    }

    fn write(&self, text: String, over: Option<String>) -> BoxFuture<'_, Result<Written, Trouble>> {
        let mut state = self.state.lock().unwrap();
        state.writes += 1;
        let there = state.text.is_some().then(|| state.number.to_string());
        if there != over {
            return ready(Ok(Written::Refused)).boxed();
        }
        state.number += 1;
        state.text = Some(text);
        let mut answer = Ok(Written::As(state.number.to_string()));
        if state.repeated > 0 {
            state.repeated -= 1;
            answer = Ok(Written::Refused);
        }
        if state.cut_off > 0 {
            state.cut_off -= 1;
            let text = "connection reset by peer".to_owned();
            answer = Err(Trouble { text, denied: false, hint: None });
        }
        let slow = state.slow;
        async move {
            if slow {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            answer
        }
        .boxed()
    }
}

impl Memory {
    fn change<T>(&self, how: impl FnOnce(&mut MemoryState) -> T) -> T {
        how(&mut self.state.lock().unwrap())
    }
}

async fn shared(memory: &Arc<Memory>) -> Result<Keeper, RecordError> {
    let place = Place::Shared(memory.clone());
    Keeper::open(&place, "t", "ops@build", Clock::starting_at(UNIX_EPOCH)).await
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
    let text = memory.change(|state| state.text.clone()).unwrap();
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
    memory.change(|state| (state.text, state.number) = (Some(text.to_owned()), 99));
    // The next renewal finds out.
    let lost = loss.happened().await.to_string();
    assert!(lost.contains("s3://records/t.json is no longer this run's"), "{lost}");
    let account = "999999999999".parse().unwrap();
    keeper.intend(&address("a"), &account, Origin::Created, Ties::default()).unwrap_err();
    keeper.close().await.unwrap_err();
    assert_eq!(memory.change(|state| state.text.clone()).as_deref(), Some(text));
}
