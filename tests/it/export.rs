//! `export`: what all languages have in common. What each writes is in `export_<language>.rs`.

use std::collections::BTreeSet;

use logpipe::exit::Exit;
use serde_json::Value;

use crate::graph::shipped;
use crate::support::Bench;

const QUICKSTART: &str = include_str!("../../topologies/quickstart.yaml");

/// The languages, each with what can be asked of it.
const LANGUAGES: [&[&str]; 5] = [
    &["cloudformation"],
    &["cloudformation", "--stack-set", "self-managed"],
    &["cloudformation", "--stack-set", "service-managed", "--ou", "ou-ab12-34567890"],
    &["terraform"],
    &["awscli"],
];

/// What a topology is in a language, as JSON.
pub(crate) fn exported(bench: &Bench, language: &[&str]) -> Value {
    let command = [&["logpipe", "export"], language, &["--offline", "--output", "json"]].concat();
    bench.run(&command).expect(Exit::Done).json()
}

fn texts<'v>(values: &'v Value, field: &str) -> Vec<&'v str> {
    values.as_array().unwrap().iter().map(|value| value[field].as_str().unwrap()).collect()
}

#[test]
fn every_resource_is_in_a_file_or_said_to_be_left_out() {
    for (name, bench) in shipped() {
        let plan = bench.run(&["logpipe", "plan", "--offline", "--output", "json"]).expect(Exit::Done).json();
        let planned: BTreeSet<&str> = texts(&plan["steps"], "address").into_iter().collect();
        for language in LANGUAGES {
            let export = exported(&bench, language);
            let files = export["files"].as_array().unwrap();
            let written = files.iter().flat_map(|file| file["resources"].as_array().unwrap());
            let written: Vec<&str> = written.map(|address| address.as_str().unwrap()).collect();
            let left_out = texts(&export["left_out"], "address");
            let all: BTreeSet<&str> = written.iter().chain(&left_out).copied().collect();
            assert_eq!(all, planned, "{name} as {language:?}");
            assert_eq!(written.len() + left_out.len(), planned.len(), "{name} as {language:?}: each once");
        }
    }
}

#[test]
fn what_is_not_known_without_reading_is_told() {
    let bench = Bench::new(include_str!("../../topologies/everything.yaml"));
    std::fs::create_dir(bench.path("policies")).unwrap();
    let policy = concat!(env!("CARGO_MANIFEST_DIR"), "/topologies/policies/s3.json");
    std::fs::copy(policy, bench.path("policies/s3.json")).unwrap();
    for language in LANGUAGES {
        let export = exported(&bench, language);
        assert!(texts(&export["notes"], "code").contains(&"glob_unread"), "{language:?}");
    }
}

#[test]
fn files_are_written_into_a_folder_and_never_over_others_unasked() {
    let bench = Bench::new(QUICKSTART);
    let command = ["logpipe", "export", "cloudformation", "--offline", "--out", "there/templates"];
    let ran = bench.run(&command).expect(Exit::Done);
    assert!(ran.out.is_empty() && ran.err.contains("Wrote 2 files into there/templates"), "{ran:?}");
    let file = bench.path("there/templates/archive.ap-northeast-1.yaml");
    let written = std::fs::read_to_string(&file).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&bench.path("there/templates")), mode(&file)), (0o700, 0o600));
    }

    std::fs::write(&file, "mine").unwrap();
    let ran = bench.run(&command).expect(Exit::Usage);
    assert!(ran.err.contains("archive.ap-northeast-1.yaml") && ran.err.contains("--force"), "{ran:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    bench.run(&[&command[..], &["--force"]].concat()).expect(Exit::Done);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), written);
}

#[test]
fn one_file_is_printed_as_it_is_and_several_below_their_names() {
    let bench = Bench::new(QUICKSTART);
    let archive = ["logpipe", "export", "cloudformation", "--offline", "--target", "account=archive"];
    let one = bench.run(&archive).expect(Exit::Done).out;
    assert!(one.starts_with("# archive.ap-northeast-1.yaml: "), "{one}");
    let several = bench.run(&["logpipe", "export", "cloudformation", "--offline"]).expect(Exit::Done).out;
    let names: Vec<&str> = several.lines().filter_map(|line| line.strip_prefix("# ==== ")).collect();
    assert_eq!(names, ["archive.ap-northeast-1.yaml ====", "app.ap-northeast-1.yaml ===="]);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let bench = Bench::new(QUICKSTART);
    let check = |flags: &[&str], words: &str| {
        let ran = bench.run(&[&["logpipe", "export", "cloudformation"], flags].concat()).expect(Exit::Usage);
        assert!(ran.err.contains(words), "{flags:?}: {}", ran.err);
    };
    check(&["--offline", "--skip-unreachable"], "cannot be used with");
    check(&["--offline", "--profile", "ops"], "--offline makes no calls");
    check(&["--force"], "--out");
    check(&["--ou", "ou-ab12-34567890"], "--stack-set");
    check(
        &["--stack-set", "self-managed", "--ou", "ou-ab12-34567890"],
        "--ou is for --stack-set service-managed",
    );
    check(&["--stack-set", "service-managed"], "organisational units");
    check(&["--stack-set", "service-managed", "--ou", "web"], "ou-");
    check(&["--offline", "--target", "account=nobody"], "nobody");
}
