//! The record in memory, and the one writer of its files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use super::entry::{Entry, FORMAT, Line, Origin, Snapshot, State, Ties};
use super::files::{RecordError, cut_torn_line, open_private, read_journal, read_snapshot, write_whole};
use crate::address::{AccountId, Address};
use crate::clock::Clock;
use crate::files::beside;

/// How long after a change "not propagated yet" is still believed.
const RECENT: Duration = Duration::from_secs(5 * 60);

/// What logpipe owns, as last recorded.
#[derive(Debug, Clone, Default)]
pub struct Record {
    entries: BTreeMap<Address, Entry>,
}

impl Record {
    /// Reads the record of a topology; a record that is not there yet owns nothing.
    ///
    /// # Errors
    /// [`RecordError`], when there is one and it cannot be used.
    pub fn load(path: &Path, topology: &str) -> Result<Self, RecordError> {
        let mut entries = BTreeMap::new();
        if let Some(snapshot) = read_snapshot(path)? {
            if snapshot.topology != topology {
                let (found, wanted) = (snapshot.topology, topology.to_owned());
                return Err(RecordError::OtherTopology { path: path.to_owned(), found, wanted });
            }
            entries = snapshot.resources;
        }
        for line in read_journal(&beside(path, ".journal"))? {
            match line.entry {
                Some(entry) => entries.insert(line.address, entry),
                None => entries.remove(&line.address),
            };
        }
        Ok(Self { entries })
    }

    /// The entry of an address.
    pub fn get(&self, address: &Address) -> Option<&Entry> {
        self.entries.get(address)
    }

    /// Every entry.
    pub fn entries(&self) -> &BTreeMap<Address, Entry> {
        &self.entries
    }

    /// Whether it was changed so lately that AWS may not have caught up.
    pub fn is_recent(&self, address: &Address, clock: Clock) -> bool {
        let now = seconds(clock);
        self.get(address).is_some_and(|entry| now.saturating_sub(entry.changed_at) < RECENT.as_secs())
    }
}

/// The record, locked for one run that writes.
#[derive(Debug)]
pub struct Keeper {
    record: Record,
    path: PathBuf,
    topology: String,
    clock: Clock,
    journal: File,
    /// Held open for its lock, which the system releases with the process, however it ends.
    _lock: File,
}

impl Keeper {
    /// Locks the record and opens its journal.
    ///
    /// # Errors
    /// [`RecordError::Locked`] with the holder, or trouble with the files.
    pub fn open(path: &Path, topology: &str, clock: Clock) -> Result<Self, RecordError> {
        let lock = lock(path, clock)?;
        let record = Record::load(path, topology)?;
        let journal = open_private(&beside(path, ".journal"), OpenOptions::new().append(true).create(true))?;
        cut_torn_line(&beside(path, ".journal"), &journal)?;
        Ok(Self { record, path: path.to_owned(), topology: topology.to_owned(), clock, journal, _lock: lock })
    }

    /// The record as it stands.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Notes that it is about to be made, or taken over. On the disk when this returns.
    ///
    /// # Errors
    /// When the journal cannot be written; the call must not be made then.
    pub fn intend(
        &mut self,
        address: &Address,
        account_id: &AccountId,
        origin: Origin,
        ties: Ties,
    ) -> Result<(), RecordError> {
        let changed_at = seconds(self.clock);
        let (account_id, Ties { needs, tags }) = (account_id.clone(), ties);
        let entry = Entry { account_id, origin, state: State::Intended, needs, tags, changed_at };
        self.note(address, Some(entry))?;
        self.journal.sync_data().map_err(RecordError::io("write", &self.path))
    }

    /// Notes that it is about to be changed in place, which changes nothing about whose it is. Until that has happened,
    /// tags of before and tags to come may both be on it.
    ///
    /// # Errors
    /// When the journal cannot be written; the call must not be made then.
    pub fn touch(&mut self, address: &Address, ties: Ties) -> Result<(), RecordError> {
        let Some(entry) = self.record.get(address).cloned() else { return Ok(()) };
        let (changed_at, needs) = (seconds(self.clock), ties.needs);
        let tags = entry.tags.union(&ties.tags).cloned().collect();
        self.note(address, Some(Entry { needs, tags, changed_at, ..entry }))
    }

    /// Notes that deletion is about to be tried.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn intend_deletion(&mut self, address: &Address) -> Result<(), RecordError> {
        let Some(entry) = self.record.get(address).cloned() else { return Ok(()) };
        self.note(address, Some(Entry { state: State::Deleting, ..entry }))
    }

    /// Notes that the step on it succeeded, and which tags of ours it has since.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn present(&mut self, address: &Address, tags: BTreeSet<String>) -> Result<(), RecordError> {
        let Some(entry) = self.record.get(address).cloned() else { return Ok(()) };
        let changed_at = seconds(self.clock);
        self.note(address, Some(Entry { state: State::Present, tags, changed_at, ..entry }))
    }

    /// Puts an entry back as it was, or forgets it.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn restore(&mut self, address: &Address, entry: Option<Entry>) -> Result<(), RecordError> {
        if self.record.get(address) == entry.as_ref() {
            return Ok(());
        }
        self.note(address, entry)
    }

    fn note(&mut self, address: &Address, entry: Option<Entry>) -> Result<(), RecordError> {
        let line = Line { address: address.clone(), entry };
        let mut text = serde_json::to_string(&line)
            .map_err(|source| RecordError::Corrupt { path: self.path.clone(), source })?;
        text.push('\n');
        let length = self.journal.metadata().map_err(RecordError::io("write", &self.path))?.len();
        if let Err(error) = self.journal.write_all(text.as_bytes()) {
            // Half a line would spoil the next one; if that cannot be undone, opening the journal does it.
            self.journal.set_len(length).map_err(RecordError::io("write", &self.path))?;
            return Err(RecordError::io("write", &self.path)(error));
        }
        match line.entry {
            Some(entry) => self.record.entries.insert(line.address, entry),
            None => self.record.entries.remove(&line.address),
        };
        Ok(())
    }

    /// Writes the snapshot and empties the journal. Without it the next run replays the journal.
    ///
    /// # Errors
    /// When the files cannot be written; the journal then still holds everything.
    pub fn close(self) -> Result<(), RecordError> {
        let snapshot = Snapshot {
            format: FORMAT,
            topology: self.topology.clone(),
            resources: self.record.entries.clone(),
        };
        let mut text = serde_json::to_string_pretty(&snapshot)
            .map_err(|source| RecordError::Corrupt { path: self.path.clone(), source })?;
        text.push('\n');
        write_whole(&self.path, &text)?;
        self.journal.set_len(0).map_err(RecordError::io("write", &self.path))
    }
}

fn seconds(clock: Clock) -> u64 {
    clock.now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// Takes the lock, or says who has it.
fn lock(record: &Path, clock: Clock) -> Result<File, RecordError> {
    let path = beside(record, ".lock");
    let mut options = OpenOptions::new();
    let mut file = open_private(&path, options.read(true).write(true).create(true).truncate(false))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let holder = std::fs::read_to_string(&path).unwrap_or_default();
            return Err(RecordError::Locked { path: record.to_owned(), holder: holder.trim().to_owned() });
        }
        Err(TryLockError::Error(error)) => return Err(RecordError::io("lock", record)(error)),
    }
    let format = time::format_description::well_known::Rfc3339;
    let now = clock.now_utc().replace_nanosecond(0).unwrap_or(clock.now_utc());
    let since = now.format(&format).unwrap_or_default();
    let holder = format!("process {} since {since}\n", std::process::id());
    file.set_len(0)
        .and_then(|()| file.write_all(holder.as_bytes()))
        .map_err(RecordError::io("lock", record))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(name: &str) -> Address {
        format!("archive/global/iam_role.{name}").parse().unwrap()
    }

    fn keeper(path: &Path) -> Keeper {
        Keeper::open(path, "t", Clock::real()).unwrap()
    }

    fn intend(keeper: &mut Keeper, name: &str) {
        let account = "999999999999".parse().unwrap();
        keeper.intend(&address(name), &account, Origin::Created, Ties::default()).unwrap();
    }

    #[test]
    fn an_intent_survives_a_kill() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/record.json");
        let mut first = keeper(&path);
        intend(&mut first, "a");
        drop(first); // No close: as if killed.
        assert_eq!(Record::load(&path, "t").unwrap().get(&address("a")).unwrap().state, State::Intended);

        let mut second = keeper(&path);
        second.present(&address("a"), BTreeSet::new()).unwrap();
        intend(&mut second, "b");
        second.close().unwrap();
        let record = Record::load(&path, "t").unwrap();
        assert_eq!(record.get(&address("a")).unwrap().state, State::Present);
        assert_eq!(record.entries().len(), 2);
    }

    #[test]
    fn a_half_written_line_counts_for_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.json");
        let mut first = keeper(&path);
        intend(&mut first, "a");
        first.journal.write_all(b"{\"address\":\"archive/glo").unwrap();
        drop(first);
        assert_eq!(Record::load(&path, "t").unwrap().entries().len(), 1);

        // The next run goes on after the last whole line, and may be killed as well.
        let mut second = keeper(&path);
        intend(&mut second, "b");
        drop(second);
        assert_eq!(Record::load(&path, "t").unwrap().entries().len(), 2);
    }

    #[test]
    fn an_entry_goes_back_to_what_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.json");
        let mut first = keeper(&path);
        intend(&mut first, "a");
        first.present(&address("a"), BTreeSet::new()).unwrap();
        let before = first.record().get(&address("a")).cloned();
        first.intend_deletion(&address("a")).unwrap();
        first.restore(&address("a"), before.clone()).unwrap();
        assert_eq!(first.record().get(&address("a")).cloned(), before);
        first.restore(&address("a"), None).unwrap();
        drop(first);
        assert!(Record::load(&path, "t").unwrap().entries().is_empty());
    }

    #[test]
    fn corrupt_newer_and_strange_records_are_refused_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.json");
        for (text, expect) in [
            ("{", "cannot be read"),
            (r#"{"format":2}"#, "newer logpipe"),
            (r#"{"format":1,"topology":"other","resources":{}}"#, "of topology `other`"),
        ] {
            std::fs::write(&path, text).unwrap();
            let error = Record::load(&path, "t").unwrap_err().to_string();
            assert!(error.contains(expect), "{error}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[test]
    fn a_second_run_is_told_who_holds_the_record() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.json");
        let first = keeper(&path);
        let error = Keeper::open(&path, "t", Clock::real()).unwrap_err().to_string();
        assert!(error.contains(&format!("process {}", std::process::id())), "{error}");
        drop(first);
        assert!(Keeper::open(&path, "t", Clock::real()).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn files_are_private() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.json");
        let mut first = keeper(&path);
        intend(&mut first, "a");
        first.close().unwrap();
        for file in ["record.json", "record.json.journal", "record.json.lock"] {
            let mode = folder.path().join(file).metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{file}");
        }
    }
}
