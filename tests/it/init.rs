//! `init`: what it writes is valid, plans in the sandbox, and replaces nothing that is there.

use logpipe::exit::Exit;

use crate::support::Bench;

const ACCOUNTS: [&str; 6] =
    ["--archive", "999999999999", "--source", "app=111111111111", "--source", "shop=222222222222"];

fn init(bench: &Bench, flags: &[&str]) -> crate::support::Ran {
    bench.run(&[&["logpipe", "init", "--no-input"], flags].concat())
}

fn text(bench: &Bench, file: &str) -> String {
    std::fs::read_to_string(bench.path(file)).unwrap()
}

#[test]
fn what_it_writes_is_valid_and_is_carried_out_in_the_sandbox() {
    let bench = Bench::new("");
    std::fs::remove_file(bench.path("topology.yaml")).unwrap();
    let flags = ["--region", "ap-northeast-1", "--profile", "on, call", "--log-group", "/app/*"];
    let ran = init(&bench, &[&ACCOUNTS[..], &flags].concat()).expect(Exit::Done);
    assert!(ran.err.contains("`logpipe plan --sandbox"), "{}", ran.err);
    let valid = bench.run(&["logpipe", "validate", "--json"]).expect(Exit::Done).json();
    assert_eq!((&valid["valid"], &valid["warnings"]), (&true.into(), &serde_json::json!([])));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    assert!(
        text(&bench, "topology.yaml").starts_with("# yaml-language-server: $schema=./topology.schema.json\n")
    );
    let schema = bench.run(&["logpipe", "schema"]).expect(Exit::Done);
    assert_eq!(text(&bench, "topology.schema.json").trim_end(), schema.out.trim_end());
    assert_eq!(text(&bench, ".gitignore"), ".logpipe/\n");
}

#[test]
fn every_account_of_the_organisation_may_be_a_source() {
    let bench = Bench::new("");
    let flags = ["--region", "ap-northeast-1", "--archive", "999999999999", "--force"];
    let organization =
        ["--source", "organization", "--organization", "444444444444", "--source", "app=111111111111"];
    init(&bench, &[&flags[..], &organization].concat()).expect(Exit::Done);
    let valid = bench.run(&["logpipe", "validate", "--json"]).expect(Exit::Done).json();
    assert_eq!((&valid["valid"], &valid["warnings"]), (&true.into(), &serde_json::json!([])));
    bench.sandbox("plan", &[]).expect(Exit::Done);
    let text = text(&bench, "topology.yaml");
    assert!(
        text.contains("accounts: [app, organization]") && text.contains("management: \"444444444444\""),
        "{text}"
    );
    // The account that logs go to may be the one that lists them.
    let delegated = ["--organization", "999999999999"];
    init(&bench, &[&flags[..], &delegated].concat()).expect(Exit::Done);
    bench.run(&["logpipe", "validate"]).expect(Exit::Done);
    let unnamed = init(&bench, &[&flags[..], &["--source", "organization"]].concat()).expect(Exit::Failed);
    assert!(unnamed.err.contains("--organization"), "{}", unnamed.err);
}

#[test]
fn it_replaces_nothing_that_is_there() {
    let bench = Bench::new("mine\n");
    std::fs::write(bench.path(".gitignore"), "target\n.logpipe").unwrap();
    let flags = [&ACCOUNTS[..], &["--region", "eu-west-1"]].concat();
    let refused = init(&bench, &flags).expect(Exit::Usage);
    assert!(refused.err.contains("topology.yaml is there already"), "{}", refused.err);
    assert_eq!(text(&bench, "topology.yaml"), "mine\n");
    let other = init(&bench, &[&flags[..], &["other.yaml"]].concat()).expect(Exit::Done);
    assert!(other.err.contains("`logpipe plan other.yaml --sandbox"), "{}", other.err);
    bench.run(&["logpipe", "plan", "other.yaml", "--sandbox"]).expect(Exit::Done);
    assert_eq!(text(&bench, ".gitignore"), "target\n.logpipe");
    init(&bench, &[&flags[..], &["--force"]].concat()).expect(Exit::Done);
    bench.run(&["logpipe", "validate"]).expect(Exit::Done);
}

#[test]
fn every_flag_is_checked_and_what_nobody_can_be_asked_is_named() {
    let bench = Bench::new("");
    let check = |flags: &[&str], exit: Exit, part: &str| {
        let ran = init(&bench, &[flags, &["new.yaml"]].concat()).expect(exit);
        assert!(ran.err.contains(part), "{}", ran.err);
        assert!(!bench.path("new.yaml").exists());
    };
    let with = |more: &[&'static str]| [&["--region", "eu-west-1"], more].concat();
    check(&[], Exit::Failed, "--region");
    check(&with(&[]), Exit::Failed, "--archive");
    check(&with(&["--archive", "999999999999"]), Exit::Failed, "--source");
    check(&["--region", "eu-wset-1"], Exit::Usage, "did you mean `eu-west-1`");
    check(&with(&["--archive", "1"]), Exit::Usage, "--archive 1: ");
    check(&with(&["--name", "Logs"]), Exit::Usage, "--name Logs: ");
    check(&with(&["--archive", "999999999999", "--source", "111111111111"]), Exit::Usage, "app=111111111111");
    check(&with(&["--archive", "999999999999", "--source", "a=999999999999"]), Exit::Usage, "`archive`");
    let twice = ["--archive", "999999999999", "--source", "a=111111111111", "--source", "a=222222222222"];
    check(&with(&twice), Exit::Usage, "`a` has the same name or id");
    check(&with(&[&ACCOUNTS[..], &["--role-name", "a b"]].concat()), Exit::Invalid, "`a b` cannot be");
}
