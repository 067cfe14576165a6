use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

const FULL: i32 = 28;
const BROKEN: i32 = 5;
const INTERRUPTED: i32 = 4;

/// One operation meets a fault, counted from 0.
#[derive(Debug)]
struct At {
    number: usize,
    fault: DiskFault,
    count: AtomicUsize,
}

impl DiskFaults for At {
    fn inject(&self, _: Operation, _: &Path) -> DiskFault {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        if number == self.number { self.fault } else { DiskFault::None }
    }
}

fn failing(number: usize, fault: DiskFault) -> (Disk, Arc<At>) {
    let faults = Arc::new(At { number, fault, count: AtomicUsize::new(0) });
    (Disk::with_faults(faults.clone()), faults)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn whatever_fails_a_file_is_the_old_one_or_the_new_one() {
    for fault in [
        DiskFault::Fails(FULL),
        DiskFault::Fails(BROKEN),
        DiskFault::Torn(FULL),
        DiskFault::Fails(INTERRUPTED),
        DiskFault::Short,
    ] {
        let passes = matches!(fault, DiskFault::Fails(INTERRUPTED) | DiskFault::Short);
        for number in 0.. {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("file");
            std::fs::write(&path, "the old one").unwrap();
            let (disk, faults) = failing(number, fault);
            let written = disk.write_whole(&path, b"the new one, which is longer");
            if faults.count.load(Ordering::Relaxed) <= number {
                assert!(number >= 5, "{number} operations cannot be all");
                break;
            }
            assert_eq!(written.is_ok(), passes, "{number} {fault:?}: {written:?}");
            assert_eq!(names(folder.path()), ["file"], "{number} {fault:?}");
            let now = text(&path);
            let new = now == "the new one, which is longer";
            assert!(new || (!passes && now == "the old one"), "{number} {fault:?}: {now}");
        }
    }
}

#[test]
fn an_append_that_is_interrupted_or_short_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    for fault in [DiskFault::Fails(INTERRUPTED), DiskFault::Short] {
        let (disk, _) = failing(1, fault);
        disk.append(&path, "a line\n").unwrap();
    }
    assert_eq!(text(&path), "a line\na line\n");
}

#[test]
fn what_a_killed_process_left_is_no_hindrance() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(beside(&path, &format!(".{}.new", std::process::id())), "half").unwrap();
    Disk::real().write_whole(&path, b"whole").unwrap();
    assert_eq!(names(folder.path()), ["file"]);
}

#[test]
fn no_more_is_read_than_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let disk = Disk::real();
    assert_eq!(disk.read(&path, 10).unwrap(), None);
    std::fs::write(&path, "0123456789").unwrap();
    assert_eq!(disk.read(&path, 10).unwrap().unwrap(), b"0123456789");
    assert!(disk.read(&path, 9).unwrap_err().to_string().contains("more than"));
    assert_eq!(head(&path, 3).unwrap(), b"012");
}

#[cfg(unix)]
mod links_and_special_files {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn refused(path: &Path) -> String {
        let error = Disk::real().write_whole(path, b"x").unwrap_err();
        let resolved = Disk::real().resolve(path).unwrap_err();
        assert_eq!(error.to_string(), resolved.to_string());
        error.to_string()
    }

    fn pipe(folder: &Path) -> PathBuf {
        let path = folder.join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        path
    }

    #[test]
    fn the_target_of_a_link_is_replaced_and_the_link_stays() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("kept")).unwrap();
        std::fs::write(at("kept/file"), "old").unwrap();
        symlink("kept/file", at("link")).unwrap();
        symlink(at("link"), at("further")).unwrap();
        symlink("kept", at("folder")).unwrap();
        for name in ["kept/file", "link", "further", "folder/file"] {
            Disk::real().write_whole(&at(name), name.as_bytes()).unwrap();
            assert_eq!(text(&at("kept/file")), name);
        }
        assert_eq!(names(&at("kept")), ["file"]);
        assert!(at("link").is_symlink() && at("further").is_symlink());
        // A file that is not there yet is made where the link says, in a folder that is there.
        symlink("kept/new", at("to new")).unwrap();
        Disk::real().write_whole(&at("to new"), b"new").unwrap();
        assert_eq!(text(&at("kept/new")), "new");
    }

    #[test]
    fn links_that_lead_nowhere_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        symlink("not mounted/file", at("link")).unwrap();
        assert!(refused(&at("link")).contains("not mounted/file, whose folder is not there"));
        symlink("not mounted", at("folder")).unwrap();
        assert!(refused(&at("folder/file")).contains("folder is a link to nothing"));
        symlink("b", at("a")).unwrap();
        symlink("a", at("b")).unwrap();
        assert!(refused(&at("a")).contains("circle"));
        assert_eq!(names(folder.path()), ["a", "b", "folder", "link"], "nothing was made");
    }

    #[test]
    fn what_is_no_regular_file_is_refused_by_what_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let link = folder.path().join("link");
        symlink("/dev/zero", &link).unwrap();
        for (path, what) in [
            (folder.path(), "a folder"),
            (&pipe(folder.path()), "a pipe"),
            (&socket, "a socket"),
            (Path::new("/dev/zero"), "a device"),
            (&link, "a device"),
            (Path::new("/dev/stdout"), "a stream of a process"),
        ] {
            let error = refused(path);
            assert!(error.contains(what), "{}: {error}", path.display());
            if path != Path::new("/dev/stdout") {
                let error = head(path, 10).unwrap_err().to_string();
                assert!(error.contains(what), "{}: {error}", path.display());
                head_of_input(path, 10).unwrap_err();
            }
        }
    }

    #[test]
    fn a_link_in_the_place_of_the_temporary_file_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("file"), folder.path().join("other"));
        std::fs::write(&other, "somebody's").unwrap();
        symlink(&other, beside(&path, &format!(".{}.new", std::process::id()))).unwrap();
        Disk::real().write_whole(&path, b"ours").unwrap();
        assert_eq!((text(&other), text(&path)), ("somebody's".to_owned(), "ours".to_owned()));
    }

    #[test]
    fn files_and_the_folders_made_for_them_are_for_their_user_alone() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let disk = Disk::real();
        disk.write_whole(&at("a/b/whole"), b"x").unwrap();
        disk.append(&at("a/appended"), "x").unwrap();
        let mode = |name: &str| at(name).metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("a"), mode("a/b")), (0o700, 0o700));
        assert_eq!((mode("a/b/whole"), mode("a/appended")), (0o600, 0o600));
    }

    #[test]
    fn a_lock_is_taken_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let open = || Disk::real().open_as_it_is(&path).unwrap();
        let mut first = open();
        assert!(first.try_lock().unwrap() && !open().try_lock().unwrap());
        first.write_all(b"held").unwrap();
        assert_eq!(text(&path), "held");
        drop(first);
        assert!(open().try_lock().unwrap());
    }

    #[test]
    fn own_streams_are_read_as_input() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "input").unwrap();
        let file = std::fs::File::open(&path).unwrap();
        let number = std::os::fd::AsRawFd::as_raw_fd(&file);
        let stream = PathBuf::from(format!("/dev/fd/{number}"));
        assert_eq!(head_of_input(&stream, 100).unwrap(), b"input");
    }
}
