//! The record: arbitrary and damaged files are an error or a record, and stay as they are unless a run could use them.

use std::path::Path;

use logpipe::clock::Clock;
use logpipe::record::{Keeper, Place, Record, RecordError};
use proptest::prelude::*;

const SNAPSHOT: &[u8] = br#"{
  "format": 1,
  "topology": "t",
  "resources": {
    "archive/global/iam_role.a": {
      "account_id": "999999999999", "origin": "created", "state": "present", "needs": [], "tags": ["logpipe:topology"], "changed_at": 1760000000
    },
    "archive/ap-northeast-1/firehose_stream.b": {
      "account_id": "999999999999", "origin": "adopted", "state": "intended", "needs": ["archive/global/iam_role.a"], "changed_at": 1760000000
    }
  }
}
"#;

const JOURNAL: &[u8] = br#"{"format":2,"topology":"t"}
{"address":"archive/global/iam_role.a","entry":null}
{"address":"archive/global/iam_role.c","entry":{"account_id":"999999999999","origin":"created","state":"deleting","needs":[],"changed_at":1760000001}}
"#;

fn waited<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}

fn open(path: &Path) -> Result<Keeper, RecordError> {
    waited(Keeper::open(&Place::file(path), "t", "the test", Clock::real()))
}

/// Reads a record of these files, as plan does, then locks it, as apply does.
fn check(snapshot: Option<&[u8]>, journal: Option<&[u8]>) -> Result<(), TestCaseError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.record.json");
    let journal_path = folder.path().join("t.record.json.journal");
    let put = |path: &Path, bytes: Option<&[u8]>| {
        bytes.iter().for_each(|bytes| std::fs::write(path, bytes).unwrap());
    };
    put(&path, snapshot);
    put(&journal_path, journal);
    let read = Record::load_file(&path, "t");
    let kept = open(&path);
    let unchanged = |path: &Path, bytes: Option<&[u8]>| std::fs::read(path).ok().as_deref() == bytes;
    prop_assert!(unchanged(&path, snapshot), "the snapshot stays as it was");
    match (read, kept) {
        (Ok(record), Ok(keeper)) => {
            prop_assert_eq!(record.entries(), keeper.record().entries());
            waited(keeper.close()).unwrap();
            let again = Record::load_file(&path, "t").unwrap();
            prop_assert_eq!(again.entries(), record.entries());
        }
        (Err(error), Err(_)) => {
            prop_assert!(error.to_string().contains("record"), "{error}");
            prop_assert!(unchanged(&journal_path, journal), "the journal stays as it was");
        }
        (read, kept) => prop_assert!(false, "reading and locking disagree: {read:?}, {kept:?}"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.min(64), ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_snapshot(snapshot in super::damaged(SNAPSHOT)) {
        check(Some(&snapshot), Some(JOURNAL))?;
    }

    #[test]
    fn a_damaged_journal(journal in super::damaged(JOURNAL)) {
        check(Some(SNAPSHOT), Some(&journal))?;
    }

    #[test]
    fn any_bytes(snapshot in prop::option::of(any::<Vec<u8>>()), journal in prop::option::of(any::<Vec<u8>>())) {
        check(snapshot.as_deref(), journal.as_deref())?;
    }
}

#[test]
fn the_files_these_are_made_from_are_a_record() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r");
    std::fs::write(&path, SNAPSHOT).unwrap();
    std::fs::write(folder.path().join("r.journal"), JOURNAL).unwrap();
    let record = Record::load_file(&path, "t").unwrap();
    let names: Vec<String> = record.entries().keys().map(ToString::to_string).collect();
    assert_eq!(names, ["archive/global/iam_role.c", "archive/ap-northeast-1/firehose_stream.b"]);
}

#[test]
fn a_line_torn_within_a_character_counts_for_nothing() {
    let torn = [JOURNAL, "{\"address\":\"é".as_bytes().split_last().unwrap().1].concat();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r");
    std::fs::write(folder.path().join("r.journal"), &torn).unwrap();
    assert_eq!(Record::load_file(&path, "t").unwrap().entries().len(), 1);
    let keeper = open(&path).unwrap();
    assert_eq!(keeper.record().entries().len(), 1);
}
