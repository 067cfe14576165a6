//! What people type without thinking, and what they are told: other ways to name things, files that are something else,
//! and hints that can be pasted.

use logpipe::exit::Exit;

use crate::support::Bench;
use crate::support::process::logpipe;
use crate::walkthrough::TOPOLOGY;

/// Runs the program in the bench's folder, without AWS and with these variables alone.
fn typed(bench: &Bench, variables: &[(&str, &str)], words: &str) -> crate::support::Ran {
    let words: Vec<&str> = words.split(' ').collect();
    logpipe(&bench.path(""), variables, &words)
}

#[test]
fn a_folder_without_a_topology_says_what_there_is_instead() {
    let bench = Bench::new(TOPOLOGY);
    std::fs::rename(bench.path("topology.yaml"), bench.path("central.yaml")).unwrap();
    std::fs::write(bench.path("compose.yaml"), "services: {}\n").unwrap();
    let ran = typed(&bench, &[], "plan --sandbox --target account=archive").expect(Exit::Invalid);
    assert!(ran.err.contains("error: there is no topology.yaml here"), "{}", ran.err);
    let hint = "did you mean `logpipe plan --file central.yaml --sandbox --target account=archive`?";
    let hinted = ran.err.replace("--target account=archive --sandbox", "--sandbox --target account=archive");
    assert!(hinted.contains(hint) && !ran.err.contains("compose"), "{}", ran.err);

    std::fs::remove_file(bench.path("central.yaml")).unwrap();
    let ran = typed(&bench, &[], "validate").expect(Exit::Invalid);
    assert!(ran.err.contains("`logpipe validate --file FILE`"), "{}", ran.err);
    assert!(ran.err.contains("`logpipe validate --chdir DIR`"), "{}", ran.err);
    let json = typed(&bench, &[], "validate --json").expect(Exit::Invalid).json();
    assert_eq!(json["problems"][0]["problem"], "there is no topology.yaml here", "{json}");
}

#[test]
fn a_saved_plan_or_a_folder_in_the_place_of_a_topology_is_known() {
    let bench = Bench::new(TOPOLOGY);
    bench.sandbox("plan", &["--out", "c.plan"]).expect(Exit::Done);
    let ran = typed(&bench, &[], "apply c.plan --sandbox").expect(Exit::Usage);
    assert!(ran.err.contains("error: c.plan is a saved plan, not a topology"), "{}", ran.err);
    assert!(ran.err.contains("`logpipe apply --plan c.plan --sandbox` carries it out"), "{}", ran.err);

    std::fs::create_dir(bench.path("ops")).unwrap();
    let ran = typed(&bench, &[], "plan ops").expect(Exit::Usage);
    assert!(ran.err.contains("`logpipe plan --chdir ops` uses the topology.yaml in it"), "{}", ran.err);
}

#[test]
fn the_file_can_be_a_flag_and_the_folder_another() {
    let bench = Bench::new(TOPOLOGY);
    std::fs::create_dir(bench.path("ops")).unwrap();
    std::fs::rename(bench.path("topology.yaml"), bench.path("ops/central.yaml")).unwrap();
    for words in [
        "validate -f ops/central.yaml",
        "validate --file ops/central.yaml",
        "validate -C ops central.yaml",
        "-C ops validate -f central.yaml",
        "outputs -f ops/central.yaml --sandbox",
    ] {
        typed(&bench, &[], words).expect(Exit::Done);
    }
    typed(&bench, &[], "validate ops/central.yaml -f ops/central.yaml").expect(Exit::Usage);
    let ran = typed(&bench, &[], "validate -C nowhere").expect(Exit::Usage);
    assert!(ran.err.contains("--chdir nowhere: there is no such folder"), "{}", ran.err);
    typed(&bench, &[], "apply -C ops central.yaml --sandbox --yes").expect(Exit::Done);
    assert!(bench.path("ops/.logpipe/sandbox/state.json").exists(), "the sandbox is in that folder too");
    typed(&bench, &[], "logs -C ops --file central.yaml --sandbox --since 1m").expect(Exit::Done);
}

#[test]
fn json_has_short_names_and_the_version_is_a_command() {
    let bench = Bench::new(TOPOLOGY);
    for words in ["validate --json", "validate -o json", "-o json validate", "validate -ojson"] {
        assert_eq!(typed(&bench, &[], words).expect(Exit::Done).json()["valid"], true, "{words}");
    }
    typed(&bench, &[], "validate --json -o human").expect(Exit::Usage);
    let version = typed(&bench, &[], "version --json").expect(Exit::Done).json();
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
    assert!(version["features"].as_array().unwrap().contains(&"sandbox".into()), "{version}");
    let ran = typed(&bench, &[], "version").expect(Exit::Done);
    assert!(ran.out.starts_with(&format!("logpipe {}\n", env!("CARGO_PKG_VERSION"))), "{}", ran.out);
}

#[test]
fn hints_carry_the_file_and_the_flags_that_were_given() {
    let bench = Bench::new(TOPOLOGY);
    std::fs::rename(bench.path("topology.yaml"), bench.path("my central.yaml")).unwrap();
    let run = |words: &[&str]| logpipe(&bench.path(""), &[], words);
    let ran = run(&["apply", "my central.yaml", "--sandbox"]).expect(Exit::Failed);
    assert!(ran.err.contains("`logpipe apply 'my central.yaml' --yes --sandbox`"), "{}", ran.err);
    let ran = run(&["plan", "my central.yaml", "--sandbox", "--out", "p"]).expect(Exit::Done);
    assert!(ran.err.contains("`logpipe apply 'my central.yaml' --plan p --sandbox`"), "{}", ran.err);
    let ran = run(&["apply", "my central.yaml", "--sandbox", "--yes", "-q"]).expect(Exit::Done);
    assert!(!ran.err.contains("next:"), "{}", ran.err);
    let json = run(&["plan", "my central.yaml", "--sandbox", "--json"]).expect(Exit::Done);
    assert!(!json.out.contains("my central.yaml"), "data stays as it is: {}", json.out);
}

#[test]
fn without_utf8_nothing_of_ours_is_beyond_ascii() {
    let bench = Bench::new(TOPOLOGY);
    for words in
        ["apply --sandbox --yes --verify", "status --sandbox", "verify --sandbox", "validate", "access"]
    {
        let ran = typed(&bench, &[("LC_ALL", "C")], words).expect(Exit::Done);
        assert!(ran.out.is_ascii() && ran.err.is_ascii(), "{words}\n{}\n{}", ran.out, ran.err);
    }
    let text = std::fs::read_to_string(bench.path("topology.yaml")).unwrap();
    std::fs::write(bench.path("topology.yaml"), text.replace("version: 1", "version: 9")).unwrap();
    let ran = typed(&bench, &[("LANG", "en_US.ISO-8859-1")], "validate").expect(Exit::Invalid);
    assert!(ran.err.is_ascii() && ran.err.contains("not version 9"), "{}", ran.err);
    let ran = typed(&bench, &[("LANG", "C.UTF-8")], "validate").expect(Exit::Invalid);
    assert!(!ran.err.is_ascii(), "{}", ran.err);
}

#[test]
fn a_shell_is_told_what_the_topology_names() {
    let bench = Bench::new(TOPOLOGY);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let check = |line: &str, expect: &str| {
        let ran = typed(&bench, &[("LOGPIPE_COMPLETE", "fish")], &format!("-- logpipe {line}"));
        let proposed = ran.expect(Exit::Done).out;
        // What it means stands behind a tab.
        let proposes = |line: &str| line.split('\t').next() == Some(expect);
        assert!(proposed.lines().any(proposes), "{line}: {proposed}");
    };
    check("app", "apply");
    check("plan --target account=", "account=archive");
    check("plan topology.yaml --target archive/", "archive/global/iam_role.CWLtoKinesisFirehoseRole");
    check("outputs ", "delivery.bucket_arn");
    let script = typed(&bench, &[], "completions bash").expect(Exit::Done).out;
    assert!(script.contains("LOGPIPE_COMPLETE"), "{script}");
}

#[test]
fn every_manual_page_can_be_written_into_a_folder() {
    let bench = Bench::new(TOPOLOGY);
    typed(&bench, &[], "man --out pages").expect(Exit::Done);
    for (file, part) in [("logpipe.1", ".SH ENVIRONMENT"), ("logpipe-sandbox-serve.1", "speed")] {
        let page = std::fs::read_to_string(bench.path("pages").join(file)).unwrap();
        assert!(page.contains(part), "{file}: {page}");
    }
    typed(&bench, &[], "man aply").expect(Exit::Usage);
}
