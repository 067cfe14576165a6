//! What flags and comments make of what lint finds: refused, warned of, or allowed.

use std::time::{Duration, UNIX_EPOCH};

use logpipe::exit::Exit;
use serde_json::Value;

use crate::support::Bench;
use crate::walkthrough::TOPOLOGY;

/// A topology with an account that nothing refers to, in this line.
fn with_spare(line: &str) -> String {
    let spare = TOPOLOGY.replacen("accounts:\n", &format!("accounts:\n{line}\n"), 1);
    assert_ne!(spare, TOPOLOGY);
    spare
}

const SPARE: &str = "  spare: \"333333333333\"";

fn rules(json: &Value) -> Vec<(String, String)> {
    let told = json["warnings"].as_array().unwrap().iter();
    let word = |warning: &Value, key: &str| warning[key].as_str().unwrap().to_owned();
    told.map(|warning| (word(warning, "rule"), word(warning, "severity"))).collect()
}

fn one(rule: &str, severity: &str) -> Vec<(String, String)> {
    vec![(rule.to_owned(), severity.to_owned())]
}

#[test]
fn validate_refuses_what_is_denied() {
    let bench = Bench::new(&with_spare(SPARE));
    let validate = |flags: &[&str], exit: Exit| {
        let json = bench.run(&[&["logpipe", "validate", "--json"], flags].concat()).expect(exit).json();
        assert_eq!(json["valid"], exit == Exit::Done, "{json}");
        rules(&json)
    };
    assert_eq!(validate(&[], Exit::Done), one("LP007", "warning"));
    assert_eq!(validate(&["--deny", "LP007"], Exit::Invalid), one("LP007", "error"));
    assert_eq!(validate(&["--deny", "all", "--warn", "unused_account"], Exit::Done), one("LP007", "warning"));
    assert_eq!(validate(&["--deny", "all", "--allow", "lp007"], Exit::Done), []);
    assert_eq!(validate(&["--allow", "LP007", "--deny", "all"], Exit::Invalid), one("LP007", "error"));
    assert_eq!(validate(&["--deny", "LP008"], Exit::Done), one("LP007", "warning"));

    let human = bench.run(&["logpipe", "validate", "-q", "--deny", "LP007"]).expect(Exit::Invalid);
    assert!(human.out.is_empty(), "{}", human.out);
    assert!(human.err.contains("error: topology.yaml is refused (1 error)"), "{}", human.err);
    assert!(human.err.contains("nothing refers to the account `spare`"), "{}", human.err);
    let page = bench.run(&["logpipe", "validate", "-o", "markdown", "--deny", "LP007"]).expect(Exit::Invalid);
    assert!(page.out.starts_with("### ❌ `topology.yaml` is refused (1 error)"), "{}", page.out);
}

#[test]
fn plan_and_apply_stop_before_anything_is_read() {
    let bench = Bench::new(&with_spare(SPARE));
    for command in ["plan", "apply"] {
        let ran = bench.sandbox(command, &["--deny", "unused_account"]).expect(Exit::Invalid);
        for said in [
            "error: topology.yaml goes against LP007 unused_account, which is denied",
            "topology.yaml:",
            "# logpipe: allow CODE -- the reason",
        ] {
            assert!(ran.err.contains(said), "{said}: {}", ran.err);
        }
        let json = bench.sandbox(command, &["--deny", "LP007", "--json"]).expect(Exit::Invalid).json();
        assert_eq!((&json["type"], &json["exit"]), (&"error".into(), &65.into()));
    }
    bench.run(&["logpipe", "plan", "--offline", "--deny", "LP007"]).expect(Exit::Invalid);
    assert!(!bench.path(".logpipe").exists(), "nobody was asked");
    bench.sandbox("apply", &["--deny", "all", "--allow", "LP007", "--yes"]).expect(Exit::Done);
    assert!(!bench.calls_since(UNIX_EPOCH + Duration::from_secs(1)).is_empty());
}

#[test]
fn what_is_denied_is_an_error_in_github_actions() {
    let bench = Bench::new(&with_spare(SPARE));
    for (command, flags) in [("validate", &[][..]), ("plan", &["--offline"])] {
        let words = [&["logpipe", command, "--deny", "LP007"], flags].concat();
        let ran = bench.run_in(&[("GITHUB_ACTIONS", "true")], &words).expect(Exit::Invalid);
        let told = ran.err.lines().find(|line| line.starts_with("::error file=")).unwrap_or_default();
        let place = "topology.yaml,line=8,col=3,title=LP007 unused_account::nothing refers to";
        assert!(told.contains(place), "{}", ran.err);
    }
}

#[test]
fn a_rule_that_does_not_exist_is_wrong_usage() {
    let bench = Bench::new(TOPOLOGY);
    for command in ["validate", "plan", "apply"] {
        let ran = bench.run(&["logpipe", command, "--deny", "LP07"]).expect(Exit::Usage);
        assert!(ran.err.contains("there is no rule `LP07`: did you mean `LP007`?"), "{}", ran.err);
    }
    bench.run(&["logpipe", "status", "--deny", "LP007"]).expect(Exit::Usage);
}

#[test]
fn a_comment_allows_where_it_stands_whatever_the_flags_say() {
    let bench = Bench::new(&with_spare(&format!("{SPARE} # logpipe: allow LP007 -- for later")));
    let ran = bench.run(&["logpipe", "validate", "--deny", "all", "--json"]).expect(Exit::Done);
    assert_eq!(rules(&ran.json()), []);
    let bench = Bench::new(&with_spare("  # logpipe: allow LP008\n  spare: \"333333333333\""));
    let ran = bench.run(&["logpipe", "validate", "--json"]).expect(Exit::Done);
    let told = rules(&ran.json());
    assert_eq!(told, [one("LP012", "note"), one("LP007", "warning")].concat());
}

/// What is allowed is said by nobody, and still not planned with.
#[test]
fn an_allowed_doubt_is_asked_about_all_the_same() {
    let filter = "filter: { name: delivery-test-filter }";
    let doubtful =
        "filter: { name: delivery-test-filter, pattern: '{ $.@level = 1 }' } # logpipe: allow LP004";
    let refused = TOPOLOGY.replace(filter, doubtful);
    assert_ne!(refused, TOPOLOGY);
    let bench = Bench::new(&refused);
    let ran = bench.run(&["logpipe", "validate", "--json"]).expect(Exit::Done);
    assert_eq!(rules(&ran.json()), []);
    let ran = bench.sandbox("plan", &[]).expect(Exit::Invalid);
    assert!(ran.err.contains("CloudWatch Logs refuses the filter pattern"), "{}", ran.err);
}
