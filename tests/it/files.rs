//! What is kept on a disk: whose it is, where links lead, and what is no file.

use logpipe::exit::Exit;

use crate::support::engine::{Job, Treatment};
use crate::support::process::logpipe;
use crate::support::{Bench, Ran};
use crate::walkthrough::{TOPOLOGY, applied};

const QUICKSTART: &str = include_str!("../../topologies/quickstart.yaml");

const RECORDS: &str = ".logpipe/sandbox/records";

#[test]
fn a_record_whose_first_apply_was_killed_is_not_another_topologys() {
    for commands in [&["destroy", "--yes"][..], &["apply", "--prune", "--yes"], &["plan", "--prune"]] {
        let bench = Bench::new(TOPOLOGY);
        bench.engine(
            Job::Apply,
            |number, _| if number == 9 { Treatment::KilledAfter } else { Treatment::Answered },
        );
        // In the sandbox every topology has a record of its own; this is what one `record` for two comes to.
        let [ours, theirs] =
            ["delivery-test", "quickstart"].map(|name| bench.path(&format!("{RECORDS}/{name}.json.journal")));
        std::fs::rename(&ours, &theirs).unwrap();
        let journal = std::fs::read(&theirs).unwrap();
        bench.write(QUICKSTART);
        let before = bench.now();
        let ran = bench.sandbox(commands[0], &commands[1..]).expect(Exit::Failed);
        assert!(ran.err.contains("belongs to topology `delivery-test`, not `quickstart`"), "{}", ran.err);
        assert_eq!(bench.written_since(before), [""; 0], "{commands:?}");
        assert_eq!(std::fs::read(&theirs).unwrap(), journal);
        // Whose it is continues with it.
        std::fs::rename(&theirs, &ours).unwrap();
        bench.write(TOPOLOGY);
        bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    }
}

#[test]
fn a_journal_of_an_earlier_logpipe_is_told_how_to_be_used() {
    let bench = Bench::new(TOPOLOGY);
    bench.engine(
        Job::Apply,
        |number, _| if number == 9 { Treatment::KilledAfter } else { Treatment::Answered },
    );
    let journal = bench.path(&format!("{RECORDS}/delivery-test.json.journal"));
    let text = std::fs::read_to_string(&journal).unwrap();
    std::fs::write(&journal, text.split_once('\n').unwrap().1).unwrap();
    let ran = bench.sandbox("apply", &["--yes"]).expect(Exit::Failed);
    // The command that is told does it.
    let command = ran.err.split('`').find(|word| word.starts_with("echo")).unwrap();
    let done = std::process::Command::new("sh").args(["-c", command]).status().unwrap();
    assert!(done.success(), "{command}");
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
}

#[cfg(unix)]
mod links_and_special_files {
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use super::*;

    fn pipe(bench: &Bench, name: &str) {
        std::fs::create_dir_all(bench.path(name).parent().unwrap()).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(bench.path(name)).status().unwrap().success());
    }

    /// The binary, which may hang and then fails the test.
    fn ran(bench: &Bench, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
        logpipe(&bench.path(""), environment, arguments)
    }

    #[test]
    fn what_is_written_through_a_link_leaves_the_link() {
        let bench = Bench::new(TOPOLOGY);
        let kept = ["plan.json", "delivery-test.json", "state.json"];
        std::fs::create_dir_all(bench.path(RECORDS)).unwrap();
        std::fs::create_dir(bench.path("kept")).unwrap();
        let links =
            ["plan.json", ".logpipe/sandbox/records/delivery-test.json", ".logpipe/sandbox/state.json"];
        for (link, name) in links.iter().zip(kept) {
            symlink(bench.path("kept").join(name), bench.path(link)).unwrap();
        }
        bench.sandbox("plan", &["--out", "plan.json"]).expect(Exit::Done);
        bench.sandbox("apply", &["--plan", "plan.json"]).expect(Exit::Done);
        bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
        for (link, name) in links.iter().zip(kept) {
            assert!(bench.path(link).is_symlink(), "{link}");
            assert!(bench.path("kept").join(name).is_file(), "{name}");
        }
        let mut names: Vec<String> = std::fs::read_dir(bench.path("kept"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        let record = ["delivery-test.json", "delivery-test.json.journal", "delivery-test.json.lock"];
        assert_eq!(names, [&record[..], &["plan.json", "state.json"]].concat());
    }

    #[test]
    fn a_record_on_a_disk_that_is_not_mounted_is_not_an_empty_one() {
        let bench = applied();
        let record = bench.path(&format!("{RECORDS}/delivery-test.json"));
        let away = bench.path("mounted");
        std::fs::create_dir(&away).unwrap();
        std::fs::rename(&record, away.join("record.json")).unwrap();
        symlink(away.join("record.json"), &record).unwrap();
        bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
        std::fs::rename(&away, bench.path("not mounted")).unwrap();
        for command in [&["plan"][..], &["apply", "--yes"], &["destroy", "--yes"]] {
            let before = bench.now();
            let ran = bench.sandbox(command[0], &command[1..]).expect(Exit::Failed);
            assert!(ran.err.contains("mounted/record.json, whose folder is not there"), "{}", ran.err);
            assert_eq!(bench.written_since(before), [""; 0]);
        }
        assert!(!away.exists());
    }

    #[test]
    fn what_is_no_file_is_refused_by_name() {
        let bench = Bench::new(TOPOLOGY);
        pipe(&bench, "pipe");
        let plan = |out: &'static str| ["plan", "topology.yaml", "--sandbox", "--out", out];
        for (out, what) in [
            ("/dev/stdout", "a stream of a process"),
            ("/dev/null", "a device"),
            ("pipe", "a pipe"),
            (".", "a folder"),
        ] {
            let said = ran(&bench, &plan(out), &[]).expect(Exit::Usage).err;
            assert!(said.contains(&format!("--out {out}: it is {what}")), "{said}");
        }
        let said = ran(&bench, &["validate", "pipe"], &[]).expect(Exit::Invalid).err;
        assert!(said.contains("it is a pipe, and a regular file is needed"), "{said}");
        ran(&bench, &["validate", "/dev/zero"], &[]).expect(Exit::Invalid);
        let said = ran(&bench, &["apply", "topology.yaml", "--sandbox", "--plan", "pipe"], &[]);
        let said = said.expect(Exit::Failed).err;
        assert!(said.contains("could not read the plan pipe\n  because: it is a pipe"), "{said}");
        // A page that cannot be written fails nothing, and is said.
        let summary = bench.path("pipe");
        let said = ran(
            &bench,
            &["plan", "topology.yaml", "--sandbox"],
            &[("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())],
        );
        assert!(said.expect(Exit::Done).err.contains("could not be written: it is a pipe"));
    }

    #[test]
    fn a_record_that_is_no_file_is_refused_by_name() {
        for (at, what) in
            [("", "a folder"), ("", "a pipe"), (".journal", "a pipe"), (".lock", "a pipe"), ("", "a device")]
        {
            let bench = Bench::new(TOPOLOGY);
            let record = format!("{RECORDS}/delivery-test.json{at}");
            match what {
                "a folder" => std::fs::create_dir_all(bench.path(&record)).unwrap(),
                "a pipe" => pipe(&bench, &record),
                _ => {
                    std::fs::create_dir_all(bench.path(RECORDS)).unwrap();
                    symlink("/dev/zero", bench.path(&record)).unwrap();
                }
            }
            let said =
                ran(&bench, &["apply", "topology.yaml", "--sandbox", "--yes"], &[]).expect(Exit::Failed).err;
            assert!(said.contains(&format!("it is {what}")) && said.contains("delivery-test.json"), "{said}");
        }
    }

    #[test]
    fn a_topology_may_come_from_a_stream_of_the_shell() {
        let bench = Bench::new(TOPOLOGY);
        let binary = env!("CARGO_BIN_EXE_logpipe");
        for script in
            ["cat topology.yaml | \"$0\" validate /dev/stdin", "\"$0\" validate /dev/fd/7 7< topology.yaml"]
        {
            let ran = std::process::Command::new("sh")
                .args(["-c", script, binary])
                .current_dir(bench.path(""))
                .env_clear()
                .env("PATH", "/usr/bin:/bin")
                .output()
                .unwrap();
            assert!(ran.status.success(), "{script}: {}", String::from_utf8_lossy(&ran.stderr));
        }
    }

    #[test]
    fn the_third_interruption_ends_a_command_that_waits_for_a_file() {
        let bench = Bench::new(TOPOLOGY);
        let arguments = ["apply", "topology.yaml", "--sandbox", "--plan", "-"];
        let code = crate::support::process::interrupted(Path::new(&bench.path("")), &arguments);
        assert_eq!(code, Some(i32::from(Exit::Interrupted.code())));
    }
}
