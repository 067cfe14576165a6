use std::io::Write;
use std::path::Path;

use super::*;
use crate::address::Address;
use crate::clock::Clock;

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
        (r#"{"format":2}"#, "newer logpipe"),
        (r#"{"format":1,"topology":"other","resources":{}}"#, "of topology `other`"),
    ] {
        std::fs::write(&path, text).unwrap();
        let error = Record::load(&Place::file(&path), "t").await.unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
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
