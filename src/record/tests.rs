use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::UNIX_EPOCH;

use super::*;
use crate::address::Address;
use crate::clock::Clock;
use crate::files::{Disk, DiskFault, DiskFaults, Operation};

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

    // The next run continues after the last whole line, and may be killed as well.
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
async fn what_was_to_be_deleted_and_is_changed_is_still_known_by_where_it_leads() {
    let folder = tempfile::tempdir().unwrap();
    let mut keeper = keeper(&folder.path().join("record.json")).await;
    let ties = |fingerprint: &str| Ties { fingerprint: Some(fingerprint.to_owned()), ..Ties::default() };
    let fingerprints =
        |keeper: &Keeper, name: &str| keeper.record().get(&address(name)).unwrap().fingerprints.clone();
    let account = "999999999999".parse().unwrap();
    for name in ["gone", "begun"] {
        drop(keeper.intend(&address(name), &account, Origin::Created, ties("first")).unwrap());
    }
    // One that was made, and then was to be deleted: what is there may be the first or the second.
    keeper.present(&address("gone"), ties("first")).unwrap();
    drop(keeper.intend_deletion(&address("gone")).unwrap());
    drop(keeper.touch(&address("gone"), ties("second")).unwrap());
    assert_eq!(fingerprints(&keeper, "gone").len(), 0);
    // One that is known by what it was to be is known by both.
    drop(keeper.touch(&address("begun"), ties("second")).unwrap());
    assert_eq!(fingerprints(&keeper, "begun").len(), 2);
}

#[tokio::test]
async fn corrupt_newer_and_strange_records_are_refused_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.json");
    for (text, expect) in [
        ("{", "cannot be read"),
        ("[]", "not a record of logpipe"),
        ("{}", "not a record of logpipe"),
        (r#"{"format":3}"#, "newer logpipe"),
        (r#"{"format":1,"topology":"t","resources":{"a/global/iam_role.b":null}}"#, "names none"),
        (r#"{"format":2,"topology":"t","base":"base-7-r","resources":{}}"#, "which is not there"),
        (r#"{"format":2,"topology":"t","base":"../base-7-r","resources":{}}"#, "not the name of a base"),
        (r#"{"format":1,"topology":"other","resources":{}}"#, "to topology `other`"),
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

/// A journal as logpipe wrote it before it had a first line that says whose it is.
const OLD_JOURNAL: &str = concat!(
    r#"{"address":"archive/global/iam_role.a","entry":{"account_id":"999999999999","origin":"created","#,
    r#""state":"intended","needs":[],"changed_at":1760000000}}"#,
    "\n"
);

/// What reading the record says, for `plan`, which must be the same that locking it says, for `apply`.
async fn refusal(path: &Path, topology: &str) -> RecordError {
    let place = Place::file(path);
    let read = Record::load(&place, topology).await.unwrap_err();
    let opened = Keeper::open(&place, topology, "ops@build", Clock::real()).await.unwrap_err();
    assert_eq!(read.to_string(), opened.to_string());
    read
}

#[tokio::test]
async fn a_journal_says_whose_it_is_before_there_is_a_snapshot() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.json");
    let journal = folder.path().join("record.json.journal");
    let mut first = keeper(&path).await;
    intend(&mut first, "a").await;
    drop(first); // As if killed in the first apply.
    let text = std::fs::read_to_string(&journal).unwrap();
    assert!(text.starts_with("{\"format\":2,\"topology\":\"t\"}\n"), "{text}");
    let error = refusal(&path, "other").await.to_string();
    assert!(error.contains("record.json.journal belongs to topology `t`, not `other`"), "{error}");
    assert_eq!(std::fs::read_to_string(&journal).unwrap(), text);

    // Closed, it is empty, and the next run heads it again.
    let mut second = keeper(&path).await;
    intend(&mut second, "b").await;
    second.close().await.unwrap();
    assert_eq!(std::fs::read_to_string(&journal).unwrap(), "");
    let mut third = keeper(&path).await;
    third.present(&address("b"), Ties::default()).unwrap();
    intend(&mut third, "c").await;
    drop(third);
    let text = std::fs::read_to_string(&journal).unwrap();
    assert_eq!((text.matches("format").count(), text.lines().count()), (1, 3), "{text}");
    assert_eq!(load(&path).await.entries().len(), 3);
}

#[tokio::test]
async fn a_journal_of_another_topology_beside_a_snapshot_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.json");
    keeper(&path).await.close().await.unwrap();
    std::fs::write(folder.path().join("record.json.journal"), "{\"format\":2,\"topology\":\"other\"}\n")
        .unwrap();
    assert!(matches!(refusal(&path, "t").await, RecordError::OtherTopology { .. }));
    std::fs::write(folder.path().join("record.json.journal"), "{\"format\":3,\"topology\":\"t\"}\n").unwrap();
    let error = refusal(&path, "t").await.to_string();
    assert!(error.contains("format 3, but this logpipe only knows formats up to 2"), "{error}");
}

#[tokio::test]
async fn a_journal_that_does_not_say_whose_it_is_belongs_to_the_snapshot_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.json");
    let journal = folder.path().join("record.json.journal");
    std::fs::write(&journal, OLD_JOURNAL).unwrap();
    let RecordError::OfNobody { record, wanted, .. } = refusal(&path, "t").await else { panic!() };
    assert_eq!((record.as_path(), wanted.as_str()), (path.as_path(), "t"));
    assert_eq!(std::fs::read_to_string(&journal).unwrap(), OLD_JOURNAL);

    std::fs::write(&path, r#"{"format":1,"topology":"t","resources":{}}"#).unwrap();
    let mut next = keeper(&path).await;
    assert_eq!(next.record().entries().len(), 1);
    intend(&mut next, "b").await;
    drop(next);
    assert_eq!(load(&path).await.entries().len(), 2, "lines of both kinds are read");
}

#[cfg(unix)]
#[tokio::test]
async fn two_links_to_one_record_lock_each_other_out() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["one", "two", "kept"] {
        std::fs::create_dir(at(name)).unwrap();
        if name != "kept" {
            symlink("../kept/record.json", at(name).join("record.json")).unwrap();
        }
    }
    let (one, two) = (at("one/record.json"), at("two/record.json"));
    let mut first = keeper(&one).await;
    intend(&mut first, "a").await;
    let second = Keeper::open(&Place::file(&two), "t", "dev@laptop", Clock::real()).await;
    assert!(matches!(second, Err(RecordError::Locked { .. })), "{second:?}");
    assert_eq!(load(&two).await.entries().len(), 1, "the journal of the one is that of the other");
    first.close().await.unwrap();
    assert!(one.is_symlink() && two.is_symlink());
    let mut names: Vec<_> =
        std::fs::read_dir(at("kept")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["record.json", "record.json.journal", "record.json.lock"]);
    assert_eq!(load(&two).await.entries().len(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_no_file_is_refused_in_the_place_of_each() {
    for ending in ["", ".journal", ".lock"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.json");
        let pipe = folder.path().join(format!("record.json{ending}"));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let error = Keeper::open(&Place::file(&path), "t", "ops@build", Clock::real()).await.unwrap_err();
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.contains("it is a pipe"), "{error}: {source}");
    }
}

#[tokio::test]
async fn what_a_killed_run_left_half_written_goes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.json");
    let at = |name: &str| folder.path().join(name);
    for name in ["record.json.4711.new", "record.json.mine.new", "other.json.4711.new"] {
        std::fs::write(at(name), "{").unwrap();
    }
    drop(keeper(&path).await);
    assert!(!at("record.json.4711.new").exists());
    assert!(at("record.json.mine.new").exists() && at("other.json.4711.new").exists(), "others' files stay");
}

/// A disk on which the first sync of a journal fails, if that is wanted, and which tells how long the journal was at each.
#[derive(Debug, Default)]
struct Syncs {
    broken: bool,
    lengths: Mutex<Vec<u64>>,
}

impl DiskFaults for Syncs {
    fn inject(&self, operation: Operation, path: &Path) -> DiskFault {
        if operation != Operation::Sync || !path.ends_with("record.json.journal") {
            return DiskFault::None;
        }
        let mut lengths = self.lengths.lock().unwrap();
        lengths.push(path.metadata().unwrap().len());
        if self.broken && lengths.len() == 1 { DiskFault::Fails(5) } else { DiskFault::None }
    }
}

/// A record on such a disk, in simulated time or not.
async fn on(syncs: &Arc<Syncs>, path: &Path, clock: Clock) -> Keeper {
    let disk = Disk::with_faults(syncs.clone());
    Keeper::open(&Place::on(&disk, path), "t", "ops@build", clock).await.unwrap()
}

fn announced(keeper: &mut Keeper, name: &str) -> Result<Durable, RecordError> {
    keeper.intend(&address(name), &"999999999999".parse().unwrap(), Origin::Created, Ties::default())
}

#[tokio::test]
async fn a_journal_that_failed_is_written_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.json");
    for clock in [Clock::real(), Clock::starting_at(UNIX_EPOCH)] {
        let syncs = Arc::new(Syncs { broken: true, ..Syncs::default() });
        let mut keeper = on(&syncs, &path, clock).await;
        let [first, second] = ["a", "b"].map(|name| announced(&mut keeper, name).unwrap());
        // The disk would say now that it keeps the second, and what comes before it may be lost.
        for durable in [first, second] {
            let reached = durable.reached().await;
            assert!(matches!(reached, Err(RecordError::Io { .. })), "{reached:?}");
        }
        let noted = announced(&mut keeper, "c");
        assert!(matches!(noted, Err(RecordError::Io { .. })), "{noted:?}");
        assert_eq!(syncs.lengths.lock().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn an_intent_is_reached_when_a_sync_has_kept_it() {
    for clock in [Clock::real(), Clock::starting_at(UNIX_EPOCH)] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.json");
        let syncs = Arc::new(Syncs::default());
        let mut keeper = on(&syncs, &path, clock).await;
        for round in 0..3 {
            let names: Vec<String> = (0..40).map(|number| format!("{round}-{number}")).collect();
            let round: Vec<Durable> =
                names.iter().map(|name| announced(&mut keeper, name).unwrap()).collect();
            let before = syncs.lengths.lock().unwrap().len();
            for durable in round {
                durable.reached().await.unwrap();
            }
            assert_eq!(syncs.lengths.lock().unwrap().len(), before + 1, "one for all that were announced");
        }
        keeper.present(&address("0-0"), Ties::default()).unwrap();
        drop(keeper);
        // The machine fails: what was not synced is lost.
        let kept = *syncs.lengths.lock().unwrap().last().unwrap();
        let journal = std::fs::OpenOptions::new().write(true).open(folder.path().join("record.json.journal"));
        let journal = journal.unwrap();
        assert!(journal.metadata().unwrap().len() > kept);
        journal.set_len(kept).unwrap();
        let record = load(&path).await;
        assert_eq!(record.entries().len(), 120);
        assert!(record.entries().values().all(|entry| entry.state == State::Intended));
    }
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
